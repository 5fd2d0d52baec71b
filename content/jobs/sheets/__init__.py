"""Files of rows: one :func:`parse` and one :func:`write`, whatever the format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from . import csv_files, json_files, xlsx_files
from .base import BETWEEN, MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Format, Row, Sheet, Unreadable, Value, text_of

__all__ = [
    "BETWEEN",
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Format",
    "Row",
    "Sheet",
    "Unreadable",
    "Value",
    "check_size",
    "format_of",
    "parse",
    "text_of",
    "write",
]


def check_size(size: int) -> None:
    """Raises :class:`Unreadable` for more bytes than a file may have."""
    if size > MAX_BYTES:
        raise Unreadable(_("The file is larger than %(limit)s MB."), limit=MAX_BYTES // 1024 // 1024)


def format_of(content: bytes, name: str = "") -> Format:
    """What the file is: by its first signs, and by its name only where these leave it open."""
    if content.startswith(xlsx_files.SIGNS):
        return Format.XLSX
    ending = name.lower().rpartition(".")[2]
    if ending in ("xlsx", "xlsm", "xls"):
        return Format.XLSX
    looks_like_json = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")
    return Format.JSON if ending == "json" or (looks_like_json and ending not in ("csv", "txt", "tsv")) else Format.CSV


def parse(content: bytes, name: str = "", sheet: str = "") -> Sheet:
    """The rows of a CSV, XLSX or JSON file. ``sheet`` names the sheet of a workbook; the first one if empty.

    Raises :class:`Unreadable` with a sentence for what cannot be read as a whole. Empty rows are left out, their
    numbers stay.
    """
    check_size(len(content))
    match format_of(content, name):
        case Format.XLSX:
            found = xlsx_files.read(content, sheet)
        case Format.JSON:
            found = json_files.read(content)
        case _:
            found = csv_files.read(content)
    if len(found.headers) > MAX_COLUMNS:
        raise Unreadable(_("The file has more than %(limit)s columns."), limit=MAX_COLUMNS)
    if not found.rows:
        raise Unreadable(_("The file has no rows below its headings."))
    return found


def write(
    file_format: Format, headings: Sequence[str], rows: Iterable[Sequence[Value]], delimiter: str = ","
) -> Iterator[bytes]:
    """The rows as a file of that format, piece by piece. No cell is run by a spreadsheet."""
    match file_format:
        case Format.XLSX:
            return xlsx_files.write([(xlsx_files.LISTINGS, headings, rows)])
        case Format.JSON:
            return json_files.write(headings, rows)
        case _:
            return csv_files.write(headings, rows, delimiter)
