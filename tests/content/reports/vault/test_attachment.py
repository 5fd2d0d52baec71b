"""Files beside a report: padding, chunks, manifest, and the vectors that both implementations are held to."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.reports.vault import attachment
from content.reports.vault.attachment import CHUNK_BYTES, LEAST_PADDED, MAX_FILE, Cleaned, Manifest
from content.reports.vault.envelope import EnvelopeError, Reason

VECTORS = json.loads((Path(__file__).parent / "vectors" / "attachment.json").read_text(encoding="utf-8"))


def content_of(vector: dict) -> bytes:
    return (bytes.fromhex(vector["pattern"]) * vector["times"])[: vector["bytes"]]


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda vector: str(vector["bytes"]))
def test_files_are_the_recorded_ones(vector: dict) -> None:
    content = content_of(vector)
    made = attachment.seal_as(
        content, vector["type"], Cleaned.PHONE, bytes.fromhex(vector["id"]), bytes.fromhex(vector["key"])
    )
    assert [len(chunk) for chunk in made.chunks] == vector["chunk_sizes"]
    assert [hashlib.sha256(chunk).hexdigest() for chunk in made.chunks] == vector["chunks_sha256"]
    assert attachment.digest_of(made.chunks).hex() == vector["digest"]
    assert made.manifest.to_content() == vector["manifest"]
    assert attachment.open_(Manifest.from_content(vector["manifest"]), made.chunks) == content


@pytest.mark.parametrize(("size", "padded"), VECTORS["padded_sizes"])
def test_padded_sizes_are_the_recorded_ones(size: int, padded: int) -> None:
    assert attachment.padded_size(size) == padded


def padme(size: int) -> int:
    """As its authors write it (Nikitin et al., 2019)."""
    exponent = math.floor(math.log2(size))
    digits = math.floor(math.log2(exponent)) + 1
    mask = (1 << (exponent - digits)) - 1
    return (size + mask) & ~mask


@settings(deadline=None)
@given(st.integers(1, MAX_FILE))
def test_padding_is_padme_and_tells_the_length_to_few(size: int) -> None:
    padded = attachment.padded_size(size)
    assert size <= padded <= max(LEAST_PADDED, size * 1.12)
    assert attachment.is_padded_size(padded)
    if size > LEAST_PADDED:
        assert padded == padme(size)
    assert sum(attachment.chunk_sizes(padded)) == padded + 16 * math.ceil(padded / CHUNK_BYTES)


@pytest.mark.parametrize("size", [0, -1, MAX_FILE + 1])
def test_no_file_and_one_that_is_too_large_are_refused(size: int) -> None:
    with pytest.raises(EnvelopeError) as caught:
        attachment.padded_size(size)
    assert caught.value.reason is Reason.TOO_LARGE
    assert not attachment.is_padded_size(size)


@pytest.mark.parametrize("size", [1, LEAST_PADDED, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])
def test_what_is_sealed_opens(size: int) -> None:
    made = attachment.seal(b"\x7f" * size, "jpg", Cleaned.SERVER)
    assert attachment.open_(made.manifest, made.chunks) == b"\x7f" * size
    assert [len(chunk) for chunk in made.chunks] == attachment.chunk_sizes(attachment.padded_size(size))


def test_check_30_missing_repeated_reordered_and_foreign_chunks_do_not_open() -> None:
    content = bytes(range(256)) * 1200
    made, other = (attachment.seal(content, "jpg", Cleaned.PHONE) for _time in range(2))
    first, second, *rest = made.chunks
    spoilt = {
        "missing": (first, *rest),
        "repeated": (first, first, second, *rest),
        "in the place of another": (first, first, *rest),
        "reordered": (second, first, *rest),
        "cut": made.chunks[:-1],
        "longer": (*made.chunks, made.chunks[-1]),
        "of another file": (other.chunks[0], second, *rest),
        "a flipped bit": (bytes([first[0] ^ 1]) + first[1:], second, *rest),
    }
    for way, chunks in spoilt.items():
        with pytest.raises(EnvelopeError) as caught:
            attachment.open_(made.manifest, chunks)
        assert caught.value.reason is Reason.ALTERED, way
    lying = dataclasses.replace(made.manifest, sha256=bytes(32))
    with pytest.raises(EnvelopeError):
        attachment.open_(lying, made.chunks)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "html"},
        {"cleaned": "yes"},
        {"chunks": 2},
        {"bytes": True},
        {"bytes": "17"},
        {"key": "00"},
        {"id": "zz" * 16},
        {"sha256": "AB" * 32},
        {"name": "../../etc/passwd"},
        {"bytes": MAX_FILE + 1},
    ],
    ids=str,
)
def test_a_manifest_that_is_not_ours_is_refused(change: dict) -> None:
    held = attachment.seal(b"x" * 17, "jpg", Cleaned.PHONE).manifest.to_content()
    assert Manifest.from_content(held)
    with pytest.raises(EnvelopeError):
        Manifest.from_content({**held, **change})


def test_neither_key_nor_hash_is_in_what_is_printed() -> None:
    made = attachment.seal(b"x" * 17, "jpg", Cleaned.PHONE)
    assert made.manifest.key.hex() not in repr(made)
    assert repr(made.manifest.key) not in repr(made)
    assert repr(made.chunks[0]) not in repr(made)
