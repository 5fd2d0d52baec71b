"""Synonyms are kept by editors in the CMS: what cannot be searched for is refused with a sentence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from content.registers.models import Synonym
from content.registers.seeding import read
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db


def test_phrases_stand_in_the_order_of_the_languages_each_once() -> None:
    row = Synonym(code="x", words={"jv": "momong", "en": "carer,nanny", "id": " asuh ,  jaga  anak\nasuh,,"}, finds={})
    assert row.phrases() == ["asuh", "jaga anak", "carer", "nanny", "momong"]
    assert row.found() == []
    assert str(row) == "asuh, jaga anak, carer, nanny, momong"


@pytest.mark.parametrize(
    ("words", "finds", "sentence"),
    [
        ({"id": "tkw"}, {}, "a synonym of nothing"),
        ({"id": "a, 🙂"}, {}, "“🙂” cannot be searched for"),
        ({"id": "satu dua tiga empat lima enam, b"}, {}, "one to 5 words"),
        ({"id": ", ".join(map(str, range(41)))}, {}, "more than 40"),
        ({"id": "a"}, {"en": ", ".join(map(str, range(41)))}, "more than 40"),
        ({}, {"id": "b"}, "cannot be blank"),
    ],
)
def test_what_says_nothing_is_refused(words: dict[str, str], finds: dict[str, str], sentence: str) -> None:
    with override("en"), pytest.raises(ValidationError, match=sentence):
        Synonym(code="x", words=words, finds=finds).full_clean()


def test_one_language_is_enough() -> None:
    Synonym(code="x", words={"jv": "rewang"}, finds={"id": "pembantu"}).full_clean()


def test_an_editor_keeps_them_in_the_cms(signed_in: SignedIn) -> None:
    client = signed_in("editor")
    address = "/akun/cms/registers/synonym/"
    sent = {"code": "rewang", "words_jv": "rewang, batur", "finds_id": "pembantu"}
    assert client.post(f"{address}new/", sent).status_code == 302
    row = Synonym.objects.get()
    assert (row.words, row.finds) == ({"jv": "rewang, batur"}, {"id": "pembantu"})
    listed = client.get(address).content.decode()
    assert "rewang, batur" in listed
    assert "pembantu" in listed
    assert client.get(f"{address}?q=batur").content.decode().count("rewang, batur") >= 1
    refused = client.post(f"{address}edit/{row.pk}/", {**sent, "finds_id": "", "words_jv": "rewang"})
    assert refused.status_code == 200
    row.refresh_from_db()
    assert row.words == {"jv": "rewang, batur"}
    assert client.post(f"{address}edit/{row.pk}/", {**sent, "words_en": "helper"}).status_code == 302
    row.refresh_from_db()
    assert row.phrases() == ["helper", "rewang", "batur"]


def test_the_seed_holds_what_people_are_known_to_type() -> None:
    entries = {
        entry.key: Synonym(**entry.values)
        for register, found in read().items()
        if register.table == "synonym"
        for entry in found
    }
    assert len(entries) >= 150
    for row in entries.values():
        row.full_clean(validate_unique=False)
    typed = {phrase.casefold() for row in entries.values() for phrase in row.phrases()}
    for phrase in (
        "tkw", "tki", "pmi", "prt", "art", "caregiver", "kawin muda", "nikah dini", "pernikahan dini", "kawin anak",
        "bp2mi", "bp3mi", "bppmi", "kp2mi", "siapkerja", "siskop2mi", "hongkong", "korsel",
    ):  # fmt: skip
        assert phrase in typed, phrase
