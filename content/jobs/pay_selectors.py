"""Reading what a listing costs its worker, line by line, and what that means for the wage; in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from content.registers import labels
from content.registers.models import ExchangeRate
from content.registers.selectors import registers

from . import money, rules, selectors
from .models import CostLine, JobListing
from .vocabulary import Moment, Payer, WagePeriod


@dataclass(frozen=True)
class Line:
    """One cost line. ``rupiah`` where the amount is in other money and a current rate is kept."""

    name: str
    amount: str
    rupiah: str
    when: str
    payer: str


@dataclass(frozen=True)
class Costs:
    """Who pays what. A figure that cannot be worked out is empty, and ``why_no_…`` says why."""

    yours: list[Line] = field(default_factory=list)
    taken: list[Line] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)
    # The sum of ``yours`` and how many of the lowest monthly wages it comes to.
    total: str = ""
    months: str = ""
    why_no_months: str = ""
    # What is left of the lowest monthly wage once ``taken`` is off it.
    left: str = ""
    left_in_rupiah: str = ""
    why_no_left: str = ""
    nothing_left: bool = False


def costs(listing: JobListing, on: dt.date) -> Costs:
    """The cost lines of a listing fetched ``with_parts``; costs no query."""
    lines = list(listing.cost_lines.all())
    charged = [line for line in lines if rules.charged(line)]
    taken = [line for line in charged if line.when == Moment.MONTHLY]
    yours = [line for line in charged if line not in taken]
    paid, off = selectors.worker_pays(listing), selectors.taken_monthly(listing)
    months = selectors.months_to_repay(listing, on)
    wage = selectors.lowest_monthly(listing)
    left = money.left_of(wage, listing.currency, off, on, registers().rates) if off else None
    return Costs(
        yours=[_line(line, on) for line in yours],
        taken=[_line(line, on) for line in taken],
        others=[_line(line, on) for line in lines if line not in charged],
        total=selectors.in_words(paid) if len(yours) > 1 else "",
        months=labels.number(months) if months else "",
        why_no_months=_why_unknown(listing, paid, on) if paid and months is None else "",
        left=_about(left, listing) if left and left[0] > 0 else "",
        left_in_rupiah=_rupiah(*left, on) if left and left[0] > 0 and left[1] == listing.currency else "",
        why_no_left=_why_unknown(listing, off, on) if off and left is None else "",
        nothing_left=left is not None and left[0] <= 0,
    )


def rates(listing: JobListing, on: dt.date) -> list[ExchangeRate]:
    """The rates by which the page of a listing shows rupiah; costs no query."""
    currencies = [listing.currency, *(line.currency for line in listing.cost_lines.all() if rules.charged(line))]
    found = (money.rate_of(currency, on, registers().rates) for currency in dict.fromkeys(currencies))
    return [rate for rate in found if rate is not None]


def _rupiah(amount: Decimal, currency: str, on: dt.date) -> str:
    """What other money comes to; empty for rupiah, and without a current rate."""
    converted = money.in_rupiah(amount, currency, on, registers().rates)
    return "" if currency == money.RUPIAH or converted is None else labels.about_rupiah(converted)


def _line(line: CostLine, on: dt.date) -> Line:
    return Line(
        name=str(line.component),
        amount=labels.money(line.amount, line.currency),
        rupiah=_rupiah(line.amount, line.currency, on),
        when=str(Moment(line.when).label),
        payer=str(Payer(line.payer).label),
    )


def _about(left: tuple[Decimal, str], listing: JobListing) -> str:
    """The rest of a wage: exact in its own money where it is paid by the month, else rounded and called so."""
    amount, currency = left
    if currency == listing.currency and listing.wage_period == WagePeriod.MONTH:
        return labels.money(amount, currency)
    converted = currency != listing.currency
    said = labels.about_rupiah(amount) if converted else labels.money(amount.quantize(Decimal(1)), currency)
    return _("about %(amount)s") % {"amount": said}


def _why_unknown(listing: JobListing, currencies: Iterable[str], on: dt.date) -> str:
    """Why no figure by the month can be given."""
    if selectors.lowest_monthly(listing) is None:
        if listing.wage_period == WagePeriod.HOUR:
            return _("the hours of a week are not known")
        return _("the wage is counted by the day")
    codes = money.without_rate([listing.currency, *currencies], on, registers().rates)
    if not codes:
        return _("the wage is not known")
    return _("there is no current exchange rate for %(currencies)s") % {"currencies": ", ".join(codes)}
