"""The planner's book: from the database, where officers keep it, or from the seed files.

Seed rows are loaded like those of the registers: again and again, without overwriting what an officer changed.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import models
from django.utils import timezone

from content.registers import labels, seeding
from content.registers.fields import Words
from content.registers.generation import PerGeneration
from content.registers.models import CostComponent, DestinationRule, Fact, Occupation, Source
from content.registers.seeding import Register
from content.registers.selectors import registers

from . import plan_laws, planning
from .fields import told
from .models import PlanDocument, PlanRule, PlanStep, PlanWarning
from .plan_laws import Problem
from .planning import Amount, Book, Danger, Document, OutcomeKind, Rule, Step, StepKind, Way

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "seed"
FILE = "planner"
# What is referred to comes first.
REGISTERS = (
    Register(FILE, "plan_step", PlanStep, ("code",)),
    Register(FILE, "plan_document", PlanDocument, ("code",)),
    Register(FILE, "plan_warning", PlanWarning, ("code",)),
    Register(FILE, "plan_rule", PlanRule, ("code",)),
)
# Cases that people have judged; what a changed rule changes is asked of them.
PERSONAS = FOLDER / "personas.jsonl"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """Everything that a book is made of, as plain rows; ``sources`` of each are codes."""

    steps: Sequence[Row] = ()
    documents: Sequence[Row] = ()
    warnings: Sequence[Row] = ()
    rules: Sequence[Row] = ()
    ways: Sequence[Row] = ()
    occupations: Sequence[Row] = ()
    components: Sequence[Row] = ()
    facts: Sequence[Row] = ()


def book(rows: Rows, on: dt.date) -> Book:
    """The book of a day: what holds on it, in the order of display."""
    free = {row["code"] for row in rows.components if row.get("free_by_law")}
    facts = {row["slug"]: row for row in rows.facts if _holds(row, on, "valid_until")}
    return Book(
        rules=tuple(
            _rule(row)
            for row in sorted(rows.rules, key=itemgetter("code"))
            if row.get("active", True) and _holds(row, on)
        ),
        ways=tuple(
            _way(row, on)
            for row in sorted(rows.ways, key=itemgetter("destination", "work", "scheme"))
            if _holds(row, on) and _counts(row)
        ),
        steps={row["code"]: _step(row, free, facts) for row in sorted(rows.steps, key=_place)},
        documents={row["code"]: Document(row["code"], _sources(row)) for row in sorted(rows.documents, key=_place)},
        warnings={
            row["code"]: Danger(row["code"], _sources(row))
            for row in sorted(rows.warnings, key=lambda row: (-row["gravity"], row["code"]))
        },
        occupations={
            row["code"]: (row["work"], planning.YES if row.get("zero_cost") else planning.NO)
            for row in rows.occupations
        },
    )


def _place(row: Row) -> tuple[int, str]:
    return row.get("order", 100), row["code"]


def _sources(row: Row) -> tuple[str, ...]:
    return tuple(sorted(row.get("sources") or ()))


def _holds(row: Row, on: dt.date, end: str = "until") -> bool:
    """Whether the row holds on the day; the last day counts."""
    since, until = row.get("since"), row.get(end)
    return (since is None or since <= on) and (until is None or on <= until)


def _counts(row: Row) -> bool:
    """A way without a source opens nothing (DECISIONS 33); it may still close."""
    return bool(_sources(row)) or row["status"] == DestinationRule.Status.CLOSED


def _step(row: Row, free: set[str], facts: Mapping[str, Row]) -> Step:
    amounts = [
        Amount(named["fact"], facts[named["fact"]]["number"], facts[named["fact"]]["currency"], named.get("months"))
        for named in row.get("amounts", ())
        if named["fact"] in facts
    ]
    return Step(
        code=row["code"],
        kind=StepKind(row["kind"]),
        after=tuple(row.get("after", ())),
        brings=tuple(row.get("brings", ())),
        gives=tuple(row.get("gives", ())),
        told={name: told(row[name]) for name in PlanStep.ANSWERS},
        free_by_law=row.get("component") in free,
        amounts=tuple(amounts),
        sources=_sources(row),
    )


def _rule(row: Row) -> Rule:
    return Rule(
        code=row["code"],
        conditions={name: frozenset(codes) for name, codes in row.get("conditions", {}).items()},
        outcome=OutcomeKind(row["outcome"]) if row.get("outcome") else None,
        steps=tuple(row.get("steps", ())),
        documents=tuple(row.get("documents", ())),
        warnings=tuple(row.get("warnings", ())),
        question=row.get("question") or "",
        attributes=dict(row.get("attributes", {})),
        step=row.get("step") or "",
        ask=row.get("ask") or "",
        sentence=dict(row.get("sentence", {})),
        sources=_sources(row),
        since=row.get("since"),
        until=row.get("until"),
    )


def _way(row: Row, on: dt.date) -> Way:
    return Way(
        destination=row["destination"],
        work=row["work"],
        scheme=row["scheme"],
        closed=row["status"] == DestinationRule.Status.CLOSED,
        minimum=row.get("minimum_age"),
        maximum=row.get("maximum_age"),
        until=row.get("until"),
        due=row["verify_by"] < on,
        requirements=dict(row.get("requirements") or {}),
        note=dict(row.get("note") or {}),
        sources=_sources(row),
    )


# --- from the seed files --------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def seed_rows() -> Rows:
    """The rows that the portal ships with; asks no database. Raises SeedError where a file is wrong."""
    registers = seeding.read()
    held = registers | seeding.read(FOLDER, REGISTERS, sources=seeding.sources_of(registers))
    by_model = {
        register.model: [{**entry.values, "sources": entry.sources or []} for entry in entries]
        for register, entries in held.items()
    }
    return Rows(
        steps=by_model[PlanStep],
        documents=by_model[PlanDocument],
        warnings=by_model[PlanWarning],
        rules=by_model[PlanRule],
        ways=by_model[DestinationRule],
        occupations=by_model[Occupation],
        components=by_model[CostComponent],
        facts=by_model[Fact],
    )


def from_seed(on: dt.date | None = None) -> Book:
    """The book that the portal ships with."""
    return book(seed_rows(), on or timezone.localdate())


# --- from the database ----------------------------------------------------------------------------------------------


def row_of(instance: Any, sources: Iterable[str]) -> dict[str, Any]:
    """A row of the database as a seed file says it: relations by code."""
    made: dict[str, Any] = {"sources": list(sources)}
    for column in instance._meta.concrete_fields:
        value = getattr(instance, column.attname)
        if isinstance(column, models.ForeignKey) and column.target_field.primary_key and value is not None:
            value = getattr(instance, column.name).code
        made[column.name] = value
    return made


@dataclass(frozen=True)
class Held:
    """The planner of the database: rows for the book, and the rows that pages show; each row's sources are ``cited``."""

    rows: Rows
    steps: Mapping[str, PlanStep]
    documents: Mapping[str, PlanDocument]
    warnings: Mapping[str, PlanWarning]
    # With their names, in the order of display.
    occupations: Sequence[Row] = ()


# Rows that name sources, and what they refer to besides.
_CITING: Mapping[type[models.Model], tuple[str, ...]] = {
    PlanStep: ("office", "component"),
    PlanDocument: ("ask",),
    PlanWarning: (),
    PlanRule: ("step", "ask"),
    DestinationRule: (),
}


def _sources_by_row() -> dict[tuple[str, int], list[Source]]:
    """The sources of every row that names some: one query for all their tables."""
    every = registers().sources
    tables = []
    for model in _CITING:
        column: Any = model._meta.get_field("sources")
        named = column.remote_field.through._default_manager.annotate(model=models.Value(model.__name__))
        tables.append(named.values_list("model", column.m2m_column_name(), "source_id"))
    held: dict[tuple[str, int], list[Source]] = {}
    for name, row, source in tables[0].union(*tables[1:], all=True):
        held.setdefault((name, row), []).append(every[source])
    return held


def rows_of_database() -> Held:
    """Everything as it stands, in few queries: the first reader of a generation waits for them."""
    by_row = _sources_by_row()
    held: dict[type[models.Model], list[Any]] = {}
    made: dict[type[models.Model], list[Row]] = {}
    for model, related in _CITING.items():
        held[model] = list(model._default_manager.select_related(*related))
        for row in held[model]:
            row.cited = sorted(by_row.get((model.__name__, row.pk), ()), key=lambda source: source.code)
        made[model] = [row_of(row, [source.code for source in row.cited]) for row in held[model]]
    listed = Occupation.objects.order_by("work__order", "order", "code")
    occupations = [
        {"code": code, "name": name, "zero_cost": free, "work": work}
        for code, name, free, work in listed.values_list("code", "name", "zero_cost", "work__code")
    ]
    return Held(
        Rows(
            steps=made[PlanStep],
            documents=made[PlanDocument],
            warnings=made[PlanWarning],
            rules=made[PlanRule],
            ways=made[DestinationRule],
            occupations=occupations,
            components=[
                {"code": step.component.code, "free_by_law": step.component.free_by_law}
                for step in held[PlanStep]
                if step.component
            ],
            facts=[
                {"slug": fact.slug, "number": fact.number, "currency": fact.currency, "valid_until": fact.valid_until}
                for fact in registers().facts.values()
                if fact.kind == Fact.Kind.MONEY
            ],
        ),
        {row.code: row for row in held[PlanStep]},
        {row.code: row for row in held[PlanDocument]},
        {row.code: row for row in held[PlanWarning]},
        occupations,
    )


def problems(made: Book) -> list[Problem]:
    """What makes a book unfit, with the codes that the registers know."""
    works = {work for work, _free in made.occupations.values()} | {"other"}
    return plan_laws.problems(made, labels.babel_locale("id").territories, works)


@dataclass(frozen=True)
class InUse:
    """The book of today. ``broken``: what is wrong with it; then it holds stops and warnings, and no way to go."""

    book: Book
    held: Held
    broken: tuple[Problem, ...] = ()

    def occupation_name(self, code: str) -> str:
        """The name of an occupation in the reader's language; empty for one that is not listed."""
        found = next((row for row in self.held.occupations if row["code"] == code), None)
        return str(Words(found["name"])) if found else ""


class _Days:
    """The books of a generation, one for each day that it lives."""

    def __init__(self) -> None:
        self.held = rows_of_database()
        self._by_day: dict[dt.date, InUse] = {}

    def on(self, day: dt.date) -> InUse:
        if day not in self._by_day:
            made = book(self.held.rows, day)
            # A limit inside a band is safe by itself (planning), and no reason to close everything else.
            broken = tuple(problem for problem in problems(made) if problem.kind != "band")
            if broken:
                logger.error("The planner shows no plan: %s", "; ".join(map(str, broken)))
            self._by_day = {day: InUse(made.without_ways() if broken else made, self.held, broken)}
        return self._by_day[day]


_days = PerGeneration(_Days)


def in_use(on: dt.date | None = None) -> InUse:
    """The planner as it is public today."""
    return _days().on(on or timezone.localdate())


def with_row(rows: Rows, table: str, row: Row) -> Rows:
    """The same rows with this one new or in the place of the one of its code."""
    kept = [other for other in getattr(rows, table) if other["code"] != row["code"]]
    return replace(rows, **{table: [*kept, row]})
