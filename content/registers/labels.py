"""Names of coded values in the reader's language: countries and currencies from CLDR, the rest from the registers."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from babel.units import format_unit
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


@cache
def _currencies_of_today() -> frozenset[str]:
    """By CLDR, what some country takes as legal tender and has not given up."""
    uses = chain.from_iterable(get_global("territory_currencies").values())
    return frozenset(code for code, _since, until, tender in uses if tender and until is None)


def is_currency(code: str) -> bool:
    """Whether wages are paid in it somewhere today, by its ISO 4217 ``code``: no metal, no fund, no Deutsche Mark."""
    return code in _currencies_of_today()


def currency_name(code: str, language: str | None = None) -> str:
    """CLDR name of the ISO 4217 ``code``; the code itself when unknown."""
    return _locale(language).currencies.get(code, code)


_MILLION = 1_000_000
# Nobody's wage is converted to a finer sum than this.
_FINEST = 100_000


def _rounded(amount: Decimal) -> int:
    """To two figures, above ten million to 0.1 million: what a rate of another day can still say."""
    whole = int(amount)
    step = min(_FINEST, 10 ** max(len(str(whole)) - 2, 0))
    return int((amount / step).to_integral_value(ROUND_HALF_UP)) * step


def about_rupiah(low: Decimal, high: Decimal | None = None, language: str | None = None) -> str:
    """An amount or a span that was converted, as people say it: “Rp9,8 juta”, “Rp9,8–10,8 juta”, “Rp250.000”."""
    ends = list(dict.fromkeys(_rounded(amount) for amount in (low, high) if amount is not None))
    if min(ends) < _MILLION:
        return "–".join(money(end, "IDR", language) for end in ends)
    locale = _locale(language)
    said = [format_compact_decimal(end, format_type="long", locale=locale, fraction_digits=1) for end in ends]
    figures, scales = zip(*(words.split() for words in said), strict=True)
    if len(set(scales)) > 1:
        return "–".join(f"Rp{words}" for words in said)
    return f"Rp{'–'.join(figures)} {scales[0]}"


def date(value: dt.date, language: str | None = None) -> str:
    """“22 November 2026” in the reader's language."""
    return format_date(value, "d MMMM y", locale=_locale(language))


def short_date(value: dt.date, language: str | None = None) -> str:
    """“22 Nov 2026”: where there is little room."""
    return format_date(value, "d MMM y", locale=_locale(language))


def month(value: dt.date, language: str | None = None) -> str:
    """“Maret 2027” in the reader's language."""
    return format_date(value, "MMMM y", locale=_locale(language))


def checked_on(entry: Any, language: str | None = None) -> str:
    """When an entry was checked, as exactly as its sources say: one that tells its year alone has no first of January."""
    day, sources = entry.verified_on, getattr(entry, "cited", None)
    if getattr(entry, "check_kind", "") != "called":
        if sources is None:
            held = getattr(entry, "sources", None)
            sources = held.all() if held else [source] if (source := getattr(entry, "source", None)) else []
        published = {source.published for source in sources}
        if day.day == 1 and f"{day:%Y-%m}" in published:
            return month(day, language)
        if (day.month, day.day) == (1, 1) and f"{day:%Y}" in published:
            return f"{day:%Y}"
    return date(day, language)


def duration(seconds: int, language: str | None = None) -> str:
    """“2 menit 10 detik”."""
    minutes, rest = divmod(seconds, 60)
    parts = [(minutes, "duration-minute")] * bool(minutes) + [(rest, "duration-second")] * bool(rest or not minutes)
    return " ".join(format_unit(value, unit, "long", locale=_locale(language)) for value, unit in parts)
