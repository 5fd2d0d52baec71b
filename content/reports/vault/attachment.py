"""A file beside a report: sealed in chunks under a key of its own, which travels in a message (docs/envelope-v1.md).

What the server may know of a file is how many chunks it has and how long they are; its padded length is one of few.
What it is, how long it really is and what it must hash to stand in the manifest, inside sealed content.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from . import envelope
from .envelope import ID_BYTES, TAG_BYTES, EnvelopeError, Reason
from .keys import KEY_BYTES

# So small that a bad connection rarely loses one: ten seconds at 50 kbit/s.
CHUNK_BYTES = 64 * 1024
MAX_FILE = 10 * 1024 * 1024
# Shorter files are as long as this one.
LEAST_PADDED = 16 * 1024
# What it is, by the ending that we give it; a reporter's own name of a file is kept nowhere.
TYPES = ("jpg", "pdf", "heic", "mp4", "webm", "ogg", "mp3", "amr")


class Cleaned(StrEnum):
    """Where a file lost what stands beside its content: place, phone, author."""

    PHONE = "phone"
    SERVER = "server"
    NOT = "no"


def padded_size(size: int) -> int:
    """The length of `size` bytes with their padding: PADMÉ, at most 12 % more, and at least LEAST_PADDED.

    EnvelopeError for an empty file and for one above MAX_FILE.
    """
    if not 1 <= size <= MAX_FILE:
        raise EnvelopeError(Reason.TOO_LARGE, f"a file has 1 to {MAX_FILE} bytes", limit=MAX_FILE)
    exponent = size.bit_length() - 1
    loose = exponent - exponent.bit_length()
    mask = (1 << max(loose, 0)) - 1
    return max(LEAST_PADDED, (size + mask) & ~mask)


def is_padded_size(size: int) -> bool:
    """Whether a file of this length could have been padded to it."""
    return LEAST_PADDED <= size <= MAX_FILE and padded_size(size) == size


def chunk_sizes(padded: int) -> list[int]:
    """The lengths of the sealed chunks of a file that has so many bytes with its padding."""
    whole, rest = divmod(padded, CHUNK_BYTES)
    return [size + TAG_BYTES for size in [CHUNK_BYTES] * whole + [rest] * bool(rest)]


def digest_of(chunks: Iterable[bytes]) -> bytes:
    """What the phone and the server compare before a file counts as arrived: SHA-256 over the sealed chunks."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


@dataclass(frozen=True)
class Manifest:
    """What opens a file, and what it must be."""

    id: bytes
    key: bytes = field(repr=False)
    type: str
    cleaned: Cleaned
    size: int
    sha256: bytes = field(repr=False)

    @property
    def chunks(self) -> int:
        """How many there are."""
        return len(chunk_sizes(padded_size(self.size)))

    def to_content(self) -> dict[str, Any]:
        """As it stands in the sealed message."""
        return {
            "id": self.id.hex(),
            "key": self.key.hex(),
            "type": self.type,
            "cleaned": str(self.cleaned),
            "bytes": self.size,
            "chunks": self.chunks,
            "sha256": self.sha256.hex(),
        }

    @classmethod
    def from_content(cls, held: dict[str, Any]) -> Self:
        """What `to_content` gave; EnvelopeError for anything else."""
        try:
            found = cls(
                id=bytes.fromhex(held["id"]),
                key=bytes.fromhex(held["key"]),
                type=held["type"],
                cleaned=Cleaned(held["cleaned"]),
                size=held["bytes"],
                sha256=bytes.fromhex(held["sha256"]),
            )
            right = (len(found.id), len(found.key), len(found.sha256)) == (ID_BYTES, KEY_BYTES, 32)
            if not right or type(found.size) is not int or found.type not in TYPES or found.to_content() != held:
                raise ValueError
        except (KeyError, TypeError, ValueError) as error:
            raise EnvelopeError(Reason.MALFORMED, "no manifest of a file") from error
        return found


@dataclass(frozen=True)
class SealedFile:
    """A file as it is stored, and the manifest that opens it."""

    manifest: Manifest
    chunks: tuple[bytes, ...] = field(repr=False)


def seal(content: bytes, kind: str, cleaned: Cleaned) -> SealedFile:
    """Seal a file of 1 to MAX_FILE bytes; EnvelopeError if it has more, or none."""
    return seal_as(content, kind, cleaned, envelope.new_id(), secrets.token_bytes(KEY_BYTES))


def seal_as(content: bytes, kind: str, cleaned: Cleaned, name: bytes, secret: bytes) -> SealedFile:
    """The same under a given id and key, each of which seals one file alone (for the vectors)."""
    padded = content.ljust(padded_size(len(content)), b"\0")
    key = envelope.file_key(secret, name)
    starts = range(0, len(padded), CHUNK_BYTES)
    chunks = tuple(
        envelope.seal_chunk(key, name, index, last=index == len(starts) - 1, chunk=padded[start : start + CHUNK_BYTES])
        for index, start in enumerate(starts)
    )
    manifest = Manifest(name, secret, kind, cleaned, len(content), hashlib.sha256(content).digest())
    return SealedFile(manifest, chunks)


def open_(manifest: Manifest, chunks: Sequence[bytes]) -> bytes:
    """The file; EnvelopeError where a chunk is missing, altered, moved, one too many, or the whole hashes otherwise."""
    key = envelope.file_key(manifest.key, manifest.id)
    if len(chunks) != manifest.chunks:
        raise EnvelopeError(Reason.ALTERED, "a chunk is missing, or one is too many")
    padded = b"".join(
        envelope.open_chunk(key, manifest.id, index, last=index == len(chunks) - 1, sealed=chunk)
        for index, chunk in enumerate(chunks)
    )
    content = padded[: manifest.size]
    if hashlib.sha256(content).digest() != manifest.sha256 or padded.count(0, manifest.size) != len(padded) - len(
        content
    ):
        raise EnvelopeError(Reason.ALTERED, "the file is not the one that the manifest names")
    return content
