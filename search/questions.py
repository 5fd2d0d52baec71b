"""What somebody means who types these words: groups of alternatives, a wage to reach, “free of charge”.

Words become groups of phrases, all of which a document must answer (an AND of ORs). Synonyms are put in here, when the
question is asked, so that an editor's change works at once. A question about jobs loses the words that fit every
listing, and its amounts and “tanpa biaya” become conditions that are asked of the listings themselves, never of their
words (DECISIONS 31).
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from . import analysis, synonyms
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
_WAGE = "gaji, upah, bayaran, penghasilan, wage, salary, pay"
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

    ``cut`` tells that there were more words than are asked for; it is said to whoever typed them.
    """

    groups: tuple[Alternatives, ...] = ()
    wage: Wage | None = None
    free: bool = False
    marks: frozenset[Phrase] = frozenset()
    cut: bool = False


def read(words: str, kind: str) -> Question:
    """The meaning of ``words`` for a search of ``kind``; nothing is asked where no group and no condition is left.

    Counted to ``analysis.MAX_TERMS`` is what is asked: no word that was said before, and none that asks nothing. A known
    phrase is not cut.
    """
    wage, rest = _amounts(words, kind)
    free = cut = False
    groups: dict[Alternatives, None] = {}
    marks: set[Phrase] = set()
    for phrase, others in synonyms.spans(analysis.question_terms(rest), _known(kind)):
        asked: dict[Alternatives, None] = {}
        if kind == JOB and phrase in _phrases(_FREE):
            free = True
        elif kind != JOB or not _fits_every_job(phrase, others):
            asked = dict.fromkeys(((term,), *(other for other in others if other != (term,))) for term in phrase)
        if len(groups) >= analysis.MAX_TERMS and not asked.keys() <= groups.keys():
            cut = True
            continue
        groups |= asked
        marks |= {phrase, *others, *((term,) for term in phrase)}
    return Question(tuple(groups), wage, free, frozenset(marks), cut)


def most_of(groups: Sized) -> int:
    """Of how many groups a page must hold a phrase to be found: two of three."""
    return len(groups) - len(groups) // 3


def _fits_every_job(phrase: Phrase, others: Alternatives) -> bool:
    """Whether these words part no listing from another; the year of the search is among them."""
    year = len(phrase) == 1 and phrase[0].isdecimal() and len(phrase[0]) == 4 and int(phrase[0]) in _YEARS
    return year or not _phrases(_EVERY_JOB).isdisjoint((phrase, *others))


def _amounts(words: str, kind: str) -> tuple[Wage | None, str]:
    """The wage that is asked for, and the words without its amount. Pages hold amounts as plain numbers."""
    words = analysis.from_the_least(words)
    found = list(analysis.amounts(words))
    paid = bool(found) and not _phrases(_WAGE).isdisjoint((term,) for term in analysis.question_terms(words))
    wage, parts, end = None, [], 0
    for amount in found:
        meant = amount.money or (paid and amount.value >= _LEAST_WAGE and amount.value not in _YEARS)
        if meant and kind == JOB and wage is None:
            wage = Wage(amount.value, amount.currency or ("IDR" if amount.money else ""))
            parts.append(words[end : amount.start])
            end = amount.end
        elif meant:
            parts += [words[end : amount.start], str(amount.value)]
            end = amount.end
    return wage, " ".join([*parts, words[end:]])


@cache
def _phrases(text: str) -> frozenset[Phrase]:
    """The phrases of a list with commas."""
    return frozenset(tuple(analysis.terms(phrase)) for phrase in text.split(","))


def _known(kind: str) -> frozenset[Phrase]:
    """Phrases of more than one word that mean something to a search of this kind besides the synonyms."""
    return _phrases(_EVERY_JOB) | _phrases(_FREE) if kind == JOB else frozenset()
