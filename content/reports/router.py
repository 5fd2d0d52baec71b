"""The vault's tables live in the database ``reports`` and nowhere else; no relation crosses (DECISIONS 25)."""

from __future__ import annotations

from typing import Any

VAULT, ALIAS = "vault", "reports"


class VaultRouter:
    """Routes by app label."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return ALIAS if model._meta.app_label == VAULT else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        if VAULT in (one._meta.app_label, other._meta.app_label):
            return one._meta.app_label == other._meta.app_label
        return None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == ALIAS) == (app_label == VAULT)
