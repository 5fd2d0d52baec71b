"""Questions to Elasticsearch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from elasticsearch.dsl import Search
from elasticsearch.dsl.query import Bool

from content.jobs import selectors as jobs
from content.jobs.vocabulary import Education
from search import questions
from search.engines import deadlines
from search.engines.asking import AskingEngine, Found
from search.engines.base import Unanswerable, Unavailable
from search.engines.counting import ENOUGH, Tally, options_of
from search.engines.wages import reaching
from search.questions import JOB, PAGE, Question
from search.types import CLOSING_DAYS, FACETS, LAST_PAGE, MOST_PER_PAGE, WORDS, Alternatives, JobQuery

from . import queries, repairs
from .client import asking, reading
from .shapes import alias

_Order = list[dict[str, Any]]
_SOONEST: _Order = [{"closing_date": "asc"}, {"public_from": "desc"}, {"key": "desc"}]
_NEWEST: _Order = [{"first_public_at": {"order": "desc", "missing": "_last"}}, {"key": "desc"}]
_ORDERS: dict[str, _Order] = {"closing": _SOONEST, "newest": _NEWEST, "relevance": [{"_score": "desc"}, *_SOONEST]}
_BEST: _Order = [{"_score": "desc"}, {"key": "asc"}]
# How often a page is asked for, without what is no longer true of the index; where a page holds too much of that, so many
# times more are looked at, up to a number that still takes no second.
_TRIES, _WIDER, _MOST_LOOKED_AT = 4, 10, 2000
_MOST_PAGES = 10_000


@dataclass(frozen=True)
class _Answer:
    """What the cluster says: the keys of the hits in their order, and what was counted."""

    ids: tuple[int, ...]
    counted: dict[str, Any]


class ElasticEngine(AskingEngine):
    """Asks the cluster of ELASTICSEARCH_URL. Raises :class:`Unavailable` where it cannot answer in time."""

    def find(self, query: JobQuery, on: dt.date) -> Found:
        """See :class:`AskingEngine`."""
        return self._true(query, questions.read(query.words, JOB), on)

    def count_all(self, query: JobQuery, on: dt.date) -> Tally:
        """See :class:`AskingEngine`."""
        return self.find(replace(query.without(WORDS), page=1), on).tally

    def holding(self, kind: str, words: list[str]) -> dict[str, int]:
        """See :class:`AskingEngine`."""
        counts = dict.fromkeys(words, ENOUGH)
        asked = [(word, groups) for word in words if (groups := questions.read(word, kind).groups)]
        if asked:
            search = self._search(kind)[:0].query(Bool(filter=[]))
            each = {
                str(number): Bool(filter=[queries.document_holds(group) for group in groups]).to_dict()
                for number, (_word, groups) in enumerate(asked)
            }
            search.aggs.bucket("words", "filters", filters=each)
            found = self._answer(search).counted["words"]["buckets"]
            counts |= {word: min(ENOUGH, found[str(n)]["doc_count"]) for n, (word, _groups) in enumerate(asked)}
        return counts

    def pages_holding_most(self, groups: tuple[Alternatives, ...]) -> list[int]:
        """See :class:`AskingEngine`."""
        search = self._search(PAGE)[:_MOST_PAGES].query(
            Bool(
                should=[queries.page_holds(group) for group in groups],
                minimum_should_match=questions.most_of(groups),
            )
        )
        return list(self._answer(search.sort(*_BEST)).ids)

    def _true(self, query: JobQuery, question: Question, on: dt.date) -> Found:
        """A page of which everything holds of the listings themselves (DECISIONS 31), and counts without the rest.

        What does not is put right by a task: nobody had told the copies or the index. Until that is done, it is left out
        of every page, so that none repeats what another has shown.
        """
        # What only a filter hides may be right in the index by now, and then counts for the other values.
        hidden = _stale(repairs.begun(), query, question, on)
        wrong = _stale(hidden, query.without(*query.filters), question, on)
        number = query.per_page
        for _try in range(_TRIES):
            answer = self._answer(self.asked(query, question, on, wrong, hidden, number))
            found = Found(queries.tally_of(answer.counted, query), answer.ids)
            stale = _stale(found.ids, query, question, on)
            wrong |= stale
            if not stale:
                break
            # Where enough of them hold, or there are no more, the page that is asked for once more is a true one.
            is_enough = len(found.ids) - len(stale) >= query.per_page or len(found.ids) < number
            number = query.per_page if is_enough else min(number * _WIDER, _MOST_LOOKED_AT)
        repairs.begin(wrong)
        if stale:
            raise Unanswerable("too much of the index is old")
        return Found(found.tally, found.ids[: query.per_page])

    def asked(
        self,
        query: JobQuery,
        question: Question,
        on: dt.date,
        but: Collection[int] = (),
        hidden: Collection[int] = (),
        number: int = 0,
    ) -> Search:
        """What the cluster is asked for ``query``: a page of hits (or ``number`` of them), and the counts of every filter.

        Without the listings ``but``; those that are only ``hidden`` count.
        """
        conditions = queries.public(on)
        if question.free:
            conditions.append(queries.filtered("cost", "zero", on))
        if question.wage and (reach := reaching(question.wage, on)):
            conditions.append(queries.paid(reach))
        fitting = Bool(
            filter=conditions,
            must=[queries.listing_holds(group) for group in question.groups],
            must_not=queries.among(but),
        )
        start = (max(1, min(query.page, LAST_PAGE)) - 1) * query.per_page
        filters = [queries.filtered(name, value, on) for name, value in query.filters.items()]
        end = min(start + (number or query.per_page), LAST_PAGE * MOST_PER_PAGE)
        return (
            self._search(JOB)[start:end]
            .query(queries.boosted(fitting, on) if query.sort == "relevance" else fitting)
            .post_filter(Bool(filter=filters, must_not=queries.among(hidden)))
            .sort(*_ORDERS[query.sort])
            .update_from_dict({"aggs": queries.counts(query, on)})
        )

    def _search(self, kind: str) -> Search:
        return Search(using=asking(), index=alias(kind)).source(False).extra(track_total_hits=False)

    def _answer(self, search: Search) -> _Answer:
        """The whole answer; a part of one is none, and neither is what cannot be read."""
        with deadlines.questioning(), reading():
            answer = search.execute().to_dict()
            shards, counted = answer["_shards"], answer.get("aggregations", {})
            if answer["timed_out"] or shards["failed"] or not shards["total"]:
                raise Unavailable("only a part answered")
            queries.check_counted(search.to_dict().get("aggs", {}), counted)
            return _Answer(tuple(queries.key_of(hit) for hit in answer["hits"]["hits"]), counted)


def _stale(ids: Collection[int], query: JobQuery, question: Question, on: dt.date) -> set[int]:
    """Those of which the index says what does not hold: not public, or under a filter that does not show it."""
    rows = {row["key"]: row for row in jobs.copied(jobs.public_among(list(ids), on))}
    reach = question.wage and reaching(question.wage, on)
    held = set()
    for key, row in rows.items():
        left = (row["closing_date"] - on).days
        closing = next((days for days in CLOSING_DAYS if left <= days), None)
        values = {**row, "scheme": row["scheme_id"], "closing": closing}
        shown = {name: options_of(name, values[name], Education.values) for name in FACETS}
        if (
            all(value in shown[name] for name, value in query.filters.items())
            and (not question.free or row["cost"] == "zero")
            and (not reach or reach.holds(row["pays"], row["currency"], row["wage_period"]))
        ):
            held.add(key)
    return set(ids) - held
