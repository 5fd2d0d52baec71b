"""What the words around an amount say of it, in the whole family of how Indonesians and English speakers say a wage."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from search.questions import JOB, PAGE, Wage, read
from tests.search.test_questions import fresh as fresh
from tests.search.test_questions import group

pytestmark = pytest.mark.django_db

TEN = Wage(Decimal(10_000_000), "IDR")
AMOUNTS = (
    "10 juta", "10jt", "10 jt", "Rp10.000.000", "Rp. 10.000.000,-", "Rp 10.000.000,00", "10 juta rupiah", "10 juta-an",
    "10 million", "IDR 10 million", "10-15 juta", "10 sampai 15 juta", "10jt s/d 15jt", "antara 10 dan 15 juta",
    "between 10 and 15 million", "from 10 to 15 million", "Rp10.000.000 - Rp15.000.000", "mulai 10 juta hingga 15 juta",
)  # fmt: skip
PERIODS = (
    "", "/bulan", "/bln", "per bulan", "perbulan", "tiap bulan", "sebulan", "setiap bulannya", "(per bulan)", "a month",
    "/ month", "p/m", "monthly", "per month",
)  # fmt: skip
BEFORE = (
    "minimal", "min.", "minimum", "paling sedikit", "setidaknya", "di atas", "diatas", "lebih dari", "tidak kurang dari", "mulai",
    "mulai dari", "mencapai", "sekitar", "kisaran", "kurang lebih", "at least", "more than", "not less than", "over", "from",
    "around", ">", "±",
)  # fmt: skip
BEHIND = ("ke atas", "keatas", "+", "lebih", "up", "or more", "and above", "minimal", "kurang lebih")
WAGES = ("", "gaji", "gajinya", "gaji pokok", "bergaji", "upah", "penghasilan", "salary", "pays")


def asked(words: str) -> tuple[Wage | None, int, bool]:
    """The wage, how many words are asked for besides, and whether an amount is said to be left out."""
    meant = read(words, JOB)
    return meant.wage, len(meant.groups), bool(meant.others or meant.charges)


def said(*parts: tuple[str, ...]) -> set[str]:
    return {" ".join(" ".join(words).split()) for words in product(*parts)}


@pytest.mark.parametrize(
    "parts",
    [
        (WAGES, AMOUNTS),
        (("gaji",), AMOUNTS, PERIODS),
        (("", "gaji"), BEFORE, ("10 juta",), PERIODS[::3]),
        (("", "upah"), ("10 juta",), BEHIND, PERIODS[::3]),
        (("", "upah"), ("10jt",), PERIODS[::3], BEHIND),
        (("gaji",), PERIODS[::3], BEFORE, ("10 million",)),
    ],
)
def test_a_wage_is_one_condition_and_no_word_however_it_is_said(parts: tuple[tuple[str, ...], ...]) -> None:
    ways = said(*parts)
    assert {words: found for words in ways if (found := asked(words)) != (TEN, 0, False)} == {}


@pytest.mark.parametrize("words", [
    "gaji per bulan 10 juta", "gaji bulanan minimal 10 juta", "minimal gaji 10 juta", "sebulan 10 juta", "monthly salary 10 million",
    "minimum salary of 10 million rupiah", "gaji: 10 juta", "gaji (10 juta)", "gaji 10 juta bersih", "gaji rata-rata 10 juta",
    "jobs that pay at least 10 million a month", "earning over 10 million", "gaji sekurang-kurangnya 10 juta hari ini",
])  # fmt: skip
def test_a_wage_may_be_said_in_another_order(words: str) -> None:
    assert asked(words) == (TEN, 0, False)


@pytest.mark.parametrize(
    ("words", "value", "currency"),
    [
        ("NT$20000 per month", 20_000, "TWD"),
        ("1000 euro per month", 1000, "EUR"),
        ("gaji minimal 1500 ringgit sebulan", 1500, "MYR"),
        ("2.5 juta won", 2_500_000, "KRW"),
        ("at least 2.5 million won a month", 2_500_000, "KRW"),
        ("20-25 ribu NT", 20_000, "TWD"),
        ("NT$ 20.000-25.000 per bulan", 20_000, "TWD"),
        ("2000 per bulan", 2000, ""),
        ("gaji 1500 sampai 2000", 1500, ""),
        ("10 juta sampai 5 juta", 5_000_000, "IDR"),
    ],
)
def test_a_wage_keeps_its_currency_and_of_a_range_the_lower_end(words: str, value: int, currency: str) -> None:
    assert asked(words) == (Wage(Decimal(value), currency), 0, False)


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("gaji 10 juta, 8 jam per hari", "8 jam"),
        ("gaji 10 juta 8 jam sehari", "8 jam"),
        ("gaji 10 juta sehari 8 jam", "8 jam"),
        ("gaji 10 juta minimal SMA", "minimal sma"),
        ("gaji 10 juta maksimal usia 35", "maksimal usia 35"),
        ("usia 35 maksimal gaji 10 juta", "usia 35 maksimal"),
        ("tinggi 155 gaji 10 juta", "tinggi 155"),
        ("usia 18-35 tahun gaji 10 juta", "usia 18 35 tahun"),
        ("kontrak 1 tahun gaji 10 juta", "kontrak 1 tahun"),
        ("penjual 10 juta", "penjual"),
        ("minta gaji 10 juta", "minta"),
        ("tanpa dp 10 juta", "tanpa dp"),
        ("biaya murah korea 10 juta", "biaya murah korea"),
    ],
)
def test_what_is_said_of_something_else_stays_a_word(words: str, rest: str) -> None:
    meant = read(words, JOB)
    assert (meant.wage, meant.others, meant.charges) == (TEN, (), ())
    assert meant.groups == tuple(group(word) for word in rest.split())


@pytest.mark.parametrize("words", [
    "di bawah 10 juta", "dibawah 10jt", "maksimal 10 juta", "paling tinggi 10 juta", "kurang dari 10 juta", "hingga 10 juta",
    "sampai 10 juta", "s/d 10 juta", "tidak lebih dari 10 juta", "tidak sampai 10 juta", "< 10 juta", "10 juta ke bawah",
    "up to 10 million", "under 10 million", "less than 10 million", "at most 10 million", "not more than 10 million",
    "10 million or less", "maksimal gaji 10 juta", "gaji di bawah 10 sampai 15 juta",
])  # fmt: skip
def test_the_most_is_no_least_wage_and_no_word(words: str) -> None:
    for way in (words, f"gaji {words}", f"{words} per bulan", f"gaji {words} a month"):
        assert asked(way) == (None, 0, True), way


@pytest.mark.parametrize("words", [
    "gaji 500 ribu per hari", "500rb/hari", "sehari 500 ribu", "gaji 300 sampai 500 ribu sehari", "daily wage 100 ringgit",
    "NT$200 an hour", "120 million per year", "annual salary 300 juta", "1500 euro a week", "gaji per jam 20 ringgit",
])  # fmt: skip
def test_what_comes_in_another_time_is_no_wage_of_a_month(words: str) -> None:
    assert asked(words) == (None, 0, True)


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("ditipu 20 juta", "ditipu"), ("ditipu sama agen sebesar 20 juta", "ditipu agen"), ("tertipu Rp20.000.000", "tertipu"),
        ("ditipu agen kerja korea 20 juta", "ditipu agen korea"), ("ditipu 20 sampai 30 juta", "ditipu"),
        ("diminta uang 30 juta", "diminta uang"), ("dimintai 30 juta", "dimintai"), ("agen minta 10 juta", "agen minta"),
        ("disuruh setor 10 juta", "disuruh setor"), ("sudah transfer ke agen 5 juta", "transfer agen"),
        ("minta tebusan 50 juta", "minta tebusan"), ("uang muka 5 juta", "uang muka"), ("dp 10 juta", "dp"),
        ("rugi sampai 15 juta", "rugi"), ("pinjol 5 juta", "pinjol"), ("cicilan 2 juta per bulan", "cicilan"),
        ("modal 20 juta", "modal"), ("harga 5 juta", "harga"), ("tarif 10 juta", "tarif"), ("habis uang 30 juta", "habis uang"),
        ("uang 20 juta hilang", "uang hilang"), ("20 juta untuk modal", "modal"), ("20 juta per orang", "orang"),
        ("gaji saya 10 juta belum dibayar", "belum dibayar"), ("gaji 5 juta ditahan majikan", "ditahan majikan"),
        ("gaji belum dibayar 10 juta", "belum dibayar"), ("unpaid wages 10 million", "unpaid"), ("scammed 20 million", "scammed"),
        ("I lost 20 million", "lost"), ("ransom 50 million", "ransom"), ("debt 10 million", "debt"),
    ],
)  # fmt: skip
def test_what_is_owed_or_lost_is_no_wage_and_still_a_word(words: str, rest: str) -> None:
    meant = read(words, JOB)
    assert (meant.wage, meant.charges) == (None, ())
    assert meant.others
    assert meant.groups == tuple(group(word) for word in rest.split())
    assert read(words, PAGE).others == ()


@pytest.mark.parametrize(
    ("words", "wage", "others"),
    [
        ("utang 5 juta gaji 10 juta", 10_000_000, [5_000_000]),
        ("gaji 10 juta hutang 5 juta", 10_000_000, [5_000_000]),
        ("ditipu 20 juta, cari gaji 10 juta", 10_000_000, [20_000_000]),
        ("500 ribu per hari 10 juta per bulan", 10_000_000, [500_000]),
        ("kerja korea gaji 10 juta untuk bayar hutang", 10_000_000, []),
    ],
)
def test_of_several_amounts_each_is_read_by_itself(words: str, wage: int, others: list[int]) -> None:
    meant = read(words, JOB)
    assert (meant.wage and meant.wage.value, [other.value for other in meant.others]) == (wage, others)


@pytest.mark.parametrize(
    ("words", "charges", "rest"),
    [
        ("biaya 5-10 juta", [5_000_000, 10_000_000], ""),
        ("biaya minimal 5 juta", [5_000_000], ""),
        ("biaya di bawah 5 juta", [5_000_000], ""),
        ("biaya yang harus dibayar 5 juta", [5_000_000], "biaya"),
        ("bayar calo 5 juta", [5_000_000], ""),
        ("dipotong 2 juta per bulan", [2_000_000], ""),
        ("5 juta biaya penempatan", [5_000_000], ""),
        ("5 million placement fee", [5_000_000], ""),
        ("I paid 5 million", [5_000_000], ""),
        ("biaya paspor 350 ribu", [350_000], "biaya paspor"),
        ("biaya ke korea 20 juta", [20_000_000], "biaya korea"),
    ],
)
def test_what_is_paid_for_a_job_is_a_charge(words: str, charges: list[int], rest: str) -> None:
    meant = read(words, JOB)
    assert (meant.wage, [charge.value for charge in meant.charges], meant.others) == (None, charges, ())
    assert meant.groups == tuple(group(word) for word in rest.split())
