"""What the rules say of listings, kept for a generation and a day: to ask them of each hit took longer than to find it.

They are asked of a listing when a question first finds it, and again after every change of a row that a rule reads
(``generation.watch``) and on every new day. Nothing kept here makes a listing public: what is shown is read again through
the rules (``jobs.listings``, DECISIONS 31), so that only a count can be older than a change, until its commit is known.
No word is kept.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from content.registers.generation import PerGeneration
from search.types import FACETS, JobQuery

from .counting import Counted, options_of

# More than the days between any two dates of listings.
_MANY_DAYS = 10_000_000


class Group:
    """Listings that no filter tells apart. There is one of each, which is counted by its identity."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values

    @property
    def cost(self) -> str:
        """“zero” or “some”."""
        return self.values[FACETS.index("cost")]

    def passes(self, query: JobQuery, levels: Sequence[str]) -> bool:
        """Whether its listings pass every filter of ``query``."""
        shown_under = dict(zip(FACETS, self.values, strict=True))
        wanted = query.filters.items()
        return all(value in options_of(name, shown_under[name], levels) for name, value in wanted)


class Listed(NamedTuple):
    """What a search counts and sorts public listings by; those that are alike share one."""

    group: Group
    boost: float
    # Smaller for what closes sooner and, on the same day, became public later.
    soon: int


@dataclass
class Known:
    """What is known of listings on a day; ``None`` of one that is not public."""

    listings: dict[int, Listed | None] = field(default_factory=dict)
    # All public listings by the values of all filters, once they were counted.
    counts: list[Counted] | None = None
    _groups: dict[tuple[Any, ...], Group] = field(default_factory=dict)
    _alike: dict[Listed, Listed] = field(default_factory=dict)
    _soon: dict[tuple[Any, Any], int] = field(default_factory=dict)

    def unknown(self, keys: Iterable[int]) -> list[int]:
        """Those of ``keys`` of which the rules have not been asked."""
        return [key for key in keys if key not in self.listings]

    def learn(self, asked: Sequence[int], rows: Iterable[tuple[Any, ...]]) -> None:
        """``rows`` are those of ``asked`` that are public: key, closing day, first day, boost, the values of the group."""
        public: dict[int, Listed] = {}
        for key, closing, since, boost, *values in rows:
            alike = tuple(values)
            group = self._groups.get(alike) or self._groups.setdefault(alike, Group(alike))
            soon = self._soon.get((closing, since)) or self._soon.setdefault((closing, since), _soon(closing, since))
            one = Listed(group, float(boost), soon)
            public[key] = self._alike.setdefault(one, one)
        self.listings.update((key, public.get(key)) for key in asked)


def best(found: Mapping[int, Listed], ranks: Mapping[int, float], number: int) -> list[int]:
    """The first ``number`` of ``found``, by key: the better rank, the sooner closed, the newer row."""

    def order(key: int) -> tuple[float, int, int]:
        one = found[key]
        return ranks[key] * one.boost, one.soon, -key

    return heapq.nsmallest(number, found, key=order)


def _soon(closing: object, since: object) -> int:
    """Days as the database says them, in one number."""
    ends, begins = (dt.date.fromisoformat(str(day)).toordinal() if day else 0 for day in (closing, since))
    return ends * _MANY_DAYS - begins


# For each database and day. Of other days than the last ones nobody asks.
_kept: PerGeneration[dict[tuple[str, str, dt.date], Known]] = PerGeneration(dict)
_DAYS = 2


def kept(vendor: str, alias: str, on: dt.date) -> Known:
    """What is kept for that database and day."""
    days, key = _kept(), (vendor, alias, on)
    if key not in days and len(days) >= _DAYS:
        days.clear()
    return days.setdefault(key, Known())
