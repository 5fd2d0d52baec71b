"""What of a question may be taken away where it finds nothing: a condition that was read from its words, or one word.

Found by asking :func:`~search.questions.read` what is left without them, so nothing here knows how a condition is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from . import analysis, questions
from .questions import JOB, Question
from .stems import stem
from .vocabulary import vocabulary

# A condition is said in few words. Every way is read anew, so what is longer than a sentence is offered none.
_LONGEST_CONDITION, _MOST_PIECES = 7, 16
# How often an engine is asked what it would find without something, and how many ways are offered: more make nothing clearer.
MOST_TRIES, MOST_SHOWN = 4, 3


@dataclass(frozen=True)
class Less:
    """What was ``said`` and taken away, and the ``words`` that are left."""

    said: str
    words: str
    condition: bool = False


def conditions(words: str) -> list[Less]:
    """The conditions in a question about jobs (free of charge, a least wage), each by the fewest words without which
    everything else is asked as before.
    """
    words = analysis.composed(words)
    pieces = _pieces(words)
    if not pieces:
        return []
    asked = questions.read(words, JOB)
    gone: list[Callable[[Question], bool]] = []
    if asked.free:
        gone.append(lambda left: not left.free and left.wage == asked.wage)
    if asked.wage:
        gone.append(lambda left: left.wage is None and left.free == asked.free)
    found: list[Less | None] = [None] * len(gone)
    for part in _parts(words, pieces) if gone else ():
        left = questions.read(part.words, JOB)
        if _same(left, asked):
            found = [known or (part if is_gone(left) else None) for known, is_gone in zip(found, gone, strict=True)]
        if all(found):
            break
    return [part for part in found if part]


def _parts(words: str, pieces: Sequence[analysis.Piece]) -> Iterator[Less]:
    """The parts of a question that may be a condition, the shortest first; all of it is none."""
    for length in range(_LONGEST_CONDITION):
        for start in range(len(pieces) - length):
            part = _without(words, pieces[start], pieces[start + length])
            if part.words:
                yield part


def single_words(words: str, kind: str) -> list[Less]:
    """The words of which one may be too much, those first that no document of ``kind`` holds. None of a condition.

    A job must hold every word: what none holds is too much, and where there is more of that, all of it at once.
    """
    words = analysis.composed(words)
    pieces = _pieces(words)
    if not pieces:
        return []
    asked = questions.read(words, kind)
    found: list[analysis.Piece] = []
    unknown: list[analysis.Piece] = []
    for piece in pieces:
        if not piece.terms:
            continue
        part = _less(words, (piece,))
        if _is_asked(part, asked, kind):
            held = _may_be_held(asked, piece.terms, kind)
            (found if held else unknown).append(piece)
    if unknown and kind == JOB:
        part = _less(words, unknown)
        return [part] if _is_asked(part, asked, kind) else []
    return [_less(words, (piece,)) for piece in (*unknown, *found)]


def _pieces(words: str) -> list[analysis.Piece]:
    """The pieces of a question; none where there are too many of them."""
    pieces = list(islice(analysis.pieces(words, stem), _MOST_PIECES + 1))
    return pieces if len(pieces) <= _MOST_PIECES else []


def _is_asked(part: Less, asked: Question, kind: str) -> bool:
    """Whether something is left to ask for, less than before, under the same conditions."""
    left = questions.read(part.words, kind)
    something = left.groups or left.free or left.wage
    return bool(something) and left.groups != asked.groups and (left.free, left.wage) == (asked.free, asked.wage)


def _may_be_held(asked: Question, terms: tuple[str, ...], kind: str) -> bool:
    """Whether a document may answer what these terms ask for; a synonym is as good as a word."""
    held = vocabulary()
    groups = [group for group in asked.groups if group[0][0] in terms]
    return all(any(held.may_hold(kind, phrase) for phrase in group) for group in groups)


def _less(words: str, pieces: Sequence[analysis.Piece]) -> Less:
    said, left, end = [], [], 0
    for piece in pieces:
        left.append(words[end : piece.start])
        said.append(words[piece.start : piece.end])
        end = piece.end
    return Less(" ".join(said), " ".join(" ".join([*left, words[end:]]).split()))


def _without(words: str, first: analysis.Piece, last: analysis.Piece) -> Less:
    """The same for a condition, which is said in one place."""
    said, left = words[first.start : last.end], f"{words[: first.start]} {words[last.end :]}"
    return Less(said, " ".join(left.split()), condition=True)


def _same(left: Question, asked: Question) -> bool:
    return (left.groups, left.charges, left.others) == (asked.groups, asked.charges, asked.others)
