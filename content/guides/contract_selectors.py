"""Reading agreements: the clauses to look for, and what somebody's answers say about the paper in his hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from content.registers.generation import PerGeneration
from content.registers.models import Service, Source
from content.registers.seeding import Register

from .models import ContractClause
from .vocabulary import ClauseKind, Paper

FOLDER = Path(__file__).parent / "seed"
REGISTERS = (Register("contract", "contract_clause", ContractClause, ("code",)),)


def _load() -> list[ContractClause]:
    rows = list(ContractClause.objects.select_related("ask").prefetch_related("sources"))
    for row in rows:
        row.cited = sorted(row.sources.all(), key=lambda source: source.code)  # type: ignore[attr-defined]
    return rows


clauses = PerGeneration(_load)


@dataclass(frozen=True)
class Reading:
    """What was found in the agreements: dangers first, then what to ask, then what to compare."""

    dangers: list[ContractClause]
    to_ask: dict[str, list[ContractClause]]
    there: list[ContractClause]
    offices: list[Service]
    sources: list[Source]

    @property
    def asks(self) -> bool:
        return any(self.to_ask.values())


def read(ticked: Collection[str]) -> Reading:
    """The reading of an agreement in which the clauses with the codes ``ticked`` were found; unknown codes are nothing."""
    rows = clauses()
    dangers = [row for row in rows if row.kind == ClauseKind.DANGER and row.code in ticked]
    wanted = [row for row in rows if row.kind != ClauseKind.DANGER]
    to_ask = {
        str(Paper(paper).label): [row for row in wanted if row.paper == paper and row.code not in ticked]
        for paper in Paper.values
    }
    there = [row for row in wanted if row.code in ticked]
    shown = [*dangers, *(row for missing in to_ask.values() for row in missing), *there]
    return Reading(
        dangers=dangers,
        to_ask={label: missing for label, missing in to_ask.items() if missing},
        there=there,
        offices=list({row.ask.code: row.ask for row in shown[: len(shown) - len(there)] if row.ask}.values()),
        sources=list({source.code: source for row in shown for source in row.cited}.values()),  # type: ignore[attr-defined]
    )
