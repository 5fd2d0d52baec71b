"""Cleaning what was sent without JavaScript: in memory and in a child process, never by its name, never on a disk."""

from __future__ import annotations

import subprocess
import sys
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from . import run, scrub

_SECONDS = 20
_SCRIPT = str(Path(scrub.__file__))


class Kind(StrEnum):
    """What a file is by its first bytes, in the names of the child where it can clean it."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIF = "HEIF"
    PDF = "PDF"
    MP4 = "MP4"
    OGG = "OGG"
    MP3 = "MP3"
    WEBM = "WEBM"
    AMR = "AMR"
    RECORDING = "recording"
    OTHER = "other"


class Reason(StrEnum):
    """Why a file is not taken."""

    OTHER = "other"
    RECORDING = "recording"
    PDF = "pdf"
    HEIF = "heif"
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    MOVING = "moving"


class Uncleanable(Exception):
    """The file is not taken; ``reason`` says why. The text never holds anything of it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


# What reads a kind beside Pillow and our own.
NEEDED = {Kind.HEIF: "pillow_heif", Kind.PDF: "pypdfium2"}
_REASONS = {scrub.TOO_LARGE: Reason.TOO_LARGE, scrub.MOVING: Reason.MOVING, scrub.UNKNOWN: Reason.RECORDING}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_STARTS = {
    b"\xff\xd8\xff": Kind.JPEG,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"%PDF-": Kind.PDF,
    b"OggS": Kind.OGG,
    b"ID3": Kind.MP3,
    b"\xff\xfb": Kind.MP3,
    b"\xff\xfa": Kind.MP3,
    b"\xff\xf3": Kind.MP3,
    b"\xff\xf2": Kind.MP3,
    b"\x1aE\xdf\xa3": Kind.WEBM,
    b"#!AMR": Kind.AMR,
    # Bare AAC, FLAC.
    b"\xff\xf1": Kind.RECORDING,
    b"\xff\xf9": Kind.RECORDING,
    b"fLaC": Kind.RECORDING,
}
# A file of sound or film keeps its kind; everything else that could be cleaned is a picture now.
_ENDINGS = {Kind.JPEG: "jpg", Kind.MP4: "mp4", Kind.OGG: "ogg", Kind.MP3: "mp3", Kind.WEBM: "webm", Kind.AMR: "amr"}


def kind_of(content: bytes) -> Kind:
    """What it says it is in its first bytes; whether that is true, the child finds out."""
    if content[4:8] == b"ftyp":
        return Kind.HEIF if content[8:12] in _HEIF_BRANDS else Kind.MP4
    if content.startswith(b"RIFF"):
        return {b"WEBP": Kind.WEBP, b"WAVE": Kind.RECORDING, b"AVI ": Kind.RECORDING}.get(content[8:12], Kind.OTHER)
    return next((kind for start, kind in _STARTS.items() if content.startswith(start)), Kind.OTHER)


def ending_of(cleaned: bytes) -> str:
    """Of what was cleaned, the ending that names its kind in a manifest."""
    return _ENDINGS[kind_of(cleaned)]


def can_clean(kind: Kind) -> bool:
    """Whether what reads this kind is installed here."""
    needed = NEEDED.get(kind)
    return kind not in (Kind.RECORDING, Kind.OTHER) and (needed is None or find_spec(needed) is not None)


def clean(content: bytes) -> list[bytes]:
    """The pictures that a file consists of, as JPEG without anything beside their pixels; of a recording the same, cleaned.

    Uncleanable where it cannot be done; Busy where others are being cleaned for too long.
    """
    kind = kind_of(content)
    if not can_clean(kind):
        raise Uncleanable(
            {Kind.PDF: Reason.PDF, Kind.HEIF: Reason.HEIF, Kind.RECORDING: Reason.RECORDING}.get(kind, Reason.OTHER)
        )
    with run.slot(run.Slot.CLEANING):
        try:
            done = subprocess.run(  # noqa: S603 - our own script, one of our own words
                [sys.executable, "-I", "-B", _SCRIPT, kind.value],
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Uncleanable(Reason.TOO_LARGE) from None
    if done.returncode:
        # Killed for its memory or time: it was too much.
        raise Uncleanable(_REASONS.get(done.returncode, Reason.TOO_LARGE if done.returncode < 0 else Reason.DAMAGED))
    return _parts(done.stdout, kind, len(content))


def _parts(output: bytes, kind: Kind, size: int) -> list[bytes]:
    found = []
    while output:
        end = 4 + int.from_bytes(output[:4])
        found.append(output[4:end])
        output = output[end:]
    if kind.value in scrub.RECORDINGS:
        right = [(kind_of(part), len(part)) for part in found] == [(kind, size)]
    else:
        right = bool(found) and all(kind_of(part) is Kind.JPEG for part in found)
    if not right:
        raise Uncleanable(Reason.DAMAGED)
    return found
