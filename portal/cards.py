"""The picture that is shared of a page: title, date, short address and QR code, drawn by the server.

It travels without its link, as pictures do, so it says by itself where it comes from, of when it is, and whether the site
is official. The same words always make the same bytes; its address holds their digest, so that whoever has it keeps it.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

# What chats show whole (1.91 : 1).
WIDTH, HEIGHT = 1200, 630
MARGIN, BAND, QR = 56, 104, 248
NIGHT, PAPER, INK, QUIET, LIGHT = "#10293f", "#fffdf8", "#1d1b19", "#4f4943", "#ffcf5c"
# The largest size in which the title fits is taken.
SIZES = (76, 66, 57, 49, 42)
LINES = 4
# Few shades of six colours: the edges of letters stay smooth.
SHADES = 24
# Another layout is another picture.
LAYOUT = 1


@dataclass(frozen=True)
class Card:
    """The words of a picture, as they stand on it."""

    site: str
    title: str
    date: str
    address: str
    notice: str = ""

    @property
    def digest(self) -> str:
        """Eight signs that change with every word."""
        return hashlib.sha256("\0".join((str(LAYOUT), *astuple(self))).encode()).hexdigest()[:8]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    path = Path(settings.BASE_DIR) / "portal" / "fonts" / "DejaVuSans-Bold-subset.ttf"
    # The basic layout is in every Pillow; the other one needs a library of the machine.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` pixels; a word that is wider stands alone and is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(_cut(word, font, width))
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """``text`` with “…” where it would be wider than ``width``."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _title(text: str) -> tuple[list[str], int]:
    """The lines of a title and their size: as large as it fits; at the smallest size what is too much is cut."""
    width = WIDTH - 2 * MARGIN
    for size in SIZES:
        lines = wrapped(text, _font(size), width)
        room = HEIGHT - BAND - QR - MARGIN - 24
        if len(lines) <= LINES and len(lines) * size * 1.18 <= room:
            return lines, size
    most = max(1, int(room // (size * 1.18)))
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = _cut(f"{kept[-1]} …", _font(size), width)
    return kept, size


def draw(card: Card) -> bytes:
    """The picture as PNG."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH, BAND), fill=NIGHT)
    pen.rectangle((0, BAND, WIDTH, BAND + 8), fill=LIGHT)
    pen.text((MARGIN, BAND // 2), card.site, LIGHT, _font(46), anchor="lm")
    if card.notice:
        pen.text((WIDTH - MARGIN, BAND // 2), card.notice, "#fff", _font(26), anchor="rm")
    lines, size = _title(card.title)
    for number, line in enumerate(lines):
        pen.text((MARGIN, BAND + 36 + int(number * size * 1.18)), line, INK, _font(size))
    width = WIDTH - 3 * MARGIN - QR
    pen.text((MARGIN, HEIGHT - MARGIN - 62), _cut(card.date, _font(30), width), QUIET, _font(30), anchor="ls")
    pen.text(
        (MARGIN, HEIGHT - MARGIN), _fitting(card.address, width), NIGHT, _address_font(card.address, width), anchor="ls"
    )
    code = _qr(card.address)
    picture.paste(code, (WIDTH - MARGIN - code.width, HEIGHT - MARGIN - code.height + 16))
    made = BytesIO()
    few = picture.quantize(SHADES, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(made, "PNG", optimize=True)
    return made.getvalue()


def _address_font(text: str, width: int) -> ImageFont.FreeTypeFont:
    """Large enough to be typed off; smaller for a long host."""
    return next((_font(size) for size in (42, 36, 30) if _font(size).getlength(text) <= width), _font(26))


def _fitting(text: str, width: int) -> str:
    return _cut(text, _address_font(text, width), width)


def _qr(address: str) -> Image.Image:
    """The QR code of an address in whole pixels, with its white border."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(address if "://" in address else f"{settings.BASE_URL.partition('://')[0]}://{address}")
    matrix = code.get_matrix()
    picture = Image.new("1", (len(matrix), len(matrix)), 1)
    picture.putdata([0 if dark else 255 for row in matrix for dark in row])
    side = len(matrix) * max(1, QR // len(matrix))
    return picture.resize((side, side), Image.Resampling.NEAREST).convert("RGB")
