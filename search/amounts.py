"""What is meant by the amounts in a question about jobs: the least wage of a month, a charge, or neither.

The words around an amount say whether it is the least or the most, for which time, and whether it is earned, paid or owed.
They are looked up one after another, away from the amount, until one says nothing of it: so they are told from words that ask
for a job, and the time grows with what was typed and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from itertools import product, zip_longest

from content.registers.text import fold

from . import analysis
from .analysis import STOP_WORDS, Amount
from .stems import stem


class Says(Enum):
    """What a phrase beside an amount says of it."""

    WAGE = auto()
    LEAST = auto()
    MOST = auto()
    # Which part of the wage it is. Nothing is asked by it.
    PART = auto()
    MONTH = auto()
    ANOTHER_TIME = auto()
    CHARGE = auto()
    # Owed, lost, asked for or paid once: whatever it is, nobody earns it in a month.
    OWED = auto()
    # Stands between an amount and what is said of it: “biaya agen 5 juta”.
    BETWEEN = auto()


@dataclass(frozen=True)
class Meant:
    """An amount (of a range both ends, the lower one first), what is said of it, and the place of all that says so.

    What is owed is not in that place: it is still a word to search for.
    """

    ends: tuple[Amount, ...]
    says: frozenset[Says]
    start: int
    end: int

    @property
    def is_charge(self) -> bool:
        """Whether it is something to pay."""
        return Says.CHARGE in self.says

    @property
    def is_least_wage(self) -> bool:
        """Whether a month may bring it at least, as far as the words around it tell."""
        return self.says.isdisjoint({Says.CHARGE, Says.MOST, Says.ANOTHER_TIME, Says.OWED})

    @property
    def is_of_money(self) -> bool:
        """Whether what stands around a mere number makes it an amount of money."""
        return not self.says.isdisjoint({Says.CHARGE, Says.OWED, Says.MONTH, Says.ANOTHER_TIME})


# --- what is said --------------------------------------------------------------------------------------------------

_NOT = "tidak, tdk, nggak, enggak, engga, gak, ga, gk, tak, belum, blm, not, no"
_WAGE = """
    gaji, upah, bayaran, penghasilan, pendapatan, honor, digaji, bergaji, dibayar, berpenghasilan, wage, wages, salary,
    salaries, pay, pays, paying, paid, income, earn, earns, earning
"""
_PART = "pokok, bersih, kotor, dasar, awal, net, nett, netto, gross, basic, base, take home"
_LEAST = """
    minimal, min, minimum, minim, paling sedikit, paling rendah, paling kecil, paling kurang, paling tidak, setidak,
    setidak tidak, sekurang kurang, sedikit, atas, diatas, lebih, lebih besar, lebih tinggi, mulai, start, starting, mencapai,
    tembus, sekitar, sekitaran, seputar, kisaran, berkisar, kira kira, kurang lebih, lebih kurang, kurleb, rata rata, antara,
    target, sebesar, senilai, sejumlah, total, least, more, over, above, exceeding, around, roughly, approximately, approx,
    between, >, ≥, ±, ~
"""
_MOST = """
    bawah, dibawah, maksimal, maksimum, maks, mak, max, maximum, maximal, paling banyak, paling tinggi, paling besar, kurang,
    sampai, sampe, hingga, s d, s / d, under, below, most, less, up to, upto, until, <, ≤
"""
_NOT_MORE, _NOT_LESS = "lebih, melebihi, more, over, sampai, sampe, nyampe", "kurang, less"
_OR_MORE = "atas, keatas, lebih, lebih kurang, kurang lebih, up, plus, more, above, over, higher, upwards, +"
_OR_LESS = "ke bawah, kebawah, atau kurang, or less, or lower, or below, or under, and below"
# Behind an amount these are said of it only where nothing else follows: “gaji 10 juta maksimal 35 tahun”.
_LEAST_AT_END, _MOST_AT_END = (
    "minimal, minimum, min, paling sedikit",
    "maksimal, maksimum, maks, max, maximum, paling tinggi",
)
_A = "per, tiap, setiap, /, a, an, each, every"
_MONTH = """
    perbulan, perbln, sebulan, bulanan, permonth, monthly, p m, p / m, pcm, 1 bulan, satu bulan, one month
"""
_MONTHS = "bulan, bln, month, mo"
_ANOTHER_TIME = """
    perhari, perjam, perminggu, pertahun, sehari, sejam, seminggu, sepekan, setahun, harian, mingguan, tahunan, daily, hourly,
    weekly, yearly, annually, annual, 1 hari, satu hari, 1 jam, satu jam, 1 minggu, satu minggu, per annum
"""
_TIMES = "hari, jam, minggu, pekan, tahun, thn, day, hour, hr, week, year, shift, trip"
_CHARGE = """
    biaya, bayar, membayar, ongkos, potong, potongan, dipotong, potong gaji, potongan gaji, dipotong gaji, cost, costs, fee,
    fees, placement fee, agency fee, harus dibayar, must pay, have to pay, had to pay, need to pay, to pay, i paid, we paid,
    already paid, paid agent, paid the agent, pay agent, pay the agent, charged
"""
_NO_CHARGE = "nol, gratis, 0, ditanggung, free, murah, ringan, terjangkau, rendah"
_BETWEEN = """
    penempatan, agen, agensi, calo, sponsor, oknum, perekrut, majikan, perusahaan, pt, orang, proses, administrasi, admin, cuma,
    hanya, dulu, uang, duit, dana, tunai, cash, lunas, disuruh, harus, only, money, agent, agency, broker
"""
# What is owed, demanded or paid once, in all forms of the word; and words of which another form says something else
# (“penjual”, “terjamin”).
_OWED = """
    utang, hutang, denda, pinjam, pinjol, cicil, nyicil, angsur, talang, kredit, setor, nyetor, transfer, tf, kirim, muka, dp, modal,
    harga, tarif, habis, minta, dimintain, tagih, pungut, pungli, sogok, suap, iuran, deposit, debt, loan, owe, borrow, fine, price,
    demand, sent
"""
_OWED_AS_WRITTEN = "jaminan, dijual, menjual, jual, sold, beli, membeli, dibeli, per orang, per kepala, down payment"
_LOST = """
    tipu, rugi, tebus, rampas, rampok, curi, culik, hilang, scam, cheat, defraud, ransom, rob, steal, stolen, stole, extort,
    lost, lose, terlilit, diperas, memeras, pemerasan
"""
_WITHHELD = "ditahan, diambil, dibawa, raib, lenyap, melayang, ludes, amblas, unpaid, withheld, gone"
_PAID = "dibayar, dibayarkan, diberikan, dikasih, diterima, paid, pernah dibayar, been paid"
_DENIES = f"tanpa, bebas, gratis, nol, anti, zero, without, {_NOT}"
# Between a denial and what it denies: “tidak perlu bayar”.
_NEEDED = "ada, perlu, usah, pakai, pake, dipungut"
# What has been lost, or what a charge is for, stands between it and its amount: “biaya paspor 350 ribu”. Up to so many words.
_FURTHEST = 3

_Table = dict[tuple[str, ...], Says]


def _phrases(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(_bare, phrase.split())) for phrase in text.split(",")]


def _bare(word: str) -> str:
    """A word without what hangs on it: “gajinya”, “utangku”."""
    return re.sub("(?<=[a-z]{3})(?:nya|ku)$", "", word)


def _each(says: Says, *parts: str) -> _Table:
    """The phrases made of one of each of ``parts``, a list with commas each."""
    return {tuple(word for words in said for word in words): says for said in product(*map(_phrases, parts))}


def _backwards(table: _Table) -> _Table:
    return {phrase[::-1]: says for phrase, says in table.items()}


_IN_A_MONTH = _each(Says.MONTH, _MONTH) | _each(Says.MONTH, _A, _MONTHS)
_TIME = _IN_A_MONTH | _each(Says.ANOTHER_TIME, _ANOTHER_TIME) | _each(Says.ANOTHER_TIME, _A, _TIMES)
_NOT_EARNED = _each(Says.OWED, _LOST) | _each(Says.OWED, _WITHHELD) | _each(Says.OWED, _NOT, _PAID)
_OWING = _each(Says.OWED, _OWED) | _each(Says.OWED, _OWED_AS_WRITTEN) | _NOT_EARNED
_PAYING = _each(Says.BETWEEN, _BETWEEN) | _each(Says.CHARGE, _CHARGE)
# Before an amount, read away from it: the last word of a phrase comes first.
_BEFORE = _backwards(
    _PAYING
    | _OWING
    | _each(Says.PART, _PART)
    | _each(Says.WAGE, _WAGE)
    | _each(Says.LEAST, _LEAST)
    | _each(Says.MOST, _MOST)
    | _each(Says.MOST, _NOT, _NOT_MORE)
    | _each(Says.LEAST, _NOT, _NOT_LESS)
    | _TIME
)
_BEFORE_A_WAGE = _backwards(
    _each(Says.LEAST, f"{_LEAST_AT_END}, starting")
    | _each(Says.MOST, _MOST_AT_END)
    | _each(Says.MONTH, "monthly")
    | _each(Says.ANOTHER_TIME, "daily, hourly, weekly, yearly, annual")
    | _each(Says.OWED, "unpaid, withheld")
)
_PAID_OR_OWED = _PAYING | _OWING
_AT_END = _each(Says.LEAST, _LEAST_AT_END) | _each(Says.MOST, _MOST_AT_END)
_BEHIND = (
    {(*bound, *month): says for bound, says in _AT_END.items() for month in _IN_A_MONTH}
    | _each(Says.PART, "bersih, kotor, net, nett, netto, gross")
    | _each(Says.LEAST, _OR_MORE)
    | _each(Says.MOST, _OR_LESS)
    | _each(Says.MONTH, _MONTHS)
    | _TIME
)
_LONGEST = max(map(len, (*_BEFORE, *_BEHIND, *_AT_END)))
_EARNED, _FREE = frozenset(_phrases(_WAGE)), frozenset(_NO_CHARGE.split(", "))
_NEVER, _UNNEEDED = frozenset(_DENIES.split(", ")), frozenset(_NEEDED.split(", "))

# --- reading it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Word:
    said: str
    start: int
    end: int


# What a sentence is parted by ends what is said of an amount; a sign that says nothing is passed over.
_WORD, _PARTS = re.compile(r"[^\W_]+|[/+<>≤≥±~]"), re.compile(r"[,;!?]")
# What hangs on an amount and says nothing: “10.000.000,00”, “10.000.000,-”, “10 juta-an”.
_HANGS_ON = re.compile(r"(?<=\d{3})[.,](?:-+|00(?!\d))|(?:(?<=juta)|(?<=jt)|(?<=ribu)|(?<=rb))[- ]an\b", re.IGNORECASE)
_OF_A_HUNDRED = re.compile(r"\s?(?:%|persen\b|percent\b)", re.IGNORECASE)
# Below this a number without a currency is a number of something else: hours, years, people.
_LEAST_WAGE = 100
YEARS = range(2020, 2040)


def composed(text: str) -> str:
    """``text`` with its amounts written out: “Rp 10.000.000,00”, “5-10 juta”."""
    return analysis.both_ends(_HANGS_ON.sub("", text))


def meanings(text: str) -> list[Meant]:
    """What the amounts of a ``composed`` text mean, in order. Numbers are among them that only a wage beside them makes money."""
    numbers = (one for one in analysis.amounts(text) if not _OF_A_HUNDRED.match(text, one.end))
    said = [ends for ends in analysis.ranges(text, list(numbers)) if _may_be_money(ends)]
    found: list[Meant] = []
    past = 0
    for ends, following in zip_longest(said, said[1:]):
        first, last = _begins(ends), _ends(ends)
        limit = _begins(following) if following else len(text)
        before, start = _before(_words(text, past, first, last=True)[::-1])
        words = _words(text, last, limit)
        after, end = _behind(words)
        rest = [word for word in words if end is None or word.start >= end]
        # What stands before the following amount is said of that one.
        apart = following is None or _PARTS.search(text, last, limit)
        if apart or not _before(rest[::-1])[0]:
            more, further = _at_end(rest) or _paid_or_owed(rest, earned=Says.WAGE in before)
            after, end = after | more, further or end
        past = last if end is None else end
        found.append(Meant(ends, before | after, first if start is None else start, past))
    return found


def _may_be_money(ends: tuple[Amount, ...]) -> bool:
    return any(one.money or not one.value or (one.value >= _LEAST_WAGE and one.value not in YEARS) for one in ends)


def _begins(ends: tuple[Amount, ...]) -> int:
    return min(one.start for one in ends)


def _ends(ends: tuple[Amount, ...]) -> int:
    return max(one.end for one in ends)


def _words(text: str, start: int, end: int, *, last: bool = False) -> list[_Word]:
    """The words and signs between two places, in the first (or last) part of what a sentence is parted into."""
    parts = [match.end() for match in _PARTS.finditer(text, start, end)]
    if parts:
        start, end = (parts[-1], end) if last else (start, parts[0])
    found = _WORD.finditer(text, start, end)
    return [_Word(_bare(fold(match[0])), match.start(), match.end()) for match in found]


def _said(
    words: Sequence[_Word], table: _Table, owed: Set[str] = frozenset()
) -> Iterator[tuple[Says, Sequence[_Word], Sequence[_Word]]]:
    """What ``words`` say one after another, each with its phrase and what comes after it; ends with what says nothing.

    What is ``owed`` is known by its stem.
    """
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            phrase = words[place : place + length]
            says = table.get(tuple(word.said for word in phrase))
            if says is None and length == 1 and owed and stem(phrase[0].said) in owed:
                says = Says.OWED
            if says:
                place += length
                yield says, phrase, words[place : place + _LONGEST]
                break
        else:
            if words[place].said not in STOP_WORDS and words[place].said != "/":
                return
            place += 1


@cache
def _owed() -> frozenset[str]:
    return _stems(f"{_OWED}, {_LOST}")


@cache
def _lost() -> frozenset[str]:
    return _stems(_LOST)


def _stems(text: str) -> frozenset[str]:
    """The words of a list with their stems: a stem need not be its own."""
    words = {word.strip() for word in text.split(",")}
    return frozenset(words | set(map(stem, words)))


def _before(words: Sequence[_Word]) -> tuple[frozenset[Says], int | None]:
    """What is said before an amount, its nearest word first, and where that begins."""
    says: set[Says] = set()
    start = None
    for one, phrase, rest in _said(words, _BEFORE, _owed()):
        if one in (Says.CHARGE, Says.OWED):
            if not _is_denied(rest):
                says.add(one)
                start = phrase[-1].start if one is Says.CHARGE else start
            return frozenset(says), start
        if one in (Says.BETWEEN, Says.PART):
            continue
        says.add(one)
        start = phrase[-1].start
        if one is Says.WAGE:
            break
    if start is not None and Says.WAGE in says:
        left = [word for word in words if word.end <= start]
        for one, phrase, rest in _said(left, _BEFORE_A_WAGE):
            if rest and rest[0].said.isdecimal():
                break
            says.add(one)
            start = start if one is Says.OWED else phrase[-1].start
    elif further := _further_off(words):
        says.add(further)
    return frozenset(says), start


def _is_denied(words: Sequence[_Word]) -> bool:
    said = (word.said for word in words)
    return next((word for word in said if word not in _UNNEEDED), "") in _NEVER


def _further_off(words: Sequence[_Word]) -> Says | None:
    """What is said of an amount with a few words between: “ditipu agen kerja korea 20 juta”."""
    meant = [word.said for word in words if word.said not in STOP_WORDS][: _FURTHEST + 2]
    for place, word in enumerate(meant[: _FURTHEST + 1]):
        if (word,) in _EARNED or (place and word in _FREE):
            break
        is_lost = stem(word) in _lost()
        if is_lost or _BEFORE.get((word,)) is Says.CHARGE:
            denied = not _NEVER.isdisjoint(meant[place + 1 : place + 2])
            return None if denied else Says.OWED if is_lost else Says.CHARGE
    return None


def _behind(words: Sequence[_Word]) -> tuple[frozenset[Says], int | None]:
    """What is said right after an amount whatever follows, and where that ends."""
    says: set[Says] = set()
    end = None
    for one, phrase, rest in _said(words, _BEHIND):
        following = next((word.said for word in rest if word.said not in STOP_WORDS), "")
        # “8 jam sehari”, “usia di atas 18”: said of another number.
        if following.isdecimal() and one is not Says.MONTH:
            break
        says.add(one)
        if one is not Says.PART or not rest:
            end = phrase[-1].end
    return frozenset(says), end


def _at_end(words: Sequence[_Word]) -> tuple[frozenset[Says], int] | None:
    """The least or the most, said as the last thing: “10 juta minimal”."""
    says = _AT_END.get(tuple(word.said for word in words))
    return (frozenset({says}), words[-1].end) if says else None


def _paid_or_owed(words: Sequence[_Word], *, earned: bool) -> tuple[frozenset[Says], int | None]:
    """That an amount is a charge (“5 juta untuk biaya”) or owed (“20 juta hilang”), and where a charge ends."""
    charge, end = frozenset[Says](), None
    table, owed = (_NOT_EARNED, _lost()) if earned else (_PAID_OR_OWED, _owed())
    for one, phrase, rest in _said(words, table, owed):
        if one is Says.OWED:
            return frozenset({one}), None
        if one is Says.CHARGE and rest and rest[0].said in _FREE:
            break
        if one is Says.CHARGE or charge:
            charge, end = charge | {Says.CHARGE}, phrase[-1].end
    return charge, end
