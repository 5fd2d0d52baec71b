"""A small book to try the planner on, and the one that the portal ships with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from content.guides import plan_rules, planning
from content.guides.planning import Answers, Book, Danger, Document, OutcomeKind, Rule, Step, StepKind, Told, Way

DAY = dt.date(2026, 11, 28)
SOURCE = ("uu-18-2017",)
SENTENCE = {"id": "Karena.", "en": "Because."}
# Somebody who may go.
FITTING = Answers(
    destination="TW",
    work="domestic",
    zero_cost="yes",
    route="p2p",
    been_abroad="no",
    marital="single",
    age="23-35",
    sex="P",
    employer="yes",
)


@lru_cache(maxsize=1)
def shipped() -> Book:
    """The book of the seed files, on one day."""
    return plan_rules.from_seed(DAY)


def rule(code: str, conditions: Mapping[str, set[str]], **rest: Any) -> Rule:
    held = {name: frozenset(values) for name, values in conditions.items()}
    return Rule(code, held, sources=SOURCE, **rest)


def stop(code: str, conditions: Mapping[str, set[str]], outcome: OutcomeKind, **rest: Any) -> Rule:
    return rule(code, conditions, outcome=outcome, sentence=SENTENCE, **rest)


def way(destination: str = "TW", work: str = "domestic", scheme: str = "p2p", **rest: Any) -> Way:
    return Way(destination, work, scheme, sources=SOURCE, **rest)


def step(code: str, kind: StepKind = StepKind.DOCUMENT, **rest: Any) -> Step:
    return Step(code, kind, sources=SOURCE, **rest)


def small(*rules: Rule, ways: tuple[Way, ...] = (way(),), steps: tuple[Step, ...] = ()) -> Book:
    """A way to Taiwan with one step and one paper, and further rules."""
    base = rule(
        "base", {"route": {"p2p", "reentry"}}, steps=("paspor",), documents=("paspor",), warnings=("verify_agency",)
    )
    held = [
        step("paspor", gives=("paspor",), told={"cost": Told(ask="imigrasi")}),
        step("kesehatan", gives=("medical",)),
        step("tanya", StepKind.ASK),
        step("simpan_bukti", StepKind.SAFETY),
        *steps,
    ]
    codes = (*planning.BUILT_IN, "verify_agency", "underage", "tourist_visa")
    return Book(
        rules=(base, *rules),
        ways=ways,
        steps={one.code: one for one in held},
        documents={code: Document(code, SOURCE) for code in ("paspor", "medical")},
        warnings={code: Danger(code, SOURCE) for code in codes},
        occupations={"5152": ("domestic", "yes"), "8211": ("factory", "no")},
    )


def kinds(found: Any) -> set[str]:
    """The kinds of problems."""
    return {problem.kind for problem in found}


def without(book: Book, code: str) -> Book:
    """The same book without one rule."""
    return replace(book, rules=tuple(held for held in book.rules if held.code != code))
