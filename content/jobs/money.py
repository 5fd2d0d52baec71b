"""What a wage and its costs come to: pure functions of amounts and kept rates.

Nothing is guessed. Where a rate is too old or a period says nothing of a month there is no figure, and the page says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

from content.registers.rates import RUPIAH as RUPIAH
from content.registers.rates import Rates as Rates
from content.registers.rates import in_rupiah as in_rupiah
from content.registers.rates import rate_of as rate_of

from .vocabulary import WagePeriod

WEEKS_OF_A_YEAR, MONTHS_OF_A_YEAR = 52, 12
_HALF = Decimal("0.5")

# Sums by their currency: amounts of different money are never added.
Sums = Mapping[str, Decimal]


def sum_in_rupiah(sums: Sums, on: dt.date, rates: Rates) -> Decimal | None:
    """All of ``sums`` in rupiah; ``None`` where one of them has no current rate."""
    total = Decimal(0)
    for currency, amount in sums.items():
        converted = in_rupiah(amount, currency, on, rates)
        if converted is None:
            return None
        total += converted
    return total


def without_rate(currencies: Iterable[str], on: dt.date, rates: Rates) -> list[str]:
    """The currencies that have no current rate, each once."""
    return [code for code in dict.fromkeys(currencies) if code != RUPIAH and rate_of(code, on, rates) is None]


def monthly(wage: Decimal, period: str, hours_per_week: int | None) -> Decimal | None:
    """``wage`` by the month, where that is honest: nobody says for how many days a daily wage is paid."""
    match period:
        case WagePeriod.MONTH:
            return wage
        case WagePeriod.WEEK:
            return wage * WEEKS_OF_A_YEAR / MONTHS_OF_A_YEAR
        case WagePeriod.HOUR if hours_per_week:
            return wage * hours_per_week * WEEKS_OF_A_YEAR / MONTHS_OF_A_YEAR
        case _:
            return None


def months_to_repay(costs: Sums, wage: Decimal | None, currency: str, on: dt.date, rates: Rates) -> Decimal | None:
    """How many whole monthly wages ``costs`` come to, rounded up to half months; ``None`` where anything is unknown.

    ``wage`` is the lowest one by the month. Costs in its own currency need no rate.
    """
    if not costs:
        return Decimal(0)
    if wage is None or wage <= 0:
        return None
    if set(costs) == {currency}:
        paid, earned = costs[currency], wage
    else:
        total, in_money = sum_in_rupiah(costs, on, rates), in_rupiah(wage, currency, on, rates)
        if total is None or in_money is None:
            return None
        paid, earned = total, in_money
    return (paid / earned / _HALF).to_integral_value(ROUND_CEILING) * _HALF


def left_of(wage: Decimal | None, currency: str, taken: Sums, on: dt.date, rates: Rates) -> tuple[Decimal, str] | None:
    """What is left of a monthly wage once ``taken`` is off it, and in which currency: its own, else rupiah."""
    if wage is None:
        return None
    if set(taken) <= {currency}:
        return wage - taken.get(currency, Decimal(0)), currency
    off, earned = sum_in_rupiah(taken, on, rates), in_rupiah(wage, currency, on, rates)
    return None if off is None or earned is None else (earned - off, RUPIAH)
