"""Whether somebody who types something to the search may be in danger: then help and the exit stand above the results.

The words are kept by editors (:class:`~content.registers.models.Distress`) and compared as they are written, not by their
stems: “dijual” is a cry, “penjual” a trade. Theirs and those that were typed are read alike (``cries``), so that one phrase
stands for its family: “gk”, “belum” and “can't” deny, whoever belongs to the crier is “saya”, whoever has power over them is
“majikan”, and what is done to somebody (“disekap”) is also said of who does it (“menyekap saya”). Some words may stand
within (“paspor asli saya masih diambil”), a prefix alone (“di sekap”), what hangs on a word may be left away (“pasporku”),
and of a long word that is no other one a letter may be wrong (“diprkosa”). Nothing is kept of what was typed, and nothing
is withheld: whoever was misunderstood finds the results below.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from content.registers.generation import PerGeneration
from content.registers.models import Distress
from content.registers.text import edit_distance

from . import cries
from .stems import is_indonesian

# In a shorter word another letter makes another word.
_LONG = 6
# How many words may stand between two of a phrase.
_MOST_WITHIN = 4

# --- what editors keep ----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Tree:
    """Phrases by their words; ``ends`` where one does, ``asks`` where it only asks for help."""

    then: dict[str, _Tree] = field(default_factory=dict)
    ends: bool = False
    asks: bool = False

    def grow(self, phrase: Sequence[str]) -> None:
        node = self
        for word in phrase:
            node = node.then.setdefault(word, _Tree())
        node.ends, node.asks = True, cries.only_asks(phrase)


@dataclass(frozen=True)
class _Held:
    """The phrases; all their words; what the long ones mean, by first letter and length."""

    anywhere: _Tree = field(default_factory=_Tree)
    alone: _Tree = field(default_factory=_Tree)
    words: frozenset[str] = frozenset()
    long: Mapping[tuple[str, int], Mapping[str, str]] = field(default_factory=dict)


def _load() -> _Held:
    trees = {True: _Tree(), False: _Tree()}
    held: set[str] = set()
    for row in Distress.objects.all():
        for text in row.phrases():
            if phrase := tuple(cries.ONE.get(word, word) for word in cries.read(text)):
                for said in (phrase,) if row.alone else (phrase, *cries.of_who_does_it(phrase)):
                    trees[row.alone].grow(said)
                    held.update(said)
    long: defaultdict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for word, meant in ({word: word for word in held} | cries.ONE).items():
        if len(word) >= _LONG and meant in held:
            long[word[0], len(word)][word] = meant
    return _Held(trees[False], trees[True], frozenset(held), dict(long))


_held = PerGeneration(_load)


# --- what is asked --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Word:
    """The words of distress that a word may be, and whether it may stand within a phrase."""

    forms: Set[str]
    within: bool


def is_in(*typed: str) -> bool:
    """Whether one of these texts holds words of distress, or is nothing but such words."""
    return any(map(_is_in, dict.fromkeys(filter(None, typed))))


def words() -> frozenset[str]:
    """Every word that is a part of a cry: none of them is a mistyped one."""
    return _held().words | cries.ONE.keys()


def _is_in(typed: str) -> bool:
    held, said = _held(), cries.read(typed)
    known: dict[str, _Word] = {}
    for written in (said, cries.prefixed(said)):
        for word in written:
            if word not in known:
                known[word] = _Word(_forms(word, held), cries.may_stand_within(word))
        meant = [known[word] for word in written]
        if _holds(meant, written, held.anywhere) or _nothing_but(meant, held.alone):
            return True
    return False


def _forms(word: str, held: _Held) -> Set[str]:
    """The words of distress that ``word`` may be."""
    bare = cries.ENDING.sub("", word)
    found = {word, bare, re.sub("^d(?=[^aeiou])", "di", word)}
    if bare != word and word.endswith("ku") and (bare in cries.PEOPLE or cries.ONE.get(bare) == "saya"):
        found.add("saya")
    known = {cries.ONE.get(form, form) for form in found} & held.words
    if known or len(word) < _LONG or word in cries.RIGHT or is_indonesian(word):
        return known
    lengths = range(len(word) - 1, len(word) + 2)
    near = (other for length in lengths for other in held.long.get((word[0], length), {}).items())
    return {meant for other, meant in near if edit_distance(word, other, 1) == 1}


def _holds(meant: Sequence[_Word], written: Sequence[str], phrases: _Tree) -> bool:
    """Whether a phrase stands somewhere, and is no more than the beginning of a wish."""
    return any(
        not (tree.asks and cries.is_wish(written[end:]))
        for start in range(len(meant))
        for end, tree in _ends(meant, start, phrases)
    )


def _nothing_but(meant: Sequence[_Word], phrases: _Tree) -> bool:
    """Whether ``meant`` can be cut into ``phrases`` and small words without a rest."""
    # Places that are reached, with whether a phrase was needed for it.
    reached = {0: False}
    for start, word in enumerate(meant):
        if start in reached:
            if word.within:
                reached[start + 1] = reached.get(start + 1, False) or reached[start]
            reached.update((end, True) for end, _tree in _ends(meant, start, phrases))
    return reached.get(len(meant), False)


def _ends(meant: Sequence[_Word], start: int, phrases: _Tree) -> Iterator[tuple[int, _Tree]]:
    """Where the phrases end that begin at ``start``."""
    reached = [(start, phrases)]
    for at, tree in reached:
        for place in _next(meant, at) if at > start else (start,):
            for form in meant[place].forms & tree.then.keys():
                then = tree.then[form]
                if then.ends:
                    yield place + 1, then
                if then.then and (place + 1, then) not in reached:
                    reached.append((place + 1, then))


def _next(meant: Sequence[_Word], at: int) -> Iterable[int]:
    """Where the next word of a phrase may stand."""
    for place in range(at, min(at + _MOST_WITHIN + 1, len(meant))):
        yield place
        if not meant[place].within:
            return
