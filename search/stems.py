"""From a word to its stem, without asking in which language it is.

A question of two words mixes languages (“caregiver jepang”), and so does a listing. So every word passes an Indonesian
stemmer (Sastrawi, by a dictionary of roots) and then an English one (Snowball): documents and questions alike, so that
it does not matter what a stemmer does to a word of the other language, only that a family comes to one stem.

Sastrawi was kept because it joins more: of 538 pairs of words of one family (tests/search/test_stems.py) it joins 506,
Snowball's Indonesian rules 412, neither joins two families; on the judged queries it was the more precise by a little.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

# The class itself: the factory of the package would take another implementation where one is installed, and the
# documents of one machine would not fit the questions of another.
from snowballstemmer.english_stemmer import EnglishStemmer

# Shorter words have no affix worth taking off.
_SHORTEST = 4
# Roots that the stemmer does not find. And names of trades that are no forms of a verb: who types “perawat” looks for a
# nurse, not for whatever is looked after; “pembantu” is no help line, “bayaran” and “penghasilan” are wages.
_ROOTS = """
    rawat: perawatan      perawat: perawat, keperawatan     pembantu: pembantu      bayaran: bayaran
    penghasilan: penghasilan     nursing: nursing           employer: employer, employers
    nikah: menikah        kawin: mengawini     masak: masakan         las: mengelas, pengelasan
    tani: bertani         ternak: peternakan   culik: penculikan      kemas: mengemas, pengemas, pengemasan
"""
# So long is a root whose forms are told from mistyped words: verbs and “ke-an”, and what else is made of it.
_VERBS_OF, _NOUNS_OF = 4, 5
# What stands between “me” and a root that begins with one of these letters, and those whose place it takes.
_NASALS, _TAKEN = {"bfpv": "m", "cdjtz": "n", "aeioughk": "ng", "s": "ny"}, "kpst"
# What a word takes on whatever it is: “perawatannya”.
_ENDING = re.compile("(nya|ku|mu|lah|kah|pun)$")


def stem(word: str) -> str:
    """The stem of a folded word.

    >>> [stem(word) for word in ("merawat", "perawatan", "perkawinan", "carers", "fishing")]
    ['rawat', 'rawat', 'kawin', 'carer', 'fish']
    """
    if len(word) < _SHORTEST or not word.isalpha():
        return word
    root = _roots().get(word) or _roots().get(_ENDING.sub("", word)) or _indonesian().stem_word(word)
    if _roots().get(root) == root:
        return root
    # A Snowball stemmer holds the word that it works on, so no two threads share one; making one costs a microsecond.
    return EnglishStemmer().stemWord(root)


def is_indonesian(word: str) -> bool:
    """Whether a folded word is a form of a root of the dictionary."""
    indonesian = _indonesian()
    return bool(indonesian.get_dictionary().contains(indonesian.stem_word(word)))


def is_right(word: str) -> bool:
    """Whether a folded word is surely spelt right: a root of the dictionary, or a form as it is made of a longer one.

    Of short roots a mistyped word makes forms as well: “pengasu” would be one of “asu”. Of the words of the portal with a
    letter wrong, 3 in 100 pass for right.

    >>> [is_right(word) for word in ("mafia", "merokok", "dicuri", "perceraian", "pengasu", "pertanin", "menrokok")]
    [True, True, True, True, False, False, False]
    """
    indonesian = _indonesian()
    root = indonesian.stem_word(word)
    if not indonesian.get_dictionary().contains(root):
        return False
    return (
        word == root
        or (len(root) >= _VERBS_OF and word in _verbs(root))
        or (len(root) >= _NOUNS_OF and word in _nouns(root))
    )


def _verbs(root: str) -> set[str]:
    verbs = {f"{verb}{ending}" for verb in (_active(root), f"di{root}") for ending in ("", "i", "kan")}
    return verbs | {f"ber{root}", f"ter{root}", f"ke{root}an"}


def _nouns(root: str) -> set[str]:
    doer = f"p{_active(root)[1:]}"
    return {doer, f"{doer}an", f"per{root}an", f"{root}nya"}


def _active(root: str) -> str:
    """A verb with its prefix, which takes the place of some letters: “merokok”, “menyita”, “mengirim”, “membayar”."""
    first = root[0]
    nasal = next((nasal for letters, nasal in _NASALS.items() if first in letters), "")
    return f"me{nasal}{root[1:] if first in _TAKEN else root}"


# For the words of documents, which are few and public. What people type is not kept, not even here (DECISIONS 40).
stem_of_document = lru_cache(maxsize=50_000)(stem)


@cache
def _indonesian() -> Stemmer:
    """The stemmer without the cache that its factory puts around it."""
    return Stemmer(ArrayDictionary(StemmerFactory().get_words()))


@cache
def _roots() -> dict[str, str]:
    entries = (entry.split(": ") for line in _ROOTS.splitlines() for entry in line.strip().split("  ") if entry.strip())
    return {word: root.strip() for root, words in entries for word in words.strip().split(", ")}
