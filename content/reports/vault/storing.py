"""How anything is written to the vault: whole or not at all, and never so that a database notes what it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import Error as AnyDatabaseError
from django.db import InterfaceError, OperationalError, connections, transaction

from . import envelope
from .installation import NotSetUp, Secrets
from .keys import VaultKeyError
from .models import DATABASE, FormToken, Message, Note, Report, VaultModel, today
from .tokens import Token

Row = TypeVar("Row", Message, Note)


class NoReceiver(Exception):
    """No unit can be sealed to any more; nothing was stored."""


# What may go wrong on our side while a report is being stored: nothing was kept, the text comes back.
NOT_STORED = (
    AnyDatabaseError,
    NotSetUp,
    VaultKeyError,
    OSError,
    MemoryError,
    envelope.EnvelopeError,
    NoReceiver,
)


class Unsettled(Exception):
    """The database failed while it stored the whole: whether it did, nobody knows. The same form again settles it."""


class StaleKey(Exception):
    """It was sealed to a key that is not in use (any more): the phone asks for the keys again and seals once more."""


class ReplacedKey(StaleKey):
    """The unit has a newer key: what was sealed to the one before is never taken again."""


class Withdrawn(Exception):
    """The report of this number was withdrawn: the number opens nothing any more, and nothing is stored under it."""


class Spent(Exception):
    """The form of the phone was used for another report, is too old, or costs more work now: the phone asks for another one."""


class Conflict(Exception):
    """Something else was stored under this number before; nothing was changed."""


class Taken(Exception):
    """Another worker stored this very thing a moment ago; the transaction is given up."""


def mark_used(token: Token, content: bytes, report: Report, *, first: bool) -> None:
    """Remember that this form was sent with this content; Taken where it was already."""
    insert(
        FormToken(
            nonce_mac=token.nonce_mac,
            body_mac=token.body_mac(content),
            moment_mac=token.moment_mac(),
            first=first,
            report=report,
        )
    )


def was_added_to(report: Report) -> None:
    """Something is added, which waits until the report is opened again: an opening of today was before it.

    The row is locked first: whoever opens it in this moment sees what is added, or counts as before it. Report.DoesNotExist
    where it was withdrawn or deleted meanwhile.
    """
    rows = Report.objects.filter(pk=report.pk, withdrawn_on=None)
    rows.select_for_update().only("pk").get()
    rows.filter(opened_on__gte=today()).update(opened_on=today() - dt.timedelta(days=1))
    # Nothing is deleted before it was opened: what the desk announced is no longer so, and is announced anew then.
    rows.exclude(warned_on=None).update(warned_on=None)


@contextmanager
def whole() -> Iterator[None]:
    """One transaction. Where it fails at its very end, over a connection that breaks, its outcome is Unsettled."""
    written = False
    try:
        with transaction.atomic(using=DATABASE):
            yield
            written = True
    except (OperationalError, InterfaceError) as error:
        # One that was opened while nothing could be written stays so (see portal.reconnecting): the next asks anew.
        if not connections[DATABASE].in_atomic_block:
            connections[DATABASE].close()
        if written:
            raise Unsettled from error
        raise


def insert(row: VaultModel) -> None:
    """Insert ``row``; Taken where a unique column has its value already.

    The database is not let fail: PostgreSQL writes a failed statement into its log, all of the row beside the time.
    """
    rows = type(row)._default_manager
    rows.bulk_create([row], ignore_conflicts=True)
    if not rows.filter(pk=row.pk).exists():
        raise Taken


def stored_message(report: Report, sealed: envelope.Envelope) -> Message | None:
    """This very message, where it is here already; Conflict where something else has its id."""
    return _the_very(Message.objects.filter(mid=sealed.header.mid).first(), report, sealed)


def stored_note(report: Report, sealed: envelope.Envelope) -> Note | None:
    """The same for a note."""
    return _the_very(Note.objects.filter(nid=sealed.header.mid).first(), report, sealed)


def _the_very(stored: Row | None, report: Report, sealed: envelope.Envelope) -> Row | None:
    if stored is None:
        return None
    if (stored.report_id, bytes(stored.header), bytes(stored.body)) != (report.pk, sealed.raw_header, sealed.body):
        raise Conflict
    return stored


def columns(sealed: envelope.Envelope, known: Secrets, context: bytes) -> dict[str, Any]:
    """The columns of a row that holds an envelope; the wraps are locked once more, for this row alone."""
    return {
        "header": sealed.raw_header,
        "wraps": known.storage.seal_at_rest(b"".join(sealed.wraps), context=context),
        "body": sealed.body,
    }
