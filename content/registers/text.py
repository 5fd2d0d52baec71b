"""Pure text functions shared by every room: folding, words, edit distance. No Django, no language data."""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_WORD = re.compile(r"[0-9a-z]+(?:[-'][0-9a-z]+)*")
# Letters that Unicode does not decompose but people type without their stroke.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "’": "'", "‘": "'", "ʼ": "'"})


def fold(text: str) -> str:
    """Lower case, without accents, compatibility forms resolved (NFKD), control characters removed.

    >>> fold("Perawât Lansia１")
    'perawat lansia1'
    """
    if text.isascii():  # nothing to decompose: most of what is folded by the thousands
        return (text if text.isprintable() else _CONTROLS.sub(" ", text)).lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold())
    kept = (c for c in decomposed if not unicodedata.combining(c))
    return "".join(" " if unicodedata.category(c)[0] == "C" else c for c in kept)


def words(text: str) -> list[str]:
    """The words of ``text`` in order, folded; hyphenated words stay one ("anak-anak")."""
    return _WORD.findall(fold(text))


def edit_distance(a: str, b: str, limit: int = 3) -> int:
    """Optimal string alignment distance (insert, delete, replace, swap neighbours), or ``limit + 1`` when larger."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, previous = previous, row
    return min(previous[-1], limit + 1)
