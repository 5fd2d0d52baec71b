"""Amounts and dates as people of each language write them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest

from content.registers import labels
from content.registers.models import Source


@pytest.mark.parametrize(
    ("low", "high", "indonesian", "english"),
    [
        ("9800000", None, "Rp9,8 juta", "Rp9.8 million"),
        ("9849999.99", "10750000", "Rp9,8–10,8 juta", "Rp9.8–10.8 million"),
        ("9800000", "9810000", "Rp9,8 juta", "Rp9.8 million"),  # equal once rounded
        ("13475000", "14210000", "Rp13,5–14,2 juta", "Rp13.5–14.2 million"),
        ("1000000", None, "Rp1 juta", "Rp1 million"),
        ("999999", None, "Rp1 juta", "Rp1 million"),
        ("994999", None, "Rp990.000", "Rp990,000"),
        ("900000", "1100000", "Rp900.000–Rp1.100.000", "Rp900,000–Rp1,100,000"),
        ("247300", None, "Rp250.000", "Rp250,000"),
        ("980", None, "Rp980", "Rp980"),
        ("12.6", None, "Rp13", "Rp13"),
        ("0.4", None, "Rp0", "Rp0"),
        ("950000000", "1200000000", "Rp950 juta–Rp1,2 miliar", "Rp950 million–Rp1.2 billion"),
    ],
)
def test_a_converted_amount_says_no_more_than_its_rate_knows(
    low: str, high: str | None, indonesian: str, english: str
) -> None:
    ends = [Decimal(end) for end in (low, high) if end]
    assert labels.about_rupiah(*ends, language="id") == indonesian
    assert labels.about_rupiah(*ends, language="en") == english


def test_a_regional_language_writes_amounts_as_indonesian_does() -> None:
    assert labels.about_rupiah(Decimal(9800000), language="jv") == "Rp9,8 juta"


def test_a_short_date_is_short_in_each_language() -> None:
    assert labels.short_date(dt.date(2026, 5, 3), "id") == "3 Mei 2026"
    assert labels.short_date(dt.date(2026, 12, 3), "en") == "3 Dec 2026"


@pytest.mark.parametrize(("code", "known"), [("TWD", True), ("XOF", True), ("XAU", False), ("XXX", False), ("ZZZ", False), ("DEM", False), ("twd", False), ("", False)])  # fmt: skip
def test_only_money_is_a_currency(code: str, known: bool) -> None:
    assert labels.is_currency(code) is known


def test_a_currency_has_a_name_in_each_language() -> None:
    assert labels.currency_name("JPY", "id") == "Yen Jepang"
    assert labels.currency_name("JPY", "en") == "Japanese Yen"
    assert labels.currency_name("ZZZ", "en") == "ZZZ"


@dataclass
class Entry:
    """An entry as far as its check goes."""

    verified_on: dt.date
    published: tuple[str, ...] = ()
    check_kind: str = "desk"

    @property
    def cited(self) -> list[Source]:
        return [Source(published=words) for words in self.published]


@pytest.mark.parametrize(
    ("day", "published", "how", "shown"),
    [
        ("2017-01-01", ("2017",), "desk", "2017"),
        ("2025-12-01", ("2024", "2025-12"), "desk", "Desember 2025"),
        # A day that somebody knows stays that day.
        ("2026-01-01", ("2017",), "desk", "1 Januari 2026"),
        ("2025-12-02", ("2025-12",), "desk", "2 Desember 2025"),
        ("2025-12-01", ("2025-12-01",), "desk", "1 Desember 2025"),
        ("2025-12-01", ("2025-12",), "called", "1 Desember 2025"),
        ("2017-01-01", (), "desk", "1 Januari 2017"),
    ],
)
def test_a_check_is_told_as_exactly_as_its_source_tells_it(
    day: str, published: tuple[str, ...], how: str, shown: str
) -> None:
    assert labels.checked_on(Entry(dt.date.fromisoformat(day), published, how), "id") == shown
