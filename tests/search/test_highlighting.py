"""What is marked is what was searched for, in every form in which it stands."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import terms
from search.highlighting import excerpt, marked


def phrases(*texts: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(terms(text)) for text in texts)


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(1, 3))
def test_marking_changes_nothing_but_adds_marks(text: str, length: int) -> None:
    found = terms(text)
    wanted = frozenset(tuple(found[start : start + length]) for start in range(len(found)))
    shown = marked(text, wanted)
    assert isinstance(shown, SafeString)
    assert shown.replace("<mark>", "").replace("</mark>", "") == escape(text)
    assert ("<mark>" in shown) == bool(found)


def test_every_form_of_a_word_is_marked_as_it_was_written() -> None:
    assert marked("MERAWAT, dirawat & <b> perawatannya, perawat", phrases("perawatan")) == (
        "<mark>MERAWAT</mark>, <mark>dirawat</mark> &amp; &lt;b&gt; <mark>perawatannya</mark>, perawat"
    )
    assert marked("Nurses and a nurse", phrases("nurse")) == "<mark>Nurses</mark> and a <mark>nurse</mark>"
    assert marked("Anak-anaknya, anak2", phrases("anak")) == "<mark>Anak-anaknya</mark>, <mark>anak2</mark>"
    assert marked("Gaji NT$20.000, 12 juta", phrases("20000", "12jt")) == (
        "Gaji NT$<mark>20.000</mark>, <mark>12 juta</mark>"
    )


def test_a_phrase_is_marked_as_a_whole_and_its_parts_are_not() -> None:
    wanted = phrases("orang tua", "rumah tangga", "rumah")
    assert marked("orang dan rumah, tua; orang tua di rumah tangga", wanted) == (
        "orang dan <mark>rumah</mark>, tua; <mark>orang tua</mark> di <mark>rumah tangga</mark>"
    )


def test_an_excerpt_is_cut_around_the_first_word_of_the_best_line() -> None:
    text = "Ringkasan pendek.\n" + "kata " * 60 + "menyimpan paspornya sendiri " + "lalu " * 60
    cut = excerpt(text, phrases("simpan", "paspor"))
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert "<mark>menyimpan</mark> <mark>paspornya</mark> sendiri" in cut
    assert len(cut) < 260
    assert excerpt(text, phrases("tidak")) == "Ringkasan pendek."
    assert excerpt(text, frozenset()) == "Ringkasan pendek."
    assert excerpt("", phrases("x")) == ""


def test_of_two_lines_the_one_with_more_different_words_is_shown() -> None:
    text = "paspor paspor paspor paspor paspor\nsimpan paspor"
    assert excerpt(text, phrases("simpan", "paspor")) == "<mark>simpan</mark> <mark>paspor</mark>"
