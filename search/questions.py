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
from itertools import product

from content.registers.text import fold

from . import amounts, analysis, synonyms
from .amounts import YEARS, Meant
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
# How people say that a job costs nothing: one of each list of a line, one after another.
_NO = "tidak, tdk, nggak, enggak, engga, gak, ga, gk, tak"
_CHARGE, _FEE = "biaya, ongkos, pungutan", "fee, cost, charge, payment"
_AT_ALL = ", apapun, sepeser, sepeserpun, sekali"
_WHATEVER = f"{_AT_ALL}, penempatan, agen, agensi, administrasi, proses, pendaftaran, keberangkatan"
_WHOSE = ", placement, agency, recruitment, processing"
_FREE = (
    ("gratis, free, free charge, free cost, free fee, fee free, cost free, free placement, free recruitment",),
    ("bebas, nol", _CHARGE, _WHATEVER),
    (f"{_NO}, tanpa", ", dipungut, kena, dikenakan, pakai, pake, perlu, usah, keluar", _CHARGE, _WHATEVER),
    (f"{_NO}, tanpa", "dipungut"),
    (f"{_NO}, tanpa", ", perlu, usah, harus", "bayar", _AT_ALL),
    ("no, zero, without", _WHOSE, _FEE),
    ("don't pay, dont pay, not pay, without pay", ", anything"),
    ("pay nothing, nothing pay, employer pay",),
    (", semua", "biaya, ongkos", _WHATEVER, "nol, gratis, free, nol rupiah, semua gratis"),
    ("nol rupiah",),
    ("biaya", "ditanggung, dibayar", "perusahaan, majikan, pemerintah, negara, pengguna"),
    ("100, 100 persen, 100 percent, semua, serba, full, total, completely, totally", "gratis, free"),
    ("gratis, free", "100, 100 persen, 100 percent, semua, total, penuh, full, biaya, ongkos, biaya penempatan"),
)
# Said of a wage these are a cry, not a wish: “gaji tidak dibayar”, “majikan tidak membayar gaji”.
_NOT_PAYING = (_NO, "bayar", _AT_ALL)
_GIVEN = "gratis, free"
_NOT = r"\b(?:tidak|tdk|nggak|enggak|engga|gak|ga|gk|tak|belum|blm)"
# Without money for what a job does not bring: “tidak ada biaya pulang”.
_PENNILESS = re.compile(
    rf"{_NOT}\W+ada\W+(?:biaya|ongkos)\W+(?:(?:untuk|buat|utk)\W+)?(?:pulang|balik|kembali|berobat|hidup|makan|sekolah)"
)
_PAYS_NO_WAGE = re.compile(
    rf"{_NOT}\W+(?:mau\W+)?(?:mem)?bayar(?:kan)?(?:\W+sepeser\w*)?\W+(?:gaji|upah)"
    r"(?!\W+(?:\w{0,3}\$?\W?\d|besar|tinggi|gede))"
    rf"|\b(?:gaji|upah)\w*(?:\W+(?:saya|aku|ku|kami|kita|dia|mereka|nya|sudah|bulan|ini))*\W+{_NOT}\W+bayar"
)
_NOT_PAID = re.compile(rf"{_NOT}\W+(?:\w+\W+)?di\W?bayar")
_NOT_GIVEN = re.compile(rf"(?:{_NOT}|\b(?:bukan|not))\W+(?:gratis|free)\b")
_OF_A_WAGE, _OF_A_CHARGE = re.compile(r"\b(?:gaji|upah)"), re.compile(r"\b(?:biaya|ongkos)")
_WAGE = "gaji, upah, bayaran, penghasilan, pendapatan, wage, salary, pay, income"


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
    asked = _of_each(_FREE)
    if unpaid:
        asked -= _of_each((_NOT_PAYING,))
    if _PENNILESS.search(words):
        asked -= _of_each(((_NO, _CHARGE),))
    if _NOT_GIVEN.search(words):
        given = frozenset(term for phrase in _phrases(_GIVEN) for term in phrase)
        asked = frozenset(phrase for phrase in asked if given.isdisjoint(phrase))
    return asked


def most_of(groups: Sized) -> int:
    """Of how many groups a page or an entry must hold a phrase to be found: two of three."""
    return len(groups) - len(groups) // 3


def _fits_every_job(phrase: Phrase, others: Alternatives) -> bool:
    """Whether these words part no listing from another; the year of the search is among them."""
    year = len(phrase) == 1 and phrase[0].isdecimal() and len(phrase[0]) == 4 and int(phrase[0]) in YEARS
    return year or not _phrases(_EVERY_JOB).isdisjoint((phrase, *others))


def _amounts(words: str, kind: str) -> tuple[Question, str]:
    """What the amounts ask for, and the words without them and what is said of them. Pages hold amounts as plain numbers."""
    if kind != JOB:
        return Question(), _without_currencies(words)
    words = amounts.composed(words)
    found = list(_of_money(words, amounts.meanings(words)))
    asked, parts, end = Question(), [], 0
    for meant in found:
        amount, said = meant.ends[0], ""
        if not amount.value:
            asked = replace(asked, free=True)
        elif meant.is_charge:
            asked = replace(asked, charges=(*asked.charges, *meant.ends))
        elif not meant.is_least_wage:
            asked = replace(asked, others=(*asked.others, *meant.ends))
        elif asked.wage is None:
            asked = replace(asked, wage=Wage(amount.value, amount.currency or ("IDR" if amount.money else "")))
        else:
            said = str(amount.value)
        parts += [words[end : meant.start], said]
        end = meant.end
    return asked, " ".join([*parts, words[end:]])


def _of_money(words: str, found: Sequence[Meant]) -> Iterator[Meant]:
    """Those that are money. A mere number is, where its words say so or a wage is named and no amount of money is one."""
    of_wages = not _phrases(_WAGE).isdisjoint((term,) for term in analysis.question_terms(words)) if found else False
    said = any(meant.is_least_wage and meant.ends[0].money for meant in found)
    for meant in found:
        amount = meant.ends[0]
        number = meant.is_of_money or (of_wages and not (said and meant.is_least_wage))
        if amount.money or meant.is_charge or (number and amount.value):
            yield meant


def _without_currencies(words: str) -> str:
    """The words with every amount of money as a plain number."""
    parts, end = [], 0
    for amount in analysis.amounts(words):
        if amount.money:
            parts += [words[end : amount.start], str(amount.value)]
            end = amount.end
    return " ".join([*parts, words[end:]])


@cache
def _phrases(text: str) -> frozenset[Phrase]:
    """The phrases of a list with commas."""
    return frozenset(tuple(analysis.terms(phrase)) for phrase in text.split(","))


@cache
def _of_each(lines: tuple[tuple[str, ...], ...]) -> frozenset[Phrase]:
    """The phrases that are made of one of each list of a line."""
    said = (" ".join(words) for lists in lines for words in product(*(words.split(",") for words in lists)))
    return frozenset(map(tuple, map(analysis.terms, said)))


@cache
def _known(kind: str) -> frozenset[Phrase]:
    """Phrases of more than one word that mean something to a search of this kind besides the synonyms."""
    return _phrases(_EVERY_JOB) | _of_each(_FREE) if kind == JOB else frozenset()
