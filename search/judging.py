"""How good the search is: judged queries, what fits them, and three figures about what an engine answered.

A file of judgements is TOML (``tests/search/judgements/README.md``). Listings are judged by their attributes, never by
their words, so a judgement says what a person wants and holds for every corpus.
"""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from statistics import fmean
from typing import Any

from django.conf import settings

from content.core.tree import tree
from content.jobs import selectors as jobs
from content.jobs.models import JobListing
from content.registers.models import ExchangeRate

from .engines.base import Answering
from .types import JobQuery, PageQuery

SHOWN, FIRST, GAINED = 20, 5, 10
_BEST, _FITS = 2, 1


class JudgementError(Exception):
    """A judgement cannot be understood, or nothing fits it; the message names the file and the query."""


@dataclass(frozen=True)
class Judgement:
    """One question: what is typed, to which search, and what fits it, as written (``best > also``)."""

    file: str
    group: str
    words: str
    kind: str
    language: str
    fits: str

    def problem(self, what: str) -> JudgementError:
        return JudgementError(f"{self.file}, [{self.group}] “{self.words}”, {self.kind}: {what}")


@dataclass(frozen=True)
class Measured:
    """What an engine was worth for one question."""

    judgement: Judgement
    recall: float
    precision: float
    gain: float


@dataclass(frozen=True)
class Figures:
    """The means of many questions."""

    count: int
    recall: float
    precision: float
    gain: float


def read(path: Path) -> list[Judgement]:
    """The judgements of a file in their order."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise JudgementError(f"{path.name}: {error}") from None
    found = [
        Judgement(path.stem, group, words, kind, values.get("language", settings.LANGUAGE_CODE), values[kind])
        for group, queries in tables.items()
        for words, values in queries.items()
        for kind in ("jobs", "pages")
        if kind in values
    ]
    strange = {key for queries in tables.values() for values in queries.values() for key in values}
    strange -= {"jobs", "pages", "language"}
    if strange:
        raise JudgementError(f"{path.name}: unknown key {', '.join(sorted(strange))}.")
    return found


def measure(engine: Answering, judgements: Iterable[Judgement], on: dt.date) -> Iterator[Measured]:
    """Ask ``engine`` every question as a reader would, and compare what stands on its first page."""
    offers = _Offers(on)
    for judgement in judgements:
        if judgement.kind == "jobs":
            query = JobQuery(words=judgement.words, sort="relevance")
            found: Sequence[object] = engine.search_jobs(query, on).ids
            worth: Mapping[Any, int] = offers.worth(judgement)
        else:
            hits = engine.search_pages(PageQuery(judgement.words, judgement.language)).hits
            nodes = (tree().by_id.get(hit.key) for hit in hits)
            found, worth = [node.key for node in nodes if node], _pages(judgement)
        if not worth:
            raise judgement.problem("nothing fits; load the listings and pages that it was judged for.")
        yield Measured(judgement, *compared(found, worth))


def compared(found: Sequence[object], worth: Mapping[Any, int]) -> tuple[float, float, float]:
    """recall@20 = found / min(20, fitting), precision@5 = hits / min(5, fitting) (DECISIONS 39), nDCG@10."""
    hits = [worth.get(key, 0) for key in found[:SHOWN]]
    recall = sum(map(bool, hits)) / min(SHOWN, len(worth))
    precision = sum(map(bool, hits[:FIRST])) / min(FIRST, len(worth))
    return recall, precision, _gain(hits) / _gain(sorted(worth.values(), reverse=True))


def mean(measured: Iterable[Measured]) -> Figures:
    """The means of ``measured``, which may not be empty."""
    rows = list(measured)
    return Figures(
        len(rows), fmean(r.recall for r in rows), fmean(r.precision for r in rows), fmean(r.gain for r in rows)
    )


def by_group(measured: Iterable[Measured]) -> dict[str, Figures]:
    """The means by class, in the order of the file."""
    groups: dict[str, list[Measured]] = {}
    for row in measured:
        groups.setdefault(row.judgement.group, []).append(row)
    return {name: mean(rows) for name, rows in groups.items()}


def _gain(hits: Sequence[int]) -> float:
    return sum((2**worth - 1) / math.log2(place + 2) for place, worth in enumerate(hits[:GAINED]))


def _grades(fits: str) -> Iterator[tuple[int, str]]:
    """The parts of ``best > also`` with what each is worth, the lesser first. One part alone is simply what fits."""
    best, _sign, also = fits.partition(" > ")
    if also:
        yield _FITS, also.strip()
        yield _BEST, best.strip()
    else:
        yield _FITS, best.strip()


def _pages(judgement: Judgement) -> dict[str, int]:
    worth: dict[str, int] = {}
    for grade, slugs in _grades(judgement.fits):
        for slug in slugs.split():
            node = tree().find(slug, settings.LANGUAGE_CODE)
            if node is None:
                raise judgement.problem(f"there is no page “{slug}”.")
            worth[node.key] = grade
    return worth


@dataclass(frozen=True)
class _Offer:
    """What a listing is judged by. ``wages`` are the tops of the range by currency, in rupiah also."""

    values: Mapping[str, str]
    place: str
    wages: Mapping[str, Decimal]


class _Offers:
    """Every listing public on a day, by its attributes."""

    def __init__(self, on: dt.date) -> None:
        rates = {rate.currency: rate.rupiah for rate in ExchangeRate.objects.all() if rate.is_current(on)}
        costs = {row["key"]: row["cost"] for row in jobs.filterable(on)}
        columns = ("pk", "country", "occupation__work__code", "occupation__code", "scheme_id", "place", "currency",
                   "wage_period", "wage_min", "wage_max")  # fmt: skip
        self.offers: dict[int, _Offer] = {}
        for row in JobListing.objects.public(on).values_list(*columns):
            pk, country, work, occupation, scheme, place, currency, period, low, high = row
            values = {
                "country": country,
                "work": work,
                "occupation": occupation,
                "scheme": scheme,
                "cost": costs[pk],
            }
            wages = {currency: high or low} if period == "month" else {}
            if wages and currency in rates:
                wages["IDR"] = (high or low) * rates[currency]
            self.offers[pk] = _Offer(values, place.casefold(), wages)

    def worth(self, judgement: Judgement) -> dict[int, int]:
        """The listings that fit, each with its grade."""
        worth: dict[int, int] = {}
        for grade, condition in _grades(judgement.fits):
            parts = [_part(judgement, part) for part in condition.split()]
            worth |= {pk: grade for pk, offer in self.offers.items() if all(_fits(offer, *part) for part in parts)}
        return worth


def _part(judgement: Judgement, part: str) -> tuple[str, tuple[str, ...]]:
    name, sign, value = part.partition("=")
    known = {"country", "work", "occupation", "scheme", "cost", "place", "wage>"}
    if not sign or name not in known:
        raise judgement.problem(f"“{part}” is no condition.")
    if name == "wage>":
        currency, _colon, amount = value.partition(":")
        try:
            Decimal(amount)
        except InvalidOperation:
            raise judgement.problem(f"“{part}” names no amount.") from None
        return name, (currency, amount)
    return name, tuple(value.replace("_", " ").split("|")) if name == "place" else tuple(value.split("|"))


def _fits(offer: _Offer, name: str, values: tuple[str, ...]) -> bool:
    if name == "place":
        return any(value.casefold() in offer.place for value in values)
    if name == "wage>":
        currency, amount = values
        return currency in offer.wages and offer.wages[currency] >= Decimal(amount)
    return offer.values[name] in values
