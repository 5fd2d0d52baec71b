"""From the bytes of a file to listings: what is in it, what is wrong with which cell, what it would change.

Pure up to :func:`judge`: :func:`parse` reads bytes, :func:`clean_rows` runs one form a row, :func:`judge` compares a row
with what stands in the database and asks the rules. Nothing here writes; ``import_runs`` does.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.core.background import CHUNK
from content.registers.text import fold

from . import rules
from .import_rows import BY_NAME, COLUMN_OF, COLUMNS, ListingRowForm, World
from .models import CostLine, JobListing

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 50_000
REASON = "alasan"


class Unreadable(Exception):
    """The file as a whole cannot be read; ``str()`` says why in the active language."""

    def __init__(self, message: Promise | str, **values: Any) -> None:
        super().__init__(message)
        self.message, self.values = message, values

    def __str__(self) -> str:
        return str(self.message) % self.values


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file; ``number`` is the one a spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The file: which column stands where, and its rows."""

    headers: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    delimiter: str = ","

    def cell(self, row: Row, column: str) -> str:
        """The cell of a column by its name; empty where the row is short or the file has no such column."""
        index = self.columns.get(column)
        return row.cells[index] if index is not None and index < len(row.cells) else ""


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: the row, the column (as in the file where it has it), the reason in words."""

    row: int
    column: str
    reason: str


# --- reading ------------------------------------------------------------------------------------------------------


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise Unreadable(gettext_lazy("The file is larger than %(limit)s MB."), limit=MAX_BYTES // 1024 // 1024)
    if content.startswith(b"PK\x03\x04"):
        raise Unreadable(gettext_lazy("This is a spreadsheet. Save it as CSV (UTF-8) and upload that file."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content.count(0) * 10 > len(content):
        raise Unreadable(gettext_lazy("This is no CSV file in UTF-8 or Windows-1252. Save it as CSV (UTF-8)."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(gettext_lazy("This is no CSV file in UTF-8 or Windows-1252. Save it as CSV (UTF-8)."))


def _delimiter(line: str) -> str:
    outside = re.sub(r'"[^"]*"', "", line)
    return max(",;\t", key=outside.count)


def _name_of(header: str) -> str:
    """The name of our column that a header means, or nothing."""
    wanted = re.sub(r"[^a-z0-9]+", "_", fold(header)).strip("_")
    if wanted in BY_NAME:
        return wanted
    return next((column.name for column in COLUMNS if wanted in column.also), "")


def _columns(headers: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, header in enumerate(headers):
        name = _name_of(header)
        if name in columns:
            raise Unreadable(gettext_lazy("Two columns mean “%(name)s”."), name=name)
        if name:
            columns[name] = index
    missing = [column.name for column in COLUMNS if column.required and column.name not in columns]
    if missing:
        raise Unreadable(gettext_lazy("These columns are missing: %(names)s."), names=", ".join(missing))
    return columns


def parse(content: bytes) -> Sheet:
    """The rows of a CSV file: UTF-8 (with or without BOM) or Windows-1252; comma, semicolon or tab.

    Raises :class:`Unreadable` with a sentence for what cannot be read as a whole. Empty rows are left out, their
    numbers stay.
    """
    text = _text(content)
    first = text.partition("\n")[0]
    marked = re.fullmatch(r"sep=(.)\r?", first, re.IGNORECASE)  # written by Excel
    delimiter = marked[1] if marked else _delimiter(first)
    records: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in cells) and not (marked and number == 1):
                records.append(Row(number, tuple(cells)))
            if len(records) > MAX_ROWS + 1:
                raise Unreadable(gettext_lazy("The file has more than %(limit)s rows."), limit=MAX_ROWS)
    except csv.Error:
        raise Unreadable(
            gettext_lazy("Row %(row)s cannot be read: a quotation mark is not closed, or a cell is far too long."),
            row=number + 1,
        ) from None
    if len(records) < 2:
        raise Unreadable(gettext_lazy("The file has no rows below its headings."))
    headers = records[0].cells
    return Sheet(headers, _columns(headers), tuple(records[1:]), delimiter)


# --- checking -----------------------------------------------------------------------------------------------------


@dataclass
class CleanRow:
    """A row after its form: ready to be compared, or with its problems."""

    row: Row
    form: ListingRowForm | None
    problems: list[Problem] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, str] | None:
        """What finds the listing again: agency and reference."""
        if self.form is None or self.problems:
            return None
        return self.form.cleaned_data["izin"].pk, self.form.cleaned_data["referensi"]


def _problems(row: Row, error: ValidationError | Mapping[str, Any]) -> list[Problem]:
    return [
        Problem(row.number, column, str(message))
        for column, found in dict(error).items()
        for message in ValidationError(found).messages
    ]


def clean_rows(sheet: Sheet, rows: Iterable[Row], world: World, seen: dict[tuple[int, str], int]) -> Iterator[CleanRow]:
    """One form a row. ``seen`` remembers which row named a listing first: the second one is refused."""
    for row in rows:
        if len(row.cells) > len(sheet.headers):
            reason = _(
                "This row has more cells than the headings. Put cells that hold a separator into quotation marks."
            )
            yield CleanRow(row, None, [Problem(row.number, sheet.headers[-1], reason)])
            continue
        form = ListingRowForm({name: sheet.cell(row, name) for name in BY_NAME}, world)
        if not form.is_valid():
            yield CleanRow(row, None, _problems(row, form.errors.as_data()))
            continue
        key = (form.cleaned_data["izin"].pk, form.cleaned_data["referensi"])
        first = seen.setdefault(key, row.number)
        if first != row.number:
            reason = _("Row %(row)s already holds this reference of this agency.") % {"row": first}
            yield CleanRow(row, None, [Problem(row.number, "referensi", reason)])
            continue
        yield CleanRow(row, form)


# --- comparing ----------------------------------------------------------------------------------------------------

# What an import writes of a listing. The status is an officer's: it is set for a new listing only.
FIELDS = (
    *(
        JobListing._meta.get_field(column.field).attname
        for column in COLUMNS
        if column.field not in ("", "cost_lines", "reference")
    ),
    "example",
)


def plain(value: Any) -> Any:
    """A value of a field as JSON holds it, equal for equal values."""
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal("0.01")))
    return value if value is None or isinstance(value, str | int | bool | list) else value.isoformat()


def snapshot(listing: JobListing) -> dict[str, Any]:
    """What an import writes of a listing, as plain values that can be stored and compared."""
    lines = [
        [line.component_id, line.payer, plain(Decimal(line.amount)), line.currency, line.when]
        for line in listing.cost_lines.all()
    ]
    values = {name: plain(getattr(listing, name)) for name in FIELDS}
    for name in ("wage_min", "wage_max"):
        if values[name] is not None:
            values[name] = plain(Decimal(values[name]))
    return {**values, "cost_lines": sorted(lines)}


def restore(listing: JobListing, held: Mapping[str, Any]) -> list[CostLine]:
    """Set the fields of ``listing`` to a snapshot; the cost lines that belong to it, not yet saved."""
    for name in FIELDS:
        setattr(listing, name, JobListing._meta.get_field(name.removesuffix("_id")).to_python(held[name]))
    return [
        CostLine(listing=listing, component_id=component, payer=payer, amount=amount, currency=currency, when=when)
        for component, payer, amount, currency, when in held["cost_lines"]
    ]


@dataclass
class Verdict:
    """What a row would do. ``listing`` carries the new values, its cost lines in memory; ``before`` the old ones."""

    kind: Literal["new", "changed", "unchanged", "refused"]
    row: Row
    listing: JobListing | None = None
    before: dict[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)


def existing(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], JobListing]:
    """The listings that stand under these agencies and references: two queries."""
    wanted = set(keys)
    found = JobListing.objects.with_parts().filter(
        agency__in={agency for agency, _reference in wanted}, reference__in={reference for _agency, reference in wanted}
    )
    return {key: listing for listing in found if (key := (listing.agency_id, listing.reference)) in wanted}


def judge(clean: CleanRow, held: Mapping[tuple[int, str], JobListing], ground: rules.Ground, publish: bool) -> Verdict:
    """Compare a row with what stands, and ask every rule. Counts the places it would offer in ``ground``."""
    key = clean.key
    if key is None or clean.form is None:
        return Verdict("refused", clean.row, problems=clean.problems)
    listing = held.get(key)
    before = snapshot(listing) if listing is not None else None
    status = listing.status if listing is not None else None
    listing = clean.form.apply_to(listing or JobListing())
    clean.form.check_listing(listing)
    problems = _problems(clean.row, clean.form.errors.as_data())
    if not problems:
        found = rules.refusals(listing, ground=ground) if before is None else rules.faults(listing, ground=ground)
        problems = [Problem(clean.row.number, COLUMN_OF[outcome.rule.field], str(outcome)) for outcome in found]
    if problems:
        return Verdict("refused", clean.row, problems=problems)
    offers = status == JobListing.Status.PUBLISHED or (status is None and publish)
    if offers and listing.job_order_id is not None:
        # A row that is not stored yet is counted under its own number, below zero.
        ground.take(listing.pk or -clean.row.number, listing.job_order_id, listing.places)
    if before is None:
        return Verdict("new", clean.row, listing)
    kind: Literal["changed", "unchanged"] = "unchanged" if snapshot(listing) == before else "changed"
    return Verdict(kind, clean.row, listing, before)


def ground_for(clean: Sequence[CleanRow]) -> rules.Ground:
    """The rows that the rules read for these rows: three queries."""
    cleaned = [row.form.cleaned_data for row in clean if row.form is not None and not row.problems]
    return rules.Ground.of(
        {values["negara"] for values in cleaned}, {values["job_order"].pk for values in cleaned if values["job_order"]}
    )


@dataclass
class Preview:
    """What a file would do: counts, and every problem with its row, column and reason."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)


def preview(sheet: Sheet, publish: bool = False) -> Preview:
    """Rehearse the whole file. Writes nothing."""
    world, seen, result = World.load(), {}, Preview(rows=len(sheet.rows))
    clean = list(clean_rows(sheet, sheet.rows, world, seen))
    ground = ground_for(clean)
    for start in range(0, len(clean), CHUNK):
        chunk = clean[start : start + CHUNK]
        held = existing(row.key for row in chunk if row.key is not None)
        for row in chunk:
            verdict = judge(row, held, ground, publish)
            setattr(result, verdict.kind, getattr(result, verdict.kind) + 1)
            result.problems += verdict.problems
    return result


# --- files for officers -------------------------------------------------------------------------------------------


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return f"'{cell}" if cell.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _csv(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """CSV as Excel opens it: with BOM and CRLF."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + file.getvalue()


def refused_file(sheet: Sheet, problems: Iterable[Problem]) -> str:
    """The refused rows as a file of the same columns with the reasons beside them, to be mended and uploaded again."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row, []).append(f"{problem.column}: {problem.reason}")
    width = len(sheet.headers)
    rows = [
        [*(row.cells + ("",) * width)[:width], " ".join(reasons[row.number])]
        for row in sheet.rows
        if row.number in reasons
    ]
    return _csv([[*sheet.headers, REASON], *rows], sheet.delimiter)


def template_file() -> str:
    """Headings and one row as an example of how to fill them."""
    return _csv([[column.name for column in COLUMNS], [column.example for column in COLUMNS]])
