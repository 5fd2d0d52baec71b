"""Whether anybody can read what is sealed to a unit: its newest roster that holds, and who of it is live (DECISIONS 47).

A holder is live for 30 days after she last opened her key, while she has a seat: without one the pages of the unit are closed
to her, so she reads nothing. With two live holders a unit receives; from two to one it receives for another 14 days, sealed to
its parent unit too; with none it does not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from uuid import UUID

from . import installation, keys, rosters
from .models import AuditEvent, Holder, Seat, Unit, UnitKey, UnitRoster, today
from .rosters import Member, Roster

LIVE_DAYS = 30
ALONE_DAYS = 14
ENOUGH = 2
# How long it is said that a unit has another key.
SHOWN_DAYS = 30


@dataclass(frozen=True)
class Standing:
    """How a unit stands today. ``fault`` says why it does not receive, in words; ``alone`` that one holder is left."""

    roster: Roster | None
    live: int = 0
    alone_until: dt.date | None = None
    fault: str = ""
    # When one of them last opened her key.
    opened_on: dt.date | None = None

    @property
    def alone(self) -> bool:
        return not self.fault and self.live < ENOUGH


def standings(units: Iterable[UUID]) -> dict[UUID, Standing]:
    """The standing of each unit."""
    wanted = list(units)
    chains: dict[UUID, list[UnitRoster]] = {unit: [] for unit in wanted}
    for row in UnitRoster.objects.filter(unit__in=wanted).order_by("number").prefetch_related("signatures"):
        chains[row.unit_id].append(row)
    holders = list(Holder.objects.filter(left_on=None).only("user", "opened_on")) if any(chains.values()) else []
    seats: dict[UUID, set[int]] = {unit: set() for unit in wanted}
    for unit, user in Seat.objects.filter(unit__in=wanted if holders else []).values_list("unit", "user"):
        seats[unit].add(user)
    found = {}
    for unit, chain in chains.items():
        try:
            found[unit] = _standing(unit, chain, {held.pk: held for held in holders}, seats[unit])
        except keys.VaultKeyError as error:
            found[unit] = Standing(None, fault=f"a file of trusted keys or rosters cannot be used ({error})")
    return found


def standing_of(unit: UUID) -> Standing:
    """The standing of one unit."""
    return standings([unit])[unit]


def roster_of(unit: UUID) -> Roster | None:
    """The newest roster that holds; None also where an older one was put back."""
    return standing_of(unit).roster


def _standing(unit: UUID, chain: list[UnitRoster], known: Mapping[UUID, Holder], seats: set[int]) -> Standing:
    roster = newest_in(unit, chain)
    if installation.lacks_remembered(unit, _digests(roster, chain)):
        fault = "its roster is older than one that was accepted before, or another: was a backup put back?"
        return Standing(None, fault=fault)
    if roster is None:
        return Standing(None, fault="it has no roster that two trusted holders have signed")
    holders = [known[member.id] for member in roster.members if member.id in known]
    seated = [held for held in holders if held.user in seats]
    days = sorted((held.opened_on for held in seated if held.opened_on), reverse=True)
    live = sum(1 for day in days if _last_live_day(day) >= today())
    if live >= ENOUGH:
        return Standing(roster, live, opened_on=days[0])
    if not seated:
        return Standing(roster, fault="none of its holders has a seat in it: `manage.py reports_setup` gives them")
    if not live:
        return Standing(roster, fault=f"none of its holders has opened their key within {LIVE_DAYS} days")
    until = _left_alone(roster, chain, holders, seats) + dt.timedelta(days=ALONE_DAYS)
    if until < today():
        return Standing(roster, live, until, f"only one holder is left, for more than {ALONE_DAYS} days: add one")
    return Standing(roster, live, until, opened_on=days[0])


def newest_in(unit: UUID, chain: Iterable[UnitRoster]) -> Roster | None:
    """The newest roster of these rows that holds."""
    held = tuple(
        (bytes(row.raw), tuple(sorted((s.holder_id, bytes(s.signature)) for s in row.signatures.all())))
        for row in chain
    )
    named = {(m, roster.digest) for raw, _signatures in held if (roster := _read(raw)) for m in roster.members}
    founders = installation.founders_among(unit, {member for member, _digest in named})
    return _newest(held, unit, frozenset(founders), frozenset(installation.spent_among(unit, named)))


def _digests(newest: Roster | None, chain: Iterable[UnitRoster]) -> list[bytes]:
    """Of the rosters up to the newest that holds, by which each one names the one before."""
    return [hashlib.sha256(bytes(row.raw)).digest() for row in islice(chain, newest.number if newest else 0)]


def begun_by(unit: UUID, member: Member) -> list[bytes]:
    """The rosters in force, by digest, that she signed as a founder: she was no holder of the one before.

    None where no chain is in force: what a database says then is not to be made to last.
    """
    newest = roster_of(unit)
    rows = UnitRoster.objects.filter(unit=unit).order_by("number").prefetch_related("signatures")
    before: Roster | None = None
    begun = []
    for row in rows[: newest.number if newest else 0]:
        roster = Roster.read(bytes(row.raw))
        signatures = {held.holder_id: bytes(held.signature) for held in row.signatures.all()}
        founding = before is None or before.member(member.id) is None
        if founding and member.id in rosters.signers(roster, before, signatures, [member]):
            begun.append(roster.digest)
        before = roster
    return begun


def holders_ever(unit: UUID) -> dict[UUID, bytes]:
    """The signing key of everybody who was in a roster of the unit that holds; nobody where an older one was put back."""
    held = roster_of(unit)
    if held is None:
        return {}
    chain = UnitRoster.objects.filter(unit=unit, number__lte=held.number)
    return {m.id: m.signing for row in chain if (roster := _read(bytes(row.raw))) for m in roster.members}


# What was verified once is true for ever: the same bytes, signatures and founders.
@lru_cache(maxsize=2048)
def _newest(
    chain: tuple[tuple[bytes, tuple[tuple[UUID, bytes], ...]], ...],
    unit: UUID,
    founders: frozenset[Member],
    spent: frozenset[tuple[Member, bytes]],
) -> Roster | None:
    return rosters.newest([(raw, dict(signatures)) for raw, signatures in chain], unit, founders, spent)


@lru_cache(maxsize=2048)
def _read(raw: bytes) -> Roster | None:
    try:
        return Roster.read(raw)
    except rosters.RosterError:
        return None


def _last_live_day(opened: dt.date) -> dt.date:
    return opened + dt.timedelta(days=LIVE_DAYS)


def _left_alone(roster: Roster, chain: list[UnitRoster], holders: Iterable[Holder], seats: set[int]) -> dt.date:
    """The day on which the second holder fell away.

    That is 30 days after she last opened, or when her seat was taken, or when the roster began without.
    """
    last = {held.user: _last_live_day(held.opened_on) for held in holders if held.opened_on}
    if last.keys() - seats:
        taken = _seats_taken(roster.unit)
        last = {user: min(day, taken.get(user, day)) for user, day in last.items() if user in seats or user in taken}
    days = sorted(last.values(), reverse=True)
    if len(days) >= ENOUGH:
        return days[1]
    row = next(row for row in chain if row.number == roster.number)
    return row.accepted_on or row.made_on


def _seats_taken(unit: UUID) -> dict[int, dt.date]:
    """When an account lost its seat in the unit, newest last."""
    acts = AuditEvent.objects.filter(
        action=AuditEvent.Action.SEAT_TAKEN, unit__in=Unit.objects.filter(pk=unit).values("code")
    )
    return {
        int(detail.removeprefix("account=")): on for detail, on in acts.order_by("number").values_list("detail", "on")
    }


def is_changed_lately(key: UnitKey) -> bool:
    """Whether a key took the place of another less than 30 days ago: everybody who opens or compares it is told."""
    return key.epoch > 1 and key.made_on > today() - dt.timedelta(days=SHOWN_DAYS)


def changed_lately(unit: UUID) -> UnitKey | None:
    """The key of the unit, while it has to be said that it is another one."""
    key = UnitKey.objects.filter(unit=unit, retired_on=None).order_by("-epoch").first()
    return key if key is not None and is_changed_lately(key) else None


def seals_to(standing: Standing, epoch: int, public_key: bytes) -> bool:
    """Whether this is the key that the roster names."""
    return standing.roster is not None and (standing.roster.epoch, standing.roster.key) == (epoch, public_key)
