"""Answers as a short code: what it says comes back, and nothing that is typed in its place raises (DECISIONS 57)."""

from __future__ import annotations

import datetime as dt
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.guides import plan_checks, plan_codes, plan_laws, plan_lines, planning
from content.guides.plan_codes import Said, decode
from content.guides.planning import Answers
from tests.content.guides.planning_world import shipped

FULL = "1.TW.8211.p2p.23.L.m.n.y.24.2027-03.3508.kk~ktp"


def test_a_code_says_every_answer_and_comes_back() -> None:
    said = decode(FULL, shipped())
    assert said.answers == Answers(
        destination="TW",
        work="factory",
        zero_cost="no",
        route="p2p",
        been_abroad="no",
        marital="married",
        age="23-35",
        sex="L",
        employer="yes",
        occupation="8211",
        region="35.08",
        contract_months=24,
        departure="2027-03",
        has=frozenset({"ktp", "kk"}),
    )
    assert said.code() == FULL
    assert said.answered == set(planning.QUESTIONS)
    assert said.lost == ()


def test_i_do_not_know_is_an_answer_and_an_empty_part_is_none() -> None:
    said = decode("1.x.x..0", shipped())
    assert said.answered == {"destination", "occupation", "age"}
    assert said.answers == Answers(age="0-17")
    assert said.code() == "1.x.x..0"


@pytest.mark.parametrize("persona", plan_checks.personas(), ids=lambda persona: persona["id"])
def test_what_a_person_can_say_a_code_can_carry(persona: dict) -> None:
    """The plan behind the code is the plan of the answers."""
    book = shipped()
    answers = plan_lines.answers_of(persona, book)
    parts = {
        "destination": answers.destination,
        "occupation": answers.occupation if answers.occupation in book.occupations else answers.occupation and "0",
        "contract_months": str(answers.contract_months or ""),
        "departure": answers.departure,
        "region": answers.region.replace(".", ""),
    }
    said = Said()
    for name in planning.QUESTIONS[:-1]:
        value = parts.get(name) if name in parts else getattr(answers, name)
        part = value if name in parts else value and plan_codes.part_of(name, value)
        said = said.say(name, part or plan_codes.UNSAID, book)
    again = decode(said.code(), book)
    assert again == said
    assert len(said.code()) < 60
    assert planning.plan(again.answers, book) == planning.plan(answers, book)


def test_every_answer_of_every_list_has_a_part_of_its_own() -> None:
    for axis, values in plan_laws.values_of(shipped()).items():
        if axis in ("destination", "work"):
            continue
        parts = [plan_codes.part_of(axis, getattr(value, axis)) for value in values if getattr(value, axis)]
        assert len(set(parts)) == len(parts)
        assert all(set(part) <= set(string.ascii_letters + string.digits + "_") for part in parts)


@pytest.mark.parametrize(
    ("code", "lost"),
    [
        ("1.Taiwan", {"destination"}), ("1.ID", {"destination"}), ("1.TW.9999", {"occupation"}), ("1.TW..calo", {"route"}),
        ("1....17", {"age"}), ("1.....X", {"sex"}), ("1.........0", {"contract_months"}),
        ("1.........99999", {"contract_months"}), ("1.........²", {"contract_months"}), ("1..........2027-13", {"departure"}),
        ("1...........9999", {"region"}), ("1............dompet", {"has"}),
        ("2.TW", set(planning.QUESTIONS)), ("TW", set(planning.QUESTIONS)), ("1" + "." * 40, set(planning.QUESTIONS)),
        ("1." + "x" * 2_000, set(planning.QUESTIONS)),
    ],
)  # fmt: skip
def test_what_a_code_no_longer_means_is_named_and_asked_again(code: str, lost: set[str]) -> None:
    said = decode(code, shipped())
    assert set(said.lost) == lost
    assert not said.answered & lost


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.text("1.xTWHK0123456789pgmsy~-_", max_size=80))
def test_nothing_that_is_typed_raises(text: str) -> None:
    for code in (text, f"1.{text}"):
        said = decode(code, shipped())
        assert decode(said.code(), shipped()).answers == said.answers
        planning.plan(said.answers, shipped())


def test_a_form_that_was_shown_counts_as_answered() -> None:
    said = plan_codes.say_all(decode("1.TW", shipped()), [("occupation", []), ("has", ["ktp", "kk", "ktp"])], shipped())
    assert said.code() == "1.TW.x..........kk~ktp"


def test_addresses_hold_what_is_said_and_nothing_else() -> None:
    assert plan_codes.address("id") == "/id/rencana/"
    assert plan_codes.address("en", "1.TW", 2) == "/en/rencana/?k=1.TW&h=2"
    assert plan_codes.address("id", "1.TW", given=dt.date(2026, 11, 28)) == "/id/rencana/?k=1.TW&per=20261128"
    assert plan_codes.address("id", "1.x.0.visit_visa.kk~ktp", below=plan_codes.DETAILS) == (
        "/id/rencana/rincian/?k=1.x.0.visit_visa.kk~ktp"
    )


def test_a_listing_leads_to_the_rest_of_the_questions() -> None:
    said = decode(plan_codes.code_for("TW", "5322", "p2p"), shipped())
    assert said.answered == {"destination", "occupation", "route"}
    assert said.answers == replace(
        Answers(), destination="TW", work="caregiver", zero_cost="yes", route="p2p", occupation="5322"
    )
