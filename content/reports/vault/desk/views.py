"""The pages and answers of the desk. Texts of reports pass here only as they are sealed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_POST

from .. import envelope, installation, services, staff, standing
from ..attachment import CHUNK_BYTES, MAX_FILE
from ..envelope import Direction, Envelope, EnvelopeError
from ..forms import About, When, Who
from ..keys import VaultKeyError
from ..models import AttachmentChunk, Holder, Message, Report, Share, Unit
from ..rosters import Roster
from ..staff import Refused
from .access import for_staff, holder_of, in_unit, seated_in

PAGE_SIZE = 50
SCRIPTS = tuple(
    f"formulir/{name}"
    for name in ("vendor/hpke-1.1.7.js", "vendor/argon2-4.13.0.js", "sealing.js", "holder.js", "desk.js")
)
# What a browser may send at once: the largest answer, in base64.
MAX_BODY = 512 * 1024
Answer = Callable[..., dict[str, Any]]


@require_GET
@for_staff
def units(request: HttpRequest) -> HttpResponse:
    """The units in which this account has a seat; straight to the only one."""
    held = list(Unit.objects.filter(seats__user=request.user.pk or 0))
    if len(held) == 1:
        return redirect("desk_inbox", held[0].code)
    return render(request, "vault/desk/units.html", {"units": held})


@require_GET
@in_unit
def inbox(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The reports of a unit as the server sees them: day, state, size. What they say appears once the key is open."""
    wanted = request.GET.get("status", "")
    reports = Report.objects.filter(Q(unit=unit) | Q(also=unit)).annotate(
        added=Count("messages", filter=Q(messages__direction=Direction.FROM_REPORTER)),
        answered=Count("messages", filter=Q(messages__direction=Direction.FROM_UNIT)),
    )
    if wanted in Report.Status:
        reports = reports.filter(status=wanted)
    # Said here: a query that counts passes over the order of the model, and the database's own is that of arrival.
    page = Paginator(reports.order_by("-received_on", "pk"), PAGE_SIZE).get_page(request.GET.get("hal"))
    return _page(request, unit, "inbox", page=page, wanted=wanted, states=Report.Status, status_words=_status_words())


@require_GET
@in_unit
def report(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """One report, as a page that opens it in the browser."""
    held = _report(unit, name, below=True)
    data = {
        **_sealed(held),
        "messages": [_sealed_message(m) for m in held.messages.select_related("signer", "attachment")],
    }
    return _page(request, unit, "report", report=held, sealed=data, states=Report.Status, status_words=_status_words())


@require_GET
@in_unit
def chunk(request: HttpRequest, unit: Unit, name: str, file: str, index: int) -> HttpResponse:
    """One chunk of a file of a report, as it is sealed."""
    held = _report(unit, name, below=True)
    wanted = {"attachment": int(file, 16), "index": index}
    row = None
    if wanted["attachment"] < 2**63 and index < MAX_FILE // CHUNK_BYTES:
        row = AttachmentChunk.objects.filter(
            **wanted, attachment__report=held, attachment__message__isnull=False
        ).first()
    if row is None:
        raise Http404
    response = HttpResponse(bytes(row.body), content_type="application/octet-stream")
    response["Content-Disposition"] = "attachment"
    return response


@require_GET
@in_unit
def keys_page(request: HttpRequest, unit: Unit) -> HttpResponse:
    """One's own key, who holds the unit's, and what waits for a second signature."""
    held = standing.standing_of(unit.pk)
    proposal = staff.proposal_of(unit)
    proposed = Roster.read(bytes(proposal.raw)) if proposal else None
    return _page(
        request,
        unit,
        "keys",
        standing=held,
        people=_people(unit, held.roster),
        proposal=proposal,
        proposed=_people(unit, proposed) if proposed else [],
        new_key=bool(proposed and (held.roster is None or proposed.epoch != held.roster.epoch)),
        signed=set(proposal.signatures.values_list("holder", flat=True)) if proposal else set(),
        data=_roster_data(unit, held.roster, proposed),
    )


# What the scripts ask and send. Each answers JSON; a refusal is a sentence.


def _answers(view: Answer) -> Callable[..., HttpResponse]:
    """Read the JSON that was sent, answer with what the view gives; 400 with a sentence where it is refused."""

    @require_POST
    @in_unit
    def answering(request: HttpRequest, unit: Unit, **kwargs: Any) -> HttpResponse:
        held = holder_of(request)
        try:
            if len(request.body) > MAX_BODY:
                raise Refused(gettext_noop("That was too much at once"))
            return JsonResponse(view(request, unit, held, json.loads(request.body), **kwargs))
        except Refused as error:
            return JsonResponse({"refused": gettext(str(error))}, status=400)
        except services.Unsigned:
            return JsonResponse({"refused": gettext("The signature is not that of your key.")}, status=400)
        except (EnvelopeError, VaultKeyError, ValueError, TypeError, KeyError, AttributeError):
            return JsonResponse({"refused": gettext("This cannot be read.")}, status=400)

    return answering


def _own(held: Holder | None) -> Holder:
    if held is None:
        raise Refused(gettext_noop("You have no key yet."))
    return held


@_answers
def enrol(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """A new key of one's own."""
    fields = ("exchange_key", "signing_key", "phrase_salt", "phrase_lock", "recovery_lock", "signature")
    made = staff.enrol(
        request.user.pk or 0,
        staff.Enrolment(id=UUID(sent["id"]), **{name: bytes.fromhex(sent[name]) for name in fields}),
    )
    return {"fingerprint": made.member.fingerprint}


@_answers
def opened(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """That one's key still opens: it keeps the form open (DECISIONS 47)."""
    staff.has_opened(_own(held), bytes.fromhex(sent["signature"]))
    return {}


@_answers
def change_phrase(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """The same key under a new phrase; the key itself signs that it is meant."""
    own, salt, lock = _own(held), bytes.fromhex(sent["phrase_salt"]), bytes.fromhex(sent["phrase_lock"])
    staff.change_phrase(own, salt, lock, bytes.fromhex(sent["signature"]))
    return {}


@_answers
def propose(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, Any]) -> dict[str, Any]:
    """A roster with its first signature and the shares it needs."""
    shares = {(UUID(row["holder"]), int(row["epoch"])): bytes.fromhex(row["sealed"]) for row in sent["shares"]}
    staff.propose(
        unit, _own(held), staff.Proposal(bytes.fromhex(sent["roster"]), bytes.fromhex(sent["signature"]), shares)
    )
    return {}


@_answers
def sign(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """The second signature."""
    holds = staff.sign(unit, _own(held), bytes.fromhex(sent["digest"]), bytes.fromhex(sent["signature"]))
    return {"holds": holds}


@_answers
def withdraw_proposal(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """No longer propose it."""
    _own(held)
    return {"gone": staff.withdraw_proposal(unit)}


@_answers
def set_status(
    request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str], name: str
) -> dict[str, Any]:
    """What whoever holds the number sees of the report's way."""
    report_ = _report(unit, name)
    if sent["status"] not in Report.Status:
        raise Refused(gettext_noop("There is no such state."))
    Report.objects.filter(pk=report_.pk).update(status=sent["status"])
    return {"status": sent["status"]}


@_answers
def reply(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str], name: str) -> dict[str, Any]:
    """An answer, sealed to whoever reported and to the unit, signed by its writer. Only a holder of today answers."""
    report_, own = _report(unit, name), _own(held)
    roster = standing.roster_of(unit.pk)
    if roster is None or roster.member(own.pk) is None:
        raise Refused(gettext_noop("Your key is not among those of this unit."))
    sealed = Envelope.from_bytes(base64.b64decode(sent["envelope"], validate=True))
    if sealed.header.epoch != roster.epoch:
        raise Refused(gettext_noop("The key of the unit has changed: open the page again."))
    message = services.reply(report_, own, sealed, bytes.fromhex(sent["signature"]))
    return {"message": f"{message.pk:x}"}


# What pages are made of


def _page(request: HttpRequest, unit: Unit, template: str, **context: Any) -> HttpResponse:
    own = holder_of(request)
    return render(
        request,
        f"vault/desk/{template}.html",
        {
            "unit": unit,
            "own": own,
            "lock": _lock_data(unit, own),
            "words": _words(),
            "scripts": SCRIPTS,
            **context,
        },
    )


def _lock_data(unit: Unit, own: Holder | None) -> dict[str, Any]:
    """What a browser needs to open one's key and with it the unit's; all of it locked. Shares go to holders of today."""
    if own is None:
        return {}
    roster = standing.roster_of(unit.pk)
    member = roster is not None and roster.member(own.pk) is not None
    shares = Share.objects.filter(unit=unit, holder=own)
    return {
        "id": str(own.pk),
        "unit": str(unit.pk),
        "salt": bytes(own.phrase_salt).hex(),
        "phrase": bytes(own.phrase_lock).hex(),
        "recovery": bytes(own.recovery_lock).hex(),
        "signing": bytes(own.signing_key).hex(),
        "epoch": roster.epoch if roster else 0,
        "key": roster.key.hex() if roster else "",
        "shares": {share.epoch: bytes(share.sealed).hex() for share in shares} if member else {},
        "to_sign": staff.to_show_opened(own).hex(),
    }


def _roster_data(unit: Unit, roster: Roster | None, proposed: Roster | None) -> dict[str, Any]:
    """What the script of the keys page needs to write the next roster, or to check and sign the one that waits."""
    people = Holder.objects.filter(user__in=seated_in(unit), left_on=None)
    waiting = Share.objects.filter(unit=unit, epoch=proposed.epoch) if proposed else Share.objects.none()
    return {
        "unit": str(unit.pk),
        "roster": roster.raw.decode("ascii") if roster else "",
        "digest": roster.digest.hex() if roster else "00" * 32,
        "people": [
            {
                "id": str(h.pk),
                "exchange": bytes(h.exchange_key).hex(),
                "signing": bytes(h.signing_key).hex(),
                "trusted": bool(installation.founders_among(unit.pk, [h.member])),
            }
            for h in people
        ],
        "proposal": proposed.raw.decode("ascii") if proposed else "",
        "proposal_digest": proposed.digest.hex() if proposed else "",
        "proposal_shares": {str(share.holder_id): bytes(share.sealed).hex() for share in waiting},
    }


def _people(unit: Unit, roster: Roster | None) -> list[dict[str, Any]]:
    """Everybody with a seat or in the roster: name, fingerprint, whether the roster names them.

    What the roster says of its members is shown, not what is stored beside it: it is the roster that is signed.
    """
    members = {m.id: m for m in roster.members} if roster else {}
    seats = seated_in(unit)
    rows = {h.pk: h for h in Holder.objects.filter(Q(user__in=seats, left_on=None) | Q(pk__in=members))}
    users = {
        user.pk: user for user in get_user_model().objects.filter(pk__in={*seats, *(h.user for h in rows.values())})
    }
    known = {h.pk: members.get(h.pk, h.member) for h in rows.values()} | members
    people = [
        {
            "name": str(users.get(rows[pk].user, rows[pk].user)) if pk in rows else gettext("Unknown"),
            "holder": str(pk),
            "fingerprint": member.fingerprint,
            "member": pk in members,
            "opened_on": rows[pk].opened_on if pk in rows else None,
        }
        for pk, member in known.items()
    ]
    without = {*seats} - {h.user for h in rows.values()}
    people += [{"name": str(users.get(user, user)), "holder": "", "member": False} for user in without]
    return sorted(people, key=lambda person: (person["name"], person["holder"]))


def _report(unit: Unit, name: str, *, below: bool = False) -> Report:
    """The report of this unit with this name; 404 for every other, whether it exists or not.

    With ``below`` also one of a unit below that was sealed to this one as well: it can be read, not answered.
    """
    wanted = Q(unit=unit) | Q(also=unit) if below else Q(unit=unit)
    number = int(name, 16)
    held = Report.objects.filter(wanted, pk=number).select_related("unit").first() if number < 2**63 else None
    if held is None:
        raise Http404
    return held


def _sealed(held: Report) -> dict[str, Any]:
    return {
        "name": f"{held.pk:x}",
        "rid": bytes(held.rid).hex(),
        "mode": held.mode,
        "envelope": _base64(services.sealed_report(held)),
        "reporter": services.key_of_reporter(held).hex(),
    }


def _sealed_message(message: Message) -> dict[str, Any]:
    from_unit = message.direction == Direction.FROM_UNIT
    return {
        "direction": message.direction,
        "received_on": message.received_on.isoformat(),
        "writer": str(get_user_model().objects.filter(pk=message.signer.user).first() or "") if message.signer else "",
        "deleted": from_unit and not message.body,
        "envelope": _base64(services.sealed_message(message)) if message.body else "",
        "file": f"{message.attachment.pk:x}" if hasattr(message, "attachment") else "",
    }


def _base64(sealed: envelope.Envelope) -> str:
    return base64.b64encode(sealed.to_bytes()).decode("ascii")


def _status_words() -> dict[str, str]:
    return {
        Report.Status.RECEIVED: gettext("New"),
        Report.Status.READ: gettext("Read"),
        Report.Status.IN_PROGRESS: gettext("Being worked on"),
        Report.Status.CLOSED: gettext("Closed"),
    }


def _words() -> dict[str, Any]:
    """What the script says, and the words for the codes that stand in a report."""
    return {
        "slips": {
            "characters": gettext("The phrase has figures only, the code letters and figures."),
            "length": gettext("The phrase has 26 figures, the code 25 letters and figures. Count them once more."),
            "first line": gettext("One figure in the first line is wrong."),
            "second line": gettext("One figure in the second line is wrong."),
        },
        "wrong": gettext("It does not open with this. Compare it with your paper."),
        "opening": gettext("Opening …"),
        "none": gettext("Your key is not among those of this unit yet: you can read nothing here."),
        "first": gettext("Open your key first."),
        "failed": gettext("That did not work. Open the page again."),
        "unreadable": gettext("This cannot be opened with the keys of this unit, or it was altered."),
        "unlike": gettext("This is not what you have written down. Compare it once more."),
        "planted": gettext(
            "The key of the unit that is stored for you is not the one that its holders signed. Tell the IT officer."
        ),
        "strange": gettext(
            "The proposal does not fit to the unit, or its key is not the one that was sealed to you. Do not sign."
        ),
        "two": gettext("Two trusted holders with a key are needed first."),
        "signed": gettext("Signed."),
        "waits": gettext("Proposed. Another holder has to sign."),
        "empty": gettext("Write something first."),
        "by_holder": gettext("From whoever has the number, not certainly the reporter"),
        "by_unit": gettext("Answer of the unit"),
        "deleted": gettext("Deleted by whoever has the number"),
        "show": gettext("Show the picture"),
        "save": gettext("Save a copy"),
        "picture": gettext("Picture from the report"),
        "lost": gettext("This file cannot be opened: it was altered, or it is not what it says."),
        "large": gettext("This picture has too many pixels to be shown here."),
        "cleaned": {
            "phone": gettext("Cleaned on the phone."),
            "server": gettext("Cleaned on our server."),
            "no": gettext(
                "As it was sent: it may hide who made it, or harm the computer that opens it. Save it only to a computer for such files."
            ),
        },
        "nothing": gettext("None."),
        "fields": {
            "about": gettext("About"),
            "place": gettext("Place"),
            "who": gettext("Whose situation"),
            "when": gettext("When"),
            "contact": gettext("Contact"),
            "listing": gettext("Job"),
            "language": gettext("Language"),
        },
        "codes": {
            str(value): str(label) for choices in (About, Who, When) for value, label in choices.choices if value
        },
    }
