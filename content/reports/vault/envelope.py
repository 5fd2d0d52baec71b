"""Envelope v1: the one sealed form of a report or message, made on the phone or in server memory.

docs/envelope-v1.md gives the byte layout and the known-answer vectors. Envelopes are stored for years and
made by two implementations: a later version may be added, but nothing that a v1 envelope is made of ever
changes.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from .keys import KEY_BYTES, NONCE_BYTES, PUBLIC_KEY_BYTES, generate, hkdf

VERSION = 1
SUITE = "P256-SHA256-A256GCM"
DEK_LABEL = b"lentera/dek/v1"
FILE_LABEL = b"lentera/file/v1"

ID_BYTES = 16
TAG_BYTES = 16
LENGTH_BYTES = 4
BUCKETS = (16 * 1024, 64 * 1024, 256 * 1024)
MAX_CONTENT = BUCKETS[-1] - LENGTH_BYTES
MAX_EPOCH = 2**31 - 1
MAX_HEADER = 512
WRAPS = 2
WRAP_BYTES = PUBLIC_KEY_BYTES + KEY_BYTES + TAG_BYTES
BODY_SIZES = tuple(NONCE_BYTES + bucket + TAG_BYTES for bucket in BUCKETS)
MAX_ENVELOPE = 1 + 2 + MAX_HEADER + WRAPS * WRAP_BYTES + BODY_SIZES[-1]

_HPKE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Reason(StrEnum):
    """Why an envelope was refused."""

    MALFORMED = "malformed"
    NOT_CANONICAL = "not canonical"
    UNKNOWN_VERSION = "unknown version"
    UNKNOWN_SUITE = "unknown suite"
    TOO_LARGE = "too large"
    WRONG_KEY = "wrong key"
    ALTERED = "altered"
    BAD_PADDING = "bad padding"


class EnvelopeError(Exception):
    """An envelope cannot be made, read or opened.

    `reason` says why; `limit` is the most bytes allowed, if there were too many. The text never repeats
    content, keys or header values.
    """

    def __init__(self, reason: Reason, detail: str, *, limit: int | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.limit = limit


class Mode(StrEnum):
    """Where the content was sealed. Authenticated, so that the label shown to people follows the facts."""

    BROWSER = "browser"
    SERVER = "server"


class Kind(StrEnum):
    """What the content is."""

    REPORT = "report"
    MESSAGE = "message"


class Direction(StrEnum):
    """Who wrote a message."""

    FROM_REPORTER = "from-reporter"
    FROM_UNIT = "from-unit"


def new_id() -> bytes:
    """A random identifier of a report, message or attachment, made by whoever seals it."""
    return secrets.token_bytes(ID_BYTES)


@dataclass(frozen=True)
class Header:
    """What stands on the outside of an envelope: readable without a key, and part of what is authenticated.

    `unit` and `epoch` name the unit key, `rid` the report. A message, and only a message, has `mid` and
    `direction`.
    """

    unit: UUID
    epoch: int
    mode: Mode
    kind: Kind
    rid: bytes
    mid: bytes | None = None
    direction: Direction | None = None

    def __post_init__(self) -> None:
        if type(self.epoch) is not int or not 1 <= self.epoch <= MAX_EPOCH:
            raise EnvelopeError(Reason.MALFORMED, f"the epoch is a whole number from 1 to {MAX_EPOCH}")
        if len(self.rid) != ID_BYTES or (self.mid is not None and len(self.mid) != ID_BYTES):
            raise EnvelopeError(Reason.MALFORMED, f"an identifier has {ID_BYTES} bytes")
        is_message = self.kind is Kind.MESSAGE
        if (self.mid is not None) != is_message or (self.direction is not None) != is_message:
            raise EnvelopeError(Reason.MALFORMED, "a message, and only a message, has mid and direction")

    @classmethod
    def for_report(cls, *, unit: UUID, epoch: int, mode: Mode) -> Self:
        """The header of a new report, with a fresh `rid`."""
        return cls(unit, epoch, mode, Kind.REPORT, new_id())

    @classmethod
    def for_message(cls, *, unit: UUID, epoch: int, mode: Mode, rid: bytes, direction: Direction) -> Self:
        """The header of a new message of the report `rid`, with a fresh `mid`."""
        return cls(unit, epoch, mode, Kind.MESSAGE, rid, new_id(), direction)

    def encode(self) -> bytes:
        """Canonical JSON: ASCII, keys sorted, no white space, identifiers in lower-case hexadecimal."""
        fields: dict[str, object] = {
            "epoch": self.epoch,
            "kind": self.kind,
            "mode": self.mode,
            "rid": self.rid.hex(),
            "suite": SUITE,
            "unit": str(self.unit),
            "v": VERSION,
        }
        if self.mid is not None:
            fields |= {"direction": self.direction, "mid": self.mid.hex()}
        return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """The header that `encode` wrote; EnvelopeError for anything that is not exactly those bytes."""
        if len(raw) > MAX_HEADER:
            raise EnvelopeError(Reason.TOO_LARGE, f"a header has at most {MAX_HEADER} bytes", limit=MAX_HEADER)
        try:
            fields: Any = json.loads(raw.decode("ascii"))
        except (ValueError, RecursionError) as error:
            raise EnvelopeError(Reason.MALFORMED, "the header is not JSON in ASCII") from error
        if not isinstance(fields, dict):
            raise EnvelopeError(Reason.MALFORMED, "the header is not a JSON object")
        if fields.get("v") != VERSION:
            raise EnvelopeError(Reason.UNKNOWN_VERSION, f"this code reads version {VERSION}")
        if fields.get("suite") != SUITE:
            raise EnvelopeError(Reason.UNKNOWN_SUITE, f"version {VERSION} has the suite {SUITE} alone")
        try:
            header = cls(
                unit=UUID(fields["unit"]),
                epoch=fields["epoch"],
                mode=Mode(fields["mode"]),
                kind=Kind(fields["kind"]),
                rid=bytes.fromhex(fields["rid"]),
                mid=bytes.fromhex(fields["mid"]) if "mid" in fields else None,
                direction=Direction(fields["direction"]) if "direction" in fields else None,
            )
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise EnvelopeError(Reason.MALFORMED, "a header field is missing or has a wrong value") from error
        if header.encode() != raw:
            # Spaces, another order, repeated or unknown keys: two spellings of one header are two truths.
            raise EnvelopeError(Reason.NOT_CANONICAL, "the header is not written in its canonical form")
        return header


@dataclass(frozen=True)
class Envelope:
    """A sealed report or message. One that exists is well-formed; whether it opens, only a key can tell.

    `raw_header` are the exact bytes that were authenticated. The order of `wraps` has no meaning.
    """

    raw_header: bytes
    wraps: tuple[bytes, ...] = field(repr=False)
    body: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.wraps) != WRAPS or any(len(wrap) != WRAP_BYTES for wrap in self.wraps):
            raise EnvelopeError(Reason.MALFORMED, f"an envelope has {WRAPS} wraps of {WRAP_BYTES} bytes")
        if len(self.body) > BODY_SIZES[-1]:
            raise EnvelopeError(Reason.TOO_LARGE, f"a body has at most {BODY_SIZES[-1]} bytes", limit=BODY_SIZES[-1])
        if len(self.body) not in BODY_SIZES:
            raise EnvelopeError(Reason.MALFORMED, f"a body has {', '.join(map(str, BODY_SIZES))} bytes")
        _ = self.header

    @cached_property
    def header(self) -> Header:
        """The header, read from its bytes."""
        return Header.decode(self.raw_header)

    def to_bytes(self) -> bytes:
        """The form that travels: version byte, header length (2 bytes), header, wraps, body."""
        length = len(self.raw_header).to_bytes(2)
        return bytes([VERSION]) + length + self.raw_header + b"".join(self.wraps) + self.body

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The envelope that `to_bytes` wrote; EnvelopeError for anything else."""
        if len(data) > MAX_ENVELOPE:
            raise EnvelopeError(Reason.TOO_LARGE, f"an envelope has at most {MAX_ENVELOPE} bytes", limit=MAX_ENVELOPE)
        if data[:1] != bytes([VERSION]):
            raise EnvelopeError(Reason.UNKNOWN_VERSION, f"this code reads version {VERSION}")
        header_end = 3 + int.from_bytes(data[1:3])
        body_start = header_end + WRAPS * WRAP_BYTES
        if len(data) < body_start:
            raise EnvelopeError(Reason.MALFORMED, "the envelope ends before its body")
        wraps = tuple(data[start : start + WRAP_BYTES] for start in range(header_end, body_start, WRAP_BYTES))
        return cls(raw_header=data[3:header_end], wraps=wraps, body=data[body_start:])


def seal(content: bytes, header: Header, recipients: Sequence[EllipticCurvePublicKey]) -> Envelope:
    """Seal `content` (at most MAX_CONTENT bytes) so that each of one or two recipients can open it.

    There are always two wraps: a missing recipient is replaced by a wrap to a key that is thrown away, which
    nobody can tell from a real one. EnvelopeError if the content is too large.
    """
    if not 1 <= len(recipients) <= WRAPS:
        raise ValueError(f"An envelope has 1 to {WRAPS} recipients, not {len(recipients)}.")
    raw_header = header.encode()
    dek = secrets.token_bytes(KEY_BYTES)
    wraps = [wrap_dek(dek, raw_header, recipient) for recipient in recipients]
    while len(wraps) < WRAPS:
        wraps.append(wrap_dek(secrets.token_bytes(KEY_BYTES), raw_header, generate().public_key()))
    body = seal_body(dek, secrets.token_bytes(NONCE_BYTES), raw_header, content)
    return Envelope(raw_header=raw_header, wraps=tuple(wraps), body=body)


def open_(envelope: Envelope, private_key: EllipticCurvePrivateKey) -> bytes:
    """The content, for a key that it was sealed to; EnvelopeError for another key or an altered byte."""
    return open_body(unwrap_dek(envelope, private_key), envelope.raw_header, envelope.body)


def wrap_dek(dek: bytes, raw_header: bytes, recipient: EllipticCurvePublicKey) -> bytes:
    """`dek` for one recipient and this header alone: HPKE base mode, encapsulated key, then ciphertext."""
    return _HPKE.encrypt(dek, recipient, _wrap_info(raw_header))


def unwrap_dek(envelope: Envelope, private_key: EllipticCurvePrivateKey) -> bytes:
    """The key of the body, from whichever wrap belongs to `private_key`; EnvelopeError if neither does."""
    info = _wrap_info(envelope.raw_header)
    for wrap in envelope.wraps:
        try:
            return _HPKE.decrypt(wrap, private_key, info)
        except InvalidTag:
            continue
    raise EnvelopeError(Reason.WRONG_KEY, "sealed to other keys, or its header or wraps were altered")


def seal_body(dek: bytes, nonce: bytes, raw_header: bytes, content: bytes) -> bytes:
    """Nonce, then `content` padded and encrypted. One `dek` seals one body; `seal` makes both at random."""
    return nonce + AESGCM(dek).encrypt(nonce, _pad(content), raw_header)


def open_body(dek: bytes, raw_header: bytes, body: bytes) -> bytes:
    """The content that `seal_body` was given; EnvelopeError for another key or an altered byte."""
    try:
        padded = AESGCM(dek).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], raw_header)
    except InvalidTag as error:
        raise EnvelopeError(Reason.ALTERED, "the body does not belong to this key and header") from error
    return _unpad(padded)


def _wrap_info(raw_header: bytes) -> bytes:
    # HPKE as offered by the library has no additional data, so the header is bound through `info`.
    return DEK_LABEL + b"|" + hashlib.sha256(raw_header).digest()


def _pad(content: bytes) -> bytes:
    for bucket in BUCKETS:
        if len(content) <= bucket - LENGTH_BYTES:
            return (len(content).to_bytes(LENGTH_BYTES) + content).ljust(bucket, b"\0")
    raise EnvelopeError(
        Reason.TOO_LARGE,
        f"the content has {len(content)} bytes, at most {MAX_CONTENT} can be sealed",
        limit=MAX_CONTENT,
    )


def _unpad(padded: bytes) -> bytes:
    # A larger bucket than necessary is no reason to withhold a report that can be read.
    end = LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES])
    if end > len(padded) or padded.count(0, end) != len(padded) - end:
        raise EnvelopeError(Reason.BAD_PADDING, "the length is beyond the body, or something follows the content")
    return padded[LENGTH_BYTES:end]


# Attachments: a file has a random key of its own that travels inside sealed content, and is sealed in chunks.


def file_key(file_dek: bytes, attachment_id: bytes) -> bytes:
    """The key of all chunks of one attachment."""
    return hkdf(file_dek, FILE_LABEL + b"|" + attachment_id)


def seal_chunk(key: bytes, attachment_id: bytes, index: int, *, last: bool, chunk: bytes) -> bytes:
    """Chunk number `index` (from 0) encrypted in its place; `last` is true for the final one alone.

    The nonce is the index: one key and index seal one content, so a changed file needs a new key.
    """
    return AESGCM(key).encrypt(_chunk_nonce(index), chunk, _chunk_place(attachment_id, index, last))


def open_chunk(key: bytes, attachment_id: bytes, index: int, *, last: bool, sealed: bytes) -> bytes:
    """The chunk; EnvelopeError if it was altered, moved, cut off or continued."""
    try:
        return AESGCM(key).decrypt(_chunk_nonce(index), sealed, _chunk_place(attachment_id, index, last))
    except InvalidTag as error:
        raise EnvelopeError(Reason.ALTERED, "the chunk does not belong to this key and place") from error


def _chunk_nonce(index: int) -> bytes:
    return index.to_bytes(NONCE_BYTES)


def _chunk_place(attachment_id: bytes, index: int, last: bool) -> bytes:
    return attachment_id + index.to_bytes(4) + bytes([last])
