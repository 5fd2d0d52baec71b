"""The database asked without the portal: the limit of what an engine inside it can reach.

A table of copies holds what a search reads and nothing else: the words, the values of the filters, the text that is
shown. It is made for one day and never kept right.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import ClassVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from content.jobs import selectors as jobs
from content.jobs.vocabulary import Education
from search import questions
from search.engines import get_embedded
from search.engines.counting import tally
from search.engines.wages import reaching
from search.questions import JOB
from search.types import CLOSING_DAYS, JobQuery

_EQUAL = {"country": "country", "work": "work", "cost": "cost", "scheme": "scheme_id"}
_CHUNK = 500
_WORDS = ("terms_a", "terms_b", "terms_c", "terms_d")


class RawElastic:
    """The cluster asked the same question, written before the time is taken, by its client alone."""

    def __init__(self, on: dt.date) -> None:
        from search.engines.elastic.client import asking
        from search.engines.elastic.engine import ElasticEngine

        self.client, self.engine, self.on = asking(), ElasticEngine(), on
        self.meant = lru_cache(maxsize=None)(self._meant)

    def search(self, query: JobQuery) -> int:
        """Answer ``query``; the number of what was found."""
        index, body = self.meant(query)
        return self.client.search(index=index, **body)["aggregations"]["but:"]["doc_count"]

    def _meant(self, query: JobQuery) -> tuple[list[str], dict]:
        found = self.engine.search_jobs(query, self.on)
        words = found.corrected or query.words
        search = self.engine.asked(replace(query, words=words), questions.read(words, JOB), self.on)
        body = {name.removeprefix("_"): value for name, value in search.to_dict().items()}
        return search._index, {("from_" if name == "from" else name): value for name, value in body.items()}


class PlainModelsearch:
    """Wagtail's own search over the documents of all listings, with the terms and weights of the embedded engine."""

    def __init__(self) -> None:
        from modelsearch import index
        from modelsearch.abstract_models import TextIDGenericRelation
        from modelsearch.backends import get_search_backend
        from wagtail.search.models import IndexEntry

        from search.models import SearchDocument

        class Plain(index.Indexed, SearchDocument):
            search_fields: ClassVar = [
                index.SearchField(name, boost=boost) for name, boost in zip(_WORDS, (8, 4, 2, 1), strict=True)
            ]

            class Meta:
                proxy = True
                app_label = "search"

        # As it does for every model that it knows when the portal starts; PostgreSQL is asked through it.
        TextIDGenericRelation(IndexEntry).contribute_to_class(Plain, "index_entries")
        self.model, self.backend = Plain, get_search_backend()
        writing, rows = self.backend.get_index_for_model(Plain), Plain.objects.filter(kind=JOB).iterator(_CHUNK)
        while chunk := list(islice(rows, _CHUNK)):
            writing.add_items(Plain, chunk)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def search(self, terms: str) -> int:
        """Twenty documents that hold all of them, the best first; the number of what was found."""
        found = self.backend.search(terms, self.model, operator="and")
        list(found[:20])
        return found.count()


class RawSearch:
    """Twenty ids by rank, the counts of every filter, the twenty texts."""

    def __init__(self, connection: BaseDatabaseWrapper, on: dt.date) -> None:
        self.connection, self.on, self.engine = connection, on, get_embedded()
        self._copy()
        # What was meant by some words is the question, not the answer: it is read before the time is taken.
        self.meant = lru_cache(maxsize=None)(self._meant)

    def search(self, query: JobQuery) -> int:
        """Answer ``query``; the number of what was found."""
        words, wage = self.meant(query.words)
        where, parameters, rank = "1 = 1", [], "closing_date"
        table = "raw_jobs"
        if words:
            table, where, parameters, rank = self._matching(words)
        if wage:
            where, parameters = f"{where} AND {wage[0]}", [*parameters, *wage[1]]
        days = " ".join(f"WHEN closing_date <= %s THEN {number}" for number in CLOSING_DAYS)
        limits = [self._day(number) for number in CLOSING_DAYS]
        groups = self._rows(
            f"SELECT country, work, cost, education, scheme_id, CASE {days} END, COUNT(*) FROM {table} WHERE {where}"
            " GROUP BY 1, 2, 3, 4, 5, 6",
            [*limits, *parameters],
        )
        total = tally(groups, query, Education.values).total
        order = list(parameters)
        for name, value in query.filters.items():
            if name == "closing":
                where, order = f"{where} AND closing_date <= %s", [*order, self._day(int(value))]
            elif name == "education":
                levels = Education.values[: Education.values.index(value) + 1]
                where, order = f"{where} AND education IN ({', '.join(['%s'] * len(levels))})", [*order, *levels]
            else:
                where, order = f"{where} AND {_EQUAL[name]} = %s", [*order, value]
        ranked = [words] if words and self.connection.vendor == "postgresql" else []
        self._rows(
            f"SELECT key, title FROM {table} WHERE {where} ORDER BY {rank} LIMIT 20 OFFSET %s",
            [*order, *ranked, 20 * (query.page - 1)],
        )
        return total

    def _matching(self, words: str) -> tuple[str, str, list, str]:
        if self.connection.vendor == "postgresql":
            weights = "'{0.125, 0.25, 0.5, 1.0}'"
            return "raw_jobs", "vector @@ %s::tsquery", [words], f"-ts_rank({weights}, vector, %s::tsquery)"
        table = "raw_fts CROSS JOIN raw_jobs ON raw_jobs.key = raw_fts.rowid"
        return table, "raw_fts MATCH %s", [words], "rank"

    def _meant(self, words: str) -> tuple[str, tuple[str, tuple] | None]:
        """The words as the engine asks them, after its corrections, and the conditions that stood in them."""
        if not words:
            return "", None
        found = self.engine.search_jobs(JobQuery(words=words, sort="relevance"), self.on)
        question = questions.read(found.corrected or words, JOB)
        conditions = [("cost = %s", ("zero",))] if question.free else []
        if question.wage and (reach := reaching(question.wage, self.on)):
            paid = self.engine._paid(reach)
            conditions.append((paid.sql.replace("l.", ""), paid.parameters))
        sql = " AND ".join(sql for sql, _parameters in conditions)
        wage = (sql, tuple(value for _sql, values in conditions for value in values)) if conditions else None
        if not question.groups:
            return "", wage
        return str(self.engine.matches(JOB, question.groups).rows.parameters[0]), wage

    def _day(self, number: int) -> object:
        return self.connection.ops.adapt_datefield_value(self.on + dt.timedelta(days=number))

    def _copy(self) -> None:
        sql, parameters = jobs.filterable_sql(self.on, self.connection.alias)
        words = ", ".join(f"d.{name}" for name in _WORDS)
        self._run("DROP TABLE IF EXISTS raw_jobs")
        self._run(
            f"CREATE TEMPORARY TABLE raw_jobs AS SELECT l.*, d.title, {words} FROM search_searchdocument d "
            f"JOIN ({sql}) l ON l.key = d.object_key WHERE d.kind = 'job'",
            parameters,
        )
        self._run("CREATE UNIQUE INDEX raw_keys ON raw_jobs (key)")
        if self.connection.vendor == "postgresql":
            letters = zip(_WORDS, "ABCD", strict=True)
            weighed = " || ".join(f"setweight(to_tsvector('simple', {name}), '{letter}')" for name, letter in letters)
            self._run(f"ALTER TABLE raw_jobs ADD COLUMN vector tsvector GENERATED ALWAYS AS ({weighed}) STORED")
            self._run("CREATE INDEX raw_vector ON raw_jobs USING gin (vector)")
            self._run("ANALYZE raw_jobs")
            return
        names = ", ".join(_WORDS)
        self._run("DROP TABLE IF EXISTS temp.raw_fts")
        self._run(
            f"CREATE VIRTUAL TABLE temp.raw_fts USING fts5({names}, content='raw_jobs', content_rowid='key',"
            " tokenize='ascii')"
        )
        self._run(f"INSERT INTO raw_fts(rowid, {names}) SELECT key, {names} FROM raw_jobs")
        self._run("INSERT INTO raw_fts(raw_fts, rank) VALUES ('rank', 'bm25(8.0, 4.0, 2.0, 1.0)')")
        self._run("INSERT INTO raw_fts(raw_fts) VALUES ('optimize')")

    def _run(self, sql: str, parameters: tuple = ()) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)

    def _rows(self, sql: str, parameters: list) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()
