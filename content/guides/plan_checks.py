"""Whether a book may be published: its laws, every combination of answers, and what people judged right.

The same checks run at saving in the CMS and in ``manage.py check_plans`` (DECISIONS 55).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from . import plan_laws, plan_lines, plan_rules, planning
from .plan_laws import Exploration, Problem
from .planning import Book

_JUDGED = ("documents", "warnings")


@dataclass(frozen=True)
class Verdict:
    """One persona: how its plan differs from what people judged right; nothing where it does not."""

    id: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Findings:
    """What was examined and what is wrong."""

    problems: tuple[Problem, ...]
    verdicts: tuple[Verdict, ...]
    score: Mapping[str, float]
    exploration: Exploration
    seconds: float


def examine(made: Book) -> Findings:
    """Everything at once."""
    started = time.perf_counter()
    problems = plan_rules.problems(made)
    explored = plan_laws.explore(made)
    every = tuple(dict.fromkeys([*problems, *explored.problems, *plan_laws.forgotten(made)]))
    verdicts = [judge(persona, made) for persona in personas()]
    return Findings(every, tuple(verdicts), score(made), explored, time.perf_counter() - started)


# --- personas -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def personas() -> tuple[dict[str, Any], ...]:
    """The judged personas that the portal ships with: answers, and under “expect” what they must get."""
    with plan_rules.PERSONAS.open("rb") as lines:
        return tuple(plan_lines.row_of(line) for _number, line in plan_lines.lines_of(lines))


def line_for(persona: Mapping[str, Any], made: Book) -> dict[str, Any]:
    """What a persona gets."""
    answers = plan_lines.answers_of(persona, made)
    return plan_lines.line_of(persona["id"], answers, planning.plan(answers, made), made)


def judge(persona: Mapping[str, Any], made: Book) -> Verdict:
    """Compare what a persona gets with what it must get."""
    return Verdict(str(persona["id"]), tuple(_differences(line_for(persona, made), persona["expect"])))


def _differences(got: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    if got["outcome"] != expected["outcome"]:
        values = {"got": got["outcome"], "expected": expected["outcome"]}
        yield _("outcome %(got)s instead of %(expected)s") % values
    given = {name: set(got[name]) for name in ("documents", "warnings", "steps", "open_questions")}
    compared = (
        (_("papers that nobody judged: %(codes)s"), given["documents"] - set(expected["documents"])),
        (_("missing papers: %(codes)s"), set(expected["documents"]) - given["documents"]),
        (_("warnings that nobody judged: %(codes)s"), given["warnings"] - set(expected["warnings"])),
        (_("missing warnings: %(codes)s"), set(expected["warnings"]) - given["warnings"]),
        (_("forbidden warnings: %(codes)s"), set(expected["never_warnings"]) & given["warnings"]),
        (_("missing steps: %(codes)s"), set(expected["steps"]) - given["steps"]),
        (_("forbidden steps: %(codes)s"), set(expected["never_steps"]) & given["steps"]),
        (_("missing open questions: %(codes)s"), set(expected["open"]) - given["open_questions"]),
    )
    for sentence_, codes in compared:
        if codes:
            yield sentence_ % {"codes": ", ".join(sorted(codes))}


def score(made: Book) -> dict[str, float]:
    """Precision and recall of papers and warnings over all personas."""
    right = dict.fromkeys(_JUDGED, 0)
    given, wanted = dict(right), dict(right)
    for persona in personas():
        got = line_for(persona, made)
        for name in _JUDGED:
            right[name] += len(set(got[name]) & set(persona["expect"][name]))
            given[name] += len(got[name])
            wanted[name] += len(persona["expect"][name])
    return {
        f"{name} {measure}": round(right[name] / max(1, of[name]), 4)
        for name in _JUDGED
        for measure, of in (("precision", given), ("recall", wanted))
    }


def changes(before: Book, after: Book) -> dict[str, list[str]]:
    """The personas whose line another book changes, each with what changes."""
    found: dict[str, list[str]] = {}
    for persona in personas():
        old, new = line_for(persona, before), line_for(persona, after)
        told = [f"{old['outcome']} → {new['outcome']}"] if old["outcome"] != new["outcome"] else []
        for name in ("documents", "steps", "warnings", "open_questions"):
            told += [f"+ {code}" for code in new[name] if code not in old[name]]
            told += [f"− {code}" for code in old[name] if code not in new[name]]
        if told:
            found[str(persona["id"])] = told
    return found


# --- sentences ------------------------------------------------------------------------------------------------------


def sentence(problem: Problem) -> str:
    """A problem in words for the officer."""
    sentences = {
        "field": _("%(where)s: “%(what)s” is no field of a condition."),
        "empty": _("%(where)s: the condition “%(what)s” names no code."),
        "value": _("%(where)s: %(what)s is no code that we know."),
        "step": _("%(where)s: there is no step “%(what)s”."),
        "document": _("%(where)s: there is no paper “%(what)s”."),
        "warning": _("%(where)s: there is no warning “%(what)s”."),
        "attribute": _("%(where)s: “%(what)s” is no attribute with such a value."),
        "circle": _("These steps wait for one another: %(where)s."),
        "outcome": _("%(where)s: a rule cannot promise a plan."),
        "stop": _("%(where)s: a stop asks for no payment, paper or recruiter: %(what)s."),
        "sentence": _("%(where)s: a stop says why."),
        "quarrel": _("%(where)s: both can hold for one person and set “%(what)s” differently."),
        "band": _("%(where)s: a limit of age lies inside the band %(what)s; nobody of it is given a plan."),
        "source": _("%(where)s: no source is named."),
        "homeless": _("The paper %(where)s stands in a plan none of whose steps brings or gives it."),
        "no steps": _("The way %(where)s is open, but no rule gives it steps: nobody is given a plan."),
        "forgotten": _("“I do not know” for %(where)s takes away: %(what)s."),
    }
    return sentences[problem.kind] % {"where": problem.where, "what": problem.what}
