"""Writing files of a report: what the server has cleaned and sealed at once, what a phone has sealed chunk by chunk.

A file counts once its message is stored, and that happens in one transaction with the word that every chunk is there
and right. Whatever is repeated is harmless; whatever contradicts what is here is refused and changes nothing.
"""

from __future__ import annotations

import datetime as dt
import hmac
import shutil
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.models import QuerySet

from . import attachment, envelope, files, installation, keys
from .attachment import SealedFile
from .envelope import Direction, Envelope, EnvelopeError, Kind, Mode, Reason
from .models import Attachment, AttachmentChunk, Message, Report, today
from .selectors import Receiver, receivers
from .storing import (
    DATABASE,
    Conflict,
    NoReceiver,
    StaleKey,
    Taken,
    columns,
    insert,
    stored_message,
    was_added_to,
    whole,
)

MAX_FILES = 10
# Messages of whoever has the number, files among them: more would make the report one that no desk can open.
MAX_MESSAGES = 200
# How many uploads of one report may wait for their end; a further one puts an end to them all.
MAX_UNFINISHED = 3
UNFINISHED_DAYS = 2
# With less free than this files are refused: what is left is for texts.
ROOM = 1024 * 1024 * 1024
# With less than this nothing more is added: what is left is for new reports.
ROOM_FOR_REPORTS = 64 * 1024 * 1024


class TooMany(Exception):
    """The report has as many files as it may have."""


class TooManyMessages(Exception):
    """As much was added to the report as it may have."""


class NoRoom(Exception):
    """What room is left is kept for texts."""


class NoRoomAtAll(Exception):
    """What room is left is kept for new reports."""


class NotWhole(Exception):
    """A chunk is missing, or they are not what the phone has sealed: nothing was stored, the upload can go on."""


def receiver_of(report: Report) -> Receiver:
    """Whom something further for this report is sealed to; NoReceiver where nobody is left."""
    receiver = next((held for held in receivers().by_region.values() if held.unit == report.unit_id), None)
    if receiver is None:
        raise NoReceiver
    return receiver


def check_room(report: Report, more: int = 1) -> None:
    """TooMany or NoRoom where ``more`` files cannot be taken."""
    check_files(report, more)
    if _is_short(ROOM):
        raise NoRoom


def check_files(report: Report, more: int = 0) -> None:
    """TooMany where there would be more files than a report may have; it holds where it is asked while the row is locked."""
    if report.attachments.exclude(message=None).count() + more > MAX_FILES:
        raise TooMany


def check_may_add(report: Report, more: int = 1) -> None:
    """TooManyMessages or NoRoomAtAll where ``more`` messages cannot be taken; asked while the row is locked."""
    if report.messages.filter(direction=Direction.FROM_REPORTER).count() + more > MAX_MESSAGES:
        raise TooManyMessages
    if _is_short(ROOM_FOR_REPORTS):
        raise NoRoomAtAll


def _is_short(room: int) -> bool:
    database = files.file_of(connections[DATABASE].settings_dict)
    return database is not None and shutil.disk_usage(database.parent).free < room


def insert_file(message: Message, sealed: SealedFile) -> None:
    """Store a whole file beside the message that opens it, inside the transaction of the caller."""
    held = Attachment(
        report_id=message.report_id,
        aid=sealed.manifest.id,
        size=attachment.padded_size(sealed.manifest.size),
        message=message,
    )
    insert(held)
    # The id of the file was made a moment ago: nothing can lie in the place of a chunk.
    rows = (AttachmentChunk(attachment=held, index=index, body=chunk) for index, chunk in enumerate(sealed.chunks))
    AttachmentChunk.objects.bulk_create(rows, batch_size=16)


# From a phone


@dataclass(frozen=True)
class Upload:
    """Where an upload stands: the file, the chunks that are here, whom its message is to be sealed to."""

    held: Attachment | None
    receiver: Receiver

    @property
    def have(self) -> list[int]:
        """The chunks that need not be sent again."""
        return list(self.held.chunks.values_list("index", flat=True)) if self.held else []


def begin(report: Report, aid: bytes, size: int) -> Upload:
    """Begin a file of this padded length, or go on with it. Conflict where the id stands for something else.

    EnvelopeError for an id or a length that no file has; raises what :func:`check_room` raises.
    """
    if len(aid) != envelope.ID_BYTES or not attachment.is_padded_size(size):
        raise EnvelopeError(Reason.MALFORMED, "no file has this id or length")
    receiver = receiver_of(report)
    held = _the_same(report, aid, size)
    if held is None:
        check_room(report)
        waiting = report.attachments.filter(message=None)
        if waiting.count() >= MAX_UNFINISHED:
            _forget(waiting)
        try:
            with whole():
                insert(Attachment(report=report, aid=aid, size=size))
        except Taken:
            pass
        held = _the_same(report, aid, size)
    return Upload(held, receiver)


def for_text(report: Report) -> Upload:
    """What a text alone needs: only whom it is sealed to."""
    return Upload(None, receiver_of(report))


def _the_same(report: Report, aid: bytes, size: int) -> Attachment | None:
    held = Attachment.objects.filter(aid=aid).first()
    if held is not None and (held.report_id, held.size) != (report.pk, size):
        raise Conflict
    return held


def put_chunk(report: Report, aid: bytes, index: int, body: bytes) -> None:
    """Store one chunk of an upload. Attachment.DoesNotExist where there is none, Conflict where another chunk lies here."""
    held = report.attachments.get(aid=aid)
    sizes = attachment.chunk_sizes(held.size)
    if not 0 <= index < len(sizes) or len(body) != sizes[index]:
        raise EnvelopeError(Reason.MALFORMED, "no chunk of this file")
    if held.message_id is None:
        try:
            with whole():
                insert(AttachmentChunk(attachment=held, index=index, body=body))
        except Taken:
            pass
        else:
            return
    stored = held.chunks.filter(index=index).first()
    if stored is None or not hmac.compare_digest(bytes(stored.body), body):
        raise Conflict


def finish(report: Report, sealed: Envelope, aid: bytes = b"", digest: bytes = b"") -> None:
    """Store a message that a phone has sealed, and with it the file ``aid``, of whose sealed chunks ``digest`` is the hash.

    EnvelopeError where it is no message to this report, StaleKey where it is sealed to no key in use, NotWhole or
    Attachment.DoesNotExist where the file is not here, Conflict where something else has its id, TooMany where others were
    ended first; raises what :func:`check_may_add` raises. The same again is the same message.
    """
    header = sealed.header
    right = (header.kind, header.direction, header.mode, header.rid) == (
        Kind.MESSAGE,
        Direction.FROM_REPORTER,
        Mode.BROWSER,
        bytes(report.rid),
    )
    if not right or header.mid is None:
        raise EnvelopeError(Reason.MALFORMED, "no message to this report")
    if stored_message(report, sealed) is not None:
        return
    receiver = receiver_of(report)
    if (header.unit, header.epoch) != (receiver.unit, receiver.epoch):
        raise StaleKey
    known = installation.secrets_of_installation()
    message = Message(
        report=report,
        mid=header.mid,
        direction=Direction.FROM_REPORTER,
        **columns(sealed, known, b"message|wraps|" + header.mid),
    )
    held = report.attachments.get(aid=aid) if aid else None
    try:
        with whole():
            was_added_to(report)
            check_may_add(report)
            insert(message)
            if held is not None:
                _check_whole(held, digest)
                if not Attachment.objects.filter(pk=held.pk, message=None).update(message=message):
                    raise Conflict
                # Several uploads may have begun while there was a place for one.
                check_files(report)
    except Taken:
        if stored_message(report, sealed) is None:
            raise Conflict from None


def _check_whole(held: Attachment, digest: bytes) -> None:
    """NotWhole unless every chunk is here and they are together what the phone has sealed."""
    chunks = list(held.chunks.order_by("index").values_list("index", "body"))
    wanted = list(range(len(attachment.chunk_sizes(held.size))))
    bodies = (bytes(body) for _index, body in chunks)
    if [index for index, _body in chunks] != wanted or not hmac.compare_digest(attachment.digest_of(bodies), digest):
        raise NotWhole


def forget_unfinished() -> int:
    """Delete uploads that nobody has gone on with; how many that were."""
    return _forget(Attachment.objects.filter(message=None, begun_on__lt=today() - dt.timedelta(days=UNFINISHED_DAYS)))


def _forget(unfinished: QuerySet[Attachment]) -> int:
    """Delete these uploads; how many. What is ended in this moment is acknowledged, and none of them any more.

    They are locked before they are collected, or what was unfinished a moment ago would be deleted by its number.
    """
    with transaction.atomic(using=DATABASE):
        numbers = list(unfinished.select_for_update().order_by("pk").values_list("pk", flat=True))
        Attachment.objects.filter(pk__in=numbers).delete()
    return len(numbers)


def for_phone(upload: Upload, report: Report) -> dict[str, object]:
    """What a phone needs to send the rest and to seal the message."""
    return {
        "rid": bytes(report.rid).hex(),
        "unit": str(upload.receiver.unit),
        "epoch": upload.receiver.epoch,
        "keys": [keys.public_bytes(key).hex() for key in upload.receiver.recipients],
        "have": upload.have,
    }
