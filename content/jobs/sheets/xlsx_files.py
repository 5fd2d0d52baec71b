"""XLSX workbooks: read sheet by sheet without trusting the file, written a row at a time.

A workbook is a ZIP of XML parts. Before openpyxl reads one, every part goes once through the same XML parser with nothing
kept: how much there is, how deep, how wide. So a few kilobytes that would unpack to gigabytes cost a second, not the server.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from content.registers.numbers import plain_number

from .base import BETWEEN, MAX_COLUMNS, MAX_ROWS, Format, Row, Sheet, Unreadable, Value, letter, sheet_of

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and what Office writes around a workbook with a password
SIGNS = (b"PK\x03\x04", b"PK\x05\x06", _OLD)
LISTINGS = "lowongan"

# 50,000 rows of our columns unpack to about 60 MB, in some 5 million elements and their attributes.
MAX_UNPACKED = 100 * 1024 * 1024
_MOST_PARTS = 1000
_MOST_ITEMS = 12_000_000
_MOST_ITEMS_OUTSIDE_ROWS = 500_000
_MOST_ITEMS_OF_A_ROW = 20_000
_DEEPEST = 100
_PIECE = 64 * 1024
_LONGEST_TAG = 1024 * 1024
# What is read and then let go, one by one: a row of cells, a text that cells share.
_ROWS = frozenset({"row", "si"})
_LAST_ROW = 1_048_576

_TOO_LARGE = _("This workbook unpacks to more than a list of openings holds. Copy the sheet alone into a new workbook.")
_NO_WORKBOOK = _("This is no XLSX workbook that can be read. Open it, save it as XLSX, and upload that file.")
_PROTECTED = _("This workbook is protected by a password. Save it without one.")
_OLD_FORMAT = _("This is a spreadsheet of the old kind (.xls). Save it as XLSX or CSV, and upload that file.")


class _Inspector:
    """Counts what the parts of a workbook hold, and raises :class:`Unreadable` where it is too much."""

    def __init__(self) -> None:
        self.items = self.outside = self.row = self.depth = 0
        self.inside = 0  # the depth at which the row began that is being read; 0: none

    def _start(self, name: str, attributes: list[str]) -> None:
        count = 1 + len(attributes) // 2
        self.depth += 1
        self.items += count
        if self.inside:
            self.row += count
        elif name.rpartition(":")[2] in _ROWS:
            self.inside, self.row = self.depth, count
        else:
            self.outside += count
        if (
            self.depth > _DEEPEST
            or self.items > _MOST_ITEMS
            or self.row > _MOST_ITEMS_OF_A_ROW
            or self.outside > _MOST_ITEMS_OUTSIDE_ROWS
        ):
            raise Unreadable(_TOO_LARGE)

    def _end(self, name: str) -> None:
        if self.depth == self.inside:
            self.inside = 0
        self.depth -= 1

    def _refuse(self, *args: Any) -> None:
        raise Unreadable(_NO_WORKBOOK)

    def look_at(self, part: Any) -> None:
        """One part. What is no XML ends where it is no XML: openpyxl's parser comes no further."""
        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._refuse  # no workbook has one; entities are declared there
        self.depth = self.inside = fed = 0
        try:
            while piece := part.read(_PIECE):
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                    raise Unreadable(_TOO_LARGE)
        except expat.ExpatError:
            return


def _inspect(archive: ZipFile) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(_PROTECTED)
    # No part gives more than it says: ZipFile stops there.
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(_TOO_LARGE)
    inspector = _Inspector()
    for part in parts:
        with archive.open(part) as opened:
            inspector.look_at(opened)


# --- reading ------------------------------------------------------------------------------------------------------


def read(content: bytes, wanted: str = "") -> Sheet:
    """The rows of one sheet: the one called ``wanted``, else the first that is not hidden."""
    if content.startswith(_OLD):
        raise Unreadable(_PROTECTED if "EncryptedPackage".encode("utf-16-le") in content else _OLD_FORMAT)
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            _inspect(archive)
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            records = list(_records(_chosen(book, wanted)))
        finally:
            book.close()
    except Unreadable:
        raise
    except Exception as error:
        # A broken or hostile file ends in nearly any error inside zipfile and openpyxl; all mean the same to an officer.
        raise Unreadable(_NO_WORKBOOK) from error
    if not records:
        raise Unreadable(_("The file has no rows below its headings."))
    return sheet_of(records, Format.XLSX)


def _chosen(book: Any, wanted: str) -> Any:
    if not wanted:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        return (shown or book.worksheets)[0]
    for sheet in book.worksheets:
        if sheet.title.strip().casefold() == wanted.strip().casefold():
            return sheet
    names = ", ".join(sheet.title for sheet in book.worksheets)
    raise Unreadable(_("The workbook has no sheet “%(name)s”. It has: %(names)s."), name=wanted, names=names)


def _records(sheet: Any) -> Iterator[Row]:
    """The rows in which something stands, with their numbers."""
    sheet.reset_dimensions()  # what the file says of its own size need not be so
    found = 0
    for number, values in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), 1):
        if number > _LAST_ROW:
            return
        if values.count(None) == len(values):
            continue
        cells = [_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            found += 1
            if found > MAX_ROWS + 1:
                raise Unreadable(_("The file has more than %(limit)s rows."), limit=MAX_ROWS)
            yield Row(number, tuple(cells))


def _text(value: Any) -> str:
    """A cell by its type, so that no doubt is left. A formula begins with “=” and is refused where cells are checked."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).upper()
        case int() | float():
            # A spreadsheet keeps fifteen digits; of a longer number the last ones are not those that were typed.
            return f"{value:e}" if abs(value) >= 10**15 else plain_number(Decimal(repr(value)))
        case datetime():
            return value.date().isoformat() if value.time() == value.time().min else value.isoformat(" ")
        case date():
            return value.isoformat()
        case _:
            return "=" if hasattr(value, "ref") else str(value)


# --- writing ------------------------------------------------------------------------------------------------------


def write(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> Iterator[bytes]:
    """A workbook of these sheets (name, headings, rows). It grows on disk; of rows never more than one is held."""
    book = Workbook(write_only=True)
    for name, headings, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for index in range(len(headings)):
            sheet.column_dimensions[letter(index)].width = 18
        sheet.append([_cell(sheet, heading) for heading in headings])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _cell(sheet: Any, value: Value) -> Any:
    """A typed cell. A text stays a text, whatever it begins with: nothing here is a formula."""
    if isinstance(value, list):
        value = BETWEEN.join(value)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        return cell
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
