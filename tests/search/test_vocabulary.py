"""The words of documents: which of them a document may hold at all."""

from __future__ import annotations

import pytest

from content.registers.models import Synonym
from search import vocabulary
from search.models import SearchWord
from tests.search.world import settle

pytestmark = pytest.mark.django_db


def test_a_phrase_may_be_held_where_all_its_words_are_noted():
    vocabulary.add("job", [("perawat", "rawat"), ("lansia", "lansia")])
    known = vocabulary._load()
    assert known.may_hold("job", ("rawat", "lansia"))
    assert not known.may_hold("job", ("rawat", "simbah"))
    # What pages hold is nothing to listings.
    assert not known.may_hold("page", ("lansia",))


@pytest.mark.parametrize("term", ["12", "g2g", "ac"])
def test_what_is_never_noted_may_stand_anywhere(term):
    assert len("ac") < SearchWord.SHORTEST
    assert vocabulary._load().may_hold("job", (term,))


def test_a_synonym_alone_is_held_by_nothing():
    Synonym.objects.create(code="simbah", words={"id": "lansia", "jv": "simbah"})
    settle()
    known = vocabulary._load()
    assert "simbah" in known.terms
    assert not known.may_hold("job", ("simbah",))
