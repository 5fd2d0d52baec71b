"""Bare digits: numbers in the text of a page or a register that neither a fact, nor a channel, nor a source answers for.

A number that can change stands in a text as a token. What may be typed is the reviewed list :data:`ALLOWED`, no more:
dates, articles of laws that are sources, ordinals and counts, and digits inside names. Everything else is bare, and keeps
the page from being published (``BasePage.obstacles``). To allow one more kind, add it here with an example of what it
lets through; the tests try each beside its neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from .calendar import MONTHS
from .tokens import TOKEN

Law = tuple[str, int, int]
"""A law by kind, number and year: ("uu", 18, 2017)."""

_HELD = "\ue000"  # where a token stood
_SHARES = "%‰"  # of whatever stands before them, in any script
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
# An amount is none of what may be typed, however small its figure: “Pasal 30 juta”, “since 2000 dollars”.
_GREAT = r"ribu|rb|juta|jt|mil[iy]ar|triliun|thousand|million|billion"
_COUNTED = (
    r"persen|percent|per cent|rupiah|dolar|dollars?|ringgit|riyal|yen|won|baht|orang|jiwa|pekerja|korban|kasus|anak"
    r"|perempuan|people|persons|workers?|victims?|cases|children|women|men"
)
_NO_AMOUNT = rf"(?! ?%| (?:{_GREAT}|{_COUNTED})\b|(?:rb|jt)\b)"
_YEAR = rf"(?:19|20)\d\d(?![\d.,]*\d){_NO_AMOUNT}"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_SMALL = rf"\d{{1,2}}(?![\d.,]*\d){_NO_AMOUNT}"
_LISTED = rf"{_SMALL}(?:(?:, ?| ?[–-] ?|,? (?:dan|atau|sampai|and|or|to) ){_SMALL})*"
# Codes of money that could be taken for a name with a digit in it: “USD50”.
_MONEY = r"(?:R[Pp]|IDR|QAR|BND|KWD|BHD|OMR|HP|TEL|WA|USD|US|EUR|SGD|MYR|HKD|TWD|NTD|JPY|KRW|SAR|AED|CNY|THB|GBP|AUD|RM|NT|HK|SR|RS)"


@dataclass(frozen=True)
class Allowed:
    """A kind of digits that may be typed, with examples of it."""

    name: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]


def _allowed(name: str, pattern: str, *examples: str, flags: re.RegexFlag = re.IGNORECASE) -> Allowed:
    return Allowed(name, re.compile(pattern, flags | re.MULTILINE), examples)


ALLOWED = (
    _allowed(
        "day, month and year",
        rf"\b(?:{_DAY}(?:[–-]{_DAY})? (?:{_MONTH}),? {_YEAR}|(?:{_MONTH}) {_DAY}, {_YEAR})",
        "20 Oktober 2025",
        "20–22 Oktober 2025",
        "October 20, 2025",
    ),
    _allowed("month and year", rf"\b(?:{_MONTH}),? {_YEAR}", "Oktober 2025", "May 2025"),
    _allowed(
        "year",
        rf"\b(?:tahun|sejak|pada|awal|pertengahan|akhir|pendaftaran|sumber dari|taun|year|since|in|from|early|mid|late|source of|registration of) {_YEAR}",
        "sejak 2020",
        "Pada 2025",
        "Sumber dari 2022",
        "Source of 2022",
        "Tahun 2015",
        "awal 2026",
        "since 2020",
        "in 2025",
    ),
    _allowed(
        "year of what is shown, at the end of its label or in brackets",
        rf"(?<=[^\W\d_]), {_YEAR}(?=\s*\Z)|\b(?:BPS|Susenas),? {_YEAR}(?=[).,:;]|\s*\Z)",
        "Penempatan dari Jawa Timur, 2025",
        "(BPS, 2024)",
        "Usia kawin pertama, menurut BPS 2024",
    ),
    _allowed(
        "article of a law",
        rf"\b(?:pasal|ayat|article|articles|paragraph)s? (?:\({_SMALL}\)|{_LISTED})",
        "Pasal 30",
        "Pasal 7 ayat (1)",
        "Articles 7 and 10",
    ),
    # What is marked as an example has no number that can be dialled (DECISIONS 29).
    _allowed(
        "number for examples, which nobody has", r"\+62 000(?:[ -]\d{1,4})*(?!\d)", "+62 000 1", "+62 000 0001 0001"
    ),
    _allowed("place in a list", rf"^\s*{_SMALL}[.)](?! (?:{_GREAT})\b)(?=\s)", "1. Perekrut meminta paspor."),
    _allowed("ordinal", rf"\b(?:ke-\d{{1,2}}|1st|2nd|3rd|[4-9]th|1\dth|20th){_NO_AMOUNT}(?!\w)", "ke-2", "2nd"),
    _allowed(
        "part of something counted here",
        rf"\b(?:langkah|bagian|pertanyaan|tahap|lembar|halaman|steps?|parts?|questions?|stages?|sheets?|pages?) {_LISTED}",
        "Langkah 2, 4, dan 5",
        "Steps 1 and 3",
    ),
    _allowed(
        "length of a school session", r"\b(?:sesi (?:20|45|90) menit|(?:20|45|90)-minute session)", "Sesi 45 menit"
    ),
    _allowed(
        "length of a contract in a tariff",
        r"\b(?:kontrak (?:di atas )?(?:6|12|24) bulan|(?:6|12|24)-month contract|contract above (?:6|12|24) months"
        rf"|contract, (?:6|12|24) months)\b|\b(?:6|12|24) (?:bulan|months)(?=:? ?{_HELD})",
        "kontrak 24 bulan",
        "6 bulan {fakta:bpjs-6-bulan}",
        "12-month contract",
    ),
    _allowed(
        "name",
        r"\b(?:E-9|SSW [12]|WCAG 2\.2)\b(?![.,]?\d)",
        "visa kerja E-9",
        "SSW 1 paling lama",
        "WCAG 2.2",
        flags=re.RegexFlag(0),
    ),
    _allowed(
        "digits inside a name",
        rf"\b(?!{_MONEY}\d)(?:[A-Z][A-Za-z]*(?<=[A-Z])\d{{1,2}}){{1,2}}[A-Za-z]*(?![\w.,]*\d){_NO_AMOUNT}",
        "KP2MI",
        "P2TP2A",
        "SISKOP2MI",
        "lulusan S1",
        "JLPT N4",
        flags=re.RegexFlag(0),
    ),
)

# “UU 18/2017”, “Peraturan BP2MI Nomor 9 Tahun 2020”, “Law 18/2017”, “BP2MI Regulation 9/2020”.
_KINDS = {
    "uu": r"UU|Undang-Undang|Law",
    "pp": r"PP|Peraturan Pemerintah|Government Regulation",
    "perpres": r"Perpres|Peraturan Presiden|Presidential Regulation",
    "perma": r"Perma|Peraturan Mahkamah Agung|Supreme Court Regulation",
    "per": r"Per[a-z]+(?: [A-Z]\w*){0,6}|Peraturan(?: [A-Z]\w*){1,6}|(?:[A-Z]\w* ){1,6}Regulation",
}
_LAWS = [
    (kind, re.compile(rf"\b(?:{names}),? (?:(?:Nomor|No\.|Number) )?(\d{{1,3}})(?:/| Tahun | of )((?:19|20)\d\d)\b"))
    for kind, names in _KINDS.items()
]
# An amount of money or a share stays one in words: “lima ratus juta rupiah”, “seventy-five percent”.
_WORD = (
    r"(?:nol|se(?:puluh|belas|ratus|ribu|juta|miliar|triliun)|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|belas|puluh"
    r"|ratus|ribu|juta|mil[iy]ar|triliun|setengah|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|million"
    r"|billion|trillion|half)"
)
_IN_WORDS = re.compile(
    # “Puluhan juta rupiah” names no amount.
    rf"(?<!uluhan )(?<!atusan )(?<!elasan )(?<!ibuan )\b{_WORD}(?:(?:[ -]| and a | and ){_WORD})* (?:(?:persen|percent|per cent|rupiah|dolar|dollars?|ringgit|riyals?|yen|won|baht"
    r"|euros?|dirhams?|pesos?|yuan)\b|%)",
    re.IGNORECASE,
)
# A link that dials or writes to a typed number.
_DIALS = re.compile(r"^(?:tel|sms|callto):|^(?:https?://)?(?:wa\.me|api\.whatsapp\.com)/", re.IGNORECASE)


def law_of(code: str) -> Law | None:
    """The law that the source with this code is: “perban-bp2mi-9-2020” is ("per", 9, 2020)."""
    found = re.fullmatch(r"([a-z]+)(?:-[a-z0-9]+)*?-(\d{1,3})-((?:19|20)\d\d)", code)
    if found is None:
        return None
    kind = found[1] if found[1] in _KINDS else "per" if found[1].startswith("per") else ""
    return (kind, int(found[2]), int(found[3])) if kind else None


def cited(text: str) -> Iterator[tuple[str, Law]]:
    """The laws that ``text`` cites, each with the words that cite it."""
    for kind, pattern in _LAWS:
        for found in pattern.finditer(text):
            yield found[0], (kind, int(found[1]), int(found[2]))


def bare(text: str, laws: Collection[Law]) -> list[str]:
    """The numbers of ``text`` that may not stand there, each with a few words around it. ``laws``: those with a source.

    >>> bare("Biayanya 500 ribu, menurut UU 18/2017 Pasal 30.", {("uu", 18, 2017)})
    ['Biayanya 500 ribu,']
    """
    in_words = [found[0] for found in _IN_WORDS.finditer(text)]
    if not any(unicodedata.category(sign)[0] == "N" or sign in _SHARES for sign in text):
        return in_words
    marked = TOKEN.sub(_HELD, text)
    left = list(marked)
    for words, law in cited(marked):
        if law in laws:
            _erase(left, marked, words)
    for allowed in ALLOWED:
        for found in allowed.pattern.finditer(marked):
            left[found.start() : found.end()] = " " * len(found[0])
    return [_around(marked, start, end) for start, end in _runs("".join(left))] + in_words


def typed_links(links: Iterable[str]) -> list[str]:
    """The links that dial a number which somebody typed: it would outlive the channel."""
    return [link for link in links if _DIALS.match(link)]


def _erase(left: list[str], text: str, words: str) -> None:
    at = text.find(words)
    while at >= 0:
        left[at : at + len(words)] = " " * len(words)
        at = text.find(words, at + 1)


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers stand: digits of any script, with the signs that belong between digits."""
    for found in re.finditer(r"[^\W_]+(?:[.,/:–-][^\W_]+)*|\S", text):
        share = found[0] in _SHARES and not text[: found.start()].rstrip().endswith(_HELD)
        if share or any(unicodedata.category(sign)[0] == "N" for sign in found[0]):
            yield found.start(), found.end()


def _around(text: str, start: int, end: int) -> str:
    """The number with the word before and the word after it, as somebody would search for it."""
    before = re.search(r"\S*\s?\Z", text[:start])
    after = re.match(r"\S?\s?\S*", text[end:])
    words = f"{before[0] if before else ''}{text[start:end]}{after[0] if after else ''}"
    return " ".join(words.replace(_HELD, "{…}").split())
