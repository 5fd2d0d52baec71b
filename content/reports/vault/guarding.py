"""Rows that only ever come: the database itself refuses to change, delete or replace them (audit chain, published quarters).

Whoever owns a table can take that away. So whoever relies on it asks first whether it is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Guard:
    """The triggers of one table; their names begin with ``name``. ``refusal`` is what the database says."""

    table: str
    name: str
    refusal: str
    # The columns that make a row the only one: SQLite puts a new row in the place of one that has the same.
    unique: tuple[str, ...]
    # Rows where this column is true may be deleted and replaced.
    free: str = ""

    def triggers(self, vendor: str) -> dict[str, str]:
        """Each by its name: when it fires."""
        kept = f"NOT OLD.{self.free}" if self.free else ""
        if vendor != "sqlite":
            asked = f" WHEN ({kept})" if kept else ""
            return {
                f"{self.name}_no_update": f"BEFORE UPDATE ON {self.table} FOR EACH ROW",
                f"{self.name}_no_delete": f"BEFORE DELETE ON {self.table} FOR EACH ROW{asked}",
                f"{self.name}_no_truncate": f"BEFORE TRUNCATE ON {self.table} FOR EACH STATEMENT",
            }
        # By the number that SQLite gives every row, too.
        same = " OR ".join(f"{column} = NEW.{column}" for column in (*self.unique, "rowid"))
        there = f"SELECT 1 FROM {self.table} WHERE {f'NOT {self.free} AND ' if self.free else ''}({same})"  # noqa: S608 - constants
        return {
            f"{self.name}_no_update": f"BEFORE UPDATE ON {self.table}",
            f"{self.name}_no_delete": f"BEFORE DELETE ON {self.table}{f' WHEN {kept}' if kept else ''}",
            # REPLACE deletes without asking the trigger of deleting, so it is asked before.
            f"{self.name}_no_replace": f"BEFORE INSERT ON {self.table} WHEN EXISTS ({there})",
        }

    def _function(self) -> str:
        return f" BEGIN RAISE EXCEPTION '{self.refusal}' USING ERRCODE = 'integrity_constraint_violation'; END "

    def _created(self, trigger: str, when: str, vendor: str) -> str:
        """What makes a trigger."""
        does = f"EXECUTE FUNCTION {self.name}_refuse()"
        if vendor == "sqlite":
            does = f"BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
        return f"CREATE TRIGGER {trigger} {when} {does}"

    def install(self, cursor: Any, vendor: str) -> None:
        """Let the database refuse from now on (by migrations; written so that it may run again)."""
        if vendor != "sqlite":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {self.name}_refuse() RETURNS trigger LANGUAGE plpgsql AS $${self._function()}$$"
            )
        for trigger, when in self.triggers(vendor).items():
            cursor.execute(self._drop(trigger, vendor))
            cursor.execute(self._created(trigger, when, vendor))

    def remove(self, cursor: Any, vendor: str) -> None:
        """Take that back (by migrations)."""
        for trigger in self.triggers(vendor):
            cursor.execute(self._drop(trigger, vendor))
        if vendor != "sqlite":
            cursor.execute(f"DROP FUNCTION IF EXISTS {self.name}_refuse()")

    def missing(self, connection: Any) -> list[str]:
        """The triggers that are not there, that sit on another table, that are switched off, or that do something else."""
        sqlite = connection.vendor == "sqlite"
        asked = (
            "SELECT name, sql, '' FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
            if sqlite
            else "SELECT tgname, pg_get_triggerdef(t.oid, true), prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgrelid = %s::regclass"
        )
        with connection.cursor() as cursor:
            cursor.execute(asked, [self.table])
            there = {name: (_plain(made), does) for name, made, does in cursor.fetchall()}
        does = "" if sqlite else self._function()
        return [
            trigger
            for trigger, when in self.triggers(connection.vendor).items()
            if there.get(trigger) != (_plain(self._created(trigger, when, connection.vendor)), does)
        ]

    def _drop(self, trigger: str, vendor: str) -> str:
        return f"DROP TRIGGER IF EXISTS {trigger}" + ("" if vendor == "sqlite" else f" ON {self.table}")


def _plain(made: str) -> str:
    """The words alone: a database gives back its own brackets, quotes and letters, and may say in which schema a table lies."""
    return " ".join(re.sub(r'[()"]', " ", made).lower().replace(" public.", " ").split())
