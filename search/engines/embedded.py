"""The engine inside the database of the portal: what SQLite and PostgreSQL have in common.

A job search is one statement for the words, and one more for those hits of which the rules have not been asked
(:mod:`.listed`); what they found is grouped by the values of all filters (totals, facet counts, ways out of zero results)
and ordered for the ids of the page. Of the documents nothing but the words is read, all else of the public listings
themselves, so that one whose document is missing stands in the list all the same. What is shown is read again through the
rules (DECISIONS 31); a count may be older than a change until its commit is known.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connections

from content.jobs import selectors as jobs
from content.jobs.vocabulary import Education
from search import questions, ranking
from search.models import SearchDocument
from search.questions import JOB, PAGE, Question
from search.types import CLOSING_DAYS, WORDS, Alternatives, JobQuery, Phrase

from .asking import AskingEngine, Found
from .counting import ENOUGH, Tally, tally
from .listed import Known, best, kept
from .wages import Reach, reaching

# The columns of jobs.filterable, named l, that filters compare with one value.
_EQUAL = {"country": "country", "work": "work", "cost": "cost", "scheme": "scheme_id"}
# Of what is published the rules refuse little: so many more are read at first than a page needs.
_REFUSED = 100
_SOONEST = "l.closing_date, l.public_from DESC, l.key DESC"
# The two databases do not agree on where a row without a moment stands.
_NEWEST = "l.first_public_at IS NULL, l.first_public_at DESC, l.key DESC"


@dataclass(frozen=True)
class Condition:
    """A piece of SQL with its parameters."""

    sql: str
    parameters: tuple[object, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"{self.sql} AND {other.sql}", (*self.parameters, *other.parameters))


@dataclass(frozen=True)
class Matches:
    """What fits the words: tables and condition that name it (documents ``d``, listings ``l``), and its rank.

    The smaller rank is the better one.
    """

    rows: Condition
    rank: Condition


def sharing(groups: Iterable[Alternatives]) -> dict[Alternatives, list[Phrase]]:
    """What was typed, by its synonyms: the words of a phrase have the same ones.

    A document holds one of these or each of the words. To ask for sixteen synonyms once for each of three words finds the
    same and takes three times as long.
    """
    typed: dict[Alternatives, list[Phrase]] = {}
    for word, *others in groups:
        typed.setdefault(tuple(others), []).append(word)
    return typed


class EmbeddedEngine(AskingEngine):
    """Searches ``search_searchdocument`` with the inverted index of its database."""

    def __init__(self, using: str = "default") -> None:
        self.alias = using
        self.connection = connections[using]

    @abstractmethod
    def matches(self, kind: str, groups: tuple[Alternatives, ...]) -> Matches:
        """The documents of ``kind`` that hold a phrase of each of ``groups`` (at least one group)."""

    @abstractmethod
    def among(self, keys: list[int], rows: Condition) -> Condition:
        """The table ``l`` of those ``rows`` that have one of these keys: ``… l WHERE …``, read by their keys."""

    def weighed(self, rank: str) -> str:
        """The SQL of a rank that counts rare words for more; as it is where it does so already."""
        return rank

    @abstractmethod
    def replace(self, before: Iterable[SearchDocument], after: Iterable[SearchDocument]) -> None:
        """See :class:`search.engines.base.Engine`."""

    @abstractmethod
    def rebuild(self) -> None:
        """See :class:`search.engines.base.Engine`."""

    @abstractmethod
    def optimise(self) -> None:
        """See :class:`search.engines.base.Engine`."""

    @abstractmethod
    def check(self) -> list[str]:
        """See :class:`search.engines.base.Engine`."""

    def find(self, query: JobQuery, on: dt.date) -> Found:
        """See :class:`AskingEngine`."""
        question = questions.read(query.words, JOB)
        try:
            if question.groups or question.free or question.wage:
                return self._fitting(question, query, on)
            return self._listed(query, on)
        except EmptyResultSet:
            return Found(tally((), query, Education.values))

    def count_all(self, query: JobQuery, on: dt.date) -> Tally:
        """See :class:`AskingEngine`."""
        try:
            groups = self._all_groups(on)
        except EmptyResultSet:
            groups = []
        return tally(groups, query.without(WORDS), Education.values)

    def holding(self, kind: str, words: list[str]) -> dict[str, int]:
        """See :class:`AskingEngine`."""
        counts = dict.fromkeys(words, ENOUGH)
        asked = [(word, groups) for word in words if (groups := questions.read(word, kind).groups)]
        found = [(word, self.matches(kind, groups).rows) for word, groups in asked]
        each = [f"SELECT %s, COUNT(*) FROM (SELECT 1 FROM {rows.sql} LIMIT {ENOUGH}) f" for _word, rows in found]
        if each:
            parameters = (value for word, rows in found for value in (word, *rows.parameters))
            counts |= dict(self._rows(" UNION ALL ".join(each), tuple(parameters)))
        return counts

    def pages_holding_most(self, groups: tuple[Alternatives, ...]) -> list[int]:
        """See :class:`AskingEngine`."""
        held = [self.matches(PAGE, (group,)) for group in groups]
        each = [
            Condition(
                f"SELECT d.object_key AS page, {self.weighed(found.rank.sql)} AS rank FROM {found.rows.sql}",
                (*found.rank.parameters, *found.rows.parameters),
            )
            for found in held
        ]
        rows = self._rows(
            f"SELECT page FROM ({' UNION ALL '.join(part.sql for part in each)}) f GROUP BY page "
            "HAVING COUNT(*) >= %s ORDER BY COUNT(*) DESC, SUM(rank), page",
            (*(value for part in each for value in part.parameters), questions.most_of(groups)),
        )
        return [key for (key,) in rows]

    def _fitting(self, question: Question, query: JobQuery, on: dt.date) -> Found:
        """What fits the words: its counts, and the ids of the page."""
        ranks = self._hits(question, on, ranked=query.sort == "relevance")
        known = self._known(ranks, on).listings
        public = {key: one for key in ranks if (one := known[key]) is not None}
        if question.free:
            public = {key: one for key, one in public.items() if one.group.cost == "zero"}
        groups = Counter(one.group for one in public.values())
        counted = tally(((*group.values, number) for group, number in groups.items()), query, Education.values)
        if query.filters:
            passing = {group for group in groups if group.passes(query, Education.values)}
            public = {key: one for key, one in public.items() if one.group in passing}
        end = query.page * query.per_page
        ordered = self._newest(list(public), end) if query.sort == "newest" else best(public, ranks, end)
        return Found(counted, tuple(ordered[end - query.per_page :]))

    def _newest(self, keys: list[int], number: int) -> list[int]:
        """The first ``number`` of these listings, the newest first."""
        shown = self.among(keys, Condition(*jobs.published_sql(self.alias)))
        rows = self._rows(
            f"SELECT l.key FROM {shown.sql} ORDER BY {_NEWEST} LIMIT %s",
            (*shown.parameters, number),
        )
        return [key for (key,) in rows]

    def _listed(self, query: JobQuery, on: dt.date) -> Found:
        """The same for all listings: nobody asked for a word."""
        counted = tally(self._all_groups(on), query, Education.values)
        end = query.page * query.per_page
        if counted.total <= end - query.per_page:
            return Found(counted)
        number = end + _REFUSED
        while True:
            # What is published stands in order in the index; the rules are asked of no more of it than the page needs.
            keys = self._in_order(query, on, number)
            known = self._known(keys, on).listings
            public = [key for key in keys if known[key] is not None]
            if len(public) >= min(end, counted.total) or len(keys) < number:
                return Found(counted, tuple(public[end - query.per_page : end]))
            number *= 4

    def _in_order(self, query: JobQuery, on: dt.date, number: int) -> list[int]:
        """The first ``number`` published listings that pass the filters. No rule is asked of them yet."""
        sql, parameters = jobs.published_sql(self.alias)
        # What has closed stands first in the order until it is put away.
        wanted = Condition(f"({sql}) l WHERE l.closing_date >= %s", (*parameters, self._day(on)))
        for name, value in query.filters.items():
            wanted &= self._filter(name, value, on)
        order = _NEWEST if query.sort == "newest" else _SOONEST
        rows = self._rows(f"SELECT l.key FROM {wanted.sql} ORDER BY {order} LIMIT %s", (*wanted.parameters, number))
        return [key for (key,) in rows]

    def _all_groups(self, on: dt.date) -> list[tuple]:
        """All public listings by the values of all filters: kept for a day and a generation, since it holds no word
        (DECISIONS 38).
        """
        held = self._held(on)
        if held.counts is None:
            groups, public = self._groups(on), self._public(on)
            held.counts = self._rows(
                f"SELECT {groups.sql}, COUNT(*) FROM {public.sql} GROUP BY 1, 2, 3, 4, 5, 6",
                (*groups.parameters, *public.parameters),
            )
        return held.counts

    def _public(self, on: dt.date) -> Condition:
        """The table ``l``: a row for each listing that is public on that day."""
        sql, parameters = jobs.filterable_sql(on, self.alias)
        return Condition(f"({sql}) l", parameters)

    def _known(self, keys: Iterable[int], on: dt.date) -> Known:
        """What the rules say of these listings on that day, asked of those of which it is not known."""
        held = self._held(on)
        if new := held.unknown(keys):
            boost, groups = self._boost(on), self._groups(on)
            public = self.among(new, Condition(*jobs.filterable_sql(on, self.alias)))
            found = Condition(
                f"SELECT l.key, l.closing_date, l.public_from, {boost.sql}, {groups.sql} FROM {public.sql}",
                (*boost.parameters, *groups.parameters, *public.parameters),
            )
            with self._asked(found) as rows:
                held.learn(new, rows)
        return held

    def _held(self, on: dt.date) -> Known:
        """What is known on that day. What a transaction sees that is still open, is kept for nobody."""
        return Known() if self.connection.in_atomic_block else kept(self.connection.vendor, self.alias, on)

    def _hits(self, question: Question, on: dt.date, *, ranked: bool) -> dict[int, float]:
        """The keys of the listings that may fit what was typed, with their ranks. No rule is asked of them yet."""
        hits = self._holding(question.groups, ranked) if question.groups else None
        reach = reaching(question.wage, on) if question.wage else None
        if reach or hits is None:
            hits = self._published(hits, self._paid(reach) if reach else Condition("1 = 1"))
        with self._asked(hits) as rows:
            return dict(rows)

    def _holding(self, groups: tuple[Alternatives, ...], ranked: bool) -> Condition:
        """The keys of what holds the words, and how well it does."""
        found = self.matches(JOB, groups)
        rank = found.rank if ranked else Condition("0")
        return Condition(
            f"SELECT d.object_key AS key, {rank.sql} AS rank FROM {found.rows.sql}",
            (*rank.parameters, *found.rows.parameters),
        )

    def _published(self, hits: Condition | None, wanted: Condition) -> Condition:
        """Those of ``hits`` (or all, of one rank) that are published and of which ``wanted`` is true."""
        sql, parameters = jobs.published_sql(self.alias)
        if hits is None:
            return Condition(f"SELECT l.key, 0 FROM ({sql}) l WHERE {wanted.sql}", (*parameters, *wanted.parameters))
        # First the words, then their listings: PostgreSQL keeps to it because of MATERIALIZED, SQLite because of CROSS JOIN.
        return Condition(
            f"WITH w AS MATERIALIZED ({hits.sql}) "
            f"SELECT w.key, w.rank FROM w CROSS JOIN ({sql}) l WHERE l.key = w.key AND {wanted.sql}",
            (*hits.parameters, *parameters, *wanted.parameters),
        )

    def _groups(self, on: dt.date) -> Condition:
        """What is selected to count by: a value for each of the filters."""
        days = " ".join(f"WHEN l.closing_date <= %s THEN {number}" for number in CLOSING_DAYS)
        limits = [self._day(on + dt.timedelta(days=number)) for number in CLOSING_DAYS]
        return Condition(f"l.country, l.work, l.cost, l.education, l.scheme_id, CASE {days} END", tuple(limits))

    def _boost(self, on: dt.date) -> Condition:
        """What ``search.ranking`` gives to listings that are new, and to those that close soon, as a factor of the rank."""
        midnights = [(self._moment(since), boost) for since, boost in ranking.fresh_since(on)]
        closing = [(self._day(until), boost) for until, boost in ranking.closing_until(on)]
        new = " ".join(f"WHEN l.first_public_at >= %s THEN {boost}" for _since, boost in midnights)
        soon = " ".join(f"WHEN l.closing_date <= %s THEN {boost}" for _until, boost in closing)
        return Condition(
            f"1 + CASE {new} ELSE 0 END + CASE {soon} ELSE 0 END",
            tuple(value for value, _boost in (*midnights, *closing)),
        )

    @staticmethod
    def _paid(reach: Reach) -> Condition:
        """Paid by the month, and the top of the range reaches the wage."""
        if reach.most is not None:
            return Condition("l.wage_period = 'month' AND l.pays BETWEEN %s AND %s", (reach.least[""], reach.most))
        either = " OR ".join(["(l.currency = %s AND l.pays >= %s)"] * len(reach.least))
        pairs = reach.least.items()
        return Condition(f"l.wage_period = 'month' AND ({either})", tuple(part for pair in pairs for part in pair))

    def _day(self, day: dt.date) -> object:
        return self.connection.ops.adapt_datefield_value(day)

    def _moment(self, moment: dt.datetime) -> object:
        return self.connection.ops.adapt_datetimefield_value(moment)

    def _filter(self, name: str, value: str, on: dt.date) -> Condition:
        if name == "closing":
            return Condition("l.closing_date <= %s", (self._day(on + dt.timedelta(days=int(value))),))
        if name == "education":
            levels = tuple(Education.values[: Education.values.index(value) + 1])
            return Condition(f"l.education IN ({', '.join(['%s'] * len(levels))})", levels)
        return Condition(f"l.{_EQUAL[name]} = %s", (value,))

    def _rows(self, sql: str, parameters: tuple[object, ...]) -> list[tuple]:
        with self._asked(Condition(sql, parameters)) as rows:
            return list(rows)

    @contextmanager
    def _asked(self, question: Condition) -> Iterator[Iterable[tuple]]:
        """The rows one by one: a list of very many sets off the collector of garbage, which takes longer than all else."""
        with self.connection.cursor() as cursor:
            cursor.execute(question.sql, question.parameters)
            yield cursor
