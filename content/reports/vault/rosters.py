"""Rosters: who holds the key of a unit, and which key that is, in a chain that the holders themselves sign.

A database can be written to by a thief. So a unit key seals reports only while it stands in the newest roster of a chain
in which each one was signed by two holders of the one before; the first by two whose signing keys were read out by
telephone and written into a file outside the database (installation.py). Everything that changes a unit is a new roster:
its first key, a holder more, one less (always with a new key), a new key. Pure functions over bytes; docs/unit-keys-v1.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from .holder import is_signed
from .keys import VaultKeyError, fingerprint_of, load_public

VERSION = 1
LABEL = b"lentera/roster/v1"
SIGNERS = 2
MAX_HOLDERS = 20
MAX_NUMBER = 2**31 - 1
MAX_RAW = 16 * 1024
NO_PREVIOUS = bytes(32)


class RosterError(Exception):
    """A roster cannot be read, or may not follow the one before; the text says why."""


@dataclass(frozen=True, order=True)
class Member:
    """A holder as the roster names her: id and both public keys."""

    id: UUID
    exchange: bytes
    signing: bytes

    @property
    def fingerprint(self) -> str:
        """What people compare by telephone. Of both keys: it is to the other one that the unit's key is sealed."""
        return fingerprint_of(self.exchange + self.signing)


@dataclass(frozen=True)
class Roster:
    """The holders of a unit and its key, from this number on."""

    unit: UUID
    number: int
    epoch: int
    key: bytes
    members: tuple[Member, ...]
    previous: bytes = NO_PREVIOUS

    def __post_init__(self) -> None:
        for value in (self.number, self.epoch):
            if type(value) is not int or not 1 <= value <= MAX_NUMBER:
                raise RosterError("number and epoch are whole numbers from 1")
        if len(self.previous) != len(NO_PREVIOUS):
            raise RosterError("the previous roster is named by 32 bytes")
        if not 1 <= len(self.members) <= MAX_HOLDERS or list(self.members) != sorted(self.members):
            raise RosterError(f"1 to {MAX_HOLDERS} holders, in the order of their ids")
        for values in zip(*((m.id, m.exchange, m.signing) for m in self.members), strict=True):
            if len(set(values)) != len(values):
                raise RosterError("two holders share an id or a key")
        try:
            for public in (self.key, *(key for m in self.members for key in (m.exchange, m.signing))):
                load_public(public)
        except VaultKeyError as error:
            raise RosterError(str(error)) from error

    @cached_property
    def raw(self) -> bytes:
        """Canonical JSON in ASCII: what is signed and stored."""
        held = {
            "epoch": self.epoch,
            "holders": [{"exchange": m.exchange.hex(), "id": str(m.id), "signing": m.signing.hex()} for m in self.members],
            "key": self.key.hex(),
            "number": self.number,
            "previous": self.previous.hex(),
            "unit": str(self.unit),
            "v": VERSION,
        }  # fmt: skip
        return json.dumps(held, sort_keys=True, separators=(",", ":")).encode("ascii")

    @classmethod
    def read(cls, raw: bytes) -> Self:
        """The roster that these bytes say; RosterError for every other spelling."""
        if len(raw) > MAX_RAW:
            raise RosterError(f"a roster has at most {MAX_RAW} bytes")
        try:
            held: Any = json.loads(raw.decode("ascii"))
            if held["v"] != VERSION:
                raise RosterError(f"this code reads version {VERSION}")
            roster = cls(
                unit=UUID(held["unit"]),
                number=held["number"],
                epoch=held["epoch"],
                key=bytes.fromhex(held["key"]),
                members=tuple(
                    Member(UUID(m["id"]), bytes.fromhex(m["exchange"]), bytes.fromhex(m["signing"]))
                    for m in held["holders"]
                ),
                previous=bytes.fromhex(held["previous"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RosterError("a field is missing or has a wrong value") from error
        if roster.raw != raw:
            raise RosterError("not written in its canonical form")
        return roster

    @cached_property
    def digest(self) -> bytes:
        """What the next roster calls this one by."""
        return hashlib.sha256(self.raw).digest()

    @property
    def to_sign(self) -> bytes:
        """What a holder signs."""
        return LABEL + b"|" + self.raw

    def member(self, holder: UUID) -> Member | None:
        """The holder with this id, if she is one."""
        return next((m for m in self.members if m.id == holder), None)


def check_follows(new: Roster, before: Roster | None) -> None:
    """RosterError unless ``new`` may come after ``before`` (None: be the first), whoever signed it."""
    if before is None:
        if (new.number, new.previous) != (1, NO_PREVIOUS):
            raise RosterError("it is not the first")
        if len(new.members) < SIGNERS:
            raise RosterError(f"a unit begins with {SIGNERS} holders")
        return
    if (new.unit, new.number, new.previous) != (before.unit, before.number + 1, before.digest):
        raise RosterError("it does not follow the one before")
    if new.epoch == before.epoch:
        if new.key != before.key:
            raise RosterError("another key needs a new epoch")
        if not set(before.members) <= set(new.members):
            raise RosterError("where a holder leaves, the key must change")
    elif new.epoch != before.epoch + 1:
        raise RosterError("epochs are counted")
    elif new.key == before.key:
        raise RosterError("a new epoch needs a new key")


def signers(
    new: Roster, before: Roster | None, signatures: Mapping[UUID, bytes], founders: Collection[Member]
) -> set[UUID]:
    """Which of these signatures count: of holders of the roster before, and of holders of this one who are founders.

    ``founders`` are holders whose fingerprint stands in the file outside the database.
    """
    entitled = {m.id: m.signing for m in new.members if m in founders}
    if before is not None:
        entitled |= {m.id: m.signing for m in before.members}
    return {
        holder
        for holder, signature in signatures.items()
        if holder in entitled and is_signed(new.to_sign, signature, entitled[holder])
    }


def newest(
    chain: Sequence[tuple[bytes, Mapping[UUID, bytes]]],
    unit: UUID,
    founders: Collection[Member],
    spent: Collection[tuple[Member, bytes]] = (),
) -> Roster | None:
    """The last roster of ``unit`` up to which the whole chain holds: (bytes, signatures by holder), in order.

    ``spent`` are founders of before, each with the digest of the one roster for which she still is one.

    One that cannot be read, does not follow or has too few signers ends the chain; what comes after it counts for nothing.
    """
    held: Roster | None = None
    for raw, signatures in chain:
        try:
            following = Roster.read(raw)
            check_follows(following, held)
        except RosterError:
            break
        trusted = {*founders, *(member for member, digest in spent if digest == following.digest)}
        if following.unit != unit or len(signers(following, held, signatures, trusted)) < SIGNERS:
            break
        held = following
    return held
