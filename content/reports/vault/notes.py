"""Notes of case workers about a report: sealed in the browser to the unit alone, signed by the holder who wrote them.

They are envelopes like answers, whose second wrap opens for nobody, and are signed with a label of their own: a note that
somebody moves among the answers is no answer, as its signature says something else, and an answer is no note. The server
cannot read them, and no page of the form ever looks at them.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from . import audit, casework, envelope, installation, standing
from .envelope import Envelope
from .holder import is_signed
from .models import Holder, Note, Report
from .storing import Conflict, Taken, columns, insert, stored_note, whole

LABEL = b"lentera/note/v1"


class Unsigned(Exception):
    """The signature is not that of its writer; nothing was stored."""


def to_sign(sealed: Envelope, holder: UUID) -> bytes:
    """What a holder signs: the whole envelope, and that it is hers."""
    return LABEL + b"|" + str(holder).encode("ascii") + b"|" + hashlib.sha256(sealed.to_bytes()).digest()


def add(report: Report, held: Holder, sealed: Envelope, signature: bytes) -> Note:
    """Store a note. EnvelopeError where it is none about this report, Unsigned where her key did not sign it.

    The same again is the same note; Conflict where something else has its id.
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
        raise envelope.EnvelopeError(envelope.Reason.MALFORMED, "no note about this report")
    if not is_signed(to_sign(sealed, held.pk), signature, bytes(held.signing_key)):
        raise Unsigned
    if (stored := stored_note(report, sealed)) is not None:
        return stored
    known = installation.secrets_of_installation()
    note = Note(
        report=report,
        nid=header.mid,
        signer=held,
        signature=signature,
        **columns(sealed, known, b"note|wraps|" + header.mid),
    )
    try:
        with whole():
            casework.lock(report)
            insert(note)
            casework.has_worked(report)
            audit.record(audit.Action.NOTED, actor=held.user, unit=report.unit.code, report=report.pk)
    except Taken:
        if (stored := stored_note(report, sealed)) is None:
            raise Conflict from None
        return stored
    return note


def of(report: Report) -> list[tuple[Note, Envelope]]:
    """The notes of a report, oldest first, whose writer was a holder of the unit and has signed them."""
    known = standing.holders_ever(report.unit_id)
    found = []
    for note in report.notes.select_related("signer"):
        sealed = _envelope(note)
        key = known.get(note.signer_id)
        if key and is_signed(to_sign(sealed, note.signer_id), bytes(note.signature), key):
            found.append((note, sealed))
    return found


def _envelope(note: Note) -> Envelope:
    storage = installation.storage_keys()
    wraps = storage.open_at_rest(bytes(note.wraps), context=b"note|wraps|" + bytes(note.nid))
    middle = envelope.WRAP_BYTES
    return Envelope(bytes(note.header), (wraps[:middle], wraps[middle:]), bytes(note.body))
