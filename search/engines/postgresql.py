"""PostgreSQL: a stored, weighted ``tsvector`` that the server keeps itself, and GIN (search.migrations.0002)."""

from __future__ import annotations

from collections.abc import Iterable

from search.models import SearchDocument

from .embedded import Condition, EmbeddedEngine, Matches

# The weights of D, C, B and A, in the same proportions as those of SQLite.
_WEIGHTS = "{0.125, 0.25, 0.5, 1.0}"
_INDEXES = ("search_vector_job", "search_vector_page")


class PostgresqlEngine(EmbeddedEngine):
    """The engine of a portal whose database is PostgreSQL."""

    def matches(self, kind: str, terms: tuple[str, ...]) -> Matches:
        """See :class:`EmbeddedEngine`. The kind stands in the SQL as it is, so that its partial index is used."""
        words = " ".join(terms)
        return Matches(
            Condition(
                f"search_searchdocument d WHERE d.kind = '{SearchDocument.Kind(kind).value}' "
                "AND d.vector @@ plainto_tsquery('simple', %s)",
                (words,),
            ),
            Condition(f"-ts_rank('{_WEIGHTS}', d.vector, plainto_tsquery('simple', %s))", (words,)),
        )

    def replace(self, before: Iterable[SearchDocument], after: Iterable[SearchDocument]) -> None:
        """Nothing to do: the column is computed by the server from the same row."""

    def rebuild(self) -> None:
        """Write both indexes anew."""
        with self.connection.cursor() as cursor:
            for index in _INDEXES:
                cursor.execute(f"REINDEX INDEX {index}")

    def optimise(self) -> None:
        """See :class:`EmbeddedEngine`."""
        with self.connection.cursor() as cursor:
            cursor.execute("ANALYZE search_searchdocument")

    def check(self) -> list[str]:
        """See :class:`EmbeddedEngine`: the column cannot differ from its row, so only the indexes are looked at."""
        sql = "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid AND c.relname = ANY(%s)"
        valid = {name for (name,) in self._rows(sql, (list(_INDEXES),))}
        return [f"The index {name} is missing or not valid." for name in _INDEXES if name not in valid]
