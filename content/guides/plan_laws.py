"""What makes a planner's book unfit, over its rules and over every combination of answers (DECISIONS 55, 56). Pure functions."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .planning import (
    AGES,
    ANSWERS,
    ATTRIBUTES,
    BUILT_IN,
    FIELDS,
    NO,
    OTHER,
    SAFE,
    STOP_STEPS,
    UNKNOWN,
    Answers,
    Book,
    Outcome,
    OutcomeKind,
    Rule,
    bands,
    with_answer,
)


@dataclass(frozen=True)
class Problem:
    """Why a book may not be published. ``words`` names the place; the kind has a sentence for people elsewhere."""

    kind: str
    where: str
    what: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.where} {self.what}".strip()


def problems(book: Book, countries: Iterable[str] = (), works: Iterable[str] = ()) -> list[Problem]:
    """What makes this book unfit, without trying all combinations (:func:`explore` does).

    ``countries`` and ``works``: the codes that conditions may name; empty: any.
    """
    return [
        *_strange_codes(book, frozenset(countries), frozenset(works)),
        *_circles(book),
        *_unsafe_stops(book),
        *_quarrels(book),
        *_torn_bands(book),
        *_unsourced(book),
    ]


def _strange_codes(book: Book, countries: frozenset[str], works: frozenset[str]) -> Iterator[Problem]:
    allowed = {**ANSWERS, "age": AGES, "destination": countries, "work": works}
    for rule in book.rules:
        for name, values in rule.conditions.items():
            if name not in FIELDS:
                yield Problem("field", rule.code, name)
            elif not values:
                yield Problem("empty", rule.code, name)
            elif allowed[name] and (strange := sorted(values - frozenset(allowed[name]))):
                yield Problem("value", rule.code, f"{name}: {', '.join(strange)}")
        named = (
            ("step", (*rule.steps, *filter(None, [rule.step])), book.steps),
            ("document", rule.documents, book.documents),
            ("warning", rule.warnings, book.warnings),
        )
        for kind, codes, held in named:
            yield from (Problem(kind, rule.code, code) for code in codes if code not in held)
        for name, value in rule.attributes.items():
            if value not in ATTRIBUTES.get(name, ()):
                yield Problem("attribute", rule.code, f"{name} = {value}")
    for step in book.steps.values():
        yield from (Problem("step", step.code, code) for code in step.after if code not in book.steps)
        papers = (*step.brings, *step.gives)
        yield from (Problem("document", step.code, code) for code in papers if code not in book.documents)
    if book.ways or book.rules:
        yield from (Problem("warning", "…", code) for code in BUILT_IN if code not in book.warnings)
        yield from (Problem("step", "…", code) for code in STOP_STEPS if code not in book.steps)


def _circles(book: Book) -> Iterator[Problem]:
    """Steps that wait for one another."""
    left = {code: {other for other in step.after if other in book.steps} for code, step in book.steps.items()}
    while ready := [code for code, waits in left.items() if not waits & left.keys()]:
        for code in ready:
            del left[code]
    if left:
        yield Problem("circle", ", ".join(sorted(left)))


def _unsafe_stops(book: Book) -> Iterator[Problem]:
    """A stop that asks for money, papers or a recruiter; a way without a rule that asks for anything."""
    for rule in book.rules:
        if rule.outcome is None:
            continue
        if rule.outcome is OutcomeKind.PLAN:
            yield Problem("outcome", rule.code, rule.outcome)
        unsafe = [c for c in rule.steps if c in book.steps and book.steps[c].kind not in SAFE]
        if rule.outcome is OutcomeKind.NO_VERIFIED_RULE:
            unsafe = list(rule.steps)
        if unsafe or rule.documents:
            yield Problem("stop", rule.code, ", ".join((*unsafe, *rule.documents)))
        if not rule.sentence:
            yield Problem("sentence", rule.code)
    unsafe_ways = [c for c in STOP_STEPS if c in book.steps and book.steps[c].kind not in SAFE]
    yield from (Problem("stop", "…", code) for code in unsafe_ways)


def _overlap(one: Rule, other: Rule) -> bool:
    """Whether both could hold for somebody on some day."""
    if (one.until and other.since and one.until < other.since) or (
        other.until and one.since and other.until < one.since
    ):
        return False
    common = one.conditions.keys() & other.conditions.keys()
    return all(one.conditions[name] & other.conditions[name] for name in common)


def _quarrels(book: Book) -> Iterator[Problem]:
    """Two rules that can hold together and set one attribute differently."""
    setting = [rule for rule in book.rules if rule.attributes]
    for number, one in enumerate(setting):
        for other in setting[number + 1 :]:
            for name in sorted(one.attributes.keys() & other.attributes.keys()):
                if one.attributes[name] != other.attributes[name] and _overlap(one, other):
                    yield Problem("quarrel", f"{one.code}, {other.code}", name)


def _torn_bands(book: Book) -> Iterator[Problem]:
    """A limit of age inside a band: nobody of it can be told whether he may go (DECISIONS 56)."""
    for way in book.ways:
        if torn := bands(way.minimum, way.maximum)[2]:
            yield Problem("band", way.name, ", ".join(sorted(torn)))


def _unsourced(book: Book) -> Iterator[Problem]:
    for held in (book.rules, book.steps.values(), book.documents.values(), book.warnings.values()):
        yield from (Problem("source", row.code) for row in held if not row.sources)


# --- all of it ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Exploration:
    """What all combinations of answers lead to. ``masks`` counts the combinations of each set of rules."""

    combinations: int
    seconds: float
    masks: Mapping[int, int]
    outcomes: Mapping[OutcomeKind, int]
    problems: tuple[Problem, ...]


def values_of(book: Book) -> dict[str, list[Answers]]:
    """Every answer of every axis, as answers that say only this: named countries, another one, none; and so on."""
    countries = sorted({*book.masks["destination"]} - {OTHER, UNKNOWN})
    occupations = sorted({*book.occupations.values(), ("other", NO)})
    axes: dict[str, list[Answers]] = {
        "destination": [Answers(destination=code) for code in (*countries, OTHER, UNKNOWN)],
        "work": [Answers(work=work, zero_cost=free) for work, free in (*occupations, (UNKNOWN, UNKNOWN))],
    }
    for name in ("route", "been_abroad", "marital", "age", "sex", "employer"):
        values = AGES if name == "age" else ANSWERS[name]
        axes[name] = [with_answer(Answers(), name, value) for value in (*values, UNKNOWN)]
    return axes


def masks_of(book: Book) -> dict[str, list[int]]:
    """The number of every answer of every axis."""
    whole = (1 << 2 * len(book.every)) - 1
    held = {}
    for axis, values in values_of(book).items():
        names = ("work", "zero_cost") if axis == "work" else (axis,)
        masks = [[book.masks[n].get(getattr(v, n), book.masks[n][OTHER]) for n in names] for v in values]
        held[axis] = [whole & mask[0] & (mask[1] if len(mask) > 1 else whole) for mask in masks]
    return held


def explore(book: Book) -> Exploration:
    """Try every combination (DECISIONS 56): each gives one outcome, a stop stays safe, and every paper of a plan is
    brought to one of its steps or comes from one."""
    started = time.perf_counter()
    counted: Counter[int] = Counter({(1 << 2 * len(book.every)) - 1: 1})
    # Combinations that agree so far with the same rules go on together, counted.
    for masks in masks_of(book).values():
        further: Counter[int] = Counter()
        for held, times in counted.items():
            for mask in masks:
                further[held & mask] += times
        counted = further
    outcomes: Counter[OutcomeKind] = Counter()
    found: dict[Problem, None] = {}
    for mask, times in counted.items():
        outcome = book.fresh(mask)
        outcomes[outcome.kind] += times
        for problem in _wrong_with(outcome, book):
            found[problem] = None
    return Exploration(
        sum(counted.values()), time.perf_counter() - started, dict(counted), dict(outcomes), tuple(found)
    )


def forgotten(book: Book) -> list[Problem]:
    """Warnings that “I do not know” would take away, in any combination and for any question: there are none."""
    axes = masks_of(book)
    raised: dict[int, frozenset[str]] = {}

    def warnings(mask: int) -> frozenset[str]:
        if mask not in raised:
            raised[mask] = frozenset(book.fresh(mask).warnings)
        return raised[mask]

    found: dict[Problem, None] = {}
    for axis, (*known, unknown) in axes.items():
        others = {(1 << 2 * len(book.every)) - 1}
        for name, masks in axes.items():
            if name != axis:
                others = {held & mask for held in others for mask in masks}
        for held in others:
            kept = warnings(held & unknown)
            for mask in known:
                if lost := warnings(held & mask) - kept:
                    found[Problem("forgotten", axis, ", ".join(sorted(lost)))] = None
    return list(found)


def _wrong_with(outcome: Outcome, book: Book) -> Iterator[Problem]:
    if outcome.kind is OutcomeKind.PLAN:
        handled = {code for step in outcome.steps for code in (*book.steps[step].brings, *book.steps[step].gives)}
        yield from (Problem("homeless", code) for code in outcome.documents if code not in handled)
        return
    unsafe = [code for code in outcome.steps if book.steps[code].kind not in SAFE]
    if outcome.kind is OutcomeKind.NO_VERIFIED_RULE:
        unsafe = list(outcome.steps)
    # Which rule it is, :func:`problems` says; this is what nobody must be shown, whichever it is.
    yield from (Problem("stop", "…", code) for code in (*unsafe, *outcome.documents))
    if outcome.kind is OutcomeKind.NO_VERIFIED_RULE and outcome.ways and not outcome.reasons:
        yield Problem("no steps", ", ".join(way.name for way in outcome.ways))
