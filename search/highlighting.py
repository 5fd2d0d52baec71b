"""Marking what was searched for in the original text of the shown hits, by the same analysis (DECISIONS 38)."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from . import analysis

_LENGTH = 180
_SENTENCE = 60
# How much stands before the first word that was found.
_BEFORE = 60


def marked(text: str, terms: Collection[str]) -> SafeString:
    """``text`` as HTML with every word that has one of ``terms`` inside ``<mark>``."""
    parts: list[str] = []
    end = 0
    for piece in analysis.pieces(text):
        if any(term in terms for term in piece.terms):
            parts += [
                conditional_escape(text[end : piece.start]),
                format_html("<mark>{}</mark>", text[piece.start : piece.end]),
            ]
            end = piece.end
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))


def excerpt(text: str, terms: Collection[str]) -> SafeString:
    """The line of ``text`` with the most of ``terms``, cut around the first of them, marked; else its beginning."""
    lines = [(line, _found(line, terms)) for line in text.split("\n")]
    # A heading of one word says little about the page: of two lines that hold as much, the longer one, up to a sentence.
    best, found = max(lines, key=lambda pair: (len(pair[1]), min(len(pair[0]), _SENTENCE) if pair[1] else 0))
    if len(best) <= _LENGTH:
        return marked(best, terms)
    first = min(found.values(), default=0)
    start = 0 if first <= _BEFORE else best.find(" ", first - _BEFORE) + 1
    shown = best[start : start + _LENGTH].rpartition(" ")[0] if start + _LENGTH < len(best) else best[start:]
    before, after = "… " if start else "", " …" if start + len(shown) < len(best) else ""
    return format_html("{}{}{}", before, marked(shown, terms), after)


def _found(line: str, terms: Collection[str]) -> dict[str, int]:
    """The terms that ``line`` holds, each with its first place."""
    places: dict[str, int] = {}
    for piece in analysis.pieces(line):
        for term in piece.terms:
            if term in terms:
                places.setdefault(term, piece.start)
    return places
