"""A number in a text is a token, or one of a reviewed list; everything else is bare."""

from __future__ import annotations

import pytest

from content.registers.digits import ALLOWED, bare, cited, law_of, typed_links

LAWS = {("uu", 18, 2017), ("pp", 59, 2021), ("per", 9, 2020)}


@pytest.mark.parametrize("example", [example for allowed in ALLOWED for example in allowed.examples])
def test_what_the_list_allows_is_not_bare(example: str) -> None:
    assert bare(example, LAWS) == []


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda allowed: allowed.name)
def test_every_kind_on_the_list_is_needed(allowed: object, monkeypatch: pytest.MonkeyPatch) -> None:
    others = tuple(other for other in ALLOWED if other is not allowed)
    monkeypatch.setattr("content.registers.digits.ALLOWED", others)
    assert any(bare(example, LAWS) for example in allowed.examples)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Telepon 129 sekarang.", "Telepon 129 sekarang."),
        ("Biayanya Rp9.400.000.", "Biayanya Rp9.400.000."),
        ("Biayanya Rp50.", "Biayanya Rp50."),
        ("Bayar USD50 dulu.", "Bayar USD50 dulu."),
        ("Sekitar 50rb orang", "Sekitar 50rb orang"),
        ("Naik 14,5% dari tahun lalu", "Naik 14,5% dari"),
        ("Naik sejak 2015 orang", "sejak 2015 orang"),
        ("tahun 20.151 jiwa", "tahun 20.151 jiwa"),
        ("Oktober 20.250 orang", "Oktober 20.250 orang"),
        ("Menurut BPS 2024 orang", "BPS 2024 orang"),
        ("Penempatan, 2025 orang", "Penempatan, 2025 orang"),
        ("Penempatan: 2025", "Penempatan: 2025"),
        ("Nomor +62 0001", "+62 0001"),
        ("Nomor +62 812 000", "+62 812"),
        ("umur 18 tahun", "umur 18 tahun"),
        ("kontrak 36 bulan", "kontrak 36 bulan"),
        ("6 bulan kerja", "6 bulan"),
        ("Pasal 1.500 orang", "Pasal 1.500 orang"),
        ("Hubungi SAPA-129", "Hubungi SAPA-129"),
        ("Hubungi SAPA129", "Hubungi SAPA129"),
        ("P3MI1500", "P3MI1500"),
        ("Langkah 2 dan 1.000 orang", "dan 1.000 orang"),
        ("Pasal 30 juta", "Pasal 30 juta"),
        ("Step 5 million", "Step 5 million"),
        ("Langkah 2, 4, dan 50 juta", "dan 50 juta"),
        ("from 2000 rupiah", "from 2000 rupiah"),
        ("Ada 5. Itu banyak", "Ada 5. Itu"),
        ("31 Februarius 2025", "31 Februarius"),
        ("sesi 15 menit", "sesi 15 menit"),
        ("٥٠ orang", "٥٠ orang"),
        ("½ juta orang", "½ juta"),
        ("m² tanah", "m² tanah"),
        ("Dendanya lima ratus juta rupiah.", "lima ratus juta rupiah"),
        ("Tujuh puluh lima persen anak tertipu.", "Tujuh puluh lima persen"),
        ("Bayar setengah juta rupiah dulu", "setengah juta rupiah"),
        ("Seventy-five percent of them", "Seventy-five percent"),
        ("A fee of two and a half million rupiah", "two and a half million rupiah"),
        ("七十五% dari mereka", "七十五% dari"),
        ("S75 orang tertipu", "S75 orang"),
    ],
)
def test_a_planted_number_is_found_with_the_words_around_it(text: str, shown: str) -> None:
    assert bare(text, LAWS)[0] == shown


@pytest.mark.parametrize(
    "text", ["Puluhan juta rupiah.", "Lima belas negara.", "Tiga hari lagi.", "Beberapa persen.", "{fakta:a} %"]
)
def test_what_names_no_amount_may_be_said_in_words(text: str) -> None:
    assert bare(text, LAWS) == []


def test_a_token_answers_for_its_number() -> None:
    assert bare("Telepon {kanal:sapa-129} atau {fakta:bpjs-24-bulan}.", LAWS) == []
    assert bare("Telepon {kanal:sapa-129} atau 110.", LAWS) == ["atau 110."]


@pytest.mark.parametrize(
    "text",
    [
        "UU 18/2017",
        "UU Nomor 18 Tahun 2017",
        "Undang-Undang No. 18 Tahun 2017",
        "Law 18/2017",
        "PP 59/2021",
        "Government Regulation 59/2021",
        "Peraturan BP2MI 9/2020",
        "Peraturan BP2MI Nomor 9 Tahun 2020",
        "BP2MI Regulation 9/2020",
    ],
)
def test_a_law_may_be_cited_where_it_is_a_source(text: str) -> None:
    assert bare(f"Menurut {text}, Pasal 30.", LAWS) == []
    assert bare(f"Menurut {text}, Pasal 30.", set()) != []


def test_another_law_of_the_same_number_is_another_law() -> None:
    assert bare("Menurut PP 18/2017", LAWS) == ["PP 18/2017"]
    assert bare("Menurut UU 18/2018", LAWS) == ["UU 18/2018"]


def test_sources_are_laws_by_their_codes() -> None:
    assert law_of("uu-18-2017") == ("uu", 18, 2017)
    assert law_of("perban-bp2mi-9-2020") == ("per", 9, 2020)
    assert law_of("perpres-49-2023") == ("perpres", 49, 2023)
    assert law_of("kompas-2020-08-17") is None
    assert law_of("goodstats-2026") is None
    assert [law for _words, law in cited("UU 18/2017 dan PP 59/2021")] == [("uu", 18, 2017), ("pp", 59, 2021)]


def test_a_link_that_dials_a_typed_number_is_one_too() -> None:
    links = ["tel:0812345", "https://wa.me/62812345", "https://kp2mi.go.id/2025", "page:12", "sms:129"]
    assert typed_links(links) == ["tel:0812345", "https://wa.me/62812345", "sms:129"]
