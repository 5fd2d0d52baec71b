"""MP3 files: their length, and nothing in what is kept but sound."""

from __future__ import annotations

import pytest

from content.core import audio
from content.core.examples import FOLDER

# One frame of MPEG-2 layer III, 24 kbit/s at 22,050 Hz, mono: 78 bytes, 576 samples.
HEAD = bytes((0xFF, 0xF3, 0x30, 0xC4))
FRAME = HEAD + bytes(74)
SECONDS = 576 / 22_050


def tag(text: bytes) -> bytes:
    """ID3v2.4 with this text in it."""
    return b"ID3\x04\x00\x00" + bytes((0, 0, len(text) >> 7, len(text) & 127)) + text


def test_the_length_is_that_of_the_frames() -> None:
    sound = audio.cleaned(FRAME * 100)
    assert sound.data == FRAME * 100
    assert sound.seconds == pytest.approx(100 * SECONDS)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (tag(b"TPE1 Siti dari Lumajang"), b""),
        (tag(b"x" * 300) + tag(b"Siti") + bytes(40), b""),
        (b"", b"TAGSiti" + bytes(121)),
        (b"", b"APETAGEX Siti"),
        (FRAME[:4] + bytes(9) + b"Info" + b"Siti" + bytes(57), b""),
        (b"", FRAME[:40]),
    ],
    ids=["ID3v2", "several", "ID3v1", "APE", "first frame", "cut off"],
)
def test_everything_else_is_left_out(before: bytes, after: bytes) -> None:
    kept = audio.cleaned(before + FRAME * 9 + after).data
    assert kept == FRAME * 9


@pytest.mark.parametrize("between", [tag(b"Siti"), b"TAGSiti" + bytes(121), tag(b"x" * 300) + tag(b"y")])
def test_files_that_were_joined_keep_all_their_sound(between: bytes) -> None:
    assert audio.cleaned(FRAME * 3 + between + FRAME * 9).data == FRAME * 12


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"RIFF....WAVEfmt ",
        b"<html><script>",
        b"ID3\x04\x00\x00\xff\xff\xff\xff",
        FRAME,
        FRAME * 9 + b"<script>" + FRAME,
        FRAME * 9 + bytes((0xFF, 0xFB, 0x90, 0xC4)) + bytes(413),
        bytes((0xFF, 0xF3, 0xF0, 0xC4)) + bytes(100),
        b"OggS" + bytes(100),
    ],
)
def test_what_is_no_whole_mp3_is_refused(raw: bytes) -> None:
    with pytest.raises(audio.NotAudioError):
        audio.cleaned(raw)


def test_the_recording_of_the_demonstration_is_sound_alone() -> None:
    raw = (FOLDER / "hak-dan-biaya.id.mp3").read_bytes()
    sound = audio.cleaned(raw)
    assert sound.data == raw
    assert 25 < sound.seconds < 26
    assert len(raw) < 80_000
