"""Hotlines, words of the glossary and agencies in the one search."""

from __future__ import annotations

import pytest

from content.jobs.models import Agency, AgencyName
from content.registers.models import Channel, Synonym, Term
from search import registered
from tests.factories.jobs import AgencyFactory, day
from tests.search.world import settle

pytestmark = pytest.mark.django_db


def channel(slug: str, name: str, **values: object) -> Channel:
    """A phone number of an office."""
    held = {
        "kind": "phone",
        "organisation": {"id": "Kantor", "en": "Office"},
        "value": "110",
        "purpose": {"id": "Untuk bertanya", "en": "To ask"},
        "verified_on": day(0),
        "verify_by": day(30),
        "steward": "Dinas (Contoh)",
    }
    return Channel.objects.create(slug=slug, name={"id": name, "en": name}, **{**held, **values})


def names(words: str) -> list[str]:
    settle()
    found = registered.find(words)
    return [one.slug for one in (*found.channels, *found.terms)]


def test_a_hotline_is_found_by_name_number_organisation_and_synonym() -> None:
    channel("polisi", "Polisi 110")
    channel("kp2mi", "Pusat layanan", value="0800-1000", organisation={"id": "KP2MI", "en": "KP2MI"})
    Synonym.objects.create(code="kp2mi", words={"id": "KP2MI, BP2MI"})
    for words, slug in (("polisi", "polisi"), ("110", "polisi"), ("kp2mi", "kp2mi"), ("BP2MI", "kp2mi")):
        assert names(words) == [slug], words
    # Only what it is for says so: that is no name of it.
    assert names("bertanya") == []
    assert names("taiwan") == []
    assert names("🙂") == []


def test_that_a_number_is_asked_for_says_nothing_of_which_one() -> None:
    channel("polisi", "Polisi 110")
    channel("kp2mi", "Pusat layanan", value="0800-1000")
    for words in ("nomor polisi", "telepon polisi", "nomer telpon polisi"):
        assert names(words) == ["polisi"], words
    assert names("nomor") == []


def test_a_channel_that_ended_is_no_answer() -> None:
    channel("lama", "Saluran lama", valid_until=day(-1), fallback={"id": "Tutup", "en": "Closed"})
    channel("polisi", "Saluran polisi", valid_until=day(-1), emergency=True)
    assert names("saluran") == ["polisi"]


def test_a_term_is_found_by_most_of_a_sentence_the_one_named_so_first() -> None:
    Term.objects.create(
        slug="a", term={"id": "Perjanjian kerja", "en": "Contract"}, meaning={"id": "Surat", "en": "Paper"}
    )
    Term.objects.create(slug="b", term={"id": "Jeratan utang", "en": "Debt"}, meaning={"id": "Kerja", "en": "Work"})
    assert names("perjanjian kerja") == ["a"]
    assert names("jeratan kerja utang") == ["b"]
    assert names("contract") == ["a"]


def test_an_agency_is_found_by_every_word_of_a_name_or_by_its_licence_and_says_how_it_stands() -> None:
    good = AgencyFactory(legal_name="PT Contoh Bahari Jaya", licence_number="SIP3MI-77")
    AgencyName.objects.create(agency=good, name="Bahari Group")
    bad = AgencyFactory(legal_name="PT Contoh Samudra", status=Agency.Status.SUSPENDED)
    late = AgencyFactory(legal_name="PT Contoh Cakrawala", valid_until=day(-1))
    settle()
    for words in ("bahari", "bahari jaya", "pt contoh bahari", "SIP3MI-77", "bahari group"):
        assert [one.name for one in registered.find(words).agencies] == [good.legal_name], words
    assert registered.find("bahari samudra").agencies == []
    standing = {one.name: one.fails for one in registered.find("contoh").agencies}
    assert standing == {good.legal_name: False, bad.legal_name: True, late.legal_name: True}
    Synonym.objects.create(code="laut", words={"id": "laut, bahari"})
    settle()
    assert registered.find("laut").agencies == []


def test_what_fits_costs_one_query_and_nothing_costs_none(django_assert_num_queries) -> None:
    AgencyFactory(legal_name="PT Contoh Bahari")
    channel("polisi", "Polisi 110")
    settle()
    registered.find("bahari")
    with django_assert_num_queries(1):
        registered.find("bahari")
    with django_assert_num_queries(0):
        registered.find("polisi")
