"""What a listing must pay to reach the wage that somebody asked for.

Rupiah are compared by the rates that are current, other currencies only with themselves. A number without a currency is
taken in that of the listing, as long as it is not out of all proportion there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from content.registers.selectors import registers
from search.questions import Wage

# A wage of more than so many times the number that was typed is one in another currency.
_PROPORTION = 3
# No listing can hold as much; in hundredths it still is a whole number of 64 bits, whatever it is compared as.
_MOST = Decimal(10) ** 15


@dataclass(frozen=True)
class Reach:
    """The least by currency; where the currency is not known (“”), also the most."""

    least: Mapping[str, Decimal]
    most: Decimal | None = None

    def holds(self, pays: Decimal, currency: str, period: str) -> bool:
        """Whether a wage reaches it; only one by the month can be compared."""
        if self.most is not None:
            return period == "month" and self.least[""] <= pays <= self.most
        return period == "month" and currency in self.least and pays >= self.least[currency]


def reaching(wage: Wage, on: dt.date) -> Reach | None:
    """What reaches ``wage`` on that day; None where it can be compared with nothing."""
    if not wage.currency:
        return Reach({"": min(wage.value, _MOST)}, min(wage.value * _PROPORTION, _MOST))
    least = {wage.currency: min(wage.value, _MOST)}
    if wage.currency == "IDR":
        current = (rate for rate in registers().rates.values() if rate.is_current(on))
        least |= {rate.currency: min(wage.value / rate.rupiah, _MOST) for rate in current}
        if len(least) == 1:
            return None
    return Reach(least)
