"""What an installation must have before it may take a report: storage key, salt, and the pins of keys.

Key and pins are files of mode 0400 beside each other, outside the database and its backup; the salt is a row, because
it must travel with the backup. All are made at the set-up, never by a request. The newest roster of a unit is remembered
outside the database too, wherever it was accepted: an older one that is put back closes the form.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from . import files, keys, receipt
from .models import Installation, Report, UnitKey, today
from .rosters import Member, Roster

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
    storage = storage_keys()
    row = Installation.objects.first()
    if row is None or len(row.salt) != receipt.SALT_BYTES:
        raise NotSetUp(_no_salt())
    return Secrets(storage, bytes(row.salt))


def storage_keys() -> keys.StorageKeys:
    """The storage keys alone, which is all that opens what is locked at rest; the database is not asked. Raises the same."""
    try:
        return keys.StorageKeys.read(key_file())
    except FileNotFoundError as error:
        raise NotSetUp(_no_key()) from error


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


# Pins: which unit keys for practice may seal, and which holders may begin a roster. A row that somebody swapped in the
# database has another fingerprint.


def pin(key: UnitKey, *, practice: bool = False) -> None:
    """Let ``key`` seal from now on. The file of pins is written anew beside the old one and renamed over it.

    A key for ``practice`` is remembered as one for ever, also when its unit is gone: its private half lay on the server.
    """
    _write_pins(_pins() | {_pin(key)} | ({_practice(key)} if practice else set()))


def is_remembered_for_practice(key: UnitKey) -> bool:
    """Whether this very key was once made for practice, whatever its row says now."""
    return _practice(key) in _pins()


def unpin(unit: UUID) -> None:
    """No key of this unit seals any more, and nobody begins a roster for it."""
    own = (f"{unit} ", f"founder {unit} ", f"founder-of {unit} ")
    _write_pins({line for line in _pins() if not line.startswith(own)})
    _roster_file(unit).unlink(missing_ok=True)


def is_pinned(key: UnitKey) -> bool:
    """Whether exactly this key of this unit and epoch was pinned at its set-up."""
    return _pin(key) in _pins()


def trust(unit: UUID, member: Member) -> None:
    """From now on this holder may sign rosters of the unit: somebody has read her fingerprint out."""
    _write_pins(_pins() | {_founder(unit, member)})


def distrust(unit: UUID, member: Member, begun: Iterable[bytes] = ()) -> None:
    """Take that back. Her signature still counts for the rosters with these digests, as it did: for their bytes, and for no other."""
    _write_pins(_pins() - {_founder(unit, member)} | {_spent(unit, member, digest) for digest in begun})


def remember_practice_holder(member: Member) -> None:
    """This key of a holder was made for practice: its phrase stands in our own files, so it never holds a real unit."""
    _write_pins(_pins() | {_practice_holder(member)})


def is_practice_holder(member: Member) -> bool:
    """Whether this very key was made for practice, also when its unit is gone."""
    return _practice_holder(member) in _pins()


def founders_among(unit: UUID, members: Iterable[Member]) -> set[Member]:
    """Who of them may sign rosters of the unit because the file says so."""
    pins = _pins()
    return {member for member in members if _founder(unit, member) in pins}


def spent_among(unit: UUID, named: Iterable[tuple[Member, bytes]]) -> set[tuple[Member, bytes]]:
    """Who of them, each with the digest of a roster, was a founder when she signed that one and is trusted no more."""
    pins = _pins()
    return {(member, digest) for member, digest in named if _spent(unit, member, digest) in pins}


def _founder(unit: UUID, member: Member) -> str:
    return f"founder {unit} {member.fingerprint}"


def _spent(unit: UUID, member: Member, digest: bytes) -> str:
    return f"founder-of {unit} {digest.hex()} {member.fingerprint}"


def _practice_holder(member: Member) -> str:
    return f"practice holder {member.fingerprint}"


def _pin(key: UnitKey) -> str:
    return f"{key.unit_id} {key.epoch} {_fingerprint(key)}"


def _practice(key: UnitKey) -> str:
    return f"practice {_fingerprint(key)}"


def _fingerprint(key: UnitKey) -> str:
    return keys.fingerprint(keys.load_public(bytes(key.public_key)))


# The newest roster that was accepted, by number and digest.


def remember_roster(roster: Roster) -> None:
    """No chain holds for this unit from now on that does not lead through this roster."""
    path = _roster_file(roster.unit)
    files.make_folder(path.parent)
    _replace(path, f"{roster.number} {roster.digest.hex()}\n", files.FILE)


def lacks_remembered(unit: UUID, chain: Sequence[bytes]) -> bool:
    """Whether the roster that was accepted last is not in its place in a chain (digests, from the first on).

    Then somebody has put back an older chain, or begun another one somewhere before it, however long that is.
    """
    try:
        number, digest = _roster_file(unit).read_text(encoding="ascii").split()
        place = int(number)
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise keys.VaultKeyError(f"{_roster_file(unit)} holds something else than a roster.") from error
    return not 1 <= place <= len(chain) or chain[place - 1].hex() != digest


# The newest event of the audit chain, by number and hash.


def remember_head(number: int, head: bytes) -> None:
    """The chain has had this event: one that lacks it was cut or put back."""
    # Whoever wrote the next event may be here already: the later one stays.
    with files.locked(_head_file().parent):
        held = remembered_head()
        if held is None or held[0] < number:
            _replace(_head_file(), f"{number} {head.hex()}\n", files.FILE)


def remembered_head() -> tuple[int, bytes] | None:
    """The newest event that was ever written here, None where none is remembered or the file is no longer one."""
    try:
        number, head = _head_file().read_text(encoding="ascii").split()
        return int(number), bytes.fromhex(head)
    except (FileNotFoundError, ValueError):
        return None


def forget_head() -> None:
    """A backup was put back: the chain goes on from where that ends, and its next event says so."""
    _head_file().unlink(missing_ok=True)


# How far the chain had come before a backup was put back, by the number of the event that says so: a backup from before that
# event takes what it said away with it.


def furthest_head(number: int) -> int:
    """How far the chain ever came, as seen from one that ends with this event: what its own events tell as lost is not counted."""
    held = remembered_head()
    return max([held[0] if held else 0, *(head for told_in, head in _cuts() if told_in > number)])


def remember_cut(told_in: int, head: int) -> None:
    """The event with the number ``told_in`` is about to say that the chain had come to ``head``."""
    kept = [(number, known) for number, known in _cuts() if number < told_in]
    files.make_folder(_cuts_file().parent)
    _replace(_cuts_file(), "".join(f"{number} {known}\n" for number, known in [*kept, (told_in, head)]), files.FILE)


def _cuts() -> list[tuple[int, int]]:
    return [(int(number), int(head)) for number, head in _pairs(_cuts_file()) if (number + head).isdecimal()]


def _pairs(path: Path) -> list[tuple[str, str]]:
    """The lines of a file that hold two words each; none where it is not there."""
    try:
        lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    except (OSError, ValueError):
        return []
    return [(line[0], line[1]) for line in lines if len(line) == 2]


# That a backup was put back: reports from after its day may be lost, and whoever asks for one is told so.

RESTORE_TOLD_DAYS = 365


def remember_restore(day: dt.date) -> None:
    """The reports are those of this day's backup. What was lost by an earlier one is lost all the same."""
    files.make_folder(_restore_file().parent)
    told = sorted({*restored_from(), (day, today())})
    _replace(_restore_file(), "".join(f"{state} {on}\n" for state, on in told), files.FILE)


def restored_from() -> list[tuple[dt.date, dt.date]]:
    """The day of each backup, and that on which it was put back, of those within a year; one that lies within another is left out."""
    found = []
    for words in _pairs(_restore_file()):
        with suppress(ValueError):
            state, on = map(dt.date.fromisoformat, words)
            found.append((state, on))
    late = [(state, on) for state, on in found if (today() - on).days <= RESTORE_TOLD_DAYS]
    return [one for one in late if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in late)]


def _restore_file() -> Path:
    return Path(settings.VAR_DIR) / "reports" / "restored"


def _cuts_file() -> Path:
    return Path(settings.VAR_DIR) / "reports" / "audit-cuts"


def _head_file() -> Path:
    return Path(settings.VAR_DIR) / "reports" / "audit-head"


def _roster_file(unit: UUID) -> Path:
    return Path(settings.VAR_DIR) / "reports" / "rosters" / str(unit)


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
    _replace(pins_file(), "".join(f"{line}\n" for line in sorted(pins)), 0o400)


def _replace(path: Path, text: str, mode: int) -> None:
    """Write a file whole beside the old one, and rename it over it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, mode)
    os.replace(name, path)
