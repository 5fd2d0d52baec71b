"""Writing what concerns those who read: seats, holders' keys, rosters. Nothing here ever sees a phrase, a code or a seed.

What a browser sends is checked as if a thief had sent it: a roster is stored only where it may follow and its first
signature counts, and it takes effect with the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_noop

from . import audit, installation, keys, phrase, rosters, standing
from .audit import Action
from .holder import LOCK_BYTES, SHARE_BYTES, is_signed
from .models import DATABASE, Holder, Report, RosterSignature, Seat, Share, Unit, UnitKey, UnitRoster, today
from .rosters import Member, Roster, RosterError

OPENED_LABEL = b"lentera/opened/v1"
PHRASE_LABEL = b"lentera/change-phrase/v1"


class Refused(Exception):
    """What was asked is not done; the text says why, as a message to be translated (of :func:`make_unit`: for its command)."""


# Units and seats


def make_unit(code: str, name: str, region: str, parent: Unit | None = None) -> Unit:
    """A unit without holders yet: the form stays closed for it. Refused for a code or region that is taken."""
    if Unit.objects.filter(code=code).exists():
        raise Refused(f"The unit {code} exists already.")
    if Unit.objects.filter(region=region, demo=False).exists():
        raise Refused(f"Another unit answers for {region or 'every place'}.")
    with transaction.atomic(using=DATABASE):
        audit.record(Action.UNIT_MADE, unit=code)
        return Unit.objects.create(code=code, name=name, region=region, parent=parent)


def give_seat(unit: Unit, user: int) -> Seat:
    """Let this account see the pages of the unit; it still opens nothing. Refused for one of practice in a real unit, and the reverse."""
    if not unit.demo and is_of_practice(user):
        raise Refused(PRACTICE)
    if unit.demo and Seat.objects.filter(user=user, unit__demo=False).exists():
        raise Refused("This account has a seat in a real unit: use another one for practice.")
    with transaction.atomic(using=DATABASE):
        seat, new = Seat.objects.get_or_create(unit=unit, user=user)
        if new:
            audit.record(Action.SEAT_GIVEN, unit=unit.code, account=user)
    return seat


PRACTICE = "This account or key is one for practice, whose phrase everybody knows: it never holds a real unit."


def is_of_practice(user: int) -> bool:
    """Whether the account has a seat in a unit for practice, or a key that was made for one."""
    if Seat.objects.filter(user=user, unit__demo=True).exists():
        return True
    return any(installation.is_practice_holder(h.member) for h in Holder.objects.filter(user=user, left_on=None))


def take_seat(unit: Unit, user: int) -> None:
    """Close the pages of the unit to this account, at once. That it opens no new report needs another roster."""
    with transaction.atomic(using=DATABASE):
        if Seat.objects.filter(unit=unit, user=user).delete()[0]:
            Report.objects.filter(unit=unit, assignee=user).update(assignee=None)
            audit.record(Action.SEAT_TAKEN, unit=unit.code, account=user)


def take_all_seats(user: int) -> int:
    """The same in every unit; how many seats it had."""
    seats = list(Seat.objects.filter(user=user).select_related("unit").order_by("pk"))
    for seat in seats:
        take_seat(seat.unit, user)
    return len(seats)


def switched_off() -> set[int]:
    """The accounts with a seat with which nobody can sign in any more. Accounts lie in the other database: no form asks this."""
    users = set(Seat.objects.values_list("user", flat=True))
    off = get_user_model().objects.filter(pk__in=users, is_active=False)
    return set(off.values_list("pk", flat=True)) if users else set()


def take_seats_of_switched_off() -> int:
    """Their seats were taken as they were switched off (content.reports.signals); what missed that is done now. How many."""
    return sum(map(take_all_seats, sorted(switched_off())))


def trust(unit: Unit, member: Member) -> None:
    """This holder may sign rosters of the unit: the IT officer has heard her fingerprint. Refused for practice in a real unit."""
    users = Holder.objects.filter(pk=member.id).values_list("user", flat=True)
    if not unit.demo and (installation.is_practice_holder(member) or any(map(is_of_practice, users))):
        raise Refused(PRACTICE)
    # The file last: nobody is trusted without an event that says so.
    with transaction.atomic(using=DATABASE):
        audit.record(Action.TRUSTED, unit=unit.code, fingerprint=member.fingerprint)
        installation.trust(unit.pk, member)


def distrust(unit: Unit, member: Member) -> None:
    """Take that back: she begins nothing new. The rosters that she has begun hold as before."""
    with transaction.atomic(using=DATABASE):
        _held_still(unit)
        audit.record(Action.DISTRUSTED, unit=unit.code, fingerprint=member.fingerprint)
        installation.distrust(unit.pk, member, standing.begun_by(unit.pk, member))


# Holders


@dataclass(frozen=True)
class Enrolment:
    """What the browser of a new holder sends: public halves and locked seeds."""

    id: UUID
    exchange_key: bytes
    signing_key: bytes
    phrase_salt: bytes = field(repr=False)
    phrase_lock: bytes = field(repr=False)
    recovery_lock: bytes = field(repr=False)
    # By the signing key itself, over both public keys: what nobody holds is not enrolled.
    signature: bytes = field(repr=False)

    @property
    def to_sign(self) -> bytes:
        """What it shows that its sender can sign."""
        return b"|".join((b"lentera/enrol/v1", str(self.id).encode("ascii"), self.exchange_key + self.signing_key))


def enrol(user: int, sent: Enrolment) -> Holder:
    """Store the key of a new holder. Refused while she is in the roster of a unit, or where something does not fit."""
    _check_locks(sent.phrase_salt, sent.phrase_lock, sent.recovery_lock)
    try:
        keys.load_public(sent.exchange_key)
        keys.load_public(sent.signing_key)
    except keys.VaultKeyError as error:
        raise Refused(gettext_noop("This is no key.")) from error
    if not is_signed(sent.to_sign, sent.signature, sent.signing_key):
        raise Refused(gettext_noop("The key did not sign."))
    with transaction.atomic(using=DATABASE):
        held = Holder.objects.filter(user=user, left_on=None).first()
        if held is not None:
            if is_in_a_roster(held):
                raise Refused(gettext_noop("This account holds a key already."))
            held.left_on = today()
            held.save(update_fields=["left_on"])
        if Holder.objects.filter(pk=sent.id).exists():
            raise Refused(gettext_noop("This id is taken."))
        made = Holder.objects.create(
            id=sent.id,
            user=user,
            exchange_key=sent.exchange_key,
            signing_key=sent.signing_key,
            phrase_salt=sent.phrase_salt,
            phrase_lock=sent.phrase_lock,
            recovery_lock=sent.recovery_lock,
        )
        audit.record(Action.KEY_MADE, actor=user, fingerprint=made.member.fingerprint)
    return made


def is_in_a_roster(held: Holder) -> bool:
    """Whether any unit still counts on this key."""
    units = Unit.objects.filter(rosters__isnull=False).distinct()
    return any((roster := standing.roster_of(unit.pk)) and roster.member(held.pk) for unit in units)


def change_phrase(held: Holder, salt: bytes, lock: bytes, signature: bytes) -> None:
    """Store the seed under a new phrase; Refused unless the key itself signed that.

    The old lock is gone; whoever copied it before still has it.
    """
    _check_locks(salt, lock)
    if not is_signed(b"|".join((PHRASE_LABEL, salt + lock)), signature, bytes(held.signing_key)):
        raise Refused(gettext_noop("The key did not sign."))
    with transaction.atomic(using=DATABASE):
        Holder.objects.filter(pk=held.pk).update(phrase_salt=salt, phrase_lock=lock)
        audit.record(Action.PHRASE_CHANGED, actor=held.user)


def _check_locks(salt: bytes, *locks: bytes) -> None:
    if len(salt) != phrase.SALT_BYTES or any(len(lock) != LOCK_BYTES for lock in locks):
        raise Refused(gettext_noop("A lock has another length."))


def to_show_opened(held: Holder) -> bytes:
    """What a holder signs to show that she can still open her key, today."""
    return b"|".join((OPENED_LABEL, str(held.pk).encode("ascii"), today().isoformat().encode("ascii")))


def has_opened(held: Holder, signature: bytes) -> None:
    """Count the holder as live from today on; Refused unless her key signed the day."""
    if not is_signed(to_show_opened(held), signature, bytes(held.signing_key)):
        raise Refused(gettext_noop("The key did not sign."))
    if held.opened_on != today():
        Holder.objects.filter(pk=held.pk).update(opened_on=today())


# Rosters


@dataclass(frozen=True)
class Proposal:
    """A roster, its first signature, and a share for everybody who needs one: ``(holder, epoch) -> sealed``."""

    raw: bytes
    signature: bytes = field(repr=False)
    shares: Mapping[tuple[UUID, int], bytes] = field(repr=False)


def propose(unit: Unit, held: Holder, sent: Proposal) -> UnitRoster:
    """Store the next roster of a unit with its first signature, instead of a proposal that nobody else has signed."""
    with transaction.atomic(using=DATABASE):
        before = _held_still(unit)
        try:
            roster = Roster.read(sent.raw)
            rosters.check_follows(roster, before)
        except RosterError as error:
            raise Refused(gettext_noop("This roster cannot follow the one before.")) from error
        if roster.unit != unit.pk:
            raise Refused(gettext_noop("It is the roster of another unit."))
        if unit.demo and before is not None and roster.epoch != before.epoch:
            raise Refused(gettext_noop("The unit for practice keeps its key: it is pinned."))
        _check_members(unit, roster)
        _check_shares(unit, before, roster, sent.shares)
        if not rosters.signers(roster, before, {held.pk: sent.signature}, _founders(roster)):
            raise Refused(gettext_noop("The signature does not count."))
        UnitRoster.objects.filter(unit=unit, number__gte=roster.number).delete()
        row = UnitRoster.objects.create(unit=unit, number=roster.number, raw=roster.raw)
        RosterSignature.objects.create(roster=row, holder=held, signature=sent.signature)
        for (holder_id, epoch), sealed in sent.shares.items():
            Share.objects.update_or_create(unit=unit, epoch=epoch, holder_id=holder_id, defaults={"sealed": sealed})
        _say(Action.ROSTER_PROPOSED, unit, held, roster)
    return row


def sign(unit: Unit, held: Holder, digest: bytes, signature: bytes) -> bool:
    """Add a signature to the proposal with this digest; whether the roster holds now. Refused where it does not count."""
    with transaction.atomic(using=DATABASE):
        before = _held_still(unit)
        number = before.number + 1 if before else 1
        row = UnitRoster.objects.filter(unit=unit, number=number).first()
        if row is None:
            raise Refused(gettext_noop("There is nothing to sign."))
        roster = Roster.read(bytes(row.raw))
        if roster.digest != digest:
            raise Refused(gettext_noop("The proposal has changed: look at it again."))
        _check_members(unit, roster)
        if not rosters.signers(roster, before, {held.pk: signature}, _founders(roster)):
            raise Refused(gettext_noop("The signature does not count."))
        RosterSignature.objects.update_or_create(roster=row, holder=held, defaults={"signature": signature})
        _say(Action.ROSTER_SIGNED, unit, held, roster)
        chain = UnitRoster.objects.filter(unit=unit).order_by("number").prefetch_related("signatures")
        if standing.newest_in(unit.pk, list(chain)) != roster:
            return False
        _take_effect(row, roster, before)
        _say(Action.ROSTER_ACCEPTED, unit, held, roster)
    installation.remember_roster(roster)
    return True


def _say(action: Action, unit: Unit, held: Holder, roster: Roster) -> None:
    numbers = {"number": roster.number, "epoch": roster.epoch, "holders": len(roster.members)}
    audit.record(action, actor=held.user, unit=unit.code, **numbers)


def withdraw_proposal(unit: Unit, held: Holder) -> int:
    """Forget what was proposed and not accepted; how many that were. Refused for whoever could propose nothing either."""
    with transaction.atomic(using=DATABASE):
        before = _held_still(unit)
        member = held.member
        if not (before and before.member(held.pk) == member) and not installation.founders_among(unit.pk, [member]):
            raise Refused(gettext_noop("Your key is not among those of this unit."))
        _rows, gone = UnitRoster.objects.filter(unit=unit, number__gt=before.number if before else 0).delete()
        count = gone.get(UnitRoster._meta.label, 0)
        if count:
            audit.record(Action.PROPOSAL_WITHDRAWN, actor=held.user, unit=unit.code)
    return count


def _held_still(unit: Unit) -> Roster | None:
    """The roster of the unit, which nobody else changes before this transaction ends: what was accepted is never deleted."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    return standing.roster_of(unit.pk)


def proposal_of(unit: Unit) -> UnitRoster | None:
    """The roster that waits for a second signature."""
    before = standing.roster_of(unit.pk)
    return UnitRoster.objects.filter(unit=unit, number=before.number + 1 if before else 1).first()


def _take_effect(row: UnitRoster, roster: Roster, before: Roster | None) -> None:
    """The unit has this key and these holders now. Who is no longer one loses shares, seat and reports."""
    row.accepted_on = today()
    row.save(update_fields=["accepted_on"])
    stale = UnitKey.objects.filter(unit=row.unit, retired_on=None).exclude(epoch=roster.epoch)
    stale.update(retired_on=today())
    UnitKey.objects.update_or_create(
        unit=row.unit, epoch=roster.epoch, defaults={"public_key": roster.key, "retired_on": None}
    )
    members = [m.id for m in roster.members]
    gone = [m.id for m in before.members if m.id not in members] if before else []
    users = list(Holder.objects.filter(pk__in=gone).values_list("user", flat=True))
    Seat.objects.filter(unit=row.unit, user__in=users).delete()
    Report.objects.filter(unit=row.unit, assignee__in=users).update(assignee=None)
    Share.objects.filter(unit=row.unit).exclude(holder__in=members).delete()
    # Each of them has just shown that she opens her key, or was counted before.
    signed = RosterSignature.objects.filter(roster=row).values("holder")
    Holder.objects.filter(pk__in=signed).update(opened_on=today())


def _founders(roster: Roster) -> set[Member]:
    return installation.founders_among(roster.unit, roster.members)


def _check_members(unit: Unit, roster: Roster) -> None:
    """Every member is enrolled with exactly these keys and has a seat here."""
    seats = set(Seat.objects.filter(unit=unit).values_list("user", flat=True))
    known = {
        held.member: held.user for held in Holder.objects.filter(pk__in=[m.id for m in roster.members], left_on=None)
    }
    for member in roster.members:
        if known.get(member) not in seats:
            raise Refused(gettext_noop("A member has no such key, or no seat in this unit."))


def _check_shares(unit: Unit, before: Roster | None, roster: Roster, sent: Mapping[tuple[UUID, int], bytes]) -> None:
    """Exactly what is needed: for a new key everybody's, for a newcomer those of every epoch before as well."""
    members = {m.id for m in roster.members}
    old = {m.id for m in before.members} if before else set()
    epochs = set(range(1, before.epoch + 1)) if before else set()
    new = {roster.epoch} - epochs
    wanted = {(name, epoch) for name in members for epoch in new}
    wanted |= {(name, epoch) for name in members - old for epoch in epochs}
    if set(sent) != wanted:
        raise Refused(gettext_noop("A share is missing, or one is too many."))
    if any(len(sealed) != SHARE_BYTES for sealed in sent.values()):
        raise Refused(gettext_noop("A share has another length."))
