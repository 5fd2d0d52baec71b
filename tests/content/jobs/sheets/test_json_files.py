"""JSON: what our export writes and what others write like it; what is none says so."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from content.jobs import sheets
from content.jobs.sheets import MAX_ROWS, Format, Unreadable, parse


def cells_of(text: str) -> tuple[str, ...]:
    (row,) = parse(text.encode(), "x.json").rows
    return row.cells


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ('"Taichung"', "Taichung"),
        ("20000", "20000"),
        ("20000.50", "20000,50"),  # never a float, and no dot that stands for thousands
        ("1.505", "1,505"),
        ("1e5", "1e5"),
        ('"20.000"', "20.000"),
        ("null", ""),
        ("true", "true"),
        ('["housing", "meals"]', "housing|meals"),
        ("[]", ""),
        ("9" * 5000, "9" * 5000),
        ('{"a": 1}', "{…}"),
        ('[["a"]]', "{…}"),
        ('"\\ud800x"', "\ufffdx"),  # half a sign, which nothing can hold
    ],
)
def test_a_value_becomes_the_cell_it_means(value: str, cell: str) -> None:
    assert cells_of(f'[{{"a": "-", "b": {value}}}]') == ("-", cell)


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_list_alone_or_as_our_export_writes_it(wrapped: bool) -> None:
    listings = [{"a": 1}, {}, {"b": "x"}]
    text = json.dumps({"dibuat": "2026", "listings": listings} if wrapped else listings)
    sheet = parse(b"\xef\xbb\xbf \n" + text.encode())  # known by its first sign, also without a name
    assert (sheet.format, sheet.headers) == (Format.JSON, ("a", "b"))
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ("1", "")), (3, ("", "x"))]


HOSTILE = {
    "10,000 levels": "[" * 10_000 + "]" * 10_000,
    "10,000 levels inside a listing": '[{"a": ' + "[" * 10_000 + "]" * 10_000 + "}]",
    "five million brackets": "[" + "[]," * 3_000_000 + "[]]",
    "NaN": '[{"a": NaN}]',
    "Infinity": '[{"a": -Infinity}]',
    "a name twice": '[{"a": 1, "a": 2}]',
    "half a file": '[{"a": 1}',
    "a number": "1",
    "no objects": "[1, 2]",
    "no list": '{"listings": {"a": 1}}',
    "another list": '{"jobs": [{"a": 1}]}',
    "nothing": "",
    "an empty list": "[]",
    "empty objects": "[{}, {}]",
    "thousands of names": json.dumps([{f"k{number}": 1} for number in range(1000)]),
    "too many rows": json.dumps([{"a": 1}] * (MAX_ROWS + 1)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_read_says_why(text: str) -> None:
    with pytest.raises(Unreadable) as error:
        parse(text.encode(), "lowongan.json")
    assert len(str(error.value)) > 20


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp1252"])
def test_another_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(Unreadable):
        parse('[{"a": "Málaga"}]'.encode(encoding), "x.json")


def test_what_is_written_is_read_again() -> None:
    cells = ["=1", Decimal("20000.00"), Decimal("0.5"), Decimal("999999999999.99"), dt.date(2026, 1, 2), ["a"], None]
    names = [f"k{number}" for number in range(7)]
    content = b"".join(sheets.write(Format.JSON, names, [cells] * 1200))
    assert json.loads(content)["listings"][0] == {
        "k0": "=1", "k1": 20000, "k2": 0.5, "k3": 999999999999.99, "k4": "2026-01-02", "k5": ["a"],
    }  # fmt: skip
    sheet = parse(content)
    assert len(sheet.rows) == 1200
    assert sheet.rows[7].cells == ("=1", "20000", "0,5", "999999999999,99", "2026-01-02", "a")
    assert json.loads(b"".join(sheets.write(Format.JSON, ["a"], []))) == {"listings": []}
