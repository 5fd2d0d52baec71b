"""The engine inside the database of the portal: what SQLite and PostgreSQL have in common.

A job search is two statements: one groups everything that fits the words by the values of all filters (totals, facet
counts, ways out of zero results), one reads the ids of the page. Both read the public listings themselves, and of the
documents nothing but the words: a total never counts what nobody may see, “Rp0” is said of no listing with a charge
(DECISIONS 31), and one whose document is missing stands in the list all the same.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections

from content.jobs import selectors as jobs
from content.jobs.vocabulary import Education
from search import questions
from search.models import SearchDocument
from search.questions import JOB, PAGE, Question
from search.types import CLOSING_DAYS, Alternatives, JobQuery

from .asking import AskingEngine, Found
from .counting import ENOUGH, Tally, tally
from .wages import Reach, reaching

# The columns of jobs.filterable, named l, that filters compare with one value.
_EQUAL = {"country": "country", "work": "work", "cost": "cost", "scheme": "scheme_id"}
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


class EmbeddedEngine(AskingEngine):
    """Searches ``search_searchdocument`` with the inverted index of its database."""

    def __init__(self, using: str = "default") -> None:
        self.alias = using
        self.connection = connections[using]

    @abstractmethod
    def matches(self, kind: str, groups: tuple[Alternatives, ...]) -> Matches:
        """The documents of ``kind`` that hold a phrase of each of ``groups`` (at least one group)."""

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
        try:
            public = self._public(on)
        except EmptyResultSet:
            return Found(tally((), query, Education.values), lambda page: ())
        fitting = self._fitting(questions.read(query.words, JOB), on, public)
        return Found(self._tally(query, on, fitting), partial(self._ids, query, on, fitting))

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

    def pages_holding_most(self, groups: tuple[Alternatives, ...], language: str) -> list[int]:
        """See :class:`AskingEngine`."""
        held = [self.matches(PAGE, (group,)) for group in groups]
        each = [
            Condition(
                f"SELECT d.object_key AS page, {self.weighed(found.rank.sql)} AS rank FROM {found.rows.sql} "
                "AND d.language IN (%s, %s)",
                (*found.rank.parameters, *found.rows.parameters, language, settings.LANGUAGE_CODE),
            )
            for found in held
        ]
        rows = self._rows(
            f"SELECT page FROM ({' UNION ALL '.join(part.sql for part in each)}) f GROUP BY page "
            "HAVING COUNT(*) >= %s ORDER BY COUNT(*) DESC, SUM(rank), page",
            (*(value for part in each for value in part.parameters), questions.most_of(groups)),
        )
        return [key for (key,) in rows]

    def _public(self, on: dt.date) -> Condition:
        """The table ``l``: a row for each listing that is public on that day."""
        listings = jobs.filterable(on).using(self.connection.alias)
        sql, parameters = listings.query.get_compiler(self.connection.alias).as_sql()
        return Condition(f"({sql}) l", tuple(parameters))

    def _fitting(self, question: Question, on: dt.date, public: Condition) -> Matches:
        """The rows of ``l`` that fit what was typed; all of them where nothing can be searched for."""
        conditions = [Condition("l.cost = %s", ("zero",))] if question.free else []
        if question.wage and (reach := reaching(question.wage, on)):
            conditions.append(self._paid(reach))
        if not question.groups:
            rows, rank = Condition(f"{public.sql} WHERE 1 = 1", public.parameters), Condition("l.closing_date")
        else:
            found = self.matches(JOB, question.groups)
            # CROSS JOIN keeps the order of the tables on SQLite: first the words, then their listings.
            rows = Condition(
                f"(SELECT d.object_key, {found.rank.sql} AS rank FROM {found.rows.sql}) w "
                f"CROSS JOIN {public.sql} WHERE l.key = w.object_key",
                (*found.rank.parameters, *found.rows.parameters, *public.parameters),
            )
            rank = Condition("w.rank")
        for condition in conditions:
            rows &= condition
        return Matches(rows, rank)

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

    def _tally(self, query: JobQuery, on: dt.date, fitting: Matches) -> Tally:
        days = " ".join(f"WHEN l.closing_date <= %s THEN {number}" for number in CLOSING_DAYS)
        limits = [self._day(on + dt.timedelta(days=number)) for number in CLOSING_DAYS]
        rows = fitting.rows
        groups = self._rows(
            "SELECT l.country, l.work, l.cost, l.education, l.scheme_id, "
            f"CASE {days} END, COUNT(*) FROM {rows.sql} GROUP BY 1, 2, 3, 4, 5, 6",
            (*limits, *rows.parameters),
        )
        return tally(groups, query, Education.values)

    def _ids(self, query: JobQuery, on: dt.date, fitting: Matches, page: int) -> tuple[int, ...]:
        wanted, order = fitting.rows, _NEWEST if query.sort == "newest" else _SOONEST
        for name, value in query.filters.items():
            wanted &= self._filter(name, value, on)
        if query.sort == "relevance":
            order = f"{fitting.rank.sql}, {_SOONEST}"
        rows = self._rows(
            f"SELECT l.key FROM {wanted.sql} ORDER BY {order} LIMIT %s OFFSET %s",
            (*wanted.parameters, query.per_page, (page - 1) * query.per_page),
        )
        return tuple(key for (key,) in rows)

    def _filter(self, name: str, value: str, on: dt.date) -> Condition:
        if name == "closing":
            return Condition("l.closing_date <= %s", (self._day(on + dt.timedelta(days=int(value))),))
        if name == "education":
            levels = tuple(Education.values[: Education.values.index(value) + 1])
            return Condition(f"l.education IN ({', '.join(['%s'] * len(levels))})", levels)
        return Condition(f"l.{_EQUAL[name]} = %s", (value,))

    def _rows(self, sql: str, parameters: tuple[object, ...]) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()
