"""Adding to a report: what the server cleans and seals, what a phone has sealed, and the words for what is not taken."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext

from . import attaching, cleaning, selectors, services, storing, tokens
from .cleaning import Reason, Uncleanable
from .envelope import EnvelopeError
from .forms import AddForm
from .models import Attachment, Report
from .origin import Origin, origin_of
from .pages import Visit
from .run import Busy
from .storing import NOT_STORED
from .uploads import Sent, file_of


class TooLarge(Exception):
    """A file that is larger than any that is taken."""


class NotHeld(Exception):
    """Nobody has shown the number that this belongs to, or from another page."""


# Why nothing at all is added, a text neither.
FULL = (attaching.TooManyMessages, attaching.NoRoomAtAll)
# Why a file is not taken, and nothing with it: a sentence says so, and the text comes back.
REFUSED = (Uncleanable, TooLarge, attaching.TooMany, attaching.NoRoom, *FULL, Busy)


def store(visit: Visit, access: tokens.Access, form: AddForm, sent: Sent | None) -> None:
    """The text, and the file once it is clean. The same file with the same text is stored once."""
    content = form.content(visit.interface)
    if sent is None:
        services.add_message(access, content)
        return
    if sent.too_large:
        raise TooLarge
    mark = content + hashlib.sha256(sent.content).digest()
    services.add_message(access, mark, form.parts(visit.interface, cleaning.clean(sent.content)))


def access_of(visit: Visit) -> tokens.Access:
    """Whoever has shown the number lately, or is still on the page with it; TokenError for anybody else."""
    access = tokens.accept(visit.posted("access"), tokens.ADDING_SECONDS)
    return access if number_again(visit, access.report) else tokens.accept(visit.posted("access"))


def number_again(visit: Visit, report: int) -> dict[str, Any]:
    """The number once more, for whoever still holds the form that made it: it must not be lost by sending a file."""
    try:
        shown = services.receipt_again(tokens.read(visit.posted("token")), report)
    except tokens.TokenError:
        return {}
    return {"number": shown, "token": visit.posted("token")} if shown else {}


def words_for(error: Exception) -> str:
    """Why something was not taken, and what to do instead."""
    if isinstance(error, Uncleanable):
        return {
            Reason.OTHER: gettext(
                "We cannot take this kind of file. Send a photo, a recording, or a screenshot of it."
            ),
            Reason.RECORDING: gettext(
                "We cannot take this kind of sound or video: we could not remove the place and phone that may be hidden in it. Write what is to be heard or seen, or send a screenshot of it."
            ),
            Reason.PDF: gettext(
                "We cannot take a PDF here: we could not remove the names that may be hidden in it. Send a photo or screenshot of each page."
            ),
            Reason.HEIF: gettext("We cannot read this kind of photo (HEIC). Take a screenshot of it and send that."),
            Reason.DAMAGED: gettext(
                "This file cannot be read, perhaps it did not arrive whole. Choose it once more, or send a screenshot of it."
            ),
            Reason.TOO_LARGE: gettext("This file has too many pixels or pages. Send a screenshot of it."),
            Reason.MOVING: gettext("We cannot take moving pictures. Send a screenshot of it."),
        }[error.reason]
    if isinstance(error, TooLarge):
        return gettext("This file is too large: at most 10 MB. Send a smaller one, or a screenshot of it.")
    if isinstance(error, attaching.TooMany):
        return gettext("A report can have 10 files. No more can be added; you can still write.")
    if isinstance(error, attaching.NoRoom):
        return gettext("We have no room for files right now. You can still write. Try the file again tomorrow.")
    if isinstance(error, attaching.TooManyMessages):
        return gettext(
            "To one report something can be added {count} times; that has been reached. What you wrote is still here and was not stored: copy it and send it as a new report."
        ).format(count=attaching.MAX_MESSAGES)
    if isinstance(error, attaching.NoRoomAtAll):
        return gettext(
            "We have no room for anything more right now. What you wrote is still here and was not stored. Try again tomorrow, or call if it cannot wait."
        )
    return gettext("Many people are sending files right now. Nothing of it was stored; press Send again in a moment.")


# What a phone sends that seals by itself: texts and files under a number, and the chunks of a file as often as it takes.


def begin(visit: Visit) -> HttpResponse:
    """Whom something further is to be sealed to; of a file, which chunks are here already."""
    return _to_phone(visit, _begun)


def chunk(visit: Visit) -> HttpResponse:
    """One sealed chunk of a file."""
    return _to_phone(visit, _put)


def more_sealed(visit: Visit) -> HttpResponse:
    """A message that the phone has sealed; the file that it opens must be here whole."""
    return _to_phone(visit, _finished)


def _to_phone(visit: Visit, answer: Callable[[Visit, Report], HttpResponse]) -> HttpResponse:
    """What the phone asked for, or a sentence for its owner; whatever fails, what has arrived stays."""
    try:
        return answer(visit, _held_by_phone(visit))
    except (NotHeld, Report.DoesNotExist):
        return visit.refusal(404, gettext("Too much time has passed. Type your number again."))
    except (EnvelopeError, ValueError, OverflowError):
        return visit.refusal(400, gettext("We could not read that"))
    except (attaching.TooMany, attaching.NoRoom, *FULL) as error:
        return visit.refusal(422, words_for(error))
    except storing.StaleKey:
        return visit.refusal(409, gettext("The key has changed. Press Send again."))
    except (attaching.NotWhole, Attachment.DoesNotExist, storing.Conflict):
        return visit.refusal(409, gettext("Something is missing of the file. Press Send again."))
    except (*NOT_STORED, storing.Unsettled):
        return visit.refusal(503, gettext("Something broke on our side"))


def _held_by_phone(visit: Visit) -> Report:
    """The report of the look-up number; never for a form of another page."""
    if origin_of(visit.request) is not Origin.OWN:
        raise NotHeld
    found = selectors.report_under(bytes.fromhex(visit.posted("lookup")))
    if found is None:
        raise NotHeld
    return found.report


def _aid(visit: Visit) -> bytes:
    return bytes.fromhex(visit.posted("aid"))


def _begun(visit: Visit, report: Report) -> HttpResponse:
    aid = _aid(visit)
    upload = attaching.begin(report, aid, int(visit.posted("size"))) if aid else attaching.for_text(report)
    return visit.answer(attaching.for_phone(upload, report))


def _put(visit: Visit, report: Report) -> HttpResponse:
    sent = file_of(visit.request)
    attaching.put_chunk(report, _aid(visit), int(visit.posted("index")), sent.content if sent else b"")
    return visit.answer({})


def _finished(visit: Visit, report: Report) -> HttpResponse:
    sealed = services.read_envelope(visit.posted("envelope"))
    attaching.finish(report, sealed, _aid(visit), bytes.fromhex(visit.posted("digest")))
    return visit.page("added", access=tokens.grant(report.pk), form=AddForm(), sealed=True)
