"""Text becomes terms in one way, in documents and in questions."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import (
    STOP_WORDS,
    amounts,
    analysed,
    both_ends,
    clean,
    composed,
    pieces,
    question_terms,
    ranges,
    terms,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Perawat LANSIA, Taichung", ["perawat", "lansia", "taichung"]),
        ("merawat, dirawat, perawatannya", ["rawat", "rawat", "rawat"]),
        ("anak-anak Al-Qur'an", ["anak", "al", "qur"]),
        ("anak2, anak2nya, Negara-negara, buah-buahan", ["anak", "anak", "negara", "buah"]),
        ("1.150.000,50", ["1150000", "50"]),
        ("22.11.2026 dan 2026", ["22", "11", "2026", "2026"]),
        ("12 jt, 12juta, Rp 12.000.000, Rp12 juta", ["12000000"] * 4),
        ("NT$ 28.590 atau 28,59 ribu; 180rb", ["28590", "28590", "180000"]),
        ("Madhurâ, perawa\u0302t, ﬃ, １２", ["madhura", "perawat", "ffi", "12"]),
        ("apa itu dan yang of the, gmn min", []),
        ("G to G Korea, visa U-18", ["g", "g", "korea", "visa", "u18"]),
        ("E-PMI, e9, E-9, M-Paspor", ["epmi", "pmi", "e9", "e9", "mpaspor", "paspor"]),
        ("SIP3MI7 P2P 2a 1e5 JLPT N4", ["sip3mi7", "p2p", "2a", "1e5", "jlpt", "n4"]),
        ("介護 أمان 🙂 \x00", []),
        ("kerja di AS, seksi IT", ["kerja", "as", "seksi", "it"]),
    ],
)
def test_words_become_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 jt", [("12000000", "", True)]),
        ("Rp 12.000.000", [("12000000", "IDR", True)]),
        ("Rp. 3.500.000,-", [("3500000", "IDR", True)]),
        ("hk$5.400 rm 1700 15k", [("5400", "HKD", True), ("1700", "MYR", True), ("15000", "", True)]),
        ("20.000 yen 3 tahun", [("20000", "JPY", True), ("3", "", False)]),
        ("2,1 juta won", [("2100000", "KRW", True)]),
        ("10 million, 1.5 million won", [("10000000", "", True), ("1500000", "KRW", True)]),
        ("20 thousand NT dollars", [("20000", "TWD", True)]),
        ("750 dolar brunei", [("750", "BND", True)]),
        ("usia 18, kode 2a, nt28", [("18", "", False), ("28", "TWD", True)]),
        ("20000nt", [("20000", "TWD", True)]),
        ("x12000", []),
    ],
)
def test_amounts_are_read_with_their_currency(text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert [(str(a.value), a.currency, a.money) for a in amounts(text)] == expected


# Every sign that a pattern takes for a letter or a digit where case does not matter.
_SIGNS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
_ALIKE = {
    letter: [sign for sign in _SIGNS if re.fullmatch(letter, sign, re.IGNORECASE)] for letter in "abdehijklmnoprstuwyz"
}
_DIGITS = [sign for sign in _SIGNS if sign.isdecimal()]
_BLANKS = [sign for sign in _SIGNS if re.fullmatch(r"\s", sign)]


def _written(word: str) -> set[str]:
    """``word`` with each of its letters in every case."""
    return {
        word[:place] + sign + word[place + 1 :]
        for place, letter in enumerate(word)
        for sign in _ALIKE.get(letter, [letter])
    }


@pytest.mark.parametrize("word", ["ribu", "jutaan", "miliar", "milyar", "k", "rb", "thousand", "million"])
def test_a_number_is_multiplied_in_whatever_letters_and_blanks(word: str) -> None:
    said = {written: [a.value for a in amounts(f"gaji 5 {written}")] for written in _written(word)}
    assert len(said) > len(word)
    assert {tuple(values) for values in said.values()} == {tuple(a.value for a in amounts(f"gaji 5 {word}"))}
    for blank in _BLANKS:
        assert [a.money for a in amounts(f"5{blank}{word}")] == [True], blank
        terms(f"5{blank}{word}")


def test_every_digit_and_every_currency_is_a_number() -> None:
    for digit in _DIGITS:
        assert [a.value for a in amounts(f"Rp {digit}{digit}.{digit * 3}")] == [int(digit) * 11_111], digit
        terms(f"{digit}{digit}.{digit * 3} juta")
    for mark in ("s$", "hk$", "nt$", "us$", "idr", "krw", "yen", "dolar singapura", "ringgit", "dirham"):
        for written in _written(mark):
            for text in (f"{written} 20.000", f"20.000 {written}", f"2,5 rıbu {written}"):
                assert terms(text) == terms(composed(text))
                assert {a.currency for a in amounts(text)} <= {a.currency for a in amounts(f"1 {mark} {mark} 1")} | {""}


@pytest.mark.parametrize("text", ["Rp 999.999.999.999.999.999.999.999.999", "999.999.999 miliar", "1.000.000.000.000"])
def test_what_nobody_earns_is_no_amount(text: str) -> None:
    assert list(amounts(f"gaji {text}")) == []
    assert terms(text) == terms(text.removeprefix("Rp "))
    assert [a.value for a in amounts("gaji 999.999.999.999")] == [999_999_999_999]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gaji 15-20 juta", [15_000_000, 20_000_000]),
        ("2,5–3 jt", [2_500_000, 3_000_000]),
        ("5jt-10jt", [5_000_000, 10_000_000]),
        ("5 sampai dengan 10 juta", [5_000_000, 10_000_000]),
        ("5 jt s/d 10 jt", [5_000_000, 10_000_000]),
        ("antara 5 dan 10 juta", [5_000_000, 10_000_000]),
        ("from 5 to 10 million", [5_000_000, 10_000_000]),
        ("Rp5-10 juta", [5_000_000, 10_000_000]),
        ("Rp 5.000.000 - Rp 10.000.000", [5_000_000, 10_000_000]),
        ("NT$ 20.000-25.000", [20_000, 25_000]),
        ("10 juta sampai 5 juta", [5_000_000, 10_000_000]),
        ("1500 hingga 2000", [1500, 2000]),
    ],
)
def test_a_range_is_its_two_ends_the_lower_one_first(text: str, expected: list[int]) -> None:
    text = both_ends(text)
    (ends,) = ranges(text, list(amounts(text)))
    assert [end.value for end in ends] == expected
    assert len({end.currency for end in ends}) == 1


@pytest.mark.parametrize("text", ["5 dan 10 juta", "1.500 - 2 juta", "18-35 tahun 10 juta", "3 tahun sampai 10 juta"])
def test_two_numbers_of_two_things_are_no_range(text: str) -> None:
    text = both_ends(text)
    assert [end.value for ends in ranges(text, list(amounts(text))) if len(ends) == 2 for end in ends] in ([], [18, 35])


@settings(deadline=None)
@given(st.text(max_size=300))
def test_terms_are_plain_and_short_however_often_a_text_is_composed(text: str) -> None:
    for term in terms(text):
        assert term.isascii()
        assert term.isalnum()
        assert len(term) <= 40
    assert terms(composed(text)) == terms(text) == question_terms(text)
    assert list(analysed(text).terms) == terms(text)
    assert {term for _word, term in analysed(text).words} == set(terms(text))
    assert all(0 <= amount.start < amount.end <= len(text) for amount in amounts(text))


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(STOP_WORDS))))
def test_small_words_are_no_terms(words: list[str]) -> None:
    assert terms(" ".join(words).upper()) == []


@settings(deadline=None)
@given(st.text(max_size=300))
def test_pieces_are_places_in_the_text_in_order(text: str) -> None:
    end = 0
    for piece in pieces(text):
        assert end <= piece.start < piece.end <= len(text)
        end = piece.end


def test_what_is_shown_again_has_no_hidden_signs() -> None:
    assert clean("  pera\x00wat \u202e\u2066 lan\nsia\ufeff ") == "pera wat lan sia"
    assert clean("ta\u200biwan \u2060kor\u00adea") == "taiwan korea"
