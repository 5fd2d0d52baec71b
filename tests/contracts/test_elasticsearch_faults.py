"""What stands between the portal and Elasticsearch and speaks in its place, or lets it be heard a byte at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core.signals import request_finished, request_started

from search import outer
from search.engines import get_engine, get_outer, guarded
from search.engines.base import OutOfTime, Unavailable
from search.engines.elastic import client, indices
from search.types import JobQuery, PageQuery
from tests.factories.jobs import day
from tests.search.world import article, home, listing, settle
from tests.servers import Quiet, answering

pytestmark = pytest.mark.django_db

FILTERS = {"country": "TW", "education": "sma", "closing": "7"}
GROUPS = ((("paspor",),),)
WHOLE = {"timed_out": False, "_shards": {"total": 1, "failed": 0}, "hits": {"hits": []}}
BAD = {"doc_count": 1, **{name: {"buckets": [{"key": "x", "doc_count": None}]} for name in ("country", "closing")}}


class Between:
    """What is answered to everything but the first greeting, and what was asked."""

    def __init__(self) -> None:
        self.body, self.kind, self.asked = b"{}", "application/json", 0
        # What is waited before each answer, and what of it comes a byte at a time.
        self.seconds, self.slow = 0.0, ""

    def says(self, answer: object) -> None:
        if isinstance(answer, bytes):
            self.body, self.kind = answer, "text/html"
        else:
            self.body, self.kind = json.dumps(answer).encode(), "application/json"


class Trickling:
    """Writes a byte at a time, as long as somebody listens."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def write(self, content: bytes) -> None:
        with suppress(OSError):
            for byte in content:
                self.file.write(bytes([byte]))
                time.sleep(0.1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.fixture
def between(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    """Somebody who has been taken for Elasticsearch already, and answers 200 to everything."""
    held = Between()

    class Speaking(Quiet):
        def do_POST(self) -> None:
            held.asked += 1
            time.sleep(held.seconds)
            self.slow_from("head")
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            with suppress(BrokenPipeError):
                self.answer(200, [("X-Elastic-Product", "Elasticsearch"), ("Content-Type", held.kind)], held.body)

        def end_headers(self) -> None:
            super().end_headers()
            self.slow_from("body")

        def slow_from(self, part: str) -> None:
            if held.slow == part:
                self.wfile = Trickling(self.wfile)

        do_GET = do_HEAD = do_PUT = do_POST

    monkeypatch.setattr(guarded, "breaker", guarded.Breaker())
    with answering(Speaking) as port:
        settings.ELASTICSEARCH_URL = [f"http://127.0.0.1:{port}"]
        settings.ELASTICSEARCH_SECONDS = 20
        client.forget()
        with client.speaking():
            client.asking().cluster.health()
        held.asked = 0
        yield held
    client.forget()


@pytest.mark.parametrize(
    "answer",
    [
        b"<!doctype html><title>Maintenance</title>",
        b"",
        {},
        [],
        None,
        5,
        "words",
        WHOLE,
        {**WHOLE, "hits": None},
        {**WHOLE, "_shards": {"total": 0, "failed": 0}, "aggregations": {}},
        {**WHOLE, "aggregations": {"unfiltered": {"doc_count": 1}, "but:": BAD}},
        {**WHOLE, "hits": {"hits": [{"_id": "x"}]}, "aggregations": {}},
        {**WHOLE, "hits": {"hits": [{"_id": str(2**63)}]}, "aggregations": {}},
    ],
    ids=repr,
)
def test_the_database_answers_where_somebody_else_speaks(between: Between, answer: object) -> None:
    held = listing()
    settle()
    between.says(answer)
    for query in (JobQuery(), JobQuery(sort="newest"), JobQuery(words="taiwn"), JobQuery(**FILTERS)):
        guarded.breaker = guarded.Breaker()
        found = get_engine().search_jobs(query, day(0))
        assert guarded.breaker.failing
        assert query.filters or query.words or found.ids == (held.pk,)
    assert between.asked == 4


@pytest.mark.parametrize(
    "answer", [b"<html>", {}, [], {**WHOLE, "hits": 5}, {**WHOLE, "hits": {"hits": [{}]}}], ids=repr
)
def test_the_database_finds_pages_where_somebody_else_speaks(between: Between, answer: object) -> None:
    article(home("id"), "Paspor hilang")
    settle()
    between.says(answer)
    assert get_engine().search_pages(PageQuery("paspor", "id")).total == 1
    assert guarded.breaker.failing


@pytest.mark.parametrize("answer", [b"<html>", [], 5, {"x": 5}, {"items": [5]}], ids=repr)
def test_those_who_tell_and_look_say_that_nobody_answers(between: Between, answer: object) -> None:
    between.says(answer)
    assert outer.status().trouble
    for ask in (
        lambda: indices.state("job"),
        lambda: indices.count("x"),
        lambda: indices.differing("job", 0, None),
        lambda: indices.write("job", [1], ["x"], 1),
    ):
        with pytest.raises(Unavailable):
            ask()


def test_what_the_server_does_not_speak_of_waits(between: Between) -> None:
    between.says({"errors": False, "items": []})
    assert indices.write("job", [1, 2], ["x"], 1).refused == {1, 2}


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_reader_waits_no_longer_for_bytes_that_come_one_by_one(between: Between, settings: Any, part: str) -> None:
    held = listing()
    settle()
    settings.ELASTICSEARCH_SECONDS = 1
    between.says(WHOLE)
    between.slow = part
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="ConnectionTimeout"):
        get_outer().pages_holding_most(GROUPS)
    assert 0.9 < time.monotonic() - begun < 5
    assert get_engine().search_jobs(JobQuery(), day(0)).ids == (held.pk,)


def test_the_questions_of_a_request_share_its_time(between: Between, settings: Any) -> None:
    settings.ELASTICSEARCH_SECONDS = 6
    between.says(WHOLE)
    between.seconds = 2.5
    for _question in range(3):
        assert get_outer().pages_holding_most(GROUPS) == [], "outside of a request each stands alone"
    for _request in range(2):
        request_started.send(sender=None)
        begun = time.monotonic()
        for _question in range(2):
            assert get_outer().pages_holding_most(GROUPS) == []
        for _late in range(2):
            with pytest.raises(OutOfTime, match="the time of a request is over"):
                get_outer().pages_holding_most(GROUPS)
        assert time.monotonic() - begun < 9
        request_finished.send(sender=None)


def test_a_reader_who_asks_much_takes_a_server_that_answers_from_nobody(
    between: Between, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    article(home("id"), "Paspor hilang")
    settle()
    settings.ELASTICSEARCH_SECONDS = 4
    between.says(WHOLE)
    between.seconds = 0.9
    request_started.send(sender=None)
    found = [get_engine().search_pages(PageQuery("paspor", "id")).total for _question in range(6)]
    request_finished.send(sender=None)
    assert found[-2:] == [1, 1], "the database answers the rest"
    assert not guarded.breaker.failing
    asked = between.asked
    get_engine().search_pages(PageQuery("paspor", "id"))
    assert between.asked > asked, "the next one asks the server again"
    assert [record.getMessage() for record in caplog.records] == [
        "Elasticsearch was not asked everything (the time of a request is over); the database answers the rest."
    ]
