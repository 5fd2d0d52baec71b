"""Text becomes terms in one way, and what is marked is what was searched for."""

from __future__ import annotations

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import MAX_TERMS, STOP_WORDS, clean, pieces, query_terms, terms
from search.highlighting import excerpt, marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Perawat LANSIA, Taichung", ["perawat", "lansia", "taichung"]),
        ("anak-anak Al-Qur'an", ["anak", "anak", "al", "qur"]),
        ("NT$20.000 atau 1.150.000,50", ["nt", "20000", "1150000", "50"]),
        ("22.11.2026 dan 2026", ["22", "11", "2026", "2026"]),
        ("Madhurâ, perawa\u0302t, ﬃ, １２", ["madhura", "perawat", "ffi", "12"]),
        ("apa itu dan yang of the", []),
        ("G to G Korea, visa U-18", ["g", "g", "korea", "visa", "u", "18"]),
        ("介護 أمان 🙂 \x00", []),
        ("kerja di AS, bagian IT", ["kerja", "as", "bagian", "it"]),
    ],
)
def test_words_become_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(st.text(max_size=300))
def test_terms_are_plain_short_and_never_small_words(text: str) -> None:
    for term in terms(text):
        assert term.isascii()
        assert term.isalnum()
        assert len(term) <= 40
        assert term not in STOP_WORDS
    assert terms(" ".join(terms(text))) == terms(text)
    assert len(query_terms(text)) <= MAX_TERMS


@given(st.text(max_size=300))
def test_pieces_are_places_in_the_text_in_order(text: str) -> None:
    end = 0
    for piece in pieces(text):
        assert end <= piece.start < piece.end <= len(text)
        end = piece.end


@given(st.text(max_size=300))
def test_marking_changes_nothing_but_adds_marks(text: str) -> None:
    from django.utils.html import escape

    shown = marked(text, frozenset(terms(text)))
    assert isinstance(shown, SafeString)
    assert shown.replace("<mark>", "").replace("</mark>", "") == escape(text)


def test_marks_stand_on_whole_words_as_they_were_written() -> None:
    assert marked("Gaji NT$20.000, PERAWÂT & <b>", {"20000", "perawat"}) == (
        "Gaji NT$<mark>20.000</mark>, <mark>PERAWÂT</mark> &amp; &lt;b&gt;"
    )


def test_an_excerpt_is_cut_around_the_first_word_of_the_best_line() -> None:
    text = "Ringkasan pendek.\n" + "kata " * 60 + "simpan paspor sendiri " + "lalu " * 60
    cut = excerpt(text, {"paspor", "sendiri"})
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert "<mark>paspor</mark> <mark>sendiri</mark>" in cut
    assert len(cut) < 260
    assert excerpt(text, {"tidak"}) == "Ringkasan pendek."
    assert excerpt("", {"x"}) == ""


def test_what_is_shown_again_has_no_hidden_signs() -> None:
    assert clean("  pera\x00wat \u202e\u2066 lan\nsia\ufeff ") == "pera wat lan sia"
