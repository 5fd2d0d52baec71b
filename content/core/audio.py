"""MP3 files as they are uploaded: how long they are, and nothing in them but sound.

MP3 is the one format that every phone plays, the oldest too. What stands before, between and after its frames (names,
places, pictures, the program) is left out by copying the frames alone, so nobody has to know every kind of tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_RATES = {  # by version: 3 is MPEG-1, 2 is MPEG-2, 0 is MPEG-2.5
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
_KBITS = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
# A first frame of silence in which encoders write about themselves.
_ABOUT = (b"Xing", b"Info", b"VBRI")


class NotAudioError(Exception):
    """No MP3, or one that is broken."""


@dataclass(frozen=True)
class Sound:
    """The frames of an MP3 and how long they play."""

    data: bytes
    seconds: float


@dataclass(frozen=True)
class _Frame:
    length: int
    seconds: float
    # What does not change within one file.
    kind: tuple[int, int]


def cleaned(raw: bytes) -> Sound:
    """The sound of an MP3. Raises :class:`NotAudioError` for anything else, and where frames are missing in its middle."""
    frames = list(_frames(raw))
    if frames and any(mark in frames[0][0][:200] for mark in _ABOUT):
        frames = frames[1:]
    if len(frames) < 2:
        raise NotAudioError
    return Sound(b"".join(data for data, _frame in frames), sum(frame.seconds for _data, frame in frames))


def _frames(raw: bytes) -> Iterator[tuple[bytes, _Frame]]:
    place = _after_tags(raw, 0)
    kind: tuple[int, int] | None = None
    while place < len(raw):
        if frame := _frame(raw[place : place + 4]):
            if kind not in (None, frame.kind):
                raise NotAudioError
            kind = frame.kind
            if place + frame.length > len(raw):
                return  # cut off: what is there of the last one would only click
            yield raw[place : place + frame.length], frame
            place += frame.length
        elif (beyond := _after_tags(raw, place)) > place:
            place = beyond  # joined files have tags in their middle
        else:
            break
    if raw[place:] and not raw[place:].startswith((b"APETAGEX", b"LYRICSBEGIN", b"3DI")):
        raise NotAudioError


def _after_tags(raw: bytes, place: int) -> int:
    """Where a frame may begin at ``place`` or after it, behind any number of ID3 tags."""
    while True:
        if raw[place : place + 3] == b"ID3" and len(raw) >= place + 10:
            size = 0
            for byte in raw[place + 6 : place + 10]:
                if byte > 127:
                    raise NotAudioError
                size = size << 7 | byte
            place += 10 + size + (10 if raw[place + 5] & 0x10 else 0)
        elif raw[place : place + 3] == b"TAG":
            place += 128
        else:
            break
    while place < len(raw) and raw[place] == 0:
        place += 1
    return place


def _frame(head: bytes) -> _Frame | None:
    """What four bytes say of a frame of layer III; nothing where they are none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, kbits = head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or layer != 1 or rate == 3 or kbits in (0, 15):
        return None
    first = version == 3
    hertz, bits = _RATES[version][rate], _KBITS[first][kbits - 1] * 1000
    length = (144 if first else 72) * bits // hertz + (head[2] >> 1 & 1)
    return _Frame(length, (1152 if first else 576) / hertz, (version, hertz))
