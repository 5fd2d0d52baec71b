"""Whether a report could be stored at this moment, and if not, what is missing, in words for the IT officer.

A form that is shown while something is missing takes a story and loses it. So every page asks ``can_store`` first, and the
doctor (``manage.py check_site``) asks ``closed_because``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connections

from . import files, installation, keys, run, selectors, snapshot
from .models import DATABASE, Unit, VaultModel

# Less than this leaves no room for the largest report and what is written ahead of it.
_LEAST_FREE = 8 * 1024 * 1024


def can_store() -> bool:
    """Whether everything that storing a report needs is there."""
    return next(obstacles(), None) is None


def has_units() -> bool:
    """Whether anybody is there to read; also true while the database cannot say."""
    try:
        return Unit.objects.exists()
    except (AnyDatabaseError, OSError):
        return True


def closed_because() -> list[str]:
    """Why the form is closed, or closed to a unit, each with what to do; empty where it is open."""
    found = list(obstacles())
    with suppress(AnyDatabaseError, OSError):
        found += [*_faults_of_units(), *_missing_words()]
    return found


def obstacles() -> Iterator[str]:
    """What storing needs and is not there. What comes later may need what comes first."""
    try:
        yield from _database()
    except (AnyDatabaseError, OSError):
        yield "The database of the reports does not answer, or lacks tables: run `manage.py migrate --database reports`."
        return
    try:
        installation.secrets_of_installation()
    except (installation.NotSetUp, keys.VaultKeyError) as error:
        yield str(error)
    except OSError as error:
        yield f"The storage key {installation.key_file()} cannot be read: {error.strerror}."
    try:
        run.prepare()
    except OSError as error:
        yield f"The run directory {settings.VAR_DIR}/run/reports cannot be used: {error.strerror}."


def _database() -> Iterator[str]:
    """Every table has every column, and there is room and leave to write."""
    connection = connections[DATABASE]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in _models():
            table = quote(model._meta.db_table)
            # With the table before it: SQLite would take the bare name of a missing column for a text.
            columns = ", ".join(f"{table}.{quote(str(field.column))}" for field in model._meta.concrete_fields)
            cursor.execute(f"SELECT {columns} FROM {table} WHERE 1 = 0")  # noqa: S608 - our own names
        if connection.vendor == "postgresql":
            cursor.execute("SHOW transaction_read_only")
            if cursor.fetchone()[0] == "on":
                yield "The database of the reports may only be read: set REPORTS_DATABASE_URL to the one that is written to."
    if file := files.file_of(connection.settings_dict):
        yield from _writable(file)


def _writable(database: Path) -> Iterator[str]:
    if path := files.unwritable(database):
        yield f"{path} may not be written by the account of the portal: give it to that account (chown, chmod u+w)."
        return
    if _free(database.parent) < _LEAST_FREE:
        yield f"The disk of {database.parent} is full: make room."


def _free(folder: Path) -> int:
    held = os.statvfs(folder)
    return held.f_bavail * held.f_frsize


def _models() -> Iterator[type[VaultModel]]:
    yield from apps.get_app_config("vault").get_models()  # type: ignore[misc]


def _faults_of_units() -> Iterator[str]:
    newest = selectors.newest_keys()
    for unit in Unit.objects.all():
        key = newest.get(unit.pk)
        fault = "its holders have not agreed on a key yet" if key is None else selectors.fault_of(key)
        if fault:
            yield f"The unit {unit.code} cannot receive: {fault}."


def _missing_words() -> Iterator[str]:
    held = snapshot.read(settings.LANGUAGE_CODE)
    if held is None or not held.texts:
        yield "Its page is not public: two people publish “Formulir” in the CMS."
