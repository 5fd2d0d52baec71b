"""The synonyms of the registers as an engine can use them: for a phrase of terms, the phrases that answer it as well.

They are put into questions, never into documents, so that an editor's change works with the next question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from content.registers.generation import PerGeneration
from content.registers.models import Synonym

from . import analysis
from .types import Alternatives, Phrase


@dataclass(frozen=True)
class Table:
    """What answers a phrase besides itself, in a fixed order; the longest phrase; every single word with its term."""

    others: dict[Phrase, Alternatives] = field(default_factory=dict)
    longest: int = 1
    words: frozenset[tuple[str, str]] = frozenset()


def _load() -> Table:
    others: dict[Phrase, dict[Phrase, None]] = {}
    rows = list(Synonym.objects.all())
    for row in rows:
        same = [phrase for text in row.phrases() if (phrase := tuple(analysis.terms(text)))]
        found = [phrase for text in row.found() if (phrase := tuple(analysis.terms(text)))]
        for phrase in same:
            others.setdefault(phrase, {}).update(dict.fromkeys(other for other in (*same, *found) if other != phrase))
    return Table(
        {phrase: tuple(held) for phrase, held in others.items()},
        max(map(len, others), default=1),
        analysis.words_of(text for row in rows for text in row.phrases()),
    )


table = PerGeneration(_load)


def spans(terms: Sequence[str], known: frozenset[Phrase] = frozenset()) -> Iterator[tuple[Phrase, Alternatives]]:
    """``terms`` cut into the longest phrases that have synonyms or are ``known``, and single terms between them."""
    held = table()
    longest = max(held.longest, _longest(known))
    start = 0
    while start < len(terms):
        lengths = range(min(longest, len(terms) - start), 0, -1)
        phrases = (tuple(terms[start : start + length]) for length in lengths)
        phrase = next(p for p in phrases if len(p) == 1 or p in held.others or p in known)
        yield phrase, held.others.get(phrase, ())
        start += len(phrase)


@cache
def _longest(known: frozenset[Phrase]) -> int:
    return max(map(len, known), default=1)


def words() -> frozenset[tuple[str, str]]:
    """Every word that has synonyms or is a part of a phrase that has some, with its term."""
    return table().words
