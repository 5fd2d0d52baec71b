"""Marking what was searched for in the original text of the shown hits, by the same analysis (DECISIONS 38).

So every form of a word is marked (“merawat” for “perawatan”), and a synonym where it found the hit.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from . import analysis
from .types import Phrase

_LENGTH = 180
_SENTENCE = 60
# How much stands before the first word that was found.
_BEFORE = 60


def marked(text: str, wanted: Set[Phrase]) -> SafeString:
    """``text`` as HTML with everything that is one of the phrases ``wanted`` inside ``<mark>``."""
    parts: list[str] = []
    end = 0
    for start, stop, _phrase in _found(text, wanted):
        parts += [conditional_escape(text[end:start]), format_html("<mark>{}</mark>", text[start:stop])]
        end = stop
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))


def excerpt(text: str, wanted: Set[Phrase]) -> SafeString:
    """The line of ``text`` with the most of ``wanted``, cut around the first of them, marked; else its beginning."""
    lines = [(line, list(_found(line, wanted))) for line in text.split("\n")]
    # A heading of one word says little about the page: of two lines that hold as much, the longer one, up to a sentence.
    best, found = max(lines, key=lambda pair: (_different(pair[1]), min(len(pair[0]), _SENTENCE) if pair[1] else 0))
    if len(best) <= _LENGTH:
        return marked(best, wanted)
    first = found[0][0] if found else 0
    start = 0 if first <= _BEFORE else best.find(" ", first - _BEFORE) + 1
    shown = best[start : start + _LENGTH].rpartition(" ")[0] if start + _LENGTH < len(best) else best[start:]
    before, after = "… " if start else "", " …" if start + len(shown) < len(best) else ""
    return format_html("{}{}{}", before, marked(shown, wanted), after)


def _different(found: list[tuple[int, int, Phrase]]) -> int:
    return len({phrase for _start, _stop, phrase in found})


def _found(text: str, wanted: Set[Phrase]) -> Iterator[tuple[int, int, Phrase]]:
    """Where the phrases stand in ``text``, from left to right, the longest first where several begin."""
    pieces = analysis.pieces_of_document(text) if wanted else ()
    longest = max(map(len, wanted), default=0)
    place = 0
    while place < len(pieces):
        for length in range(min(longest, len(pieces) - place), 0, -1):
            taken = pieces[place : place + length]
            phrase = tuple(piece.terms[0] for piece in taken)
            if length == 1:
                phrase = next(((term,) for term in taken[0].terms if (term,) in wanted), phrase)
            if phrase in wanted:
                yield taken[0].start, taken[-1].end, phrase
                place += length
                break
        else:
            place += 1
