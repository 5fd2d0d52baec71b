"""What may be taken away of a question that finds nothing."""

from __future__ import annotations

import pytest

from search import ways
from search.questions import JOB
from tests.search.world import listing, settle

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("perawat gaji 10 juta", ["10 juta"]),
        ("gaji minimal 10 juta per bulan", ["minimal 10 juta per bulan"]),
        ("gaji tidak kurang dari 10 juta rupiah setiap bulan", ["tidak kurang dari 10 juta rupiah setiap bulan"]),
        ("korea antara 5 juta dan 10 juta per bulan", ["antara 5 juta dan 10 juta per bulan"]),
        ("korea tidak dipungut biaya apapun", ["tidak dipungut biaya apapun"]),
        ("korea gratis 100% gaji 10 juta ke atas", ["gratis 100", "10 juta ke atas"]),
        ("korea di bawah 10 juta", []),
    ],
)
def test_a_condition_is_taken_away_with_all_that_says_it(words: str, said: list[str]) -> None:
    settle()
    assert [way.said for way in ways.conditions(words)] == said


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("gaji 10 juta abcxyzq", "gaji 10 juta"),
        ("abcxyzq minimal NT$ 10 per bulan", "minimal NT$ 10 per bulan"),
        ("abcxyzq gratis", "gratis"),
        ("tidak dipungut biaya abcxyzq", "tidak dipungut biaya"),
    ],
)
def test_a_word_is_taken_away_from_a_condition_that_stands_alone(words: str, left: str) -> None:
    listing()
    settle()
    assert [way.words for way in ways.single_words(words, JOB)] == [left]


def test_nothing_is_taken_away_where_nothing_would_be_asked() -> None:
    listing()
    settle()
    assert ways.single_words("gaji abcxyzq", JOB) == ways.single_words("gaji 10 juta", JOB) == []
