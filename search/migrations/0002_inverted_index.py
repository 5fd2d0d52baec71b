"""The inverted index of each database, beside the document table (DECISIONS 37).

SQLite: an FTS5 table over the terms of the documents (external content: the words are stored once). Its rows are
written by ``search.engines.sqlite``, not by triggers, which a later change of the table would drop silently.
PostgreSQL: a stored column that the server itself keeps equal to the terms, with one GIN index for each kind.
"""

from typing import Any

from django.db import migrations

SQLITE = [
    """
    CREATE VIRTUAL TABLE search_fts USING fts5(
        kind, terms_a, terms_b, terms_c, terms_d,
        content='search_searchdocument', content_rowid='id', tokenize='ascii'
    )
    """,
    # Weights: the kind only narrows; title > occupation > employer and country > body.
    "INSERT INTO search_fts(search_fts, rank) VALUES ('rank', 'bm25(0.0, 8.0, 4.0, 2.0, 1.0)')",
    "INSERT INTO search_fts(search_fts) VALUES ('rebuild')",
]
POSTGRESQL = [
    """
    ALTER TABLE search_searchdocument ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', terms_a), 'A') || setweight(to_tsvector('simple', terms_b), 'B') ||
        setweight(to_tsvector('simple', terms_c), 'C') || setweight(to_tsvector('simple', terms_d), 'D')
    ) STORED
    """,
    "CREATE INDEX search_vector_job ON search_searchdocument USING gin (vector) WHERE kind = 'job'",
    "CREATE INDEX search_vector_page ON search_searchdocument USING gin (vector) WHERE kind = 'page'",
]


def create(apps: Any, schema_editor: Any) -> None:
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE search_fts")
    else:
        schema_editor.execute("ALTER TABLE search_searchdocument DROP COLUMN vector")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
