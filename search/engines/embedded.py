"""The engine inside the database of the portal: what SQLite and PostgreSQL have in common.

A job search is two statements: one groups everything that fits the words by the values of all filters (totals, facet
counts, ways out of zero results), one reads the ids of the page. Both read the public listings themselves, and of the
documents nothing but the words: a total never counts what nobody may see, “Rp0” is said of no listing with a charge
(DECISIONS 31), and one whose document is missing stands in the list all the same.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections

from content.core.tree import tree
from content.jobs import selectors as jobs
from content.jobs.vocabulary import Education
from content.registers import tokens
from search import analysis
from search.models import SearchDocument
from search.types import (
    CLOSING_DAYS,
    PER_PAGE,
    WORDS,
    Hit,
    JobQuery,
    PageQuery,
    PageResults,
    Removal,
    SearchResults,
    page_count,
)

from .counting import Tally, tally

JOB, PAGE = SearchDocument.Kind.JOB.value, SearchDocument.Kind.PAGE.value
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


def _hit(document: SearchDocument) -> Hit:
    """A page that was found, its numbers as they are now: a document may be older than what it names (DECISIONS 13)."""
    title, text = (tokens.plain(words, document.language) for words in (document.title, document.text))
    return Hit(document.object_key, document.language, title, text)


class EmbeddedEngine(ABC):
    """Searches ``search_searchdocument`` with the inverted index of its database."""

    def __init__(self, using: str = "default") -> None:
        self.connection = connections[using]

    @abstractmethod
    def matches(self, kind: str, terms: tuple[str, ...]) -> Matches:
        """The documents of ``kind`` that hold every one of ``terms`` (at least one)."""

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

    def search_jobs(self, query: JobQuery, on: dt.date) -> SearchResults:
        """See :class:`search.engines.base.Engine`."""
        try:
            public = self._public(on)
        except EmptyResultSet:
            return SearchResults()
        counted = self._tally(query, on, public)
        if counted.total == 0:
            return SearchResults(facets=counted.facets, removals=self._removals(query, counted, on, public))
        page = max(1, min(query.page, page_count(counted.total, query.per_page)))
        ids = self._ids(query, page, on, public)
        return SearchResults(ids=ids, total=counted.total, facets=counted.facets, page=page, per_page=query.per_page)

    def search_pages(self, query: PageQuery) -> PageResults:
        """See :class:`search.engines.base.Engine`."""
        terms = analysis.query_terms(query.words)
        if not terms:
            return PageResults()
        found = self.matches(PAGE, terms)
        rows = self._rows(
            f"SELECT d.object_key FROM {found.rows.sql} AND d.language IN (%s, %s) ORDER BY {found.rank.sql}, 1",
            (*found.rows.parameters, query.language, settings.LANGUAGE_CODE, *found.rank.parameters),
        )
        # A document is a copy: what is live is asked of the tree, which also knows what is a translation of what.
        nodes = [node for (key,) in rows if (node := tree().by_id.get(key)) is not None]
        own = [node for node in nodes if node.language == query.language]
        translated = {node.key for node in own}
        others = [node for node in nodes if node.language != query.language and node.key not in translated]
        ordered = [node.id for node in (*own, *others)]
        page = max(1, min(query.page, page_count(len(ordered))))
        shown = ordered[(page - 1) * PER_PAGE : page * PER_PAGE]
        documents = SearchDocument.objects.using(self.connection.alias).filter(kind=PAGE, object_key__in=shown)
        held = {document.object_key: _hit(document) for document in documents}
        return PageResults(tuple(held[key] for key in shown if key in held), len(ordered), page)

    def _public(self, on: dt.date) -> Condition:
        """The table ``l``: a row for each listing that is public on that day."""
        listings = jobs.filterable(on).using(self.connection.alias)
        sql, parameters = listings.query.get_compiler(self.connection.alias).as_sql()
        return Condition(f"({sql}) l", tuple(parameters))

    def _fitting(self, words: str, public: Condition) -> Matches:
        """The rows of ``l`` that fit the words; all of them where nothing can be searched for."""
        terms = analysis.query_terms(words)
        if not terms:
            return Matches(Condition(f"{public.sql} WHERE 1 = 1", public.parameters), Condition("l.closing_date"))
        found = self.matches(JOB, terms)
        # CROSS JOIN keeps the order of the tables on SQLite: first the words, then their listings.
        rows = Condition(
            f"(SELECT d.object_key, {found.rank.sql} AS rank FROM {found.rows.sql}) w "
            f"CROSS JOIN {public.sql} WHERE l.key = w.object_key",
            (*found.rank.parameters, *found.rows.parameters, *public.parameters),
        )
        return Matches(rows, Condition("w.rank"))

    def _day(self, day: dt.date) -> object:
        return self.connection.ops.adapt_datefield_value(day)

    def _tally(self, query: JobQuery, on: dt.date, public: Condition) -> Tally:
        days = " ".join(f"WHEN l.closing_date <= %s THEN {number}" for number in CLOSING_DAYS)
        limits = [self._day(on + dt.timedelta(days=number)) for number in CLOSING_DAYS]
        rows = self._fitting(query.words, public).rows
        groups = self._rows(
            "SELECT l.country, l.work, l.cost, l.education, l.scheme_id, "
            f"CASE {days} END, COUNT(*) FROM {rows.sql} GROUP BY 1, 2, 3, 4, 5, 6",
            (*limits, *rows.parameters),
        )
        return tally(groups, query, Education.values)

    def _ids(self, query: JobQuery, page: int, on: dt.date, public: Condition) -> tuple[int, ...]:
        found = self._fitting(query.words, public)
        wanted, order = found.rows, _NEWEST if query.sort == "newest" else _SOONEST
        for name, value in query.filters.items():
            wanted &= self._filter(name, value, on)
        if query.sort == "relevance":
            order = f"{found.rank.sql}, {_SOONEST}"
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

    def _removals(self, query: JobQuery, counted: Tally, on: dt.date, public: Condition) -> tuple[Removal, ...]:
        """The ways out of zero results, the smallest change first; only those that lead to something."""
        filters = tuple(query.filters)
        ways = [Removal((name,), total) for name, total in counted.without.items()]
        if query.words:
            wordless = self._tally(query.without(WORDS), on, public)
            ways.append(Removal((WORDS,), wordless.total))
            ways.append(Removal(filters, counted.unfiltered))
            ways.append(Removal((WORDS, *filters), wordless.unfiltered))
        else:
            ways.append(Removal(filters, counted.unfiltered))
        known: dict[tuple[str, ...], Removal] = {way.names: way for way in reversed(ways) if way.names and way.total}
        return tuple(reversed(known.values()))

    def _rows(self, sql: str, parameters: tuple[object, ...]) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()
