"""The report path: one address a language, one POST field ``step``, no cookie, no script needed (DECISIONS 42-45).

Nothing of what a person sends is logged, cached or written unsealed. The views read the snapshot and the database
``reports`` alone, so they stand while everything else is down.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext
from django.views.decorators.csrf import csrf_exempt

from . import (
    adding,
    bursts,
    cleaning,
    envelope,
    installation,
    keys,
    referrals,
    replies,
    selectors,
    services,
    snapshot,
    storing,
    substatus,
    tokens,
)
from .cleaning import Kind, Reason, Uncleanable
from .envelope import EnvelopeError
from .forms import (
    MAX_CONTACT,
    MAX_STORY,
    MIN_STORY,
    OTHER_COUNTRY,
    UNKNOWN_PLACE,
    AddForm,
    DetailsForm,
    Place,
    clean_listing,
    to_bytes,
)
from .keys import VaultKeyError
from .models import Message, Report
from .origin import Origin, origin_of
from .pages import Visit, address, bad_request, visit_of
from .receipt import Reason as Slip
from .receipt import Receipt, ReceiptError
from .run import Busy
from .storing import NOT_STORED
from .uploads import InMemory, file_of

# The last two: a form in a charset that decodes no bytes, should one get past portal.wsgi.
_UNREADABLE = (
    BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError, LookupError, UnicodeError
)  # fmt: skip
Step = Callable[[Visit], HttpResponse]


@csrf_exempt
def respond(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer whatever is asked below the report path; ``path`` is what follows it."""
    visit = visit_of(request)
    with translation.override(visit.interface):
        if path and path.removesuffix("/") not in dict(settings.LANGUAGES):
            return visit.notice(404, gettext("Page not found"), gettext("There is nothing at this address."))
        try:
            bool(request.GET)
        except _UNREADABLE:
            return bad_request(request)
        if request.method in ("GET", "HEAD"):
            return start(visit)
        if request.method != "POST":
            return visit.notice(405, gettext("This does not work here"), gettext("Please open the form and use that."))
        return _receive(visit)


def _receive(visit: Visit) -> HttpResponse:
    visit.request.upload_handlers = [InMemory()]
    try:
        step = STEPS.get(visit.posted("step"))
    except _UNREADABLE:
        return bad_request(visit.request)
    if origin_of(visit.request) is Origin.FOREIGN:
        sentence = gettext("This form was sent from another page. Nothing was stored. Use the form on our own page.")
        return visit.notice(403, gettext("Not accepted"), sentence)
    if step is None:
        return start(visit)
    if step in _STORING and origin_of(visit.request) is Origin.UNSAID and not _carries_a_file(visit):
        return _confirmed(visit, step)
    return step(visit)


def _carries_a_file(visit: Visit) -> bool:
    """No page in between can carry it on. None is needed: who gives out a form with the access to a report holds its number."""
    return file_of(visit.request) is not None


def _confirmed(visit: Visit, step: Step) -> HttpResponse:
    """The step, once its reader has said yes to exactly these fields; until then the page that asks (origin.py)."""
    if step is send and not visit.receivers:
        return step(visit)  # which stores nothing and says so
    kept = {name: visit.posted(name) for name in _FIELDS if visit.posted(name)}
    try:
        given = tokens.confirmed(visit.posted("confirm"), to_bytes(kept))
        if given is not None and not given.stale:
            return step(visit)
        if given is None and "token" in kept:
            with suppress(tokens.TokenError):
                kept["token"] = tokens.successor(kept["token"], to_bytes(kept))
        return visit.page("confirm", kept=kept, confirm=tokens.confirmation(to_bytes(kept)))
    except OSError:
        return _not_added(visit)


# The steps


def start(visit: Visit, errors: list[tuple[str, str]] | None = None, kept: str = "") -> HttpResponse:
    """The door: what this is, where it happens, and the question for an answer. Closed: the numbers stay."""
    listing = clean_listing(visit.request.GET.get("l", "") or visit.data.get("l", ""))
    switch = [(code, address(code), get_language_info(code)["name_local"]) for code in snapshot.languages()]
    return visit.page(
        "start", errors=errors, listing=listing, switch=switch, kept=kept, other=OTHER_COUNTRY, unknown=UNKNOWN_PLACE
    )


def place(visit: Visit) -> HttpResponse:
    """From the place to the form. Nothing is stored."""
    chosen = Place(visit.words, visit.posted("place"))
    if not visit.receivers:
        return start(visit)
    if not chosen.is_known:
        return start(visit, [("place", gettext("Choose the place where it happens."))])
    if visit.receivers.for_place(chosen.province) is None and not visit.receivers.regencies_of(chosen.province):
        return visit.notice(200, gettext("Nobody reads reports for this place yet"), gettext("Please call instead."))
    return _details(visit, _form(visit, chosen))


def send(visit: Visit) -> HttpResponse:
    """Seal and store the report, then show the receipt once. Whatever goes wrong, what was typed comes back."""
    chosen = Place(visit.words, visit.posted("place"))
    typed = "\n\n".join(text for text in (visit.posted("story"), visit.posted("contact")) if text)
    token, named = visit.posted("token"), visit.posted("readers")
    if not visit.receivers:
        sentence = gettext("The form is closed now. Nothing was stored just now. Please call: {numbers}.")
        return start(visit, [("", visit.says(sentence))], typed)
    if not chosen.is_known:
        return start(visit, [("place", gettext("Choose the place where it happens."))], typed)
    form = _form(visit, chosen, visit.data)
    if not form.is_valid():
        return _details(visit, form, token=token, named=named)
    above = form.cleaned_data.get("province_only", False)
    receiver = visit.receivers.for_place(chosen.province, form.regency_code, province_only=above)
    if receiver is None:
        problem = _nobody_else() if above else _nobody()
        return _details(visit, form, visit.says(problem), token, named=named)
    told = selectors.is_named(named, receiver, chosen.province, form.regency_code, province_only=above)
    try:
        stored = services.submit(tokens.read(token), form.content(visit.interface), receiver, named=told)
    except tokens.TokenError:
        problem = gettext("The form had become too old. Your text is still here: press Send once more.")
        return _details(visit, form, problem, named=named)
    except services.Unnamed:
        return _details(visit, form, _others_read().format(unit=receiver.readers), token)
    except services.Elsewhere as error:
        return _details(visit, form, _elsewhere(receiver, error.receipt))
    except adding.FULL as error:
        return _details(visit, form, adding.words_for(error), named=named)
    except Busy:
        problem = gettext(
            "Many people are sending right now. Nothing was stored yet: press Send again, or call: {numbers}."
        )
    except storing.Unsettled:
        problem = gettext(
            "We do not know whether it was stored. Press Send again: the same form is never stored twice. Or call: {numbers}."
        )
    except NOT_STORED:
        problem = gettext(
            "Nothing was stored just now: something is broken on our side. Your text is still here. Try again in a moment, or call: {numbers}."
        )
    else:
        return visit.page("stored", stored=stored, access=_access(stored), form=AddForm(), token=token)
    return _details(visit, form, visit.says(problem), token, 503, named=named)


def _others_read() -> str:
    return gettext(
        "Who reads this has changed since the form was opened: now it is {unit}. Nothing was sent yet. Press Send once more if that is right."
    )


def _elsewhere(receiver: selectors.Receiver, sent: Receipt | None) -> str:
    """Pressed once more, the form makes another report. The number of the first may not have been seen, where its page was lost."""
    problem = gettext(
        "What you sent with this form before lies with others. This is for {unit} and gets a number of its own. Nothing of it was stored yet: press Send once more."
    ).format(unit=receiver.readers)
    if sent is None:
        return problem
    number = gettext("The figures of what you sent before: {number}. Write them down now.").format(number=sent.grouped)
    return f"{problem} {number}"


def sealing(visit: Visit) -> HttpResponse:
    """What a phone needs to seal by itself: whom to, the salt of receipts, the codes of places, and its sentences."""
    chosen = Place(visit.words, visit.posted("place"))
    try:
        salt = installation.secrets_of_installation().salt
    except NOT_STORED:
        return visit.notice(503, gettext("Something broke on our side"), gettext("Please open the form again."))
    regions = {"", chosen.province} if chosen.province else {""}
    units = [
        {
            "region": held.region,
            "unit": str(held.unit),
            "name": held.readers,
            "mark": held.mark,
            "above": held.above,
            "epoch": held.epoch,
            "keys": [keys.public_bytes(key).hex() for key in held.recipients],
        }
        for held in [
            *(r for region, r in visit.receivers.by_region.items() if region in regions),
            *(visit.receivers.regencies_of(chosen.province) if chosen.province else []),
        ]
    ]
    bits = bursts.WORK_BITS if bursts.is_on() or visit.posted("busy") else 0
    try:
        token = tokens.issue_for_phone(bits)
    except OSError:
        return visit.notice(503, gettext("Something broke on our side"), gettext("Please open the form again."))
    return visit.answer(
        {
            "salt": salt.hex(),
            "token": token,
            "bits": bits,
            "language": visit.interface,
            "units": units,
            "place": chosen.as_content("") if chosen.is_known else {},
            "regencies": chosen.regencies,
            "least": MIN_STORY,
            "most": {"story": MAX_STORY, "contact": MAX_CONTACT},
            "cleans": [end for end, kind in _ENDS if cleaning.can_clean(kind)],
            "says": _sentences(visit),
        }
    )


_ENDS = (
    *(("jpg", Kind.JPEG), ("png", Kind.PNG), ("heic", Kind.HEIF), ("pdf", Kind.PDF)),
    *(("mp4", Kind.MP4), ("ogg", Kind.OGG), ("mp3", Kind.MP3), ("webm", Kind.WEBM), ("amr", Kind.AMR)),
)


def _nobody() -> str:
    return gettext("Nobody reads reports for this place yet. Nothing was stored. Please call: {numbers}.")


def _nobody_else() -> str:
    return gettext(
        "Nobody but officers of your regency or city reads reports for this place now. Nothing was stored. Take the tick away to send it to them, or call: {numbers}."
    )


def _sentences(visit: Visit) -> dict[str, str]:
    """What the sealing script has to say, in the language of the form."""
    fields = DetailsForm.base_fields
    return {
        "label": gettext(
            "Your text is locked on this phone before it is sent. Our server gets it locked and cannot read it."
        ),
        "wrong": gettext("Something is missing or wrong"),
        "about": str(fields["about"].error_messages["required"]),
        "story": str(fields["story"].error_messages["required"]),
        "short": str(fields["story"].error_messages["min_length"]) % {"limit_value": MIN_STORY},
        "long": gettext("This is too long: at most %(limit_value)d characters.") % {"limit_value": MAX_STORY},
        "contact": gettext("This is too long: at most %(limit_value)d characters.") % {"limit_value": MAX_CONTACT},
        "nobody": visit.plain(_nobody()),
        "nobody_else": visit.plain(_nobody_else()),
        "others": _others_read(),
        "failed": visit.plain(
            gettext(
                "We do not know whether it arrived. Your text is still here: press Send again, it is never stored twice. Or call: {numbers}."
            )
        ),
        "length": _receipt_words(Slip.LENGTH),
        "check": _receipt_words(Slip.CHECK_DIGIT),
        "later": gettext("We cannot look it up right now. Try again later."),
        "unreadable": gettext("This answer cannot be opened."),
        "more": gettext(
            "What you add is locked on this phone before it is sent. Our server gets it locked and cannot read it."
        ),
        "nothing": str(AddForm.base_fields["text"].error_messages["required"]),
        "large": adding.words_for(adding.TooLarge()),
        "kind": adding.words_for(Uncleanable(Reason.OTHER)),
        "cut": gettext(
            "The connection broke. What has arrived stays with us: press Send again, only the rest is sent."
        ),
        "sent": gettext("Sent: {part} of {all}"),
        "choose": gettext(
            "This cannot be cleaned on your phone. Names, places or the kind of phone may be hidden in it."
        ),
        "as_it_is": gettext("Send it locked, as it is"),
        "by_server": gettext("Let our server clean it: it sees it for a moment"),
        **_words_of_the_queue(),
    }


def _words_of_the_queue() -> dict[str, str]:
    """What is said to whoever lets a sealed report wait on the phone (DECISIONS 45)."""
    return {
        "keep": gettext(
            "No signal? Your report can wait on this phone, locked, until there is one. Its text is then gone from this page. Whoever searches this phone can see that something locked lies here, not what. “Leave quickly” deletes it."
        ),
        "keep_it": gettext("Keep it locked on this phone"),
        "unsent": gettext("Not sent yet"),
        "write": gettext(
            "Write these figures down now: they are shown only once. They are valid only after your report has been sent."
        ),
        "stays": gettext(
            "Your report waits on this phone, locked, and nobody has it yet. It is sent when this page is open and there is a signal. You may close the page and open it again within 72 hours; after that it is deleted as soon as the page is opened. “Leave quickly” deletes it at once. In danger, call."
        ),
        "waits": gettext("There is no connection to us yet. It still waits here."),
        "now": gettext("Send now"),
        "drop": gettext("Delete it from this phone"),
        "dropped": gettext(
            "It was deleted from this phone and goes to nobody. Should it have arrived before the connection broke, its figures are valid."
        ),
        "expired": gettext(
            "What waited here was older than 72 hours and was deleted. Please write it again, unless its figures open a report: then it had arrived after all."
        ),
        "valid": gettext("What waited on this phone has been sent. The figures that you wrote down are valid now."),
    }


def _unreadable() -> str:
    return gettext(
        "What waited here can no longer be opened by anybody, so it was deleted. It was not stored, and its figures are worth nothing. Please write it again."
    )


def _withdrawn() -> str:
    return gettext(
        "What waited here had arrived and was withdrawn since, so it was deleted from this phone. Its figures open nothing any more. If it was not you who withdrew it, please write it again."
    )


def send_sealed(visit: Visit) -> HttpResponse:
    """Store what a phone has sealed. The number is the phone's own: the page has a place for it, and names its look-up."""
    again = gettext("Nothing was stored. Open the form again and send it once more.")
    if origin_of(visit.request) is not Origin.OWN:
        return visit.notice(403, gettext("Not accepted"), again)
    if not visit.receivers:
        return visit.notice(503, gettext("The form is closed"), gettext("Nothing was stored just now."))
    try:
        sent = services.SealedReport.read(
            *map(visit.posted, ("envelope", "lookup", "reporter", "above")), waited=bool(visit.posted("waited"))
        )
        stored = services.submit_sealed(sent, visit.receivers, _phone_token(visit))
    except (EnvelopeError, VaultKeyError):
        return visit.notice(400, gettext("We could not read that"), again)
    # The phone takes another number, or drops what waits and says the sentence.
    except storing.ReplacedKey:
        return visit.notice(410, gettext("Not accepted"), _unreadable())
    except storing.Withdrawn:
        return visit.notice(410, gettext("Not accepted"), _withdrawn())
    except (storing.StaleKey, storing.Spent):
        return visit.notice(409, gettext("Not accepted"), again)
    except storing.Conflict:
        return visit.notice(422, gettext("Not accepted"), _unreadable())
    except (*NOT_STORED, storing.Unsettled):
        return visit.notice(503, gettext("Something broke on our side"), again)
    # The place lies in the envelope: the phone puts the numbers that it was given for it into the place of these.
    return visit.page(
        "stored",
        stored=stored,
        lookup=sent.lookup_id.hex(),
        access=tokens.grant(stored.report),
        form=AddForm(),
        away=visit.words.shown(visit.words.abroad),
    )


def _access(stored: services.Stored) -> str:
    """Whoever is shown the number may go on with a file."""
    return tokens.grant(stored.report) if stored.receipt is not None else ""


def _phone_token(visit: Visit) -> tokens.PhoneToken | None:
    try:
        return tokens.read_for_phone(visit.posted("token"), visit.posted("work"))
    except tokens.TokenError:
        return None


def status(visit: Visit) -> HttpResponse:
    """What became of the report of a receipt. Every unknown receipt gets one and the same page."""
    typed = visit.posted("receipt")
    try:
        credentials = selectors.credentials_of(Receipt.parse(typed))
        started = time.monotonic()
        answer = _found(visit, selectors.report_of(credentials))
    except ReceiptError as error:
        return visit.page("ask", errors=[("receipt", _receipt_words(error.reason))], typed=typed)
    except Busy:
        sentence = gettext("Many people are asking right now. Press the button again in a moment.")
        return visit.page("ask", 503, errors=[("receipt", sentence)], typed=typed)
    except NOT_STORED:
        sentence = gettext("We cannot look it up right now. Try again later.")
        return visit.page("ask", 503, errors=[("receipt", sentence)], typed=typed)
    return _evenly(answer, started)


def look(visit: Visit) -> HttpResponse:
    """The same for a phone that keeps the receipt to itself; the answers are given to it as they are sealed."""
    started = time.monotonic()
    try:
        lookup_id = bytes.fromhex(visit.posted("lookup"))
        found = selectors.report_under(lookup_id)
    except ValueError:
        found = None
    except NOT_STORED:
        sentence = gettext("We cannot look it up right now. Try again later.")
        return visit.page("ask", 503, errors=[("receipt", sentence)])
    return _evenly(_found(visit, found), started)


# Answers to a number leave at a multiple of this after it was derived: how long they took says nothing of what was found.
EVEN_SECONDS = 0.05


def _evenly(answer: HttpResponse, started: float) -> HttpResponse:
    taken = time.monotonic() - started
    time.sleep(EVEN_SECONDS - taken % EVEN_SECONDS)
    return answer


def _found(visit: Visit, found: selectors.Found | None) -> HttpResponse:
    if found is None:
        sentence = gettext("We know no report with this number. Check it figure by figure.")
        return visit.page("ask", errors=[("receipt", sentence)])
    return _status(visit, found, AddForm())


def withdraw(visit: Visit) -> HttpResponse:
    """Ask once more, then hide the report from its receipt at once (DECISIONS 46)."""
    try:
        access = tokens.accept(visit.posted("access"))
        if visit.posted("sure") != "yes":
            return visit.page("withdraw", access=visit.posted("access"))
        services.withdraw(access)
    except (tokens.TokenError, Report.DoesNotExist):
        return _too_late(visit)
    except NOT_STORED:
        return visit.page("ask", 503, errors=[("receipt", gettext("Nothing was changed. Try again in a moment."))])
    return visit.notice(
        200, gettext("Your report was withdrawn"), gettext("Your figures open nothing any more. Nobody answers it.")
    )


def delete(visit: Visit) -> HttpResponse:
    """Wipe one answer, for whoever has just shown the receipt."""
    try:
        services.delete_reply(tokens.accept(visit.posted("access")), int(visit.posted("reply"), 16))
    except tokens.TokenError:
        return _too_late(visit)
    except NOT_STORED:
        return visit.page("ask", 503, errors=[("receipt", gettext("Nothing was changed. Try again in a moment."))])
    except ValueError:
        return bad_request(visit.request)
    return visit.notice(200, gettext("The answer was deleted"), gettext("Its words are gone from our server."))


def _too_late(visit: Visit) -> HttpResponse:
    return visit.page("ask", errors=[("receipt", gettext("Too much time has passed. Type your number again."))])


def add(visit: Visit) -> HttpResponse:
    """A further text of whoever has just shown the receipt."""
    sent = file_of(visit.request)
    form = AddForm(visit.data, with_file=sent is not None)
    try:
        access = adding.access_of(visit)
        report = Report.objects.get(pk=access.report, withdrawn_on=None)
        if form.is_valid():
            adding.store(visit, access, form, sent)
            return _more(visit, access.report)
        return _again(visit, report, form)
    except adding.REFUSED as error:
        form.add_error(None, adding.words_for(error))
        return _again(visit, report, form, 503 if isinstance(error, Busy) else 200)
    except (tokens.TokenError, Report.DoesNotExist):
        sentence = gettext("Too much time has passed. Type your number again, then send the text below once more.")
        return visit.page("ask", errors=[("receipt", sentence)], kept=visit.posted("text"))
    except storing.Unsettled:
        sentence = gettext(
            "We do not know whether it was stored. Type your number again in a moment: your report says how often you have added something."
        )
        return visit.page("ask", 503, errors=[("receipt", sentence)], kept=visit.posted("text"))
    except NOT_STORED:
        return _not_added(visit)


def _more(visit: Visit, report: int) -> HttpResponse:
    """It was added; there may be more."""
    return visit.page("added", access=tokens.grant(report), form=AddForm(), **adding.number_again(visit, report))


def _again(visit: Visit, report: Report, form: AddForm, status: int = 200) -> HttpResponse:
    """The form again with what was typed: below the number where that was shown a moment ago, else below the answers."""
    number = adding.number_again(visit, report.pk)
    access = visit.posted("access")
    if not number:
        return _status(visit, selectors.Found(report), form, access, status, unopened=True)
    return visit.page("added", status, access=access, form=form, errors=_errors(form), **number)


def _not_added(visit: Visit) -> HttpResponse:
    sentence = gettext(
        "Nothing was stored just now: something is broken on our side. Type your number again in a moment, then send the text below once more. Or call: {numbers}."
    )
    return visit.page(
        "ask", 503, errors=[("", visit.says(sentence))], kept=visit.posted("text") or visit.posted("story")
    )


STEPS: dict[str, Step] = {
    "place": place,
    "send": send,
    "status": status,
    "add": add,
    "withdraw": withdraw,
    "delete": delete,
    "sealing": sealing,
    "sealed": send_sealed,
    "look": look,
    "begin": adding.begin,
    "chunk": adding.chunk,
    "more": adding.more_sealed,
}
_STORING = (send, add, withdraw, delete)
# What the page in between carries on for browsers that do not say where a form comes from.
_FIELDS = ("step", "place", "l", "token", "readers", "access", "text", "reply", "sure", *DetailsForm.base_fields)


def _form(visit: Visit, chosen: Place, data: dict[str, str] | None = None) -> DetailsForm:
    above = visit.receivers.for_place(chosen.province, province_only=True) if chosen.province else None
    return DetailsForm(chosen, clean_listing(visit.posted("l")), data, above=above.readers if above else "")


def _details(
    visit: Visit,
    form: DetailsForm,
    problem: str = "",
    token: str | None = None,
    status: int = 200,
    *,
    named: str | None = None,
) -> HttpResponse:
    """The form itself. A used or old token is kept on errors: only sending settles what it means.

    So are the readers that it ``named``: another error says nothing of them.
    """
    nearest = visit.receivers.for_place(form.place.province)
    errors = [("", problem)] if problem else []
    errors += _errors(form)
    return visit.page(
        "details",
        status,
        form=form,
        errors=errors,
        token=token or tokens.issue(),
        readers=visit.receivers.marks_for(form.place.province) if named is None else named,
        nearest=nearest,
        local=visit.receivers.regencies_of(form.place.province) if form.place.province else [],
    )


def _status(
    visit: Visit, found: selectors.Found, form: AddForm, access: str = "", status: int = 200, *, unopened: bool = False
) -> HttpResponse:
    """``unopened``: nobody has shown the number for this page, so its answers stay closed and are not offered for deletion."""
    report = found.report
    added = report.messages.filter(direction=envelope.Direction.FROM_REPORTER).count()
    return visit.page(
        "status",
        status,
        report=report,
        state=_state_words(*_shown_state(report)),
        sub=_sub_words(visit, report),
        named=[substatus.text_name(report.substatus)] if report.substatus else [],
        added=added,
        replies=_replies(found),
        unopened=unopened,
        referred=_referred(report),
        form=form,
        errors=_errors(form),
        access=access or tokens.grant(report.pk),
        receives=report.unit_id in {receiver.unit for receiver in visit.receivers.by_region.values()},
        closed=visit.says(gettext("Nothing can be added right now. Please call: {numbers}.")),
    )


def _shown_state(report: Report) -> tuple[str, bool]:
    """Its own state; of a duplicate that of the report on which it is worked, and no word of there being another."""
    if report.duplicate_of_id is None:
        return report.status, report.opened_on is not None
    other = Report.objects.only("status", "opened_on").get(pk=report.duplicate_of_id)
    return other.status, other.opened_on is not None


def _sub_words(visit: Visit, report: Report) -> SafeString | str:
    """The editors' sentence for the sub-state, ours where they wrote none."""
    if not report.substatus:
        return ""
    return visit.texts.get(substatus.text_name(report.substatus)) or substatus.sentence(report.substatus)


def _referred(report: Report) -> list[tuple[str, dt.date]]:
    """To what kind of receiver it was passed on, and when: never to whom."""
    words = referrals.receiver_words()
    return [(words[held.receiver], held.made_on) for held in referrals.shown_to_reporter(report)]


@dataclass(frozen=True)
class _Reply:
    """An answer as the page has it: its words where the server could open it, else as it is sealed."""

    message: Message
    text: str = ""
    sealed: str = ""

    @property
    def name(self) -> str:
        return f"{self.message.pk:x}"


def _replies(found: selectors.Found) -> list[_Reply]:
    """The answers that were not deleted and whose signature holds. One that was altered is not shown at all."""
    shown = []
    for message in selectors.replies_to(found.report):
        if not message.body:
            continue
        try:
            sealed = services.sealed_message(message)
            signer = message.signer
            if signer is None or not replies.is_from(
                sealed, signer.pk, bytes(message.signature), bytes(signer.signing_key)
            ):
                continue
            if found.reporter_key is None:
                shown.append(_Reply(message, sealed=base64.b64encode(sealed.to_bytes()).decode("ascii")))
            else:
                shown.append(_Reply(message, str(json.loads(envelope.open_(sealed, found.reporter_key))["text"])))
        except (EnvelopeError, *NOT_STORED, ValueError, KeyError, TypeError):
            continue
    return shown


def _errors(form: forms.Form) -> list[tuple[str, str]]:
    """The fields that are wrong, each with what to do."""
    return [
        ("" if name == NON_FIELD_ERRORS else name, " ".join(map(str, texts))) for name, texts in form.errors.items()
    ]


def _receipt_words(reason: Slip) -> str:
    return {
        Slip.LENGTH: gettext("The number has 20 figures. Count them once more."),
        Slip.CHARACTERS: gettext("The number has figures only."),
        Slip.CHECK_DIGIT: gettext("One figure is wrong. Compare them with what you wrote down."),
    }[reason]


def _state_words(state: str, opened: bool) -> str:
    # What was opened may have been read, though nobody has set a state.
    waiting = gettext("Received, an officer has it.") if opened else gettext("Received, not yet read.")
    return {
        Report.Status.RECEIVED: waiting,
        Report.Status.READ: gettext("Read by an officer."),
        Report.Status.IN_PROGRESS: gettext("Being worked on."),
        Report.Status.CLOSED: gettext("Closed."),
    }[Report.Status(state)]
