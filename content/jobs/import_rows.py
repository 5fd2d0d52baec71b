"""What one row of an import may say: its columns, how they are read, and the form that checks a row.

Officers bring exports of official systems: Indonesian dates and decimals, codes of the registers. Nothing is guessed: a
number that could mean two things is refused with its reason.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.registers.labels import babel_locale
from content.registers.models import CostComponent, Occupation, Scheme, Source
from content.registers.numbers import read_number
from content.registers.text import fold

from . import contacts
from .models import Agency, AgencyContact, CostLine, JobListing, JobOrder, currency_validator
from .sheets import BETWEEN
from .vocabulary import Benefit, ContactKind, Education, Moment, Payer, Requirement, WagePeriod

MAX_CELL = 500
# Every component of the register has a line, and more.
MAX_COSTS = 2_000

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb february",
            "maret mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu ags aug august",
            "september sep sept",
            "oktober okt oct october",
            "november nov",
            "desember des dec december",
        ),
        1,
    )
    for name in names.split()
}
# What officers write for our codes: the word that we write too, and others.
_WORDS: dict[type[models.TextChoices], dict[str, str]] = {
    WagePeriod: {"jam": "hour", "hari": "day", "minggu": "week", "bulan": "month"},
    Payer: {"pekerja": "worker", "pemberi_kerja": "employer", "perusahaan": "agency", "pemerintah": "government"},
    Moment: {"sebelum": "before", "selama": "during", "sesudah": "after", "bulanan": "monthly"},
    Education: {"tanpa": "none"},
}
_ALSO: dict[type[models.TextChoices], dict[str, str]] = {Education: {"smk": "sma"}}


def word_of(vocabulary: type[models.TextChoices], code: str) -> str:
    """What an officer writes for a code; the code itself where there is no word."""
    return next((word for word, known in _WORDS.get(vocabulary, {}).items() if known == code), code)


def read_whole(text: str) -> int:
    """A whole number, thousands with or without dots."""
    number = read_number(text)
    if number != int(number):
        raise ValidationError(_("“%(text)s” is not a whole number."), params={"text": text})
    return int(number)


def read_date(text: str) -> dt.date:
    """“2026-12-31”, “31-12-2026”, “31/12/2026”, “31 Desember 2026”, “31 Des 2026”."""
    parts = [part for part in re.split(r"[\s./-]+", fold(text).strip()) if part]
    if len(parts) == 3 and all(re.fullmatch(r"[0-9]{1,4}|[a-z]+", part) for part in parts):
        first, middle, last = parts
        year, day = (first, last) if len(first) == 4 else (last, first)
        try:
            if len(year) == 4:
                return dt.date(int(year), _MONTHS.get(middle) or int(middle), int(day))
        except ValueError:
            pass  # no such day: refused below
    raise ValidationError(_("“%(text)s” is no date. Write 31-12-2026 or 31 Desember 2026."), params={"text": text})


def read_code(vocabulary: type[models.TextChoices]) -> Callable[[str], str]:
    """Reads a code of ``vocabulary``, or the Indonesian word that officers use for it."""
    known = {**{code: code for code in vocabulary.values}, **_WORDS.get(vocabulary, {}), **_ALSO.get(vocabulary, {})}

    def read(text: str) -> str:
        wanted = fold(text).strip().replace(" ", "_").replace("-", "_")
        if wanted not in known:
            raise ValidationError(
                _("“%(text)s” is no known code. Known: %(codes)s."),
                params={"text": text, "codes": ", ".join(vocabulary.values)},
            )
        return known[wanted]

    return read


def read_codes(vocabulary: type[models.TextChoices]) -> Callable[[str], list[str]]:
    """Reads several codes with a bar between them, in the order of the vocabulary."""
    one, order = read_code(vocabulary), vocabulary.values

    def read(text: str) -> list[str]:
        found = {one(part) for part in text.split(BETWEEN) if part.strip()}
        return [code for code in order if code in found]

    return read


_OURS = re.compile(r"'(?=[=+@-])")
_FORMULA = re.compile(r"[=+@]|-(?![0-9])")
# “+62 812 …” and “@nama” begin like a formula and can hold none.
_REACHED = re.compile(r"\+[0-9][0-9 ()./-]*|@[\w.]+")


def clean_cell(text: str, reaches: bool = False, longest: int = MAX_CELL) -> str:
    """The cell as text. Refuses what cannot be seen, what a spreadsheet would run, and what is far too long.

    ``reaches``: the cell holds a number or a name by which somebody is reached.
    """
    if len(text) > longest:
        raise ValidationError(_("This cell is longer than %(limit)s signs."), params={"limit": longest})
    cleaned = text.strip() if text.isascii() else unicodedata.normalize("NFC", text.replace("\u00a0", " ")).strip()
    # Our own download puts an apostrophe before what a spreadsheet would take for a formula.
    if _OURS.match(cleaned):
        cleaned = cleaned[1:]
    if not cleaned.isprintable() and any(unicodedata.category(sign)[0] == "C" for sign in cleaned):
        raise ValidationError(_("This cell holds a sign that cannot be seen. Type it anew."))
    if _FORMULA.match(cleaned) and not (reaches and _REACHED.fullmatch(cleaned)):
        raise ValidationError(_("This cell looks like a formula."))
    return cleaned


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, other names it may have, the model field, and how its cells are read.

    ``reaches``: its cells are numbers or names by which somebody is reached.
    """

    name: str
    read: Callable[[str], Any]
    help: Any
    example: str
    field: str = ""
    required: bool = True
    also: tuple[str, ...] = ()
    reaches: bool = False
    longest: int = MAX_CELL


class CellField(forms.CharField):
    """A cell, cleaned, then read by a function that refuses with a reason."""

    def __init__(self, column: Column) -> None:
        self.column = column
        super().__init__(required=column.required, strip=False)

    def __deepcopy__(self, memo: dict[int, Any]) -> CellField:
        return self  # holds nothing of a row: copying it for each one took a quarter of an import

    def clean(self, value: Any) -> Any:
        column = self.column
        text = clean_cell(value or "", column.reaches, column.longest)
        if not text:
            if self.required:
                raise ValidationError(_("This cell is empty."))
            return None
        return column.read(text)


COLUMNS: tuple[Column, ...] = (
    Column("izin", str, _("Licence number of the agency (SIP3MI)"), "CONTOH/SIP3MI/001", also=("sip3mi", "licence")),
    Column("referensi", str, _("The agency's own number of the opening; it finds the row again"), "TW-0001",
           field="reference", also=("ref", "reference")),
    Column("job_order", str, _("Number of the job order, already recorded here"), "CONTOH/JO/TW/001", field="job_order",
           also=("nomor_job_order", "order")),
    Column("pekerjaan", str, _("Occupation: code of four digits (ISCO-08)"), "5322", field="occupation",
           also=("jabatan", "occupation", "isco")),
    Column("negara", str, _("Country: ISO 3166 code of two letters, or its name"), "TW", field="country",
           also=("country",)),
    Column("kota", str, _("Town or region"), "Taichung", field="place", required=False, also=("place", "lokasi")),
    Column("skema", str, _("Code of the scheme"), "p2p", field="scheme", also=("scheme",)),
    Column("tempat", read_whole, _("Number of places"), "5", field="places", also=("places", "kuota")),
    Column("upah_min", read_number, _("Lowest wage"), "20.000", field="wage_min", also=("gaji_min", "gaji", "upah")),
    Column("upah_maks", read_number, _("Highest wage"), "22.000", field="wage_max", required=False,
           also=("gaji_maks",)),
    Column("mata_uang", str, _("Currency: ISO 4217 code of three letters"), "TWD", field="currency",
           also=("currency",)),
    Column("periode", read_code(WagePeriod), _("The wage is paid by: jam, hari, minggu, bulan"), "bulan",
           field="wage_period", also=("per",)),
    Column("jam_per_minggu", read_whole, _("Hours a week"), "48", field="hours_per_week", required=False),
    Column("kontrak_bulan", read_whole, _("Length of the contract in months"), "36", field="contract_months",
           also=("kontrak",)),
    Column("pendidikan", read_code(Education), _("Lowest schooling: tanpa, sd, smp, sma, d3, s1"), "smp",
           field="education", also=("education",)),
    Column("usia_min", read_whole, _("Lowest age"), "21", field="minimum_age"),
    Column("usia_maks", read_whole, _("Highest age"), "", field="maximum_age", required=False),
    Column("syarat", read_codes(Requirement), _("Codes of requirements, with | between them"),
           "language_basic|health_check", field="requirements", required=False, also=("persyaratan",)),
    Column("fasilitas", read_codes(Benefit), _("Codes of what comes with the job, with | between them"),
           "housing|meals", field="benefits", required=False, also=("benefit",)),
    Column("biaya", str, _("Cost lines component:payer:amount:currency:when, with | between them"),
           "medical_exam:pemberi_kerja:750.000:IDR:sebelum", field="cost_lines", required=False, also=("costs",),
           longest=MAX_COSTS),
    Column("kontak", str, _("Official contact of the agency, as it is recorded here"), "+62 000 0001 0001",
           field="contact", required=False, also=("kontak_resmi", "contact"), reaches=True),
    Column("tutup", read_date, _("Last day to apply"), "31-12-2026", field="closing_date", also=("batas", "tanggal_tutup")),
    Column("sumber", str, _("Code of the source; only examples have none"), "", field="source", required=False,
           also=("source",)),
    Column("diperiksa", read_date, _("Day on which somebody looked at the source"), "20-11-2026", field="checked_on",
           also=("tanggal_periksa",)),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
# Which column a model field or the field of a rule belongs to.
COLUMN_OF = {column.field: column.name for column in COLUMNS if column.field} | {"agency": "izin"}


@dataclass
class World:
    """The rows of the registers and of this room that cells name, fetched once for a whole file."""

    agencies: Mapping[str, Agency] = field(default_factory=dict)
    orders: Mapping[tuple[int, str], JobOrder] = field(default_factory=dict)
    occupations: Mapping[str, Occupation] = field(default_factory=dict)
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    components: Mapping[str, CostComponent] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    contacts: Mapping[tuple[int, str, str], AgencyContact] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> World:
        """Seven queries."""
        return cls(
            agencies={fold(agency.licence_number): agency for agency in Agency.objects.all()},
            orders={
                (order.agency_id, fold(order.number)): order
                for order in JobOrder.objects.select_related("work", "scheme")
            },
            occupations={row.code: row for row in Occupation.objects.select_related("work")},
            schemes={row.code: row for row in Scheme.objects.all()},
            components={row.code: row for row in CostComponent.objects.all()},
            sources={row.code: row for row in Source.objects.all()},
            contacts={(row.agency_id, row.kind, row.normal): row for row in official_contacts()},
            countries={
                fold(name): code
                for language in ("en", "id")
                for code, name in babel_locale(language).territories.items()
                if len(code) == 2
            },
        )


def official_contacts() -> models.QuerySet[AgencyContact]:
    """The ways to reach agencies that a listing may name. Nobody is reached at a bank account."""
    return AgencyContact.objects.exclude(kind=ContactKind.ACCOUNT)


def _known(table: Mapping[Any, Any], key: Any, text: str, sentence: Any) -> Any:
    try:
        return table[key]
    except KeyError:
        raise ValidationError(sentence, params={"text": text}) from None


_Cells = type("_Cells", (forms.Form,), {column.name: CellField(column) for column in COLUMNS})
_RELATIONS = ("agency", "job_order", "occupation", "scheme", "source", "contact", "code")
# What an empty cell means for a field that knows no NULL.
_EMPTY: dict[str, Callable[[], Any]] = {"place": str, "requirements": list, "benefits": list}


class ListingRowForm(_Cells):  # type: ignore[valid-type]
    """One row. ``world`` holds what its cells may name; :meth:`apply_to` writes them into a listing, not yet saved.

    ``data`` holds the cells of the columns that the file has, and no others.
    """

    def __init__(self, data: Mapping[str, str], world: World) -> None:
        super().__init__(data)
        self.world = world

    def _clean_fields(self) -> None:
        """As Django's own, without a bound field for each cell: nothing here is ever shown, and it cost an eighth."""
        for name, cell in self.fields.items():
            try:
                self.cleaned_data[name] = cell.clean(self.data.get(name, ""))
                if clean := getattr(self, f"clean_{name}", None):
                    self.cleaned_data[name] = clean()
            except ValidationError as error:
                self.add_error(name, error)

    def clean_izin(self) -> Agency:
        text = self.cleaned_data["izin"]
        return _known(self.world.agencies, fold(text), text, _("No agency with licence number “%(text)s” is recorded."))

    def clean_pekerjaan(self) -> Occupation:
        text = self.cleaned_data["pekerjaan"]
        return _known(self.world.occupations, text, text, _("No occupation with code “%(text)s” is recorded."))

    def clean_negara(self) -> str:
        text = self.cleaned_data["negara"]
        if re.fullmatch(r"[A-Za-z]{2}", text) and text.upper() in self.world.countries.values():
            return text.upper()
        return _known(self.world.countries, fold(text), text, _("No country is called “%(text)s”."))

    def clean_skema(self) -> Scheme:
        text = self.cleaned_data["skema"]
        return _known(self.world.schemes, text.lower(), text, _("No scheme with code “%(text)s” is recorded."))

    def clean_mata_uang(self) -> str:
        return self.cleaned_data["mata_uang"].upper()

    def clean_sumber(self) -> Source | None:
        text = self.cleaned_data["sumber"]
        sentence = _("No source with code “%(text)s” is recorded.")
        return _known(self.world.sources, text.lower(), text, sentence) if text else None

    def clean_biaya(self) -> list[CostLine]:
        text = self.cleaned_data["biaya"] or ""
        return [self._cost_line(part.strip()) for part in text.split(BETWEEN) if part.strip()]

    def _cost_line(self, text: str) -> CostLine:
        parts = [part.strip() for part in text.split(":")]
        if not 3 <= len(parts) <= 5:
            raise ValidationError(
                _("“%(text)s” is no cost line. Write component:payer:amount:currency:when."), params={"text": text}
            )
        component, payer, amount = parts[:3]
        currency, when = (*parts[3:], "", "")[:2]
        currency = (currency or "IDR").upper()
        currency_validator(currency)
        line = CostLine(
            component=_known(
                self.world.components, component.lower(), component, _("No cost component with code “%(text)s”.")
            ),
            payer=read_code(Payer)(payer),
            amount=read_number(amount),
            currency=currency,
            when=read_code(Moment)(when or Moment.BEFORE),
        )
        try:
            line.clean_fields(exclude=("listing", "component", "source"))
        except ValidationError as error:
            raise ValidationError(error.messages) from None  # all of them are of this one cell
        return line

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        agency, number, reached = cleaned.get("izin"), cleaned.get("job_order"), cleaned.get("kontak")
        if agency is None:
            return cleaned
        if number:
            cleaned["job_order"] = order = self.world.orders.get((agency.pk, fold(number)))
            if order is None:
                self._refuse("job_order", _("ORD-1 job order: %(agency)s has no job order “%(text)s” here."), number)
        if reached:
            cleaned["kontak"] = contact = self._contact(agency, reached)
            if contact is None:
                self._refuse("kontak", _("“%(text)s” is no official contact of %(agency)s recorded here."), reached)
        return cleaned

    def _contact(self, agency: Agency, text: str) -> AgencyContact | None:
        keys = ((agency.pk, kind, contacts.normal(kind, text)) for kind in ContactKind.values)
        return next((self.world.contacts[key] for key in keys if key in self.world.contacts), None)

    def _refuse(self, column: str, sentence: Any, text: str) -> None:
        self.add_error(column, ValidationError(sentence, params={"agency": self.cleaned_data["izin"], "text": text}))

    def apply_to(self, listing: JobListing) -> JobListing:
        """Set the fields and (in memory) the cost lines of ``listing`` to what the row says.

        A column that the file does not have says nothing: what is known already stays.
        """
        cleaned = self.cleaned_data
        listing.agency = cleaned["izin"]
        for column in COLUMNS:
            if not column.field or column.name not in self.data:
                continue
            value = cleaned[column.name]
            if value is None and column.field in _EMPTY:
                value = _EMPTY[column.field]()
            setattr(listing, column.field, value)
        listing.example = listing.agency.example
        return listing

    def check_listing(self, listing: JobListing) -> None:
        """Add what the model itself refuses to the errors of the columns."""
        for check in (lambda: listing.clean_fields(exclude=_RELATIONS), listing.clean):
            try:
                check()
            except ValidationError as error:
                for name, found in error.error_dict.items():
                    self.add_error(COLUMN_OF.get(name, "referensi"), found)
