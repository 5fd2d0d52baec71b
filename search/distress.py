"""Whether somebody who types something to the search may be in danger: then help and the exit stand above the results.

The words are kept by editors (:class:`~content.registers.models.Distress`) and compared as they are written, not by their
stems: “dijual” is a cry, “penjual” a trade. Small words may stand between (“paspor saya ditahan”). Nothing is kept of what
was typed, and nothing is withheld: whoever was misunderstood finds the results below.
"""

from __future__ import annotations

from dataclasses import dataclass

from content.registers.generation import PerGeneration
from content.registers.models import Distress
from content.registers.text import words as words_of

from . import analysis
from .types import Phrase


@dataclass(frozen=True)
class _Held:
    anywhere: frozenset[Phrase] = frozenset()
    alone: frozenset[Phrase] = frozenset()


def _load() -> _Held:
    found: dict[bool, set[Phrase]] = {True: set(), False: set()}
    for row in Distress.objects.all():
        found[row.alone] |= {tuple(words_of(phrase)) for phrase in row.phrases()}
    return _Held(frozenset(found[False]), frozenset(found[True]))


_held = PerGeneration(_load)


def is_in(typed: str) -> bool:
    """Whether ``typed`` holds words of distress, or is nothing but such words."""
    said = words_of(typed)
    meant = [word for word in said if word not in analysis.STOP_WORDS]
    held = _held()
    return any(_holds(words, held.anywhere) or _nothing_but(words, held.alone) for words in (said, meant))


def _holds(words: list[str], phrases: frozenset[Phrase]) -> bool:
    """Whether one of ``phrases`` stands somewhere in ``words``."""
    longest = max(map(len, phrases), default=0)
    spans = (tuple(words[start : start + length]) for start in range(len(words)) for length in range(1, longest + 1))
    return not phrases.isdisjoint(spans)


def _nothing_but(words: list[str], phrases: frozenset[Phrase]) -> bool:
    """Whether ``words`` can be cut into ``phrases`` without a rest."""
    reached = {0}
    for start in range(len(words)):
        if start in reached:
            reached |= {
                start + len(phrase) for phrase in phrases if tuple(words[start : start + len(phrase)]) == phrase
            }
    return bool(words) and len(words) in reached
