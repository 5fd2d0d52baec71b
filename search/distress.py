"""Whether somebody who types something to the search may be in danger: then help and the exit stand above the results.

The words are kept by editors (:class:`~content.registers.models.Distress`) and compared as they are written, not by their
stems: “dijual” is a cry, “penjual” a trade. Small words may stand between (“paspor saya ditahan”), a prefix may stand
alone (“di sekap”), what hangs on a word may be left away (“pasporku”), and of a long word that is no other one a letter may
be wrong (“diprkosa”). Nothing is kept of what was typed, and nothing is withheld: whoever was misunderstood finds the
results below.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

from content.registers.generation import PerGeneration
from content.registers.models import Distress
from content.registers.text import edit_distance, unmask
from content.registers.text import words as words_of

from . import analysis
from .stems import is_indonesian
from .types import Phrase

# Signs that say a word, and one that may part any.
_SIGNS = str.maketrans({"🆘": " sos ", "-": " "})
_ENDING = re.compile("(?:ku|mu|nya|kan|in)$")
# Drawn out: “tolooong”.
_DRAWN = re.compile(r"(.)\1{2,}")
# In a shorter word another letter makes another word.
_LONG = 6

# The words of distress that each word that was typed may be.
_Forms = Sequence[Set[str]]


@dataclass(frozen=True)
class _Held:
    """Phrases by their first word; all their words; the long ones by first letter and length."""

    anywhere: Mapping[str, Set[Phrase]] = field(default_factory=dict)
    alone: Mapping[str, Set[Phrase]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    long: Mapping[tuple[str, int], Set[str]] = field(default_factory=dict)


def _load() -> _Held:
    found: dict[bool, defaultdict[str, set[Phrase]]] = {True: defaultdict(set), False: defaultdict(set)}
    long: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    held: set[str] = set()
    for row in Distress.objects.all():
        for text in row.phrases():
            if phrase := tuple(_read(text)):
                found[row.alone][phrase[0]].add(phrase)
                held.update(phrase)
    for word in held:
        if len(word) >= _LONG:
            long[word[0], len(word)].add(word)
    return _Held(dict(found[False]), dict(found[True]), frozenset(held), dict(long))


_held = PerGeneration(_load)


def is_in(*typed: str) -> bool:
    """Whether one of these texts holds words of distress, or is nothing but such words."""
    return any(map(_is_in, dict.fromkeys(filter(None, typed))))


def words() -> frozenset[str]:
    """Every word that is a part of a cry: none of them is a mistyped one."""
    return _held().words


def _is_in(typed: str) -> bool:
    held, said = _held(), _read(typed)
    forms: dict[str, Set[str]] = {}
    for written in (said, _prefixed(said)):
        for chosen in (written, [word for word in written if word not in analysis.STOP_WORDS]):
            for word in chosen:
                if word not in forms:
                    forms[word] = _forms(word, held)
            meant = [forms[word] for word in chosen]
            if _holds(meant, held.anywhere) or _nothing_but(meant, held.alone):
                return True
    return False


def _read(text: str) -> list[str]:
    return words_of(unmask(text.translate(_SIGNS)))


def _prefixed(words: Sequence[str]) -> list[str]:
    """“di sekap” as “disekap”."""
    pairs = pairwise(["", *words])
    return [f"di{word}" if before == "di" else word for before, word in pairs if word != "di"]


def _forms(word: str, held: _Held) -> Set[str]:
    """The words of distress that ``word`` may be."""
    word = word if word in held.words else _DRAWN.sub(r"\1", word)
    known = {word, _ENDING.sub("", word)} & held.words
    if known or len(word) < _LONG or is_indonesian(word):
        return known
    lengths = range(len(word) - 1, len(word) + 2)
    near = (other for length in lengths for other in held.long.get((word[0], length), ()))
    return {other for other in near if edit_distance(word, other, 1) == 1}


def _holds(meant: _Forms, phrases: Mapping[str, Set[Phrase]]) -> bool:
    """Whether one of ``phrases`` stands somewhere in ``meant``."""
    return any(True for start in range(len(meant)) for _end in _ends(meant, start, phrases))


def _nothing_but(meant: _Forms, phrases: Mapping[str, Set[Phrase]]) -> bool:
    """Whether ``meant`` can be cut into ``phrases`` without a rest."""
    reached = {0}
    for start in range(len(meant)):
        if start in reached:
            reached.update(_ends(meant, start, phrases))
    return bool(meant) and len(meant) in reached


def _ends(meant: _Forms, start: int, phrases: Mapping[str, Set[Phrase]]) -> Iterable[int]:
    """Where the phrases end that begin at ``start``."""
    for first in meant[start]:
        for phrase in phrases.get(first, ()):
            end = start + len(phrase)
            if end <= len(meant) and all(map(_is_one_of, phrase, meant[start:end])):
                yield end


def _is_one_of(word: str, forms: Set[str]) -> bool:
    return word in forms
