"""Numbers, phones, money, dates and links of two texts that should say the same in two languages.

Each text is read into what it names, freed of how its language writes it: “Rp 9,4 juta” and “IDR 9,400,000” are one
amount, “20 Oktober 2025” and “October 20, 2025” one day, “dua belas bulan” and “12 months” one number with its unit.
What only one of the two names is a difference.

The words for one (“satu”, “one”, “first”) and for a half are left out, and a pair (“kedua”, “both”) is missed by nobody:
languages use them where nothing is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from content.registers.calendar import MONTHS
from content.registers.tokens import TOKEN

NUMBER, PHONE, MONEY, DATE, LINK = KINDS = ("number", "phone", "money", "date", "link")

# --- how each language writes numbers ----------------------------------------------------------------------------

_ONES = {
    "id": ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"],
    "en": [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ],
}
_SMALL = {
    **{word: number for words in _ONES.values() for number, word in enumerate(words)},
    **{
        word: number * 10
        for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
    },
    **{f"ke{word}": number for number, word in enumerate(_ONES["id"]) if number > 2},
    **{f"ber{word}": number for number, word in enumerate(_ONES["id"]) if number > 2},
    **{
        word: number
        for number, word in enumerate(["third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 3)
    },
    "twice": 2,
    "ketiganya": 3,
    "dozen": 12,
    "selusin": 12,
}
_HUNDREDS = {"ratus": 100, "hundred": 100}
_GREAT = {
    "ribu": 10**3, "rb": 10**3, "thousand": 10**3, "juta": 10**6, "jt": 10**6, "million": 10**6, "miliar": 10**9,
    "milyar": 10**9, "billion": 10**9, "triliun": 10**12, "trillion": 10**12,
}  # fmt: skip
_PAIR = "pair"
_PAIRS = frozenset(["kedua", "keduanya", "berdua", "both", "second"])
_WHOLE = {"seratus": 100, "seribu": 1_000, "sejuta": 1_000_000}
_TENS = range(20, 100, 10)
_ONE_OF = frozenset(["hundred", "thousand", "million", "billion"])

_UNITS = {
    "year": "tahun taun years year yearly year-old",
    "month": "bulan months month monthly",
    "week": "minggu pekan weeks week",
    "day": "hari days day",
    "hour": "jam hours hour",
    "minute": "menit minutes minute",
    "second": "detik seconds",
    "%": "persen percent % per-cent",
    "km": "km kilometer kilometre kilometres kilometers",
    "m": "meter metre metres meters",
    "kg": "kg kilogram kilograms",
    "person": "orang people persons person",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}

_CURRENCIES = {
    "IDR": "rp, idr, rupiah",
    "USD": "us$, usd, dolar amerika, dolar as, us dollars, us dollar, dolar, dollars, dollar",
    "MYR": "rm, myr, ringgit malaysia, ringgit",
    "HKD": "hk$, hkd, dolar hong kong, hong kong dollars, hong kong dollar",
    "TWD": "nt$, twd, ntd, dolar taiwan, taiwan dollars, taiwan dollar",
    "SGD": "s$, sgd, dolar singapura, singapore dollars, singapore dollar",
    "JPY": "¥, jpy, yen jepang, yen",
    "KRW": "₩, krw, won korea, won",
    "SAR": "sar, riyal saudi, saudi riyals, riyals, riyal",
    "EUR": "€, eur, euros, euro",
}
_CURRENCY_OF = {word: code for code, words in _CURRENCIES.items() for word in words.split(", ")}
_SIGN = "|".join(re.escape(word) for word in sorted(_CURRENCY_OF, key=len, reverse=True))
_GREAT_WORDS = "|".join(sorted(_GREAT, key=len, reverse=True))
# Atomic: a row of dots and digits is read once, not once for each way to part it.
_FIGURE = r"(?>\d+(?:[.,]\d+)*)"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))

_LINK = re.compile(
    r"https?://[^\s<>()“”\"]+[\w/]|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bwww\.[\w.-]+\w[\w/.-]*", re.IGNORECASE
)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}}) ({_MONTH})\b\.?(?:,? (\d{{4}})\b)?", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (\d{{4}})\b)?", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"\b({_MONTH}),? (\d{{4}})\b", re.IGNORECASE)
_SLASHED = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_PHONE = re.compile(r"(?<![\w.,/])(?:\+\d|\(0\d|0\d|62\d)[\d() -]{5,}\d")
# “14.30” in Indonesian, “2.30 pm” or “14:30” in English.
_TIMES = (
    re.compile(r"(?<![\w.,:])([01]?\d|2[0-4])[.:]([0-5]\d)(?![\w:]|[.,]\d)()"),
    re.compile(
        r"(?<![\w.,:])([01]?\d|2[0-4])(?:[.:]([0-5]\d))? ?([ap]\.?m)\b|(?<![\w.,:])([01]?\d|2[0-4]):([0-5]\d)(?![\w:])",
        re.IGNORECASE,
    ),
)
_MONEY_FIRST = re.compile(rf"(?<!\w)({_SIGN})\s?({_FIGURE})(?:[\s-]?({_GREAT_WORDS})\b)?", re.IGNORECASE)
_MONEY_LAST = re.compile(
    rf"(?<![\w/])(?<!\d[.,])({_FIGURE})(?:[\s-]({_GREAT_WORDS}))?[\s-]({_SIGN})(?!\w)", re.IGNORECASE
)
_WRITTEN = re.compile(rf"(?<!\w)(?<!\d[.,])({_FIGURE}(?:/\d+)?|[^\W\d_]+)", re.IGNORECASE)
_UNIT_BEHIND = re.compile(r"\s*-?\s*(%|per cent|year-old|[^\W\d_]+)", re.IGNORECASE)


def value_of(figure: str, language: str) -> Decimal | str:
    """The number that ``figure`` is in ``language``; what is none (“18/2017”, “2.2.1”) as it stands, with one separator.

    >>> value_of("9.400.000", "id") == value_of("9,400,000", "en"), value_of("2.2.1", "id")
    (True, '2:2:1')
    """
    if "/" in figure:
        return figure
    thousands, decimal = (",", ".") if language == "en" else (".", ",")
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", figure):
        return _decimal(figure.replace(thousands, "").replace(decimal, "."))
    # “2.2” is the same version of a standard in every language.
    if re.fullmatch(rf"\d+(?:{re.escape(decimal)}\d+|[.,]\d{{1,2}})?", figure):
        return _decimal(figure.replace(",", "."))
    return re.sub("[.,]", ":", figure)


def _decimal(figure: str) -> Decimal:
    return Decimal(format(Decimal(figure).normalize(), "f"))


@dataclass
class Reading:
    """What a text names, by kind."""

    named: dict[str, Counter] = field(default_factory=lambda: {kind: Counter() for kind in KINDS})

    def add(self, kind: str, what: object) -> None:
        self.named[kind][what] += 1


def read(text: str, language: str, links: Iterable[str] = (), *, in_words: bool = True) -> Reading:
    """Everything that ``text`` names, also numbers ``in_words``. What is read is taken out, so that nothing counts twice."""
    found = Reading()
    for link in links:
        found.add(LINK, _address(link))

    def take(pattern: re.Pattern[str], read_one: Callable[[re.Match[str]], tuple[str, object] | None]) -> None:
        nonlocal text

        def replace(match: re.Match[str]) -> str:
            one = read_one(match)
            if one is None:
                return match[0]
            found.add(*one)
            return " ; "

        text = pattern.sub(replace, text)

    take(_LINK, lambda m: (LINK, _address(m[0])))
    take(_ISO, lambda m: (DATE, (int(m[1]), int(m[2]), int(m[3]))))
    take(_SLASHED, lambda m: (DATE, (int(m[3]), int(m[2]), int(m[1]))))
    take(_DAY_FIRST, lambda m: (DATE, (int(m[3] or 0), MONTHS[m[2].lower()], int(m[1]))))
    # “May 2025” is a month of a year, not the 20th of May.
    take(_MONTH_YEAR, lambda m: (DATE, (int(m[2]), MONTHS[m[1].lower()], 0)))
    take(_MONTH_FIRST, lambda m: (DATE, (int(m[3] or 0), MONTHS[m[1].lower()], int(m[2]))))
    take(_MONEY_FIRST, lambda m: (MONEY, (_CURRENCY_OF[m[1].lower()], _times(value_of(m[2], language), m[3]))))
    take(_MONEY_LAST, lambda m: (MONEY, (_CURRENCY_OF[m[3].lower()], _times(value_of(m[1], language), m[2]))))
    take(_PHONE, lambda m: (PHONE, phone(m[0])))
    take(_TIMES[language == "en"], lambda m: (NUMBER, (_time(*m.groups()), "")))
    for number, unit in _numbers(text, language, in_words):
        found.add(NUMBER, (number, unit))
    return found


def phone(written: str) -> str:
    """A number that can be dialled, with the code of its country: “0812-34” and “+62 812 34” are one."""
    digits = re.sub(r"\D", "", written)
    return f"62{digits[1:]}" if digits.startswith("0") else digits


def _address(link: str) -> str:
    if link.startswith("tel:"):
        return f"tel:{phone(link)}"
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link).rstrip("/").lower()


def _time(
    hour: str | None, minute: str | None, half: str | None, full: str | None = None, rest: str | None = None
) -> str:
    if half:
        return f"{int(hour or 0) % 12 + (12 if half.lower().startswith('p') else 0):02}:{minute or '00'}"
    return f"{int(hour or full or 0):02}:{minute or rest or '00'}"


def _times(value: Decimal | str, great: str | None) -> Decimal | str:
    return value * _GREAT[great.lower()] if great and isinstance(value, Decimal) else value


def _numbers(text: str, language: str, in_words: bool) -> Iterable[tuple[object, str]]:
    """The numbers of a text with their units, in figures and, if asked for, in words."""
    at = 0
    while match := _WRITTEN.search(text, at):
        written = match[1]
        if not in_words and not written[0].isdigit():
            at = match.end()
            continue
        if written.lower() in _PAIRS:
            at = match.end()
            yield Decimal(2), _PAIR
            continue
        value: Decimal | str | None
        if written[0].isdigit():
            value, at = _with_great(value_of(written, language), text, match.end())
            counted = True
        else:
            value, at = _in_words(text, match)
            counted = value not in (None, 0, 1)
        if not counted:
            at = max(at, match.end())
            continue
        behind = _UNIT_BEHIND.match(text, at)
        word = re.sub(r"\s+", "-", behind[1].lower()) if behind else ""
        yield value, _UNIT_OF.get(word, "")


def _with_great(value: Decimal | str, text: str, at: int) -> tuple[Decimal | str, int]:
    behind = re.compile(rf"[\s-]({_GREAT_WORDS})\b", re.IGNORECASE).match(text, at)
    return (_times(value, behind[1]), behind.end()) if behind and isinstance(value, Decimal) else (value, at)


def _in_words(text: str, first: re.Match[str]) -> tuple[Decimal | None, int]:
    """The number that is written in words from ``first`` on: “dua puluh empat”, “twenty-four”, “seratus juta”."""
    total = group = small = Decimal(0)
    match: re.Match[str] | None = first
    at, seen = first.end(), False
    while match is not None:
        word = match[1].lower()
        if word == "a" and not seen and (after := _next_word(text, match.end())) and after[1].lower() in _ONE_OF:
            small = Decimal(1)
        elif word in _SMALL:
            # “twenty four” is one number, “four five” are two.
            if small and not (small in _TENS and _SMALL[word] < 10):
                break
            small += _SMALL[word]
        elif word in _WHOLE:
            group += _WHOLE[word]
        elif word == "belas" and small:
            small += 10
        elif word == "puluh" and small:
            group, small = group + small * 10, Decimal(0)
        elif word in _HUNDREDS and small:
            group, small = group + small * 100, Decimal(0)
        elif word in _GREAT and (group or small):
            total, group, small = total + (group + small) * _GREAT[word], Decimal(0), Decimal(0)
        elif not (word == "and" and group and (after := _next_word(text, match.end())) and after[1].lower() in _SMALL):
            break
        at, seen = match.end(), True
        match = _next_word(text, at)
    return (total + group + small, at) if seen else (None, first.end())


def _next_word(text: str, at: int) -> re.Match[str] | None:
    return re.compile(r"[\s-]([^\W\d_]+)").match(text, at)


# --- comparing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """Something that only one of two texts names."""

    kind: str
    # In words, as each side would be searched for.
    ours: str
    theirs: str


def differences(
    ours: str,
    theirs: str,
    languages: tuple[str, str],
    links: tuple[Iterable[str], Iterable[str]] = ((), ()),
    words: Callable[[str, str], str] = lambda token, language: token,
) -> list[Difference]:
    """What ``ours`` and ``theirs`` do not both name. ``words`` says a token in a language.

    Tokens that stand in both are equal whatever they stand for, but for the unit behind them; any other is read as what it
    shows. Numbers in words are compared between languages whose words are known.
    """
    in_words = set(languages) <= _ONES.keys()
    shared = Counter(found[0] for found in TOKEN.finditer(ours)) & Counter(found[0] for found in TOKEN.finditer(theirs))
    marks = {token: str(_MARK + place) for place, token in enumerate(sorted(shared))}
    left, right = (
        read(_shown(text, Counter(shared), marks, language, words), language, held, in_words=in_words)
        for text, language, held in zip((ours, theirs), languages, links, strict=True)
    )
    found = []
    for kind in KINDS:
        only_left, only_right = left.named[kind] - right.named[kind], right.named[kind] - left.named[kind]
        if kind == NUMBER:
            _forgive(only_left, only_right)
        if only_left or only_right:
            found.append(Difference(kind, _said(only_left, marks), _said(only_right, marks)))
    return found


# A token of both texts is read as a number that nobody writes.
_MARK = 7_770_000_000


def _shown(
    text: str, shared: Counter, marks: Mapping[str, str], language: str, words: Callable[[str, str], str]
) -> str:
    def replace(found: re.Match[str]) -> str:
        if shared[found[0]] > 0:
            shared[found[0]] -= 1
            return marks[found[0]]
        return words(found[0], language)

    return TOKEN.sub(replace, text)


def _forgive(left: Counter, right: Counter) -> None:
    """A unit that only one side writes down is no difference (“umur 18” is “18 years old”), nor is a pair alone."""
    for bare, full in ((left, right), (right, left)):
        for value, unit in [one for one in bare if one[1] in ("", _PAIR)]:
            for other in [one for one in full if one[0] == value]:
                same = min(bare[value, unit], full[other])
                bare[value, unit] -= same
                full[other] -= same
    for counted in (left, right):
        for key in [key for key, count in counted.items() if count <= 0 or key[1] == _PAIR]:
            del counted[key]


def _said(named: Counter, marks: Mapping[str, str]) -> str:
    said = ", ".join(_one(what) for what in named.elements())
    for token, mark in marks.items():
        said = said.replace(mark, token)
    return said


def _one(what: object) -> str:
    match what:
        case (int(year), int(month), int(day)):
            return "-".join(f"{part:0{width}}" for part, width in ((year, 4), (month, 2), (day, 2)) if part)
        case (str(currency), amount):
            return f"{currency} {amount}"
        case (number, str(unit)):
            return f"{number} {unit}".strip()
        case _:
            return str(what)
