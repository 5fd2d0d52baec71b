"""Exports: what goes out comes back and changes nothing, in every format, and no spreadsheet runs any of it."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from content.jobs import exporters, importers
from content.jobs.import_rows import COLUMNS
from content.jobs.models import CostLine, JobListing
from content.jobs.sheets import Format, parse
from content.jobs.vocabulary import Benefit, Education, Moment, Payer, Requirement, WagePeriod
from tests.factories.job_files import legal_world
from tests.factories.jobs import (
    AgencyContactFactory,
    ComponentFactory,
    CostLineFactory,
    JobOrderFactory,
    SourceFactory,
    legal_listing,
)

pytestmark = pytest.mark.django_db
EVERY_FORMAT = pytest.mark.parametrize("file_format", list(Format), ids=str)


def every_kind_of_listing() -> None:
    """Listings that use every field, every code and every kind of contact, and one that uses as few as possible."""
    order = legal_world()
    contacts = [
        AgencyContactFactory(agency=order.agency, kind=kind, value=value)
        for kind, value in (
            ("phone", "+62 000 (12) 34-56"), ("email", "info@contoh.example"), ("link", "https://contoh.example/"),
            ("handle", "@contoh.jaya"),
        )
    ]  # fmt: skip
    periods, schools = list(WagePeriod), list(Education)
    for number in range(8):
        listing = legal_listing(
            job_order=order,
            place=["Málaga", "St. Gallen", "Kota D’Or", "臺中"][number % 4],
            wage_min=Decimal("20000.50") + number,
            wage_max=Decimal("99999999999.99") if number % 2 else None,
            wage_period=periods[number % 4],
            education=schools[number % 6],
            hours_per_week=40 if number % 2 else None,
            maximum_age=45 if number % 3 else None,
            requirements=list(Requirement) if number % 2 else [],
            benefits=list(Benefit)[: number + 1],
            contact=contacts[number % 4],
            source=SourceFactory() if number % 2 else None,
        )
        for payer, moment in zip(Payer, Moment, strict=True):
            amount = Decimal("0.00") if payer == "worker" else Decimal("750000.25")
            CostLineFactory(listing=listing, payer=payer, when=moment, amount=amount, currency="TWD")
    JobListing.objects.filter(pk=listing.pk).update(status="on_hold")
    for number in range(16):
        CostLineFactory(listing=listing, component=ComponentFactory(code=f"komponen-yang-panjang-{number}"))
    legal_listing(job_order=order, place="")


def exported(file_format: Format) -> bytes:
    return b"".join(exporters.export(JobListing.objects.order_by("reference"), file_format))


@EVERY_FORMAT
def test_what_goes_out_comes_back_unchanged(file_format: Format) -> None:
    every_kind_of_listing()
    result = importers.preview(importers.parse(exported(file_format)))
    assert (result.problems, result.unchanged) == ([], 9)


@EVERY_FORMAT
def test_an_export_has_the_columns_of_an_import_and_then_status_and_code(file_format: Format) -> None:
    every_kind_of_listing()
    sheet = parse(exported(file_format))
    assert sheet.format == file_format
    if file_format is not Format.JSON:
        assert sheet.headers == (*(column.name for column in COLUMNS), "status", "kode")
    held = dict(JobListing.objects.values_list("code", "status"))
    at = [sheet.headers.index(name) for name in ("kode", "status")]
    assert {row.cells[at[0]]: row.cells[at[1]] for row in sheet.rows} == held


def test_numbers_and_days_are_typed_where_the_format_has_types() -> None:
    legal_listing(wage_min=Decimal("20000.50"))
    book = load_workbook(io.BytesIO(exported(Format.XLSX)))
    headings, cells = (list(row) for row in book.active.iter_rows())
    by_name = {heading.value: cell for heading, cell in zip(headings, cells, strict=True)}
    assert (by_name["upah_min"].value, by_name["tutup"].is_date) == (20000.5, True)
    (listing,) = json.loads(exported(Format.JSON))["listings"]
    assert (listing["upah_min"], listing["tempat"]) == (20000.5, 5)


@EVERY_FORMAT
def test_no_cell_is_run_by_a_spreadsheet(file_format: Format) -> None:
    """Also of a row that was written past every validator."""
    listing = legal_listing()
    JobListing.objects.filter(pk=listing.pk).update(reference="=1+1", place="@SUM(A1)")
    content = exported(file_format)
    if file_format is Format.XLSX:
        cells = [cell for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
    elif file_format is Format.CSV:
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "-"))]


def test_rows_are_fetched_a_few_hundred_at_a_time(django_assert_num_queries: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(exporters, "_CHUNK", 2)
    order = JobOrderFactory()
    for _number in range(5):
        legal_listing(job_order=order)
    with django_assert_num_queries(1 + 3 * 2):
        assert len(list(exporters.rows(JobListing.objects.order_by("-pk")))) == 5


def test_a_bank_account_is_no_contact_of_an_export(settings: Any) -> None:
    settings.CONTACT_HASH_KEY = ["1:kunci"]
    listing = legal_listing()
    account = AgencyContactFactory(agency=listing.agency, kind="account", value="002 1234567890")
    JobListing.objects.filter(pk=listing.pk).update(contact=account)
    account.refresh_from_db()
    assert account.value.startswith("002 ")
    assert account.value not in exported(Format.CSV).decode()


# --- the template ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", [Format.CSV, Format.XLSX], ids=str)
def test_the_template_can_be_read_again(file_format: Format) -> None:
    sheet = importers.parse(b"".join(exporters.template(file_format)))
    assert list(sheet.columns) == [column.name for column in COLUMNS]
    assert sheet.cell(sheet.rows[0], "kontak").lstrip("'") == "+62 000 0001 0001"


def test_the_second_sheet_of_the_template_names_every_code() -> None:
    legal_world()
    sheet = parse(b"".join(exporters.template(Format.XLSX)), sheet="kode")
    told = {(row.cells[0], row.cells[1]) for row in sheet.rows}
    assert {("pekerjaan", "5322"), ("negara", "TW"), ("skema", "p2p"), ("biaya: component", "medical_exam")} <= told
    assert {("syarat", code) for code in Requirement} | {("fasilitas", code) for code in Benefit} <= told
    assert {("periode", "bulan"), ("biaya: payer", "pekerja"), ("biaya: when", "bulanan")} <= told
    assert all(row.cells[2].strip() for row in sheet.rows)


# --- the command -------------------------------------------------------------------------------------------------


@EVERY_FORMAT
def test_the_command_writes_a_file(file_format: Format, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    legal_listing()
    path = tmp_path / f"lowongan.{file_format}"
    call_command("export_jobs", output=path)
    assert importers.preview(importers.parse(path.read_bytes(), path.name)).unchanged == 1
    assert "1 listing" in capsys.readouterr().out


def test_the_command_takes_the_format_it_is_told_and_some_of_the_listings(tmp_path: Path) -> None:
    legal_listing(reference="A")
    JobListing.objects.filter(pk=legal_listing(reference="B").pk).update(status="closed")
    call_command("export_jobs", output=tmp_path / "x", format="json", status=["closed"])
    assert [one["referensi"] for one in json.loads((tmp_path / "x").read_bytes())["listings"]] == ["B"]
    with pytest.raises(CommandError, match="--format"):
        call_command("export_jobs", output=tmp_path / "x")
    with pytest.raises(CommandError):
        call_command("export_jobs", output=tmp_path / "tidak" / "ada.csv")


def test_a_cost_line_of_nothing_is_a_line() -> None:
    listing = legal_listing()
    CostLineFactory(listing=listing, amount=0)
    assert exporters.values_of(JobListing.objects.with_parts().get())[19] == [
        "medical_exam:pemberi_kerja:0:IDR:sebelum"
    ]
    assert CostLine.objects.count() == 1
