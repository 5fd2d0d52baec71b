"""What the registers answer to a question: hotlines and other channels, words of the glossary, placement agencies.

They are few, so they are in no engine: each process holds their terms for one generation, and every engine gives the same
answer. As for pages, most of a sentence is enough; something of it must stand in the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from django.conf import settings
from django.utils import timezone

from content.jobs import selectors as jobs
from content.registers.fields import Words
from content.registers.generation import PerGeneration
from content.registers.models import Channel, Term
from content.registers.selectors import registers

from . import analysis
from .questions import PAGE, most_of, read
from .types import Alternatives, Phrase

T = TypeVar("T")
# How many of each are shown.
MOST = 3

_EVERY_CHANNEL = (
    "nomor nomer nomornya no telepon telpon telp tlp telephone phone hotline kontak contact number hubungi call center"
)


@cache
def _every_channel() -> frozenset[Phrase]:
    """What fits every channel, as a question holds it."""
    return frozenset((term,) for term in analysis.question_terms(_EVERY_CHANNEL))


@dataclass(frozen=True)
class Entry(Generic[T]):
    """Something with the terms of its name and of the rest that is said of it, with a blank around each."""

    of: T
    name: str
    text: str


@dataclass(frozen=True)
class Found:
    """What fits a question, the best first."""

    channels: list[Channel]
    terms: list[Term]
    agencies: list[jobs.FoundAgency]

    def __bool__(self) -> bool:
        return bool(self.channels or self.terms or self.agencies)


@dataclass(frozen=True)
class _Held:
    channels: tuple[Entry[Channel], ...] = ()
    terms: tuple[Entry[Term], ...] = ()
    agencies: tuple[Entry[int], ...] = ()


def find(words: str) -> Found:
    """What fits ``words``. One query where an agency does."""
    groups = read(words, PAGE).groups
    if not groups:
        return Found([], [], [])
    held, on = held_now(), timezone.localdate()
    # A synonym is no name: nobody looks for a company by it.
    typed = tuple((group[0],) for group in groups)
    agencies = [entry.of for entry in _best(held.agencies, typed, len(typed))]
    # “nomor polisi”: that it is a number says nothing of which one.
    asked = tuple(group for group in groups if group[0] not in _every_channel()) or groups
    return Found(
        [entry.of for entry in _best((one for one in held.channels if one.of.is_valid(on)), asked, most_of(asked))],
        [entry.of for entry in _best(held.terms, groups, most_of(groups))],
        jobs.found_agencies(agencies, on),
    )


def _best(entries: Iterable[Entry[T]], groups: tuple[Alternatives, ...], least: int) -> list[Entry[T]]:
    ranked: list[tuple[int, int, int, int, Entry[T]]] = []
    for entry in entries:
        named = sum(_holds(entry.name, group) for group in groups)
        held = sum(_holds(f"{entry.name}{entry.text}", group) for group in groups)
        if named and held >= least:
            ranked.append((-named, -held, len(entry.name), len(ranked), entry))
    return [entry for *_rank, entry in sorted(ranked, key=lambda row: row[:4])[:MOST]]


def _holds(terms: str, group: Alternatives) -> bool:
    return any(f" {' '.join(phrase)} " in terms for phrase in group)


def _terms(*texts: str) -> str:
    return f" {analysis.joined(texts)} "


def _languages(words: Words) -> Iterator[str]:
    return (words.text(language) for language in settings.COMPLETE_LANGUAGES)


def _load() -> _Held:
    return _Held(
        tuple(
            Entry(
                one,
                _terms(*_languages(one.name), *_languages(one.organisation), one.value),
                _terms(*_languages(one.purpose)),
            )
            for one in registers().channels.values()
        ),
        tuple(
            Entry(one, _terms(*_languages(one.term)), _terms(*_languages(one.meaning))) for one in Term.objects.all()
        ),
        tuple(Entry(one.key, _terms(*one.names, one.licence), "") for one in jobs.agency_names()),
    )


held_now = PerGeneration(_load)
