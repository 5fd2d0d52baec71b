"""From text to terms: the one place that decides which words are the same word.

Documents and questions pass through :func:`terms`, so every engine compares equal things (docs/adr/0003). This first
version folds, cuts, keeps numbers and drops small words; stemming, synonyms and corrections will join here, behind the
same three functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content.registers.text import words

# Words that carry grammar, not meaning. Nothing that could be a place, a job, a paper or a danger: “as” (Amerika
# Serikat) and “it” (the trade) are therefore not among them.
_INDONESIAN = """
    ada adalah agar akan aku anda apa apakah atau bagaimana bagi bahwa bila bisa boleh dalam dan dapat dari dengan di
    dia hal ia ini itu jadi jika juga kalau kami kamu karena kapan ke kepada kita lagi maka mana mau mereka oleh pada
    para per pun saat saja saya sebagai seperti serta siapa sudah supaya tentang tetapi untuk ya yaitu yang
"""
_ENGLISH = """
    a about am an and any are at be been but by can could did do does for from had has have he her his how i if in
    into is its me my no not of on or our she should so some than that the their them then there these they this
    those to was we were what when where which who why will with would you your
"""
STOP_WORDS = frozenset(_INDONESIAN.split() + _ENGLISH.split())
# More different words than this make no question clearer; they are left out.
MAX_TERMS = 12
# Longer words do not exist; what is longer is not searched for, and no engine has to hold it.
_LONGEST = 40
# A number with its thousands, or letters and digits with the accents that belong to them.
_PIECE = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?!\d)|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_THOUSANDS = re.compile(r"[.,]")


@dataclass(frozen=True)
class Piece:
    """A word as it stands in a text (``text[start:end]``) and the terms it is searched by."""

    start: int
    end: int
    terms: tuple[str, ...]


def pieces(text: str) -> Iterator[Piece]:
    """The words of ``text`` with their places and terms; small words have no terms."""
    for match in _PIECE.finditer(text):
        word = match[0]
        if word[0].isdigit():
            word = _THOUSANDS.sub("", word)
        found = (term[:_LONGEST] for term in words(word))
        yield Piece(match.start(), match.end(), tuple(term for term in found if term not in STOP_WORDS))


def terms(text: str) -> list[str]:
    """The terms of ``text`` in order, repeated as often as they occur.

    >>> terms("Gaji NT$20.000 di Taiwan, anak-anak")
    ['gaji', 'nt', '20000', 'taiwan', 'anak', 'anak']
    """
    return [term for piece in pieces(unicodedata.normalize("NFC", text)) for term in piece.terms]


def query_terms(text: str, limit: int = MAX_TERMS) -> tuple[str, ...]:
    """The different terms of a question in order of appearance, at most ``limit``."""
    return tuple(dict.fromkeys(terms(text)))[:limit]


def clean(text: str) -> str:
    """What was typed, fit to be shown again: composed, control and direction characters removed, one space between."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in composed).split())


def joined(texts: Iterable[str]) -> str:
    """The terms of several texts as one line, the form in which a document keeps them."""
    return " ".join(term for text in texts for term in terms(text))
