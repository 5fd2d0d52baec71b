"""What stands between the portal and Elasticsearch and speaks in its place, or lets it be heard a byte at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from search import outer
from search.engines import get_engine, guarded
from search.engines.base import Unavailable
from search.engines.elastic import client, indices
from search.types import JobQuery, PageQuery
from tests.factories.jobs import day
from tests.search.world import article, home, listing, settle
from tests.servers import Quiet, answering

pytestmark = pytest.mark.django_db

FILTERS = {"country": "TW", "education": "sma", "closing": "7"}
WHOLE = {"timed_out": False, "_shards": {"total": 1, "failed": 0}, "hits": {"hits": []}}
BAD = {"doc_count": 1, **{name: {"buckets": [{"key": "x", "doc_count": None}]} for name in ("country", "closing")}}


class Between:
    """What is answered to everything but the first greeting, and what was asked."""

    def __init__(self) -> None:
        self.body, self.kind, self.asked = b"{}", "application/json", 0

    def says(self, answer: object) -> None:
        if isinstance(answer, bytes):
            self.body, self.kind = answer, "text/html"
        else:
            self.body, self.kind = json.dumps(answer).encode(), "application/json"


@pytest.fixture
def between(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    """Somebody who has been taken for Elasticsearch already, and answers 200 to everything."""
    held = Between()

    class Speaking(Quiet):
        def do_POST(self) -> None:
            held.asked += 1
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.answer(200, [("X-Elastic-Product", "Elasticsearch"), ("Content-Type", held.kind)], held.body)

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
    assert indices.write("job", [1, 2], ["x"], 1) == {1, 2}
