"""An engine that may fail, and the one behind it: nobody waits for it, nobody sees it, and it is said once."""

from __future__ import annotations

import datetime as dt
import logging

import pytest

from search.engines import guarded
from search.engines.base import Unavailable
from search.types import JobQuery, PageQuery, PageResults, SearchResults

TODAY = dt.date(2026, 11, 28)
QUESTION = JobQuery(words="kata-rahasia")


class Inner:
    """Answers always."""

    def search_jobs(self, query: JobQuery, on: dt.date) -> SearchResults:
        return SearchResults(ids=(1,))

    def search_pages(self, query: PageQuery) -> PageResults:
        return PageResults(total=1)


class Outer:
    """Answers unless it is down, and counts how often it was asked."""

    def __init__(self) -> None:
        self.down, self.asked = False, 0

    def search_jobs(self, query: JobQuery, on: dt.date) -> SearchResults:
        self.asked += 1
        if self.down:
            raise Unavailable("ConnectionTimeout")
        return SearchResults(ids=(2,))

    def search_pages(self, query: PageQuery) -> PageResults:
        self.search_jobs(QUESTION, TODAY)
        return PageResults(total=2)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of the breaker, which is new."""
    now = [1000.0]
    monkeypatch.setattr(guarded, "breaker", guarded.Breaker())
    monkeypatch.setattr(guarded.time, "monotonic", lambda: now[0])
    return now


def test_the_one_behind_answers_and_it_is_said_once(clock: list[float], caplog: pytest.LogCaptureFixture) -> None:
    outer = Outer()
    engine = guarded.GuardedEngine(outer, Inner())
    assert engine.search_jobs(QUESTION, TODAY).ids == (2,)
    outer.down = True
    with caplog.at_level(logging.INFO):
        for _question in range(5):
            assert engine.search_jobs(QUESTION, TODAY).ids == (1,)
            assert engine.search_pages(PageQuery("kata-rahasia", "id")).total == 1
    assert outer.asked == 2, "a server that is down is left alone"
    assert [record.getMessage() for record in caplog.records] == [
        "Elasticsearch does not answer (ConnectionTimeout); the database answers."
    ]
    assert "rahasia" not in caplog.text


def test_one_question_tries_again_after_a_while(clock: list[float], caplog: pytest.LogCaptureFixture) -> None:
    outer = Outer()
    outer.down = True
    engine = guarded.GuardedEngine(outer, Inner())
    engine.search_jobs(QUESTION, TODAY)
    clock[0] += guarded.Breaker.SECONDS - 1
    engine.search_jobs(QUESTION, TODAY)
    assert outer.asked == 1
    clock[0] += 1
    for _question in range(3):
        assert engine.search_jobs(QUESTION, TODAY).ids == (1,)
    assert outer.asked == 2, "one of those who come tries it"
    outer.down = False
    clock[0] += guarded.Breaker.SECONDS
    caplog.clear()
    with caplog.at_level(logging.INFO):
        for _question in range(3):
            assert engine.search_jobs(QUESTION, TODAY).ids == (2,)
    assert [record.getMessage() for record in caplog.records] == ["Elasticsearch answers again."]


def test_what_is_wrong_with_the_code_is_not_hidden(clock: list[float]) -> None:
    class Broken(Outer):
        def search_jobs(self, query: JobQuery, on: dt.date) -> SearchResults:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        guarded.GuardedEngine(Broken(), Inner()).search_jobs(QUESTION, TODAY)
