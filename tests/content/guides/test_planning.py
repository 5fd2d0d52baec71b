"""The planner's engine: exactly one outcome, stops beat plans, and not knowing takes no warning away (DECISIONS 55, 56)."""

from __future__ import annotations

import datetime as dt
import doctest
import itertools
import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from content.guides import plan_laws, planning
from content.guides.planning import Amount, Answers, OutcomeKind, Payer, StepKind, plan
from tests.content.guides.planning_world import FITTING, SENTENCE, rule, shipped, small, step, stop, way

DO_NOT_GO, NOT_YET = OutcomeKind.DO_NOT_GO, OutcomeKind.NOT_YET
NO_RULE, PLAN = OutcomeKind.NO_VERIFIED_RULE, OutcomeKind.PLAN


def test_examples_of_the_docstrings_hold() -> None:
    assert doctest.testmod(planning).failed == 0


# --- outcomes -------------------------------------------------------------------------------------------------------


def test_an_open_way_leads_to_a_plan() -> None:
    made = plan(FITTING, small())
    assert (made.kind, made.steps, made.documents) == (PLAN, ("paspor",), ("paspor",))
    assert made.warnings == ("verify_agency",)
    assert [held.name for held in made.ways] == ["TW/domestic/p2p"]


@pytest.mark.parametrize("name", ["destination", "work", "route"])
def test_without_an_open_way_there_is_no_plan_whatever_is_not_known(name: str) -> None:
    """The default is no route (DECISIONS 33): no steps, no papers, and somebody to ask."""
    for value in ("", "XX"):
        made = plan(planning.with_answer(FITTING, name, value), small())
        assert (made.kind, made.steps, made.documents) == (NO_RULE, (), ())
        assert planning.ASK_FIRST in made.warnings


def test_a_stop_beats_a_plan_and_the_graver_stop_the_lesser_one() -> None:
    late = stop("late", {"age": {"23-35"}}, NOT_YET, steps=("tanya",))
    never = stop("never", {"sex": {"P"}}, DO_NOT_GO, steps=("simpan_bukti",))
    assert plan(FITTING, small(late)).kind is NOT_YET
    both = plan(FITTING, small(late, never))
    assert both.kind is DO_NOT_GO
    assert {held.code for held in both.reasons} == {"late", "never"}
    assert both.steps == ("tanya", "simpan_bukti")
    assert both.documents == ()


def test_a_rule_without_way_beats_a_plan_and_has_no_steps() -> None:
    made = plan(FITTING, small(stop("unknown", {"sex": {"P"}}, NO_RULE)))
    assert (made.kind, made.steps) == (NO_RULE, ())


def test_what_is_not_known_neither_stops_nor_opens() -> None:
    book = small(stop("late", {"sex": {"P"}}, NOT_YET, warnings=("underage",)))
    made = plan(replace(FITTING, sex=""), book)
    assert made.kind is PLAN
    assert set(made.warnings) == {"verify_agency", "underage", planning.ASK_FIRST}
    assert made.sure == {"verify_agency"}
    assert plan(replace(FITTING, sex="L"), book).warnings == ("verify_agency",)


def test_a_closed_country_stops_by_every_scheme_and_says_so() -> None:
    book = small(ways=(way("KH", planning.ANY, planning.ANY, closed=True), way("KH")))
    for route in (*planning.ROUTES, ""):
        made = plan(replace(FITTING, destination="KH", route=route), book)
        assert made.kind is DO_NOT_GO
        assert planning.NOT_A_DESTINATION in made.warnings


def test_a_closed_sector_leaves_other_work_alone() -> None:
    book = small(ways=(way("SA", "domestic", planning.ANY, closed=True), way("SA", "factory")))
    assert plan(replace(FITTING, destination="SA"), book).kind is DO_NOT_GO
    assert planning.CLOSED_SECTOR in plan(replace(FITTING, destination="SA"), book).warnings
    assert plan(replace(FITTING, destination="SA", work="factory"), book).kind is PLAN


def test_who_comes_back_comes_back_by_an_open_way() -> None:
    book = small(rule("back", {"route": {"reentry"}}, steps=("kesehatan",)))
    assert plan(replace(FITTING, route="reentry"), book).kind is PLAN
    assert plan(replace(FITTING, route="reentry", destination="HK"), book).kind is NO_RULE


def test_limits_of_age_are_limits_of_a_new_application() -> None:
    book = small(ways=(way(minimum=23, maximum=49),), steps=())
    kinds = {age: plan(replace(FITTING, age=age), book).kind for age in planning.AGES}
    assert kinds == {
        "0-17": NOT_YET, "18-22": NOT_YET, "23-35": PLAN, "36-38": PLAN, "39": PLAN, "40-49": PLAN, "50+": DO_NOT_GO,
    }  # fmt: skip
    assert planning.TOO_YOUNG in plan(replace(FITTING, age="18-22"), book).warnings
    assert planning.TOO_OLD in plan(replace(FITTING, age="50+"), book).warnings
    assert plan(replace(FITTING, age="50+", route="reentry"), book).kind is PLAN


def test_a_limit_inside_a_band_sends_nobody_of_it() -> None:
    book = small(ways=(way(minimum=21),))
    assert plan(replace(FITTING, age="18-22"), book).kind is NO_RULE
    assert plan(FITTING, book).kind is PLAN


@pytest.mark.parametrize(("departure", "kind"), [("2027-03", PLAN), ("2027-04", NO_RULE), ("", PLAN)])
def test_a_way_that_ends_before_departure_is_no_way(departure: str, kind: OutcomeKind) -> None:
    book = small(ways=(way(until=dt.date(2027, 3, 31)),))
    made = plan(replace(FITTING, departure=departure), book)
    assert made.kind is kind
    # Not to know the month may mean that it is too late.
    assert (planning.ASK_FIRST in made.warnings) == (departure != "2027-03")


# --- every combination ----------------------------------------------------------------------------------------------


def test_every_combination_has_one_outcome_and_keeps_the_laws() -> None:
    """DECISIONS 56: country × work × scheme × re-entry × marital × age band × sex × employer of the shipped rules."""
    explored = plan_laws.explore(shipped())
    assert explored.problems == ()
    sizes = [len(values) for values in plan_laws.values_of(shipped()).values()]
    expected = 1
    for size in sizes:
        expected *= size
    assert explored.combinations == sum(explored.outcomes.values()) == expected
    assert set(explored.outcomes) == set(OutcomeKind)
    assert explored.combinations > 1_000_000
    assert explored.seconds < 60


def test_i_do_not_know_takes_no_warning_away() -> None:
    assert plan_laws.forgotten(shipped()) == []


def test_the_search_for_forgotten_warnings_finds_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that ignored what is not known would be noticed."""
    book = small(stop("late", {"sex": {"P"}}, NOT_YET, warnings=("underage",)))
    masks = {name: dict(held) for name, held in book.masks.items()}
    masks["sex"][planning.UNKNOWN] = masks["sex"][planning.OTHER]
    book.__dict__["masks"] = masks
    assert {problem.where for problem in plan_laws.forgotten(book)} == {"sex"}


def test_stopping_takes_no_warning_away() -> None:
    """The same rules without their stops warn of nothing more, but that without steps there is no plan."""
    book = shipped()
    tame = replace(book, rules=tuple(replace(held, outcome=None, steps=()) for held in book.rules))
    assert len(tame.every) == len(book.every)
    for mask in plan_laws.explore(book).masks:
        assert set(tame.fresh(mask).warnings) - {planning.ASK_FIRST} <= set(book.fresh(mask).warnings)


# A danger, and what it may be instead; and the warnings that speak of the other value alone.
DANGERS = [
    ("age", "0-17", planning.AGES[1:], {planning.TOO_OLD}),
    *((("route", danger, ("p2p", "ssw"), set[str]())) for danger in ("online_offer", "visit_visa", "umrah_visa")),
    *(
        (
            "destination",
            danger,
            ("TW", "HK", "BN", "IT", "AE"),
            {"vessel_not_named", "closed_sector", "moratorium_unclear"},
        )
        for danger in ("KH", "MM", "TH")
    ),
]


@pytest.mark.parametrize(("name", "danger", "instead", "own"), DANGERS)
def test_a_danger_takes_no_warning_away(name: str, danger: str, instead: tuple[str, ...], own: set[str]) -> None:
    """Whatever else is said: a child, a way that is none, or a closed country keeps every warning it had."""
    book = shipped()
    axes = plan_laws.masks_of(book)
    others = {-1}
    for axis, masks in axes.items():
        if axis != name:
            others = {held & mask for held in others for mask in masks}
    dangerous = book.masks[name].get(danger, book.masks[name][planning.OTHER])
    for value in instead:
        safe = book.masks[name].get(value, book.masks[name][planning.OTHER])
        for held in others:
            lost = set(book.fresh(held & safe).warnings) - set(book.fresh(held & dangerous).warnings)
            assert lost <= own, (value, lost)


def test_numbers_say_the_same_as_answers() -> None:
    """The exploration tries masks; people send answers. A random thousand of each agree, and none raises."""
    book, values = shipped(), plan_laws.values_of(shipped())
    masks = plan_laws.masks_of(book)
    chosen = random.Random(6)
    for _time in range(1_000):
        picked = {axis: chosen.randrange(len(held)) for axis, held in values.items()}
        answers = Answers()
        mask = -1
        for axis, number in picked.items():
            said = values[axis][number]
            for name in ("work", "zero_cost") if axis == "work" else (axis,):
                answers = planning.with_answer(answers, name, getattr(said, name))
            mask &= masks[axis][number]
        assert plan(answers, book) == book.fresh(mask)


def test_counting_together_counts_every_combination() -> None:
    """The exploration merges equal combinations; tried one by one they give the same counts."""
    book = small(stop("late", {"age": {"0-17"}, "sex": {"P"}}, NOT_YET))
    masks = plan_laws.masks_of(book)
    counted: Counter[OutcomeKind] = Counter()
    for combination in itertools.product(*masks.values()):
        held = -1
        for mask in combination:
            held &= mask
        counted[book.decide(held).kind] += 1
    assert dict(counted) == plan_laws.explore(book).outcomes


# --- order ----------------------------------------------------------------------------------------------------------


def test_steps_come_after_what_they_wait_for() -> None:
    book = shipped()
    for mask in plan_laws.explore(book).masks:
        steps = book.fresh(mask).steps
        places = {code: place for place, code in enumerate(steps)}
        for code in steps:
            assert all(places.get(other, -1) < places[code] for other in book.steps[code].after), steps


def test_a_step_that_stands_first_waits_all_the_same() -> None:
    book = small(steps=(step("a", after=("b",)), step("b")))
    assert book.order.index("b") < book.order.index("a")


# --- questions ------------------------------------------------------------------------------------------------------


def answered(**said: str) -> tuple[Answers, frozenset[str]]:
    answers = Answers()
    for name, value in said.items():
        names = {"occupation": ("work", "zero_cost")}.get(name, (name,))
        for one, part in zip(names, value.split("/"), strict=True):
            answers = planning.with_answer(answers, one, part)
    return answers, frozenset(said)


def test_first_of_all_the_offer_is_asked() -> None:
    assert planning.questions(Answers(), frozenset(), shipped()) == ("destination", "occupation", "route")


def test_nothing_more_is_asked_of_who_must_not_go() -> None:
    assert planning.questions(*answered(destination="KH", occupation="/", route=""), shipped()) == ()


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"destination": "SG", "occupation": "domestic/yes", "route": "p2p"}, ("age", "sex", "marital", "employer")),
        ({"destination": "HK", "occupation": "domestic/yes", "route": "p2p"}, ("age", "marital", "employer")),
        ({"destination": "KR", "occupation": "factory/no", "route": "g2g"}, ("age", "marital")),
        ({"destination": "HK", "occupation": "domestic/yes", "route": "reentry"}, ("age", "been_abroad")),
        ({"destination": "HK", "occupation": "domestic/yes", "route": ""}, ("age",)),
        ({"destination": "DE", "occupation": "nurse/no", "route": "mandiri"}, ("age", "employer")),
    ],
)
def test_only_what_changes_the_outcome_is_asked(said: dict[str, str], asked: tuple[str, ...]) -> None:
    assert planning.questions(*answered(**said), shipped()) == asked


def test_contract_length_is_asked_where_an_amount_depends_on_it() -> None:
    said = {"destination": "MY", "route": "p2p", "age": "23-35", "marital": "single", "employer": "yes"}
    factory = planning.questions(*answered(occupation="factory/no", **said), shipped())
    assert factory == ("contract_months", "region")
    assert "contract_months" not in planning.questions(*answered(occupation="plantation/yes", **said), shipped())


@pytest.mark.parametrize("value", [0, -1])
def test_nobody_is_asked_more_than_eight_questions(value: int) -> None:
    """Whatever is answered: everything known, or nothing; no question comes twice."""
    book = replace(shipped(), ways=(*shipped().ways, way("SG", "factory", "mandiri", until=dt.date(2030, 1, 1))))
    values = plan_laws.values_of(book)
    further = {"contract_months": [24], "departure": ["2027-03"], "region": ["35"], "has": [frozenset()]}
    for destination, work, route in itertools.product(values["destination"], values["work"], values["route"]):
        answers = replace(work, destination=destination.destination, route=route.route)
        shown: list[str] = ["destination", "occupation", "route"]
        while asked := planning.questions(answers, frozenset(shown), book):
            assert not set(asked) & set(shown)
            shown += asked
            for name in asked:
                known = further.get(name) or [getattr(one, name) for one in values[name]]
                answers = planning.with_answer(answers, name, known[value])
        assert len(shown) <= planning.MOST, (answers, shown)


# --- cost -----------------------------------------------------------------------------------------------------------


def cost_of(answers: Answers, **attributes: str) -> planning.Totals:
    amounts = (Amount("f-12", Decimal(189), "IDR", 12), Amount("f-24", Decimal(332), "IDR", 24))
    bpjs = step("bpjs", StepKind.PAYMENT, amounts=amounts, free_by_law=True)
    book = small(rule("bpjs", {"route": {"p2p"}}, steps=("bpjs", "kesehatan"), attributes=attributes), steps=(bpjs,))
    return planning.totals(answers, plan(answers, book), book)


def test_only_the_amount_of_this_contract_is_added() -> None:
    answers = replace(FITTING, zero_cost="no", contract_months=12)
    made = cost_of(answers)
    assert [(code, amount.value, payer) for code, amount, payer in made.known] == [("bpjs", 189, Payer.ASK)]
    assert made.unknown == ("paspor",)
    assert made.sums_of(Payer.ASK) == {"IDR": 189}
    assert made.sums_of(Payer.YOU) == {}


def test_a_length_that_no_source_prices_is_unknown() -> None:
    for months in (None, 13):
        made = cost_of(replace(FITTING, zero_cost="no", contract_months=months))
        assert made.known == ()
        assert set(made.unknown) == {"bpjs", "paspor"}


def test_an_amount_that_the_law_spares_is_not_lost_where_its_length_is_not_said() -> None:
    """Else the sum that others pay would look whole."""
    made = cost_of(replace(FITTING, zero_cost="yes"), bpjs="two_stages")
    assert made.known == ()
    assert "bpjs" in made.unknown
    assert "bpjs" not in made.free


@pytest.mark.parametrize(
    ("free", "how", "payer"),
    [("yes", "two_stages", Payer.NOT_YOU), ("no", "at_once", Payer.YOU), ("", "two_stages", Payer.ASK)],
)
def test_who_pays_follows_the_post_and_the_way(free: str, how: str, payer: Payer) -> None:
    made = cost_of(replace(FITTING, zero_cost=free, contract_months=24), bpjs=how)
    assert [held[2] for held in made.known] == [payer]


def test_what_no_source_settles_stays_an_open_question() -> None:
    asking = rule("asking", {"route": {"p2p"}}, question="skck", ask="bp3mi", sentence=SENTENCE)
    book = small(asking, ways=(way(due=True),))
    answers = replace(FITTING, marital="")
    made = plan(answers, book)
    assert planning.open_questions(answers, made, book) == ("skck", "rule_due", "age_limit", "paspor.cost")
    younger = small(asking, stop("late", {"age": {"0-17"}}, NOT_YET))
    unsaid = replace(FITTING, age="")
    assert planning.open_questions(unsaid, plan(unsaid, younger), younger)[0] == "age"
