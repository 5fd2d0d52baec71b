"""Who can read what a unit receives: rosters in the database, trust outside it, live holders (DECISIONS 47)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.utils import timezone

from content.reports.vault import (
    audit,
    envelope,
    escalation,
    examination,
    holder,
    installation,
    keys,
    nightly,
    selectors,
    services,
    staff,
    standing,
)
from content.reports.vault.models import (
    AuditEvent,
    Holder,
    Report,
    RosterSignature,
    Seat,
    Share,
    Unit,
    UnitKey,
    UnitRoster,
)
from content.reports.vault.rosters import Roster
from content.reports.vault.staff import Refused
from tests.content.reports.reporting import (
    Person,
    Reporter,
    Team,
    assert_closed,
    hidden,
    make_unit,
    receipt_in,
    text_of,
)

pytestmark = pytest.mark.django_db(databases=["reports"])


@pytest.fixture
def team(closed_vault: Path) -> Team:
    """A province with two holders whose form is open."""
    held = Team.of(staff.make_unit("provinsi", "Provinsi", "35"))
    held.found()
    return held


def state() -> standing.Standing:
    return standing.standing_of(Unit.objects.get(region="35").pk)


def later(days: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


def opens(person: Person) -> None:
    staff.has_opened(person.row, person.key.sign(staff.to_show_opened(person.row)))


def test_the_form_opens_with_the_second_signature_and_not_before(closed_vault: Path) -> None:
    reporter = Reporter()
    team = Team.of(staff.make_unit("provinsi", "Provinsi", "35"))
    assert_closed(reporter.get())
    first, second = team.people
    for person in team.people:
        installation.trust(team.unit.pk, person.member)
    roster = team.next(team.people, new_key=True)
    staff.propose(team.unit, first.row, team.proposal(roster, first))
    assert_closed(reporter.get())
    # The same holder again is no second one.
    assert not staff.sign(team.unit, first.row, roster.digest, first.key.sign(roster.to_sign))
    assert_closed(reporter.get())
    assert staff.sign(team.unit, second.row, roster.digest, second.key.sign(roster.to_sign))
    assert receipt_in(reporter.send())
    seed = holder.open_share(bytes(Share.objects.get(holder=second.id).sealed), team.unit.pk, 1, second.key)
    assert b"ZXQ-7781" in services.open_report(Report.objects.get(), holder.unit_key(seed))


def test_nobody_signs_a_first_roster_whose_key_was_not_read_out(closed_vault: Path) -> None:
    team = Team.of(staff.make_unit("provinsi", "Provinsi", "35"))
    installation.trust(team.unit.pk, team.people[0].member)
    roster = team.next(team.people, new_key=True)
    staff.propose(team.unit, team.people[0].row, team.proposal(roster, team.people[0]))
    with pytest.raises(Refused, match="does not count"):
        staff.sign(team.unit, team.people[1].row, roster.digest, team.people[1].key.sign(roster.to_sign))
    with pytest.raises(Refused, match="does not count"):
        staff.propose(team.unit, team.people[1].row, team.proposal(roster, team.people[1]))
    assert not selectors.receivers()


SWAPS = {
    "another public key": lambda team: UnitKey.objects.update(
        public_key=keys.public_bytes(keys.generate().public_key())
    ),
    "another epoch": lambda team: UnitKey.objects.update(epoch=2),
    "a signature less": lambda team: RosterSignature.objects.first().delete(),
    "a signature of nothing": lambda team: RosterSignature.objects.update(signature=bytes(64)),
    "the roster gone": lambda team: UnitRoster.objects.all().delete(),
    "the trust gone": lambda team: installation.pins_file().unlink(),
    "a chain of somebody else's": lambda team: usurp(team),
}


def usurp(team: Team) -> None:
    """Whoever may write to the database puts himself in the place of the holders; the file he cannot write."""
    thieves = [Person(1), Person(2)]
    for thief in thieves:
        thief.enrol()
        staff.give_seat(team.unit, thief.user)
    UnitRoster.objects.all().delete()
    own = Team(team.unit, thieves)
    roster = own.next(thieves, new_key=True)
    row = UnitRoster.objects.create(unit=team.unit, number=1, raw=roster.raw)
    for thief in thieves:
        RosterSignature.objects.create(roster=row, holder=thief.row, signature=thief.key.sign(roster.to_sign))
    UnitKey.objects.update(public_key=roster.key)


@pytest.mark.every_case
@pytest.mark.parametrize("way", SWAPS)
def test_what_a_thief_writes_into_the_database_closes_the_form(team: Team, way: str) -> None:
    reporter = Reporter()
    form = reporter.form()
    SWAPS[way](team)
    assert_closed(reporter.get())
    assert not receipt_in(reporter.send(form))
    assert not Report.objects.exists()


def test_who_was_read_out_with_another_key_to_seal_to_founds_nothing(closed_vault: Path) -> None:
    """Or the key of the unit would be sealed to whoever wrote it into her row."""
    team = Team.of(staff.make_unit("provinsi", "Provinsi", "35"))
    for person in team.people:
        installation.trust(team.unit.pk, person.member)
    thief = Person(1)
    Holder.objects.filter(pk=team.people[0].id).update(exchange_key=thief.key.exchange_public)
    swapped = replace(team.people[0].member, exchange=thief.key.exchange_public)
    assert installation.founders_among(team.unit.pk, [swapped]) == set()
    assert swapped.fingerprint != team.people[0].member.fingerprint
    right = team.next(team.people, new_key=True)
    with pytest.raises(Refused, match="no such key"):
        staff.propose(team.unit, team.people[0].row, team.proposal(right, team.people[0]))
    members = tuple(sorted([swapped, team.people[1].member]))
    wrong = replace(right, members=members)
    with pytest.raises(Refused, match="does not count"):
        staff.propose(team.unit, team.people[0].row, team.proposal(wrong, team.people[0]))


def test_a_proposal_that_was_written_anew_with_another_key_is_not_signed(team: Team) -> None:
    third, thief = team.seat(), Person(1)
    roster = team.next(team.people)
    staff.propose(team.unit, team.people[0].row, team.proposal(roster, team.people[0]))
    swapped = replace(third.member, exchange=thief.key.exchange_public)
    forged = replace(roster, members=tuple(sorted([*(p.member for p in team.people[:2]), swapped])))
    UnitRoster.objects.filter(number=2).update(raw=forged.raw)
    mine = team.people[1].key.sign(forged.to_sign)
    with pytest.raises(Refused, match="no such key"):
        staff.sign(team.unit, team.people[1].row, forged.digest, mine)


def test_an_older_roster_that_is_put_back_closes_the_form(team: Team) -> None:
    old = UnitRoster.objects.get()
    third = team.seat()
    assert team.carry(team.next([*team.people[:1], third], new_key=True), *team.people[:2])
    # The newcomer has not opened her key yet.
    assert (state().roster.number, state().live) == (2, 1)
    UnitRoster.objects.filter(number__gt=1).delete()
    UnitKey.objects.filter(epoch=2).delete()
    UnitKey.objects.filter(epoch=1).update(retired_on=None)
    assert standing.newest_in(team.unit.pk, [old]) is not None
    assert "older" in state().fault
    assert_closed(Reporter().get())


def written(team: Team, raws: list[Roster], *signers: Person) -> None:
    """What whoever has the database and these keys makes of the unit: this chain and the key that it ends with."""
    team.unit.rosters.all().delete()
    for roster in raws:
        row = UnitRoster.objects.create(unit=team.unit, number=roster.number, raw=roster.raw)
        for person in signers:
            RosterSignature.objects.create(roster=row, holder=person.row, signature=person.key.sign(roster.to_sign))
    UnitKey.objects.update(retired_on=timezone.localdate())
    sealing = {"public_key": raws[-1].key, "retired_on": None}
    UnitKey.objects.update_or_create(unit=team.unit, epoch=raws[-1].epoch, defaults=sealing)


def chain_of(first: Roster, *, length: int) -> list[Roster]:
    """A roster and so many less one after it, each with another key."""
    made = [first]
    while len(made) < length:
        key = keys.public_bytes(keys.generate().public_key())
        last = made[-1]
        made.append(replace(last, number=last.number + 1, epoch=last.epoch + 1, key=key, previous=last.digest))
    return made


def test_two_keys_of_before_continue_no_roster_of_before(team: Team) -> None:
    """Nor do they where the chain that they make up is longer than the one that was accepted."""
    begun = standing.roster_of(team.unit.pk)
    assert begun
    third, fourth = team.seat(), team.seat()
    assert team.carry(team.next(team.people), *team.people[:2])
    assert team.carry(team.next([third, fourth], new_key=True), third, fourth)
    for length in (2, 3, 4, 9):
        written(team, chain_of(begun, length=length), *team.people[:2])
        newest = standing.newest_in(team.unit.pk, team.unit.rosters.order_by("number"))
        assert newest
        assert newest.number == length
        assert "or another" in state().fault
        assert not selectors.receivers()


# Founders who are trusted no more


def test_what_a_founder_has_begun_holds_when_she_is_trusted_no_more(team: Team) -> None:
    """Whether she leaves first or is distrusted first, and also where she came by the file later."""
    first, second = team.people
    staff.distrust(team.unit, second.member)
    assert (state().roster.number, state().fault) == (1, "")
    third = team.seat()
    staff.trust(team.unit, third.member)
    roster = team.next([first, third], new_key=True)
    assert team.carry(roster, first, third)
    for person in (third, first):
        staff.distrust(team.unit, person.member)
    assert installation.founders_among(team.unit.pk, [p.member for p in team.people]) == set()
    assert (state().roster, state().fault) == (roster, "")
    assert receipt_in(Reporter().send())
    seed = holder.open_share(bytes(Share.objects.get(holder=third.id, epoch=2).sealed), team.unit.pk, 2, third.key)
    assert services.open_report(Report.objects.get(), holder.unit_key(seed))
    # As holders of the newest roster they still change it.
    assert team.carry(team.next([first, third], new_key=True), first, third)


def test_a_founder_who_is_trusted_no_more_begins_nothing_new(team: Team) -> None:
    first, gone = team.people
    third = team.seat()
    begun = standing.roster_of(team.unit.pk)
    assert begun
    assert team.carry(team.next([first, third], new_key=True), first, gone)
    staff.distrust(team.unit, gone.member)
    # Seated again with the same key.
    staff.give_seat(team.unit, gone.user)
    roster = team.next([first, third, gone])
    with pytest.raises(Refused, match="does not count"):
        staff.propose(team.unit, gone.row, team.proposal(roster, gone))
    # Nor where she writes herself into the database with the key of one holder.
    row = UnitRoster.objects.create(unit=team.unit, number=roster.number, raw=roster.raw)
    for person in (first, gone):
        RosterSignature.objects.create(roster=row, holder=person.row, signature=person.key.sign(roster.to_sign))
    assert state().roster.number == roster.number - 1
    # With the database, the other founder's key and no memory of rosters: no other beginning counts.
    installation._roster_file(team.unit.pk).unlink()
    (_begun, forged) = chain_of(begun, length=2)
    forged = replace(forged, number=1, epoch=1, previous=bytes(32))
    written(team, [forged], first, gone)
    assert "two trusted holders" in state().fault
    # Nor does it in another unit.
    other = staff.make_unit("lain", "Lain", "63")
    written(Team(other, []), [replace(begun, unit=other.pk)], first, gone)
    assert standing.roster_of(other.pk) is None


def test_a_chain_that_is_not_in_force_is_not_made_to_last(team: Team) -> None:
    """Who has both founders' keys and the database writes a chain before one of them is distrusted."""
    begun = standing.roster_of(team.unit.pk)
    assert begun
    (_begun, forged) = chain_of(begun, length=2)
    written(team, [replace(forged, number=1, epoch=1, previous=bytes(32))], *team.people)
    staff.distrust(team.unit, team.people[0].member)
    assert "founder-of" not in installation.pins_file().read_text()


def test_a_unit_that_is_gone_leaves_no_founder_behind(team: Team) -> None:
    staff.distrust(team.unit, team.people[0].member)
    assert f"founder-of {team.unit.pk}" in installation.pins_file().read_text()
    installation.unpin(team.unit.pk)
    assert str(team.unit.pk) not in installation.pins_file().read_text()


TRUSTS = {"trust": staff.trust, "distrust": staff.distrust}


@pytest.mark.parametrize("way", TRUSTS)
def test_nobody_is_trusted_or_distrusted_without_an_event(
    team: Team, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    third = team.seat()
    member = {"trust": third, "distrust": team.people[0]}[way].member
    pins, events = installation.pins_file().read_text(), AuditEvent.objects.count()

    def fails(*_arguments: object) -> None:
        raise OSError

    for place, name in ((audit, "digest_of"), (installation, "_write_pins")):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, fails)
            with pytest.raises(OSError):  # noqa: PT011
                TRUSTS[way](team.unit, member)
        assert installation.pins_file().read_text() == pins
        assert AuditEvent.objects.count() == events
    TRUSTS[way](team.unit, member)
    assert installation.pins_file().read_text() != pins
    assert AuditEvent.objects.count() == events + 1


# Live holders


@pytest.mark.parametrize("text", ["", "x y", "1", "satu dua tiga"])
def test_a_damaged_memory_of_rosters_closes_the_form(team: Team, text: str) -> None:
    installation._roster_file(team.unit.pk).write_text(text)
    assert "cannot be used" in state().fault
    assert_closed(Reporter().get())


def test_two_live_holders_one_and_none(team: Team) -> None:
    first, second = team.people
    made = timezone.now()
    assert (state().live, state().fault) == (2, "")
    with time_machine.travel(made + dt.timedelta(days=30)):
        assert state().live == 2
        opens(first)
    with time_machine.travel(made + dt.timedelta(days=31)):
        assert (state().live, state().alone, state().fault) == (1, True, "")
    with time_machine.travel(made + dt.timedelta(days=44)):
        assert state().alone
        assert selectors.receivers()
    with time_machine.travel(made + dt.timedelta(days=45)):
        assert "only one holder" in state().fault
        assert_closed(Reporter().get())
        opens(second)
        assert (state().live, state().fault) == (2, "")
    with time_machine.travel(made + dt.timedelta(days=200)):
        assert "none of its holders" in state().fault
        assert_closed(Reporter().get())


def test_while_one_is_left_the_parent_unit_can_read_too(closed_vault: Path) -> None:
    make_unit(closed_vault, "35", "Provinsi")
    parent = Unit.objects.get(region="35")
    make_unit(closed_vault, "35.09", "Jember", parent=parent)
    own, above = (keys.read_private(closed_vault / "keys" / f"{region}.pem") for region in ("35.09", "35"))
    members = standing.roster_of(Unit.objects.get(region="35.09").pk).members
    reporter = Reporter()
    assert receipt_in(reporter.send(regency="Jember"))
    with pytest.raises(envelope.EnvelopeError):
        services.open_report(Report.objects.get(), above)
    Report.objects.all().delete()
    Holder.objects.filter(pk=members[0].id).update(opened_on=timezone.localdate() - dt.timedelta(days=31))
    assert receipt_in(reporter.send(regency="Jember"))
    report = Report.objects.get()
    assert b"ZXQ-7781" in services.open_report(report, own)
    assert b"ZXQ-7781" in services.open_report(report, above)
    assert report.also == parent


def test_the_province_alone_is_chosen_by_cryptography(closed_vault: Path) -> None:
    make_unit(closed_vault, "35", "Provinsi")
    make_unit(closed_vault, "35.09", "Jember", parent=Unit.objects.get(region="35"))
    assert receipt_in(Reporter().send(regency="Jember", province_only="on"))
    report = Report.objects.get()
    with pytest.raises(envelope.EnvelopeError):
        services.open_report(report, keys.read_private(closed_vault / "keys" / "35.09.pem"))
    assert services.open_report(report, keys.read_private(closed_vault / "keys" / "35.pem"))


def test_only_her_key_shows_that_a_holder_is_live(team: Team) -> None:
    first, second = team.people
    with time_machine.travel(later(5)):
        with pytest.raises(Refused):
            staff.has_opened(first.row, second.key.sign(staff.to_show_opened(first.row)))
        yesterdays = staff.to_show_opened(first.row).replace(
            timezone.localdate().isoformat().encode(),
            (timezone.localdate() - dt.timedelta(days=1)).isoformat().encode(),
        )
        with pytest.raises(Refused):
            staff.has_opened(first.row, first.key.sign(yesterdays))
        opens(first)
        assert first.row.opened_on == timezone.localdate()


# Adding, removing, a new key


def test_a_new_holder_opens_old_and_new(team: Team) -> None:
    reporter = Reporter()
    reporter.send()
    third = team.seat()
    assert team.carry(team.next(team.people), *team.people[:2])
    assert Share.objects.filter(holder=third.id).count() == 1
    assert not receipt_in(reporter.send(about=""))
    assert receipt_in(reporter.send())
    seed = holder.open_share(bytes(Share.objects.get(holder=third.id).sealed), team.unit.pk, 1, third.key)
    for report in Report.objects.all():
        assert services.open_report(report, holder.unit_key(seed))


def test_who_leaves_loses_shares_seat_and_every_new_report(team: Team) -> None:
    first, second = team.people
    third = team.seat()
    team.carry(team.next(team.people), first, second)
    assert team.carry(team.next([first, third], new_key=True), first, third)
    assert not Share.objects.filter(holder=second.id).exists()
    assert not Seat.objects.filter(user=second.user).exists()
    assert set(Share.objects.values_list("holder", "epoch")) == {
        (person.id, epoch) for person in (first, third) for epoch in (1, 2)
    }
    Reporter().send()
    report = Report.objects.get()
    assert envelope.Header.decode(bytes(report.header)).epoch == 2
    with pytest.raises(envelope.EnvelopeError):
        services.open_report(report, holder.unit_key(team.seeds[1]))
    assert services.open_report(report, holder.unit_key(team.seeds[2]))
    assert [key.epoch for key in UnitKey.objects.filter(retired_on=None)] == [2]


def test_a_message_to_an_older_report_is_sealed_to_the_new_key(team: Team) -> None:
    reporter = Reporter()
    number = receipt_in(reporter.send())
    assert number
    assert team.carry(team.next(team.people, new_key=True), *team.people)
    assert "ditambahkan" in text_of(reporter.post(**{**hidden(reporter.status(number)), "text": "Tambahan."}))
    message = Report.objects.get().messages.get()
    assert services.open_message(message, holder.unit_key(team.seeds[2]))


REFUSED = {
    "a share less": (lambda p: {"shares": dict(list(p.shares.items())[1:])}, "share"),
    "a share cut off": (lambda p: {"shares": {name: sealed[:-1] for name, sealed in p.shares.items()}}, "share"),
    "another's signature": (lambda p: {"signature": bytes(64)}, "signature"),
    "no roster": (lambda p: {"raw": b"{}"}, "cannot follow"),
}


@pytest.mark.parametrize("way", REFUSED)
def test_what_cannot_be_proposed(team: Team, way: str) -> None:
    third = team.seat()
    good = team.proposal(team.next([*team.people[:2], third], new_key=True), team.people[0])
    spoil, reason = REFUSED[way]
    with pytest.raises(Refused, match=reason):
        staff.propose(team.unit, team.people[0].row, replace(good, **spoil(good)))
    assert UnitRoster.objects.count() == 1


def test_somebody_without_a_seat_is_in_no_roster(team: Team) -> None:
    stranger = Person(77)
    stranger.enrol()
    roster = team.next([*team.people, stranger])
    with pytest.raises(Refused, match="no seat"):
        staff.propose(team.unit, team.people[0].row, team.proposal(roster, team.people[0]))


def test_the_holder_who_is_not_in_the_roster_signs_nothing(team: Team) -> None:
    third = team.seat()
    roster = team.next(team.people)
    with pytest.raises(Refused, match="does not count"):
        staff.propose(team.unit, third.row, team.proposal(roster, third))
    staff.propose(team.unit, team.people[0].row, team.proposal(roster, team.people[0]))
    with pytest.raises(Refused, match="does not count"):
        staff.sign(team.unit, third.row, roster.digest, third.key.sign(roster.to_sign))


def test_a_proposal_that_changed_is_not_signed_unseen(team: Team) -> None:
    first, second = team.people
    seen = team.next(team.people, new_key=True)
    staff.propose(team.unit, first.row, team.proposal(seen, first))
    other = team.next(team.people, new_key=True)
    staff.propose(team.unit, first.row, team.proposal(other, first))
    with pytest.raises(Refused, match="changed"):
        staff.sign(team.unit, second.row, seen.digest, second.key.sign(seen.to_sign))
    assert staff.withdraw_proposal(team.unit, team.people[0].row) == 1
    with pytest.raises(Refused, match="nothing"):
        staff.sign(team.unit, second.row, other.digest, second.key.sign(other.to_sign))


def test_a_unit_with_one_holder_left_comes_back_through_the_file(team: Team) -> None:
    first, gone = team.people
    third = team.seat()
    roster = team.next([first, third], new_key=True)
    staff.propose(team.unit, first.row, team.proposal(roster, first))
    with pytest.raises(Refused):
        staff.sign(team.unit, third.row, roster.digest, third.key.sign(roster.to_sign))
    installation.trust(team.unit.pk, third.member)
    assert staff.sign(team.unit, third.row, roster.digest, third.key.sign(roster.to_sign))
    assert not Share.objects.filter(holder=gone.id).exists()


# Keys of holders


def test_who_is_in_a_roster_cannot_replace_her_key_and_who_has_left_can(team: Team) -> None:
    first, second = team.people
    with pytest.raises(Refused, match="already"):
        Person(second.user).enrol()
    third = team.seat()
    team.carry(team.next([first, third], new_key=True), first, second)
    again = Person(second.user)
    again.enrol()
    assert Holder.objects.get(user=second.user, left_on=None).pk == again.id


def test_who_has_not_begun_may_begin_anew(closed_vault: Path) -> None:
    Person(5).enrol()
    again = Person(5)
    again.enrol()
    assert Holder.objects.get(user=5, left_on=None).pk == again.id


@pytest.mark.parametrize(
    "name", ["exchange_key", "signing_key", "phrase_salt", "phrase_lock", "recovery_lock", "signature"]
)
def test_an_enrolment_that_does_not_fit_is_refused(closed_vault: Path, name: str) -> None:
    sent = Person(5).enrolment()
    with pytest.raises(Refused):
        staff.enrol(5, replace(sent, **{name: getattr(sent, name)[:-1]}))
    with pytest.raises(Refused, match="did not sign"):
        staff.enrol(5, replace(sent, exchange_key=holder.HolderKey.generate().exchange_public))
    assert not Holder.objects.exists()


def test_a_changed_phrase_opens_and_the_old_one_is_gone(team: Team) -> None:
    first = team.people[0]
    lock = holder.lock(first.key.seed, bytes(32), first.id, holder.Lock.PHRASE)
    signature = first.key.sign(staff.PHRASE_LABEL + b"|" + bytes(16) + lock)
    staff.change_phrase(first.row, bytes(16), lock, signature)
    assert holder.unlock(bytes(first.row.phrase_lock), bytes(32), first.id, holder.Lock.PHRASE) == first.key
    for refused in ((bytes(16), lock[:-1], signature), (bytes(16), lock, bytes(64)), (b"1" * 16, lock, signature)):
        with pytest.raises(Refused):
            staff.change_phrase(first.row, *refused)


def test_nothing_of_a_secret_is_stored(team: Team, closed_vault: Path) -> None:
    """Phrase, code and seeds occur in no row and no file."""
    secrets = list(team.seeds.values())
    for person in team.people:
        secrets += [person.key.seed, person.phrase.digits.encode(), person.code.text.encode()]
    rows = [
        value
        for model in (Holder, Share, UnitRoster, RosterSignature, UnitKey, Seat)
        for row in model.objects.values_list()
        for value in row
    ]
    held = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in rows)
    held += b"".join(path.read_bytes() for path in closed_vault.rglob("*") if path.is_file() and path.suffix != ".pem")
    for secret in secrets:
        assert secret not in held
        assert secret.hex().encode() not in held


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "terakhir dibuka hari ini"), (1, "terakhir dibuka 1 hari lalu"), (9, "terakhir dibuka 9 hari lalu")],
)
def test_the_form_says_how_many_days_ago_the_box_was_opened(team: Team, days: int, said: str) -> None:
    """Of whoever opened last, in whole days (DECISIONS 52); it changes at midnight and at no other moment."""
    opens(team.people[1])
    with time_machine.travel(later(days), tick=False):
        shown = text_of(Reporter().post(step="place", place="35"))
    assert f"Dibaca oleh: Provinsi. ({said})" in shown


def test_of_practice_nobody_says_when_it_was_opened(vault: Path) -> None:
    assert "terakhir dibuka" not in text_of(Reporter().post(step="place", place="35"))


def test_who_reads_by_the_choice_of_a_place_is_said_apart(team: Team) -> None:
    Team.of(staff.make_unit("jember", "Jember", "35.09", team.unit)).found()
    shown = text_of(Reporter().post(step="place", place="35"))
    assert "Dibaca oleh: Provinsi." in shown
    assert "merekalah yang membacanya: Jember" in shown


# Seats and accounts


def doctor() -> str:
    return " ".join(found.advice for found in examination.examine() if found.name.startswith("unit"))


def unseated(unit: Unit, *people: Person) -> None:
    for person in people:
        staff.take_seat(unit, person.user)


@pytest.mark.django_db(databases=["default", "reports"])
def test_without_a_holder_who_has_a_seat_the_form_is_closed_and_the_unit_above_is_told(team: Team) -> None:
    """They hold the key and opened it today, but the pages are closed to them: what came would lie unread."""
    form = Reporter().form()
    unseated(team.unit, *team.people)
    assert (state().live, state().fault[:34]) == (0, "none of its holders has a seat in ")
    assert_closed(Reporter().get())
    assert not receipt_in(Reporter().send(form))
    above = Team.of(staff.make_unit("pusat", "Pusat", ""))
    above.found()
    Unit.objects.filter(pk=team.unit.pk).update(parent=above.unit)
    assert receipt_in(Reporter().send())
    assert Report.objects.get().unit == above.unit
    (trouble,) = escalation.troubles()
    assert (trouble.unit, trouble.reason, trouble.told) == (team.unit, escalation.NO_HOLDER, above.unit)
    assert "none of its holders has a seat" in doctor()
    for person in team.people:
        staff.give_seat(team.unit, person.user)
    assert (state().live, state().fault, escalation.troubles()) == (2, "", [])


@pytest.mark.django_db(databases=["default", "reports"])
def test_of_two_holders_the_one_with_a_seat_is_alone_for_14_days(team: Team) -> None:
    """From the day on which the other lost hers, however long ago the roster began."""
    first, second = team.people
    made = timezone.now()
    with time_machine.travel(made + dt.timedelta(days=100), tick=False) as clock:
        opens(first)
        opens(second)
        unseated(team.unit, second)
        assert (state().live, state().alone, state().fault) == (1, True, "")
        assert "one holder is left" in doctor()
        assert receipt_in(Reporter().send())
        clock.move_to(made + dt.timedelta(days=114))
        assert state().alone
        clock.move_to(made + dt.timedelta(days=115))
        assert "only one holder" in state().fault
        assert_closed(Reporter().get())
        staff.give_seat(team.unit, second.user)
        assert (state().live, state().fault) == (2, "")


def test_a_seat_that_nobody_knows_to_have_been_taken_gives_no_14_days(team: Team) -> None:
    with time_machine.travel(later(20)):
        Seat.objects.filter(user=team.people[1].user).delete()
        assert "only one holder" in state().fault


def test_a_seat_in_another_unit_opens_nothing_here(team: Team) -> None:
    other = staff.make_unit("lain", "Lain", "63")
    for person in team.people:
        staff.give_seat(other, person.user)
    unseated(team.unit, *team.people)
    assert "has a seat" in state().fault


def test_while_one_has_a_seat_the_unit_above_can_read_too(team: Team) -> None:
    above = Team.of(staff.make_unit("pusat", "Pusat", ""))
    above.found()
    Unit.objects.filter(pk=team.unit.pk).update(parent=above.unit)
    assert receipt_in(Reporter().send())
    assert Report.objects.get().also is None
    Report.objects.all().delete()
    unseated(team.unit, team.people[1])
    assert receipt_in(Reporter().send())
    assert Report.objects.get().also == above.unit


def account(team: Team, person: Person) -> Any:
    """The account of somebody who has a seat so far by its number alone."""
    return get_user_model().objects.create_user(f"{person.user}@example.org", "x", pk=person.user)


ENDS = {"switched off": lambda user: switch_off(user), "deleted": lambda user: user.delete()}


def switch_off(user: Any) -> None:
    user.is_active = False
    user.save()


@pytest.mark.django_db(databases=["default", "reports"])
@pytest.mark.parametrize("way", ENDS)
def test_an_account_that_is_gone_has_no_seat(team: Team, django_capture_on_commit_callbacks: Any, way: str) -> None:
    users = [account(team, person) for person in team.people]
    for user in users:
        with django_capture_on_commit_callbacks(execute=True):
            user.first_name = "Ana"
            user.save()
    assert state().live == 2
    for user, live in zip(users, (1, 0), strict=True):
        with django_capture_on_commit_callbacks(execute=True):
            ENDS[way](user)
        assert state().live == live
    assert_closed(Reporter().get())
    assert AuditEvent.objects.filter(action=audit.Action.SEAT_TAKEN).count() == 2


@pytest.mark.django_db(databases=["default", "reports"])
def test_what_switched_an_account_off_unseen_is_made_up_for_at_night(team: Team, erased: list[str]) -> None:
    account(team, team.people[1])
    assert nightly.work().failed == []
    get_user_model().objects.update(is_active=False)
    assert (state().live, staff.switched_off()) == (2, {team.people[1].user})
    assert "accounts that are switched off still have seats" in doctor()
    assert "accounts that are switched off and lose their seats: 1" in nightly.plan().lines
    assert "seats taken, as their accounts are switched off: 1" in nightly.work().lines
    assert (state().live, state().alone) == (1, True)
    assert staff.switched_off() == set()


# Whoever holds nothing


def test_who_is_in_no_roster_and_trusted_by_nobody_cancels_no_proposal(team: Team) -> None:
    """Or whoever is to be removed would let somebody with a seat cancel it over and over."""
    first, second = team.people
    third, stranger = team.seat(), team.seat()
    roster = team.next([first, second, third])
    staff.propose(team.unit, first.row, team.proposal(roster, first))
    for person in (third, stranger):
        with pytest.raises(Refused, match="not among those"):
            staff.withdraw_proposal(team.unit, person.row)
    assert staff.proposal_of(team.unit)
    # A founder may, also one that is in no roster yet, and so may every holder.
    staff.trust(team.unit, third.member)
    assert staff.withdraw_proposal(team.unit, third.row) == 1
    staff.propose(team.unit, first.row, team.proposal(roster, first))
    assert staff.withdraw_proposal(team.unit, second.row) == 1
