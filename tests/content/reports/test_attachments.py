"""Files without JavaScript: what is cleaned, what is refused and how it is said, what is kept. Named after the checks."""

from __future__ import annotations

import hashlib
import io
import json
import resource
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.http import HttpResponse
from django.utils import timezone
from PIL import Image, PngImagePlugin

from content.reports import middleware
from content.reports.vault import attaching, attachment, cleaning, envelope, keys, retention, run, scrub, services
from content.reports.vault.attachment import Cleaned, Manifest
from content.reports.vault.cleaning import Kind, Reason, Uncleanable
from content.reports.vault.models import Attachment, AttachmentChunk, FormToken, Message, Report, UnitKey
from tests.content.reports.reporting import (
    Reporter,
    errors_in,
    hidden,
    kept_in,
    key_path,
    multipart,
    receipt_in,
    text_of,
)
from tests.content.reports.test_server import left_behind, shapes

pytestmark = pytest.mark.django_db(databases=["reports"])

pillow_heif.register_heif_opener()
MARKER = "ZXQ-7781-RAHASIA"


# What phones make


def scene(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Left red, right blue: which way up it is can be seen."""
    held = Image.new("RGB", size, "red")
    held.paste("blue", (size[0] // 2, 0, *size))
    return held


def saved(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    held = Image.Exif()
    held[0x0112] = orientation
    held[0x010F], held[0x0110], held[0x9286] = MARKER, MARKER, MARKER
    gps = held.get_ifd(0x8825)
    gps[1], gps[2], gps[0x1D] = "S", (7.0, 15.0, 33.0), MARKER
    return held.tobytes()


def icc() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + MARKER.encode()


def jpeg(orientation: int = 1) -> bytes:
    return saved(scene(), "JPEG", exif=exif(orientation), comment=MARKER.encode(), icc_profile=icc(), quality=95)


def png() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", MARKER)
    info.add_text("Comment", MARKER, zip=True)
    info.add_itxt("XML:com.adobe.xmp", f"<x>{MARKER}</x>")
    return saved(scene(), "PNG", pnginfo=info, exif=exif(), icc_profile=icc())


def webp() -> bytes:
    return saved(scene(), "WEBP", exif=exif(), xmp=MARKER.encode(), icc_profile=icc(), quality=95)


def heic() -> bytes:
    return saved(scene(), "HEIF", exif=exif(), quality=95)


PHOTOS: dict[str, Callable[[], bytes]] = {"JPEG": jpeg, "PNG": png, "WebP": webp, "HEIC": heic}


# Sending, and what lies in the database afterwards


def photo(content: bytes, name: str = "IMG_2031.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


@pytest.fixture
def number(reporter: Reporter) -> str:
    held = receipt_in(reporter.send())
    assert held
    return held


@pytest.fixture
def page(reporter: Reporter, number: str) -> HttpResponse:
    """What became of the report, with the form for more."""
    return reporter.status(number)


def add(reporter: Reporter, page: HttpResponse, content: bytes | None = None, **more: str) -> HttpResponse:
    sent: dict = {**hidden(page), **more}
    if content is not None:
        sent["file"] = photo(content)
    return reporter.post(**sent)


def opened(vault: Path) -> list[tuple[dict, bytes | None]]:
    """Every message as the unit reads it, with its file."""
    key = keys.read_private(key_path(vault))
    found: list[tuple[dict, bytes | None]] = []
    for message in Message.objects.all():
        content = json.loads(services.open_message(message, key))
        file = None
        if "file" in content:
            manifest = Manifest.from_content(content["file"])
            held = message.attachment
            assert bytes(held.aid) == manifest.id
            file = attachment.open_(manifest, [bytes(chunk.body) for chunk in held.chunks.all()])
        found.append((content, file))
    return found


ADDED = "Sudah ditambahkan ke laporan Anda"


def test_a_photo_is_added_to_the_report_and_opens_with_the_key_of_the_unit(
    vault: Path, reporter: Reporter, page: HttpResponse
) -> None:
    answer = add(reporter, page, jpeg(), text="Ini foto kontraknya.")
    assert ADDED in text_of(answer)
    ((content, file),) = opened(vault)
    assert content["text"] == "Ini foto kontraknya."
    assert (content["file"]["type"], content["file"]["cleaned"]) == ("jpg", "server")
    assert file is not None
    assert Image.open(io.BytesIO(file)).size == (64, 48)
    assert Message.objects.get().header  # sealed as every message
    assert envelope.Header.decode(bytes(Message.objects.get().header)).mode == envelope.Mode.SERVER
    assert Attachment.objects.get().size == attachment.padded_size(len(file))


def test_a_photo_alone_is_enough_and_nothing_at_all_is_not(vault: Path, reporter: Reporter, page: HttpResponse) -> None:
    assert "atau pilih foto" in errors_in(add(reporter, page))
    assert "atau pilih foto" in errors_in(add(reporter, page, text="  "))
    assert ADDED in text_of(add(reporter, page, png()))
    ((content, file),) = opened(vault)
    assert content["text"] == ""
    assert file


def test_the_page_with_the_number_takes_a_photo_and_shows_the_number_again(vault: Path, reporter: Reporter) -> None:
    form = reporter.form()
    stored = reporter.send(form)
    number = receipt_in(stored)
    refused = add(reporter, stored, b"PK\x03\x04 a letter")
    assert "Jenis berkas ini tidak bisa kami terima" in errors_in(refused)
    assert receipt_in(refused) == number
    assert "tidak berubah" in text_of(refused)
    added = add(reporter, refused, jpeg())
    assert ADDED in text_of(added)
    assert receipt_in(added) == number
    # Another one straight away.
    assert ADDED in text_of(add(reporter, added, png()))
    assert len(opened(vault)) == 2
    assert Report.objects.count() == 1


def test_from_abroad_the_numbers_of_the_place_stay_on_the_page_after_a_file(reporter: Reporter) -> None:
    stored = reporter.send(reporter.form("KH"))
    added = reporter.post_file(ZIP, **hidden(stored))
    again = reporter.post_file(jpeg(), **hidden(added))
    for page in (stored, added, again):
        assert "+855 000 1" in text_of(page)
    assert errors_in(added)
    assert ADDED in text_of(again)
    # From within Indonesia nothing of the place is carried on.
    assert "place" not in hidden(reporter.send())


def test_the_number_is_not_shown_for_the_access_alone_nor_for_another_report(reporter: Reporter) -> None:
    mine, other = reporter.send(), reporter.send()
    alone = {name: value for name, value in hidden(mine).items() if name != "token"}
    assert receipt_in(reporter.post(**alone, text="Satu lagi.")) is None
    mixed = {**hidden(mine), "token": hidden(other)["token"]}
    assert receipt_in(reporter.post(**mixed, text="Dua lagi.")) is None
    assert receipt_in(reporter.post(**{**hidden(mine), "token": "x" * 60}, text="Tiga lagi.")) is None


def test_the_page_with_the_number_takes_a_photo_for_two_hours(
    vault: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has to be looked for or taken; and the number, which only that page holds, must not be lost by it."""
    stored = reporter.send()
    number = receipt_in(stored) or ""
    later = time.time() + 119 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    added = add(reporter, stored, jpeg())
    assert ADDED in text_of(added)
    assert receipt_in(added) == number
    later += 120
    late = add(reporter, stored, png(), text="Masih ada.")
    assert receipt_in(late) is None
    assert kept_in(late, "kept") == "Masih ada."
    # Nor with a fresh access, for the old form alone.
    fresh = {**hidden(reporter.status(number)), "token": hidden(stored)["token"]}
    answer = reporter.post(**fresh, text="Masih ada.")
    assert ADDED in text_of(answer)
    assert receipt_in(answer) is None


def test_the_longer_time_is_of_that_page_alone(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not of an answer that was looked up, nor of the access without its form, nor to withdraw."""
    stored, other = reporter.send(), reporter.send()
    asked = reporter.status(receipt_in(stored) or "")
    later = time.time() + 16 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    alone = {name: value for name, value in hidden(stored).items() if name != "token"}
    for fields in (hidden(asked), alone, {**alone, "token": hidden(other)["token"]}):
        assert ADDED not in text_of(reporter.post(**fields, text="Masih ada."))
    withdrawn = reporter.post(**{**hidden(stored), "step": "withdraw", "sure": "yes"})
    assert "terlalu lama" in errors_in(withdrawn)
    assert not Report.objects.exclude(withdrawn_on=None).exists()
    assert ADDED in text_of(reporter.post(**hidden(stored), text="Masih ada."))


def test_the_same_photo_sent_again_is_one_and_another_is_another(
    vault: Path, reporter: Reporter, page: HttpResponse
) -> None:
    sent = jpeg()
    for _time in range(2):
        assert ADDED in text_of(add(reporter, page, sent, text="Kontrak."))
    assert len(opened(vault)) == 1
    add(reporter, page, sent, text="Kontrak yang lain.")
    add(reporter, page, png(), text="Kontrak.")
    assert len(opened(vault)) == 3


# Check 33: nothing beside the pixels, the right way up


@pytest.mark.parametrize("kind", PHOTOS)
def test_check_33_nothing_but_pixels_is_left(kind: str) -> None:
    sent = PHOTOS[kind]()
    assert any(needle in sent for needle in shapes(MARKER).values())
    (made,) = cleaning.clean(sent)
    assert not any(needle in made for needle in shapes(MARKER).values())
    with Image.open(io.BytesIO(made)) as held:
        assert held.format == "JPEG"
        assert not held.getexif()
        assert set(held.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert held.size == (64, 48)
    # Application segments of its own: the JFIF header alone.
    assert segments(made) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def segments(content: bytes) -> set[int]:
    """The markers of a JPEG up to its data."""
    found, at = set(), 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        found.add(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return found


@pytest.mark.parametrize("orientation", range(1, 9))
def test_check_33_it_is_the_right_way_up(orientation: int) -> None:
    """As Pillow's own transposition of the same file turns it."""
    from PIL import ImageOps

    sent = jpeg(orientation)
    with Image.open(io.BytesIO(cleaning.clean(sent)[0])) as made, Image.open(io.BytesIO(sent)) as held:
        right = ImageOps.exif_transpose(held).convert("RGB")
        assert made.size == right.size
        for place in ((4, 4), (right.width - 5, right.height - 5), (4, right.height - 5), (right.width - 5, 4)):
            one, other = made.getpixel(place), right.getpixel(place)
            assert all(abs(a - b) < 40 for a, b in zip(one, other, strict=True)), place


def test_a_broken_exif_is_no_reason_to_refuse_a_photo() -> None:
    spoilt = jpeg().replace(b"Exif\0\0MM", b"Exif\0\0XX").replace(b"Exif\0\0II", b"Exif\0\0XX")
    assert cleaning.clean(spoilt)


def test_a_large_photo_becomes_smaller_and_what_is_clear_becomes_white() -> None:
    (made,) = cleaning.clean(saved(scene((4000, 3000)), "JPEG"))
    assert Image.open(io.BytesIO(made)).size == (scrub.SIDE, scrub.SIDE * 3 // 4)
    (made,) = cleaning.clean(saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(made)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA", "CMYK"])
def test_every_mode_of_a_picture_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert cleaning.clean(saved(Image.new(mode, (20, 20)), kind))


# Check 34: bombs


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that says it is so large, with these chunks and hardly any data."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def animated(kind: str, frames: int = 3) -> bytes:
    pictures = [Image.new("RGB", (8, 8), (n * 90 % 256, n // 256, 0)) for n in range(frames)]
    return saved(pictures[0], kind, save_all=True, append_images=pictures[1:])


BOMBS: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "12,000 by 12,000": (lambda: saved(Image.new("L", (12_000, 12_000)), "PNG"), Reason.TOO_LARGE),
    "50,000 by 50,000": (lambda: png_of(50_000, 50_000), Reason.TOO_LARGE),
    "a text of 100 MB": (
        lambda: png_of(8, 8, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 100_000_000))),
        Reason.DAMAGED,
    ),
    "a profile of 100 MB": (
        lambda: png_of(8, 8, chunk(b"iCCP", b"a\0\0" + zlib.compress(b"x" * 100_000_000))),
        Reason.DAMAGED,
    ),
    "10,000 frames": (lambda: animated("GIF", 10_000), Reason.OTHER),
    "a moving PNG": (lambda: animated("PNG"), Reason.MOVING),
    "a moving WebP": (lambda: animated("WEBP"), Reason.MOVING),
    "half a photo": (lambda: jpeg()[: len(jpeg()) // 2], Reason.DAMAGED),
    "only its beginning": (lambda: b"\xff\xd8\xff", Reason.DAMAGED),
}


@pytest.mark.parametrize("way", BOMBS)
def test_check_34_bombs_are_refused_at_once(way: str) -> None:
    make, reason = BOMBS[way]
    content, before = make(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(Uncleanable) as caught:
        cleaning.clean(content)
    assert caught.value.reason is reason
    # The time that it worked: how long that lasts on a busy machine says nothing of it.
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2


# The page of the system is opened before the child may open nothing more, and asked at its end.
MEASURE = """
import runpy, sys
status = open('/proc/self/status')
sys.argv = sys.argv[1:]
import resource
limit = resource.setrlimit
resource.setrlimit = lambda name, pair: limit(name, (4, 4) if name == resource.RLIMIT_NOFILE else pair)
try:
    runpy.run_path(sys.argv[0], run_name='__main__')
finally:
    status.seek(0)
    sys.stderr.write(status.read().partition('VmHWM:')[2].split()[0])
"""


def peak(content: bytes, kind: Kind) -> tuple[int, int]:
    """How the child ends and how many MiB it took at most."""
    command = [sys.executable, "-I", "-c", MEASURE, scrub.__file__, kind.value]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    return done.returncode, int(done.stderr.split()[-1]) // 1024


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "make"),
    [
        (Kind.JPEG, lambda: saved(Image.effect_noise((9_000, 6_600), 20).convert("RGB"), "JPEG", progressive=True)),
        (Kind.PNG, lambda: saved(Image.new("RGBA", (5_000, 5_000)), "PNG")),
        (Kind.WEBP, lambda: saved(Image.new("RGBA", (4_000, 3_000)), "WEBP")),
        (Kind.HEIF, lambda: saved(Image.new("RGB", (5_000, 5_000)), "HEIF")),
    ],
)
def test_check_34_the_largest_that_is_taken_stays_below_300_mb(kind: Kind, make: Callable[[], bytes]) -> None:
    ended, taken = peak(make(), kind)
    assert ended == 0
    assert 50 < taken < 300


ESCAPES = {
    "memory": "held = bytearray(1 << 30)",
    "a file": "open('/tmp/lentera-escape', 'wb')",
    "reading": "open('/etc/hostname').read()",
    "a connection": "import _socket; _socket.socket()",
    "writing more": "import os; os.truncate(scrub.__file__, 0)",
}


@pytest.mark.parametrize("way", ESCAPES)
def test_the_child_can_reach_nothing(way: str) -> None:
    path = str(Path(scrub.__file__).parent)
    program = f"import sys, _socket; sys.path.insert(0, {path!r}); import scrub; scrub.confine(); {ESCAPES[way]}"
    if way == "writing more":
        program = program.replace(
            "os.truncate(scrub.__file__, 0)", "os.open('/tmp/lentera-escape', os.O_WRONLY | os.O_CREAT)"
        )
    done = subprocess.run([sys.executable, "-I", "-B", "-c", program], capture_output=True, check=False)
    assert done.returncode != 0
    assert b"MemoryError" in done.stderr or b"OSError" in done.stderr or b"Too many open files" in done.stderr


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(cleaning, "_SCRIPT", str(slow))
    monkeypatch.setattr(cleaning, "_SECONDS", 0.3)
    with pytest.raises(Uncleanable) as caught:
        cleaning.clean(jpeg())
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("said", ["import sys; sys.stdout.write('x' * 99)", "pass", "import os; os.abort()"])
def test_what_a_child_says_that_was_taken_over_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    other = tmp_path / "other.py"
    other.write_text(said)
    monkeypatch.setattr(cleaning, "_SCRIPT", str(other))
    with pytest.raises(Uncleanable):
        cleaning.clean(jpeg())


# Check 35: files that are two things


HTML = b"<html><script>alert('" + MARKER.encode() + b"')</script></html>"
ZIP = b"PK\x03\x04\x14\0\0\0" + MARKER.encode() * 3
POLYGLOTS: dict[str, Callable[[], bytes]] = {
    "JPEG and HTML": lambda: jpeg() + HTML,
    "JPEG with HTML in its comment": lambda: saved(scene(), "JPEG", comment=HTML),
    "JPEG and ZIP": lambda: jpeg() + ZIP,
    "PNG and ZIP": lambda: png() + ZIP,
    "PNG and a chunk of its own": lambda: png()[:-12] + chunk(b"evIL", HTML) + chunk(b"IEND", b""),
    "WebP and HTML": lambda: webp() + HTML,
}


@pytest.mark.parametrize("way", POLYGLOTS)
def test_check_35_of_two_things_the_picture_alone_is_left(way: str) -> None:
    sent = POLYGLOTS[way]()
    assert MARKER.encode() in sent
    (made,) = cleaning.clean(sent)
    assert MARKER.encode() not in made
    assert b"<script" not in made
    assert b"PK\x03\x04" not in made


DISGUISED: dict[str, tuple[bytes, Reason]] = {
    "HTML": (HTML, Reason.OTHER),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", Reason.OTHER),
    "GIF and JavaScript": (b"GIF89a/*\0\0*/=1;alert(1)", Reason.OTHER),
    "a program": (b"\x7fELF\x02\x01\x01" + b"\0" * 64, Reason.OTHER),
    "a program of Windows": (b"MZ" + b"\0" * 64, Reason.OTHER),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n(x) show", Reason.OTHER),
    "a TIFF": (b"II*\0" + b"\0" * 64, Reason.OTHER),
    "a BMP": (b"BM" + b"\0" * 64, Reason.OTHER),
    # Sound and film that are what they say: test_recordings.
    "what begins like a film": (b"\0\0\0\x18ftypmp42" + HTML, Reason.DAMAGED),
    "what begins like a voice": (b"OggS\0\x02" + HTML, Reason.DAMAGED),
    "what begins like a call": (b"#!AMR\n" + HTML, Reason.DAMAGED),
    "what begins like a song": (b"ID3\x04\0\0\0\0\0\0" + HTML, Reason.DAMAGED),
    "what begins like a WebM": (b"\x1aE\xdf\xa3\x80" + HTML, Reason.DAMAGED),
    "nothing": (b"", Reason.OTHER),
    "zeros": (b"\0" * 1000, Reason.OTHER),
    # Check 38
    "a ZIP": (ZIP, Reason.OTHER),
    "a letter": (b"PK\x03\x04\x14\0\x06\0word/document.xml", Reason.OTHER),
    "a RAR": (b"Rar!\x1a\x07\0", Reason.OTHER),
    "what begins like a photo": (b"\xff\xd8\xff" + HTML, Reason.DAMAGED),
    "what begins like a PNG": (b"\x89PNG\r\n\x1a\n" + HTML, Reason.DAMAGED),
    "what begins like a WebP": (b"RIFF\x10\0\0\0WEBPVP8 " + HTML, Reason.DAMAGED),
    "what begins like HEIC": (b"\0\0\0\x18ftypheic" + HTML, Reason.DAMAGED),
}


@pytest.mark.parametrize("way", DISGUISED)
def test_check_35_38_what_is_no_photo_is_refused_by_what_it_is(way: str) -> None:
    content, reason = DISGUISED[way]
    with pytest.raises(Uncleanable) as caught:
        cleaning.clean(content)
    assert caught.value.reason is reason


def test_check_38_the_page_says_what_to_do_instead_and_keeps_what_was_typed(
    vault: Path, reporter: Reporter, page: HttpResponse
) -> None:
    sentences = {}
    for reason, content in {
        Reason.OTHER: ZIP,
        Reason.RECORDING: b"fLaC" + b"\0" * 64,
        Reason.DAMAGED: jpeg()[:300],
        Reason.MOVING: animated("PNG"),
        Reason.TOO_LARGE: png_of(50_000, 50_000),
    }.items():
        answer = add(reporter, page, content, text="Ini bukti saya.")
        assert answer.status_code == 200
        assert kept_in(answer, "text") == "Ini bukti saya."
        sentences[reason] = errors_in(answer)
        page = answer
    assert len(set(sentences.values())) == len(sentences)
    assert all("angkapan layar" in said or "Tulis apa" in said for said in sentences.values())
    assert not Message.objects.exists()
    assert not Attachment.objects.exists()
    # The report is as it was.
    assert Report.objects.count() == 1


def test_where_heic_cannot_be_read_the_page_says_so(
    reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = heic()
    monkeypatch.setattr(cleaning, "find_spec", lambda name: None)
    assert "HEIC" in errors_in(add(reporter, page, content))
    assert cleaning.kind_of(content) is Kind.HEIF


PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert('ZXQ-7781-RAHASIA'))>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[<</Type/Annot/Subtype/Text/T(ZXQ-7781-RAHASIA)>>]>>endobj
trailer<</Root 1 0 R/Info<</Author(ZXQ-7781-RAHASIA)>>>>
"""


def test_check_39_a_pdf_becomes_pictures_of_its_pages_or_is_refused_and_said_so(
    vault: Path, reporter: Reporter, page: HttpResponse
) -> None:
    """Which of the two depends on what is installed; never as it came."""
    answer = add(reporter, page, PDF, text="Kontrak.")
    if not cleaning.can_clean(Kind.PDF):
        assert "tangkapan layar tiap halaman" in errors_in(answer)
        assert kept_in(answer, "text") == "Kontrak."
        assert "application/pdf" not in text_of(page)
        assert not Attachment.objects.exists()
        return
    assert "application/pdf" in text_of(page)
    ((content, file),) = opened(vault)
    assert content["file"]["type"] == "jpg"
    assert file
    assert file.startswith(b"\xff\xd8\xff")
    assert MARKER.encode() not in file


def pdf_of(pages: int) -> bytes:
    """So many pages; each holds what no picture shows."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    objects = [
        "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(ZXQ-7781-RAHASIA)<</F(ZXQ-7781-RAHASIA)>>]>>>>>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>",
        *["<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]>>"] * pages,
    ]
    body = "".join(f"{number} 0 obj{held}endobj\n" for number, held in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R/Info<</Author(ZXQ-7781-RAHASIA)>>>>\n".encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(pdf_of(11), Reason.TOO_LARGE), (pdf_of(2)[:60], Reason.DAMAGED), (b"%PDF-1.4\n" + b"\0" * 500, Reason.DAMAGED)],
    ids=["eleven pages", "cut off", "nothing"],
)
def test_check_39_what_is_no_short_pdf_is_refused(content: bytes, reason: Reason) -> None:
    with pytest.raises(Uncleanable) as caught:
        cleaning.clean(content)
    assert caught.value.reason is (reason if cleaning.can_clean(Kind.PDF) else Reason.PDF)


def test_check_39_every_page_is_a_picture_of_its_own() -> None:
    if not cleaning.can_clean(Kind.PDF):
        with pytest.raises(Uncleanable):
            cleaning.clean(pdf_of(2))
        return
    made = cleaning.clean(pdf_of(2))
    assert [Image.open(io.BytesIO(one)).size for one in made] == [(600, 900)] * 2
    assert MARKER.encode() not in b"".join(made)


def test_several_pictures_of_one_file_are_several_messages_with_the_text_once(
    vault: Path, reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the pages of a PDF come out of the child."""
    pictures = [saved(scene((n, 8)), "JPEG") for n in (10, 20, 30)]
    monkeypatch.setattr(cleaning, "clean", lambda content: pictures)
    assert ADDED in text_of(add(reporter, page, PDF, text="Tiga halaman."))
    assert sorted(content["text"] for content, _file in opened(vault)) == ["", "", "Tiga halaman."]
    assert sorted(file for _content, file in opened(vault) if file) == sorted(pictures)
    monkeypatch.setattr(attaching, "MAX_FILES", 5)
    refused = add(reporter, page, PDF + b" ", text="Tiga lagi.")
    assert "10 berkas" in errors_in(refused)
    assert Attachment.objects.count() == 3


# Check 36: names


NAMES = [
    "../../etc/passwd",
    "C:\\x\\y.jpg",
    "a\0b.jpg",
    "\u202egpj.exe",
    "x" * 300 + ".jpg",
    ".htaccess",
    "\U0001f600.jpg",
    "<script>.jpg",
    '"; filename="z.php',
    f"{MARKER}.jpg",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_check_36_the_name_of_a_file_is_kept_nowhere(
    vault: Path, reporter: Reporter, page: HttpResponse, name: str
) -> None:
    body, kind = multipart(hidden(page), jpeg(), name.replace('"', "%22"), name[:20])
    answer = reporter.client.post("/layanan/", body, content_type=kind, headers=reporter.headers)
    assert ADDED in text_of(answer)
    ((content, _file),) = opened(vault)
    said = json.dumps(content, ensure_ascii=False)
    assert name not in said
    assert MARKER not in said
    assert set(content) == {"v", "language", "text", "file"}
    assert set(content["file"]) == {"id", "key", "type", "cleaned", "bytes", "chunks", "sha256"}


def test_a_name_beyond_all_measure_is_refused_with_a_page(reporter: Reporter, page: HttpResponse) -> None:
    body, kind = multipart(hidden(page), jpeg(), "x" * 5_000)
    answer = reporter.client.post("/layanan/", body, content_type=kind, headers=reporter.headers)
    assert answer.status_code == 400
    assert "tel:110" in text_of(answer)
    assert not Attachment.objects.exists()


# Check 37: size


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False), (5 * 1024 * 1024, False)])
def test_check_37_a_file_just_over_the_limit_is_an_error_and_never_silent_loss(
    vault: Path, reporter: Reporter, page: HttpResponse, more: int, taken: bool
) -> None:
    small = jpeg()
    content = small + b"\0" * (attachment.MAX_FILE + more - len(small))
    answer = add(reporter, page, content, text="Tulisan di sampingnya.")
    assert answer.status_code == 200
    assert (ADDED in text_of(answer)) == taken
    assert ("paling besar 10 MB" in errors_in(answer)) == (not taken)
    assert bool(opened(vault)) == taken
    if not taken:
        assert kept_in(answer, "text") == "Tulisan di sampingnya."


def test_check_37_200_mb_are_refused_before_they_are_read(reporter: Reporter, page: HttpResponse) -> None:
    answer = reporter.client.generic(
        "POST",
        "/layanan/",
        b"--x\r\n",
        "multipart/form-data; boundary=x",
        headers=reporter.headers,
        CONTENT_LENGTH="200000000",
    )
    assert answer.status_code == 413
    assert "paling besar 10 MB" in text_of(answer)
    assert "aman" in text_of(answer)


def test_a_large_body_that_is_no_form_with_a_file_is_refused_as_before(reporter: Reporter) -> None:
    body = "x" * (middleware.MAX_BODY + 1)
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/mixed; boundary=x"):
        assert reporter.client.post("/layanan/", body, content_type=kind, headers=reporter.headers).status_code == 413


def test_large_files_come_in_one_at_a_time_and_the_page_says_so(
    reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(run._PATIENCE, run.Slot.UPLOAD, run._Patience(0.1, run.BoundedSemaphore(2)))
    content = jpeg() + b"\0" * middleware.MAX_BODY
    with run.slot(run.Slot.UPLOAD):
        answer = add(reporter, page, content)
        # Texts and small photos are not held up.
        assert ADDED in text_of(add(reporter, page, jpeg(), text="Kecil saja."))
    assert answer.status_code == 503
    assert "aman" in text_of(answer)
    assert ADDED in text_of(add(reporter, page, content))


def test_while_others_are_cleaned_the_page_keeps_what_was_typed(
    reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(run._PATIENCE, run.Slot.CLEANING, run._Patience(0.1, run.BoundedSemaphore(2)))
    with run.slot(run.Slot.CLEANING):
        answer = add(reporter, page, jpeg(), text="Tunggu.")
    assert answer.status_code == 503
    assert kept_in(answer, "text") == "Tunggu."


def test_only_the_place_for_a_file_takes_one_and_only_one(vault: Path, reporter: Reporter, page: HttpResponse) -> None:
    answer = reporter.post(**hidden(page), story=photo(jpeg()), text=photo(b"teks"))
    assert "atau pilih foto" in errors_in(answer)
    answer = reporter.post(**hidden(page), file=[photo(jpeg()), photo(ZIP)])
    assert ADDED in text_of(answer)
    assert len(opened(vault)) == 1


def test_no_step_but_adding_looks_at_a_file(reporter: Reporter) -> None:
    form = reporter.form()
    answer = reporter.post(**{**form, "about": "held", "story": "Cerita yang cukup panjang."}, file=photo(jpeg()))
    assert receipt_in(answer)
    assert not Attachment.objects.exists()


# What is kept and how much


def test_a_report_has_ten_files_and_texts_beyond(
    reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MAX_FILES", 2)
    for text in ("satu", "dua"):
        assert ADDED in text_of(add(reporter, page, jpeg(), text=text))
    refused = add(reporter, page, jpeg(), text="tiga")
    assert "10 berkas" in errors_in(refused)
    assert kept_in(refused, "text") == "tiga"
    assert ADDED in text_of(add(reporter, page, text="tiga"))


def test_where_room_is_short_files_are_refused_and_texts_are_taken(
    vault: Path, reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "files", SimpleNamespace(file_of=lambda database: vault / "reports.sqlite3"))
    monkeypatch.setattr(attaching, "ROOM", 1 << 60)
    refused = add(reporter, page, jpeg(), text="Teks saja.")
    assert "sedang penuh" in errors_in(refused)
    assert kept_in(refused, "text") == "Teks saja."
    assert ADDED in text_of(add(reporter, page, text="Teks saja."))
    assert receipt_in(reporter.send())


def test_where_the_form_closes_meanwhile_what_was_typed_comes_back(
    vault: Path, reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = hidden(page)
    UnitKey.objects.update(retired_on=timezone.localdate())
    for content in (jpeg(), ZIP):
        answer = reporter.post(**fields, text="Jangan hilang.", file=photo(content))
        assert kept_in(answer, "kept") == "Jangan hilang."
    assert not Attachment.objects.exists()


def test_a_database_that_fails_halfway_leaves_neither_text_nor_file(
    reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(attaching, "insert_file", fail)
        answer = add(reporter, page, jpeg(), text="Jangan hilang.")
    assert answer.status_code == 503
    assert kept_in(answer, "kept") == "Jangan hilang."
    assert not Message.objects.exists()
    assert not Attachment.objects.exists()
    assert ADDED in text_of(add(reporter, page, jpeg(), text="Jangan hilang."))
    assert Attachment.objects.count() == 1


def test_an_old_access_takes_no_file_and_gives_the_text_back(
    reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = time.time() + 16 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    answer = add(reporter, page, jpeg(), text="Teks saya.")
    assert kept_in(answer, "kept") == "Teks saya."
    assert not Attachment.objects.exists()


def test_files_go_with_the_report_that_was_withdrawn(
    vault: Path, reporter: Reporter, number: str, page: HttpResponse
) -> None:
    assert ADDED in text_of(add(reporter, page, jpeg()))
    fields = {**hidden(reporter.status(number)), "step": "withdraw", "sure": "yes"}
    assert "ditarik" in text_of(reporter.post(**fields))
    # Under its access nothing more is taken.
    assert add(reporter, page, png(), text="Lagi.").status_code == 200
    assert Attachment.objects.count() == 1
    services.tidy()
    assert Attachment.objects.count() == 1
    Report.objects.update(withdrawn_on=timezone.localdate() - timezone.timedelta(days=retention.WITHDRAWN_DAYS))
    services.tidy()
    assert not Report.objects.exists()
    assert not Attachment.objects.exists()
    assert not AttachmentChunk.objects.exists()


def test_an_old_browser_that_names_no_origin_may_send_a_photo(
    vault: Path, reporter: Reporter, page: HttpResponse
) -> None:
    """The page in between could not carry it on; a foreign page has no access to give out."""
    silent = Reporter(headers={})
    assert ADDED in text_of(add(silent, page, jpeg(), text="Dari HP lama."))
    assert len(opened(vault)) == 1
    foreign = Reporter(headers={"Origin": "https://jahat.example"})
    assert add(foreign, page, png()).status_code == 403
    without = Reporter(headers={})
    assert "name=confirm" in text_of(add(without, page, text="Teks saja."))
    assert len(opened(vault)) == 1


def test_the_form_says_who_can_see_it_and_takes_pictures(page: HttpResponse) -> None:
    shown = text_of(page)
    assert "enctype=multipart/form-data" in shown
    # PDF too where it can be drawn (the extra ``pdf``).
    drawn = ",application/pdf" if cleaning.can_clean(cleaning.Kind.PDF) else ""
    assert f'accept="image/*,audio/*,video/*{drawn}"' in shown
    assert "Server bisa melihatnya sebentar" in shown


def test_every_page_with_the_form_stays_below_14_kb(reporter: Reporter, number: str, page: HttpResponse) -> None:
    stored = reporter.send()
    long = "Kata yang panjang sekali. " * 300
    pages = [stored, page, add(reporter, page, jpeg()), add(reporter, page, ZIP), add(reporter, stored, ZIP)]
    assert all(len(held.content) <= 14 * 1024 for held in pages), [len(held.content) for held in pages]
    assert len(add(reporter, page, ZIP, text=long).content) < 14 * 1024 + len(long)


def test_a_file_of_the_server_is_marked_as_cleaned_there() -> None:
    assert attachment.seal(b"x", "jpg", Cleaned.SERVER).manifest.to_content()["cleaned"] == "server"


def test_check_02_nothing_of_a_photo_is_left_behind(
    vault: Path, reporter: Reporter, page: HttpResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(vault))
    sent = jpeg()
    assert ADDED in text_of(add(reporter, page, sent, text=MARKER))
    assert not left_behind(vault, MARKER)
    needle = cleaning.clean(sent)[0][600:632]
    assert not any(needle in path.read_bytes() for path in vault.rglob("*") if path.is_file())


def test_hashes_tell_one_sending_from_another_and_nothing_else(
    vault: Path, reporter: Reporter, page: HttpResponse
) -> None:
    """The mark of a photo in the database is keyed: a thief cannot ask it for a photo that he has."""
    sent = jpeg()
    add(reporter, page, sent)
    held = b"".join(bytes(row.body_mac) + bytes(row.nonce_mac) for row in FormToken.objects.all())
    assert hashlib.sha256(sent).digest() not in held
