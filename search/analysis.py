"""From text to terms: the one place that decides which words are the same word.

Documents and questions pass through :func:`pieces`, so every engine compares equal things (docs/adr/0003). Text is
folded and cut; amounts and currencies come to one form (“12 jt”, “Rp 12.000.000”); words said twice (“anak-anak”,
“anak2”) are one; small words are dropped; what is left comes to its stem (``stems``). What a question means beyond its
words (synonyms, a wage, “free of charge”) is read in ``questions``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from content.registers.text import fold, without_invisible, words

from .stems import stem, stem_of_document

# Words that carry grammar, not meaning. Nothing that could be a place, a job, a paper or a danger: “as” (Amerika
# Serikat) and “it” (the trade) are therefore not among them.
_INDONESIAN = """
    ada adalah agar akan aku anda apa apakah atau bagaimana bagi bahwa berapa bila bisa boleh dalam dan dapat dari
    dengan di dia hal ia ini itu jadi jika juga kalau kami kamu karena kapan ke kepada kita lagi maka mana mau mereka
    oleh pada para per pun saat saja saya sebagai seperti serta siapa sudah supaya tentang tetapi untuk ya yaitu yang
"""
# As it is written in messages; and what people say to a search that means nothing to it.
_CHAT = """
    bgm bgmn bikin brp buat cari dg dgn dlm dmn dong dr dri gaes gan gimana gmn gmna guys info kak kakak kalo kayak klo
    lah mencari min nih nyari nya pengen pingin pd sama sih sy tuh utk yg yuk
"""
# Javanese, Sundanese, Madurese, Banjarese.
_REGIONAL = """
    e gasan golek handak ieu iki iku ing jeung ka kanggo kang karo keur kumaha lan naon nang neang neng ning nu opo
    pikeun piye se sing teh wan
"""
_ENGLISH = """
    a about am an and any are at be been but by can could did do does for from had has have he her his how i if in
    into is its me my not of on or our she should so some than that the their them then there these they this
    those to was we were what when where which who why will with would you your
"""
STOP_WORDS = frozenset((_INDONESIAN + _CHAT + _REGIONAL + _ENGLISH).split())
# More words than this make no question clearer: of what asks something, the rest is left out and said.
MAX_TERMS = 12
# Longer words do not exist; what is longer is not searched for, and no engine has to hold it.
_LONGEST = 40

# --- amounts -------------------------------------------------------------------------------------------------------

# How people write a currency, folded: marks stand before or after an amount, names after it.
_MARKS: Final = {
    "rp": "IDR", "idr": "IDR", "nt$": "TWD", "nt": "TWD", "ntd": "TWD", "twd": "TWD", "hk$": "HKD", "hkd": "HKD",
    "rm": "MYR", "myr": "MYR", "s$": "SGD", "sgd": "SGD", "b$": "BND", "bnd": "BND", "¥": "JPY", "jpy": "JPY",
    "₩": "KRW", "krw": "KRW", "€": "EUR", "eur": "EUR", "aed": "AED", "us$": "USD", "usd": "USD",
}  # fmt: skip
_NAMES: Final = {
    "rupiah": "IDR", "yen": "JPY", "won": "KRW", "euro": "EUR", "euros": "EUR", "dolar taiwan": "TWD", "taiwan dollar": "TWD", "nt dollar": "TWD",
    "dolar hong kong": "HKD", "dolar hongkong": "HKD", "hong kong dollar": "HKD", "ringgit": "MYR", "dolar singapura": "SGD",
    "singapore dollar": "SGD", "dolar brunei": "BND", "brunei dollar": "BND", "dirham": "AED", "dolar as": "USD", "dolar amerika": "USD",
    "us dollar": "USD", "taiwan dollars": "TWD", "nt dollars": "TWD", "hong kong dollars": "HKD", "singapore dollars": "SGD",
    "brunei dollars": "BND", "us dollars": "USD",
}  # fmt: skip
_TIMES: Final = {
    "rb": 1_000, "ribu": 1_000, "ribuan": 1_000, "rebu": 1_000, "k": 1_000, "thousand": 1_000, "jt": 1_000_000, "juta": 1_000_000,
    "jutaan": 1_000_000, "million": 1_000_000, "miliar": 1_000_000_000, "milyar": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip


def _any(written: Iterable[str]) -> str:
    """A pattern for any of these, the longest first, with blanks as they come."""
    return "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in sorted(written, key=len, reverse=True))


_BEGINS, _ENDS = r"(?<![^\W_])", r"(?![^\W_])"
_THOUSANDS = r"\d{1,3}(?:[.,]\d{3})+(?!\d)"
_MULTIPLIED = rf"(?:{_THOUSANDS}|\d{{1,9}}(?:[.,]\d{{1,2}})?)\s?(?:{_any(_TIMES)}){_ENDS}"
_AMOUNT = re.compile(
    rf"{_BEGINS}(?P<before>{_any(_MARKS)})\.?\s?(?P<first>{_MULTIPLIED}|{_THOUSANDS}|\d{{1,12}}){_ENDS}"
    rf"|{_BEGINS}(?P<number>{_MULTIPLIED}|{_THOUSANDS}|\d{{1,12}})"
    rf"(?:\s?(?P<name>{_any(_NAMES)}){_ENDS}|\s?(?P<after>{_any(_MARKS)}){_ENDS}(?!\.?\s?\d)|{_ENDS})",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d(?:[\d.,]*\d)?")
# Nobody earns this or pays it to go, in whatever currency: a number of so many digits is one of something else.
_NO_MONEY = 10**12
# What stands between the two ends of a range: “10-15”, “10 sampai 15”, “10 s/d 15”; and between those of “antara 10 dan 15”.
_TO = r"\s{0,3}[-–—~]\s{0,3}|\s{1,3}(?:sampai(?:\s+dengan)?|sampe|hingga|s[./]?d\.?|to|until|till|atau|or)\s{1,3}"
_AND = r"\s{1,3}(?:dan|and|&)\s{1,3}"
_BOTH_ENDS = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?P<least>\d{{1,9}}(?:[.,]\d{{1,2}})?)(?P<to>{_TO}|{_AND})(?=(?:(?:{_any(_MARKS)})\.?\s?)?"
    rf"\d{{1,9}}(?:[.,]\d{{1,2}})?\s?(?P<times>{_any(_TIMES)}){_ENDS})",
    re.IGNORECASE,
)
_RANGE, _RANGE_OF_BOTH = re.compile(_TO, re.IGNORECASE), re.compile(rf"{_TO}|{_AND}", re.IGNORECASE)
_BETWEEN, _LONGEST_BETWEEN = re.compile(r"\b(?:antara|between)\W{1,3}(?:\D{1,3}\s?)?$", re.IGNORECASE), 16
# Ends of a range are not further apart; what is, are two numbers of two things.
_FURTHEST = 100


@dataclass(frozen=True)
class Amount:
    """A number as it is meant, where it stands, and whether it was said as money: with a currency, or as “12 juta”."""

    value: Decimal
    currency: str
    money: bool
    start: int
    end: int


def amounts(text: str) -> Iterator[Amount]:
    """The numbers of ``text`` that may be money, with the currencies beside them.

    >>> [(str(a.value), a.currency) for a in amounts("12juta atau Rp 12.000.000, NT$ 28.590, 2,1 juta won")]
    [('12000000', ''), ('12000000', 'IDR'), ('28590', 'TWD'), ('2100000', 'KRW')]
    """
    for match in _AMOUNT.finditer(text):
        mark, name = fold(match["before"] or match["after"] or ""), " ".join(fold(match["name"] or "").split())
        currency = _MARKS.get(mark) or _NAMES.get(name, "")
        value, multiplied = _number(match["first"] or match["number"])
        if value >= _NO_MONEY:
            continue
        yield Amount(value, currency, multiplied or bool(currency), match.start(), match.end())


def _number(written: str) -> tuple[Decimal, bool]:
    """“2,1 juta” and “20.000” as numbers, and whether a word multiplied it."""
    # A pattern that ignores case takes “ı”, “İ” and “ſ” for letters of “ribu”, “miliar” and “s$”.
    found = _DIGITS.match(written)
    digits = found[0] if found else "0"
    times = _TIMES.get(fold(written[len(digits) :]).strip())
    plain = digits.replace(".", "").replace(",", "") if re.fullmatch(_THOUSANDS, digits) else digits.replace(",", ".")
    value = Decimal(plain) * (times or 1)
    return Decimal(format(value.normalize(), "f")), times is not None


def both_ends(text: str) -> str:
    """“15-20 juta” as “15 juta-20 juta”: what multiplies the second end of a range, multiplies the first.

    >>> both_ends("gaji 15-20 juta, antara 2,5 dan 3 jt")
    'gaji 15 juta-20 juta, antara 2,5 jt dan 3 jt'
    """

    def multiplied(found: re.Match[str]) -> str:
        joins = _are_range(found["to"], text, found.start())
        return f"{found['least']} {found['times']}{found['to']}" if joins else found[0]

    return _BOTH_ENDS.sub(multiplied, text)


def ranges(text: str, found: Sequence[Amount]) -> Iterator[tuple[Amount, ...]]:
    """``found`` with the two ends of a range together, the lower one first: “5 juta sampai 10 juta”."""
    place = 0
    while place < len(found):
        least = found[place]
        most = found[place + 1] if place + 1 < len(found) else None
        place += 1
        joins = most and _are_range(text[least.end : most.start], text, least.start)
        if most is None or not joins or not least.value <= _FURTHEST * most.value <= _FURTHEST**2 * least.value:
            yield (least,)
            continue
        place += 1
        currency = least.currency or most.currency
        least = replace(least, currency=currency, money=least.money or most.money)
        most = replace(most, currency=most.currency or currency, money=most.money or least.money)
        yield (most, least) if most.currency == currency and most.value < least.value else (least, most)


def _are_range(between: str, text: str, start: int) -> bool:
    """Whether this stands between two ends of a range of which the first one starts there."""
    of_both = _BETWEEN.search(text[max(0, start - _LONGEST_BETWEEN) : start])
    return bool((_RANGE_OF_BOTH if of_both else _RANGE).fullmatch(between))


# --- pieces --------------------------------------------------------------------------------------------------------

# In this order: the mark of a currency before its amount (“Rp12.000”), which is no word; a word said twice
# (“anak-anaknya”); one letter and what hangs on it (“E-9”, “E-PMI”); a number with its thousands or with what multiplies
# it; letters and digits with the accents that belong to them.
_PIECE = re.compile(
    rf"{_BEGINS}(?P<mark>{_any(_MARKS)})(?=\.?\s?\d)"
    r"|(?P<twice>[^\W\d_]{2,})-(?P=twice)(?P<rest>[^\W\d_]*)"
    rf"|{_BEGINS}(?P<letter>[^\W\d_])-(?P<hung>\d{{1,2}}|[^\W\d_]{{3,}}){_ENDS}"
    rf"|(?P<number>{_MULTIPLIED}|{_THOUSANDS})"
    r"|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*",
    re.IGNORECASE,
)
# “anak2”, “anak2nya”: said twice, as it is written in messages.
_TWICE_IN_MESSAGES = re.compile(r"([a-z]{3,})2(nya|an|)")


@dataclass(frozen=True)
class Piece:
    """What stands in a text (``text[start:end]``): its folded words that mean something, and their terms, one each."""

    start: int
    end: int
    words: tuple[str, ...]
    terms: tuple[str, ...]


def pieces(text: str, stemmed: Callable[[str], str] = stem_of_document) -> Iterator[Piece]:
    """The words of ``text`` with their places and terms; small words have no terms."""
    for match in _PIECE.finditer(text):
        found = tuple(_words(match))
        yield Piece(match.start(), match.end(), found, tuple(map(stemmed, found)))


def _words(match: re.Match[str]) -> Iterator[str]:
    """The words of a piece that mean something, folded."""
    if match["mark"]:
        return
    if match["number"]:
        yield str(_number(match["number"])[0])[:_LONGEST]
        return
    written = [match["twice"] + match["rest"] if match["twice"] else match["hung"] or match[0]]
    if match["letter"]:
        # “E-PMI” is found as “epmi” and as “pmi”, “E-9” only as a whole.
        whole = match["letter"] + match["hung"]
        written = [whole] if match["hung"].isdigit() else [whole, match["hung"]]
    for word in words(" ".join(written)):
        once = re.fullmatch(_TWICE_IN_MESSAGES, word)
        said = once[1] + once[2] if once else word
        if said not in STOP_WORDS:
            yield said[:_LONGEST]


def terms(text: str) -> list[str]:
    """The terms of ``text`` in order, repeated as often as they occur.

    >>> terms("Gaji NT$20.000 di Taiwan, anak-anak")
    ['gaji', '20000', 'taiwan', 'anak']
    """
    return [term for piece in pieces(composed(text)) for term in piece.terms]


def question_terms(text: str) -> list[str]:
    """The terms of what somebody typed, in order; nothing of it is kept."""
    return [term for piece in pieces(composed(text), stem) for term in piece.terms]


def clean(text: str) -> str:
    """What was typed, fit to be shown again: composed, nothing that is not seen, one space between."""
    seen = composed(without_invisible(text))
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in seen).split())


def composed(text: str) -> str:
    """Each letter with its accents as one sign, where there is one."""
    return unicodedata.normalize("NFC", text)


# --- documents -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Analysed:
    """A text of a document: its terms in order, and its words, each with its term."""

    terms: tuple[str, ...] = ()
    words: frozenset[tuple[str, str]] = frozenset()


def analysed(text: str) -> Analysed:
    """``text`` as a document holds it. Short texts (a country, an occupation) come again and again and are kept."""
    return _kept(text) if len(text) <= _SHORT else _analysed(text)


def _analysed(text: str) -> Analysed:
    found = list(pieces(composed(text)))
    return Analysed(
        tuple(term for piece in found for term in piece.terms),
        frozenset(pair for piece in found for pair in zip(piece.words, piece.terms, strict=True)),
    )


def pieces_of_document(text: str) -> tuple[Piece, ...]:
    """The pieces of a text that a document shows, without its small words. Short ones are kept as well."""
    return _kept_pieces(text) if len(text) <= _SHORT else _meaning(text)


def _meaning(text: str) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces(text) if piece.terms)


_SHORT = 200
_kept = lru_cache(maxsize=10_000)(_analysed)
_kept_pieces = lru_cache(maxsize=10_000)(_meaning)


def joined(texts: Iterable[str]) -> str:
    """The terms of several texts as one line, the form in which a document keeps them."""
    return " ".join(term for text in texts for term in analysed(text).terms)


def words_of(texts: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The words of several texts with their terms."""
    return frozenset().union(*(analysed(text).words for text in texts))
