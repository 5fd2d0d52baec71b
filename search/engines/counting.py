"""Facet counts from one grouped query.

The database groups what fits the words by the values of all filters at once; the rest is adding. A group that fails no
filter counts for the total and for every facet; one that fails exactly one filter counts for that facet alone, because
a facet ignores its own filter. So totals, facets and “what if I took this filter away” always agree with each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.types import CLOSING_DAYS, FACETS, Facet, FacetOption, JobQuery

# A word that so many documents hold is as likely as one that more do.
ENOUGH = 100
# One value for each of FACETS (``closing``: the shortest of CLOSING_DAYS that holds it, or None), then how many listings.
Counted = tuple[str, str, str, str, str, int | None, int]


@dataclass(frozen=True)
class Tally:
    """What a grouped query says about a question."""

    total: int
    facets: dict[str, Facet]
    # For each filter that is set: the total without it.
    without: dict[str, int]
    # The total without any filter; the words stay.
    unfiltered: int


def tally(groups: Iterable[Counted], query: JobQuery, levels: Sequence[str]) -> Tally:
    """Count ``groups`` for ``query``. ``levels`` are the education codes from lowest to highest."""
    wanted = query.filters
    total = unfiltered = 0
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    lost = dict.fromkeys(wanted, 0)
    for *values, number in groups:
        shown_under = {name: options_of(name, value, levels) for name, value in zip(FACETS, values, strict=True)}
        failed = [name for name, value in wanted.items() if value not in shown_under[name]]
        unfiltered += number
        if len(failed) > 1:
            continue
        if failed:
            lost[failed[0]] += number
        else:
            total += number
        for name in failed or FACETS:
            for option in shown_under[name]:
                counts[name][option] += number
    facets = {
        name: Facet(name, tuple(FacetOption(value, count) for value, count in sorted(counts[name].items())))
        for name in FACETS
    }
    return Tally(total, facets, {name: total + number for name, number in lost.items()}, unfiltered)


def options_of(name: str, value: str | int | None, levels: Sequence[str]) -> tuple[str, ...]:
    """The values of filter ``name`` under which a listing with ``value`` is shown.

    Closing within 7 days is also closing within 30; who has finished SMA may take what asks for SMP.
    """
    if name == "closing":
        return tuple(str(days) for days in CLOSING_DAYS if value is not None and int(value) <= days)
    if name == "education":
        return tuple(levels[levels.index(str(value)) :]) if value in levels else ()
    return (str(value),) if value else ()
