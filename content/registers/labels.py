"""Names of coded values in the reader's language: countries and currencies from CLDR, the rest from the registers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language


@lru_cache(maxsize=16)
def babel_locale(language: str | None) -> Locale:
    """CLDR data for ``language``; Indonesian where CLDR has none (mad, bjn) or only a part of it (jv, su)."""
    return Locale.parse("en" if language == "en" else "id")


def _locale(language: str | None) -> Locale:
    return babel_locale(language or get_language())


def country_name(code: str, language: str | None = None) -> str:
    """CLDR name of the ISO 3166 ``code``; the code itself when unknown."""
    return _locale(language).territories.get(code.upper(), code)


def number(value: Decimal | int | float, language: str | None = None) -> str:
    """A number with the separators of the language, without trailing zeros."""
    return format_decimal(value, locale=_locale(language))


def percent(value: Decimal | float, language: str | None = None) -> str:
    """``value`` is in per cent: 5.9 gives “5,9%”."""
    return format_percent(Decimal(value) / 100, format="#,##0.##%", locale=_locale(language))


def money(amount: Decimal | int, currency: str, language: str | None = None) -> str:
    """The amount with its currency as Indonesians write it: “Rp37.500”, “NT$20.000”, no cents when there are none."""
    locale = _locale(language)
    symbol = {"IDR": "Rp", "TWD": "NT$", "HKD": "HK$", "MYR": "RM", "SGD": "S$", "USD": "US$"}.get(currency, currency)
    digits = format_decimal(amount, format="#,##0.##", locale=locale)
    return f"{symbol}{digits}" if not symbol.isalpha() or len(symbol) < 3 else f"{symbol} {digits}"


def date(value: dt.date, language: str | None = None) -> str:
    """“22 November 2026” in the reader's language."""
    return format_date(value, "d MMMM y", locale=_locale(language))
