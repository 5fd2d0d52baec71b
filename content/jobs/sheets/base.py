"""What every format of file becomes: headings and rows of text, within limits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any, TypeAlias

from django.utils.functional import Promise

from content.registers.numbers import plain_number

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 50_000
# Our columns are a quarter of it; a file of thousands of columns is no list of openings.
MAX_COLUMNS = 100
# A heading is read by people; the rest of a longer one says nothing more.
MAX_HEADING = 100
# In so many rows the first values of a heading are looked for.
_SAMPLED = 50
BETWEEN = "|"

# What a cell holds on its way out.
Value: TypeAlias = "str | int | Decimal | date | list[str] | None"


class Format(StrEnum):
    """The formats, each by the ending of its files."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"

    @property
    def content_type(self) -> str:
        return {
            Format.CSV: "text/csv; charset=utf-8",
            Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format.JSON: "application/json",
        }[self]


class Unreadable(Exception):
    """The file as a whole cannot be read; ``str()`` says why in the active language."""

    def __init__(self, message: Promise | str, **values: Any) -> None:
        super().__init__(message)
        self.message, self.values = message, values

    def __str__(self) -> str:
        return str(self.message) % self.values


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file; ``number`` is the one a spreadsheet shows beside it, in JSON its place in the list."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A file: its headings, each once, its rows, and (once that is known) which of our columns stands where."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    format: Format = Format.CSV
    delimiter: str = ","
    columns: Mapping[str, int] = field(default_factory=dict)

    def cell(self, row: Row, column: str) -> str:
        """The cell of a column by its name; empty where the row is short or the file has no such column."""
        index = self.columns.get(column)
        return row.cells[index] if index is not None and index < len(row.cells) else ""

    def sample(self, count: int = 3) -> list[tuple[str, list[str]]]:
        """Each heading with the first values below it, short enough to be looked at."""
        found = []
        for place, heading in enumerate(self.headers):
            cells = (seen(row.cells[place]) for row in self.rows[:_SAMPLED] if place < len(row.cells))
            found.append((heading, list(islice(dict.fromkeys(cell[:60] for cell in cells if cell), count))))
        return found

    def heading_of(self, column: str) -> str:
        """What the file calls one of our columns; its own name where the file has none."""
        index = self.columns.get(column)
        return column if index is None else self.headers[index]

    def has_more(self, row: Row) -> bool:
        """Whether something stands in the row beyond the last heading."""
        return any(cell.strip() for cell in row.cells[len(self.headers) :])


def letter(index: int) -> str:
    """What a spreadsheet calls the column: A, B … Z, AA."""
    name, left = "", index + 1
    while left:
        left, sign = divmod(left - 1, 26)
        name = chr(ord("A") + sign) + name
    return name


def seen(text: str) -> str:
    """The text in one line, a space for each sign that cannot be seen."""
    return " ".join("".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text).split())


def headings(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells of the first row as names, each once: no sign that cannot be seen, “Gaji (2)”, “(D)” for an empty one."""
    named: dict[str, None] = {}
    for index, cell in enumerate(cells):
        name = first = seen(cell)[:MAX_HEADING] or f"({letter(index)})"
        number = 1
        while name in named:
            number += 1
            name = f"{first} ({number})"
        named[name] = None
    return tuple(named)


def text_of(value: Value) -> str:
    """A value as a cell of text that :mod:`content.jobs.import_rows` reads without doubt: 1250000,5 and 2026-12-31."""
    if value is None:
        return ""
    if isinstance(value, list):
        return BETWEEN.join(value)
    if isinstance(value, Decimal):
        return plain_number(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def sheet_of(records: Iterable[Row], file_format: Format, delimiter: str = ",") -> Sheet:
    """A sheet of rows of which the first holds the headings."""
    first, *rows = records
    return Sheet(headings(first.cells), tuple(rows), file_format, delimiter)
