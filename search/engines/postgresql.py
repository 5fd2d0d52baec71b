"""PostgreSQL: a stored, weighted ``tsvector`` that the server keeps itself, and GIN (search.migrations.0002)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from search.models import SearchDocument
from search.types import Alternatives, Phrase
from search.vocabulary import vocabulary

from .embedded import Condition, EmbeddedEngine, Matches, sharing

# The weights of D, C, B and A, in the same proportions as those of SQLite.
_WEIGHTS = "{0.125, 0.25, 0.5, 1.0}"
_INDEXES = ("search_vector_job", "search_vector_page")


# Every weight but C, which holds the names of companies, employers and towns.
_NO_NAMES = ":ABD"


def _following(phrase: Phrase, where: str = "") -> str:
    return " <-> ".join(f"'{term}'{where}" for term in phrase)


def _any(typed: Iterable[Phrase], others: Alternatives) -> str:
    each = " & ".join(map(_following, typed))
    return f"({' | '.join([f'({each})', *(_following(other, _NO_NAMES) for other in others)])})"


def _each(groups: Iterable[Alternatives]) -> Iterator[str]:
    return (_any(typed, others) for others, typed in sharing(groups).items())


def _held(kind: str, groups: Iterable[Alternatives]) -> Iterator[Alternatives]:
    """The groups without synonyms that no document holds: ``ts_rank`` looks for each of them in every hit."""
    known = vocabulary()
    for typed, *others in groups:
        yield typed, *(other for other in others if known.may_hold(kind, other))


class PostgresqlEngine(EmbeddedEngine):
    """The engine of a portal whose database is PostgreSQL."""

    def matches(self, kind: str, groups: tuple[Alternatives, ...]) -> Matches:
        """See :class:`EmbeddedEngine`. The kind stands in the SQL as it is, so that its partial index is used.

        Terms hold letters and digits only; quoted, none is an operator of a tsquery.
        """
        words = " & ".join(_each(groups))
        return Matches(
            Condition(
                f"search_searchdocument d WHERE d.kind = '{SearchDocument.Kind(kind).value}' AND d.vector @@ %s::tsquery",
                (words,),
            ),
            self._rank(kind, groups),
        )

    @staticmethod
    def _rank(kind: str, groups: Iterable[Alternatives]) -> Condition:
        """How well a document fits: what was typed counts once more than its synonyms.

        Both as an OR, though a hit holds every group: of an AND ``ts_rank`` compares the places of each two words, which took
        70 of 100 ms for 13,000 hits and ranked no better. Pages differ in length, and a long one holds a word more easily.
        """
        meant = " | ".join(_each(_held(kind, groups)))
        typed = " | ".join(_following(typed) for typed, *_others in groups)
        length = 1 if kind == SearchDocument.Kind.PAGE else 0
        ranks = " + ".join([f"ts_rank('{_WEIGHTS}', d.vector, %s::tsquery, {length})"] * 2)
        return Condition(f"-({ranks})", (meant, typed))

    def weighed(self, rank: str) -> str:
        """See :class:`EmbeddedEngine`. ``ts_rank`` knows nothing of rarity: by how many pages hold a word, of a thousand."""
        return f"{rank} * ln(1 + 1000.0 / COUNT(*) OVER ())"

    def among(self, keys: list[int], rows: Condition) -> Condition:
        """See :class:`EmbeddedEngine`. Of an array the planner knows how long it is, of a table made of it not."""
        return Condition(f"({rows.sql}) l WHERE l.key = ANY(%s::bigint[])", (*rows.parameters, keys))

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
