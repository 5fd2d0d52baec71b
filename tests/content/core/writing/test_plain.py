"""The measure of plain Indonesian: what it counts, what it points at, and what it leaves alone."""

from __future__ import annotations

import pytest

from content.core.writing import plain
from content.core.writing.plain import common_words, is_common, measure, sentences


def lengths(text: str) -> list[int]:
    return [sentence.length for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Simpan paspor Anda. Jangan titipkan.", [3, 2]),
        ("Kata Ibu, “Jangan pergi.” Lalu ia diam.", [4, 3]),
        ("Benarkah? Ya! Tanyakan.", [1, 1, 1]),
        ("KTP; Kartu Keluarga; akta", [1, 2, 1]),
        ("Baris satu\nBaris dua", [2, 2]),
        ("Kantor di Jl. Merdeka buka.", [5]),
        ("Bayar Rp. 5 dll. kepada siapa pun.", [7]),
        ("Menurut UU 18/2017 Pasal 30, gratis.", [6]),
        ("Telepon {kanal:sapa-129} sekarang.", [3]),
        ("Orang-orang itu pulang.", [3]),
        ("Biayanya 2.500 rupiah.", [3]),
        ("…", []),
    ],
)
def test_a_text_falls_into_sentences(text: str, words: list[int]) -> None:
    assert lengths(text) == words


LONG = "Kami " + "sering " * 19 + "pulang."


def test_twenty_words_are_the_most() -> None:
    assert [one.length for one in measure([LONG], ()).long] == [21]
    assert measure([LONG.replace("sering ", "", 1)], ()).long == []


def test_a_quotation_of_a_paragraph_is_exempt_and_one_inside_a_sentence_is_not() -> None:
    assert measure([f"“{LONG}”", f"“{LONG}” (Pasal 30 UU 18/2017)"], ()).passes
    assert not measure([f"Pasal itu berbunyi “{LONG}” dan berlaku."], ()).passes


def test_the_mean_counts_sentences_and_not_headings() -> None:
    fourteen = "Kami " + "sering " * 12 + "pulang."
    report = measure([fourteen, "Judul", "Kotak", "Biaya"], ())
    assert report.mean == 14
    assert not report.passes
    assert measure([fourteen, "Kami pulang."], ()).passes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Paspor ditahan oleh agen.", "ditahan oleh"),
        ("Uang itu dijanjikan kepada ibu oleh agen.", "dijanjikan kepada ibu oleh"),
        ("Kontrak diperiksa dahulu oleh Disnaker.", "diperiksa dahulu oleh"),
        ("Paspor ditahan.", ""),
        ("Agen menahan paspor.", ""),
        ("Dinas setempat oleh karena itu tutup.", ""),
        ("Paspor ditahan. Oleh karena itu, lapor.", ""),
    ],
)
def test_who_is_acted_upon_is_pointed_at(text: str, found: str) -> None:
    assert (measure([text], ()).passive or [""])[0] == found


def test_a_word_of_law_needs_the_glossary() -> None:
    assert measure(["Ia meminta restitusi."], ()).law == ["restitusi"]
    assert measure(["Restitusi boleh diminta."], ()).law == ["restitusi"]
    assert measure(["Ia meminta restitusi."], {"restitusi"}).law == []


def test_a_word_is_common_with_what_hangs_on_it() -> None:
    assert all(map(is_common, ["surat", "suratnya", "suratmu", "tanyalah", "orang-orang", "sama-sama"]))
    assert not any(map(is_common, ["penyekapan", "xyznya", "surat-penyekapan"]))


def rare_page(count: int) -> list[str]:
    """A text of a hundred words of which so many are rare."""
    return ["Mari " + "surat " * 3 + "penyekapan."] * count + ["Mari " + "surat " * 4 + "."] * (20 - count)


def test_eight_of_a_hundred_words_may_be_rare() -> None:
    eight, nine = measure(rare_page(8), ()), measure(rare_page(9), ())
    assert (eight.words, eight.rare_share, nine.rare_share) == (100, 8, 9)
    assert eight.passes
    assert not nine.passes
    assert measure(rare_page(9), {"penyekapan"}).passes


def test_names_and_abbreviations_are_not_rare_words() -> None:
    assert not measure(["Pergilah ke Disnaker Indramayu dan BP3MI."], ()).rare.keys() & {
        "disnaker",
        "indramayu",
        "bp3mi",
    }


def test_a_handful_of_words_has_no_share() -> None:
    assert measure(["Hindari penyekapan penjeratan."], ()).passes


def test_the_list_of_common_words_is_whole_and_names_its_licence() -> None:
    text = plain._COMMON.read_text(encoding="utf-8")
    assert "CC BY-SA 4.0" in text
    assert "wordfreq 3.1.1" in text
    assert len(common_words()) == 10_309
    assert {"anda", "surat", "menolong"} <= common_words()
    assert "penyekapan" not in common_words()
