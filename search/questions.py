"""What somebody means who types these words: groups of alternatives, a wage to reach, “free of charge”.

Words become groups of phrases, all of which a document must answer (an AND of ORs). Synonyms are put in here, when the
question is asked, so that an editor's change works at once. A question about jobs loses the words that fit every
listing, and its amounts and “tanpa biaya” become conditions that are asked of the listings themselves, never of their
words (DECISIONS 31).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import zip_longest

from content.registers.text import fold

from . import analysis, synonyms
from .analysis import Amount
from .models import SearchDocument
from .types import Alternatives, Phrase

JOB, PAGE = SearchDocument.Kind.JOB.value, SearchDocument.Kind.PAGE.value

# What people say besides the job: every listing is one, is legal, open and paid, and names no sex. Such words part no
# listing from another.
_EVERY_JOB = """
    kerja, pekerja, pekerjaan, bekerja, lowongan, lowongan kerja, loker, luar negeri, job, work, worker, vacancy, abroad,
    gaji, upah, wage, salary, gaji besar, gaji tinggi, gaji gede, gede gaji, besar gaji, pekerja migran, migrant worker,
    resmi, legal, official, terbaru, terkini, sekarang, hari ini, latest, today, pria, wanita, laki-laki, perempuan
"""
_YEARS = range(2020, 2040)
_FREE = """
    gratis, tanpa biaya, bebas biaya, nol biaya, biaya nol, zero cost, no fee, without fee, free of charge, tanpa bayar,
    tidak bayar, nggak bayar, gak bayar, ga bayar
"""
# Said of a wage these are a cry, not a wish: “gaji tidak dibayar”, “majikan tidak membayar gaji”.
_NOT_PAYING = "tidak bayar, nggak bayar, gak bayar, ga bayar"
_GIVEN = "gratis, free of charge"
_NOT = r"\b(?:tidak|tdk|nggak|enggak|gak|ga|tak|belum|blm)"
_PAYS_NO_WAGE = re.compile(
    rf"{_NOT}\W+(?:mau\W+)?(?:mem)?bayar(?:kan)?\W+(?:gaji|upah)(?!\W+(?:\w{{0,3}}\$?\W?\d|besar|tinggi|gede))"
    rf"|\b(?:gaji|upah)\w*(?:\W+(?:saya|aku|ku|kami|kita|dia|mereka|nya|sudah|bulan|ini))*\W+{_NOT}\W+bayar"
)
_NOT_PAID = re.compile(rf"{_NOT}\W+(?:\w+\W+)?di\W?bayar")
_NOT_GIVEN = re.compile(rf"(?:{_NOT}|\b(?:bukan|not))\W+(?:gratis|free)\b")
_OF_A_WAGE, _OF_A_CHARGE = re.compile(r"\b(?:gaji|upah)"), re.compile(r"\b(?:biaya|ongkos)")
_WAGE = "gaji, upah, bayaran, penghasilan, wage, salary, pay"
# Beside an amount these make it something to pay, with what may stand between them, unless they are denied.
_CHARGE = (
    r"(?:\b(?:placement|agency)\W+)?\b(?:biaya|bayar|membayar|ongkos|potong(?:an)?(?:\W+gaji)?|dipotong|costs?|fees?)(?:nya)?"
    r"(?:\W+(?:penempatan|agen|proses|administrasi|cuma|hanya|sekitar|kurang|lebih|maks|max|maksimal|total|sebesar|dulu|is|of|"
    r"only|about)\b)*"
)
_DENIED = r"\b(?:tanpa|bebas|gratis|nol|tidak|tdk|nggak|gak|ga|tak|no|zero|without|not)(?:\W+(?:ada|perlu|usah|pakai|pake))?\W+"
_CHARGE_BEFORE = re.compile(rf"(?P<denied>{_DENIED})?(?P<charge>{_CHARGE})\W*$", re.IGNORECASE)
_CHARGE_AFTER = re.compile(rf"\W*(?:(?:untuk|buat|for)\W+)?{_CHARGE}\b(?!\W*(?:nol|gratis)\b)", re.IGNORECASE)
_WAGE_BEFORE = re.compile(r"\b(?:gaji|upah|bayaran|penghasilan|wages?|salary|pay)(?:nya)?\W*$", re.IGNORECASE)
_OR_MORE = re.compile(r"\W*\b(?:sampai|hingga|sd|s/d|to|atau|or)\b\W*", re.IGNORECASE)
# Amounts that say nothing of what a month must bring at least: at most this, a debt, or what comes in another time.
_AT_MOST = re.compile(
    r"\b(?:(?:di\W*)?bawah|maksimal|maksimum|maks?|max|paling\W+(?:banyak|tinggi|besar)|kurang\W+dari|tidak\W+lebih\W+dari|"
    r"under|below|at\W+most|less\W+than|up\W+to)\W*$",
    re.IGNORECASE,
)
_OWED = re.compile(
    r"\b(?:(?:ber)?h?utang|denda|didenda|pinjam(?:an)?|deposit|jaminan|debts?|fined?|loan|owe)(?:nya|ku)?"
    r"(?:\W+(?:sebesar|sekitar|of))?\W*$",
    re.IGNORECASE,
)
_TIME = r"(?:hari|jam|minggu|tahun)"
_IN_ANOTHER_TIME = re.compile(
    rf"\W*(?:(?:per\W*|tiap\W+|setiap\W+|se|/\W*){_TIME}|(?:per\W+|an?\W+|each\W+|/\W*)(?:day|hour|week|year)|harian|tahunan|"
    r"mingguan|daily|hourly|weekly|yearly|annually)\b",
    re.IGNORECASE,
)
_OF_ANOTHER_TIME = re.compile(
    rf"\b(?:gaji|upah|bayaran|penghasilan)\w*\W+(?P<time>(?:per\W*|tiap\W+|setiap\W+|se){_TIME}|harian|tahunan|mingguan)\W*$",
    re.IGNORECASE,
)
# Below this a number without a currency is a number of something else: hours, years, people.
_LEAST_WAGE = 100


@dataclass(frozen=True)
class Wage:
    """What a job should pay at least in a month; ``currency`` is empty where only a number was given."""

    value: Decimal
    currency: str


@dataclass(frozen=True)
class Question:
    """What was read from the words; ``marks`` are the phrases to highlight in what is found.

    ``charges`` are amounts to pay and ``others`` no least wages of a month, by which no listing is asked for; ``cut`` tells
    that there were more words than are asked for: all are said to whoever typed them.
    """

    groups: tuple[Alternatives, ...] = ()
    wage: Wage | None = None
    free: bool = False
    marks: frozenset[Phrase] = frozenset()
    charges: tuple[Amount, ...] = ()
    others: tuple[Amount, ...] = ()
    cut: bool = False


def read(words: str, kind: str) -> Question:
    """The meaning of ``words`` for a search of ``kind``; nothing is asked where no group and no condition is left.

    Counted to ``analysis.MAX_TERMS`` is what is asked: no word that was said before, and none that asks nothing. A known
    phrase is not cut.
    """
    read_of_amounts, rest = _amounts(words, kind)
    free_of_charge = _free_of_charge(fold(words)) if kind == JOB else frozenset()
    free, cut = read_of_amounts.free, False
    groups: dict[Alternatives, None] = {}
    marks: set[Phrase] = set()
    for phrase, others in synonyms.spans(analysis.question_terms(rest), _known(kind)):
        asked: dict[Alternatives, None] = {}
        if phrase in free_of_charge:
            free = True
        elif kind != JOB or not _fits_every_job(phrase, others):
            asked = dict.fromkeys(((term,), *(other for other in others if other != (term,))) for term in phrase)
        if len(groups) >= analysis.MAX_TERMS and not asked.keys() <= groups.keys():
            cut = True
            continue
        groups |= asked
        marks |= {phrase, *others, *((term,) for term in phrase)}
    return replace(read_of_amounts, groups=tuple(groups), free=free, marks=frozenset(marks), cut=cut)


def _free_of_charge(words: str) -> frozenset[Phrase]:
    """What asks for jobs that cost nothing: not “tidak bayar” of a wage that is not paid, nor “gratis” of “tidak gratis”."""
    of_a_wage = _OF_A_WAGE.search(words) or not _OF_A_CHARGE.search(words)
    unpaid = _PAYS_NO_WAGE.search(words) or (of_a_wage and _NOT_PAID.search(words))
    asked = _phrases(_FREE)
    asked -= _phrases(_NOT_PAYING) if unpaid else frozenset()
    return asked - _phrases(_GIVEN) if _NOT_GIVEN.search(words) else asked


def most_of(groups: Sized) -> int:
    """Of how many groups a page or an entry must hold a phrase to be found: two of three."""
    return len(groups) - len(groups) // 3


def _fits_every_job(phrase: Phrase, others: Alternatives) -> bool:
    """Whether these words part no listing from another; the year of the search is among them."""
    year = len(phrase) == 1 and phrase[0].isdecimal() and len(phrase[0]) == 4 and int(phrase[0]) in _YEARS
    return year or not _phrases(_EVERY_JOB).isdisjoint((phrase, *others))


def _amounts(words: str, kind: str) -> tuple[Question, str]:
    """What the amounts ask for, and the words without them. Pages hold amounts as plain numbers."""
    words = analysis.from_the_least(words)
    found = list(analysis.amounts(words))
    paid = bool(found) and not _phrases(_WAGE).isdisjoint((term,) for term in analysis.question_terms(words))
    charged = dict(_charged(words, found)) if kind == JOB else {}
    others = dict(_no_least_wages(words, found)) if kind == JOB else {}
    asked, parts, end = Question(), [], 0
    for amount in found:
        number = (
            (paid or amount in charged or amount in others)
            and amount.value >= _LEAST_WAGE
            and amount.value not in _YEARS
        )
        (start, after), said = charged.get(amount, (amount.start, amount.end)), ""
        if kind == JOB and not amount.value and (amount.money or amount in charged):
            asked = replace(asked, free=True)
        elif not (amount.money or number):
            continue
        elif amount in charged:
            asked = replace(asked, charges=(*asked.charges, amount))
        elif amount in others:
            asked, (start, after) = replace(asked, others=(*asked.others, amount)), others[amount]
        elif kind == JOB and asked.wage is None:
            asked = replace(asked, wage=Wage(amount.value, amount.currency or ("IDR" if amount.money else "")))
        else:
            said = str(amount.value)
        parts += [words[end:start], said]
        end = after
    return asked, " ".join([*parts, words[end:]])


def _charged(words: str, found: Sequence[Amount]) -> Iterator[tuple[Amount, tuple[int, int]]]:
    """The amounts that somebody pays, each with the place of all that says so: “biaya 5 juta”, “5 juta untuk biaya”.

    Of “biaya 5 juta sampai 10 juta” both are. A charge between two amounts belongs to the second one.
    """
    ends, charged = 0, False
    for amount, following in zip_longest(found, found[1:]):
        before, after = words[ends : amount.start], words[amount.end : following.start if following else None]
        said, then = _CHARGE_BEFORE.search(before), _CHARGE_AFTER.match(after)
        start, end = amount.start, amount.end
        if said:
            charged, start = not said["denied"], ends + said.start("charge")
        elif then and not _WAGE_BEFORE.search(before) and not (following and _CHARGE_BEFORE.search(after)):
            charged, end = True, amount.end + then.end()
        else:
            charged, start = charged and bool(_OR_MORE.fullmatch(before)), ends
        if charged:
            yield amount, (start, end)
        ends = amount.end


def _no_least_wages(words: str, found: Sequence[Amount]) -> Iterator[tuple[Amount, tuple[int, int]]]:
    """The amounts that are no least wage of a month, each with the place of all that says so: “di bawah 5 juta”, “500 ribu
    sehari”. What is owed is still a word: “utang”.
    """
    ends = 0
    for amount in found:
        before, start, end = words[ends : amount.start], amount.start, amount.end
        at_most, time = _AT_MOST.search(before), _OF_ANOTHER_TIME.search(before)
        then = _IN_ANOTHER_TIME.match(words, amount.end)
        if at_most or time:
            start = ends + (at_most.start() if at_most else time.start("time") if time else 0)
        if then:
            end = then.end()
        if at_most or time or then or _OWED.search(before):
            yield amount, (start, end)
        ends = amount.end


@cache
def _phrases(text: str) -> frozenset[Phrase]:
    """The phrases of a list with commas."""
    return frozenset(tuple(analysis.terms(phrase)) for phrase in text.split(","))


def _known(kind: str) -> frozenset[Phrase]:
    """Phrases of more than one word that mean something to a search of this kind besides the synonyms."""
    return _phrases(_EVERY_JOB) | _phrases(_FREE) if kind == JOB else frozenset()
