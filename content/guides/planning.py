"""The planner: what somebody who wants to work abroad prepares, in which order, or why not to go. Pure functions; no database.

Rules are data. A rule is a conjunction of ``field in {codes}`` (DECISIONS 55); it may stop, add steps, papers, warnings and
open questions, and set an attribute. A *way* is a destination rule of the registers: it opens or closes work in a country
by a scheme. From both a :class:`Book` is made, and :func:`plan` answers from it:

* Exactly one outcome. Stops beat plans, the graver stop beats the lesser one, and without an open way there is no plan.
* What is not known (:data:`UNKNOWN`) never stops and never opens, but it raises every warning that one of the possible
  answers would raise. So “I do not know” removes no warning; stopping removes none either.
* A stop has no papers; its steps are of the kinds :data:`SAFE` only. No verified rule has no steps at all (DECISIONS 33).

Each value of each field is one number whose bits are the rules it agrees with, and an answer is the AND of eight of them:
that is how all combinations can be tried (:mod:`.plan_laws`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

Words = Mapping[str, str]

UNKNOWN = ""
YES, NO = "yes", "no"
ANY = "any"


class OutcomeKind(StrEnum):
    """What the planner says, the gravest first."""

    DO_NOT_GO = "do_not_go"
    NOT_YET = "not_yet"
    NO_VERIFIED_RULE = "no_verified_rule"
    PLAN = "plan"


STOPS = (OutcomeKind.DO_NOT_GO, OutcomeKind.NOT_YET)


class StepKind(StrEnum):
    """What a step makes somebody do."""

    ASK = "ask"
    SAFETY = "safety"
    DOCUMENT = "document"
    TRAINING = "training"
    RECRUITER = "recruiter"
    PAYMENT = "payment"
    TRAVEL = "travel"


# All that a stop may ask for.
SAFE = frozenset({StepKind.ASK, StepKind.SAFETY})

# What a condition may name. The first eight are the axes of DECISIONS 56; whether a post is free of placement cost comes
# with the occupation.
FIELDS = ("destination", "work", "route", "been_abroad", "marital", "age", "sex", "employer", "zero_cost")

# Schemes of placement, return to the same employer, and what people are offered that is no placement.
SCHEMES = ("p2p", "g2g", "g2p", "ukps", "ssw", "mandiri")
REENTRY = "reentry"
DANGEROUS = ("visit_visa", "umrah_visa", "online_offer")
ROUTES = (*SCHEMES, REENTRY, "magang", "ferienjob", *DANGEROUS)
MARITAL = ("single", "married", "divorced", "widowed")
SEXES = ("P", "L")
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "route": ROUTES,
    "been_abroad": (YES, NO),
    "marital": MARITAL,
    "sex": SEXES,
    "employer": (YES, NO),
    "zero_cost": (YES, NO),
}

ADULT = 18
# The first year of each band after the one below 18 (DECISIONS 56).
BAND_STARTS = (18, 23, 36, 39, 40, 50)
AGES = ("0-17", "18-22", "23-35", "36-38", "39", "40-49", "50+")
OLDEST = 120

# What rules may set, and to what.
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "permission": ("spouse", "parents"),
    "visa": ("work_visa", "approval_letter"),
    "bpjs": ("two_stages", "at_once"),
}

# Warnings that follow from the ways and from the outcome, not from a rule.
ASK_FIRST = "ask_disnaker"
NOT_A_DESTINATION, CLOSED_SECTOR = "not_a_destination", "closed_sector"
TOO_YOUNG, TOO_OLD = "age_below_limit", "age_above_limit"
BUILT_IN = (ASK_FIRST, NOT_A_DESTINATION, CLOSED_SECTOR, TOO_YOUNG, TOO_OLD)
# Questions that follow from the ways.
RULE_DUE, AGE_LIMIT, RULE_ENDS = "rule_due", "age_limit", "rule_ends_before_departure"


def band(age: int) -> str:
    """The band of an age in years.

    >>> band(17), band(22), band(39), band(70)
    ('0-17', '18-22', '39', '50+')
    """
    return AGES[sum(age >= start for start in BAND_STARTS)]


def bands(minimum: int | None, maximum: int | None) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The bands wholly below ``minimum``, wholly above ``maximum``, and those that hold a limit inside.

    >>> [sorted(held) for held in bands(23, 49)]
    [['0-17', '18-22'], ['50+'], []]
    >>> sorted(bands(21, None)[2])
    ['18-22']
    """
    below, above, torn = set(), set(), set()
    ends = [*(start - 1 for start in BAND_STARTS), OLDEST]
    for code, first, last in zip(AGES, (0, *BAND_STARTS), ends, strict=True):
        if minimum is not None and last < minimum:
            below.add(code)
        elif maximum is not None and first > maximum:
            above.add(code)
        # A child is stopped by law, whatever a limit says.
        elif first and ((minimum or 0) > first or last > (OLDEST if maximum is None else maximum)):
            torn.add(code)
    return frozenset(below), frozenset(above), frozenset(torn)


# --- what is asked --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """What somebody said. Empty is “I do not know”. The second part fills in a plan and decides nothing in it."""

    destination: str = UNKNOWN
    work: str = UNKNOWN
    route: str = UNKNOWN
    been_abroad: str = UNKNOWN
    marital: str = UNKNOWN
    age: str = UNKNOWN
    sex: str = UNKNOWN
    employer: str = UNKNOWN
    zero_cost: str = UNKNOWN

    occupation: str = UNKNOWN
    region: str = UNKNOWN
    contract_months: int | None = None
    departure: str = UNKNOWN
    has: frozenset[str] = frozenset()


def with_answer(answers: Answers, name: str, value: str) -> Answers:
    """The same answers but for one."""
    changed: dict[str, Any] = {name: value}
    return replace(answers, **changed)


# --- what is known --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One field of a step: known words, an office to ask, or advice of the authors (DECISIONS 17)."""

    words: Words = field(default_factory=dict)
    ask: str = ""
    advice: bool = False


@dataclass(frozen=True)
class Amount:
    """An amount of a step that may be added up (DECISIONS 58); ``months``: for contracts of this length."""

    fact: str
    value: Decimal
    currency: str
    months: int | None = None


@dataclass(frozen=True)
class Step:
    """Something to do. ``after`` holds only in plans that have both steps."""

    code: str
    kind: StepKind
    after: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    told: Mapping[str, Told] = field(default_factory=dict)
    # Free by law for the posts that are free of cost; nothing to add up else.
    free_by_law: bool = False
    amounts: tuple[Amount, ...] = ()
    sources: tuple[int | str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A paper by its code."""

    code: str
    sources: tuple[int | str, ...] = ()


@dataclass(frozen=True)
class Danger:
    """A danger by its code."""

    code: str
    sources: tuple[int | str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """``conditions`` all hold → the rest. ``sentence`` says why: of a stop to the reader, else beside ``step``."""

    code: str
    conditions: Mapping[str, frozenset[str]]
    outcome: OutcomeKind | None = None
    steps: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    question: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    step: str = ""
    ask: str = ""
    sentence: Words = field(default_factory=dict)
    sources: tuple[int | str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    way: Way | None = None
    opens: bool = False
    # Of a way: the part of the ages for which it is not (“below”, “above”, “inside” a band).
    limit: str = ""


@dataclass(frozen=True)
class Way:
    """A destination rule of the registers. ``due``: it should have been checked again."""

    destination: str
    work: str
    scheme: str
    closed: bool = False
    minimum: int | None = None
    maximum: int | None = None
    until: dt.date | None = None
    due: bool = False
    requirements: Words = field(default_factory=dict)
    note: Words = field(default_factory=dict)
    sources: tuple[int | str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.destination}/{self.work}/{self.scheme}"


@dataclass(frozen=True)
class Outcome:
    """The answer. ``sure`` are the warnings that would stand whatever is not known."""

    kind: OutcomeKind
    reasons: tuple[Rule, ...] = ()
    ways: tuple[Way, ...] = ()
    documents: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    sure: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    questions: Mapping[str, Rule | None] = field(default_factory=dict)


# --- the book -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Book:
    """Everything that plans are made of, on one day. Steps, documents and warnings stand in the order of display.

    ``occupations``: code → field of work and whether the post is free of cost.
    """

    rules: tuple[Rule, ...] = ()
    ways: tuple[Way, ...] = ()
    steps: Mapping[str, Step] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    warnings: Mapping[str, Danger] = field(default_factory=dict)
    occupations: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def every(self) -> tuple[Rule, ...]:
        """The rules, and what the ways say as rules."""
        return (*self.rules, *(made for way in self.ways for made in _rules_of(way)))

    @cached_property
    def masks(self) -> Mapping[str, Mapping[str, int]]:
        """For each field, the number of each value that a rule names, of any other (:data:`OTHER`) and of none.

        The low bits say that a rule holds, the high bits that it could.
        """
        count = len(self.every)
        made: dict[str, dict[str, int]] = {}
        for name in FIELDS:
            free = sum(1 << bit for bit, rule in enumerate(self.every) if name not in rule.conditions)
            held = dict.fromkeys((value for rule in self.every for value in rule.conditions.get(name, ())), free)
            for bit, rule in enumerate(self.every):
                for value in rule.conditions.get(name, ()):
                    held[value] |= 1 << bit
            made[name] = {value: mask | mask << count for value, mask in held.items()}
            made[name][OTHER] = free | free << count
            made[name][UNKNOWN] = free | (1 << count) - 1 << count
        return made

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every step, none before one that it comes after; else as they stand. Steps of a circle come last."""
        left, made = dict(self.steps), []
        while left:
            ready = next((c for c, s in left.items() if not any(other in left for other in s.after)), None)
            made.append(ready or next(iter(left)))
            del left[made[-1]]
        return tuple(made)

    @cached_property
    def _decided(self) -> dict[int, Outcome]:
        return {}

    def mask_of(self, answers: Answers) -> int:
        """The rules that hold for these answers, and those that could."""
        held = -1
        for name in FIELDS:
            masks = self.masks[name]
            held &= masks.get(getattr(answers, name), masks[OTHER])
        return held

    def decide(self, mask: int) -> Outcome:
        """The outcome of a combination of rules."""
        known = self._decided.get(mask)
        if known is None:
            if len(self._decided) >= _KEPT:
                self._decided.clear()
            known = self._decided[mask] = self.fresh(mask)
        return known

    def _picked(self, mask: int) -> list[Rule]:
        return [rule for bit, rule in enumerate(self.every) if mask >> bit & 1]

    def fresh(self, mask: int) -> Outcome:
        """:meth:`decide` without keeping anything."""
        holding, possible = self._picked(mask), self._picked(mask >> len(self.every))
        ways = tuple(rule.way for rule in holding if rule.opens and rule.way)
        stops = [rule for rule in holding if rule.outcome in STOPS]
        kind = min((rule.outcome for rule in stops if rule.outcome), key=list(OutcomeKind).index, default=None)
        if kind is None:
            barred = any(rule.outcome is OutcomeKind.NO_VERIFIED_RULE for rule in holding)
            kind = OutcomeKind.NO_VERIFIED_RULE if barred or not ways else OutcomeKind.PLAN
        warnings = {code for rule in possible for code in rule.warnings}
        sure = {code for rule in holding for code in rule.warnings}
        # Where there is no plan, or where an answer that is not known could stop it.
        if kind is not OutcomeKind.PLAN or any(rule.outcome for rule in possible):
            warnings.add(ASK_FIRST)
        if kind is not OutcomeKind.PLAN:
            sure.add(ASK_FIRST)
        made = Outcome(
            kind,
            reasons=tuple(rule for rule in holding if rule.outcome),
            ways=ways,
            warnings=self._in_order(warnings, self.warnings),
            sure=frozenset(sure),
        )
        if kind is OutcomeKind.PLAN:
            return self._with_plan(made, [rule for rule in holding if not rule.outcome])
        if kind in STOPS:
            return replace(made, steps=self._in_order({code for rule in stops for code in rule.steps}, self.order))
        return made

    def _with_plan(self, made: Outcome, rules: list[Rule]) -> Outcome:
        steps = self._in_order({code for rule in rules for code in rule.steps}, self.order)
        if not steps:  # a way that nobody has described yet
            warnings = self._in_order({*made.warnings, ASK_FIRST}, self.warnings)
            return replace(made, kind=OutcomeKind.NO_VERIFIED_RULE, warnings=warnings, sure=made.sure | {ASK_FIRST})
        notes: dict[str, tuple[Rule, ...]] = {}
        for rule in rules:
            if rule.step in steps and rule.sentence:
                notes[rule.step] = (*notes.get(rule.step, ()), rule)
        questions: dict[str, Rule | None] = {rule.question: rule for rule in rules if rule.question}
        if any(way.due for way in made.ways):
            questions[RULE_DUE] = None
        if any(way.minimum is None for way in made.ways):
            questions[AGE_LIMIT] = None
        questions |= {
            f"{code}.{name}": None for code in steps for name, told in self.steps[code].told.items() if told.ask
        }
        return replace(
            made,
            steps=steps,
            documents=self._in_order({code for rule in rules for code in rule.documents}, self.documents),
            attributes={name: value for rule in rules for name, value in rule.attributes.items()},
            notes=notes,
            questions=questions,
        )

    @staticmethod
    def _in_order(codes: set[str], order: Iterable[str]) -> tuple[str, ...]:
        return tuple(code for code in order if code in codes)

    def without_ways(self) -> Book:
        """The same stops and warnings, and no plan: what is left of a book that nobody may follow."""
        return replace(self, ways=tuple(way for way in self.ways if way.closed))


# Any value that no rule names.
OTHER = "…"
# Outcomes that a process keeps: whoever asks for every combination must not fill its memory.
_KEPT = 2_000


def _rules_of(way: Way) -> Iterator[Rule]:
    """A way as rules: that it is open or closed, and for whom it is not."""
    place = {"destination": frozenset({way.destination})}
    if way.work != ANY:
        place["work"] = frozenset({way.work})
    schemes = frozenset(SCHEMES if way.scheme == ANY else (way.scheme,))
    name, told = f"way:{way.name}", {"sentence": way.note, "sources": way.sources, "way": way}
    if way.closed:
        # A sector that is closed by every scheme is closed, whatever somebody calls the way.
        where = place if way.scheme == ANY else {**place, "route": schemes | {REENTRY}}
        country = way.work == way.scheme == ANY
        yield Rule(
            name,
            where,
            OutcomeKind.DO_NOT_GO,
            steps=STOP_STEPS,
            warnings=(NOT_A_DESTINATION if country else CLOSED_SECTOR,),
            **told,  # type: ignore[arg-type]
        )
        return
    # Who comes back to the same employer comes back by the way he went; limits of age are limits of a new application.
    yield Rule(name, {**place, "route": schemes | {REENTRY}}, opens=True, **told)  # type: ignore[arg-type]
    below, above, torn = bands(way.minimum, way.maximum)
    below -= {AGES[0]}
    of_age = {**place, "route": schemes}
    for part, ages, outcome, warning in (
        # A child is too young for this way as well; what stops it is the law.
        ("below", below and below | {AGES[0]}, OutcomeKind.NOT_YET, TOO_YOUNG),
        ("above", above, OutcomeKind.DO_NOT_GO, TOO_OLD),
        # Nobody can tell who of this band is meant, so nobody is led there.
        ("inside", torn, OutcomeKind.NO_VERIFIED_RULE, ""),
    ):
        if ages:
            steps = STOP_STEPS if outcome in STOPS else ()
            yield Rule(f"{name}:{part}", {**of_age, "age": ages}, outcome, steps=steps, limit=part, **told)  # type: ignore[arg-type]
        if ages and warning:
            # Whatever danger somebody is offered this work by, the limit stays true.
            warned = {**place, "age": ages, "route": schemes | set(DANGEROUS)}
            yield Rule(f"{name}:{part} warning", warned, warnings=(warning,), **told)  # type: ignore[arg-type]


# What a closed way asks for.
STOP_STEPS = ("tanya", "simpan_bukti")


def plan(answers: Answers, book: Book) -> Outcome:
    """What to prepare, or why not to go. The same answers and book give the same outcome, and always exactly one."""
    made = book.decide(book.mask_of(answers))
    if made.kind is not OutcomeKind.PLAN:
        return made
    last = [way.until for way in made.ways if way.until]
    if len(last) < len(made.ways):  # one of them has no end
        return made
    warnings = book._in_order({*made.warnings, ASK_FIRST}, book.warnings)
    if not answers.departure:  # may be after the end
        return replace(made, warnings=warnings)
    if f"{max(last):%Y-%m}" >= answers.departure:
        return made
    sure, kind = made.sure | {ASK_FIRST}, OutcomeKind.NO_VERIFIED_RULE
    return Outcome(kind, ways=made.ways, warnings=warnings, sure=sure, questions={RULE_ENDS: None})


# --- which questions are asked --------------------------------------------------------------------------------------

# On the pages, in this order; “occupation” answers work and zero_cost.
OFFER = ("destination", "occupation", "route")
PERSON = ("age", "sex", "marital", "been_abroad", "employer")
REST = ("contract_months", "departure", "region", "has")
QUESTIONS = (*OFFER, *PERSON, *REST)
MOST = 8


def _signature(outcome: Outcome) -> tuple[object, ...]:
    """What somebody would see change. Warnings that one answer more would spare are no reason to ask where nobody goes."""
    planned = outcome.kind is OutcomeKind.PLAN
    attributes = tuple(sorted(outcome.attributes.items()))
    return outcome.kind, outcome.documents, outcome.steps, attributes, outcome.warnings if planned else ()


def matters(name: str, answers: Answers, book: Book) -> bool:
    """Whether two answers to this question would lead to different outcomes."""
    values = AGES if name == "age" else ANSWERS[name]
    return len({_signature(plan(with_answer(answers, name, value), book)) for value in values}) > 1


def questions(answers: Answers, answered: frozenset[str], book: Book, regions: bool = True) -> tuple[str, ...]:
    """The questions of the next page; none where the outcome is complete. Together never more than :data:`MOST`."""
    if first := tuple(name for name in OFFER if name not in answered):
        return first
    outcome = plan(answers, book)
    if outcome.kind in STOPS:
        return ()
    room = MOST - len(answered)
    person = tuple(name for name in PERSON if name not in answered and matters(name, answers, book))
    if person[:room]:
        return person[:room]
    if outcome.kind is not OutcomeKind.PLAN:
        return ()
    worth = {
        "contract_months": answers.zero_cost != YES
        and any(amount.months for code in outcome.steps for amount in book.steps[code].amounts),
        "departure": any(way.until for way in outcome.ways),
        "region": regions,
        "has": True,
    }
    return tuple(name for name in REST if name not in answered and worth[name])[:room]


def open_questions(answers: Answers, outcome: Outcome, book: Book) -> tuple[str, ...]:
    """What was not answered and would matter, then what no source settles."""
    unanswered = [
        name for name, value in (("destination", answers.destination), ("occupation", answers.work)) if not value
    ]
    unanswered += ["route"] if not answers.route else []
    if outcome.kind not in STOPS:
        unanswered += [name for name in PERSON if not getattr(answers, name) and matters(name, answers, book)]
    return (*unanswered, *outcome.questions)


# --- what it costs --------------------------------------------------------------------------------------------------


class Payer(StrEnum):
    """Who pays a known amount."""

    NOT_YOU = "not_you"
    YOU = "you"
    ASK = "ask"


@dataclass(frozen=True)
class Totals:
    """Known amounts by who pays them (DECISIONS 58), and the steps whose cost no source tells."""

    known: tuple[tuple[str, Amount, Payer], ...] = ()
    free: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def sums_of(self, payer: Payer) -> dict[str, Decimal]:
        """What this payer pays together, by currency: amounts of different ones are never added."""
        sums: dict[str, Decimal] = {}
        for _step, amount, who in self.known:
            if who is payer:
                sums[amount.currency] = sums.get(amount.currency, Decimal()) + amount.value
        return sums


def totals(answers: Answers, outcome: Outcome, book: Book) -> Totals:
    """What is known of the cost of a plan; nothing is estimated."""
    known: list[tuple[str, Amount, Payer]] = []
    free: list[str] = []
    unknown: list[str] = []
    for code in outcome.steps:
        step = book.steps[code]
        spared = step.free_by_law and answers.zero_cost == YES
        fitting = [a for a in step.amounts if a.months is None or a.months == answers.contract_months]
        if fitting:
            at_once = outcome.attributes.get("bpjs") == "at_once"
            payer = Payer.NOT_YOU if spared else Payer.YOU if at_once else Payer.ASK
            known += [(code, amount, payer) for amount in fitting]
        elif spared and not step.amounts:
            free.append(code)
        elif step.told.get("cost", Told()).ask or step.amounts:
            unknown.append(code)
    return Totals(tuple(known), tuple(free), tuple(unknown))
