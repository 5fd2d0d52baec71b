"""The laws of this room: where its requests, its rows and its secrets may be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.urls import get_resolver

from .router import ALIAS, VAULT
from .vault import files, installation

MIDDLEWARE = "content.reports.middleware.ReportPathMiddleware"
ROUTER = "content.reports.router.VaultRouter"


@register(Tags.security)
def path_is_answered_first(**kwargs: Any) -> list[CheckMessage]:
    """E001: another middleware in front could log, cache or mark what goes over the report path."""
    if settings.MIDDLEWARE[:1] == [MIDDLEWARE]:
        return []
    return [
        Error(
            "The report path is not answered before everything else.",
            hint=f"Put {MIDDLEWARE} first.",
            id="reports.E001",
        )
    ]


@register(Tags.database)
def vault_has_a_database(**kwargs: Any) -> list[CheckMessage]:
    """E002: without router or alias, reports would be written beside pages and accounts (DECISIONS 25)."""
    found = []
    if ROUTER not in settings.DATABASE_ROUTERS or ALIAS not in settings.DATABASES:
        found.append(
            Error(f"The app {VAULT} has no database of its own.", hint=f"Set {ALIAS} and {ROUTER}.", id="reports.E002")
        )
    return found


def _first_words() -> set[str]:
    """The word that each address outside the languages begins with, but for the report path's own."""
    return {
        re.split(r"\W", str(entry.pattern).lstrip("^"))[0]
        for entry in get_resolver().url_patterns
        if getattr(getattr(entry, "urlconf_name", None), "__name__", "") != f"{__package__}.vault.urls"
    }


@register(Tags.security)
def path_is_neutral(**kwargs: Any) -> list[CheckMessage]:
    """E003: the path is one word that no other address begins with, and says nothing about reporting."""
    taken = {"api", settings.STATIC_URL.strip("/"), *dict(settings.LANGUAGES), *_first_words()}
    telling = ("lapor", "report", "tppo", "korban", "aduan")
    path = settings.REPORTS_PATH
    if path.isascii() and path.replace("-", "").isalnum() and path not in taken and not any(w in path for w in telling):
        return []
    return [
        Error(
            f"REPORTS_PATH “{path}” is no single neutral word of its own.",
            hint="It stands in the history of every reporter's browser: choose a word such as “layanan”.",
            id="reports.E003",
        )
    ]


@register(Tags.security)
def secrets_lie_apart(**kwargs: Any) -> list[CheckMessage]:
    """E004: a storage key beside the database would be stolen, and backed up, with it."""
    database = settings.DATABASES[ALIAS]
    if "sqlite" not in database["ENGINE"]:
        return []
    key, file = Path(settings.REPORTS_STORAGE_KEY_FILE), Path(str(database["NAME"]))
    if key.parent.resolve() != file.parent.resolve():
        return []
    return [
        Error(
            "The storage key lies beside the database of the reports.",
            hint="Set REPORTS_STORAGE_KEY_FILE.",
            id="reports.E004",
        )
    ]


@register(Tags.security)
def secrets_are_private(**kwargs: Any) -> list[CheckMessage]:
    """W001: what others of this machine may read, they may copy; what they may write, they may swap."""
    return [
        Warning(
            f"Others may read or change {path}.",
            hint=f"chmod {'700' if path.is_dir() else '600'} {path}",
            id="reports.W001",
        )
        for path in _secret_paths()
        if not files.is_private(path)
    ]


def _secret_paths() -> Iterator[Path]:
    """Keys, pins and day keys with their folders; the database where it is a file."""
    key = installation.key_file()
    yield from (key.parent, key, installation.pins_file())
    run = Path(settings.VAR_DIR) / "run" / "reports"
    yield from (run, *files.held_in(run))
    if file := files.file_of(settings.DATABASES[ALIAS]):
        yield from (file.parent, *files.parts_of(file))
