"""Openings that look like one and the same under two references, or brought by two agencies.

Alike are two of the same occupation, country and employer, with equal contract months and wages that overlap in one
currency and period, whose places differ by a slip of the pen at most. That is no proof: an officer decides.

Only openings that agree in all but place and wage are ever compared, those sorted by wage, and each only with its
neighbours. So the time grows with the number of openings, not with its square, even where all of them are alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.db.models import QuerySet
from django.utils import timezone

from content.registers.text import edit_distance, fold

from . import contacts
from .models import JobListing, NotDuplicate

Status = JobListing.Status
# What somebody may still apply for, or may soon.
COMPARED = (Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED)
# “Taipei” and “Taipe” are one; of shorter names a letter makes another place (“Bali”, “Bari”).
_SHORTEST = 5
# With how many neighbours by wage one is compared.
_NEIGHBOURS = 20

_name_key = lru_cache(maxsize=4096)(contacts.name_key)
_near = lru_cache(maxsize=4096)(lambda a, b: edit_distance(a, b, 1) <= 1)

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of an opening. ``key`` is the number of its listing; a row of a file has its own below zero."""

    key: int
    block: tuple[Hashable, ...]
    place: str
    low: Decimal
    high: Decimal


def _place_key(place: str) -> str:
    return "".join(sign for sign in fold(place) if sign.isalnum())


def _who(agency: int, order: int | None, employer: str) -> tuple[str, Hashable]:
    """Whose opening it is: the employer's, whichever agency brings it; without a name the order's, else the agency's."""
    if name := _name_key(employer):
        return ("employer", name)
    return ("order", order) if order is not None else ("agency", agency)


def of_listing(listing: JobListing, key: int) -> Traits:
    """The traits of a listing in memory, with its job order."""
    order = listing.job_order
    return Traits(
        key,
        (
            listing.occupation_id,
            listing.country,
            listing.contract_months,
            listing.currency,
            listing.wage_period,
            _who(listing.agency_id, listing.job_order_id, order.employer if order else ""),
        ),
        _place_key(listing.place),
        listing.wage_min,
        listing.wage_max or listing.wage_min,
    )


_COLUMNS = (
    "pk", "occupation_id", "country", "contract_months", "currency", "wage_period", "agency_id", "job_order_id",
    "job_order__employer", "place", "wage_min", "wage_max",
)  # fmt: skip


def of_stored(listings: QuerySet[JobListing]) -> Iterator[Traits]:
    """The traits of stored listings: one query."""
    for pk, *same, agency, order, employer, place, low, high in listings.order_by().values_list(*_COLUMNS):
        block = (*same, _who(agency, order, employer or ""))
        yield Traits(pk, block, _place_key(place), low, high or low)


def comparable(on: dt.date | None = None) -> QuerySet[JobListing]:
    """The listings that are compared: open ones, whose closing date is not over."""
    return JobListing.objects.filter(status__in=COMPARED, closing_date__gte=on or timezone.localdate())


def apart() -> set[Pair]:
    """The pairs of which an officer has said that they are two openings."""
    return set(NotDuplicate.objects.values_list("first_id", "second_id"))


def ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def pairs(found: Iterable[Traits], apart: Collection[Pair] = frozenset()) -> Iterator[Pair]:
    """Pairs that look alike, at most one for each opening: itself and the nearest before it that is like it.

    Of three equal ones that is two pairs; once one of them is closed, the rest is compared again.
    """
    blocks: dict[tuple[Hashable, ...], list[Traits]] = {}
    for traits in found:
        blocks.setdefault(traits.block, []).append(traits)
    for block in blocks.values():
        if len(block) > 1:
            for group in _by_place(block):
                yield from _overlapping(group, apart)


def _by_place(block: list[Traits]) -> Iterable[list[Traits]]:
    """The openings of a block in groups whose places may be the same: names that are equal but for one letter.

    Two such names have a form in common that lacks at most one letter, so none is compared with all others.
    """
    leader: dict[str, str] = {}

    def lead(name: str) -> str:
        while leader[name] != name:
            leader[name] = name = leader[leader[name]]
        return name

    first: dict[str, str] = {}
    for name in {traits.place for traits in block}:
        leader[name] = name
        lacking = {name[:at] + name[at + 1 :] for at in range(len(name))} if len(name) >= _SHORTEST else set()
        for form in {name, *lacking}:
            other = first.setdefault(form, name)
            leader[lead(name)] = lead(other)
    groups: dict[str, list[Traits]] = {}
    for traits in block:
        groups.setdefault(lead(traits.place), []).append(traits)
    return groups.values()


def _same_place(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) >= _SHORTEST and _near(a, b))


def _overlapping(group: list[Traits], apart: Collection[Pair]) -> Iterator[Pair]:
    """Each opening with one before it by wage that is like it and not known to be another: the nearest, or the widest."""
    group.sort(key=lambda traits: (traits.low, traits.high, traits.key))
    widest = group[0]
    for at, traits in enumerate(group):
        for other in (*reversed(group[max(0, at - _NEIGHBOURS) : at]), *([widest] if at else [])):
            pair = ordered(other.key, traits.key)
            if other.high >= traits.low and _same_place(other.place, traits.place) and pair not in apart:
                yield pair
                break
        if traits.high > widest.high:
            widest = traits
