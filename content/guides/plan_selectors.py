"""What the pages of the planner show of an outcome: rows of the database in the order of the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.registers import labels
from content.registers.fields import Words
from content.registers.models import Office, Service, Source
from content.registers.selectors import registers

from . import planning
from .fields import told
from .models import PlanDocument, PlanRow, PlanStep, PlanWarning
from .plan_rules import InUse
from .planning import Answers, Outcome, OutcomeKind, Payer, Rule, Told, Way

# Whom to ask where nothing is verified.
ASK = ("disnaker", "bp3mi", "kp2mi")
ANSWER_LABELS = {
    "where": _("Where"),
    "who": _("Who"),
    "cost": _("Cost"),
    "payer": _("Who pays"),
    "duration": _("How long"),
    "validity": _("Valid for"),
    "risk": _("What can go wrong"),
    "verify": _("How to check it"),
}
# What the checklist says of a step besides a known cost; the rest stands in the details.
BRIEF = ("where",)


@dataclass(frozen=True)
class Line:
    """One answer of a step, or several that send the reader to the same office."""

    labels: tuple[Any, ...]
    words: Words | None = None
    advice: bool = False
    service: Service | None = None


@dataclass(frozen=True)
class StepShown:
    """A step of this plan. ``waits``: the numbers of the steps before it, where they are not simply the last one."""

    row: PlanStep
    number: int
    waits: tuple[int, ...] = ()
    notes: tuple[Words, ...] = ()
    brings: tuple[PlanDocument, ...] = ()
    gives: tuple[PlanDocument, ...] = ()
    lines: tuple[Line, ...] = ()
    cost: Line | None = None
    free: bool = False
    office: Office | None = None


@dataclass(frozen=True)
class Paper:
    """A paper of this plan, ticked if somebody has it."""

    row: PlanDocument
    held: bool
    signed: Line
    words: Words | None = None


@dataclass(frozen=True)
class Warned:
    """A warning; ``sure`` is False where it hangs on something that is not known."""

    row: PlanWarning
    sure: bool

    @property
    def prepares(self) -> bool:
        """Whether it says how to go on with an offer. Where nobody should go on, it is named for a later one alone."""
        return self.row.gravity < PlanWarning.DANGER


@dataclass(frozen=True)
class Sum:
    """What somebody pays together, and for which steps."""

    words: str
    steps: tuple[PlanStep, ...]


@dataclass(frozen=True)
class Money:
    """What is known of the cost: sums by who pays, and the steps whose cost nobody tells."""

    not_you: Sum | None = None
    you: Sum | None = None
    ask: Sum | None = None
    free: tuple[PlanStep, ...] = ()
    unknown: tuple[PlanStep, ...] = ()


@dataclass(frozen=True)
class Shown:
    """Everything that a page of the planner says."""

    kind: OutcomeKind
    reasons: list[tuple[str, tuple[Source, ...]]] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    later: list[Warned] = field(default_factory=list)
    stopped: bool = False
    steps: list[StepShown] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    requirements: list[Words] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)
    open: list[tuple[Words, Service | None]] = field(default_factory=list)
    due: bool = False
    age_unknown: bool = False
    money: Money = field(default_factory=Money)
    offices: list[Office] = field(default_factory=list)
    ask: list[Service] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    # The row whose check is the oldest.
    checked: PlanRow | None = None


def show(answers: Answers, outcome: Outcome, held: InUse, whole: bool = False) -> Shown:
    """The outcome in rows; ``whole``: with every answer of every step."""
    offices = _offices(answers.region)
    steps = _steps(answers, outcome, held, offices, whole)
    warnings = [
        Warned(held.held.warnings[code], code in outcome.sure)
        for code in outcome.warnings
        if code in held.held.warnings
    ]
    # Each page names the sources of what it cites: the details those of the steps.
    rows: list[Any] = [step.row for step in steps] if whole else [warned.row for warned in warnings]
    stopped = outcome.kind in planning.STOPS
    said: list[Rule | Way] = [] if whole else [*outcome.reasons, *outcome.ways]
    named = [row.sources for row in said]
    return Shown(
        kind=outcome.kind,
        reasons=_reasons(outcome),
        # What hangs on an open answer comes after what does not.
        warnings=sorted((w for w in warnings if not (stopped and w.prepares)), key=lambda warned: not warned.sure),
        later=[warned for warned in warnings if stopped and warned.prepares],
        stopped=stopped,
        steps=steps,
        papers=_papers(answers, outcome, held),
        ways=list(outcome.ways),
        requirements=[Words(way.requirements) for way in outcome.ways if way.requirements],
        notes=[Words(way.note) for way in outcome.ways if way.note],
        open=_open(outcome),
        due=planning.RULE_DUE in outcome.questions,
        age_unknown=planning.AGE_LIMIT in outcome.questions,
        money=_money(answers, outcome, held),
        offices=list({office.pk: office for office in offices.values()}.values()),
        ask=[registers().services[code] for code in ASK if code in registers().services],
        sources=list(_sources([*named, *([source.code for source in row.cited] for row in rows)])),
        checked=min((*(step.row for step in steps), *rows), key=lambda row: row.verified_on, default=None),
    )


def _reasons(outcome: Outcome) -> list[tuple[str, tuple[Source, ...]]]:
    """Why there is no plan, each with its sources."""
    if planning.RULE_ENDS in outcome.questions:
        sentence = gettext("The rule that opens this way ends before you leave. Ask BP3MI what holds then.")
        return [(sentence, _sources(way.sources for way in outcome.ways))]
    said = [(_reason(rule), _sources([rule.sources])) for rule in outcome.reasons]
    return [(sentence, sources) for sentence, sources in said if sentence]


def _reason(rule: Rule) -> str:
    """Why a rule stops, in the reader's language; limits of age name the age."""
    if rule.way and rule.limit == "below":
        return gettext("This way is open from the age of %(age)s.") % {"age": rule.way.minimum}
    if rule.way and rule.limit == "above":
        return gettext("This way is open up to the age of %(age)s.") % {"age": rule.way.maximum}
    if rule.limit:
        return gettext("This way has a limit of age that your answer is too near to. Ask BP3MI.")
    return str(Words(rule.sentence))


def _sources(lists: Iterable[Iterable[Any]]) -> tuple[Source, ...]:
    """The sources of these codes, each once and in their order."""
    by_code = {source.code: source for source in registers().sources.values()}
    codes = dict.fromkeys(code for codes in lists for code in codes)
    return tuple(by_code[code] for code in codes if code in by_code)


def _offices(region: str) -> dict[str, Office]:
    """The office of each kind that is known for a region, else for its province. One query."""
    if not region:
        return {}
    codes = [region[:2], region]
    found = Office.objects.shown().valid().filter(region__in=codes).select_related("service", "region", "source")
    return {office.service.code: office for office in found.order_by("region")}


def _steps(
    answers: Answers, outcome: Outcome, held: InUse, offices: Mapping[str, Office], whole: bool
) -> list[StepShown]:
    numbers = {code: number for number, code in enumerate(outcome.steps, 1)}
    made = []
    for code in outcome.steps:
        row = held.held.steps.get(code)
        if row is None:
            continue
        step = held.book.steps[code]
        free = step.free_by_law and answers.zero_cost == planning.YES
        before = sorted(numbers[other] for other in step.after if other in numbers)
        lines = {name: line for name, line in step.told.items() if not (free and name in ("cost", "payer"))}
        brief = {name: lines[name] for name in BRIEF if not lines[name].ask}
        made.append(
            StepShown(
                row=row,
                number=numbers[code],
                waits=tuple(before) if before and before != [numbers[code] - 1] else (),
                notes=tuple(Words(rule.sentence) for rule in outcome.notes.get(code, ())),
                brings=_documents(step.brings, outcome, held),
                gives=_documents(step.gives, outcome, held),
                lines=tuple(_lines(lines if whole else brief)),
                cost=None if whole or free or lines["cost"].ask else next(_lines({"cost": lines["cost"]})),
                free=free,
                office=offices.get(row.office.code) if row.office else None,
            )
        )
    return made


def _documents(codes: Iterable[str], outcome: Outcome, held: InUse) -> tuple[PlanDocument, ...]:
    """Those of the papers that this plan has."""
    return tuple(held.held.documents[c] for c in codes if c in outcome.documents and c in held.held.documents)


def _lines(told: Mapping[str, Told]) -> Iterator[Line]:
    """The answers in their order; those that ask the same office together, at the end."""
    asked: dict[str, list[Any]] = {}
    for name, line in told.items():
        if line.ask:
            asked.setdefault(line.ask, []).append(ANSWER_LABELS[name])
        else:
            yield Line((ANSWER_LABELS[name],), Words(line.words), line.advice)
    services = registers().services
    for code, names in asked.items():
        yield Line(tuple(names), service=services.get(code))


def _papers(answers: Answers, outcome: Outcome, held: InUse) -> list[Paper]:
    approval = outcome.attributes.get("visa") == "approval_letter"
    name = Words({"id": "Surat persetujuan kerja", "en": "Letter of approval to work"})
    return [
        Paper(
            row,
            row.code in answers.has,
            next(_lines({"who": told(row.signed_by)})),
            name if approval and row.code == "visa_kerja" else None,
        )
        for row in _documents(outcome.documents, outcome, held)
    ]


def _open(outcome: Outcome) -> list[tuple[Words, Service | None]]:
    """What no source settles, besides the answers that name an office. A remark beside a step says it there."""
    asking: list[Rule] = [rule for rule in outcome.questions.values() if rule and rule.step not in outcome.steps]
    return [(Words(rule.sentence), registers().services.get(rule.ask)) for rule in asking]


def _money(answers: Answers, outcome: Outcome, held: InUse) -> Money:
    totals = planning.totals(answers, outcome, held.book)
    rows = held.held.steps

    def paid_by(payer: Payer) -> Sum | None:
        """The sum in each currency."""
        sums = totals.sums_of(payer)
        codes = dict.fromkeys(code for code, _amount, who in totals.known if who is payer)
        words = ", ".join(labels.money(amount, currency) for currency, amount in sums.items())
        return Sum(words, tuple(rows[code] for code in codes if code in rows)) if sums else None

    return Money(
        not_you=paid_by(Payer.NOT_YOU),
        you=paid_by(Payer.YOU),
        ask=paid_by(Payer.ASK),
        free=tuple(rows[code] for code in totals.free if code in rows),
        unknown=tuple(rows[code] for code in totals.unknown if code in rows),
    )


def began(held: InUse) -> dt.date:
    """The day since which the planner has given anything away; the last of all days if it has not."""
    rows = (held.held.steps, held.held.documents, held.held.warnings)
    return min((row.made_on for table in rows for row in table.values()), default=dt.date.max)


def changed_since(day: dt.date, outcome: Outcome, held: InUse) -> list[Any]:
    """What of this outcome has been changed after a day: steps, papers, warnings and the rules behind it."""
    chosen = (
        (held.held.steps, outcome.steps),
        (held.held.documents, outcome.documents),
        (held.held.warnings, outcome.warnings),
    )
    return [rows[code] for rows, codes in chosen for code in codes if code in rows and rows[code].changed_on > day]
