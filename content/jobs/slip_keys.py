"""The keys that sign slips, as the setting SLIP_KEYS names them. No Django: pure functions over text and keys.

An entry is one of

* ``id:seed``: signs, if it is the first of its kind, and verifies; the seed is 32 bytes in base64url,
* ``id:pub:key``: verifies what it signed while it was the first; the public key is 32 bytes in base64url,
* ``id:revoked``: what it signed is answered as worth nothing any more (its seed got into other hands).
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
_ID = re.compile(r"[a-z0-9-]{1,16}")
_PUBLIC, _REVOKED = "pub", "revoked"


class BadKeys(ValueError):
    """The setting cannot be used. ``problems`` name each entry by its place and id, never by its key."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Key:
    """One entry. Neither seed nor public key: revoked. Its repr shows no seed."""

    id: str
    seed: bytes | None = field(default=None, repr=False)
    public_bytes: bytes | None = None

    @property
    def revoked(self) -> bool:
        return self.public_bytes is None

    @property
    def private(self) -> Ed25519PrivateKey | None:
        return Ed25519PrivateKey.from_private_bytes(self.seed) if self.seed is not None else None

    @property
    def public(self) -> Ed25519PublicKey | None:
        return Ed25519PublicKey.from_public_bytes(self.public_bytes) if self.public_bytes is not None else None

    @property
    def entry(self) -> str:
        """As it stands in the setting, seed included."""
        if self.seed is not None:
            return f"{self.id}:{encode(self.seed)}"
        return self.public_entry

    @property
    def public_entry(self) -> str:
        """As it stands in the setting without a seed."""
        if self.public_bytes is None:
            return f"{self.id}:{_REVOKED}"
        return f"{self.id}:{_PUBLIC}:{encode(self.public_bytes)}"


@dataclass(frozen=True)
class Keyring:
    """All keys in the order of the setting."""

    keys: tuple[Key, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Keyring:
        """The keys that these entries name; :class:`BadKeys` with everything that is wrong."""
        found: list[Key] = []
        problems: list[str] = []
        for number, entry in enumerate(entries, 1):
            name = entry.partition(":")[0].strip()
            try:
                key = _key(entry)
                if key.id in {held.id for held in found}:
                    raise ValueError("its id is there twice.")
                found.append(key)
            except ValueError as error:
                shown = f" ({name})" if _ID.fullmatch(name) else ""
                problems.append(f"Entry {number}{shown}: {error}")
        if problems:
            raise BadKeys(problems)
        return cls(tuple(found))

    @property
    def signing(self) -> Key | None:
        """The key that signs: the first one whose seed is there."""
        return next((key for key in self.keys if key.seed is not None), None)

    def find(self, name: str) -> Key | None:
        return next((key for key in self.keys if key.id == name), None)

    def rotated(self, name: str) -> Keyring:
        """A new key in front; of those before, only what verifies is left: a seed that nobody holds cannot leak."""
        return Keyring((new(name), *(Key(key.id, None, key.public_bytes) for key in self.keys)))

    def without(self, name: str) -> Keyring:
        """The same with this key revoked; KeyError where there is none."""
        if self.find(name) is None:
            raise KeyError(name)
        return Keyring(tuple(Key(key.id) if key.id == name else key for key in self.keys))

    @property
    def setting(self) -> str:
        """The value of SLIP_KEYS that gives these keys."""
        return ",".join(key.entry for key in self.keys)


def new(name: str) -> Key:
    """A fresh key from the system's randomness; ValueError for an id that none can have."""
    return _from_seed(name, secrets.token_bytes(KEY_BYTES))


def encode(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _from_seed(name: str, seed: bytes) -> Key:
    if not _ID.fullmatch(name):
        raise ValueError("an id has 1 to 16 small letters, digits and dashes.")
    return Key(name, seed, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def _key(entry: str) -> Key:
    name, *rest = [part.strip() for part in entry.split(":")]
    if not _ID.fullmatch(name):
        raise ValueError("an id has 1 to 16 small letters, digits and dashes.")
    if rest == [_REVOKED]:
        return Key(name)
    if len(rest) == 1:
        return _from_seed(name, _decode(rest[0]))
    if len(rest) == 2 and rest[0] == _PUBLIC:
        return Key(name, None, _decode(rest[1]))
    raise ValueError("neither id:seed nor id:pub:key nor id:revoked.")


def _decode(text: str) -> bytes:
    """32 bytes in base64, of either alphabet, with or without padding."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        raw = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("this is no base64.") from None
    if len(raw) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, this one has {len(raw)}.")
    return raw
