"""CSV as officers bring it: UTF-8 (with or without BOM) or Windows-1252; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from .base import MAX_ROWS, Format, Row, Sheet, Unreadable, Value, sheet_of, text_of

# So many rows make a piece of a file that is sent.
_PIECE = 500


def _decoded(content: bytes) -> str:
    unreadable = Unreadable(_("This is no CSV file in UTF-8 or Windows-1252. Save it as CSV (UTF-8)."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content.count(0) * 10 > len(content):
        raise unreadable
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable


def _delimiter(line: str) -> str:
    outside = re.sub(r'"[^"]*"', "", line)
    return max(",;\t", key=outside.count)


def read(content: bytes) -> Sheet:
    """The rows of a CSV file."""
    text = _decoded(content)
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
                raise Unreadable(_("The file has more than %(limit)s rows."), limit=MAX_ROWS)
    except csv.Error:
        raise Unreadable(
            _("Row %(row)s cannot be read: a quotation mark is not closed, or a cell is far too long."),
            row=number + 1,
        ) from None
    if not records:
        raise Unreadable(_("The file has no rows below its headings."))
    return sheet_of(records, Format.CSV, delimiter)


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return f"'{cell}" if cell.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def write(headings: Sequence[str], rows: Iterable[Sequence[Value]], delimiter: str = ",") -> Iterator[bytes]:
    """CSV as Excel opens it: with BOM and CRLF."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    file.write("\ufeff")
    writer.writerow(map(harmless, headings))
    for number, row in enumerate(rows, 1):
        writer.writerow([harmless(text_of(value)) for value in row])
        if number % _PIECE == 0:
            yield file.getvalue().encode()
            file.seek(0)
            file.truncate()
    yield file.getvalue().encode()
