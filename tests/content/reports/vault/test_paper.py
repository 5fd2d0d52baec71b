"""The sealed paper envelope as the server keeps it: a lock, signed by a holder, handed out with an event."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from content.reports.vault import paper, staff, standing
from content.reports.vault.models import AuditEvent, PaperEnvelope
from content.reports.vault.staff import Refused
from tests.content.reports.reporting import Team

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
LOCK = secrets.token_bytes(120)


@pytest.fixture
def team(closed_vault: Path) -> Team:
    held = Team.of(staff.make_unit("provinsi", "Provinsi", "35"), 3)
    held.found()
    return held


def store(team: Team, epoch: int = 1, lock: bytes = LOCK, by: int = 0) -> PaperEnvelope:
    person, roster = team.people[by], standing.roster_of(team.unit.pk)
    signature = person.key.sign(paper.to_sign(team.unit, epoch, lock))
    return paper.store(team.unit, person.row, roster, epoch, lock, signature)  # type: ignore[arg-type]


def test_a_holder_stores_it_and_the_chain_says_so(team: Team) -> None:
    store(team)
    assert AuditEvent.objects.get(action="paper-made").detail == "epoch=1"
    assert paper.fault_of(team.unit, standing.roster_of(team.unit.pk)) == ""


def test_it_is_handed_out_with_an_event_and_is_to_be_made_anew(team: Team) -> None:
    store(team)
    first, _second, third = (person.row for person in team.people)
    # She has a seat and a key, but nobody has heard her fingerprint.
    with pytest.raises(Refused, match="not trusted"):
        paper.hand_out(team.unit, third)
    assert not AuditEvent.objects.filter(action="paper-opened").exists()
    assert paper.hand_out(team.unit, first) == (LOCK, 1)
    event = AuditEvent.objects.get(action="paper-opened")
    assert (event.actor, event.unit) == (first.user, "provinsi")
    assert "was opened" in paper.fault_of(team.unit, standing.roster_of(team.unit.pk))
    store(team)
    assert paper.fault_of(team.unit, standing.roster_of(team.unit.pk)) == ""
    assert PaperEnvelope.objects.count() == 1


def test_nobody_but_a_holder_of_today_makes_one(team: Team) -> None:
    with pytest.raises(Refused, match="did not sign"):
        store(team, by=2)
    roster = standing.roster_of(team.unit.pk)
    assert roster is not None
    signature = team.people[0].key.sign(paper.to_sign(team.unit, 1, LOCK))
    for lock in (LOCK[:-1] + b"\0", b""):
        with pytest.raises(Refused, match="did not sign"):
            paper.store(team.unit, team.people[0].row, roster, 1, lock, signature)
    with pytest.raises(Refused, match="another length"):
        store(team, lock=b"x" * (paper.MAX_LOCK + 1))
    assert not PaperEnvelope.objects.exists()


def test_it_is_of_the_key_of_today(team: Team) -> None:
    with pytest.raises(Refused, match="has changed"):
        store(team, epoch=2)
    store(team)
    team.carry(team.next(team.people[:2], new_key=True), *team.people[:2])
    assert "not 2" in paper.fault_of(team.unit, standing.roster_of(team.unit.pk))


def test_without_one_nothing_is_handed_out(team: Team) -> None:
    with pytest.raises(Refused, match="no sealed envelope"):
        paper.hand_out(team.unit, team.people[0].row)
    assert "loses its reports" in paper.fault_of(team.unit, standing.roster_of(team.unit.pk))
