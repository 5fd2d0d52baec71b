"""A published quarter stays as it is: the database refuses everything else (check 53), written so that it may run again.

Figures that change tell of single reports by their difference. Whoever owns the table can take that away; publishing asks first
whether it is there.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

_TABLE = "reports_publishedquarter"
_TRIGGERS = ("quarter_no_update", "quarter_no_delete", "quarter_no_replace")
_REFUSAL = "A published quarter stays as it is."


def freeze(cursor: Any, vendor: str) -> None:
    """Let the database refuse to change a row, to delete one that is no example, and to write one over it."""
    if vendor == "sqlite":
        same = "NOT example AND (quarter = NEW.quarter OR id = NEW.id)"
        asked = (
            f"BEFORE UPDATE ON {_TABLE}",
            f"BEFORE DELETE ON {_TABLE} WHEN NOT OLD.example",
            # REPLACE deletes without asking the trigger of deleting, so it is asked before.
            f"BEFORE INSERT ON {_TABLE} WHEN EXISTS (SELECT 1 FROM {_TABLE} WHERE {same})",  # noqa: S608 - constants
        )
        for name, when in zip(_TRIGGERS, asked, strict=True):
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {when} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END")
        return
    cursor.execute(
        "CREATE OR REPLACE FUNCTION quarter_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for name, when in (
        (_TRIGGERS[0], f"BEFORE UPDATE ON {_TABLE} FOR EACH ROW"),
        (_TRIGGERS[1], f"BEFORE DELETE ON {_TABLE} FOR EACH ROW WHEN (NOT OLD.example)"),
    ):
        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {_TABLE}")
        cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION quarter_refuse()")


def thaw(cursor: Any, vendor: str) -> None:
    """Take that back (by the migration)."""
    for name in _TRIGGERS:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if vendor == "sqlite" else f" ON {_TABLE}"))
    if vendor != "sqlite":
        cursor.execute("DROP FUNCTION IF EXISTS quarter_refuse()")


def is_frozen() -> bool:
    """Whether the database refuses. (On PostgreSQL an insert never replaces.)"""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if sqlite
            else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        )
        there = {row[0] for row in cursor.fetchall()}
    return set(_TRIGGERS if sqlite else _TRIGGERS[:2]) <= there
