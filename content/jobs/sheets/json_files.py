"""JSON as our own export writes it: ``{"listings": [{"izin": …}, …]}``, or the list alone.

Numbers, days (2026-12-31) and lists of codes are taken as they are meant; a text is read as in any other file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _

from .base import BETWEEN, MAX_COLUMNS, MAX_ROWS, Format, Row, Sheet, Unreadable, Value, headings

LISTINGS = "listings"
_NO_JSON = _("This is no JSON file of listings. It holds a list of objects, or an object with the list “listings”.")
# A list of openings has an object for each and a list for each of its codes.
_MOST_BRACKETS = MAX_ROWS * 5
_PIECE = 500


def _no_constant(name: str) -> NoReturn:
    raise Unreadable(_("The file holds “%(name)s”, which is no number."), name=name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        name = next(name for name in names if names.count(name) > 1)
        raise Unreadable(_("An object of the file names “%(name)s” twice."), name=_seen(name)[:60])
    return found


def _seen(text: str) -> str:
    """The text without halves of signs, which no file and no database can hold."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _cell(value: Any) -> str:
    """The value as a cell. A number arrives as :func:`read` has written it; what has no place in a cell is refused later."""
    match value:
        case None:
            return ""
        case str():
            return _seen(value)
        case bool():
            return str(value).lower()
        case list() if all(isinstance(part, str) for part in value):
            return _seen(BETWEEN.join(value))
        case _:
            return "{…}"


def read(content: bytes) -> Sheet:
    """The rows of a JSON file, numbered from 1."""
    if content.count(b"{") + content.count(b"[") > _MOST_BRACKETS:
        raise Unreadable(_("The file has more than %(limit)s rows."), limit=MAX_ROWS)
    try:
        found = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            # Never a float, and with a comma: a dot would stand for thousands in a cell.
            parse_float=lambda text: text.replace(".", ","),
            parse_int=str,
        )
    except (ValueError, RecursionError):
        raise Unreadable(_NO_JSON) from None
    listings = found.get(LISTINGS) if isinstance(found, dict) else found
    if not isinstance(listings, list) or not all(isinstance(one, dict) for one in listings):
        raise Unreadable(_NO_JSON)
    if len(listings) > MAX_ROWS:
        raise Unreadable(_("The file has more than %(limit)s rows."), limit=MAX_ROWS)
    return _sheet(listings)


def _sheet(listings: list[dict[str, Any]]) -> Sheet:
    names: dict[str, None] = {}
    for one in listings:
        names.update(dict.fromkeys(one))
        if len(names) > MAX_COLUMNS:
            raise Unreadable(_("The file has more than %(limit)s columns."), limit=MAX_COLUMNS)
    rows = []
    for number, one in enumerate(listings, 1):
        cells = tuple(_cell(one.get(name)) for name in names)
        if any(cell.strip() for cell in cells):
            rows.append(Row(number, cells))
    return Sheet(headings([_seen(name) for name in names]), tuple(rows), Format.JSON)


def _plain(value: Value) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, date) else value


def write(names: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """An object a line, without what is empty. A wage of fourteen digits is held by a float exactly."""
    piece = [f'{{"{LISTINGS}": [\n']
    before = ""
    for number, row in enumerate(rows, 1):
        cells = zip(names, row, strict=True)
        one = {name: _plain(value) for name, value in cells if value is not None and value not in ("", [])}
        piece.append(before + json.dumps(one, ensure_ascii=False, separators=(",", ":")))
        before = ",\n"
        if number % _PIECE == 0:
            yield "".join(piece).encode()
            piece.clear()
    yield ("".join(piece) + "\n]}\n").encode()
