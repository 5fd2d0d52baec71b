"""From the bytes of a file to listings: what is in it, what is wrong with which cell, what it would change.

Pure up to :func:`judge`: :func:`parse` reads bytes, :func:`clean_rows` runs one form a row, :func:`judge` compares a row
with what stands in the database and asks the rules. Nothing here writes; ``import_runs`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.core.background import CHUNK

from . import headings, likeness, rules, sheets
from .headings import REASON
from .import_rows import COLUMN_OF, COLUMNS, ListingRowForm, World
from .models import CostLine, JobListing
from .sheets import Format, Row, Sheet, Unreadable

Progress = Callable[[int, int], None]
MISSING = gettext_lazy("These columns are missing: %(names)s.")


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: the row, the column (as in the file where it has it), the reason in words."""

    row: int
    column: str
    reason: str


# --- reading ------------------------------------------------------------------------------------------------------


def parse(content: bytes, name: str = "", sheet: str = "", choice: headings.Choice | None = None) -> Sheet:
    """The file with its columns: as chosen, else as its headings say. Raises :class:`Unreadable`.

    Columns may be missing (:func:`headings.missing`); then nothing can be previewed yet.
    """
    found = sheets.parse(content, name, sheet)
    return with_columns(found, headings.recognised(found.headers) if choice is None else choice)


def with_columns(sheet: Sheet, choice: headings.Choice) -> Sheet:
    """The sheet, its columns read as chosen."""
    return replace(sheet, columns=headings.places(sheet.headers, choice))


def refuse_missing(sheet: Sheet) -> None:
    """Raises :class:`Unreadable` that names the columns which must be there and are not."""
    if missing := headings.missing(sheet.columns):
        raise Unreadable(MISSING, names=", ".join(missing))


# --- checking -----------------------------------------------------------------------------------------------------

_TOO_WIDE = gettext_lazy(
    "This row has more cells than the headings. Put cells that hold a separator into quotation marks."
)


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
        if sheet.has_more(row):
            reason = _TOO_WIDE if sheet.format == Format.CSV else _("Something stands beyond the last heading.")
            yield CleanRow(row, None, [Problem(row.number, sheet.headers[-1], str(reason))])
            continue
        form = ListingRowForm({name: sheet.cell(row, name) for name in sheet.columns}, world)
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


def _line(line: CostLine) -> list[Any]:
    return [line.component_id, line.payer, plain(Decimal(line.amount)), line.currency, line.when]


def snapshot(listing: JobListing) -> dict[str, Any]:
    """What an import writes of a listing, as plain values that can be stored and compared."""
    values = {name: plain(getattr(listing, name)) for name in FIELDS}
    for name in ("wage_min", "wage_max"):
        if values[name] is not None:
            values[name] = plain(Decimal(values[name]))
    return {**values, "cost_lines": sorted(map(_line, listing.cost_lines.all()))}


def held_lines(listing: JobListing) -> list[list[Any]]:
    """Its stored cost lines with what an import does not speak of: their keys and sources."""
    return [[line.pk, line.source_id, *_line(line)] for line in listing.cost_lines.all()]


def restore(listing: JobListing, held: Mapping[str, Any]) -> None:
    """Set the fields of ``listing`` to a snapshot."""
    for name in FIELDS:
        setattr(listing, name, JobListing._meta.get_field(name.removesuffix("_id")).to_python(held[name]))


def restored_lines(listing: JobListing, lines: Iterable[Sequence[Any]]) -> list[CostLine]:
    """The cost lines of :func:`held_lines`, not yet saved, under the keys that they had."""
    return [
        CostLine(
            pk=pk,
            source_id=source,
            listing=listing,
            component_id=component,
            payer=payer,
            amount=amount,
            currency=currency,
            when=when,
        )
        for pk, source, component, payer, amount, currency, when in lines
    ]


@dataclass
class Verdict:
    """What a row would do. ``listing`` carries the new values, its cost lines in memory; ``before`` and ``lines`` the old."""

    kind: Literal["new", "changed", "unchanged", "refused"]
    row: Row
    listing: JobListing | None = None
    before: dict[str, Any] | None = None
    lines: list[list[Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def named(keys: Iterable[tuple[int, str]]) -> list[int]:
    """The ids of the listings of any of these agencies under any of these references: one query.

    Not left to the database as part of the next one: PostgreSQL knows nothing yet of a table that an import has just
    filled, and reads all of it for each row.
    """
    wanted = set(keys)
    agencies, references = {agency for agency, _reference in wanted}, {reference for _agency, reference in wanted}
    found = JobListing.objects.filter(agency__in=agencies, reference__in=references)
    return list(found.order_by().values_list("pk", flat=True))


def existing(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], JobListing]:
    """The listings that stand under these agencies and references: four queries."""
    wanted = set(keys)
    found = JobListing.objects.with_parts().filter(pk__in=named(wanted))
    return {key: listing for listing in found if (key := (listing.agency_id, listing.reference)) in wanted}


def judge(clean: CleanRow, held: Mapping[tuple[int, str], JobListing], ground: rules.Ground, publish: bool) -> Verdict:
    """Compare a row with what stands, and ask every rule. Counts the places it would offer in ``ground``."""
    key = clean.key
    if key is None or clean.form is None:
        return Verdict("refused", clean.row, problems=clean.problems)
    listing = held.get(key)
    before = snapshot(listing) if listing is not None else None
    lines = held_lines(listing) if listing is not None else []
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
    return Verdict(kind, clean.row, listing, before, lines)


def ground_for(
    clean: Sequence[CleanRow], ground: rules.Ground | None = None, listings: Iterable[int] | None = None
) -> rules.Ground:
    """The rows that the rules read for these rows, besides those that ``ground`` holds already.

    ``listings`` names the stored listings that the rows change, as for :meth:`rules.Ground.of`.
    """
    cleaned = [row.form.cleaned_data for row in clean if row.form is not None and not row.problems]
    found = ground or rules.Ground.of([], [])
    orders = {values["job_order"].pk for values in cleaned if values["job_order"]}
    found.extend({values["negara"] for values in cleaned}, orders, listings)
    return found


@dataclass
class Preview:
    """What a file would do: counts, every problem with its row, column and reason, and what looks like another opening.

    ``warnings`` holds the row, and the listing or the other row of the file that it is like.
    """

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[tuple[int, int | None, int | None]] = field(default_factory=list)


def preview(sheet: Sheet, publish: bool = False, progress: Progress | None = None) -> Preview:
    """Rehearse the whole file. Writes nothing. Raises :class:`Unreadable` when columns are missing."""
    refuse_missing(sheet)
    world, seen, result = World.load(), {}, Preview(rows=len(sheet.rows))
    ground: rules.Ground | None = None
    written: dict[int, likeness.Traits] = {}  # by the number of the row
    for start in range(0, len(sheet.rows), CHUNK):
        clean = list(clean_rows(sheet, sheet.rows[start : start + CHUNK], world, seen))
        ground = ground_for(clean, ground)
        held = existing(row.key for row in clean if row.key is not None)
        for row in clean:
            verdict = judge(row, held, ground, publish)
            setattr(result, verdict.kind, getattr(result, verdict.kind) + 1)
            result.problems += verdict.problems
            if verdict.kind in ("new", "changed") and verdict.listing is not None:
                key = verdict.listing.pk or -row.row.number
                written[row.row.number] = likeness.of_listing(verdict.listing, key)
        if progress:
            progress(min(start + CHUNK, len(sheet.rows)), len(sheet.rows))
    result.problems = [replace(problem, column=sheet.heading_of(problem.column)) for problem in result.problems]
    result.warnings = list(_likenesses(written))
    return result


def _likenesses(written: Mapping[int, likeness.Traits]) -> Iterator[tuple[int, int | None, int | None]]:
    """Which rows would bring an opening that looks like another one, each once."""
    rows = {traits.key: number for number, traits in written.items()}
    blocks = {traits.block for traits in written.values()}
    stored = likeness.comparable().filter(occupation__in={block[0] for block in blocks})
    others = (t for t in likeness.of_stored(stored) if t.block in blocks and t.key not in rows)
    likest: dict[int, int] = {}
    for pair in likeness.pairs([*others, *written.values()], likeness.apart()):
        for key, other in (pair, pair[::-1]):
            # Of two rows of the file the lower one is told; of a row and a listing the row.
            if key in rows and (other not in rows or rows[other] < rows[key]):
                likest.setdefault(key, other)
    for key, other in sorted(likest.items(), key=lambda pair: rows[pair[0]]):
        yield (rows[key], None, rows[other]) if other in rows else (rows[key], other, None)


# --- files for officers -------------------------------------------------------------------------------------------


def refused_file(sheet: Sheet, problems: Iterable[Problem]) -> Iterator[bytes]:
    """The refused rows with the reasons beside them, in the format they came in, to be mended and uploaded again."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row, []).append(f"{problem.column}: {problem.reason}")
    width = len(sheet.headers)
    kept = [heading for heading in sheet.headers if heading != REASON]
    dropped = sheet.headers.index(REASON) if REASON in sheet.headers else None

    def cells(row: Row) -> list[str]:
        found = list((row.cells + ("",) * width)[:width])
        if dropped is not None:
            del found[dropped]
        return found

    rows = ([*cells(row), " ".join(reasons[row.number])] for row in sheet.rows if row.number in reasons)
    return sheets.write(sheet.format, [*kept, REASON], rows, sheet.delimiter)
