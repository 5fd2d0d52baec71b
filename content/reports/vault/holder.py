"""The key of a holder: one seed of 32 bytes, from which follow the pair she receives with and the pair she signs with.

Her browser makes the seed and keeps it locked twice: by her phrase and by the code on her recovery sheet. The server
stores the locked forms and the public halves. This module is the same in Python: the vectors that both implementations
are held to, and the unit for practice, whose keys lie on the server anyway. Pure functions over bytes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from .keys import (
    NONCE_BYTES,
    PUBLIC_KEY_BYTES,
    VaultKeyError,
    derive_private_key,
    hkdf,
    load_public,
    public_bytes,
)

EXCHANGE_LABEL = b"lentera/holder-exchange/v1"
SIGNING_LABEL = b"lentera/holder-signing/v1"
UNIT_LABEL = b"lentera/unit/v1"
LOCK_LABEL = b"lentera/holder-lock/v1"
SHARE_LABEL = b"lentera/share/v1"

SEED_BYTES = 32
TAG_BYTES = 16
LOCK_BYTES = NONCE_BYTES + SEED_BYTES + TAG_BYTES
SHARE_BYTES = PUBLIC_KEY_BYTES + SEED_BYTES + TAG_BYTES
SIGNATURE_BYTES = 64

_HPKE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Lock(StrEnum):
    """What a locked seed opens with."""

    PHRASE = "phrase"
    RECOVERY = "recovery"


@dataclass(frozen=True)
class HolderKey:
    """Both pairs of a holder."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise ValueError(f"A seed has {SEED_BYTES} bytes, not {len(self.seed)}.")

    @classmethod
    def generate(cls) -> Self:
        """A new key from the system's randomness."""
        return cls(secrets.token_bytes(SEED_BYTES))

    @cached_property
    def exchange(self) -> ec.EllipticCurvePrivateKey:
        """The pair that unit keys are sealed to."""
        return derive_private_key(hkdf(self.seed, EXCHANGE_LABEL))

    @cached_property
    def signing(self) -> ec.EllipticCurvePrivateKey:
        """The pair that rosters and replies are signed with."""
        return derive_private_key(hkdf(self.seed, SIGNING_LABEL))

    @property
    def exchange_public(self) -> bytes:
        """65 bytes."""
        return public_bytes(self.exchange.public_key())

    @property
    def signing_public(self) -> bytes:
        """65 bytes."""
        return public_bytes(self.signing.public_key())

    def sign(self, message: bytes) -> bytes:
        """ECDSA P-256 with SHA-256 over ``message``: r and s, 32 bytes each, as WebCrypto writes them."""
        r, s = decode_dss_signature(self.signing.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


def is_signed(message: bytes, signature: bytes, signing_public: bytes) -> bool:
    """Whether this key signed exactly this message. Any malformed key or signature is a no."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        load_public(signing_public).verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, VaultKeyError, ValueError):
        return False
    return True


def lock(seed: bytes, key: bytes, holder: UUID, kind: Lock) -> bytes:
    """``seed`` locked by ``key`` (of phrase.py) for this holder: nonce, then AES-256-GCM."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, seed, _lock_place(holder, kind))


def unlock(locked: bytes, key: bytes, holder: UUID, kind: Lock) -> HolderKey:
    """The key that :func:`lock` locked; VaultKeyError for another key, holder or kind."""
    try:
        return HolderKey(AESGCM(key).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], _lock_place(holder, kind)))
    except (InvalidTag, ValueError) as error:
        raise VaultKeyError("It does not open with this.") from error


def _lock_place(holder: UUID, kind: Lock) -> bytes:
    return b"|".join((LOCK_LABEL, str(holder).encode("ascii"), kind.encode("ascii")))


# The key of a unit: a seed too, sealed to each of its holders.


def unit_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The private key of a unit's epoch, from the seed that its holders share."""
    if len(seed) != SEED_BYTES:
        raise ValueError(f"A seed has {SEED_BYTES} bytes, not {len(seed)}.")
    return derive_private_key(hkdf(seed, UNIT_LABEL))


def seal_share(seed: bytes, unit: UUID, epoch: int, recipient: ec.EllipticCurvePublicKey) -> bytes:
    """The seed of a unit's epoch for one holder: HPKE base mode, encapsulated key, then ciphertext."""
    return _HPKE.encrypt(seed, recipient, _share_info(unit, epoch))


def open_share(sealed: bytes, unit: UUID, epoch: int, key: HolderKey) -> bytes:
    """The seed that was sealed to this holder; VaultKeyError for another holder, unit or epoch."""
    try:
        return _HPKE.decrypt(sealed, key.exchange, _share_info(unit, epoch))
    except (InvalidTag, ValueError) as error:
        raise VaultKeyError("This share belongs to another holder, unit or epoch.") from error


def _share_info(unit: UUID, epoch: int) -> bytes:
    return b"|".join((SHARE_LABEL, str(unit).encode("ascii"), str(epoch).encode("ascii")))
