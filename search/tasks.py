"""Work that outlives a request: the documents of many pages or listings that hold one changed word, and telling
Elasticsearch of changes.
"""

from __future__ import annotations

from django_tasks import task

from content.core.background import chunks

from . import indexing, outer


@task()
def refresh(kind: str, keys: list[int]) -> None:
    """Make the documents of these objects right, a chunk a transaction."""
    for chunk in chunks(keys):
        indexing.refresh(kind, chunk)


@task()
def tell() -> None:
    """Tell Elasticsearch what waits in the outbox; what cannot be told now, ``tick`` tells."""
    outer.tell()


@task()
def rebuild_outer(kind: str) -> None:
    """Write the index of a kind in Elasticsearch anew."""
    outer.rebuild(kind)
