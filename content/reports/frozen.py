"""A published quarter stays as it is: the database refuses everything else (check 53).

Figures that change tell of single reports by their difference. Whoever owns the table can take that away; publishing asks first
whether it is there.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from .vault.guarding import Guard

# An example may go.
_GUARD = Guard(
    "reports_publishedquarter", "quarter", "A published quarter stays as it is.", unique=("quarter",), free="example"
)


def freeze(cursor: Any, vendor: str) -> None:
    """Let the database refuse to change a row, to delete one that is no example, and to write one over it."""
    _GUARD.install(cursor, vendor)


def thaw(cursor: Any, vendor: str) -> None:
    """Take that back (by the migration)."""
    _GUARD.remove(cursor, vendor)


def is_frozen() -> bool:
    """Whether the database refuses."""
    return not _GUARD.missing(connection)
