"""What a planner's book may not hold: each law is broken once, and noticed (DECISIONS 55, 56)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from content.guides import plan_laws, planning
from content.guides.planning import Book, OutcomeKind, Rule, StepKind
from tests.content.guides.planning_world import FITTING, kinds, rule, shipped, small, step, stop, way

DO_NOT_GO, NOT_YET = OutcomeKind.DO_NOT_GO, OutcomeKind.NOT_YET


def problems(book: Book) -> set[str]:
    return kinds(plan_laws.problems(book, {"TW", "SG"}, {"domestic", "factory", "other"}))


def test_a_sound_book_has_no_problem() -> None:
    assert problems(small()) == set()
    assert plan_laws.explore(small()).problems == ()


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (rule("a", {"colour": {"red"}}), "field"),
        (rule("a", {"sex": set()}), "empty"),
        (rule("a", {"sex": {"X"}}), "value"),
        (rule("a", {"destination": {"XX"}}), "value"),
        (rule("a", {"age": {"21"}}), "value"),
        (rule("a", {}, steps=("nowhere",)), "step"),
        (rule("a", {}, step="nowhere"), "step"),
        (rule("a", {}, documents=("nothing",)), "document"),
        (rule("a", {}, warnings=("nothing",)), "warning"),
        (rule("a", {}, attributes={"visa": "none"}), "attribute"),
        (replace(rule("a", {}), sources=()), "source"),
        (stop("a", {"sex": {"P"}}, OutcomeKind.PLAN), "outcome"),
        (stop("a", {"sex": {"P"}}, DO_NOT_GO, steps=("paspor",)), "stop"),
        (stop("a", {"sex": {"P"}}, NOT_YET, documents=("paspor",)), "stop"),
        (stop("a", {"sex": {"P"}}, OutcomeKind.NO_VERIFIED_RULE, steps=("tanya",)), "stop"),
        (replace(stop("a", {"sex": {"P"}}, DO_NOT_GO), sentence={}), "sentence"),
    ],
)
def test_a_wrong_rule_is_noticed(wrong: Rule, kind: str) -> None:
    assert problems(small(wrong)) == {kind}


@pytest.mark.parametrize("kind", [kind for kind in StepKind if kind not in planning.SAFE])
def test_a_stop_has_no_step_that_pays_recruits_or_asks_for_papers(kind: StepKind) -> None:
    book = small(stop("a", {"sex": {"P"}}, DO_NOT_GO, steps=("s",)), steps=(step("s", kind),))
    assert problems(book) == {"stop"}
    assert kinds(plan_laws.explore(book).problems) == {"stop"}


def test_the_steps_of_a_closed_way_must_be_safe_as_well() -> None:
    unsafe = replace(small(), steps={**small().steps, "tanya": step("tanya", StepKind.PAYMENT)})
    assert problems(unsafe) == {"stop"}


def test_steps_that_wait_for_one_another_are_noticed() -> None:
    book = small(steps=(step("a", after=("b",)), step("b", after=("c",)), step("c", after=("a",)), step("d")))
    found = [problem for problem in plan_laws.problems(book) if problem.kind == "circle"]
    assert [problem.where for problem in found] == ["a, b, c"]
    assert problems(small(steps=(step("a", after=("gone",)),))) == {"step"}


def test_two_rules_that_set_one_attribute_differently_are_refused() -> None:
    one = rule("one", {"sex": {"P"}}, attributes={"visa": "work_visa"})
    other = rule("other", {"marital": {"single"}}, attributes={"visa": "approval_letter"})
    assert problems(small(one, other)) == {"quarrel"}
    assert problems(small(one, replace(other, attributes={"visa": "work_visa"}))) == set()
    assert problems(small(one, replace(other, conditions={"sex": frozenset({"L"})}))) == set()


def test_rules_of_different_times_do_not_quarrel() -> None:
    one = rule("one", {}, attributes={"visa": "work_visa"}, until=dt.date(2026, 12, 31))
    other = rule("other", {}, attributes={"visa": "approval_letter"}, since=dt.date(2027, 1, 1))
    assert problems(small(one, other)) == set()
    assert problems(small(one, replace(other, since=dt.date(2026, 12, 31)))) == {"quarrel"}


@pytest.mark.parametrize(
    ("minimum", "maximum", "fits"),
    [
        (18, None, True), (21, None, False), (23, 49, True), (None, 35, True), (None, 45, False), (18, 38, True),
        (18, 39, True), (16, None, True), (50, None, True), (55, None, False), (None, 60, False), (None, 22, True),
    ],
)  # fmt: skip
def test_a_limit_inside_a_band_is_noticed(minimum: int | None, maximum: int | None, fits: bool) -> None:
    book = small(ways=(way(minimum=minimum, maximum=maximum),))
    assert ("band" not in problems(book)) == fits


@pytest.mark.parametrize("age", range(121))
def test_every_age_has_the_band_it_belongs_to(age: int) -> None:
    """The bands begin at 18, 23, 36, 39, 40, 50: whoever is of the limit's age is of a band that the limit does not cut."""
    for minimum in (18, 23, 36, 39, 40, 50):
        below, above, torn = planning.bands(minimum, None)
        assert (planning.band(age) in below) == (age < minimum)
        assert not above
        assert not torn
    for maximum in (22, 35, 38, 39, 49):
        below, above, torn = planning.bands(None, maximum)
        assert (planning.band(age) in above) == (age > maximum)
        assert not torn


def test_a_paper_that_no_step_of_its_plan_handles_is_noticed() -> None:
    """Only for some: the combination has to be found."""
    book = small(rule("a", {"sex": {"P"}, "marital": {"married"}}, documents=("medical",)))
    assert problems(book) == set()
    found = plan_laws.explore(book).problems
    assert [(problem.kind, problem.where) for problem in found] == [("homeless", "medical")]


def test_a_way_without_steps_is_noticed_and_leads_nobody() -> None:
    book = small(ways=(way(), way(scheme="g2g")))
    assert kinds(plan_laws.explore(book).problems) == {"no steps"}
    made = planning.plan(planning.with_answer(FITTING, "route", "g2g"), book)
    assert made.kind is OutcomeKind.NO_VERIFIED_RULE
    assert planning.ASK_FIRST in made.warnings


def test_a_book_that_lacks_what_the_engine_itself_says_is_noticed() -> None:
    book = small()
    warnings = {code: held for code, held in book.warnings.items() if code != planning.ASK_FIRST}
    assert problems(replace(book, warnings=warnings)) == {"warning"}
    steps = {code: held for code, held in book.steps.items() if code != "tanya"}
    assert problems(replace(book, steps=steps)) == {"step"}


def test_an_unfit_book_keeps_its_stops_and_loses_its_plans() -> None:
    shut = shipped().without_ways()
    outcomes = plan_laws.explore(shut).outcomes
    assert OutcomeKind.PLAN not in outcomes
    assert outcomes[DO_NOT_GO] > 1_000
    assert outcomes[NOT_YET] > 1_000
