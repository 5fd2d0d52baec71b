"""What two languages both name is equal however each writes it; what only one of them names is found."""

from __future__ import annotations

import pytest

from content.core.writing.parity import DATE, LINK, MONEY, NUMBER, PHONE, differences

BOTH = ("id", "en")


def kinds(indonesian: str, english: str, links: tuple = ((), ())) -> list[str]:
    return [one.kind for one in differences(indonesian, english, BOTH, links)]


@pytest.mark.parametrize(
    ("indonesian", "english"),
    [
        ("Ada 1.500 kasus", "There are 1,500 cases"),
        ("Naik 14,5 persen", "Up by 14.5%"),
        ("2,7 juta orang", "2.7 million people"),
        ("2.700.000 orang", "2.7 million people"),
        ("dua belas bulan", "12 months"),
        ("dua puluh empat jam sehari", "24 hours a day"),
        ("tiga ratus lima puluh ribu orang", "350,000 people"),
        ("Sesi 20 menit", "20-minute session"),
        ("Umur 18", "18 years old"),
        ("seribu dolar", "a thousand dollars"),
        ("Langkah ketiga", "The third step"),
        ("Kedua belah pihak", "Both sides"),
        ("Bicaralah berdua.", "Talk alone."),
        ("Satu per satu", "One by one"),
        ("Baca satu kali", "Read it once"),
        ("UU 18/2017 Pasal 30", "Article 30 of Law 18/2017"),
        ("Telepon 0812-3456-789", "Call +62 812 3456 789"),
        ("Telepon (021) 2924 4800", "Call +62 21 2924 4800"),
        ("Rp 9.400.000", "IDR 9,400,000"),
        ("Rp9,4 juta", "IDR 9.4 million"),
        ("RM 1.700", "MYR 1,700"),
        ("5.000 dolar Singapura", "S$5,000"),
        ("20 Oktober 2025", "October 20, 2025"),
        ("20 Oktober 2025", "20 October 2025"),
        ("Mei 2025", "May 2025"),
        ("tanggal 20/10/2025", "on 2025-10-20"),
        ("09.00 sampai 16.00", "from 9 am to 4 pm"),
        ("14.30 WIB", "2.30 pm"),
        ("WCAG 2.2", "WCAG 2.2"),
        ("Lihat https://kp2mi.go.id/", "See kp2mi at http://www.kp2mi.go.id"),
        ("KP2MI dan BP3MI", "KP2MI and BP3MI"),
        ("Tulis ke a@contoh.example", "Write to a@contoh.example"),
        ("{kanal:sapa-129} dan {fakta:usia-anak} tahun", "{fakta:usia-anak} years, and {kanal:sapa-129}"),
    ],
)
def test_the_same_said_in_both_is_no_difference(indonesian: str, english: str) -> None:
    assert differences(indonesian, english, BOTH) == []


PLANTED = {
    NUMBER: [
        ("Ada 1.500 kasus", "There are 1,600 cases"),
        ("Naik 14,5 persen", "Up by 145%"),
        ("2,7 juta orang", "2.7 thousand people"),
        ("dua belas bulan", "twenty months"),
        ("12 bulan", "12 years"),
        ("Umur 18 tahun", "Of age"),
        ("Baca kontrak", "Read the contract three times"),
        ("UU 18/2017", "Law 18/2018"),
        ("Pasal 30", "Article 13"),
        ("Tiga puluh hari", "Thirteen days"),
        ("09.00 sampai 16.00", "from 9 am to 5 pm"),
        ("Buka 24 jam", "Open 24 days"),
        ("{fakta:usia-anak} tahun", "{fakta:usia-anak} months"),
    ],
    PHONE: [
        ("Telepon 0812-3456-789", "Call 0812-3456-798"),
        ("Telepon 0812-3456-789", "Call us"),
        ("Telepon kami", "Call +62 812 3456 789"),
        ("Telepon (021) 2924 4800", "Call (022) 2924 4800"),
        ("Telepon +62 812 3456 789", "Call +60 812 3456 789"),
        ("0812 3456 789", "0812 3456 7890"),
        ("0812 3456 789 atau 0813 3456 789", "0812 3456 789"),
        ("+855 12 813 282", "+855 12 813 228"),
        ("WA 08111 129 129", "WhatsApp 08111 129 192"),
        ("Telepon 021-3903963", "Call 021-3909363"),
    ],
    MONEY: [
        ("Rp 9.400.000", "IDR 9,400"),
        ("Rp 9.400.000", "IDR 940,000"),
        ("Rp9,4 juta", "IDR 9.4 billion"),
        ("Rp 500.000", "USD 500,000"),
        ("RM 1.700", "MYR 1,500"),
        ("5.000 dolar Singapura", "USD 5,000"),
        ("Denda Rp 200 juta", "A fine"),
        ("Denda", "A fine of IDR 200 million"),
        ("Gaji 800 dolar", "A wage of 900 dollars"),
        ("NT$ 20.000", "HK$ 20,000"),
    ],
    DATE: [
        ("20 Oktober 2025", "21 October 2025"),
        ("20 Oktober 2025", "20 October 2026"),
        ("20 Oktober 2025", "20 November 2025"),
        ("20 Oktober 2025", "October 2025"),
        ("Oktober 2025", "November 2025"),
        ("Mei 2025", "May 2026"),
        ("sejak 2 Januari 2026", "since January"),
        ("Diperiksa", "Checked on 3 March 2026"),
        ("tanggal 10/11/2025", "on 2025-10-11"),
        ("17 Agustus", "18 August"),
    ],
    LINK: [
        ("Lihat https://kp2mi.go.id", "See https://kp2mi.go.id/en"),
        ("Lihat https://kp2mi.go.id", "See the site"),
        ("Lihat situsnya", "See https://kp2mi.go.id"),
        ("https://kp2mi.go.id", "https://kp2mi.com"),
        ("https://siskop2mi.bp2mi.go.id/a", "https://siskop2mi.bp2mi.go.id/b"),
        ("a@contoh.example", "b@contoh.example"),
        ("www.kemlu.go.id", "www.kemlu.id"),
        ("https://a.go.id dan https://b.go.id", "https://a.go.id"),
        ("https://a.go.id/?q=1", "https://a.go.id/?q=2"),
        ("Tulis ke a@contoh.example", "Write to us"),
    ],
}


@pytest.mark.parametrize(
    ("kind", "indonesian", "english"), [(kind, *pair) for kind, pairs in PLANTED.items() for pair in pairs]
)
def test_a_planted_difference_is_found_and_called_by_its_kind(kind: str, indonesian: str, english: str) -> None:
    assert kind in kinds(indonesian, english)


def test_ten_of_each_kind_are_planted() -> None:
    assert all(len(pairs) >= 10 for pairs in PLANTED.values())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (["page:1"], ["page:2"]),
        (["page:1"], []),
        ([], ["page:1"]),
        (["page:1", "page:2"], ["page:1", "page:1"]),
        (["https://a.go.id"], ["https://b.go.id"]),
        (["tel:129"], ["tel:110"]),
    ],
)
def test_links_behind_words_count(ours: list[str], theirs: list[str]) -> None:
    assert kinds("Baca ini.", "Read this.", (ours, theirs)) == [LINK]
    assert kinds("Baca ini.", "Read this.", (ours, ours)) == []


def test_a_token_that_only_one_side_has_is_read_as_what_it_shows() -> None:
    said = {"{kanal:a}": "0812 3456 789", "{fakta:b}": "18"}

    def found(ours: str, theirs: str) -> list[str]:
        return [one.kind for one in differences(ours, theirs, BOTH, words=lambda token, language: said[token])]

    assert found("Telepon {kanal:a}", "Call") == [PHONE]
    assert found("Telepon {kanal:a}", "Call 0812-3456-789") == []
    assert found("{fakta:b} tahun", "18 years") == []
    assert found("{fakta:b} dan {fakta:b}", "{fakta:b}") == [NUMBER]


def test_both_sides_are_shown() -> None:
    (one,) = differences("Rp 500 ribu untuk 3 orang", "IDR 600 thousand for 3 people", BOTH)
    assert (one.ours, one.theirs) == ("IDR 500000", "IDR 600000")


def test_a_token_of_both_is_shown_as_itself() -> None:
    (one,) = differences("{fakta:a} tahun, {fakta:b}", "{fakta:b}, {fakta:a} months", BOTH)
    assert (one.ours, one.theirs) == ("{fakta:a} year", "{fakta:a} month")


def test_numbers_in_words_are_not_asked_of_languages_whose_words_are_not_known() -> None:
    assert differences("lima hari", "gangsal dinten", ("id", "jv")) == []
    assert [one.kind for one in differences("5 hari", "6 dinten", ("id", "jv"))] == [NUMBER]
