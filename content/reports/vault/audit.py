"""The audit chain: what holders and the system did, each event bound to the one before by its hash (check 50).

It names accounts, units and reports by their numbers, and says what was done by codes. No word of a report, no receipt, nothing
that a reporter did, and no time of day ever stands in it: what is written is checked against a pattern. Rows are only ever added
(the database refuses the rest). Whoever may alter the database anyway cannot alter the head that the daily message carries to every
holder, nor the one that is remembered outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connections, transaction

from . import installation
from .guarding import Guard
from .models import DATABASE, AuditEvent, Installation, today

LABEL = b"lentera/audit/v1|"
NOTHING_BEFORE = bytes(32)
Action = AuditEvent.Action
# Codes, numbers, days and fingerprints: no sentence fits, and nobody's words.
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_CHUNK = 2000


@dataclass(frozen=True)
class Entry:
    """One thing that was done. ``actor`` is an account, None the system itself; ``report`` the number of a row."""

    action: AuditEvent.Action
    actor: int | None = None
    unit: str = ""
    report: int | None = None
    detail: dict[str, object] = field(default_factory=dict)


def record(
    action: AuditEvent.Action, *, actor: int | None = None, unit: str = "", report: int | None = None, **detail: object
) -> AuditEvent:
    """Add one event; where it is part of a transaction, it stands or falls with it. ValueError for a detail that is no code."""
    return record_all([Entry(action, actor, unit, report, detail)])[0]


def record_once(action: AuditEvent.Action, *, actor: int, unit: str, report: int) -> None:
    """Add the event unless the chain has it of this account and report, also where it asks twice in the same moment."""
    known = AuditEvent.objects.filter(action=action, actor=actor, report=f"{report:x}")
    if known.exists():
        return
    with transaction.atomic(using=DATABASE):
        _wait()
        if not known.exists():
            record(action, actor=actor, unit=unit, report=report)


def record_all(entries: Iterable[Entry]) -> list[AuditEvent]:
    """Add several events, in this order, whole or not at all."""
    with transaction.atomic(using=DATABASE):
        _wait()
        last = AuditEvent.objects.order_by("-number").first()
        number, head = (last.number, bytes(last.digest)) if last else (0, NOTHING_BEFORE)
        made = []
        for entry in entries:
            number += 1
            event = AuditEvent(
                number=number,
                on=today(),
                actor=entry.actor,
                action=entry.action,
                unit=entry.unit,
                report="" if entry.report is None else f"{entry.report:x}",
                detail=_words(entry.detail),
                previous=head,
            )
            event.digest = head = digest_of(event)
            made.append(event)
        AuditEvent.objects.bulk_create(made)
        if made:
            transaction.on_commit(partial(installation.remember_head, number, head), using=DATABASE, robust=True)
    return made


def _wait() -> None:
    """One after the other: an event has one that follows. (SQLite has one writer anyway.)"""
    Installation.objects.select_for_update().filter(pk=1).first()


def digest_of(event: AuditEvent) -> bytes:
    """What binds an event to its content and to the one before."""
    content = {
        "action": str(event.action),
        "actor": event.actor,
        "detail": event.detail,
        "number": event.number,
        "on": event.on.isoformat(),
        "report": event.report,
        "unit": event.unit,
    }
    raw = json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")
    return hashlib.sha256(LABEL + bytes(event.previous) + raw).digest()


def words_of(**detail: object) -> str:
    """How an event says this, to look for it."""
    return _words(detail)


def _words(detail: dict[str, object]) -> str:
    texts = {name: "-".join(str(value).split()) for name, value in sorted(detail.items())}
    if wrong := [name for name, text in texts.items() if not _VALUE.fullmatch(text)]:
        raise ValueError(f"Only codes and numbers may stand in the audit chain: {', '.join(wrong)}")
    return " ".join(f"{name}={text}" for name, text in texts.items())


# Verifying


@dataclass(frozen=True)
class Verified:
    """How many events hold, the hash of the last of them, and what is wrong, in words; empty where nothing is."""

    count: int
    head: bytes
    fault: str = ""


def verify() -> Verified:
    """Go through the whole chain."""
    number, head = 0, NOTHING_BEFORE
    remembered = installation.remembered_head()
    met = remembered is None or remembered[0] == 0
    for event in _events():
        if event.number != number + 1:
            return Verified(number, head, f"the event {number + 1} is missing")
        if not hmac.compare_digest(bytes(event.previous), head) or not hmac.compare_digest(
            bytes(event.digest), digest_of(event)
        ):
            return Verified(number, head, f"the event {event.number} of {event.on} is not what was written")
        number, head = event.number, bytes(event.digest)
        if remembered is not None and remembered[0] == number:
            met = remembered[1] == head
            if not met:
                return Verified(
                    number, head, f"the event {number} is another one than was written: the chain was made anew"
                )
    if not met and remembered is not None:
        return Verified(
            number, head, f"it ends with event {number}, and {remembered[0]} were written: was a backup put back?"
        )
    if missing := ", ".join(_GUARD.missing(connections[DATABASE])):
        return Verified(
            number, head, f"the database lets events be changed ({missing}): run `manage.py migrate --database reports`"
        )
    return Verified(number, head)


def head() -> bytes:
    """The hash of the newest event, as it stands there."""
    last = AuditEvent.objects.order_by("-number").first()
    return bytes(last.digest) if last else NOTHING_BEFORE


def had(mark: str) -> bool:
    """Whether a head that a daily message carried is still part of the chain."""
    try:
        digest = bytes.fromhex(mark)
    except ValueError:
        return False
    return digest == NOTHING_BEFORE or AuditEvent.objects.filter(digest=digest).exists()


def _events() -> Iterator[AuditEvent]:
    yield from AuditEvent.objects.order_by("number").iterator(chunk_size=_CHUNK)


# The database refuses what is not an addition. Whoever owns the table can take that away; the doctor notices.

_GUARD = Guard("vault_auditevent", "audit", "The audit chain is only ever added to.", unique=("number",))


def protect(cursor: Any, vendor: str) -> None:
    """Let the database refuse to change, delete or replace an event (by migrations; written so that it may run again)."""
    _GUARD.install(cursor, vendor)


def unprotect(cursor: Any, vendor: str) -> None:
    """Take that back (by migrations)."""
    _GUARD.remove(cursor, vendor)
