"""The filters of a job search in words: fields with counts, removable filters, ways out of zero results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content.jobs.vocabulary import Education
from content.registers import labels
from content.registers.selectors import registers

from .analysis import Amount
from .forms import COSTS, PARAMETERS, address_of, in_plain_order, sent
from .questions import JOB, PAGE, Question
from .types import CLOSING_DAYS, FACETS, WORDS, Facet, JobQuery, Removal
from .ways import MOST_SHOWN

_LABELS = {
    "country": gettext_lazy("Country"),
    "work": gettext_lazy("Field of work"),
    "cost": gettext_lazy("What you pay"),
    "education": gettext_lazy("Your schooling"),
    "scheme": gettext_lazy("Way of placement"),
    "closing": gettext_lazy("Closes within"),
}


@dataclass(frozen=True)
class Option:
    """A choice of a field: what it sends, what it says, how many listings it shows."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Field:
    """A filter as a field of the form."""

    name: str
    label: str
    options: list[Option]


def count_in_words(count: int) -> str:
    """“1 job”, “1.234 lowongan”."""
    return ngettext("%(count)s job", "%(count)s jobs", count) % {"count": labels.number(count)}


def pages_in_words(count: int) -> str:
    """“1 page”, “12 halaman”."""
    return ngettext("%(count)s page", "%(count)s pages", count) % {"count": labels.number(count)}


_COUNTED = {JOB: count_in_words, PAGE: pages_in_words}


def label_of(name: str, value: str) -> str:
    """A value of a filter beside the label of its field."""
    held = registers()
    if name == "country":
        return labels.country_name(value)
    if name == "work":
        return str(held.works[value]) if value in held.works else value
    if name == "scheme":
        return str(held.schemes[value]) if value in held.schemes else value
    if name == "education":
        return str(Education(value).label)
    if name == "cost":
        return labels.money(0, "IDR") if value == "zero" else _("Something")
    return ngettext("%(count)s day", "%(count)s days", int(value)) % {"count": value}


def words_of(name: str, value: str) -> str:
    """A filter (or the words) that stands alone: in the title, as a removable filter, in a sentence."""
    if name == WORDS:
        return f"“{value}”"
    if name == "cost":
        return _("you pay nothing") if value == "zero" else _("you pay something")
    if name == "closing":
        return _("closes within %(days)s") % {"days": label_of(name, value)}
    return label_of(name, value)


def search_in_words(query: JobQuery) -> str:
    """The whole question: “perawat lansia”, Taiwan, you pay nothing."""
    asked = ({WORDS: query.words} if query.words else {}) | query.filters
    return ", ".join(words_of(name, value) for name, value in asked.items())


def fields(query: JobQuery, facets: Mapping[str, Facet]) -> list[Field]:
    """Every filter with all its choices and the number of listings behind each, in the order of the form."""
    return [
        Field(
            PARAMETERS[name],
            str(_LABELS[name]),
            [
                Option(
                    sent(value),
                    label_of(name, value),
                    facets[name].count(value) if name in facets else 0,
                    value == query.value(name),
                )
                for value in _values(name)
            ],
        )
        for name in FACETS
    ]


def choices(name: str) -> list[str]:
    """What may stand in an address for a filter, in the order of the form."""
    return [sent(value) for value in _values(name)]


def removable(query: JobQuery, path: str) -> list[tuple[str, str]]:
    """The words and filters that are set, each with the address without it."""
    asked = ({WORDS: query.words} if query.words else {}) | query.filters
    return [(words_of(name, value), path + address_of(query.without(name))) for name, value in asked.items()]


def ways_out(query: JobQuery, removals: tuple[Removal, ...], path: str) -> list[tuple[str, str]]:
    """What to try where nothing was found, each with its true count and its address."""
    return [
        (
            _("%(way)s: %(jobs)s") % {"way": _way(query, removal), "jobs": count_in_words(removal.total)},
            path + address_of(removal.left_of(query)),
        )
        for removal in removals
    ]


def without_words(
    jobs: tuple[Removal, ...], pages: tuple[Removal, ...], count: Mapping[str, Callable[[str], int]], path: str
) -> list[tuple[str, str]]:
    """What to try where neither jobs nor pages were found for all the words: less of them, each way with its true counts.

    A way that was proposed for one kind is counted for the other one, too, by ``count`` where that is not known.
    """
    known = {kind: {way.words: way.total for way in ways if way.said} for kind, ways in ((JOB, jobs), (PAGE, pages))}
    shown = {way.words: way for way in reversed((*jobs, *pages)) if way.said and not way.condition}
    out = []
    for words, way in list(reversed(shown.items()))[:MOST_SHOWN]:
        totals = {kind: held[words] if words in held else count[kind](words) for kind, held in known.items()}
        counts = [said(totals[kind]) for kind, said in _COUNTED.items() if totals[kind]]
        address = address_of(in_plain_order(JobQuery(words=words)))
        out.append((_("%(way)s: %(jobs)s") % {"way": _without_part(way), "jobs": ", ".join(counts)}, path + address))
    return out


def _without_part(removal: Removal) -> str:
    if removal.condition:
        return _("Without the condition “%(words)s”") % {"words": removal.said}
    return _("Without “%(word)s”") % {"word": removal.said}


def _way(query: JobQuery, removal: Removal) -> str:
    if removal.said:
        return _without_part(removal)
    left = query.without(*removal.names)
    if not left.words and not left.filters:
        return _("All jobs")
    if len(removal.names) == 1:
        return _("Without %(filter)s") % {"filter": words_of(removal.names[0], query.value(removal.names[0]))}
    return _("Only %(search)s") % {"search": search_in_words(left)}


def _values(name: str) -> list[str]:
    held = registers()
    if name == "country":
        return sorted(held.destinations, key=labels.country_name)
    return {
        "work": list(held.works),
        "scheme": list(held.schemes),
        "education": list(Education.values),
        "cost": list(COSTS.values()),
        "closing": [str(days) for days in CLOSING_DAYS],
    }[name]


def corrected(typed: str, meant: str) -> str:
    """That nothing was found for what was typed, and what was searched for instead."""
    return _("Nothing was found for “%(typed)s”. Did you mean “%(meant)s”? That is shown here.") % {
        "typed": typed,
        "meant": meant,
    }


def corrected_apart(typed: str, jobs: str, pages: str) -> list[str]:
    """The same where jobs and pages were not searched for by the same words; either may be empty: not corrected."""
    said = []
    if jobs:
        said.append(
            _("No job was found for “%(typed)s”. Did you mean “%(meant)s”? Jobs for that are shown here.")
            % {"typed": typed, "meant": jobs}
        )
    if pages:
        said.append(
            _("No page was found for “%(typed)s”. Did you mean “%(meant)s”? Pages for that are shown here.")
            % {"typed": typed, "meant": pages}
        )
    return said


def understood(question: Question, on: dt.date) -> list[str]:
    """What was read from the words besides words, in sentences: which listings it leaves out must be said."""
    said = []
    if question.free:
        said.append(_("Only jobs for which you pay nothing."))
    said += dict.fromkeys(map(_not_asked, question.charges))
    said += dict.fromkeys(map(_no_least_wage, question.others))
    if (wage := question.wage) is None:
        return said
    if wage.currency == "IDR" and not any(rate.is_current(on) for rate in registers().rates.values()):
        said.append(_("Wages cannot be compared in rupiah at present: no exchange rate of these days is kept."))
    elif wage.currency:
        amount = labels.money(wage.value, wage.currency)
        said.append(_("Only jobs whose highest wage is %(amount)s a month or more.") % {"amount": amount})
    else:
        amount = labels.number(wage.value)
        said.append(
            _("Only jobs whose highest wage is %(amount)s a month or more, in the currency of the job.")
            % {"amount": amount}
        )
    return said


def _not_asked(charge: Amount) -> str:
    return _(
        "%(amount)s was read as a charge. Jobs cannot be searched by the amount of a charge, so it is left out."
    ) % {"amount": _in_words(charge)}


def _no_least_wage(other: Amount) -> str:
    return _("%(amount)s was not read as the least wage of a month, so it is left out.") % {"amount": _in_words(other)}


def _in_words(amount: Amount) -> str:
    currency = amount.currency or ("IDR" if amount.money else "")
    return labels.money(amount.value, currency) if currency else labels.number(amount.value)
