"""Amounts in rupiah by kept rates: pure functions. Where a rate is missing or too old there is no figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from .models import ExchangeRate

RUPIAH = "IDR"
Rates = Mapping[str, ExchangeRate]


def rate_of(currency: str, on: dt.date, rates: Rates) -> ExchangeRate | None:
    """The rate by which readers may be shown amounts on that day; ``None`` for one that is missing or too old."""
    rate = rates.get(currency)
    return rate if rate is not None and rate.is_current(on) else None


def in_rupiah(amount: Decimal, currency: str, on: dt.date, rates: Rates) -> Decimal | None:
    """``amount`` in rupiah, not rounded; ``None`` without a current rate."""
    if currency == RUPIAH:
        return amount
    rate = rate_of(currency, on, rates)
    return None if rate is None else amount * rate.rupiah
