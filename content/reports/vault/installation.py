"""What an installation must have before it may take a report: storage key, salt, and the pins of unit keys.

Key and pins are files of mode 0400 beside each other, outside the database and its backup; the salt is a row, because
it must travel with the backup. All are made at the first set-up, never by a request.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from . import files, keys, receipt
from .models import Installation, Report, UnitKey

_PINS = "reports-units.pins"


class NotSetUp(Exception):
    """The storage key or the salt is missing; the text names what to do."""


@dataclass(frozen=True)
class Secrets:
    """What a request needs to store or find a report."""

    storage: keys.StorageKeys
    salt: bytes


def secrets_of_installation() -> Secrets:
    """The storage keys and the salt; NotSetUp where one is missing, VaultKeyError where the file cannot be used."""
    try:
        storage = keys.StorageKeys.read(key_file())
    except FileNotFoundError as error:
        raise NotSetUp(_no_key()) from error
    row = Installation.objects.first()
    if row is None or len(row.salt) != receipt.SALT_BYTES:
        raise NotSetUp(_no_salt())
    return Secrets(storage, bytes(row.salt))


def _no_key() -> str:
    if Report.objects.exists():
        return f"The storage key is gone. Put its copy back at {key_file()}: no other opens the reports that are here."
    return "There is no storage key. Run `manage.py reports_setup`."


def _no_salt() -> str:
    if Report.objects.exists():
        return "The salt is gone from the database. Restore its backup: without it no receipt finds its report."
    return "There is no salt. Run `manage.py reports_setup`."


def set_up() -> list[str]:
    """Make what is missing and return a line for each thing made. What exists is never replaced.

    NotSetUp where reports are here and what they were stored with is gone: something new would hide the loss.
    """
    made = []
    path = key_file()
    files.make_folder(path.parent)
    if not path.exists():
        if Report.objects.exists():
            raise NotSetUp(_no_key())
        keys.write_storage_key(path)
        made.append(f"Storage key: {path} (keep a copy apart from the database)")
    if not Installation.objects.exists() and Report.objects.exists():
        raise NotSetUp(_no_salt())
    _row, new = Installation.objects.get_or_create(pk=1, defaults={"salt": secrets.token_bytes(receipt.SALT_BYTES)})
    if new:
        made.append("Salt of this installation: in the database of the reports")
    return made


# Pins: which unit keys may seal. A key row that somebody swapped in the database has another fingerprint.


def pin(key: UnitKey, *, practice: bool = False) -> None:
    """Let ``key`` seal from now on. The file of pins is written anew beside the old one and renamed over it.

    A key for ``practice`` is remembered as one for ever, also when its unit is gone: its private half lay on the server.
    """
    _write_pins(_pins() | {_pin(key)} | ({_practice(key)} if practice else set()))


def is_remembered_for_practice(key: UnitKey) -> bool:
    """Whether this very key was once made for practice, whatever its row says now."""
    return _practice(key) in _pins()


def unpin(unit: UUID) -> None:
    """No key of this unit seals any more."""
    _write_pins({line for line in _pins() if not line.startswith(f"{unit} ")})


def is_pinned(key: UnitKey) -> bool:
    """Whether exactly this key of this unit and epoch was pinned at its set-up."""
    return _pin(key) in _pins()


def _pin(key: UnitKey) -> str:
    return f"{key.unit_id} {key.epoch} {_fingerprint(key)}"


def _practice(key: UnitKey) -> str:
    return f"practice {_fingerprint(key)}"


def _fingerprint(key: UnitKey) -> str:
    return keys.fingerprint(keys.load_public(bytes(key.public_key)))


def key_file() -> Path:
    """The storage key."""
    return Path(settings.REPORTS_STORAGE_KEY_FILE)


def pins_file() -> Path:
    """The pins, beside it."""
    return key_file().parent / _PINS


def _pins() -> set[str]:
    try:
        lines = pins_file().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return set()
    except UnicodeDecodeError:
        raise keys.VaultKeyError(f"{pins_file()} holds something else than pins.") from None
    return {line for line in lines if line}


def _write_pins(pins: set[str]) -> None:
    handle, name = tempfile.mkstemp(dir=pins_file().parent, prefix=f"{_PINS}-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in sorted(pins)))
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, 0o400)
    os.replace(name, pins_file())
