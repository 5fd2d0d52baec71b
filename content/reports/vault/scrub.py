"""The child that cleans one file: bytes in, pictures or a recording out, and nothing else that it could do.

A program of its own, run by its path (cleaning.py): of ours it imports what knows recordings alone, opens no file and no
connection, and may use so much memory and time and no more. What it reads was made to be hostile; a picture that it writes is made of pixels alone.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

# What the parent understands, besides being killed.
DAMAGED, TOO_LARGE, MOVING, MISSING, UNKNOWN = 10, 11, 12, 13, 14

MEMORY = 448 * 1024 * 1024
SECONDS = 15
# The longest side of what comes out: a sheet of paper can still be read.
SIDE = 2560
QUALITY = 85
# A JPEG is read at a fraction of its size; everything else has to lie in memory whole.
MAX_PIXELS = {"JPEG": 60_000_000, "WEBP": 12_000_000}
MAX_OTHER_PIXELS = 25_000_000
MAX_PAGES = 10


def confine() -> None:
    """No more memory and time than this, no file, no connection, no core."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(limit, (0, 0))
    # Standard input and output are open; nothing more can be.
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def picture(content: bytes, kind: str) -> list[bytes]:
    """The picture as a JPEG of its pixels, the right way up."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=[kind]) as held:
        if held.width * held.height > MAX_PIXELS.get(kind, MAX_OTHER_PIXELS):
            sys.exit(TOO_LARGE)
        # A JPEG of several pictures is that of a phone which keeps its brightness or a second lens beside it: the first counts.
        if kind != "JPEG" and getattr(held, "is_animated", False):
            sys.exit(MOVING)
        turned = orientation(held)
        held.draft("RGB", (SIDE, SIDE))
        held.load()
        return [redrawn(held, turned)]


def orientation(held: Any) -> Any:
    """Which way the camera was held, as Pillow names the turn; nothing where it cannot be read."""
    from PIL import Image

    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    try:
        return turns.get(held.getexif().get(0x0112))
    except Exception:  # noqa: BLE001 - whatever is wrong there is no reason to refuse the picture
        return None


def redrawn(held: Any, turned: Any = None) -> bytes:
    """Only its pixels, on white, at most SIDE long: a new picture takes over nothing that stood beside them."""
    from PIL import Image

    held.thumbnail((SIDE, SIDE))
    clear = held.convert("RGBA") if "A" in held.getbands() or "transparency" in held.info else held.convert("RGB")
    fresh = Image.new("RGB", clear.size, "white")
    fresh.paste(clear, mask=clear.getchannel("A") if clear.mode == "RGBA" else None)
    if turned is not None:
        fresh = fresh.transpose(turned)
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def pages(content: bytes) -> list[bytes]:
    """Each page of a PDF as a picture: no script, no attachment, no author comes along."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    if len(document) > MAX_PAGES:
        sys.exit(TOO_LARGE)
    found = []
    for page in document:
        scale = min(3.0, SIDE / max(1.0, *page.get_size()))
        found.append(redrawn(page.render(scale=scale, may_draw_forms=False).to_pil()))
    return found


RECORDINGS = ("MP4", "OGG", "MP3", "WEBM", "AMR")


def recordings() -> ModuleType:
    """The module beside this file, which no path of imports leads to."""
    loader = SourceFileLoader("recordings", str(Path(__file__).with_name("recordings.py")))
    module = ModuleType(loader.name)
    # Where its dataclasses look for it.
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


def recording(content: bytes, kind: str, known: ModuleType) -> list[bytes]:
    """The sound or film with nothing beside it."""
    try:
        return [known.clean(kind, content)]
    except known.Uncleanable:
        sys.exit(UNKNOWN)


def prepare(kind: str) -> ModuleType | None:
    """Load what reads this kind while files may still be opened; exits where it is not installed."""
    if kind in RECORDINGS:
        return recordings()
    from PIL import ExifTags, Image, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401

    Image.preinit()
    # Counted by ourselves, with an answer instead of a warning.
    Image.MAX_IMAGE_PIXELS = None
    try:
        if kind == "HEIF":
            import pillow_heif

            pillow_heif.register_heif_opener(thumbnails=False)
        if kind == "PDF":
            import pypdfium2  # noqa: F401
    except ImportError:
        sys.exit(MISSING)
    return None


def main(kind: str) -> None:
    """Clean what comes on standard input: each file on standard output after its length (4 bytes)."""
    warnings.simplefilter("ignore")
    known = prepare(kind)
    content = sys.stdin.buffer.read()
    confine()
    try:
        if known is not None:
            found = recording(content, kind, known)
        else:
            found = pages(content) if kind == "PDF" else picture(content, kind)
    except MemoryError:
        sys.exit(TOO_LARGE)
    except Exception:  # noqa: BLE001 - libraries fail in a hundred ways on what is no picture
        sys.exit(DAMAGED)
    for made in found:
        sys.stdout.buffer.write(len(made).to_bytes(4) + made)


if __name__ == "__main__":
    main(sys.argv[1])
