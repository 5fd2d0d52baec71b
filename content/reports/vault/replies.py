"""The signature of a reply: without it anybody who can write to the database could answer in the unit's name.

An envelope says to whom it is sealed, not by whom. So its writer signs all of it, and nothing is shown to the reporter
before the signature was checked against the holders of the unit (DECISIONS 47).
"""

import hashlib
from uuid import UUID

from .envelope import Envelope
from .holder import is_signed

LABEL = b"lentera/reply/v1"


def to_sign(sealed: Envelope, holder: UUID) -> bytes:
    """What a holder signs: the whole envelope, and that it is hers."""
    return LABEL + b"|" + str(holder).encode("ascii") + b"|" + hashlib.sha256(sealed.to_bytes()).digest()


def is_from(sealed: Envelope, holder: UUID, signature: bytes, signing_public: bytes) -> bool:
    """Whether the holder with this key signed exactly this envelope."""
    return is_signed(to_sign(sealed, holder), signature, signing_public)
