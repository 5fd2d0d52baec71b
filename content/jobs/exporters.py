"""Listings as files that the import reads again, and the empty file to fill in.

An export has exactly the columns of an import; what follows them (status and code) an import leaves alone. So a file that
goes out and comes back changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Model, QuerySet

from content.registers.models import CostComponent, Destination, Occupation, Scheme, Source

from . import sheets
from .import_rows import COLUMNS, word_of
from .models import CostLine, JobListing
from .sheets import Format, Value, xlsx_files
from .vocabulary import Benefit, ContactKind, Education, Moment, Payer, Requirement, WagePeriod

HEADINGS = (*(column.name for column in COLUMNS), "status", "kode")
CODES = "kode"
# So many listings are held at once; nothing is held open between them, however slowly a reader takes the file.
_CHUNK = 500


def _line(line: CostLine) -> str:
    amount = sheets.text_of(line.amount)
    return ":".join(
        (line.component.code, word_of(Payer, line.payer), amount, line.currency, word_of(Moment, line.when))
    )


def values_of(listing: JobListing) -> list[Value]:
    """The cells of a listing fetched ``with_parts``, in the order of :data:`HEADINGS`."""
    contact = listing.contact
    special: dict[str, Value] = {
        "izin": listing.agency.licence_number,
        "job_order": listing.job_order.number if listing.job_order else None,
        "pekerjaan": listing.occupation.code,
        "skema": listing.scheme_id,
        "periode": word_of(WagePeriod, listing.wage_period),
        "pendidikan": word_of(Education, listing.education),
        "biaya": [_line(line) for line in listing.cost_lines.all()],
        "kontak": contact.value if contact and contact.kind != ContactKind.ACCOUNT else None,
        "sumber": listing.source.code if listing.source else None,
    }
    cells = [
        special[column.name] if column.name in special else getattr(listing, column.field) or None for column in COLUMNS
    ]
    return [*cells, listing.status, listing.code]


def rows(listings: QuerySet[JobListing]) -> Iterator[list[Value]]:
    """The rows of these listings in their order: a query for their keys, then at most three for each few hundred."""
    keys = list(listings.values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        found = JobListing.objects.with_parts().in_bulk(chunk)
        yield from (values_of(found[key]) for key in chunk if key in found)


def export(listings: QuerySet[JobListing], file_format: Format) -> Iterator[bytes]:
    """The listings as a file, piece by piece."""
    return sheets.write(file_format, HEADINGS, rows(listings))


# --- the empty file -----------------------------------------------------------------------------------------------


def template(file_format: Format) -> Iterator[bytes]:
    """Headings and one row as an example of how to fill them; a workbook has a second sheet with every code."""
    names, example = [column.name for column in COLUMNS], [column.example for column in COLUMNS]
    if file_format is Format.XLSX:
        codes = (CODES, ["kolom", "kode", "arti"], list(_codes()))
        return xlsx_files.write([(xlsx_files.LISTINGS, names, [example]), codes])
    return sheets.write(file_format, names, [example])


def _codes() -> Iterator[list[Value]]:
    """Every code that a cell may hold, with its column and what it means in the active language."""
    registers: tuple[tuple[str, type[Model], str], ...] = (
        ("pekerjaan", Occupation, "code"),
        ("negara", Destination, "country"),
        ("skema", Scheme, "code"),
        ("biaya: component", CostComponent, "code"),
        ("sumber", Source, "code"),
    )
    vocabularies = (
        ("periode", WagePeriod),
        ("pendidikan", Education),
        ("syarat", Requirement),
        ("fasilitas", Benefit),
        ("biaya: payer", Payer),
        ("biaya: when", Moment),
    )
    for name, model, code in registers:
        for row in model._default_manager.all():
            yield [name, getattr(row, code), str(row)]
    for name, vocabulary in vocabularies:
        for value, label in vocabulary.choices:
            yield [name, word_of(vocabulary, value), str(label)]
