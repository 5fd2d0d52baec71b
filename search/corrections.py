"""“Did you mean”: from words that nobody knows to the nearest ones that find something.

A word is doubted only when no document and no synonym of any kind holds its term, so that nothing that is spelt right
is ever changed. Every proposal is tried by asking for it; the number of tries is bounded, whatever was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, product

from . import analysis
from .stems import stem
from .vocabulary import vocabulary

# How many mistyped words of one question are corrected, how many proposals are made of one, and how many are tried.
_MOST_WORDS, _MOST_OF_EACH, _MOST_TRIES = 3, 3, 4


def proposals(words: str, kind: str, count: Callable[[list[str]], dict[str, int]]) -> Iterator[str]:
    """``words`` with what is doubted replaced, the likeliest first; nothing where nothing is doubted or near.

    ``count`` says how many documents hold each of some words, as far as that matters.
    """
    typed = analysis.composed(words)
    doubted = _doubted(typed)
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


def _doubted(typed: str) -> list[analysis.Piece]:
    """The words that nobody knows. What stands in no dictionary of ours but has a digit is a code, not a mistake."""
    known = vocabulary().terms
    return [
        piece
        for piece in analysis.pieces(typed, stem)
        if len(piece.words) == 1
        and piece.words[0].isalpha()
        and len(piece.words[0]) > 2
        and piece.terms[0] not in known
    ]
