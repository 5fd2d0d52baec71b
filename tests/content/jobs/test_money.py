"""What wages and costs come to: exact where it can be, and nothing where it cannot."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from content.jobs import money
from content.registers.models import ExchangeRate

TODAY = dt.date(2027, 3, 1)
OLDEST = TODAY - dt.timedelta(days=ExchangeRate.DAYS)


def rates(**by_currency: Any) -> dict[str, ExchangeRate]:
    """Rates of yesterday; a pair is a rate with its day."""
    made = {}
    for currency, given in by_currency.items():
        rupiah, on = given if isinstance(given, tuple) else (given, TODAY - dt.timedelta(days=1))
        made[currency] = ExchangeRate(currency=currency, rupiah=Decimal(str(rupiah)), on=on)
    return made


def sums(**amounts: float) -> dict[str, Decimal]:
    return {currency: Decimal(str(amount)) for currency, amount in amounts.items()}


# --- rupiah --------------------------------------------------------------------------------------------------------


def test_an_amount_is_converted_by_the_kept_rate_and_not_rounded() -> None:
    assert money.in_rupiah(Decimal("20000.50"), "TWD", TODAY, rates(TWD="490.1234")) == Decimal("9802713.061700")


def test_rupiah_needs_no_rate() -> None:
    assert money.in_rupiah(Decimal(5), "IDR", TODAY, {}) == 5


@pytest.mark.parametrize(
    ("on", "known"),
    [
        (TODAY, True),
        (OLDEST, True),
        (OLDEST - dt.timedelta(days=1), False),
        (TODAY + dt.timedelta(days=1), False),  # of a day that has not come: written past the form
    ],
)
def test_a_rate_counts_from_its_day_for_thirty_days(on: dt.date, known: bool) -> None:
    held = rates(TWD=(490, on))
    assert (money.in_rupiah(Decimal(1), "TWD", TODAY, held) is not None) is known
    assert (money.rate_of("TWD", TODAY, held) is not None) is known
    assert money.without_rate(["TWD", "IDR", "TWD"], TODAY, held) == ([] if known else ["TWD"])


def test_a_currency_without_a_rate_has_no_figure() -> None:
    assert money.in_rupiah(Decimal(1), "BND", TODAY, rates(TWD=490)) is None


def test_a_sum_with_one_unknown_part_is_unknown() -> None:
    assert money.sum_in_rupiah(sums(IDR=100, TWD=2), TODAY, rates(TWD=490)) == 1080
    assert money.sum_in_rupiah(sums(IDR=100, BND=2), TODAY, rates(TWD=490)) is None
    assert money.sum_in_rupiah({}, TODAY, {}) == 0


# --- by the month --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "hours", "wage", "by_month"),
    [
        ("month", None, 20000, 20000),
        ("month", 40, 20000, 20000),
        ("week", None, 300, 1300),
        ("hour", 45, 12, 2340),
        ("hour", None, 12, None),
        ("hour", 0, 12, None),
        ("day", 40, 100, None),
    ],
)
def test_a_wage_by_the_month_is_said_only_where_that_is_honest(
    period: str, hours: int | None, wage: int, by_month: int | None
) -> None:
    assert money.monthly(Decimal(wage), period, hours) == by_month


# --- months of wages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid", "months"),
    [
        (1, "0.5"),
        (4_900_000, "0.5"),
        (4_900_001, "1"),
        (9_800_000, "1"),
        (9_800_001, "1.5"),
        (98_000_000, "10"),
    ],
)
def test_costs_are_counted_in_monthly_wages_rounded_up_to_half_months(paid: int, months: str) -> None:
    found = money.months_to_repay(sums(IDR=paid), Decimal(20000), "TWD", TODAY, rates(TWD=490))
    assert found == Decimal(months)


def test_all_currencies_are_converted_before_they_are_added() -> None:
    held = rates(TWD=490, USD=16000)
    assert money.months_to_repay(sums(IDR=1_000_000, USD=300, TWD=8000), Decimal(20000), "TWD", TODAY, held) == 1
    assert money.months_to_repay(sums(IDR=1_000_000, USD=301, TWD=8164), Decimal(20000), "TWD", TODAY, held) == Decimal(
        "1.5"
    )


def test_costs_in_the_money_of_the_wage_need_no_rate() -> None:
    assert money.months_to_repay(sums(BND=700), Decimal(700), "BND", TODAY, {}) == 1


def test_nothing_to_pay_is_no_month() -> None:
    assert money.months_to_repay({}, None, "TWD", TODAY, {}) == 0


@pytest.mark.parametrize(
    ("costs", "wage", "held"),
    [
        (sums(IDR=1), None, rates(TWD=490)),  # no wage by the month
        (sums(IDR=1), Decimal(20000), {}),  # no rate of the wage
        (sums(IDR=1, USD=1), Decimal(20000), rates(TWD=490)),  # no rate of a cost
        (sums(IDR=1), Decimal(20000), rates(TWD=(490, OLDEST - dt.timedelta(days=1)))),  # too old
        (sums(IDR=1), Decimal(0), rates(TWD=490)),  # written past the form
    ],
)
def test_anything_unknown_leaves_the_months_unknown(costs: Any, wage: Any, held: Any) -> None:
    assert money.months_to_repay(costs, wage, "TWD", TODAY, held) is None


# --- what is left --------------------------------------------------------------------------------------------------


def test_what_is_left_stays_in_the_money_of_the_wage_where_it_can() -> None:
    assert money.left_of(Decimal(20000), "TWD", sums(TWD=2500), TODAY, {}) == (17500, "TWD")
    assert money.left_of(Decimal(20000), "TWD", sums(TWD=25000), TODAY, {}) == (-5000, "TWD")


def test_what_is_left_of_mixed_money_is_in_rupiah_or_unknown() -> None:
    taken = sums(TWD=2500, IDR=100_000)
    assert money.left_of(Decimal(20000), "TWD", taken, TODAY, rates(TWD=490)) == (8_475_000, "IDR")
    assert money.left_of(Decimal(20000), "TWD", taken, TODAY, {}) is None
    assert money.left_of(None, "TWD", taken, TODAY, rates(TWD=490)) is None
