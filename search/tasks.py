"""Work that outlives a request: the documents of many pages or listings that hold one changed word."""

from __future__ import annotations

from django_tasks import task

from content.core.background import chunks

from . import indexing


@task()
def refresh(kind: str, keys: list[int]) -> None:
    """Make the documents of these objects right, a chunk a transaction."""
    for chunk in chunks(keys):
        indexing.refresh(kind, chunk)
