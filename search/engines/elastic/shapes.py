"""What an index holds: typed documents, made of a search document and of what its listing is filtered and counted by.

The terms are those of ``search.analysis``; the server only parts them at their blanks. They are indexed, not kept: an index
is always written anew from the database, never from itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from elasticsearch.dsl import Date, Document, Index, Keyword, Long, MetaField, Text

from content.jobs import selectors as jobs
from search.models import SearchDocument
from search.questions import JOB, PAGE
from search.types import LAST_PAGE, MOST_PER_PAGE

TERMS = ("terms_a", "terms_b", "terms_c", "terms_d")


def _terms(**options: Any) -> Text:
    return Text(analyzer="whitespace", **options)


class _Found(Document):
    """What every kind of document has. ``digest`` tells whether it is what it should be."""

    key = Long()
    digest = Keyword(index=False, doc_values=False)

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField(includes=["key", "digest"])


class ListingShape(_Found):
    """A listing: its words, and copies of its public days, filters and wage.

    Length and rarity of its words say nothing of how well it fits, so there are no norms.
    """

    terms_a = _terms(norms=False)
    terms_b = _terms(norms=False)
    terms_c = _terms(norms=False)
    terms_d = _terms(norms=False)
    country = Keyword()
    work = Keyword()
    cost = Keyword()
    education = Keyword()
    scheme = Keyword()
    currency = Keyword()
    wage_period = Keyword()
    # In hundredths: the core of the server has no decimals, and a wage on the limit must not be rounded over it.
    pays = Long()
    closing_date = Date(format="strict_date")
    public_from = Date(format="strict_date")
    public_until = Date(format="strict_date")
    first_public_at = Date()


class PageShape(_Found):
    """A page: its words, in whatever language it is."""

    terms_a = _terms()
    terms_b = _terms()
    terms_c = _terms()
    terms_d = _terms()


SHAPES: dict[str, type[_Found]] = {JOB: ListingShape, PAGE: PageShape}


def alias(kind: str) -> str:
    """The name under which an index is asked."""
    return f"{settings.ELASTICSEARCH_PREFIX}-{kind}"


def template(kind: str) -> Index:
    """The settings and mapping of every index of a kind. Slow questions are never logged: they hold what was typed."""
    index = Index(f"{alias(kind)}-*")
    index.settings(
        number_of_shards=settings.ELASTICSEARCH_SHARDS,
        number_of_replicas=settings.ELASTICSEARCH_REPLICAS,
        max_result_window=LAST_PAGE * MOST_PER_PAGE,
        **{
            f"search.slowlog.threshold.{phase}.{level}": "-1"
            for phase in ("query", "fetch")
            for level in ("warn", "info", "debug", "trace")
        },
    )
    index.document(SHAPES[kind])
    return index


def shape_of(kind: str) -> str:
    """Changes when an index has to be written anew: a short name of the mapping."""
    mapping = json.dumps(SHAPES[kind]._doc_type.mapping.to_dict(), sort_keys=True)
    return hashlib.sha256(mapping.encode()).hexdigest()[:8]


def contents(kind: str, keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the index should hold of these objects by now; nothing of one that should not be found."""
    rows = SearchDocument.objects.filter(kind=kind, object_key__in=keys)
    made = _listings(rows) if kind == JOB else _texts(rows)
    return {key: {**content, "key": key, "digest": _digest(content)} for key, content in made}


def _texts(rows: Iterable[SearchDocument]) -> Iterator[tuple[int, dict[str, Any]]]:
    for row in rows:
        yield row.object_key, _words(row)


def _listings(rows: Iterable[SearchDocument]) -> Iterator[tuple[int, dict[str, Any]]]:
    held = {row.object_key: row for row in rows}
    for values in jobs.copied(held):
        copies = {**values, "scheme": values["scheme_id"], "pays": int(values["pays"] * 100)}
        for name in ("key", "scheme_id"):
            del copies[name]
        for name in ("closing_date", "public_from", "public_until", "first_public_at"):
            copies[name] = copies[name] and copies[name].isoformat()
        yield values["key"], {**_words(held[values["key"]]), **copies}


def _words(row: SearchDocument) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TERMS}


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
