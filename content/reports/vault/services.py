"""Writing to the vault: a report is sealed in memory, then stored whole or not at all.

Nothing readable is ever written. What a repeated, edited or doubled form does is settled by DECISIONS 45.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.db import IntegrityError, transaction

from . import envelope, installation, keys, receipt, run
from .installation import Secrets
from .models import FormToken, Message, Report, Unit, UnitKey, today
from .selectors import Receiver, practice_units, receivers
from .tokens import Access, Token

DATABASE = "reports"
# A token row outlives the day key that it was made with by at most a day.
_TOKEN_DAYS = 2


class NoReceiver(Exception):
    """No unit can be sealed to any more; nothing was stored."""


@dataclass(frozen=True)
class Stored:
    """The report is safe. ``receipt`` is None where it may no longer be shown; ``added`` where this was a further text."""

    mode: envelope.Mode
    receipt: receipt.Receipt | None = None
    added: bool = False


def submit(token: Token, content: bytes, receiver: Receiver) -> Stored:
    """Store ``content`` (at most MAX_CONTENT bytes) for ``receiver``, once for each form and content.

    The same content again within a quarter of an hour gives the same receipt, later none. Another content under the
    same form becomes a message of the same report. Busy, NotSetUp, VaultKeyError, NoReceiver and database errors leave
    nothing behind; EnvelopeError for a content that is too large.
    """
    first = _first_use(token)
    if first is not None:
        return _again(token, content, first)
    known = installation.secrets_of_installation()
    with run.slot(run.Slot.INTAKE):
        root = receipt.stretch(token.receipt, known.salt)
    credentials = receipt.credentials(root)
    header = envelope.Header.for_report(unit=receiver.unit, epoch=receiver.epoch, mode=envelope.Mode.SERVER)
    sealed = envelope.seal(content, header, [receiver.public_key])
    _forget_old_tokens()
    # Before the row: whoever sends again after a crash in between is still shown the number.
    run.mark_sent(token.nonce_mac)
    try:
        with transaction.atomic(using=DATABASE):
            report = Report.objects.create(
                lookup_mac=known.storage.lookup_mac(credentials.lookup_id),
                rid=header.rid,
                unit_id=receiver.unit,
                mode=header.mode,
                reporter_key=known.storage.seal_at_rest(
                    keys.public_bytes(credentials.reporter_key.public_key()), context=b"report|reporter|" + header.rid
                ),
                **_columns(sealed, known, b"report|wraps|" + header.rid),
            )
            _use(token, content, report, first=True)
    except IntegrityError:
        # Another worker stored this very form a moment ago.
        first = _first_use(token)
        if first is None:
            raise
        return _again(token, content, first)
    return Stored(envelope.Mode.SERVER, token.receipt)


def add_message(access: Access, content: bytes) -> Stored:
    """Store ``content`` as a message of the report that somebody showed the receipt of, once for each page and content.

    Raises what :func:`submit` raises, and Report.DoesNotExist where the report has been deleted meanwhile.
    """
    _add(access.token, content, Report.objects.get(pk=access.report))
    return Stored(envelope.Mode.SERVER, added=True)


def _again(token: Token, content: bytes, first: FormToken) -> Stored:
    """What a form that was used before gives: the number only for a short while, to repair a lost answer."""
    added = bytes(first.body_mac) != token.body_mac(content)
    if added:
        _add(token, content, first.report)
    shown = token.receipt if run.was_sent_just_now(token.nonce_mac) else None
    return Stored(envelope.Mode(first.report.mode), shown, added)


def _add(token: Token, content: bytes, report: Report) -> None:
    known = installation.secrets_of_installation()
    receiver = next((held for held in receivers().by_region.values() if held.unit == report.unit_id), None)
    if receiver is None:
        raise NoReceiver
    mid = envelope.new_id()
    header = envelope.Header(
        unit=receiver.unit,
        epoch=receiver.epoch,
        mode=envelope.Mode.SERVER,
        kind=envelope.Kind.MESSAGE,
        rid=bytes(report.rid),
        mid=mid,
        direction=envelope.Direction.FROM_REPORTER,
    )
    sealed = envelope.seal(content, header, [receiver.public_key])
    try:
        with transaction.atomic(using=DATABASE):
            _use(token, content, report, first=False)
            Message.objects.create(
                report=report,
                mid=mid,
                direction=envelope.Direction.FROM_REPORTER,
                **_columns(sealed, known, b"message|wraps|" + mid),
            )
    except IntegrityError:
        if not FormToken.objects.filter(nonce_mac=token.nonce_mac, body_mac=token.body_mac(content)).exists():
            raise


def _first_use(token: Token) -> FormToken | None:
    return FormToken.objects.filter(nonce_mac=token.nonce_mac, first=True).select_related("report").first()


def _use(token: Token, content: bytes, report: Report, *, first: bool) -> None:
    FormToken.objects.create(nonce_mac=token.nonce_mac, body_mac=token.body_mac(content), first=first, report=report)


def _columns(sealed: envelope.Envelope, known: Secrets, context: bytes) -> dict[str, Any]:
    return {
        "header": sealed.raw_header,
        "wraps": known.storage.seal_at_rest(b"".join(sealed.wraps), context=context),
        "body": sealed.body,
    }


def _forget_old_tokens() -> None:
    FormToken.objects.filter(made_on__lt=today() - dt.timedelta(days=_TOKEN_DAYS)).delete()


# Opening, for whoever holds the key of the unit


def open_report(report: Report, key: EllipticCurvePrivateKey) -> bytes:
    """The content of a report; EnvelopeError for a wrong key or an altered row, VaultKeyError for a moved one."""
    return envelope.open_(_envelope(report, b"report|wraps|" + bytes(report.rid)), key)


def open_message(message: Message, key: EllipticCurvePrivateKey) -> bytes:
    """The content of a message; raises what :func:`open_report` raises."""
    return envelope.open_(_envelope(message, b"message|wraps|" + bytes(message.mid)), key)


def _envelope(row: Report | Message, context: bytes) -> envelope.Envelope:
    storage = installation.secrets_of_installation().storage
    wraps = storage.open_at_rest(bytes(row.wraps), context=context)
    middle = envelope.WRAP_BYTES
    return envelope.Envelope(bytes(row.header), (wraps[:middle], wraps[middle:]), bytes(row.body))


# The unit for practice

DEMO_NAME = "Unit Contoh"


def make_demo_unit(path: Path) -> UnitKey:
    """A unit that answers for every place, whose private key goes to the new file ``path`` and nowhere else.

    FileExistsError if something has that name, or if the unit exists already: its reports would become unreadable.
    """
    if Unit.objects.filter(code=Unit.PRACTICE).exists():
        raise FileExistsError(f"The unit {Unit.PRACTICE} exists already.")
    private = keys.generate()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys.write_private(path, private)
    try:
        with transaction.atomic(using=DATABASE):
            unit = Unit.objects.create(code=Unit.PRACTICE, name=DEMO_NAME, demo=True)
            key = UnitKey.objects.create(
                unit=unit, epoch=1, public_key=keys.public_bytes(private.public_key()), demo=True
            )
            installation.pin(key, practice=True)
    except BaseException:
        path.unlink()
        raise
    return key


def remove_demo_units() -> int:
    """Delete every unit for practice with its keys, pins and reports; return how many reports went with them."""
    count = 0
    for unit in practice_units():
        with transaction.atomic(using=DATABASE):
            _rows, deleted = Report.objects.filter(unit=unit).delete()
            count += deleted.get(Report._meta.label, 0)
            installation.unpin(unit.pk)
            unit.delete()
    return count
