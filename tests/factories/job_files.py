"""Files of listings for tests, as officers bring them: CSV, XLSX and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from content.jobs.import_rows import COLUMNS
from content.jobs.models import JobOrder
from tests.factories.jobs import ComponentFactory, JobOrderFactory, OccupationFactory, RuleFactory, day

NAMES = [column.name for column in COLUMNS]


def legal_world(places: int = 90_000) -> JobOrder:
    """The rows that a file of :func:`row` names: an agency with a job order of so many places."""
    RuleFactory()
    OccupationFactory()
    ComponentFactory()
    return JobOrderFactory(number="CONTOH/JO/1", agency__licence_number="CONTOH/SIP3MI/1", places=places)


def row(number: int = 1, **cells: str) -> dict[str, str]:
    """A legal row; ``cells`` replace some of its cells."""
    return {
        "izin": "CONTOH/SIP3MI/1",
        "referensi": f"TW-{number:05}",
        "job_order": "CONTOH/JO/1",
        "pekerjaan": "5322",
        "negara": "TW",
        "kota": "Taichung",
        "skema": "p2p",
        "tempat": "2",
        "upah_min": "20.000",
        "upah_maks": "",
        "mata_uang": "TWD",
        "periode": "bulan",
        "jam_per_minggu": "48",
        "kontrak_bulan": "36",
        "pendidikan": "smp",
        "usia_min": "21",
        "usia_maks": "",
        "syarat": "language_basic|health_check",
        "fasilitas": "housing",
        "biaya": "medical_exam:pemberi_kerja:750.000",
        "kontak": "",
        "tutup": day(30).strftime("%d-%m-%Y"),
        "sumber": "",
        "diperiksa": day(-2).strftime("%d/%m/%Y"),
        **cells,
    }


def text(rows: Iterable[dict[str, str]], delimiter: str = ",", names: list[str] = NAMES) -> str:
    """The rows as CSV."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, names, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def content(*rows: dict[str, str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """The rows as the bytes of a CSV file."""
    return text(rows, delimiter).encode(encoding)


def typed(number: int = 1, **cells: Any) -> dict[str, Any]:
    """The cells of :func:`row` as a spreadsheet holds them: numbers and days, no texts of them."""
    numbers = {"tempat": 2, "upah_min": 20000, "jam_per_minggu": 48, "kontrak_bulan": 36, "usia_min": 21}
    return {**row(number), **numbers, "pekerjaan": 5322, "tutup": day(30), "diperiksa": day(-2), **cells}


def workbook(*rows: dict[str, Any], names: Sequence[str] = NAMES, title: str = "Lembar1", **more: list[list]) -> bytes:
    """The rows as the bytes of an XLSX file; ``more`` are further sheets by their names."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append(list(names))
    for cells in rows:
        sheet.append([cells.get(name) for name in names])
    for name, lines in more.items():
        other = book.create_sheet(name)
        for line in lines:
            other.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def objects(*rows: dict[str, Any], alone: bool = False) -> bytes:
    """The rows as the bytes of a JSON file: below “listings”, or the list alone."""
    return json.dumps(list(rows) if alone else {"listings": list(rows)}, default=str).encode()


def example_rows(count: int) -> list[dict[str, str]]:
    """Legal rows under an agency and a job order of the examples."""
    names = {"izin": "CONTOH/SIP3MI/005", "job_order": "CONTOH/JO/MY-B", "pekerjaan": "9211", "negara": "MY"}
    cells = {**names, "mata_uang": "MYR", "upah_min": "1.700", "tempat": "1", "tutup": day(20).isoformat()}
    return [row(number, **cells) for number in range(count)]
