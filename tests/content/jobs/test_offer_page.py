"""``/<lang>/cek/``: kept while nothing is asked, forgotten once something is; never “safe”, never “illegal”."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from content.jobs import contacts, examples, offer_rules, offers
from content.jobs.models import AgencyContact, AgencyStatus, OfferFlag, OfferRule, OfferWords
from content.registers import generation, seeding
from tests.factories.jobs import AgencyFactory, OfferFlagFactory, OfferRuleFactory, SourceFactory, day

pytestmark = pytest.mark.django_db

OWN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
TYPED = "Loker admin Kamboja gaji 15jt, bayar DP 2 juta dulu, kontrak nyusul"


@pytest.fixture(autouse=True)
def fresh(new_generations: None) -> Iterator[None]:
    generation.replace()
    yield
    generation.replace()


def ask(client: Client | None = None, language: str = "id", **fields: str):
    return (client or Client(headers=OWN)).post(f"/{language}/cek/", fields)


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_form_is_kept_and_the_short_address_leads_to_it() -> None:
    response = Client().get("/id/cek/")
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "csrf" not in text(response)
    short = Client().get("/cek/")
    assert (short.status_code, short["Location"]) == (302, "/id/cek/")


def test_an_answer_is_stored_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(headers=OWN)
    ask(client, tawaran="sebelumnya")
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as held:
        response = ask(client, tawaran=TYPED, perusahaan="PT Rahasia Sekali", kontak="+62 000 777 888")
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert len(held) <= 12
    assert not [query["sql"] for query in held.captured_queries if not query["sql"].startswith("SELECT")]
    assert "Rahasia" not in caplog.text
    assert "bayar DP" not in caplog.text
    assert "Rahasia" not in text(Client().get("/id/cek/"))
    assert Client().get(f"/id/cek/?tawaran={TYPED}").content.decode().count("bayar DP 2 juta") == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
        (OWN, 200),
    ],
)
def test_a_form_of_another_site_is_refused(headers: dict[str, str], status: int) -> None:
    assert ask(Client(headers=headers), tawaran=TYPED).status_code == status


def test_signs_stand_with_reason_next_step_and_what_was_typed() -> None:
    page = text(ask(tawaran=TYPED))
    for words in ("Bukan negara tujuan penempatan", "Diminta membayar di depan", "Jangan bayar", "bayar dp", TYPED):
        assert words in page
    assert page.index("Bukan negara tujuan penempatan") < page.index("Diminta membayar di depan")
    english = text(ask(language="en", tawaran=TYPED))
    assert "Not a placement destination" in english


def test_every_question_leads_to_flags_that_exist() -> None:
    known = set(offer_rules.from_seed().flags)
    assert len(offer_rules.QUESTIONS) <= 10
    for name, _question, flags in offer_rules.QUESTIONS:
        assert flags
        assert set(flags) <= known
        assert "Tanda bahaya dalam tawaran ini" in text(ask(jawaban=name))


def test_nothing_found_is_explained_and_never_called_safe() -> None:
    page = text(ask(tawaran="Selamat pagi, apa kabar?"))
    assert "Itu tidak berarti tawaran ini aman" in page
    assert "Tanda bahaya dalam tawaran ini" not in page


def test_an_empty_form_and_a_long_text_are_errors_that_keep_what_was_typed() -> None:
    assert 'id="kesalahan"' in text(ask())
    long = "kata " * 1_001
    page = text(ask(tawaran=long))
    assert 'id="kesalahan"' in page
    assert long.strip() in page


def test_what_is_far_too_long_does_not_stand_in_the_form_again() -> None:
    response = ask(tawaran="kata " * 100_000, perusahaan="y" * 100_000, kontak="z" * 100_000, jawaban="q" * 100_000)
    assert 'id="kesalahan"' in text(response)
    assert len(response.content) < 60_000


def test_line_ends_count_once() -> None:
    assert 'id="kesalahan"' not in text(ask(tawaran="\r\n".join(["x"] * 2_500)))


def agency(**fields):
    made = AgencyFactory(
        legal_name="PT Contoh Bahari Sentosa", licence_number="CONTOH/SIP3MI/001", example=True, **fields
    )
    AgencyContact.objects.create(agency=made, kind="phone", value="+62 000 0001 0001")
    AgencyContact.objects.create(agency=made, kind="link", value="https://bahari.example/")
    return made


@pytest.mark.parametrize(
    "typed", ["PT Contoh Bahari Sentosa", "contoh bahari  sentosa", "P.T. CONTOH BAHARI SENTOSA", "contoh-sip3mi-001"]
)
def test_a_company_is_known_by_name_and_number(typed: str) -> None:
    agency()
    page = text(ask(perusahaan=typed))
    assert "Izin berlaku sampai" in page
    assert "Berizin belum tentu aman" in page


@pytest.mark.parametrize(
    "typed",
    [
        "PT Contoh Baharl Sentosa",
        "PT C0ntoh Bahari Sentosa",
        "Contoh Bahari",
        "PT Contoh Bahari Sentausa",
        "CV Contoh Bahari Sentosa",
        "PT Contoh Bahari Sentosa\u044f",
        "PT Contoh Bahari Sentosa \u4e2d\u56fd",
        "PT C\u043entoh Bahari Sentosa",
        "CONTOH-S1P3MI-OOI",
        "contoh-sip3mi-OO1",
    ],
)
def test_a_name_that_is_nearly_one_says_so(typed: str) -> None:
    agency()
    page = text(ask(perusahaan=typed))
    assert "Nama berikut mirip" in page
    assert "PT Contoh Bahari Sentosa" in page


def test_a_name_that_is_none_is_not_called_illegal() -> None:
    agency()
    page = text(ask(perusahaan="PT Entah Apa Namanya"))
    assert "Kami tidak mengenal perusahaan ini" in page
    assert "Nama berikut mirip" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "suspended", "checked_on": "2026-02-01"}, "Pada pemeriksaan 1 Februari 2026, izin"),
        ({"valid_until": day(-1)}, "milik PT Contoh Bahari Sentosa berakhir pada"),
        ({"valid_from": day(1)}, "baru berlaku mulai"),
    ],
)
def test_a_licence_that_does_not_hold_is_named(fields: dict, words: str) -> None:
    agency(**fields)
    page = text(ask(perusahaan="PT Contoh Bahari Sentosa"))
    assert words in page
    assert "Tanyakan ke dinas tenaga kerja apa yang berlaku hari ini" in page
    assert "Izin berlaku sampai" not in page
    assert "tanyakan kepada perusahaan itu sendiri" not in page


def test_what_was_recorded_against_a_company_names_its_source() -> None:
    made = agency(status="withdrawn")
    decision = SourceFactory(code="keputusan", title="Keputusan Contoh 1")
    AgencyStatus.objects.create(agency=made, status="withdrawn", since=day(-3), source=decision)
    page = text(ask(perusahaan="PT Contoh Bahari Sentosa"))
    assert "tercatat dicabut" in page
    assert "Keputusan Contoh 1" in page


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("+62 000 0001 0001", True),
        ("0000-0001-0001", True),
        ("https://wa.me/6200000010001", True),
        ("http://www.bahari.example/lowongan?x=1", True),
        ("+62 000 0001 0002", False),
        ("bahari-example.example", False),
        ("bahari.example.evil.example", False),
        ("@contoh", False),
    ],
)
def test_a_contact_belongs_to_a_company_or_to_nobody_known(typed: str, known: bool) -> None:
    agency()
    page = text(ask(kontak=typed))
    assert ("menyebut kontak ini sebagai miliknya" in page) is known
    assert ("Kami tidak tahu kontak ini milik siapa" in page) is not known


def test_a_known_name_with_another_number_is_told() -> None:
    agency()
    told = "Kontak ini bukan milik perusahaan itu"
    assert told in text(ask(tawaran="Kami PT Contoh Bahari Sentosa, hubungi +62 000 9999 123"))
    assert told not in text(ask(tawaran="Kami PT Contoh Bahari Sentosa, hubungi 0000 0001 0001"))
    assert told not in text(ask(tawaran="Kami PT Lain, hubungi +62 000 9999 123"))


def test_what_is_typed_is_shown_as_text() -> None:
    typed = "<script>alert(1)</script>"
    page = text(ask(tawaran=typed, perusahaan=typed, kontak=typed))
    assert "<script>alert(1)" not in page


# --- rules as data -------------------------------------------------------------------------------------------------


def seeded() -> None:
    seeding.load(seeding.read())
    seeding.load(seeding.read(offer_rules.FOLDER, offer_rules.REGISTERS))


def test_seeds_load_whole_and_leave_an_editors_change_alone() -> None:
    seeded()
    rule = OfferRule.objects.get(code="scam-places")
    rule.patterns = "atlantis"
    rule.full_clean()
    rule.save()
    OfferRule.objects.filter(code="hurry").delete()
    counts = seeding.load(seeding.read(offer_rules.FOLDER, offer_rules.REGISTERS)).counts["offer_rule"]
    assert counts[seeding.Verdict.KEPT] == 2
    assert OfferRule.objects.get(code="scam-places").patterns == "atlantis"
    assert not OfferRule.objects.filter(code="hurry").exists()


def test_loaded_rules_are_those_of_the_file() -> None:
    seeded()
    held, shipped = offer_rules.in_use(), offer_rules.from_seed()
    assert held.broken == ()
    assert held.book.flags == shipped.flags
    assert {rule.code: rule for rule in held.book.rules} == {rule.code: rule for rule in shipped.rules}
    assert all(flag.source_id for flag in OfferFlag.objects.all())
    assert "UU 18/2017" in text(ask(tawaran=TYPED))


def test_an_editors_rule_works_at_once_and_an_unused_one_does_not() -> None:
    rule = OfferRuleFactory(patterns="naik balon")
    generation.replace()
    assert "Diminta membayar" in text(ask(tawaran="kita naik balon"))
    rule.active = False
    rule.save()
    generation.replace()
    assert "Diminta membayar" not in text(ask(tawaran="kita naik balon"))


def test_a_rule_whose_list_is_gone_is_left_out() -> None:
    OfferRuleFactory(code="one", patterns="@hilang")
    OfferRuleFactory(code="two", patterns="naik balon")
    generation.replace()
    assert offer_rules.in_use().broken == ("one",)
    assert "Diminta membayar" in text(ask(tawaran="kita naik balon"))


@pytest.mark.parametrize("pattern", ["(a+)+$", "visa <9> turis", "a*", "@tidak_ada", "x " * 20])
def test_what_is_no_pattern_is_refused_with_a_sentence(pattern: str) -> None:
    rule = OfferRule(code="new", flag=OfferFlagFactory(), patterns=pattern)
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert list(refused.value.message_dict) == ["patterns"]


def test_lists_are_checked_too() -> None:
    OfferWords(code="luar", entries="taiwan, hong kong").full_clean()
    OfferWords(code="ejaan", entries="tidak: ga gk").full_clean()
    for code, entries in (("luar", "(a+)+"), ("ejaan", "ga gk")):
        with pytest.raises(ValidationError):
            OfferWords(code=code, entries=entries).full_clean()


# --- contacts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "typed", "normal"),
    [
        ("phone", "0812-3456 (789)", "628123456789"),
        ("phone", "+65 9123 4567", "6591234567"),
        ("phone", "bukan nomor", ""),
        ("email", "Info@Bahari.Example", "info@bahari.example"),
        ("link", "HTTPS://www.bahari.example/a/b", "bahari.example"),
        ("link", "facebook.com/contoh.bahari/", "facebook.com/contoh.bahari"),
        ("link", "bukan alamat", ""),
        ("handle", "@Contoh_Bahari", "contoh_bahari"),
    ],
)
def test_contacts_are_compared_in_one_form(kind: str, typed: str, normal: str) -> None:
    assert contacts.normal(kind, typed) == normal


def test_an_example_has_no_contact_that_answers() -> None:
    made = AgencyFactory(example=True)
    for kind, value in (("phone", "0812 3456 789"), ("link", "https://bahari.co.id"), ("email", "a@b.co.id")):
        with pytest.raises(ValidationError):
            AgencyContact(agency=made, kind=kind, value=value).full_clean()
    AgencyContact(agency=made, kind="phone", value="+62 000 123 456").full_clean()


def test_examples_bring_contacts_of_their_own() -> None:
    seeded()
    examples.load(lambda *told: None)
    assert AgencyContact.objects.filter(agency__example=True).count() == 41
    assert all(contacts.is_invented(row.kind, row.value) for row in AgencyContact.objects.all())


def test_the_limit_of_the_form_is_that_of_the_engine() -> None:
    assert f'maxlength="{offers.MAX_TEXT}"' in text(Client().get("/id/cek/"))
