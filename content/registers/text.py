"""Pure text functions shared by every room: folding and words. No Django, no language data."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[0-9a-z]+(?:[-'][0-9a-z]+)*")
# Letters that Unicode does not decompose but people type without their stroke.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "’": "'", "‘": "'", "ʼ": "'"})


def fold(text: str) -> str:
    """Lower case, without accents, compatibility forms resolved (NFKD), control characters removed.

    >>> fold("Perawât Lansia１")
    'perawat lansia1'
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold())
    kept = (c for c in decomposed if not unicodedata.combining(c))
    return "".join(" " if unicodedata.category(c)[0] == "C" else c for c in kept)


def words(text: str) -> list[str]:
    """The words of ``text`` in order, folded; hyphenated words stay one ("anak-anak")."""
    return _WORD.findall(fold(text))
