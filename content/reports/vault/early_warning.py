"""Early warning: more reports of one way from one district in a week than the weeks before explain (DECISIONS 52, check 54).

Of all that came within nine weeks, each would fall into the last one with a chance of one in nine if nothing had changed. A signal is
at least three in that week, where so many or more would come about by chance less than once in a thousand times. It is shown to the
people of the unit and to nobody else; what follows from it, a person decides.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Min

from . import coarse, statistics
from .models import Unit, WeekCount, today

LEAST, LIMIT = 3, 0.001
BEFORE = 8
# The weeks that are looked at: a report is sometimes entered late.
LOOKED_AT = 4


@dataclass(frozen=True)
class Signal:
    """A week that stands out, and what that rests on."""

    week: dt.date
    district: str
    modus: str
    n: int
    # The eight weeks before, the oldest first.
    before: tuple[int, ...]
    # The chance of so many or more if nothing has changed.
    chance: float
    # Nothing at all was counted eight weeks before: then few may look like many.
    young: bool = False

    @property
    def once_in(self) -> int:
        """Once in so many times it would be chance."""
        return int(1 / self.chance)


@lru_cache(maxsize=4096)
def chance_of(n: int, before: int) -> float:
    """That ``n`` or more of ``n + before`` fall into the last of nine weeks."""
    whole, share = n + before, 1 / (BEFORE + 1)
    return math.fsum(math.comb(whole, k) * share**k * (1 - share) ** (whole - k) for k in range(n, whole + 1))


def is_signal(n: int, before: int) -> bool:
    """Whether a week with ``n`` stands out after eight weeks with ``before`` together."""
    return n >= LEAST and chance_of(n, before) < LIMIT


def signals(unit: Unit) -> list[Signal]:
    """The signals of the last weeks in the districts that the unit sees, the newest week first, the strongest before others."""
    this = coarse.week_of(today())
    weeks = [this - dt.timedelta(weeks=number) for number in range(LOOKED_AT + BEFORE)]
    counted: dict[tuple[str, str], dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    rows = WeekCount.objects.filter(unit__in=statistics.units_of(unit), week__gte=weeks[-1])
    for district, modus, week, n in rows.values_list("district", "modus", "week", "n"):
        counted[district, modus][week] += n
    oldest = WeekCount.objects.aggregate(oldest=Min("week"))["oldest"] if counted else None
    found = []
    for (district, modus), of_weeks in counted.items():
        for number, week in enumerate(weeks[:LOOKED_AT]):
            n = of_weeks.get(week, 0)
            before = tuple(of_weeks.get(earlier, 0) for earlier in reversed(weeks[number + 1 : number + 1 + BEFORE]))
            if is_signal(n, sum(before)):
                young = oldest is None or oldest > week - dt.timedelta(weeks=BEFORE)
                found.append(Signal(week, district, modus, n, before, chance_of(n, sum(before)), young))
    return sorted(found, key=lambda signal: (-signal.week.toordinal(), signal.chance, signal.district, signal.modus))


def fresh(unit: Unit) -> list[Signal]:
    """The signals of this week and the last: what the inbox names.

    Not the daily message: nothing that anybody does ends a signal, so for two weeks it would say that something waits.
    """
    since = coarse.week_of(today()) - dt.timedelta(weeks=1)
    return [signal for signal in signals(unit) if signal.week >= since]


def false_signals(cells: int, mean: float, years: int, seed: int) -> list[int]:
    """How many signals each of so many simulated years gives although nothing changes: Poisson counts of one mean in every cell."""
    chosen = random.Random(seed)  # noqa: S311 - a simulation, repeatable
    counts = [0] * years
    for _cell in range(cells):
        series = [_poisson(chosen, mean) for _week in range(BEFORE + 52 * years)]
        for number in range(52 * years):
            if is_signal(series[BEFORE + number], sum(series[number : BEFORE + number])):
                counts[number // 52] += 1
    return counts


def _poisson(chosen: random.Random, mean: float) -> int:
    """Knuth's way; good for small means."""
    limit, product, n = math.exp(-mean), chosen.random(), 0
    while product > limit:
        product *= chosen.random()
        n += 1
    return n
