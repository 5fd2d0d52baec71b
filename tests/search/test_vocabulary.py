"""The words of documents: which of them a document may hold at all."""

from __future__ import annotations

import pytest

from content.registers.models import Synonym
from search import indexing, tasks, vocabulary
from search.models import SearchDocument, SearchWord
from tests.search.world import listing, settle

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


def test_a_word_has_the_term_that_the_stems_give_it_now():
    vocabulary.add("job", [("perawat", "perawat"), ("lansia", "lansia")])
    vocabulary.add("job", [("perawat", "rawat"), ("jompo", "jompo")])
    assert dict(SearchWord.objects.values_list("word", "term")) == {
        "perawat": "rawat", "lansia": "lansia", "jompo": "jompo",
    }  # fmt: skip


def test_a_rebuild_keeps_the_words_of_what_is_published_meanwhile():
    listing(place="Taichung")
    vocabulary.add("job", [("simbah", "simbah")])

    def publish(done: int, total: int) -> None:
        listing(place="Kaohsiung")

    indexing.rebuild(progress=publish)
    held = set(SearchWord.objects.values_list("word", flat=True))
    assert {"taichung", "kaohsiung"} <= held
    assert "simbah" not in held


@pytest.mark.django_db(transaction=True)
def test_processes_know_a_word_that_a_task_or_a_rebuild_has_noted():
    shown = listing()
    for note in (lambda: tasks.refresh.call("job", [shown.pk]), indexing.rebuild):
        # As after a change past the signals: documents and words are old, and the processes have read them.
        SearchDocument.objects.update(terms_d="")
        SearchWord.objects.filter(word="taichung").delete()
        settle()
        assert "taichung" not in vocabulary.vocabulary().words["job"]
        note()
        assert "taichung" in vocabulary.vocabulary().words["job"]
        before = vocabulary.vocabulary()
        # Nothing new is noted: nobody reads them anew.
        note()
        assert vocabulary.vocabulary() is before
