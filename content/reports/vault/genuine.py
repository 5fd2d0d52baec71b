"""Whether what stands among the messages of a report is what its row says: anybody who can write to the database can put one there."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from . import replies, services
from .envelope import Direction, EnvelopeError
from .models import Message, Report


def is_genuine(message: Message, report: Report, writers: Mapping[UUID, bytes]) -> bool:
    """An answer only if one of these ``writers`` has signed it (selectors.writers_to), about this report.

    What comes from whoever has the number nobody signs: that it is no answer, the browser finds where it opens it. Of an
    answer that was deleted there is no more than that there was one.
    """
    if message.direction != Direction.FROM_UNIT or not message.body:
        return True
    try:
        sealed = services.sealed_message(message)
    except EnvelopeError:
        return False
    return replies.is_answer(sealed, bytes(report.rid), message.signer_id, bytes(message.signature), writers)
