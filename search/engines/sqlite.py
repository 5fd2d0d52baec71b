"""SQLite: an FTS5 table with external content and weighted bm25 (search.migrations.0002)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import DatabaseError

from search.models import SearchDocument
from search.questions import JOB
from search.types import Alternatives, Phrase

from .embedded import Condition, EmbeddedEngine, Matches, sharing

_COLUMNS = ("kind", "terms_a", "terms_b", "terms_c", "terms_d")
_ANYWHERE, _NO_NAMES = "{terms_a terms_b terms_c terms_d}", "{terms_a terms_b terms_d}"


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(phrase)}"'


def _any(typed: Iterable[Phrase], others: Alternatives) -> str:
    each = " AND ".join(f"{_ANYWHERE} : {_quoted(word)}" for word in typed)
    return f"(({each}) OR {_NO_NAMES} : ({' OR '.join(map(_quoted, others))}))" if others else f"({each})"


class SqliteEngine(EmbeddedEngine):
    """The engine of a portal on one small server."""

    def matches(self, kind: str, groups: tuple[Alternatives, ...]) -> Matches:
        """See :class:`EmbeddedEngine`. Terms hold letters and digits only; quoted, none is an operator of FTS5."""
        words = " AND ".join(_any(typed, others) for others, typed in sharing(groups).items())
        # Pages are few among the documents of listings, so the index looks for their kind; to look for that of listings
        # finds nearly everything and costs a tenth of the whole.
        # CROSS JOIN keeps the order of the tables: first the words, then their documents by row id.
        return Matches(
            Condition(
                "(SELECT rowid, rank FROM search_fts WHERE search_fts MATCH %s) f "
                "CROSS JOIN search_searchdocument d ON d.id = f.rowid WHERE d.kind = %s",
                (words if kind == JOB else f'kind : "{kind}" AND {words}', kind),
            ),
            Condition("f.rank"),
        )

    def among(self, keys: list[int], rows: Condition) -> Condition:
        """See :class:`EmbeddedEngine`. CROSS JOIN keeps the order of the tables: first the keys, then their rows."""
        return Condition(
            f"(SELECT value FROM json_each(%s)) k CROSS JOIN ({rows.sql}) l WHERE l.key = k.value",
            (json.dumps(keys), *rows.parameters),
        )

    def replace(self, before: Iterable[SearchDocument], after: Iterable[SearchDocument]) -> None:
        """See :class:`EmbeddedEngine`. FTS5 forgets a row only when it is told exactly what the row held."""
        marks = ", ".join(["%s"] * len(_COLUMNS))
        with self.connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO search_fts(search_fts, rowid, {', '.join(_COLUMNS)}) VALUES ('delete', %s, {marks})",
                [self._row(document) for document in before],
            )
            cursor.executemany(
                f"INSERT INTO search_fts(rowid, {', '.join(_COLUMNS)}) VALUES (%s, {marks})",
                [self._row(document) for document in after],
            )

    def optimise(self) -> None:
        """See :class:`EmbeddedEngine`. Without ANALYZE the planner may read all documents for each word."""
        with self.connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('optimize')")
            cursor.execute("ANALYZE")

    def check(self) -> list[str]:
        """See :class:`EmbeddedEngine`. Counting rows of the FTS table would read the documents, so it cannot fail."""
        missing = "SELECT COUNT(*) FROM search_searchdocument WHERE id NOT IN (SELECT id FROM search_fts_docsize)"
        orphans = "SELECT COUNT(*) FROM search_fts_docsize WHERE id NOT IN (SELECT id FROM search_searchdocument)"
        troubles = []
        if count := self._rows(missing, ())[0][0]:
            troubles.append(f"{count} documents are not in the index.")
        if count := self._rows(orphans, ())[0][0]:
            troubles.append(f"{count} rows of the index have no document.")
        try:
            with self.connection.cursor() as cursor:
                cursor.execute("INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)")
        except DatabaseError as error:
            troubles.append(f"The index does not hold the words of its documents ({error}).")
        return troubles

    def rebuild(self) -> None:
        """Write the whole index anew from the documents."""
        with self.connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")

    @staticmethod
    def _row(document: SearchDocument) -> tuple[object, ...]:
        return (document.pk, *(getattr(document, column) for column in _COLUMNS))
