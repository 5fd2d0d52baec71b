"""“Did you mean”: from words that nobody knows to the nearest ones that find something.

A word is doubted only when no document and no synonym of any kind holds its term, the dictionary of roots does not know
it, and it is no country or place, no cry and nothing forbidden: no Indonesian word that is spelt right is changed, and
“sabu” leads to no job. Every proposal is tried by asking for it; the number of tries is bounded, whatever was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice, pairwise, product
from zoneinfo import available_timezones

from babel import Locale
from django.conf import settings

from content.registers.selectors import provinces
from content.registers.text import fold
from content.registers.text import words as words_of

from . import analysis, distress
from .stems import is_right, stem
from .vocabulary import vocabulary

# How many mistyped words of one question are corrected, how many proposals are made of one, and how many are tried.
_MOST_WORDS, _MOST_OF_EACH, _MOST_TRIES = 3, 3, 4
# What may hang on a word that was typed by somebody who writes a sentence.
_BEFORE, _AFTER = re.compile(r"[\"'“‘(]*(?:\w+[-/,])*"), re.compile(r"(?:[-/,]\w+)*[.,;:!?\"'”’)]*")
# Dangerous or forbidden; besides the words of distress.
_AS_TYPED = """
    aborsi bom bunuh bundir calo ekstasi ganja gelap ginjal heroin ilegal illegal judi judol kokain kurir mucikari muncikari
    narkoba narkotika overstay overstayer palsu pelacur prostitusi psk sabu scam scammer selundup senjata slot teroris
"""


def proposals(words: str, kind: str, count: Callable[[list[str]], dict[str, int]]) -> Iterator[str]:
    """``words`` with what is doubted replaced, the likeliest first; nothing where nothing is doubted or near.

    ``count`` says how many documents hold each of some words, as far as that matters.
    """
    split = analysis.composed(words)
    typed = _joined(split, kind, count)
    doubted = _doubted(typed)
    if typed != split and not doubted:
        yield typed
        return
    if not 0 < len(doubted) <= _MOST_WORDS:
        return
    choices = []
    for piece in doubted:
        near = vocabulary().near(piece.words[0], kind)
        counts = count(list(near)) if near else {}
        found = sorted((word for word in near if counts.get(word)), key=lambda word: (near[word], -counts[word]))
        choices.append(found[:_MOST_OF_EACH])
    if not all(choices):
        return
    for chosen in islice(product(*choices), _MOST_TRIES):
        parts, end = [], 0
        for piece, word in zip(doubted, chosen, strict=True):
            parts += [typed[end : piece.start], word]
            end = piece.end
        yield "".join([*parts, typed[end:]])


def _joined(typed: str, kind: str, count: Callable[[list[str]], dict[str, int]]) -> str:
    """``typed`` with what a space has split put together, where nobody knows one of the parts: “tai wan”."""
    doubted = {piece.words[0] for piece in _doubted(typed)}
    written = typed.split(" ")
    whole = {
        fold(first + second): place
        for place, (first, second) in enumerate(pairwise(written))
        if doubted.intersection((fold(first), fold(second)))
        and (first + second).isalpha()
        and fold(first + second) in vocabulary().words.get(kind, {})
    }
    if whole:
        held = count(list(whole))
        for word, place in reversed(whole.items()):
            if held.get(word):
                written[place : place + 2] = [word]
                break
    return " ".join(written)


def _doubted(typed: str) -> list[analysis.Piece]:
    """The words that nobody knows. What stands in no dictionary of ours but has a digit is a code, not a mistake."""
    known = vocabulary().terms
    return [
        piece
        for piece in analysis.pieces(typed, stem)
        if len(piece.words) == 1
        and piece.words[0].isalpha()
        and _is_plain(typed, piece)
        and len(piece.words[0]) > 2
        and piece.terms[0] not in known
        and not _is_as_typed(piece.words[0], piece.terms[0])
    ]


def _is_plain(typed: str, piece: analysis.Piece) -> bool:
    """Whether ``piece`` stands among spaces, marks of a sentence or other words: “<script>” is no mistyped word."""
    before, after = typed[: piece.start].rpartition(" ")[2], typed[piece.end :].partition(" ")[0]
    return bool(_BEFORE.fullmatch(before) and _AFTER.fullmatch(after))


def _is_as_typed(word: str, term: str) -> bool:
    """Whether ``word`` is known though no document holds it."""
    return (
        is_right(word)
        or word in _names()
        or term in _forbidden()
        or word in distress.words()
        or any(word in words_of(name) for name in provinces().values())
    )


@cache
def _forbidden() -> frozenset[str]:
    return frozenset(map(stem, _AS_TYPED.split()))


@cache
def _names() -> frozenset[str]:
    """The words of the names of all countries, and of the cities that name the zones of time, in every language shown."""
    locales = map(Locale, settings.COMPLETE_LANGUAGES)
    countries = (name for locale in locales for name in locale.territories.values())
    cities = (zone.split("/")[-1].replace("_", " ") for zone in available_timezones() if "/" in zone)
    return frozenset(word for name in (*countries, *cities) for word in words_of(name.replace("-", " ")))
