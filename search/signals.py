"""The search listens; content never knows it (DESIGN §2). Everything happens inside the transaction of the sender."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from content.core.signals import pages_changed
from content.jobs.signals import listings_changed
from content.registers.signals import registers_changed

from . import indexing
from .models import SearchDocument

# The registers whose words stand in documents; the rest are only pointed at by code.
_IN_DOCUMENTS = frozenset({"fact", "channel", "occupation", "workgroup", "scheme"})


def _listings_changed(sender: Any, keys: Iterable[int], **kwargs: Any) -> None:
    indexing.refresh(SearchDocument.Kind.JOB, keys)


def _pages_changed(sender: Any, keys: Iterable[int], **kwargs: Any) -> None:
    indexing.refresh(SearchDocument.Kind.PAGE, keys)


def _registers_changed(sender: Any, kind: str, keys: Iterable[object], **kwargs: Any) -> None:
    if kind in _IN_DOCUMENTS:
        indexing.refresh_users_of(kind, keys)


def connect() -> None:
    """Listen (called once, in AppConfig.ready)."""
    listings_changed.connect(_listings_changed, dispatch_uid="search-listings")
    pages_changed.connect(_pages_changed, dispatch_uid="search-pages")
    registers_changed.connect(_registers_changed, dispatch_uid="search-registers")
