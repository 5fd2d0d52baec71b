"""The signature of a reply: without it anybody who can write to the database could answer in the unit's name.

An envelope says to whom it is sealed, not by whom. So its writer signs all of it, and nothing is shown as an answer, neither
to the reporter nor at the desk, before the signature was checked against the holders of the unit (DECISIONS 47).
"""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from .envelope import Direction, Envelope, Kind
from .holder import is_signed

LABEL = b"lentera/reply/v1"


def to_sign(sealed: Envelope, holder: UUID) -> bytes:
    """What a holder signs: the whole envelope, and that it is hers."""
    return LABEL + b"|" + str(holder).encode("ascii") + b"|" + hashlib.sha256(sealed.to_bytes()).digest()


def is_from(sealed: Envelope, holder: UUID, signature: bytes, signing_public: bytes) -> bool:
    """Whether the holder with this key signed exactly this envelope."""
    return is_signed(to_sign(sealed, holder), signature, signing_public)


def is_answer(sealed: Envelope, rid: bytes, holder: UUID | None, signature: bytes, known: Mapping[UUID, bytes]) -> bool:
    """Whether it is an answer about the report ``rid`` that its holder signed, with the key that ``known`` has of her."""
    header = sealed.header
    if (header.kind, header.direction, header.rid) != (Kind.MESSAGE, Direction.FROM_UNIT, rid) or holder is None:
        return False
    return holder in known and is_from(sealed, holder, signature, known[holder])
