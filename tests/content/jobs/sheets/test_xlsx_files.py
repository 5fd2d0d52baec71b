"""Workbooks: typed cells are read without doubt, and a hostile file costs a moment and a sentence."""

from __future__ import annotations

import datetime as dt
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from content.jobs import sheets
from content.jobs.sheets import MAX_ROWS, Format, Unreadable, parse

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def book_of(*lines: list[Any], change: Callable[[Any], None] | None = None) -> bytes:
    """A workbook whose first sheet holds these lines."""
    book = Workbook()
    for line in lines:
        book.active.append(line)
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, part: bytes | str) -> bytes:
    """The workbook with one of its parts replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, part)
    return file.getvalue()


def cells_of(*lines: list[Any]) -> list[tuple[str, ...]]:
    return [row.cells for row in parse(book_of(["a", "b", "c", "d"], *lines)).rows]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (20000, "20000"),
        (20000.0, "20000"),
        (1.505, "1,505"),  # “1.505” would be read as thousands
        (1250000.5, "1250000,5"),
        (1700.1, "1700,1"),
        (5322, "5322"),
        (1234567890123456789, "1,234568e+18".replace(",", ".")),  # a spreadsheet has lost the last digits
        (dt.date(2026, 12, 31), "2026-12-31"),
        (dt.datetime(2026, 12, 31), "2026-12-31"),
        (dt.datetime(2026, 12, 31, 8, 30), "2026-12-31 08:30:00"),
        (True, "TRUE"),
        ("20.000", "20.000"),
        ("  Taichung ", "  Taichung "),
    ],
)
def test_a_cell_is_read_by_its_type(value: Any, text: str) -> None:
    assert cells_of([value]) == [(text,)]


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    content = book_of([], ["a", "b"], [], ["x"], [None, None], ["", " "], ["y", 2])
    sheet = parse(content)
    assert (sheet.headers, sheet.format) == (("a", "b"), Format.XLSX)
    assert [(row.number, row.cells) for row in sheet.rows] == [(4, ("x",)), (7, ("y", "2"))]


def test_the_first_shown_sheet_is_read_or_the_one_named() -> None:
    def more(book: Workbook) -> None:
        book.active.sheet_state = "hidden"
        for title in ("Lowongan", "Arsip"):
            book.create_sheet(title).append(["di", title])
            book[title].append(["isi", title])

    content = book_of(["rahasia"], ["x"], change=more)
    assert parse(content).headers == ("di", "Lowongan")
    assert parse(content, sheet=" arsip").headers == ("di", "Arsip")
    with pytest.raises(Unreadable, match=r"Lowongan, Arsip"):
        parse(content, sheet="Maret")


@pytest.mark.parametrize("value", ["=1+1", '=HYPERLINK("http://evil.example")', ArrayFormula("A2:A3", "=1+1")])
def test_a_formula_stays_one_to_be_refused_with_its_cell(value: Any) -> None:
    ((cell,),) = cells_of([value])
    assert cell.startswith("=")


def test_what_the_file_says_of_its_own_size_is_not_believed() -> None:
    content = book_of(["a"], ["x"], ["y"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read(SHEET).decode()
    assert 'ref="A1:A3"' in part
    for said in ("A1:A1", "A1:XFD1048576"):
        assert len(parse(with_part(content, SHEET, part.replace("A1:A3", said))).rows) == 2


# --- hostile files -----------------------------------------------------------------------------------------------


def _bomb() -> bytes:
    return with_part(book_of(["a"], ["x"]), SHEET, HEAD + " " * 200_000_000 + TAIL)


def _external_entity() -> bytes:
    declared = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    part = HEAD.replace("?>", "?>" + declared) + '<row><c t="str"><v>&e;</v></c></row>' * 3 + TAIL
    return with_part(book_of(["a"], ["x"]), SHEET, part)


def _laughing_entities() -> bytes:
    names = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 10}">' for n in range(9)]
    part = HEAD.replace("?>", f"?><!DOCTYPE x [{''.join(names)}]>") + "<row><c><v>&e8;</v></c></row>" + TAIL
    return with_part(book_of(["a"], ["x"]), SHEET, part)


def _another_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return file.getvalue()


def _said_smaller() -> bytes:
    """The directory of the archive says that the sheet is small."""
    content = bytearray(with_part(book_of(["a"], ["x"]), SHEET, HEAD + " " * 150_000_000 + TAIL))
    at = content.rindex(b"PK\x01\x02" + content[content.rindex(SHEET.encode()) - 42 :][:0])
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(content)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a bomb": _bomb,
    "a bomb that says it is small": _said_smaller,
    "an external entity": _external_entity,
    "entities of entities": _laughing_entities,
    "an entity in UTF-16": lambda: with_part(
        book_of(["a"], ["x"]),
        SHEET,
        ('<!DOCTYPE x [<!ENTITY e "x">]>' + HEAD.partition("?>")[2] + TAIL).encode("utf-16"),
    ),
    "a million levels": lambda: with_part(book_of(["a"], ["x"]), SHEET, HEAD + "<a>" * 1_000_000),
    "a row of a million cells": lambda: with_part(
        book_of(["a"], ["x"]), SHEET, HEAD + "<row>" + "<c/>" * 1_000_000 + "</row>" + TAIL
    ),
    "a million things that are no rows": lambda: with_part(
        book_of(["a"], ["x"]), SHEET, HEAD + "<x/>" * 1_000_000 + TAIL
    ),
    "a tag of a million attributes": lambda: with_part(
        book_of(["a"], ["x"]), SHEET, HEAD + "<row " + " ".join(f'a{n}=""' for n in range(1_000_000)) + "/>" + TAIL
    ),
    "a thousand parts": lambda: _many_parts(),
    "another ZIP": _another_zip,
    "half a ZIP": lambda: book_of(["a"], ["x"])[:-200],
    "no ZIP": lambda: b"PK\x03\x04" + bytes(range(256)) * 20,
    "an old spreadsheet": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "a password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "a part with a password": lambda: _encrypted_part(),
    "no rows": lambda: book_of(["a", "b"]),
    "nothing": lambda: book_of(),
    "a cell in the last row of all": lambda: with_part(
        book_of(["a"], ["x"]), SHEET, f'{HEAD}<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>{TAIL}'
    ),
    "more rows than we take": lambda: with_part(
        book_of(["a"], ["x"]), SHEET, HEAD + "<row><c><v>1</v></c></row>" * (MAX_ROWS + 2) + TAIL
    ),
    "more columns than we take": lambda: book_of([f"kolom {n}" for n in range(150)], ["x"]),
}


def _many_parts() -> bytes:
    file = io.BytesIO(book_of(["a"], ["x"]))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(1000):
            archive.writestr(f"xl/{number}.xml", "<a/>")
    return file.getvalue()


def _encrypted_part() -> bytes:
    content = bytearray(book_of(["a"], ["x"]))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_costs_a_moment_and_a_sentence(make: Callable[[], bytes]) -> None:
    content = make()
    assert len(content) <= sheets.MAX_BYTES
    tracemalloc.start()
    start = time.process_time()
    try:
        with pytest.raises(Unreadable) as error:
            parse(content, "x.xlsx")
        spent, peak = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(str(error.value)) > 20
    assert spent < 20  # seconds of a machine that traces every allocation
    assert peak < 150_000_000


def test_a_million_empty_cells_are_left_out() -> None:
    row = "<row>" + '<c s="0"/>' * 25 + "</row>"
    filled = '<row><c t="inlineStr"><is><t>{}</t></is></c></row>'
    part = HEAD + filled.format("a") + row * 40_000 + filled.format("x") + TAIL
    start = time.process_time()
    sheet = parse(with_part(book_of(["a"], ["x"]), SHEET, part))
    assert [(found.number, found.cells) for found in sheet.rows] == [(40_002, ("x",))]
    assert time.process_time() - start < 20


def test_a_name_that_says_workbook_is_not_enough() -> None:
    with pytest.raises(Unreadable):
        parse(b"a,b\n1,2\n", "lowongan.xlsx")
    assert parse(book_of(["a"], ["x"]), "lowongan.csv").format == Format.XLSX


# --- writing -----------------------------------------------------------------------------------------------------


def test_what_is_written_is_typed_and_nothing_is_a_formula() -> None:
    cells = ["=1+1", "+62 812", "-1", "@x", Decimal("1250000.50"), dt.date(2026, 12, 31), ["a", "b"], None, "\x00x"]
    content = b"".join(sheets.write(Format.XLSX, ["k"] * 9, [cells]))
    (_headings, written) = load_workbook(io.BytesIO(content)).active.iter_rows()
    assert [cell.data_type for cell in written] == ["s", "s", "s", "s", "n", "d", "s", "n", "s"]
    assert [cell.value for cell in written][4:8] == [1250000.5, dt.datetime(2026, 12, 31), "a|b", None]
    (row,) = parse(content).rows
    assert row.cells[:7] == ("=1+1", "+62 812", "-1", "@x", "1250000,5", "2026-12-31", "a|b")
