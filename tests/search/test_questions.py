"""What is read from the words that somebody types."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.registers.models import MOST_PHRASES, Synonym
from search.analysis import MAX_TERMS, terms
from search.questions import JOB, PAGE, Wage, read
from tests.search.world import settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    """No synonym of another test, whose rows are rolled back, but were read."""
    settle()


def group(typed: str, *others: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(terms(text)) for text in (typed, *others))


@pytest.fixture
def lansia() -> Synonym:
    """One entry with words of two languages, and what they find besides."""
    row = Synonym.objects.create(
        code="pengasuh-lansia",
        words={"id": "pengasuh lansia, perawat jompo", "en": "caregiver"},
        finds={"id": "perawatan lansia"},
    )
    settle()
    return row


def test_every_word_is_a_group_of_its_own() -> None:
    assert read("Tukang las, Jepang", JOB).groups == (group("tukang"), group("las"), group("jepang"))
    assert read("las las", JOB).groups == (group("las"),)
    assert read("apa itu", JOB).groups == read("", JOB).groups == ()


def test_a_word_is_answered_by_its_synonyms_and_by_what_they_find_besides(lansia: Synonym) -> None:
    assert read("caregiver taiwan", JOB).groups == (
        group("caregiver", "pengasuh lansia", "perawat jompo", "perawatan lansia"),
        group("taiwan"),
    )
    # One way: what they find besides does not find them.
    assert read("perawatan lansia", JOB).groups == (group("perawatan"), group("lansia"))


def test_a_phrase_is_known_as_a_whole_and_its_words_may_stand_apart(lansia: Synonym) -> None:
    others = ("pengasuh lansia", "caregiver", "perawatan lansia")
    assert read("perawat jompo", PAGE).groups == (group("perawat", *others), group("jompo", *others))
    assert read("jompo perawat", PAGE).groups == (group("jompo"), group("perawat"))
    assert read("MERAWAT jompo, perawat-jompo", PAGE).groups[:2] == (group("merawat"), group("jompo"))


def test_the_longest_phrase_is_taken() -> None:
    Synonym.objects.create(code="a", words={"id": "perawat, ners"})
    Synonym.objects.create(code="b", words={"id": "perawat orang tua, kaigo"})
    settle()
    assert read("perawat orang tua", PAGE).groups == (
        group("perawat", "kaigo"), group("orang", "kaigo"), group("tua", "kaigo"),
    )  # fmt: skip
    assert read("perawat orang", PAGE).groups == (group("perawat", "ners"), group("orang"))


def test_a_change_works_with_the_next_question(lansia: Synonym) -> None:
    lansia.words = {"id": "caregiver, careworker"}
    lansia.finds = {}
    lansia.save()
    settle()
    assert read("careworker", JOB).groups == (group("careworker", "caregiver"),)
    lansia.delete()
    settle()
    assert read("careworker", JOB).groups == (group("careworker"),)


def test_words_that_fit_every_job_ask_nothing_of_jobs_and_something_of_pages() -> None:
    Synonym.objects.create(code="kerja", words={"id": "kerja, gawean"})
    settle()
    for words in ("lowongan kerja di luar negeri", "gawean", "loker resmi terbaru 2026", "gaji pekerja migran"):
        assert read(words, JOB).groups == (), words
        assert read(words, PAGE).groups, words
    assert read("lowongan kerja taiwan", JOB).groups == (group("taiwan"),)


@pytest.mark.parametrize(
    ("words", "wage", "rest"),
    [
        ("gaji 12jt taiwan", Wage(Decimal(12_000_000), "IDR"), "taiwan"),
        ("taiwan Rp 12.000.000", Wage(Decimal(12_000_000), "IDR"), "taiwan"),
        ("NT$ 28.590", Wage(Decimal(28_590), "TWD"), ""),
        ("28590 nt pabrik", Wage(Decimal(28_590), "TWD"), "pabrik"),
        ("2,1 juta won", Wage(Decimal(2_100_000), "KRW"), ""),
        ("gaji 15-20 juta", Wage(Decimal(15_000_000), "IDR"), ""),
        ("gaji 28.590 pabrik", Wage(Decimal(28_590), ""), "pabrik"),
        ("pabrik 28.590", None, "pabrik 28.590"),
        ("gaji 40 jam", None, "40 jam"),
        ("gaji taiwan 2026", None, "taiwan"),
        ("gaji Rp 999.999.999.999.999.999.999.999.999 taiwan", None, "999999999999999999999999999 taiwan"),
        ("gaji 12 mİliar", Wage(Decimal(12_000_000_000), "IDR"), ""),
        ("gaji 12 jt sampai 15 jt", Wage(Decimal(12_000_000), "IDR"), ""),
    ],
)
def test_an_amount_of_money_is_the_least_wage(words: str, wage: Wage | None, rest: str) -> None:
    asked = read(words, JOB)
    assert asked.wage == wage
    assert asked.groups == tuple(group(word) for word in dict.fromkeys(terms(rest)))
    assert read(words, PAGE).wage is None


@pytest.mark.parametrize(
    "words",
    [
        "gajiku tidak dibayar", "gaji saya tidak di bayar", "upah tidak dibayar", "gaji tidak dibayarkan",
        "majikan tidak membayar gaji", "TIDAK DIBAYAR", "3 bulan ga pernah dibayar", "majikan gak bayar gaji saya",
        "gaji saya gak bayar", "tidak gratis", "kerja korea nggak gratis", "bukan gratis", "not free of charge",
        "not free", "majikan tidak bayar sepeserpun gaji saya", "tidak ada biaya untuk pulang", "gak ada ongkos pulang",
        "biaya ditanggung sendiri",
    ],
)  # fmt: skip
def test_a_wage_that_is_not_paid_what_is_not_free_and_no_money_to_go_home_are_not_free_of_charge(words: str) -> None:
    settle()
    assert not read(words, JOB).free


@pytest.mark.parametrize(
    "words",
    [
        "taiwan tidak bayar", "gaji besar tidak bayar", "tidak bayar gaji 10 juta", "kerja gratis korea", "gak bayar",
        "biaya penempatan tidak dibayar", "tidak bayar gaji tinggi",
    ],
)  # fmt: skip
def test_who_will_not_pay_asks_for_what_is_free_of_charge(words: str) -> None:
    settle()
    assert read(words, JOB).free


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("gaji 500 ribu sehari", ""), ("gaji 150.000 per hari taiwan", "taiwan"), ("Rp 20.000/jam", ""),
        ("gaji 120 juta setahun", ""), ("gaji per tahun 120 juta", ""), ("las NT$ 200 per hour", "las"),
        ("gaji di bawah 5 juta", ""), ("gaji maksimal 5.000", ""), ("korea gaji kurang dari 5 juta", "korea"),
        ("utang 5 juta", "utang"), ("utangku 5 juta", "utang"), ("denda 5000", "denda"), ("didenda Rp 5.000.000", "denda"),
    ],
)  # fmt: skip
def test_what_is_no_least_wage_of_a_month_is_left_out(words: str, rest: str) -> None:
    asked = read(words, JOB)
    assert (asked.wage, asked.charges) == (None, ())
    assert len(asked.others) == 1
    assert asked.groups == tuple(group(word) for word in terms(rest))
    assert read(words, PAGE).others == ()


@pytest.mark.parametrize(
    "words",
    [
        "gaji 12 juta per bulan",
        "gaji 12 juta sebulan, 8 jam sehari",
        "gaji 12 juta, 8 jam per hari",
        "gaji minimal 12 juta",
    ],
)
def test_a_wage_of_a_month_stays_one(words: str) -> None:
    asked = read(words, JOB)
    assert (asked.wage, asked.others) == (Wage(Decimal(12_000_000), "IDR"), ())


def test_nothing_to_pay_is_free_of_charge_and_no_wage() -> None:
    settle()
    for words in (
        "rp0",
        "korea Rp 0",
        "biaya Rp0 korea",
        "korea biaya 0",
        "0 rupiah biaya korea",
        "biayanya cuma 0 korea",
    ):
        asked = read(words, JOB)
        assert (asked.free, asked.wage, asked.charges) == (True, None, ()), words
        assert asked.groups in ((), (group("korea"),)), words
    assert read("gaji 20 juta biaya 0", JOB).wage == Wage(Decimal(20_000_000), "IDR")
    assert not read("usia 0", JOB).free
    assert read("Rp0", PAGE).groups == (group("0"),)


@pytest.mark.parametrize(
    ("words", "wage", "charges"),
    [
        ("pabrik korea biaya 5 juta", None, [5_000_000]),
        ("pabrik korea, bayar Rp5.000.000", None, [5_000_000]),
        ("pabrik korea 5 juta untuk biaya", None, [5_000_000]),
        ("pabrik korea potongan gaji NT$ 2.000", None, [2000]),
        ("pabrik korea placement fee 5 juta", None, [5_000_000]),
        ("pabrik korea biaya penempatan sekitar 5000", None, [5000]),
        ("pabrik korea biaya 5 juta sampai 10 juta", None, [5_000_000, 10_000_000]),
        ("pabrik korea gaji 20 juta per bulan biaya 5 juta", 20_000_000, [5_000_000]),
        ("pabrik korea gaji 20 juta biaya 5 juta", 20_000_000, [5_000_000]),
        ("pabrik korea gaji 20 juta, 5 juta biaya", 20_000_000, [5_000_000]),
        ("pabrik korea biaya 5 juta gaji 20 juta", 20_000_000, [5_000_000]),
        ("pabrik korea tanpa biaya 20 juta", 20_000_000, []),
        ("pabrik korea 20 juta tanpa potongan", 20_000_000, []),
        ("pabrik korea 20 juta biaya nol", 20_000_000, []),
        ("pabrik korea dibayar 20 juta", 20_000_000, []),
    ],
)
def test_an_amount_beside_a_charge_is_no_wage(words: str, wage: int | None, charges: list[int]) -> None:
    settle()
    asked = read(words, JOB)
    assert (asked.wage and asked.wage.value, [charge.value for charge in asked.charges]) == (wage, charges)
    assert asked.groups[:2] == (group("pabrik"), group("korea"))
    if charges:
        assert len(asked.groups) == 2


def test_pages_hold_amounts_as_numbers_without_their_currency() -> None:
    for words in ("Rp 37.500", "37,5 ribu", "37.500 rupiah", "rp37500"):
        assert read(words, PAGE).groups == (group("37500"),), words


@pytest.mark.parametrize(
    "words",
    [
        "taiwan tanpa biaya", "gratis taiwan", "taiwan zero cost", "no fee taiwan", "ga bayar taiwan", "tidak dipungut biaya taiwan",
        "taiwan tidak ada biaya", "gak ada biaya apapun taiwan", "taiwan biaya gratis", "biaya penempatan gratis taiwan",
        "no placement fee taiwan", "taiwan without any agency fees", "taiwan gratis 100%", "100% gratis taiwan", "taiwan free",
        "free of charge taiwan", "tanpa biaya penempatan taiwan", "taiwan tidak perlu bayar apapun", "tanpa dipungut biaya taiwan",
        "taiwan ga usah bayar", "taiwan biaya nol rupiah", "taiwan semua biaya gratis", "biaya ditanggung majikan taiwan",
        "taiwan tanpa pungutan", "don't pay anything taiwan", "tidak kena biaya taiwan",
    ],
)  # fmt: skip
def test_free_of_charge_is_asked_of_the_costs(words: str) -> None:
    asked = read(words, JOB)
    assert (asked.free, asked.groups) == (True, (group("taiwan"),))
    assert not read(words, PAGE).free
    assert len(read(words, PAGE).groups) > 1


def test_what_was_typed_and_its_synonyms_are_marked(lansia: Synonym) -> None:
    marks = read("perawat jompo taiwan", JOB).marks
    assert marks == set(
        group("perawat jompo", "perawat", "jompo", "pengasuh lansia", "caregiver", "perawatan lansia", "taiwan")
    )


def test_a_question_is_bounded_whatever_was_typed() -> None:
    words = ", ".join(f"kata{number}" for number in range(MOST_PHRASES))
    Synonym.objects.create(code="many", words={"id": words})
    settle()
    asked = read(" ".join(f"kata{number}" for number in range(40)), JOB)
    assert len(asked.groups) == MAX_TERMS
    assert all(len(alternatives) == MOST_PHRASES for alternatives in asked.groups)


# Thirteen words, of which two part one listing from another.
LONG = "lowongan kerja resmi, lowongan kerja luar negeri, gaji tinggi, gaji besar, kerja pabrik korea"


def test_only_words_that_ask_something_and_were_not_said_before_are_counted() -> None:
    settle()
    assert read(LONG, JOB).groups == (group("pabrik"), group("korea"))
    assert not read(LONG, JOB).cut
    many = " ".join(f"kata{number}" for number in range(MAX_TERMS))
    for words in (f"{many} kata3 loker kata0 kata1", f"loker {many} {many}", f"{many} resmi 2026 tanpa biaya"):
        asked = read(words, JOB)
        assert (len(asked.groups), asked.cut) == (MAX_TERMS, False), words
    assert read(f"{many} tanpa biaya", JOB).free


def test_what_is_not_asked_for_is_told_and_not_marked() -> None:
    settle()
    words = " ".join(f"kata{number}" for number in range(MAX_TERMS + 1))
    for kind in (JOB, PAGE):
        asked = read(f"{words} kata0", kind)
        assert (len(asked.groups), asked.cut) == (MAX_TERMS, True)
        assert (f"kata{MAX_TERMS}",) not in asked.marks
    assert not read(words.replace("kata3 ", "kata4 "), JOB).cut


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=200), st.sampled_from([JOB, PAGE]))
def test_every_text_is_a_question_of_plain_terms(text: str, kind: str) -> None:
    asked = read(text, kind)
    for alternatives in asked.groups:
        for phrase in alternatives:
            assert phrase
            assert all(term.isascii() and term.isalnum() and len(term) <= 40 for term in phrase)
