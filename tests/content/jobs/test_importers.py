"""Reading files of listings: what officers write is understood, what could mean two things is refused by name."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from content.jobs import exporters, importers
from content.jobs.import_rows import BY_NAME, COLUMNS, read_date
from content.jobs.importers import Unreadable, parse, preview
from content.jobs.models import JobListing
from content.jobs.sheets import MAX_BYTES, Format
from content.registers.models import DestinationRule
from tests.factories.job_files import content, legal_world, row, text
from tests.factories.jobs import day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "written",
    ["2026-12-31", "31-12-2026", "31/12/2026", "31.12.2026", "31 Desember 2026", "31 des 2026", "31-Dec-2026"],
)
def test_dates_are_read_the_indonesian_way(written: str) -> None:
    assert read_date(written) == dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    "written", ["31-12-26", "12/31/2026", "30 Februari 2026", "besok", "31 2026", "0-0-0000", "٣١-12-2026"]
)
def test_dates_that_are_unclear_are_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        read_date(written)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_is_read_in_every_promised_shape(delimiter: str, encoding: str) -> None:
    legal_world()
    result = preview(parse(content(row(kota="Málaga"), delimiter=delimiter, encoding=encoding)))
    assert (result.new, result.problems) == (1, [])


def test_headings_may_be_other_words_in_any_order() -> None:
    legal_world()
    file = "Sep=;\r\n" + text([row()], ";").replace("upah_min", " Gaji ").replace("izin", "SIP3MI").replace(
        "tutup", "Batas"
    )
    sheet = parse(file.encode())
    assert sheet.headers[0] == "SIP3MI"
    assert sheet.rows[0].number == 3
    assert preview(sheet).new == 1


def test_a_row_becomes_the_listing_it_describes() -> None:
    order = legal_world()
    (clean,) = importers.clean_rows(sheet := parse(content(row())), sheet.rows, importers.World.load(), {})
    listing = importers.judge(clean, {}, importers.ground_for([clean]), publish=False).listing
    assert listing.agency == order.agency
    assert (listing.job_order, listing.country, listing.wage_min) == (order, "TW", 20000)
    assert (listing.education, listing.minimum_age, listing.maximum_age) == ("smp", 21, None)
    assert listing.requirements == ["language_basic", "health_check"]
    assert listing.example is True
    (line,) = listing.cost_lines.all()
    assert (line.component.code, line.payer, line.amount, line.currency) == ("medical_exam", "employer", 750000, "IDR")


BAD_CELLS = {
    "unknown agency": ("izin", {"izin": "CONTOH/SIP3MI/9"}),
    "no reference": ("referensi", {"referensi": ""}),
    "unknown job order": ("job_order", {"job_order": "JO-9"}),
    "unknown occupation": ("pekerjaan", {"pekerjaan": "caregiver"}),
    "unknown country": ("negara", {"negara": "Atlantis"}),
    "a country that is no code": ("negara", {"negara": "ZQ"}),
    "unknown scheme": ("skema", {"skema": "umrah"}),
    "no places": ("tempat", {"tempat": "0"}),
    "half a place": ("tempat", {"tempat": "1,5"}),
    "more places than a number holds": ("tempat", {"tempat": "99999999999999"}),
    "unclear wage": ("upah_min", {"upah_min": "20,000"}),
    "highest wage below the lowest": ("upah_maks", {"upah_maks": "10.000"}),
    "unknown currency": ("mata_uang", {"mata_uang": "NT$"}),
    "unknown period": ("periode", {"periode": "abad"}),
    "unknown schooling": ("pendidikan", {"pendidikan": "s9"}),
    "highest age below the lowest": ("usia_maks", {"usia_maks": "20"}),
    "unknown requirement": ("syarat", {"syarat": "perawan"}),
    "unknown cost": ("biaya", {"biaya": "suap:pekerja:1"}),
    "unknown payer": ("biaya", {"biaya": "medical_exam:calo:1"}),
    "half a cost line": ("biaya", {"biaya": "medical_exam"}),
    "American date": ("tutup", {"tutup": "12/31/2026"}),
    "checked tomorrow": ("diperiksa", {"diperiksa": day(2).isoformat()}),
    "unknown source": ("sumber", {"sumber": "grup-facebook"}),
    "short address": ("kota", {"kota": "bit.ly/x"}),
    "address": ("kota", {"kota": "lowongan.example"}),
    "slash": ("kota", {"kota": "Taichung/Taipei"}),
    "currency that is none": ("mata_uang", {"mata_uang": "XXX"}),
    "currency that is gold": ("mata_uang", {"mata_uang": "XAU"}),
    "cost in no currency": ("biaya", {"biaya": "medical_exam:pekerja:750.000:XXX"}),
    "more hours than a week has": ("jam_per_minggu", {"jam_per_minggu": "169"}),
    "no hours": ("jam_per_minggu", {"jam_per_minggu": "0"}),
    "NUL": ("kota", {"kota": "Tai\x00chung"}),
    "right-to-left override": ("kota", {"kota": "Tai\u202echung"}),
    "zero-width joiner": ("referensi", {"referensi": "TW\u200d1"}),
    "emoji": ("kota", {"kota": "Taichung 🎉"}),
    "formula": ("kota", {"kota": '=HYPERLINK("http://evil.example","x")'}),
    "formula behind an apostrophe": ("kota", {"kota": "'@SUM(1)"}),
    "markup": ("kota", {"kota": "<script>"}),
    "far too long": ("kota", {"kota": "a" * 4000}),
    "longer than its field": ("kota", {"kota": "a" * 81}),
}


@pytest.mark.parametrize(("column", "cells"), BAD_CELLS.values(), ids=BAD_CELLS)
def test_a_bad_cell_is_named_with_row_column_and_reason(column: str, cells: dict[str, str]) -> None:
    legal_world()
    result = preview(parse(content(row(1), row(2, **cells))))
    assert (result.new, result.refused) == (1, 1)
    assert {(problem.row, problem.column) for problem in result.problems} == {(3, column)}
    assert all(problem.reason.strip() for problem in result.problems)


ILLEGAL_ROWS = {
    "DEST-1": ("negara", {"negara": "JP"}),
    "AGE-1": ("usia_min", {"usia_min": "17"}),
    "COST-1": ("biaya", {"biaya": "medical_exam:pekerja:750.000"}),
    "DATE-1": ("tutup", {"tutup": day(-1).isoformat()}),
    "ORD-1": ("job_order", {"tempat": "90001"}),
}


@pytest.mark.parametrize(
    ("rule", "column", "cells"), [(r, c, x) for r, (c, x) in ILLEGAL_ROWS.items()], ids=ILLEGAL_ROWS
)
def test_an_illegal_row_is_refused_with_the_name_of_its_rule(rule: str, column: str, cells: dict[str, str]) -> None:
    legal_world()
    result = preview(parse(content(row(**cells))))
    assert result.refused == 1
    assert (column, True) in {(problem.column, problem.reason.startswith(f"{rule} ")) for problem in result.problems}


def test_a_closed_destination_is_refused() -> None:
    legal_world()
    DestinationRule.objects.update(status="closed")
    (problem, *_more) = preview(parse(content(row()))).problems
    assert problem.column == "negara"


def test_rows_of_one_file_share_the_places_of_their_order() -> None:
    legal_world(places=5)
    rows = [row(1, tempat="3"), row(2, tempat="2"), row(3, tempat="1")]
    assert preview(parse(content(*rows)), publish=True).refused == 1
    assert preview(parse(content(*rows)), publish=False).refused == 0  # drafts offer nothing yet


def test_the_second_row_of_one_reference_is_refused() -> None:
    legal_world()
    (problem,) = preview(parse(content(row(1), row(2), row(1, tempat="9")))).problems
    assert (problem.row, problem.column) == (4, "referensi")
    assert "2" in problem.reason


def test_a_row_with_too_many_cells_is_refused_alone() -> None:
    legal_world()
    lines = text([row(1), row(2)]).splitlines()
    result = preview(parse("\r\n".join([lines[0], lines[1] + ",Rp 5,000", lines[2]]).encode()))
    assert (result.new, result.refused) == (1, 1)


def test_empty_rows_are_left_out_and_keep_their_numbers() -> None:
    legal_world()
    lines = text([row(1), row(2, usia_min="x")]).splitlines()
    (problem,) = preview(parse("\r\n".join([lines[0], "", lines[1], "," * 22, lines[2]]).encode())).problems
    assert problem.row == 5


UNREADABLE = {
    "nothing": b"",
    "headings only": text([]).encode(),
    "a spreadsheet": b"PK\x03\x04" + b"\x00" * 50,
    "UTF-16": text([row()]).encode("utf-16"),
    "UTF-32": text([row()]).encode("utf-32"),
    "zero bytes": b"\x00" * 400,
    "an undefined byte": text([row(kota="Málaga")]).encode("cp1252").replace(b"\xe1", b"\x81"),
    "an open quotation mark": text([row()]).encode() + b'"TW',
    "a cell of 200,000 signs": content(row(kota="a" * 200_000)),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
}


@pytest.mark.parametrize("bytes_", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_says_why(bytes_: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        parse(bytes_)
    assert len(str(error.value)) > 20


def test_a_file_that_is_too_large_says_so() -> None:
    with pytest.raises(Unreadable, match="10"):
        parse(b"a" * (MAX_BYTES + 1))


def test_missing_columns_are_named() -> None:
    with pytest.raises(Unreadable, match=r"izin.*diperiksa"):
        preview(parse(b"referensi,negara\n1,2\n"))


def test_a_preview_writes_nothing() -> None:
    legal_world()
    preview(parse(content(row(1), row(2, usia_min="12"))), publish=True)
    assert JobListing.objects.count() == 0


def test_the_refused_rows_come_back_as_a_file_that_can_be_mended() -> None:
    legal_world()
    sheet = parse(content(row(1), row(2, usia_min="12", kota="=1+1"), delimiter=";"))
    file = b"".join(importers.refused_file(sheet, preview(sheet).problems)).decode()
    assert file.startswith("\ufeff")
    headings, refused = csv.reader(io.StringIO(file.removeprefix("\ufeff")), delimiter=";")
    assert headings[-1] == "alasan"
    assert "kota:" in refused[-1]
    assert refused[headings.index("kota")] == "'=1+1"  # a spreadsheet shows it and does not run it
    mended = file.replace("'=1+1", "Taipei").replace(";12;", ";22;")
    assert preview(parse(mended.encode())).new == 1


def test_the_template_can_be_read_again() -> None:
    sheet = parse(b"".join(exporters.template(Format.CSV)))
    assert set(sheet.columns) == set(BY_NAME)


def test_the_guide_names_every_column_as_it_is() -> None:
    guide = (Path(settings.BASE_DIR) / "docs" / "guides" / "import.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)`( \*)? \| .* \| (?:`(.*)`)? ?\|$", guide, re.MULTILINE)
    assert [(name, bool(star), example.replace("\\|", "|")) for name, star, example in told] == [
        (column.name, column.required, column.example) for column in COLUMNS
    ]
