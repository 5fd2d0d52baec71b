"""The words of the documents, and what a mistyped word may have been meant to be.

Words are held whole beside the documents (:class:`~search.models.SearchWord`), since a stem is nothing to show. Each
process reads them once in a generation, and only when somebody typed a word that nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from content.registers.generation import PerGeneration
from content.registers.text import edit_distance

from . import synonyms
from .models import DocumentKind, SearchWord
from .types import Phrase

_VOWELS = frozenset("aeiou")
# As :func:`_letters` holds them.
_CONSONANTS = ~sum(1 << (ord(vowel) - 97) for vowel in _VOWELS)
# The most words that are looked at for one that was mistyped.
MOST_CANDIDATES = 6
_CHUNK = 500


def add(kind: str, words: Iterable[tuple[str, str]]) -> None:
    """Note words of documents with their terms; called in the transaction that writes the documents."""
    wanted = {word: term for word, term in words if _is_noted(word)}
    held = dict(SearchWord.objects.filter(kind=kind, word__in=wanted).values_list("word", "term"))
    # Sorted: two writers that note the same new words wait for each other in one order. A word that is known has another
    # term after a change of the stems.
    new = [
        SearchWord(kind=kind, word=word, term=wanted[word]) for word in sorted(wanted) if wanted[word] != held.get(word)
    ]
    SearchWord.objects.bulk_create(
        new, update_conflicts=True, unique_fields=["kind", "word"], update_fields=["term"], batch_size=_CHUNK
    )


def noted(kind: str) -> dict[str, int]:
    """The words that are noted now, each with its row."""
    return dict(SearchWord.objects.filter(kind=kind).values_list("word", "pk"))


def keep_only(words: Set[str], of: Mapping[str, int]) -> None:
    """Take out what stands in no document any more. What was not yet ``noted`` when they were first read, stays."""
    gone = [pk for word, pk in of.items() if word not in words]
    for start in range(0, len(gone), _CHUNK):
        SearchWord.objects.filter(pk__in=gone[start : start + _CHUNK]).delete()


@dataclass(frozen=True)
class Vocabulary:
    """What is known: terms of any kind, words by kind with the letters they are made of, and the terms of documents."""

    terms: frozenset[str] = frozenset()
    words: dict[str, dict[str, int]] = field(default_factory=dict)
    held: dict[str, frozenset[str]] = field(default_factory=dict)

    def may_hold(self, kind: str, phrase: Phrase) -> bool:
        """Whether a document of ``kind`` may hold ``phrase``: short words and numbers are not noted, so any may.

        What a transaction has written that is still open is not known, so for this alone nothing may be left out of what
        is found, only of its rank.
        """
        noted = (term for term in phrase if _is_noted(term))
        return all(term in self.held.get(kind, ()) for term in noted)

    def near(self, word: str, kind: str) -> dict[str, int]:
        """The words of ``kind`` that ``word`` may have been meant to be, the nearest first, each with its distance."""
        found = sorted(set(self._near(word, kind)))
        return {other: distance for distance, other in found[:MOST_CANDIDATES]}

    def _near(self, word: str, kind: str) -> Iterator[tuple[int, str]]:
        limit, letters, consonants = _limit(word), _letters(word), _without_vowels(word)
        for other, held in self.words.get(kind, {}).items():
            changed = held ^ letters
            # A change of one letter changes at most two of the letters that a word is made of.
            may_be_near = changed.bit_count() <= 2 * limit and abs(len(other) - len(word)) <= limit
            if may_be_near and (distance := edit_distance(word, other, limit)) <= limit:
                # The first letter is seldom the wrong one.
                yield 2 * distance + (other[0] != word[0]), other
            elif not changed & _CONSONANTS and _without_vowels(other) == consonants:
                # In messages vowels are left out: all of them, or two.
                if consonants == word:
                    yield 2, other
                elif edit_distance(word, other, 2) <= 2:
                    yield 4, other
        for place in range(3, len(word) - 2):
            if (parts := (word[:place], word[place:])) and all(part in self.words.get(kind, {}) for part in parts):
                yield 2, " ".join(parts)


def _is_noted(word: str) -> bool:
    return word.isalpha() and len(word) >= SearchWord.SHORTEST


def _limit(word: str) -> int:
    """How many letters may be wrong: with two, a shorter word is near too many others that nobody meant."""
    return 1 if len(word) < 8 else 2


def _letters(word: str) -> int:
    """The letters of a word as bits, however often they stand in it."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - 97)
    return bits


def _without_vowels(word: str) -> str:
    return "".join(letter for letter in word if letter not in _VOWELS)


def _load() -> Vocabulary:
    terms: set[str] = set()
    words: dict[str, dict[str, int]] = {kind: {} for kind in DocumentKind.values}
    held: dict[str, set[str]] = {kind: set() for kind in DocumentKind.values}
    for kind, word, term in SearchWord.objects.values_list("kind", "word", "term"):
        terms.add(term)
        held[kind].add(term)
        words[kind][word] = _letters(word)
    # What has a synonym leads somewhere too.
    for word, term in synonyms.words():
        terms.add(term)
        if _is_noted(word):
            for known in words.values():
                known.setdefault(word, _letters(word))
    return Vocabulary(frozenset(terms), words, {kind: frozenset(each) for kind, each in held.items()})


vocabulary = PerGeneration(_load)
