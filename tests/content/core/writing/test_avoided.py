"""Words to avoid are found in every form on the list, outside of quotations, with what to write instead."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from content.core.writing.avoided import Entry, WordList
from content.registers import seeding
from content.registers.models import AvoidedWord

HELD = WordList(
    [
        Entry(("TKI", "TKW"), "PMI"),
        Entry(("TKI ilegal", "pekerja gelap"), "berangkat tidak sesuai prosedur", "Orang tidak bisa ilegal."),
    ]
)


def said(text: str) -> list[str]:
    return [hit.said for hit in HELD.hits(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Seorang TKW pulang.", ["TKW"]),
        ("Seorang tkw pulang, TKI lain tidak.", ["tkw", "TKI"]),
        ("TKI ilegal ditahan.", ["TKI ilegal"]),
        ("TKI  ilegal dan pekerja-gelap", ["TKI ilegal", "pekerja-gelap"]),
        ("TKInya sudah pulang.", ["TKInya"]),
        ("Pekerja gelapnya", ["Pekerja gelapnya"]),
        ("Lembaga BNP2TKI lama", []),
        ("TKIX", []),
        ("Ia berkata, “kamu TKI ilegal”.", []),
        ('Ia berkata, "kamu TKI ilegal".', []),
        ("“Halo,” kata TKI itu, “TKW”.", ["TKI"]),
        ("{kanal:tki} dan {fakta:tkw}", []),
    ],
)
def test_words_are_found_outside_of_quotations(text: str, found: list[str]) -> None:
    assert said(text) == found


def test_a_hit_says_what_to_write_instead_and_why() -> None:
    (hit,) = HELD.hits("Seorang TKI ilegal.")
    assert (hit.better, hit.why) == ("berangkat tidak sesuai prosedur", "Orang tidak bisa ilegal.")


def test_an_empty_list_finds_nothing() -> None:
    assert list(WordList([]).hits("TKI ilegal")) == []


def test_an_entry_says_what_to_write_instead_in_a_language_that_answers() -> None:
    whole = {"code": "tki", "words": {"id": "TKI", "jv": "TKI"}, "better": {"id": "PMI"}}
    AvoidedWord(**whole).clean()
    for wrong, field in (
        ({"better": {}}, "better"),
        ({"better": {"en": "PMI"}}, "better"),
        ({"words": {"id": "TKI", "en": "TKI"}}, "better"),
        ({"words": {"id": "!"}}, "words"),
    ):
        with pytest.raises(ValidationError) as refused:
            AvoidedWord(**{**whole, **wrong}).clean()
        assert list(refused.value.message_dict) == [field]


def test_the_shipped_list_is_long_enough_and_says_why() -> None:
    rows = [
        entry.values
        for register, entries in seeding.read().items()
        if register.model is AvoidedWord
        for entry in entries
    ]
    phrases = [phrase.strip() for row in rows for phrase in row["words"]["id"].split(",")]
    assert len(phrases) >= 60
    assert len(phrases) == len(set(phrases)), "stands twice"
    assert all({"id", "en"} <= set(row[name]) for row in rows for name in ("words", "better", "why"))
