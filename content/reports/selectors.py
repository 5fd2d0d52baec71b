"""Reading what was published of reports, for the public pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.registers import labels
from content.registers.generation import PerGeneration

from .models import PublishedQuarter
from .vault import coarse
from .vault.statistics import HELD_BACK, LESS, REST

# The address of the places that are not shown one by one.
OTHERS = "lain"
_HEADINGS = {
    "modus": _("Kind of case"),
    "age": _("Age of the one it is about"),
    "sex": _("Sex of the one it is about"),
    "destination": _("Where it happens or leads to"),
}
_ORDER = {1: _("first quarter"), 2: _("second quarter"), 3: _("third quarter"), 4: _("fourth quarter")}


def _load() -> list[PublishedQuarter]:
    return list(PublishedQuarter.objects.all())


quarters = PerGeneration(_load)


def quarter_words(quarter: str) -> str:
    """“third quarter 2026”."""
    return f"{_ORDER[int(quarter[-1])]} {quarter[:4]}"


@dataclass(frozen=True)
class Row:
    """A line of a table: its name, its figure in words, where it leads."""

    name: str
    figure: str
    code: str = ""


@dataclass(frozen=True)
class Table:
    """One attribute, in its codes."""

    heading: Any
    rows: list[Row]


def figure(value: int | str) -> str:
    """A published figure as a reader sees it."""
    if value == LESS:
        return gettext("fewer than 10")
    if value == HELD_BACK:
        return gettext("not shown")
    return labels.number(int(value))


def total(held: PublishedQuarter) -> str:
    """All reports that were counted."""
    return figure(held.figures["total"])


def places(held: PublishedQuarter) -> list[Row]:
    """Regencies, the most reports first; what is not shown by itself comes last."""
    shown: Mapping[str, int] = held.figures["regencies"]
    codes = sorted((code for code in shown if code != REST), key=lambda code: (-shown[code], code))
    rows = [Row(_place(code), figure(shown[code]), _address(code)) for code in codes]
    return [*rows, Row(_place(REST), figure(shown[REST]), OTHERS)] if REST in shown else rows


def place_of(held: PublishedQuarter, address: str) -> Row | None:
    """The place at an address, None where nothing of it is shown."""
    return next((row for row in places(held) if row.code == address), None)


def tables(held: PublishedQuarter, address: str = "") -> list[Table]:
    """What is known of all reports, or of those from one place, one attribute at a time."""
    wanted = {OTHERS: REST, "tanpa-tempat": ""}.get(address, address)
    made = []
    for name, table in held.figures["by"].items():
        line: Mapping[str, int | str] = table["rows"][wanted] if address else table["columns"]
        codes = [code for code in (*coarse.ATTRIBUTES[name].values, "", REST) if code in line]
        words = dict(coarse.ATTRIBUTES[name].choices)
        made.append(
            Table(_HEADINGS[name], [Row(str(words.get(code) or _code(code)), figure(line[code])) for code in codes])
        )
    return made


def _code(code: str) -> str:
    return gettext("All others together") if code == REST else gettext("Not stated")


def _place(code: str) -> str:
    if code == REST:
        return gettext("All other places together")
    return coarse.name_of(code) if code else gettext("Abroad, or no place named")


def _address(code: str) -> str:
    return code or "tanpa-tempat"
