"""Check 40: sound and film lose place, time and phone, keep their length, and play as before; what is not understood is refused.

The files in ``recordings/`` are one second of a tone and of grey pictures, made with FFmpeg; every name and note in them is a
marker, every place and time a real one. What phones add besides, the tests put in.
"""

from __future__ import annotations

import base64
import json
import random
import resource
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from django.http import HttpResponse
from playwright.sync_api import Browser, Page

from content.reports.vault import cleaning, recordings, scrub
from content.reports.vault.cleaning import Kind, Reason, Uncleanable
from content.reports.vault.models import Attachment
from tests.chromium import chromium as chromium
from tests.content.reports.reporting import Reporter, errors_in
from tests.content.reports.test_attachments import ADDED, add, opened
from tests.content.reports.test_attachments import number as number
from tests.content.reports.test_attachments import page as page
from tests.content.reports.test_server import left_behind

MARKER = b"ZXQ-7781-RAHASIA"
PLACE = b"-07.2575+112.7521/"
FILES = {path.name: path.read_bytes() for path in (Path(__file__).parent / "recordings").iterdir()}
KINDS = {
    "film.mp4": Kind.MP4,
    "film.mov": Kind.MP4,
    "hevc.mp4": Kind.MP4,
    "old.3gp": Kind.MP4,
    "voice.m4a": Kind.MP4,
    "voice.ogg": Kind.OGG,
    "voice.mp3": Kind.MP3,
    "film.webm": Kind.WEBM,
    "voice.amr": Kind.AMR,
}
TYPES = {Kind.MP4: "mp4", Kind.OGG: "ogg", Kind.MP3: "mp3", Kind.WEBM: "webm", Kind.AMR: "amr"}


# What phones write besides


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def places_in(content: bytes, kind: bytes) -> list[int]:
    """Where boxes of this kind begin."""
    return [at - 4 for at in range(4, len(content)) if content[at : at + 4] == kind]


def put_into(content: bytes, kind: bytes, more: bytes, *, within: tuple[bytes, ...] = (b"moov",)) -> bytes:
    """``more`` at the end of the last box of this kind; those around it grow, and the media must lie before them."""
    at = places_in(content, kind)[-1]
    held = bytearray(content)
    (size,) = struct.unpack_from(">I", held, at)
    held[at + size : at + size] = more
    for parent in {*within, kind}:
        begin = [place for place in places_in(content, parent) if place <= at][-1]
        struct.pack_into(">I", held, begin, struct.unpack_from(">I", held, begin)[0] + len(more))
    return bytes(held)


def full(kind: bytes, *parts: bytes) -> bytes:
    return box(kind, bytes(4), *parts)


def notes_by_the_second(at: int, size: int) -> bytes:
    """A track of its own that says where the camera was."""
    table = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), box(b"mebx", bytes(6), b"\0\1", MARKER)),
        full(b"stts", struct.pack(">III", 1, 1, 1000)),
        full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        full(b"stsz", struct.pack(">II", size, 1)),
        full(b"stco", struct.pack(">II", 1, at)),
    )
    handler = full(b"hdlr", bytes(4), b"meta", bytes(12), MARKER, b"\0")
    media = box(b"mdia", full(b"mdhd", bytes(20)), handler, box(b"minf", full(b"nmhd"), table))
    return box(b"trak", full(b"tkhd", bytes(80)), media)


def as_a_phone(content: bytes) -> bytes:
    """The film with what phones put around it: place, model, notes by the second, and something behind its end."""
    place = struct.pack(">HH", len(PLACE), 0x15C7) + PLACE
    around = [
        box(b"udta", box(b"\xa9xyz", place), box(b"loci", bytes(6), MARKER, b"\0"), box(b"SMTA", MARKER)),
        box(b"meta", bytes(4), full(b"hdlr", bytes(4), b"mdta", bytes(12)), box(b"keys", MARKER), box(b"ilst", PLACE)),
        box(b"uuid", b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac", b"<x:xmpmeta>" + MARKER),
        box(b"free", MARKER),
    ]
    # The media come first; behind them there is something that no track names.
    at = places_in(content, b"mdat")[0]
    assert at < places_in(content, b"moov")[0]
    hidden = MARKER + PLACE
    (size,) = struct.unpack_from(">I", content, at)
    held = content[: at + size] + hidden + content[at + size :]
    held = held[:at] + struct.pack(">I", size + len(hidden)) + held[at + 4 :]
    for part in (*around, notes_by_the_second(at + size, len(hidden))):
        held = put_into(held, b"moov", part, within=())
    extra = (
        box(b"XMP_", MARKER) + box(b"free", MARKER) + box(b"skip", PLACE) + struct.pack(">I4sQ", 1, b"uuid", 16 + 16)
    )
    return held + extra + MARKER + b"tail"


def tagged(content: bytes) -> bytes:
    """A song with a tag at its end as well, of both ways to write one."""
    ape = b"APETAGEX" + struct.pack("<IIII", 2000, 32 + 20, 1, 0) + bytes(8) + MARKER
    return content + ape + (b"TAG" + MARKER).ljust(128, b"\0")


MADE: dict[str, Callable[[], bytes]] = {
    **{name: partial(FILES.__getitem__, name) for name in KINDS},
    "film of a phone.mp4": lambda: as_a_phone(FILES["film.mp4"]),
    "film of a phone.mov": lambda: as_a_phone(FILES["film.mov"]),
    "voice of a phone.m4a": lambda: as_a_phone(FILES["voice.m4a"]),
    "voice of a phone.mp3": lambda: tagged(FILES["voice.mp3"]),
}


def kind_of(name: str) -> Kind:
    return next(kind for known, kind in KINDS.items() if known.endswith(name[-4:]))


@pytest.mark.parametrize("name", MADE)
def test_check_40_nothing_stands_beside_sound_and_picture(name: str) -> None:
    content = MADE[name]()
    if kind_of(name) is not Kind.AMR:
        assert MARKER in content or PLACE in content
    (made,) = cleaning.clean(content)
    assert len(made) == len(content)
    for secret in (MARKER, PLACE, b"2026", b"x264", b"x265", b"jav", b"tail", b"xmp", b"mebx", b"SMTA", b"Lavf"):
        assert secret not in made, secret
    # Once more changes nothing: there is nothing left.
    assert cleaning.clean(made) == [made]


def test_check_40_times_of_a_film_are_those_of_no_day() -> None:
    content = FILES["film.mp4"]
    (made,) = cleaning.clean(content)
    found = 0
    for kind in (b"mvhd", b"tkhd", b"mdhd"):
        for at in places_in(content, kind):
            found += content[at + 12 : at + 20] != bytes(8)
            assert made[at + 12 : at + 20] == bytes(8)
    assert found >= 3


@pytest.mark.parametrize("name", ["film of a phone.mp4", "film.mp4", "hevc.mp4", "old.3gp", "voice.m4a"])
def test_check_40_what_is_seen_and_heard_is_not_touched(name: str) -> None:
    """Every byte of the media that differs is zero, or belongs to what the coder has noted between the pictures."""
    content = MADE[name]()
    (made,) = cleaning.clean(content)
    at = places_in(content, b"mdat")[0]
    (size,) = struct.unpack_from(">I", content, at)
    changed = [place for place in range(at + 8, at + size) if content[place] != made[place]]
    assert len(changed) < size // 2
    assert all(made[place] in (0x00, 0xFF, 0x80, 0x0C, 0x4C, 0x01) for place in changed)


PLAYED = [name for name in MADE if name not in ("hevc.mp4", "old.3gp", "voice.amr")]
LOAD = """async ([text, kind]) => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const held = document.createElement(kind.startsWith('audio') ? 'audio' : 'video');
    held.src = URL.createObjectURL(new Blob([bytes], { type: kind }));
    held.muted = true;
    await new Promise((done, failed) => { held.oncanplaythrough = done; held.onerror = () => failed(held.error.message) });
    await held.play();
    await new Promise((done, failed) => { held.onended = done; held.onerror = () => failed(held.error.message) });
    return [held.duration, held.currentTime, held.videoWidth || 0, held.videoHeight || 0]
}"""
MIME = {".mp4": "video/mp4", ".mov": "video/mp4", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".mp3": "audio/mpeg"}


@pytest.fixture(scope="module")
def player(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    held = context.new_page()
    held.set_content("<!doctype html><title>a</title>")
    yield held
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", PLAYED)
def test_check_40_it_still_plays_to_its_end(player: Page, name: str) -> None:
    content = MADE[name]()
    kind = MIME.get(name[-4:], "video/webm")
    (made,) = cleaning.clean(content)
    # What is put around it here no player reads; below it lies one of these.
    plain = (
        content
        if name in FILES
        else FILES[name.replace("film of a phone", "film").replace("voice of a phone", "voice")]
    )
    before, after = (player.evaluate(LOAD, [base64.b64encode(held).decode(), kind]) for held in (plain, made))
    assert after == before
    assert 0.9 < after[0] < 1.2
    assert after[2:] == ([64, 48] if name.startswith("film") else [0, 0])


# Refused


def page_of(packet: bytes) -> bytes:
    held = bytearray(b"OggS\0\2" + bytes(20) + bytes([1, len(packet)]) + packet)
    held[22:26] = recordings._checksum(held, 0, len(held))
    return bytes(held)


def bent(name: str, kind: bytes, place: int, other: bytes) -> bytes:
    """The film with other bytes at this place of its first box of a kind."""
    content = FILES[name]
    at = places_in(content, kind)[0] + place
    return content[:at] + other + content[at + len(other) :]


REFUSED: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "pieces of a film one by one": (lambda: FILES["frag.mp4"], Reason.RECORDING),
    "a film coded in a way nobody knows": (lambda: FILES["film.mp4"].replace(b"avc1", b"zzz1"), Reason.RECORDING),
    "media in another file": (
        lambda: FILES["film.mp4"].replace(b"url \0\0\0\1", b"url \0\0\0\0"),
        Reason.RECORDING,
    ),
    "a film cut off": (lambda: FILES["film.mp4"][:-200], Reason.DAMAGED),
    "a film without media": (lambda: FILES["film.mp4"].replace(b"mdat", b"free"), Reason.DAMAGED),
    "two films in one": (lambda: FILES["film.mp4"] + FILES["film.mp4"], Reason.DAMAGED),
    "a box larger than the file": (lambda: FILES["film.mp4"] + struct.pack(">I4s", 2**31, b"uuid"), Reason.DAMAGED),
    "a box of 64 bits larger than the file": (
        lambda: FILES["film.mp4"] + struct.pack(">I4sQ", 1, b"uuid", 2**63),
        Reason.DAMAGED,
    ),
    "a box smaller than itself": (lambda: FILES["film.mp4"] + struct.pack(">I4s", 4, b"uuid"), Reason.DAMAGED),
    "a piece beyond the media": (
        lambda: bent("film.mp4", b"stco", 16, b"\x7f"),
        Reason.DAMAGED,
    ),
    "a table longer than its box": (
        lambda: bent("film.mp4", b"stsz", 16, b"\x7f"),
        Reason.DAMAGED,
    ),
    "four thousand million pieces": (
        lambda: bent("film.mp4", b"stsz", 12, b"\0\0\0\1\xff\xff\xff\xff"),
        Reason.DAMAGED,
    ),
    "a film of nothing": (lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 64, Reason.DAMAGED),
    "a voice cut off": (lambda: FILES["voice.ogg"][:-20], Reason.DAMAGED),
    "a voice of two streams": (lambda: FILES["voice.ogg"] + page_of(b"OpusHead"), Reason.RECORDING),
    "a voice with a page that was changed": (
        lambda: FILES["voice.ogg"][:-9] + b"\x07" + FILES["voice.ogg"][-8:],
        Reason.DAMAGED,
    ),
    "a page of nothing": (lambda: b"OggS\0\x02" + b"\0" * 64, Reason.DAMAGED),
    "a film with a page behind it": (lambda: FILES["film.mp4"] + b"<html><script>alert(1)</script>", Reason.DAMAGED),
    "a film coded in Theora": (lambda: page_of(b"\x80theora" + bytes(20)), Reason.RECORDING),
    "a page cut off": (lambda: b"OggS\0\x02", Reason.DAMAGED),
    "a song with something in its middle": (
        lambda: FILES["voice.mp3"][:2000] + MARKER * 40 + FILES["voice.mp3"][2000:],
        Reason.DAMAGED,
    ),
    "a song with a page behind it": (lambda: FILES["voice.mp3"] + b"<html>" * 200, Reason.DAMAGED),
    "a tag larger than the song": (lambda: b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"\0" * 64, Reason.DAMAGED),
    "a call of nothing": (lambda: b"#!AMR\n" + MARKER * 4, Reason.DAMAGED),
    "a call of six voices": (lambda: b"#!AMR_MC1.0\n" + b"\0" * 64, Reason.RECORDING),
    "a WebM cut off": (lambda: FILES["film.webm"][:-20], Reason.DAMAGED),
    "a WebM with a page behind it": (lambda: FILES["film.webm"] + b"<html>" * 20, Reason.DAMAGED),
    "a WebM of subtitles": (lambda: FILES["film.webm"].replace(b"A_OPUS", b"S_TEXT"), Reason.RECORDING),
    "a WebM of nothing": (lambda: b"\x1aE\xdf\xa3" + b"\0" * 64, Reason.DAMAGED),
    "a WebM of endless nothing": (lambda: b"\x1aE\xdf\xa3" + b"\xff" * 64, Reason.DAMAGED),
    "bare AAC": (lambda: b"\xff\xf1\x50\x80" + b"\0" * 64, Reason.RECORDING),
    "a WAV": (lambda: b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 64, Reason.RECORDING),
    "a FLAC": (lambda: b"fLaC" + b"\0" * 64, Reason.RECORDING),
}


@pytest.mark.parametrize("way", REFUSED)
def test_check_40_what_is_not_understood_to_its_end_is_refused(way: str) -> None:
    make, reason = REFUSED[way]
    assert make() not in FILES.values() or way.startswith("pieces")
    with pytest.raises(Uncleanable) as refused:
        cleaning.clean(make())
    assert refused.value.reason is reason


def nested(depth: int) -> bytes:
    """Boxes in boxes, and elements likewise."""
    held = b""
    for _level in range(depth):
        held = box(b"moov", held)
    return FILES["film.mp4"][: places_in(FILES["film.mp4"], b"moov")[0]] + held


BOMBS: dict[str, Callable[[], bytes]] = {
    "boxes in boxes": lambda: nested(5_000),
    "a million boxes": lambda: FILES["film.mp4"] + box(b"free") * 1_000_000,
    "a million media": lambda: FILES["film.mp4"] + box(b"mdat") * 1_000_000,
    "five million elements": lambda: FILES["film.webm"][:-1] + b"\xec\x80" * 5_000_000,
    "ten million bytes of silence": lambda: b"#!AMR\n" + b"\x7c" * 10_000_000,
    "frames of the least length": lambda: b"\xff\xf3\x14\xc0".ljust(24, b"\0") * 400_000,
    "pages of nothing": lambda: b"OggS\0" + b"\0" * 22 + b"OggS\0" * 2_000_000,
}


@pytest.mark.parametrize("way", BOMBS)
def test_check_34_40_what_is_made_to_last_ends_soon(way: str) -> None:
    """Within the time that a child has; whether it is refused or clean, the marker is nowhere."""
    content = BOMBS[way]()
    begun, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with suppress(Uncleanable):
        (made,) = cleaning.clean(content)
        assert len(made) == len(content)
        assert MARKER not in made
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used <= scrub.SECONDS + 1
    assert time.monotonic() - begun < 40


@pytest.mark.parametrize("name", KINDS)
def test_check_40_no_damage_does_anything_but_refuse(name: str) -> None:
    """Any byte changed, any end cut off: clean or refused, never another failure. The same places each time."""
    chance, content = random.Random(name), FILES[name]
    for _time in range(600):
        held = bytearray(content)
        if chance.random() < 0.3:
            del held[chance.randrange(1, len(held)) :]
        for _place in range(chance.randrange(4)):
            held[chance.randrange(len(held))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        try:
            made = recordings.clean(KINDS[name].value, bytes(held))
        except (recordings.Uncleanable, ValueError, IndexError, KeyError, struct.error):
            continue
        assert len(made) == len(held)


# Without JavaScript


@pytest.mark.django_db(databases=["reports"])
@pytest.mark.parametrize("name", ["film of a phone.mp4", "voice.ogg", "voice of a phone.mp3", "film.webm", "voice.amr"])
def test_check_40_the_server_takes_sound_and_film_and_keeps_nothing_beside_them(
    vault: Path, reporter: Reporter, page: HttpResponse, name: str
) -> None:
    assert ADDED in add(reporter, page, MADE[name](), text="Suaranya terdengar.").content.decode()
    ((content, file),) = opened(vault)
    assert (content["text"], content["file"]["type"]) == ("Suaranya terdengar.", TYPES[kind_of(name)])
    assert content["file"]["cleaned"] == "server"
    assert file is not None
    assert len(file) == len(MADE[name]())
    assert MARKER not in file
    assert not left_behind(vault, MARKER.decode())


@pytest.mark.django_db(databases=["reports"])
def test_what_cannot_be_cleaned_is_refused_in_words_and_the_text_comes_back(
    vault: Path, reporter: Reporter, page: HttpResponse
) -> None:
    answer = add(reporter, page, FILES["frag.mp4"], text="Masih ada.")
    assert "suara atau video" in errors_in(answer)
    assert "Masih ada." in answer.content.decode()
    assert not Attachment.objects.exists()


@pytest.mark.django_db(databases=["reports"])
def test_the_form_offers_sound_and_film(page: HttpResponse, reporter: Reporter) -> None:
    assert "audio/*,video/*" in page.content.decode()
    known = json.loads(reporter.post(step="sealing", place="35").content)
    assert {"mp4", "ogg", "mp3", "webm", "amr"} <= set(known["cleans"])
