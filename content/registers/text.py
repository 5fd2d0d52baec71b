"""Pure text functions shared by every room: folding, words, edit distance. No Django, no language data."""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_WORD = re.compile(r"[0-9a-z]+(?:[-'][0-9a-z]+)*")
# Letters that Unicode does not decompose but people type without their stroke.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "'", "‘": "'", "ʼ": "'"}
)
# Letters of other scripts that look like Latin ones.
_ALIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455"
    "\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7",
    "abekmhopctyxijsaeikvoptux",
)


# Signs that Unicode shows as nothing (Default_Ignorable_Code_Point) and that are no format characters by category:
# a joiner, fillers of Hangul and Khmer, selectors of variants.
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]")
# Four letters or more that stand by themselves: “L O K E R”. Two spaces then part words.
_SPACED = re.compile(r"(?<!\w)[^\W\d_](?:[ \t]{1,3}[^\W\d_](?!\w)){3,}")


def without_invisible(text: str) -> str:
    """``text`` without signs that take no room: soft hyphens, spaces of no width, fillers."""
    if text.isascii():
        return text
    return "".join(c for c in _IGNORABLE.sub("", text) if unicodedata.category(c) != "Cf")


def _closed_up(found: re.Match[str]) -> str:
    return " ".join(re.sub(r"\s", "", word) for word in re.split(r"\s{2,}", found[0]))


def unmask(text: str) -> str:
    """``text`` as it is read: letters that were drawn apart together, and in small letters those of other scripts that
    look Latin as Latin ones, if it holds any Latin letter.

    >>> unmask("b\u0430yar"), unmask("P T  C o n t o h")
    ('bayar', 'PT Contoh')
    """
    text = _SPACED.sub(_closed_up, without_invisible(text))
    if text.isascii():
        return text
    small = text.lower()
    return small.translate(_ALIKE) if re.search("[a-z]", small) else small


def fold(text: str) -> str:
    """Lower case, without accents, compatibility forms resolved (NFKD), control characters removed.

    >>> fold("Perawât Lansia１")
    'perawat lansia1'
    """
    if text.isascii():  # nothing to decompose: most of what is folded by the thousands
        return (text if text.isprintable() else _CONTROLS.sub(" ", text)).lower()
    text = without_invisible(text)
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
