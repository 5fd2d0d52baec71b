"""The search listens; content never knows it (DESIGN §2). What is little happens inside the transaction of the sender."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models.signals import post_migrate

from content.core import background
from content.core.signals import pages_changed
from content.jobs.signals import listings_changed
from content.registers.signals import registers_changed

from . import documents, indexing, tasks
from .engines import deadlines, get_embedded
from .models import SearchDocument

# The registers whose words stand in documents; the rest are only pointed at by code. Not the occupations: what a
# change of one means for a listing, the jobs announce (``listings_changed``).
_IN_DOCUMENTS = frozenset({"fact", "channel", "workgroup", "scheme"})


def _listings_changed(sender: Any, keys: Iterable[int], **kwargs: Any) -> None:
    indexing.refresh(SearchDocument.Kind.JOB, keys)


def _pages_changed(sender: Any, keys: Iterable[int], **kwargs: Any) -> None:
    """A page that is published again brings back what lies below it."""
    held = list(keys)
    indexing.refresh(SearchDocument.Kind.PAGE, {*held, *documents.without_document(held).values_list("pk", flat=True)})


def _registers_changed(sender: Any, kind: str, keys: Iterable[object], **kwargs: Any) -> None:
    """A few documents are written at once; more than a chunk after the commit in the background."""
    if kind not in _IN_DOCUMENTS:
        return
    for found, users in indexing.users_of(kind, keys).items():
        if len(users) > background.CHUNK:
            transaction.on_commit(partial(background.start, tasks.refresh, found, users))
        else:
            indexing.refresh(found, users)


def _migrated(sender: Any, using: str, **kwargs: Any) -> None:
    """``flush`` empties the documents and says so only here; the index of SQLite would go on finding what is gone."""
    if using != DEFAULT_DB_ALIAS or connection.vendor != "sqlite":
        return
    if "search_fts" in connection.introspection.table_names() and get_embedded().check():
        get_embedded().rebuild()


def connect(app: AppConfig) -> None:
    """Listen (called once, in AppConfig.ready)."""
    request_started.connect(deadlines.begin, dispatch_uid="search-begun")
    request_finished.connect(deadlines.end, dispatch_uid="search-ended")
    post_migrate.connect(_migrated, sender=app, dispatch_uid="search-migrated")
    listings_changed.connect(_listings_changed, dispatch_uid="search-listings")
    pages_changed.connect(_pages_changed, dispatch_uid="search-pages")
    registers_changed.connect(_registers_changed, dispatch_uid="search-registers")
