"""Writing to the vault: a report is sealed in memory, then stored whole or not at all.

Nothing readable is ever written. What a repeated, edited or doubled form does is settled by DECISIONS 45.
"""

from __future__ import annotations

import base64
import datetime as dt
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.db import Error as AnyDatabaseError
from django.db import IntegrityError, connections, transaction

from . import (
    attaching,
    audit,
    bursts,
    casework,
    envelope,
    files,
    holder,
    installation,
    keys,
    receipt,
    replies,
    retention,
    run,
    tokens,
)
from .attachment import SealedFile
from .installation import Secrets
from .models import FormToken, HandedWrap, Holder, Message, Report, Seat, Unit, UnitKey, today
from .selectors import Receiver, Receivers, practice_units
from .storing import (
    DATABASE,
    Conflict,
    ReplacedKey,
    Spent,
    StaleKey,
    Taken,
    Withdrawn,
    columns,
    insert,
    mark_used,
    stored_message,
    was_added_to,
    whole,
)
from .tokens import Access, PhoneToken, Token

logger = logging.getLogger(__name__)

# A token row outlives the day key that it was made with by at most a day.
_TOKEN_DAYS = 2
_ORDER = "order-forgotten"


@dataclass(frozen=True)
class Stored:
    """The report is safe. ``receipt`` is None where it may no longer be shown; ``added`` where this was a further text."""

    mode: envelope.Mode
    receipt: receipt.Receipt | None = None
    added: bool = False
    # The row of the report, for whoever goes on with a file.
    report: int = 0


def submit(token: Token, content: bytes, receiver: Receiver, *, named: bool = True) -> Stored:
    """Store ``content`` (at most MAX_CONTENT bytes) for ``receiver``, once for each form and content.

    The same content again within a quarter of an hour gives the same receipt, later none. Another content under the
    same form becomes a message of the same report where ``receiver`` has that, else Elsewhere. Unnamed where the form has
    not ``named`` the receiver; what was stored before it changed is not asked about again. Busy, NotSetUp, VaultKeyError,
    NoReceiver, MemoryError and database errors leave nothing behind, Unsettled may; EnvelopeError for a content that is too
    large. TokenError where the report was withdrawn: its number is dead, and what is written now needs another form.
    """
    first = _first_use(token)
    if first is not None:
        return _again(token, content, receiver, first)
    if not named:
        raise Unnamed
    known = installation.secrets_of_installation()
    with run.slot(run.Slot.INTAKE):
        root = receipt.stretch(token.receipt, known.salt)
    credentials = receipt.credentials(root)
    header = envelope.Header.for_report(unit=receiver.unit, epoch=receiver.epoch, mode=envelope.Mode.SERVER)
    sealed = envelope.seal(content, header, receiver.recipients)
    _forget_old_tokens()
    report = Report(
        lookup_mac=known.storage.lookup_mac(credentials.lookup_id),
        rid=header.rid,
        unit_id=receiver.unit,
        also_id=receiver.also_unit,
        mode=header.mode,
        burst=bursts.one_more(),
        reporter_key=known.storage.seal_at_rest(
            keys.public_bytes(credentials.reporter_key.public_key()), context=b"report|reporter|" + header.rid
        ),
        **columns(sealed, known, b"report|wraps|" + header.rid),
    )
    try:
        with whole():
            insert(report)
            mark_used(token, content, report, first=True)
    except Taken:
        first = _first_use(token)
        if first is None:
            raise IntegrityError("Another form has this receipt.") from None
        return _again(token, content, receiver, first)
    return Stored(envelope.Mode.SERVER, token.receipt, report=report.pk)


def read_envelope(sealed: str) -> envelope.Envelope:
    """From base64 (URL-safe); EnvelopeError or ValueError for anything that does not fit."""
    return envelope.Envelope.from_bytes(base64.b64decode(sealed.encode("ascii"), altchars=b"-_", validate=True))


@dataclass(frozen=True)
class SealedReport:
    """What a phone sends: the envelope, and the two things that follow from the receipt which it keeps.

    ``above`` is the key beside that of the unit which it was sealed to (Receiver.above): no wrap shows whom it opens for.
    What has ``waited`` on the phone can be sealed to nobody else any more.
    """

    envelope: envelope.Envelope
    lookup_id: bytes = field(repr=False)
    reporter_key: bytes = field(repr=False)
    above: str = ""
    waited: bool = False

    @classmethod
    def read(
        cls, sealed: str, lookup_id: str, reporter_key: str, above: str = "", *, waited: bool = False
    ) -> SealedReport:
        """From base64 (URL-safe) and hexadecimal; EnvelopeError or VaultKeyError for anything that does not fit."""
        try:
            held = cls(read_envelope(sealed), bytes.fromhex(lookup_id), bytes.fromhex(reporter_key), above, waited)
        except ValueError as error:
            raise envelope.EnvelopeError(envelope.Reason.MALFORMED, "not what a phone sends") from error
        header = held.envelope.header
        if header.kind is not envelope.Kind.REPORT or header.mode is not envelope.Mode.BROWSER:
            raise envelope.EnvelopeError(envelope.Reason.MALFORMED, "no report that a browser sealed")
        if len(held.lookup_id) != receipt.LOOKUP_BYTES:
            raise envelope.EnvelopeError(envelope.Reason.MALFORMED, "a look-up number has 32 bytes")
        keys.load_public(held.reporter_key)
        return held


def submit_sealed(sent: SealedReport, held: Receivers, form: PhoneToken | None) -> Stored:
    """Store a report that was sealed on the phone. The same number with the same envelope again is the same report.

    StaleKey where it is sealed to no key in use or to others than it would be now, ReplacedKey where its unit has a newer one,
    Spent where its form stores nothing (any more), Conflict where the number or
    the report id belongs to something else, Withdrawn where it is the report of this number and was withdrawn; otherwise
    raises what :func:`submit` raises.
    """
    header = sent.envelope.header
    known = installation.secrets_of_installation()
    if (stored := _report_under(known, sent.lookup_id)) is not None:
        return _the_same(stored, sent)
    receiver = next((r for r in held.by_region.values() if (r.unit, r.epoch) == (header.unit, header.epoch)), None)
    if receiver is None:
        newer = any(r.unit == header.unit and r.epoch > header.epoch for r in held.by_region.values())
        raise ReplacedKey if newer else StaleKey
    also = _sealed_also_to(sent, receiver, held)
    if form is None or (bursts.is_on() and not form.bits) or _first_use(form.token) is not None:
        raise Spent
    _forget_old_tokens()
    report = Report(
        lookup_mac=known.storage.lookup_mac(sent.lookup_id),
        rid=header.rid,
        unit_id=header.unit,
        also_id=also,
        mode=header.mode,
        burst=bursts.one_more(),
        reporter_key=known.storage.seal_at_rest(sent.reporter_key, context=b"report|reporter|" + header.rid),
        **columns(sent.envelope, known, b"report|wraps|" + header.rid),
    )
    try:
        with whole():
            insert(report)
            mark_used(form.token, sent.envelope.to_bytes(), report, first=True)
    except Taken:
        stored = _report_under(known, sent.lookup_id)
        if stored is None and _first_use(form.token) is not None:
            raise Spent from None
        if stored is None:
            raise Conflict from None
        return _the_same(stored, sent)
    return Stored(envelope.Mode.BROWSER, report=report.pk)


def _sealed_also_to(sent: SealedReport, receiver: Receiver, held: Receivers) -> UUID | None:
    """The unit above that can open it, or nobody: of one that cannot, it must never be said.

    A form that is still open seals anew where the unit is left alone meanwhile, or no longer is. What has waited is taken as
    it is: without the unit above where it was sealed before, and with it where it opens there, whoever is back by now.
    """
    if sent.above == receiver.above:
        return receiver.also_unit
    if not sent.waited:
        raise StaleKey
    unit, _dot, epoch = sent.above.partition(".")
    parent = Unit.objects.get(pk=receiver.unit).parent_id
    there = next((r for r in held.by_region.values() if r.unit == parent and str(r.unit) == unit), None)
    if there is None or str(there.epoch) == epoch:
        return there.unit if there else None
    raise ReplacedKey


def _report_under(known: Secrets, lookup_id: bytes) -> Report | None:
    return Report.objects.filter(lookup_mac__in=known.storage.lookup_macs(lookup_id)).first()


def _the_same(stored: Report, sent: SealedReport) -> Stored:
    if (bytes(stored.header), bytes(stored.body)) != (sent.envelope.raw_header, sent.envelope.body):
        raise Conflict
    if stored.withdrawn_on is not None:
        raise Withdrawn
    return Stored(envelope.Mode.BROWSER, report=stored.pk)


def withdraw(access: Access) -> None:
    """Hide the report from its receipt. The unit sees it for another 14 days (DECISIONS 46); then it is deleted.

    A second tap finds it withdrawn already, and keeps its day.
    """
    held = Report.objects.filter(pk=access.report)
    if not held.filter(withdrawn_on=None).update(withdrawn_on=today()) and not held.exists():
        raise Report.DoesNotExist


def delete_reply(access: Access, reply: int) -> None:
    """Wipe a reply: its words are gone for the unit as well, that there was one stays. Nothing for another report's."""
    found = Message.objects.filter(
        pk=reply, report=access.report, report__withdrawn_on=None, direction=envelope.Direction.FROM_UNIT
    )
    with transaction.atomic(using=DATABASE):
        HandedWrap.objects.filter(message__in=found).delete()
        found.update(body=b"", wraps=b"", signature=b"")


def reply(report: Report, held: Holder, sealed: envelope.Envelope, signature: bytes) -> Message:
    """Store an answer that a holder sealed to the reporter and to the unit, and signed.

    EnvelopeError where it is not an answer to this report, Unsigned where her key did not sign it, Refused once the report was
    withdrawn, as nobody would ever read it, or another unit answers for it. The same again is the same answer; Conflict where
    something else has its id.
    """
    header = sealed.header
    right = (header.kind, header.direction, header.mode, header.rid, header.unit) == (
        envelope.Kind.MESSAGE,
        envelope.Direction.FROM_UNIT,
        envelope.Mode.BROWSER,
        bytes(report.rid),
        report.unit_id,
    )
    if not right or header.mid is None:
        raise envelope.EnvelopeError(envelope.Reason.MALFORMED, "no answer to this report")
    if not replies.is_from(sealed, held.pk, signature, bytes(held.signing_key)):
        raise Unsigned
    if (stored := stored_message(report, sealed)) is not None:
        return stored
    known = installation.secrets_of_installation()
    message = Message(
        report=report,
        mid=header.mid,
        direction=envelope.Direction.FROM_UNIT,
        signer=held,
        signature=signature,
        **columns(sealed, known, b"message|wraps|" + header.mid),
    )
    try:
        with whole():
            casework.refuse_withdrawn(report)
            insert(message)
            casework.has_answered(report)
            audit.record(audit.Action.ANSWERED, actor=held.user, unit=report.unit.code, report=report.pk)
    except Taken:
        if (stored := stored_message(report, sealed)) is None:
            raise Conflict from None
        return stored
    return message


class Unsigned(Exception):
    """The signature is not that of its holder; nothing was stored."""


# What becomes one message: its content, and the file whose manifest stands in it.
Part = tuple[bytes, SealedFile | None]


def add_message(access: Access, content: bytes, parts: Sequence[Part] = ()) -> Stored:
    """Store ``content`` as a message of the report that somebody showed the receipt of, once for each page and content.

    With files ``parts`` are what is stored, and ``content`` what tells this sending from another: every file has a key of
    its own each time it is sealed. Raises what :func:`submit` raises, Report.DoesNotExist where the report has been
    deleted meanwhile, what :func:`attaching.check_may_add` raises, and with files what :func:`attaching.check_room` does.
    """
    report = Report.objects.get(pk=access.report, withdrawn_on=None)
    _add(access.token, content, report, parts)
    return Stored(envelope.Mode.SERVER, added=True, report=report.pk)


class Unnamed(Exception):
    """Others would read it than those whom the form has named; nothing was stored."""


class Elsewhere(Exception):
    """What this form has made lies with another unit than the one that this content is for; nothing was stored.

    ``receipt`` is the number of what it has made, None where that may no longer be shown.
    """

    def __init__(self, held: receipt.Receipt | None) -> None:
        super().__init__()
        self.receipt = held


def _again(token: Token, content: bytes, receiver: Receiver, first: FormToken) -> Stored:
    """What a form that was used before gives: the number only for a short while, to repair a lost answer.

    Never is anything sealed to another unit than ``receiver``: "not to officers of my regency" may be what was changed.
    """
    if first.report.withdrawn_on is not None:
        raise tokens.TokenError
    shown = token.receipt if token.was_sent_within(tokens.RECEIPT_SECONDS, bytes(first.moment_mac)) else None
    added = bytes(first.body_mac) != token.body_mac(content)
    if added:
        if receiver.unit != first.report.unit_id:
            raise Elsewhere(shown)
        try:
            _add(token, content, first.report)
        except Report.DoesNotExist:
            raise tokens.TokenError from None
    return Stored(envelope.Mode(first.report.mode), shown, added, first.report.pk)


def _add(token: Token, content: bytes, report: Report, parts: Sequence[Part] = ()) -> None:
    if FormToken.objects.filter(nonce_mac=token.nonce_mac, body_mac=token.body_mac(content)).exists():
        return
    known = installation.secrets_of_installation()
    receiver = attaching.receiver_of(report)
    sealed = [(_message(report, receiver, known, text), file) for text, file in parts or [(content, None)]]
    try:
        with whole():
            mark_used(token, content, report, first=False)
            was_added_to(report)
            attaching.check_may_add(report, len(sealed))
            if parts:
                attaching.check_room(report, len(parts))
            for message, file in sealed:
                insert(message)
                if file is not None:
                    attaching.insert_file(message, file)
    except Taken:
        return


def _message(report: Report, receiver: Receiver, known: Secrets, content: bytes) -> Message:
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
    sealed = envelope.seal(content, header, receiver.recipients)
    return Message(
        report=report,
        mid=mid,
        direction=envelope.Direction.FROM_REPORTER,
        **columns(sealed, known, b"message|wraps|" + mid),
    )


def receipt_again(token: Token, report: int) -> receipt.Receipt | None:
    """The number of the report that this form has made, for a page that follows; None once that is too long ago."""
    first = _first_use(token)
    if first is None or first.report_id != report:
        return None
    if not token.was_sent_within(tokens.ADDING_SECONDS, bytes(first.moment_mac)):
        return None
    return token.receipt


def _first_use(token: Token) -> FormToken | None:
    return FormToken.objects.filter(nonce_mac=token.nonce_mac, first=True).select_related("report").first()


# What must not wait for the next report


def tidy() -> int:
    """Forget what has had its day (work of ``tick``); how many things that were.

    The keys of the day are made here at midnight, or the first reporter of the day would date them. Each fails alone and
    stops no other work. A database, disk or key that is not as it should be closes the form and turns the doctor red
    (readiness.py); RuntimeError at the end for any other failure, which is a fault of ours.
    """
    works: tuple[Callable[[], int | None], ...] = (
        run.prepare,
        _forget_old_tokens,
        _delete_withdrawn,
        attaching.forget_unfinished,
        _forget_the_order,
        _blur_the_times,
    )
    done, broken = 0, []
    for work in works:
        try:
            done += work() or 0
        except Exception as error:  # noqa: BLE001 - the other works are still to be done
            # What an error says may repeat a row or name a file: only its kind is passed on.
            logger.error("Forgetting traces of reports failed: %s (%s)", work.__name__, type(error).__name__)
            if not isinstance(error, AnyDatabaseError | OSError | keys.VaultKeyError):
                broken.append(work.__name__)
    if broken:
        raise RuntimeError(f"Traces of reports are not forgotten: {', '.join(broken)}")
    return done


def _delete_withdrawn() -> int:
    """Where the clock may be wrong, the night asks a person first."""
    return 0 if retention.held_back_since() else retention.delete_withdrawn()


def _forget_old_tokens() -> int:
    count, _rows = FormToken.objects.filter(made_on__lt=today() - dt.timedelta(days=_TOKEN_DAYS)).delete()
    return count


def _forget_the_order() -> int:
    """Once a day write the file anew, in the order of the random numbers, and empty what has been written ahead.

    SQLite puts what is long into pages of their own, one after the other as it comes: within a day they tell the order.
    """
    connection = connections[DATABASE]
    file = files.file_of(connection.settings_dict)
    if file is None or run.was_done_today(_ORDER):
        return 0
    if shutil.disk_usage(file.parent).free < 3 * file.stat().st_size:
        return 0  # a full disk would stop the next report
    if not retention.erase():
        return 0  # somebody is writing: again in a minute
    run.done_today(_ORDER)
    return 1


def _blur_the_times() -> None:
    """Each minute the same time for every file of the database, or the last of them would be that of the last report."""
    file = files.file_of(connections[DATABASE].settings_dict)
    for part in files.parts_of(file) if file else ():
        with suppress(FileNotFoundError):
            os.utime(part)


# Opening, for whoever holds the key of the unit


def open_report(report: Report, key: EllipticCurvePrivateKey) -> bytes:
    """The content of a report; EnvelopeError for a wrong key or an altered row, VaultKeyError for a moved one."""
    return envelope.open_(sealed_report(report), key)


def open_message(message: Message, key: EllipticCurvePrivateKey) -> bytes:
    """The content of a message; raises what :func:`open_report` raises."""
    return envelope.open_(sealed_message(message), key)


def sealed_report(report: Report) -> envelope.Envelope:
    """The envelope of a report, for the browser of a holder; VaultKeyError for a row that was moved."""
    return _envelope(report, b"report|wraps|" + bytes(report.rid))


def sealed_message(message: Message) -> envelope.Envelope:
    """The envelope of a message."""
    return _envelope(message, b"message|wraps|" + bytes(message.mid))


def key_of_reporter(report: Report) -> bytes:
    """The public key that an answer to this report is sealed to."""
    storage = installation.storage_keys()
    return storage.open_at_rest(bytes(report.reporter_key), context=b"report|reporter|" + bytes(report.rid))


def _envelope(row: Report | Message, context: bytes) -> envelope.Envelope:
    storage = installation.storage_keys()
    wraps = storage.open_at_rest(bytes(row.wraps), context=context)
    middle = envelope.WRAP_BYTES
    return envelope.Envelope(bytes(row.header), (wraps[:middle], wraps[middle:]), bytes(row.body))


# The unit for practice

DEMO_NAME = "Unit Contoh"


def make_demo_unit(path: Path) -> UnitKey:
    """A unit that answers for every place, whose private key goes to the new file ``path``, its seed beside it.

    FileExistsError if something has that name, or if the unit exists already: its reports would become unreadable.
    """
    if Unit.objects.filter(code=Unit.PRACTICE).exists():
        raise FileExistsError(f"The unit {Unit.PRACTICE} exists already.")
    seed = secrets.token_bytes(holder.SEED_BYTES)
    private = holder.unit_key(seed)
    files.make_folder(path.parent)
    keys.write_private(path, private)
    try:
        keys.write_seed(seed_path(path), seed)
        with transaction.atomic(using=DATABASE):
            unit = Unit.objects.create(code=Unit.PRACTICE, name=DEMO_NAME, demo=True)
            key = UnitKey.objects.create(
                unit=unit, epoch=1, public_key=keys.public_bytes(private.public_key()), demo=True
            )
            installation.pin(key, practice=True)
    except BaseException:
        forget_demo_key(path)
        raise
    return key


def seed_path(path: Path) -> Path:
    """Where the seed lies from which the key for practice at ``path`` follows: its holders share it (practice.py)."""
    return path.with_suffix(".seed")


def forget_demo_key(path: Path) -> None:
    """Delete both files."""
    for file in (path, seed_path(path)):
        file.unlink(missing_ok=True)


def remove_demo_units() -> int:
    """Delete every unit for practice with its keys, pins, holders and reports; how many reports went with them."""
    count = 0
    for unit in practice_units():
        with transaction.atomic(using=DATABASE):
            users = list(Seat.objects.filter(unit=unit).values_list("user", flat=True))
            _rows, deleted = Report.objects.filter(unit=unit).delete()
            count += deleted.get(Report._meta.label, 0)
            installation.unpin(unit.pk)
            unit.delete()
            # Whoever holds the key of another unit as well stays.
            Holder.objects.filter(user__in=users, shares=None, signatures=None, replies=None, notes=None).delete()
    return count
