"""Sound and film without what stands beside them: place, time, phone, names. The same length, and as it plays the same.

Pure functions for the child that cleans (scrub.py); nothing of ours is imported. What is needed for playing is named here
and kept; everything else is emptied, whether it is known or not. What cannot be followed to its end is refused, never
guessed: Uncleanable where it is of a kind not known well enough here, another exception where it is damaged.

What remains is sound and picture themselves and the tables of when each piece is played. Who is to be heard or seen stays.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


class Uncleanable(Exception):
    """A kind of sound or film of which it is not known here what lies where."""


class Damaged(ValueError):
    """It contradicts itself, or ends too early."""


def clean(kind: str, content: bytes) -> bytes:
    """The recording of this kind (in the names of cleaning.py) with nothing beside its sound and picture."""
    held = bytearray(content)
    {"MP4": mp4, "OGG": ogg, "MP3": mp3, "WEBM": webm, "AMR": amr}[kind](held)
    return bytes(held)


def _wipe(held: bytearray, start: int, end: int) -> None:
    if not 0 <= start <= end <= len(held):
        raise Damaged
    held[start:end] = bytes(end - start)


# MP4, M4A, 3GP, MOV: boxes in boxes. Only the tree below is gone into, so nothing can be nested deeper than it.

_TABLES = (b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stsc", b"stsz", b"stco", b"co64", b"sdtp")
_MEDIA = {b"vmhd": None, b"smhd": None, b"dinf": {b"dref": None}, b"stbl": dict.fromkeys(_TABLES)}
_TRACK = {
    b"tkhd": None,
    b"edts": {b"elst": None},
    b"mdia": {b"mdhd": None, b"hdlr": None, b"minf": _MEDIA},
}
_MOVIE = {b"mvhd": None, b"trak": _TRACK}
# Where the number of entries stands in a table, after version and flags, and how long each is.
_ENTRIES = {b"stts": (4, 8), b"ctts": (4, 8), b"stss": (4, 4), b"stsc": (4, 12), b"stco": (4, 4), b"co64": (4, 8)}
# How long the fixed part of a full box is in version 0 and 1.
_FIXED = {
    b"mvhd": (100, 112),
    b"tkhd": (84, 96),
    b"mdhd": (24, 36),
    b"vmhd": (12, 12),
    b"smhd": (8, 8),
    b"cslg": (24, 44),
}
_FILMS = (b"avc1", b"avc3", b"hvc1", b"hev1", b"mp4v", b"s263", b"h263", b"vp08", b"vp09", b"av01")
_SOUNDS = (b"mp4a", b"samr", b"sawb", b"Opus", b"alac")
_SETTINGS = (b"avcC", b"hvcC", b"av1C", b"vpcC", b"esds", b"d263", b"damr", b"dOps", b"alac", b"pasp", b"colr", b"wave")
_BRANDS = {
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"hvc1", b"hev1", b"av01", b"M4A "),
    *(b"M4V ", b"qt  ", b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3gr6", b"3gs6", b"3g2a", b"mp71", b"dash", b"vp09"),
}  # fmt: skip


@dataclass(frozen=True)
class _Box:
    """One box: where it begins, where its content does, where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


def _boxes(held: bytearray, start: int, end: int) -> Iterator[_Box]:
    """The boxes of a stretch; what is too short to be one at its end is emptied."""
    while end - start >= 8:
        size, kind = struct.unpack_from(">I4s", held, start)
        body = start + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", held, body)
            body += 8
        elif size == 0:
            size = end - start
        if not body - start <= size <= end - start:
            raise Damaged
        yield _Box(kind, start, body, start + size)
        start += size
    _wipe(held, start, end)


def _free(held: bytearray, box: _Box) -> None:
    """Make it a box of nothing, of the same length."""
    held[box.start + 4 : box.start + 8] = b"free"
    _wipe(held, box.body, box.end)


@dataclass
class _Track:
    """What of a track is needed to find its pieces."""

    kind: bytes = b""
    entry: bytes = b""
    # How many bytes the length of a unit takes, in H.264 and H.265.
    lengths: int = 0
    tables: dict[bytes, _Box] = field(default_factory=dict)


def mp4(held: bytearray) -> None:
    """Empty every box but those that play, and every byte of the media that belongs to no sound or picture."""
    tracks: list[_Track] = []
    media: list[_Box] = []
    movies = 0
    for box in _boxes(held, 0, len(held)):
        if box.kind == b"ftyp":
            _brands(held, box)
        elif box.kind == b"moov":
            movies += 1
            tracks += _movie(held, box)
        elif box.kind == b"mdat":
            media.append(box)
        elif box.kind in (b"moof", b"sidx"):
            raise Uncleanable
        else:
            _free(held, box)
    if movies != 1 or not tracks:
        raise Damaged
    was = bytes(held)
    for box in media:
        _wipe(held, box.body, box.end)
    for track in tracks:
        for start, size in _pieces(was, track):
            if not any(box.body <= start and start + size <= box.end for box in media):
                raise Damaged
            held[start : start + size] = was[start : start + size]
            if track.lengths:
                _without_remarks(held, start, start + size, track)


def _brands(held: bytearray, box: _Box) -> None:
    """Which rules the file keeps to; the second four bytes are a number."""
    for place in range(box.body, box.end, 4):
        end = min(place + 4, box.end)
        if place == box.body + 4:
            _wipe(held, place, end)
        elif bytes(held[place:end]) not in _BRANDS:
            held[place:end] = b"isom"[: end - place]


def _movie(held: bytearray, movie: _Box) -> list[_Track]:
    found = []
    for box in _boxes(held, movie.body, movie.end):
        if box.kind == b"trak":
            track = _Track()
            _tree(held, box, _TRACK, track)
            if track.kind in (b"vide", b"soun"):
                if track.entry not in (_FILMS if track.kind == b"vide" else _SOUNDS):
                    raise Uncleanable
                found.append(track)
            else:
                # Subtitles, places by the second, chapters: neither seen nor heard. Their pieces are emptied with the rest.
                _free(held, box)
        elif box.kind == b"mvhd":
            _leaf(held, box, _Track())
        elif box.kind == b"mvex":
            raise Uncleanable
        else:
            _free(held, box)
    return found


def _tree(held: bytearray, parent: _Box, known: dict[bytes, Any], track: _Track) -> None:
    for box in _boxes(held, parent.body, parent.end):
        if box.kind not in known or box.kind in track.tables:
            _free(held, box)
        elif known[box.kind] is not None:
            _tree(held, box, known[box.kind], track)
        else:
            track.tables[box.kind] = box
            _leaf(held, box, track)


def _leaf(held: bytearray, box: _Box, track: _Track) -> None:
    """Empty what a box has beside its purpose."""
    kind, body = box.kind, box.body
    version = held[body]
    if kind in (b"mvhd", b"tkhd", b"mdhd"):
        _wipe(held, body + 4, body + (20 if version else 12))
    if kind == b"mdhd":
        # The language of the phone: undetermined.
        language = body + (32 if version else 20)
        held[language : language + 4] = b"\x55\xc4\0\0"
    if kind == b"hdlr":
        track.kind = bytes(held[body + 8 : body + 12])
        if held[body + 4 : body + 8] != b"mhlr":
            _wipe(held, body + 4, body + 8)
        _wipe(held, body + 12, box.end)
    elif kind == b"dref":
        _references(held, box)
    elif kind == b"stsd":
        _descriptions(held, box, track)
    elif kind == b"stsz":
        size, count = struct.unpack_from(">II", held, body + 4)
        _rest(held, box, 12 + (0 if size else 4 * count))
    elif kind == b"elst":
        (count,) = struct.unpack_from(">I", held, body + 4)
        _rest(held, box, 8 + count * (20 if version else 12))
    elif kind in _ENTRIES:
        place, size = _ENTRIES[kind]
        (count,) = struct.unpack_from(">I", held, body + place)
        _rest(held, box, place + 4 + count * size)
    elif kind in _FIXED:
        _rest(held, box, _FIXED[kind][min(version, 1)])


def _rest(held: bytearray, box: _Box, size: int) -> None:
    """Nothing behind the content, which must fit."""
    _wipe(held, box.body + size, box.end)


def _references(held: bytearray, box: _Box) -> None:
    """The media lie in this very file, and nothing names another."""
    for entry in _boxes(held, box.body + 8, box.end):
        if not held[entry.body + 3] & 1:
            raise Uncleanable
        _wipe(held, entry.body + 4, entry.end)


def _descriptions(held: bytearray, box: _Box, track: _Track) -> None:
    """How the pieces are coded: one way for a track."""
    entries = list(_boxes(held, box.body + 8, box.end))
    if len(entries) != 1:
        raise Uncleanable
    (entry,) = entries
    track.entry = entry.kind
    _wipe(held, entry.body, entry.body + 6)
    if entry.kind in _FILMS:
        _wipe(held, entry.body + 8, entry.body + 24)
        # The name of what has coded it.
        _wipe(held, entry.body + 42, entry.body + 74)
        settings = entry.body + 78
    elif entry.kind in _SOUNDS:
        (version,) = struct.unpack_from(">H", held, entry.body + 8)
        if version > 2:
            raise Uncleanable
        _wipe(held, entry.body + 10, entry.body + 16)
        settings = entry.body + 28 + (0, 16, 36)[version]
    else:
        # Of another kind of track, which goes whole.
        return
    _settings(held, settings, entry.end, track)


def _settings(held: bytearray, start: int, end: int, track: _Track) -> None:
    for box in _boxes(held, start, end):
        if box.kind not in _SETTINGS or (
            box.kind == b"colr" and held[box.body : box.body + 4] not in (b"nclx", b"nclc")
        ):
            _free(held, box)
        elif box.kind == b"wave":
            for part in _boxes(held, box.body, box.end):
                if part.kind not in (b"frma", b"esds", b"alac"):
                    _free(held, part)
        elif box.kind in (b"damr", b"d263"):
            # Who has made the coder, and which of them.
            _wipe(held, box.body, box.body + 5)
        elif box.kind == b"avcC":
            track.lengths = (held[box.body + 4] & 3) + 1
        elif box.kind == b"hvcC":
            track.lengths = (held[box.body + 21] & 3) + 1
            _remarks_of_hevc(held, box, track)


def _remarks_of_hevc(held: bytearray, box: _Box, track: _Track) -> None:
    place = box.body + 23
    for _array in range(held[box.body + 22]):
        (count,) = struct.unpack_from(">H", held, place + 1)
        place += 3
        for _unit in range(count):
            (size,) = struct.unpack_from(">H", held, place)
            place += 2 + size
            if place > box.end:
                raise Damaged
            _fill_if_remark(held, place - size, place, track)
    _wipe(held, place, box.end)


def _without_remarks(held: bytearray, start: int, end: int, track: _Track) -> None:
    """The units of a picture that are no picture: what a camera notes beside it becomes filler."""
    while start < end:
        size = int.from_bytes(held[start : start + track.lengths])
        start += track.lengths + size
        if start > end:
            raise Damaged
        _fill_if_remark(held, start - size, start, track)


def _fill_if_remark(held: bytearray, start: int, end: int, track: _Track) -> None:
    if start == end:
        return
    if track.entry in (b"avc1", b"avc3"):
        remark, filler = held[start] & 31 == 6, b"\x0c"
    else:
        remark, filler = held[start] >> 1 & 63 in (39, 40), b"\x4c\x01"
    if remark and end - start > len(filler):
        held[start:end] = (filler + b"\xff" * (end - start - len(filler) - 1) + b"\x80")[: end - start]


def _pieces(held: bytes, track: _Track) -> Iterator[tuple[int, int]]:
    """Where each piece of a track lies: of film one by one, of sound all of a chunk at once."""
    tables = track.tables
    if b"stsz" not in tables or b"stsc" not in tables or (b"stco" in tables) == (b"co64" in tables):
        raise Damaged
    chunks = tables[b"stco"] if b"stco" in tables else tables[b"co64"]
    width = 4 if b"stco" in tables else 8
    (chunk_count,) = struct.unpack_from(">I", held, chunks.body + 4)
    each, sample_count = struct.unpack_from(">II", held, tables[b"stsz"].body + 4)
    runs = list(_runs(held, tables[b"stsc"], chunk_count))
    sample = 0
    for first, last, in_chunk in runs:
        for chunk in range(first, last):
            start = int.from_bytes(held[chunks.body + 8 + chunk * width :][:width])
            count = min(in_chunk, sample_count - sample)
            if each:
                sizes = [each] * count if track.lengths and each * count <= len(held) else [each * count]
            else:
                sizes = list(struct.unpack_from(f">{count}I", held, tables[b"stsz"].body + 12 + 4 * sample))
            for size in sizes if track.lengths else [sum(sizes)]:
                yield start, size
                start += size
            sample += count
    if sample != sample_count:
        raise Damaged


def _runs(held: bytes, box: _Box, chunks: int) -> Iterator[tuple[int, int, int]]:
    """From which chunk to which there are how many pieces in each."""
    (count,) = struct.unpack_from(">I", held, box.body + 4)
    entries = [struct.unpack_from(">II", held, box.body + 8 + 12 * at) for at in range(count)]
    ends = [first for first, _size in entries[1:]] + [chunks + 1]
    for (first, in_chunk), end in zip(entries, ends, strict=True):
        if not 1 <= first < end <= chunks + 1:
            raise Damaged
        yield first - 1, end - 1, in_chunk


# OGG: pages of one stream, each with a checksum. The second packet is the comment.

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def ogg(held: bytearray) -> None:
    """Empty the comment of a voice in Opus or Vorbis."""
    comment: list[tuple[int, int]] = []
    pages: list[tuple[int, int]] = []
    packet, start, stream = 0, 0, b""
    while start < len(held):
        if held[start : start + 5] != b"OggS\0":
            raise Damaged
        lacing = held[start + 27 : start + 27 + held[start + 26]]
        place = start + 27 + len(lacing)
        end = place + sum(lacing)
        if end > len(held) or _checksum(held, start, end) != held[start + 22 : start + 26]:
            raise Damaged
        stream = stream or bytes(held[start + 14 : start + 18])
        if held[start + 14 : start + 18] != stream:
            raise Uncleanable
        if start == 0 and not held[place:end].startswith((b"OpusHead", b"\x01vorbis")):
            raise Uncleanable
        for size in lacing:
            if packet == 1:
                comment.append((place, place + size))
            place += size
            packet += size < 255
        pages.append((start, end))
        start = end
    if packet < 3:
        raise Damaged
    whole = b"".join(held[a:b] for a, b in comment)
    clean = memoryview(_comment(whole))
    for a, b in comment:
        held[a:b], clean = clean[: b - a], clean[b - a :]
    for a, b in pages:
        held[a + 22 : a + 26] = _checksum(held, a, b)


def _comment(packet: bytes) -> bytes:
    """A comment of the same length that says nothing: a nameless maker, no entries."""
    for head, tail in ((b"OpusTags", b""), (b"\x03vorbis", b"\x01")):
        if packet.startswith(head):
            maker = len(packet) - len(head) - 8 - len(tail)
            if maker < 0:
                raise Damaged
            return head + maker.to_bytes(4, "little") + bytes(maker + 4) + tail
    raise Damaged


def _checksum(held: bytearray, start: int, end: int) -> bytes:
    """The CRC of a page, whose own four bytes count as zero: that of zlib, with the bits of each byte the other way round."""
    page = held[start : start + 22] + bytes(4) + held[start + 26 : end]
    found = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return found.to_bytes(4).translate(_REVERSED)


# MP3: tags, then frames, then tags.

_RATES = {
    (1, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"3DI")
_LEAST_FRAMES = 3


def mp3(held: bytearray) -> None:
    """Empty the tags before and behind the frames; between them there is nothing."""
    start = frames = 0
    while held[start : start + 3] == b"ID3":
        # Seven bits a byte. A tag of nothing but padding stays.
        size = sum(
            (byte & 127) << shift for byte, shift in zip(held[start + 6 : start + 10], (21, 14, 7, 0), strict=True)
        )
        footer = 10 if held[start + 5] & 16 else 0
        held[start + 5] = 0
        _wipe(held, start + 10, start + 10 + size + footer)
        start += 10 + size + footer
    while size := _frame(held, start):
        if frames == 0:
            _nameless_encoder(held, start, start + size)
        frames += 1
        start += size
    rest = bytes(held[start:])
    # A last frame that was cut off, or what is written behind sound. Anything else could be more of it.
    if frames < _LEAST_FRAMES or (rest.strip(b"\0") and not rest.startswith(_TAGS) and not _is_cut_frame(rest)):
        raise Damaged
    _wipe(held, start, len(held))


def _frame(held: bytearray | bytes, start: int) -> int:
    """How long the whole frame is that begins here; 0 where none does."""
    size = _frame_size(held[start : start + 4])
    return size if start + size <= len(held) else 0


def _is_cut_frame(rest: bytes) -> bool:
    return len(rest) < 4 or _frame_size(rest[:4]) > len(rest)


def _frame_size(head: bytearray | bytes) -> int:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, rate, sampling = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 0 or rate in (0, 15) or sampling == 3:
        return 0
    kilobits = _RATES[1 if version == 3 else 2, layer][rate]
    hertz = (44100, 48000, 32000)[sampling] >> {3: 0, 2: 1, 0: 2}[version]
    padding = head[2] >> 1 & 1
    if layer == 3:
        return (12_000 * kilobits // hertz + padding) * 4
    return (72_000 if layer == 1 and version != 3 else 144_000) * kilobits // hertz + padding


def _nameless_encoder(held: bytearray, start: int, end: int) -> None:
    """The first frame may be no sound but say how long it lasts and who has coded it; the latter is emptied."""
    frame = bytes(held[start:end])
    for name in (b"Xing", b"Info"):
        place = frame.find(name, 4, 64)
        if place >= 0:
            flags = int.from_bytes(frame[place + 4 : place + 8])
            place += 8 + 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
            # Players trust what the encoder notes on the length only where they know it: all of them have one name.
            if frame[place : place + 4].strip(b"\0"):
                held[start + place : min(start + place + 9, end)] = b"LAME".ljust(9, b"\0")[: end - start - place]
            # Behind the 36 bytes of its notes there is only filling.
            _wipe(held, min(start + place + 36, end), end)


# AMR: a name, then frames of known length. There is no place for anything else.

_AMR = {
    b"#!AMR\n": (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1),
    b"#!AMR-WB\n": (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1),
}


def amr(held: bytearray) -> None:
    """Refuse what is not frames alone; a last frame that was cut off is emptied."""
    name = next((name for name in _AMR if held.startswith(name)), None)
    if name is None:
        raise Uncleanable
    start = len(name)
    while start < len(held):
        size = _AMR[name][held[start] >> 3 & 15]
        if not size or held[start] & 0x83:
            raise Damaged
        if start + size > len(held):
            _wipe(held, start, len(held))
            # Frames of silence, one byte each.
            held[start:] = bytes([0x7C]) * (len(held) - start)
        start += size


# WebM: elements in elements, each with its length. Only this tree is gone into.

_NUMBER, _TEXT, _KEEP = "number", "text", "keep"
_VIDEO = dict.fromkeys(
    (0xB0, 0xBA, 0x54B0, 0x54BA, 0x54B2, 0x54AA, 0x54BB, 0x54CC, 0x54DD, 0x9A, 0x53B8, 0x53C0), _NUMBER
)
_AUDIO = dict.fromkeys((0xB5, 0x78B5, 0x9F, 0x6264), _NUMBER)
_ENTRY = {
    **dict.fromkeys((0xD7, 0x73C5, 0x83, 0xB9, 0x88, 0x55AA, 0x9C, 0x23E383, 0x56AA, 0x56BB, 0x6DE7, 0x6DF8), _NUMBER),
    0x86: _KEEP,
    0x63A2: _KEEP,
    0xE0: _VIDEO,
    0xE1: _AUDIO,
}
_BLOCKS = {0xA1: _KEEP, **dict.fromkeys((0x9B, 0xFB, 0x75A2), _NUMBER)}
_SEGMENT: dict[int, Any] = {
    0x114D9B74: {0x4DBB: {0x53AB: _NUMBER, 0x53AC: _NUMBER}},
    # Who has written it stands in two texts that must be there: empty ones.
    0x1549A966: {0x2AD7B1: _NUMBER, 0x4489: _NUMBER, 0x4D80: _TEXT, 0x5741: _TEXT},
    0x1654AE6B: {0xAE: _ENTRY},
    0x1C53BB6B: {0xBB: {0xB3: _NUMBER, 0xB7: dict.fromkeys((0xF7, 0xF1, 0xF0, 0xB2, 0x5378), _NUMBER)}},
    0x1F43B675: {0xE7: _NUMBER, 0xA7: _NUMBER, 0xAB: _NUMBER, 0xA3: _KEEP, 0xA0: _BLOCKS},
}
_HEAD = dict.fromkeys((0x4286, 0x42F7, 0x42F2, 0x42F3, 0x4282, 0x4287, 0x4285), _NUMBER)
_FILE = {0x1A45DFA3: _HEAD, 0x18538067: _SEGMENT}
# Where an element that does not say how long it is ends: before one of these.
_PARTS = {*_SEGMENT, 0x1254C367, 0x1043A770, 0x1941A469}
_OPEN_ENDED = (0x18538067, 0x1F43B675)
_CODECS = (b"V_VP8", b"V_VP9", b"V_AV1", b"A_OPUS", b"A_VORBIS")
_CODED = {b"\x01": b"V_", b"\x02": b"A_"}


@dataclass(frozen=True)
class _Element:
    id: int
    start: int
    body: int
    end: int
    open: bool = False


def webm(held: bytearray) -> None:
    """Empty every element but those that play."""
    found = list(_elements(held, 0, len(held)))
    if [one.id for one in found] != list(_FILE):
        raise Damaged
    for one in found:
        _branch(held, one, _FILE[one.id])


def _elements(held: bytearray, start: int, end: int, *, inside: int = 0) -> Iterator[_Element]:
    while start < end:
        name, place = _vint(held, start, marked=True)
        size, body = _vint(held, place)
        unknown = size == (1 << 7 * (body - place)) - 1
        if unknown and name not in _OPEN_ENDED:
            raise Damaged
        stop = _open_end(held, body, end, name) if unknown else body + size
        if stop > end:
            raise Damaged
        yield _Element(name, start, body, stop, unknown)
        start = stop


def _open_end(held: bytearray, start: int, end: int, name: int) -> int:
    """Where an element ends that does not say so: the whole file, or the next part of it."""
    if name == 0x18538067:
        return end
    while start < end:
        inner, place = _vint(held, start, marked=True)
        if inner in _PARTS:
            break
        size, body = _vint(held, place)
        start = body + size
    return min(start, end)


def _vint(held: bytearray, start: int, *, marked: bool = False) -> tuple[int, int]:
    """A number of 1 to 8 bytes that says itself how long it is, and where it ends; with its mark for the name of an element."""
    length = 9 - held[start].bit_length()
    if length > (4 if marked else 8) or start + length > len(held):
        raise Damaged
    value = int.from_bytes(held[start : start + length])
    return value if marked else value & (1 << 7 * length) - 1, start + length


def _branch(held: bytearray, parent: _Element, known: dict[int, Any]) -> None:
    inner = list(_elements(held, parent.body, parent.end))
    for one in inner:
        what = known.get(one.id)
        if one.id == 0x4DBB and _place_of(held, one) not in _SEGMENT:
            what = None
        if what is None or (what == _NUMBER and one.end - one.body > 8):
            _void(held, one)
        elif what == _TEXT:
            _wipe(held, one.body, one.end)
        elif isinstance(what, dict):
            _branch(held, one, what)
    if known is _ENTRY:
        _check_track(held, inner)


def _place_of(held: bytearray, seek: _Element) -> int:
    """Which part of the file an entry of its index leads to."""
    names = [
        int.from_bytes(held[one.body : one.end]) for one in _elements(held, seek.body, seek.end) if one.id == 0x53AB
    ]
    return names[0] if len(names) == 1 else 0


def _void(held: bytearray, one: _Element) -> None:
    """Make it an element of nothing, of the same length."""
    size = one.end - one.start
    if size < 2:
        raise Damaged
    held[one.start] = 0xEC
    if size <= 0x7F:
        held[one.start + 1] = 0x80 | size - 2
        _wipe(held, one.start + 2, one.end)
    else:
        held[one.start + 1 : one.start + 9] = (1 << 56 | size - 9).to_bytes(8)
        _wipe(held, one.start + 9, one.end)


def _check_track(held: bytearray, inner: list[_Element]) -> None:
    """Sound or picture, coded in a way that is known here; a Vorbis coder says who it is in its settings."""
    by_id = {one.id: one for one in inner}
    if any([one.id for one in inner].count(name) > 1 for name in (0x83, 0x86, 0x63A2)):
        raise Damaged
    # Compressed or encrypted once more.
    if 0x6D80 in by_id:
        raise Uncleanable
    kind, codec = (bytes(held[by_id[name].body : by_id[name].end]) for name in (0x83, 0x86))
    codec = codec.rstrip(b"\0")
    if codec not in _CODECS or not codec.startswith(_CODED.get(kind, b"?")):
        raise Uncleanable
    if codec == b"A_VORBIS":
        _vorbis(held, by_id[0x63A2])


def _vorbis(held: bytearray, settings: _Element) -> None:
    """Three packets, of which the second is the comment; the first two say how long they are, 255 and what is left."""
    if held[settings.body] != 2:
        raise Damaged
    place, sizes = settings.body + 1, [0, 0]
    for index in range(2):
        while held[place] == 255:
            sizes[index] += 255
            place += 1
        sizes[index] += held[place]
        place += 1
    start, end = place + sizes[0], place + sum(sizes)
    if end > settings.end:
        raise Damaged
    held[start:end] = _comment(bytes(held[start:end]))
