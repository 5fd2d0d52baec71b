"""The pages and answers of the desk. Texts of reports pass here only as they are sealed."""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, ngettext
from django.views.decorators.http import require_GET, require_POST

from .. import (
    audit,
    casework,
    due,
    early_warning,
    envelope,
    escalation,
    installation,
    letters,
    notes,
    paper,
    recusal,
    referrals,
    retention,
    selectors,
    services,
    snapshot,
    staff,
    standing,
    substatus,
)
from ..attachment import CHUNK_BYTES, MAX_FILE
from ..audit import Action
from ..envelope import Direction, Envelope, EnvelopeError
from ..forms import About, When, Who
from ..genuine import is_genuine
from ..keys import VaultKeyError
from ..models import AttachmentChunk, AuditEvent, Hold, Holder, Message, Note, Report, Share, Unit, today
from ..rosters import Roster
from ..staff import Refused
from ..storing import Conflict
from . import counting
from .access import for_staff, holder_of, in_unit, seated_in

logger = logging.getLogger(__name__)

PAGE_SIZE = 50
SCRIPTS = tuple(
    f"formulir/{name}"
    for name in ("vendor/hpke-1.1.7.js", "sealing.js", "aside.js", "holder.js", "packages.js", "paper.js", "desk.js")
)
# What runs beside the page, and the vendored part that each of its works needs.
WORKER = "formulir/worker.js"
PARTS = {"argon2": "formulir/vendor/argon2-4.13.0.js", "age": "formulir/vendor/age-0.3.1.js"}
# What a browser may send at once: the largest answer, in base64.
MAX_BODY = 512 * 1024
Answer = Callable[..., dict[str, Any]]


@for_staff
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The units in which this account has a seat; straight to the only one."""
    held = list(Unit.objects.filter(seats__user=request.user.pk or 0))
    if len(held) == 1:
        return redirect("desk_inbox", held[0].code)
    return render(request, "vault/desk/units.html", {"units": held})


@in_unit
@require_GET
def inbox(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The reports of a unit as the server sees them: day, state, size. What they say appears once the key is open.

    What came in a burst lies on a page of its own, or nobody would find the others; what was handed over somebody picked out.
    """
    wanted = _among(request.GET.get("status", ""), [*Report.Status.values, *LISTS])
    whose = _among(request.GET.get("siapa", ""), WHOSE)
    reports = seen_by(request, unit)
    bursts = _bursts(reports)
    listed = Q(burst=False) | _picked_out() | referrals.only_handed(unit)
    shown = recusal.visible(referrals.readable(unit), request.user.pk or 0).filter(listed)
    if wanted in Report.Status:
        shown = shown.filter(status=wanted)
    elif wanted in LISTS:
        # What ends or waits for a decision is shown wherever it came from.
        shown = LISTS[wanted](reports)
    # Who works on what was only handed over is the affair of the unit that answers for it.
    own = shown.exclude(referrals.only_handed(unit))
    counts = {name: chosen(request, own).count() for name, chosen in WHOSE.items()}
    if whose in WHOSE:
        shown = WHOSE[whose](request, own)
    return page_of(
        request,
        unit,
        "inbox",
        page=_listed(request, unit, shown),
        wanted=wanted,
        whose=whose,
        whose_words=[(name, words, counts[name]) for name, words in _whose_words().items()],
        query=_query(status=wanted, siapa=whose),
        bursts=bursts,
        lists=_list_words(reports),
        signals=len({(signal.district, signal.modus) for signal in early_warning.fresh(unit)}),
        below=escalation.below(unit),
        due_days=escalation.DUE_DAYS,
    )


# Besides the states: what the unit should look at.
LISTS: dict[str, Callable[[QuerySet[Report]], QuerySet[Report]]] = {
    "added": escalation.added_to,
    "ending": retention.warned,
    "undecided": retention.undecided,
    "held": retention.held,
    "late": due.late,
}
# Whose they are: beside the state, so that both can be asked for.
WHOSE: dict[str, Callable[[HttpRequest, QuerySet[Report]], QuerySet[Report]]] = {
    "saya": lambda request, rows: rows.filter(assignee=request.user.pk or 0),
    "belum": lambda request, rows: due.unassigned(rows),
}


def seen_by(request: HttpRequest, unit: Unit) -> QuerySet[Report]:
    """The reports of the unit, but for those that this account is kept from."""
    return recusal.visible(escalation.reports_of(unit), request.user.pk or 0)


def _among(asked: str, known: Iterable[str]) -> str:
    """What was asked for, if there is such a thing."""
    return asked if asked in known else ""


def _query(**asked: str) -> str:
    """What the addresses of further pages carry on."""
    return urlencode({name: value for name, value in asked.items() if value})


@in_unit
@require_GET
def burst(request: HttpRequest, unit: Unit, on: dt.date) -> HttpResponse:
    """What came in a burst on one day, to be triaged many at a time."""
    reports = seen_by(request, unit).filter(burst=True, received_on=on)
    if not reports.exists():
        raise Http404
    wanted = _among(request.GET.get("status", ""), Report.Status.values)
    shown = reports.filter(status=wanted) if wanted else reports
    return page_of(
        request,
        unit,
        "burst",
        page=_listed(request, unit, shown),
        wanted=wanted,
        query=_query(status=wanted),
        on=on,
        count=reports.count(),
        all_count=recusal.visible(all_of_burst(unit, on, wanted), request.user.pk or 0).count(),
        never_opened=reports.filter(opened_on=None).count(),
        own=reports.filter(unit=unit).exists(),
        decisions=decision_words(),
    )


def all_of_burst(unit: Unit, on: dt.date, state: str) -> QuerySet[Report]:
    """What one decision about all of a list changes: never what somebody has picked out to work on, unless it is asked for."""
    rows = Report.objects.filter(unit=unit, burst=True, received_on=on, withdrawn_on=None).order_by("pk")
    rows = rows.filter(status=state) if state in Report.Status else rows
    return rows if state == Report.Status.IN_PROGRESS else rows.exclude(_picked_out())


def _picked_out() -> Q:
    """What somebody took out of a burst to work on: a report like any other."""
    return Q(status=Report.Status.IN_PROGRESS) | Q(assignee__isnull=False)


def _bursts(reports: QuerySet[Report]) -> list[Any]:
    """The days with a burst: how many came, and how many of them nobody has looked at; what was withdrawn waits for nobody."""
    waiting = Count("pk", filter=Q(status=Report.Status.RECEIVED, withdrawn_on=None))
    return list(
        reports.filter(burst=True)
        .order_by("-received_on")
        .values("received_on")
        .annotate(count=Count("pk"), waiting=waiting)
        .values("received_on", "count", "waiting")
    )


def _listed(request: HttpRequest, unit: Unit, reports: QuerySet[Report]) -> Any:
    counted = reports.defer(*retention.SEALED).annotate(
        added=Count("messages", filter=Q(messages__direction=Direction.FROM_REPORTER)),
        answered=Count("messages", filter=Q(messages__direction=Direction.FROM_UNIT)),
        unread=escalation.unopened_addition(),
    )
    page: Any = Paginator(due.in_order(counted, referrals.only_handed(unit)), PAGE_SIZE).get_page(
        request.GET.get("hal")
    )
    names, ends = _names(row.assignee for row in page.object_list), retention.ends(page.object_list)
    for row in page.object_list:
        row.called = casework.short_name(row.pk)
        # Of a report that was handed over its guest is told what its page tells (report): what is added she does not get, and
        # who works on it, by when and beside which others is not hers to know.
        row.guest = referrals.is_guest(row, unit)
        row.unread = row.unread and not row.guest
        row.ends_on = None if row.guest else ends.get(row.pk)
        row.due = [] if row.guest else [_due_words(held) for held in due.of(row, bool(row.answered))]
        row.worker = "" if row.guest else names.get(row.assignee, "")
    # Ten numbers at most, whatever came.
    page.numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return page


def _names(users: Iterable[int | None]) -> dict[int, str]:
    """Accounts as people call them."""
    known = get_user_model().objects.filter(pk__in={user for user in users if user})
    return {user.pk: str(user) for user in known}


def _due_words(held: due.Due) -> dict[str, Any]:
    """What is due, in words; how late it is before anything else."""
    answer, late = held.what is due.What.ANSWER, held.late
    if not late:
        day = date_format(held.on, "j F Y")
        words = gettext("First answer by %(day)s") if answer else gettext("Next step by %(day)s")
        return {"words": words % {"day": day}, "late": False}
    words = (
        ngettext("First answer %(days)s day late", "First answer %(days)s days late", late)
        if answer
        else ngettext("Next step %(days)s day late", "Next step %(days)s days late", late)
    )
    return {"words": words % {"days": late}, "late": True}


def _whose_words() -> dict[str, str]:
    return {"saya": gettext("Mine"), "belum": gettext("Nobody's")}


def _list_words(reports: QuerySet[Report]) -> list[tuple[str, str, int]]:
    """The lists that are not empty."""
    words = {
        "added": gettext("Additions not yet read"),
        "ending": gettext("To be deleted"),
        "undecided": gettext("To be decided"),
        "held": gettext("Held"),
        "late": gettext("Overdue"),
    }
    counted = [(name, words[name], chosen(reports).count()) for name, chosen in LISTS.items()]
    return [row for row in counted if row[2]]


@in_unit
@require_GET
def report(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """One report, as a page that opens it in the browser; with ``?ringkas=1`` what a line of a list says is made of it."""
    held = report_of(unit, name, below=True)
    if request.GET.get("ringkas") == "1":
        return _brief(request, unit, held)
    own, guest = holder_of(request), referrals.is_guest(held, unit)
    roster = standing.roster_of(unit.pk)
    if own is not None and roster is not None and roster.member(own.pk) is not None:
        if held.unit_id == unit.pk:
            casework.was_opened(held, own.user)
        else:
            # Nor does it count as read by the unit above: what was added may be sealed to the unit below alone.
            referrals.was_opened(held, unit, own.user)
    data = sealed_data(held, unit, notes.of(held) if held.unit_id == unit.pk else [])
    hold = casework.hold_on(held)
    answered = held.messages.filter(direction=Direction.FROM_UNIT).exists()
    # Who works on it, by when and beside which others is the affair of the units that it lies with.
    people = {} if guest else _people_of(unit, held, request.user.pk or 0)
    duplicates = Report.objects.none() if guest else recusal.visible(held.duplicates.all(), request.user.pk or 0)
    alone = not guest and recusal.is_left_alone(held)
    return page_of(
        request,
        unit,
        "report",
        report=held,
        sealed=data,
        called=casework.short_name(held.pk),
        decisions=_decisions_with_sub(),
        decided=_decided(held),
        shown=_shown_words(held),
        due=[] if guest else [_due_words(row) for row in due.of(held, answered)],
        open=due.is_open(held),
        answered=answered,
        last_due=today() + dt.timedelta(days=casework.MOST_DUE_DAYS),
        today=today(),
        original={} if guest else _original(request, held),
        duplicates=[(f"{row:x}", casework.short_name(row)) for row in duplicates.values_list("pk", flat=True)],
        may_hand_over=recusal.may_hand_over(unit, held),
        left_alone=alone,
        above=escalation.above(held.unit) if alone else None,
        **people,
        hold=hold,
        kept_until=kept_until(held, hold),
        hold_reasons=_hold_reasons(),
        hold_reason=_hold_reasons().get(hold.reason, "") if hold else "",
        may_confirm=bool(
            hold and held.withdrawn_on is None and hold.confirmed_on is None and hold.asked_by != request.user.pk
        ),
        last_day=today() + dt.timedelta(days=casework.HOLD_DAYS),
        confirm_until=hold.asked_on + dt.timedelta(days=casework.UNCONFIRMED_DAYS) if hold else None,
        ends_on=retention.ends_on(held),
        unread=escalation.added_to(Report.objects.filter(pk=held.pk)).exists(),
        never_opened=held.opened_on is None and held.status == Report.Status.CLOSED,
        counting=counting.offered(held, unit),
        # What the other unit did about it is its own affair.
        events=[] if guest else _told(request, AuditEvent.objects.filter(report=f"{held.pk:x}")),
        handed=referrals.handed_by(held, unit) if guest else None,
    )


def _brief(request: HttpRequest, unit: Unit, held: Report) -> HttpResponse:
    """The sealed report alone: nobody has read it by that, so nothing is noted, and nothing that was added stands in it."""
    data = {**_sealed(held, _handed(held, unit)), "messages": [], "notes": []}
    return render(request, "vault/desk/brief.html", {"sealed": data})


@in_unit
@require_GET
def history(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The audit chain, as far as it is about this unit or its people."""
    people = [*seated_in(unit)]
    events = AuditEvent.objects.filter(Q(unit=unit.code) | Q(unit="", actor__in=people) | Q(action=Action.NIGHTLY))
    # Nor that others did something about a report that she is kept from: it may name her.
    events = events.exclude(report__in=recusal.hidden_in_history(request.user.pk or 0))
    page = Paginator(events.order_by("-number"), 2 * PAGE_SIZE).get_page(request.GET.get("hal"))
    return page_of(
        request, unit, "history", page=page, events=_told(request, page.object_list), head=audit.head().hex()
    )


@in_unit
@require_GET
def chunk(request: HttpRequest, unit: Unit, name: str, file: str, index: int) -> HttpResponse:
    """One chunk of a file of a report, as it is sealed."""
    held = report_of(unit, name, below=True)
    wanted = {"attachment": int(file, 16), "index": index}
    row = None
    if wanted["attachment"] < 2**63 and index < MAX_FILE // CHUNK_BYTES:
        rows = AttachmentChunk.objects.filter(**wanted, attachment__report=held, attachment__message__isnull=False)
        if referrals.is_guest(held, unit):
            rows = rows.filter(attachment__message__handed__referral__unit=unit)
        row = rows.first()
    if row is None:
        raise Http404
    response = HttpResponse(bytes(row.body), content_type="application/octet-stream")
    response["Content-Disposition"] = "attachment"
    return response


@in_unit
@require_GET
def keys_page(request: HttpRequest, unit: Unit) -> HttpResponse:
    """One's own key, who holds the unit's, and what waits for a second signature."""
    held = standing.standing_of(unit.pk)
    proposal = staff.proposal_of(unit)
    proposed = Roster.read(bytes(proposal.raw)) if proposal else None
    return page_of(
        request,
        unit,
        "keys",
        standing=held,
        people=_people(unit, held.roster),
        proposal=proposal,
        paper=paper.of(unit),
        proposed=_people(unit, proposed) if proposed else [],
        new_key=bool(proposed and (held.roster is None or proposed.epoch != held.roster.epoch)),
        signed=set(proposal.signatures.values_list("holder", flat=True)) if proposal else set(),
        data=roster_data(unit, held.roster, proposed),
    )


# What the scripts ask and send. Each answers JSON; a refusal is a sentence.


def answers(view: Answer) -> Callable[..., HttpResponse]:
    """Read the JSON that was sent, answer with what the view gives; 400 with a sentence where it is refused."""

    @in_unit
    @require_POST
    def answering(request: HttpRequest, unit: Unit, **kwargs: Any) -> HttpResponse:
        held = holder_of(request)
        try:
            if len(request.body) > MAX_BODY:
                raise Refused(gettext_noop("That was too much at once"))
            return JsonResponse(view(request, unit, held, json.loads(request.body), **kwargs))
        except Refused as error:
            return JsonResponse({"refused": gettext(str(error))}, status=400)
        except (services.Unsigned, notes.Unsigned):
            return JsonResponse({"refused": gettext("The signature is not that of your key.")}, status=400)
        except Conflict:
            # Another row has the id that the browser drew for it: the next one is another.
            return JsonResponse({"refused": gettext("That did not work. Open the page again.")}, status=400)
        except (EnvelopeError, VaultKeyError, ValueError, TypeError, KeyError, AttributeError) as error:
            # It may be a fault of ours after all. What an error says may hold what was sent: only its kind is passed on.
            logger.error("The desk could not read what was sent to %s: %s", view.__name__, type(error).__name__)
            return JsonResponse({"refused": gettext("This cannot be read.")}, status=400)

    return answering


def own_key(held: Holder | None) -> Holder:
    if held is None:
        raise Refused(gettext_noop("You have no key yet."))
    return held


def holder_of_today(unit: Unit, held: Holder | None) -> tuple[Holder, Roster]:
    """Whoever asks, with the roster that names her; Refused for everybody else."""
    own, roster = own_key(held), standing.roster_of(unit.pk)
    if roster is None or roster.member(own.pk) is None:
        raise Refused(gettext_noop("Your key is not among those of this unit."))
    return own, roster


@answers
def enrol(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """A new key of one's own."""
    fields = ("exchange_key", "signing_key", "phrase_salt", "phrase_lock", "recovery_lock", "signature")
    made = staff.enrol(
        request.user.pk or 0,
        staff.Enrolment(id=UUID(sent["id"]), **{name: bytes.fromhex(sent[name]) for name in fields}),
    )
    return {"fingerprint": made.member.fingerprint}


@answers
def opened(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """That one's key still opens: it keeps the form open (DECISIONS 47)."""
    staff.has_opened(own_key(held), bytes.fromhex(sent["signature"]))
    return {}


@answers
def change_phrase(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """The same key under a new phrase; the key itself signs that it is meant."""
    own, salt, lock = own_key(held), bytes.fromhex(sent["phrase_salt"]), bytes.fromhex(sent["phrase_lock"])
    staff.change_phrase(own, salt, lock, bytes.fromhex(sent["signature"]))
    return {}


@answers
def propose(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, Any]) -> dict[str, Any]:
    """A roster with its first signature and the shares it needs."""
    shares = {(UUID(row["holder"]), int(row["epoch"])): bytes.fromhex(row["sealed"]) for row in sent["shares"]}
    staff.propose(
        unit, own_key(held), staff.Proposal(bytes.fromhex(sent["roster"]), bytes.fromhex(sent["signature"]), shares)
    )
    return {}


@answers
def sign(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """The second signature."""
    holds = staff.sign(unit, own_key(held), bytes.fromhex(sent["digest"]), bytes.fromhex(sent["signature"]))
    if holds:
        letters.tell_of_rosters()  # whom no mail server takes now is told by the next night
    return {"holds": holds}


@answers
def withdraw_proposal(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str]) -> dict[str, Any]:
    """No longer propose it."""
    return {"gone": staff.withdraw_proposal(unit, own_key(held))}


@answers
def reply(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str], name: str) -> dict[str, Any]:
    """An answer, sealed to whoever reported and to the unit, signed by its writer. Only a holder of today answers."""
    report_, own = report_of(unit, name), own_key(held)
    message = services.reply(report_, own, _written(unit, own, sent), bytes.fromhex(sent["signature"]))
    return {"message": f"{message.pk:x}"}


@answers
def note(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, str], name: str) -> dict[str, Any]:
    """A note for those who hold the unit's key, sealed and signed by its writer. Only a holder of today writes one."""
    report_, own = report_of(unit, name), own_key(held)
    written = notes.add(report_, own, _written(unit, own, sent), bytes.fromhex(sent["signature"]))
    return {"note": f"{written.pk:x}"}


def _written(unit: Unit, own: Holder, sent: dict[str, str]) -> Envelope:
    """What a holder of today has sealed with the key of today."""
    _own, roster = holder_of_today(unit, own)
    sealed = Envelope.from_bytes(base64.b64decode(sent["envelope"], validate=True))
    if sealed.header.epoch != roster.epoch:
        raise Refused(gettext_noop("The key of the unit has changed: open the page again."))
    return sealed


# What pages are made of


def page_of(request: HttpRequest, unit: Unit, template: str, **context: Any) -> HttpResponse:
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
            "beside": {"worker": static(WORKER), "parts": {name: static(path) for name, path in PARTS.items()}},
            "status_words": status_words(),
            "changed_key": standing.changed_lately(unit.pk),
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


def roster_data(unit: Unit, roster: Roster | None, proposed: Roster | None) -> dict[str, Any]:
    """What the script of the keys page needs to write the next roster, or to check and sign the one that waits."""
    people = list(Holder.objects.filter(user__in=seated_in(unit), left_on=None))
    trusted = installation.founders_among(unit.pk, [held.member for held in people])
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
                "trusted": h.member in trusted,
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


def report_of(unit: Unit, name: str, *, below: bool = False) -> Report:
    """The report of this unit with this name; 404 for every other, whether it exists or not.

    With ``below`` also one of a unit below that was sealed to this one as well, and one that another unit handed to it: they can
    be read, not answered.
    """
    number = int(name, 16)
    rows = referrals.readable(unit) if below else Report.objects.filter(unit=unit)
    held = rows.filter(pk=number).select_related("unit").first() if number < 2**63 else None
    if held is None:
        raise Http404
    return held


def sealed_data(held: Report, unit: Unit, written: Sequence[tuple[Note, Envelope]] = ()) -> dict[str, Any]:
    """A report with all that was added, and the notes that are ``written`` about it, as the browser of a holder of this unit
    opens it; a guest gets what it was handed. What stands as an answer that no holder has signed is said to be that, no more.
    """
    handed = _handed(held, unit)
    messages = held.messages.select_related("signer", "attachment")
    if referrals.is_guest(held, unit):
        messages = messages.filter(pk__in=[number for number in handed if number is not None])
    names = _names([*(m.signer.user for m in messages if m.signer), *(note.signer.user for note, _envelope in written)])
    writers = selectors.writers_to(held)
    return {
        **_sealed(held, handed),
        "messages": [
            {
                **(_sealed_message(m, names) if is_genuine(m, held, writers) else _forged(m)),
                "handed": [wrap.hex() for wrap in handed.get(m.pk, [])],
            }
            for m in messages
        ],
        "notes": [_sealed_note(note, sealed, names) for note, sealed in written],
    }


def _handed(held: Report, unit: Unit) -> dict[int | None, list[bytes]]:
    """The wraps for a unit that it was handed to."""
    return referrals.wraps_for(held, unit) if referrals.is_guest(held, unit) else {}


def _sealed(held: Report, handed: dict[int | None, list[bytes]]) -> dict[str, Any]:
    return {
        "name": f"{held.pk:x}",
        "rid": bytes(held.rid).hex(),
        "mode": held.mode,
        "envelope": _base64(services.sealed_report(held)),
        "reporter": services.key_of_reporter(held).hex(),
        "handed": [wrap.hex() for wrap in handed.get(None, [])],
    }


def _forged(message: Message) -> dict[str, Any]:
    """Whoever put it there may have named anybody as its writer: nobody is named, and nothing of it is shown."""
    return {
        "name": f"{message.pk:x}",
        "direction": message.direction,
        "received_on": message.received_on.isoformat(),
        "shown_on": date_format(message.received_on, "j F Y"),
        "writer": "",
        "deleted": False,
        "forged": True,
        "envelope": "",
        "file": "",
    }


def _sealed_message(message: Message, names: dict[int, str]) -> dict[str, Any]:
    from_unit = message.direction == Direction.FROM_UNIT
    return {
        "name": f"{message.pk:x}",
        "direction": message.direction,
        "received_on": message.received_on.isoformat(),
        "shown_on": date_format(message.received_on, "j F Y"),
        "writer": names.get(message.signer.user, "") if message.signer else "",
        "deleted": from_unit and not message.body,
        "forged": False,
        "envelope": _base64(services.sealed_message(message)) if message.body else "",
        "file": f"{message.attachment.pk:x}" if hasattr(message, "attachment") else "",
    }


def _base64(sealed: envelope.Envelope) -> str:
    return base64.b64encode(sealed.to_bytes()).decode("ascii")


def _sealed_note(held: Note, sealed: envelope.Envelope, names: dict[int, str]) -> dict[str, Any]:
    return {
        "written_on": date_format(held.received_on, "j F Y"),
        "writer": names.get(held.signer.user, ""),
        "envelope": _base64(sealed),
    }


def _people_of(unit: Unit, held: Report, user: int) -> dict[str, Any]:
    """Who may go on with a report, who is kept from it, who could be."""
    kept = [row.user for row in held.recusals.all()]
    seats, able = seated_in(unit), casework.candidates(unit, held)
    names = _names([*seats, *kept, *able, held.assignee])

    def listed(users: Iterable[int]) -> list[tuple[int, str]]:
        return sorted(((one, names[one]) for one in users if one in names), key=lambda row: (row[1], row[0]))

    return {
        "worker": names.get(held.assignee or 0, ""),
        "candidates": listed(able),
        "kept": listed(kept),
        "others": listed(set(seats) - {user, *kept}),
    }


def _original(request: HttpRequest, held: Report) -> dict[str, str]:
    """The report that this one is a duplicate of; without its name for whoever is kept from it."""
    number = held.duplicate_of_id
    if number is None:
        return {}
    if recusal.excludes(number, request.user.pk or 0):
        return {"name": "", "called": ""}
    return {"name": f"{number:x}", "called": casework.short_name(number)}


def kept_until(held: Report, hold: Hold | None) -> dt.date | None:
    """Until when a hold keeps a withdrawn report beyond its 14 days; None where it does not."""
    if held.withdrawn_on is None or hold is None:
        return None
    day = casework.hold_ends(hold)
    return day if day > held.withdrawn_on + dt.timedelta(days=retention.WITHDRAWN_DAYS) else None


def _decided(held: Report) -> str:
    if held.spam:
        return casework.SPAM
    return f"{held.status}/{held.substatus}" if held.substatus else held.status


def _shown_words(held: Report) -> str:
    """The sentence below the state, as whoever holds the number reads it in Indonesian."""
    if not held.substatus:
        return ""
    words = snapshot.read(settings.LANGUAGE_CODE)
    own = words.words(substatus.text_name(held.substatus)) if words else ""
    return own or substatus.sentence(held.substatus)


def _decisions_with_sub() -> list[tuple[str, list[tuple[str, str]]]]:
    """The states, each with its sub-states; noise stands with the closed ones."""
    states, subs = status_words(), sub_words()
    groups = []
    for state, words in states.items():
        rows = [(state, words), *((f"{state}/{code}", f"{words}: {subs[code]}") for code in substatus.of(state))]
        groups.append((words, rows))
    groups[-1][1].append((casework.SPAM, decision_words()[casework.SPAM]))
    return groups


def sub_words() -> dict[str, str]:
    """Sub-states as case workers call them; whoever holds the number reads a sentence."""
    return {
        "queued": gettext("waits its turn"),
        "examined": gettext("being examined"),
        "need-more": gettext("we need to know more"),
        "with-others": gettext("with another office"),
        "waiting": gettext("waiting for an answer from elsewhere"),
        "help-given": gettext("help was given"),
        "passed-on": gettext("passed on"),
        "no-action": gettext("nothing more can be done"),
        "no-answer": gettext("asked, no answer"),
    }


def status_words() -> dict[str, str]:
    return {
        Report.Status.RECEIVED: gettext("New"),
        Report.Status.READ: gettext("Read"),
        Report.Status.IN_PROGRESS: gettext("Being worked on"),
        Report.Status.CLOSED: gettext("Closed"),
    }


def decision_words() -> dict[str, str]:
    """What can be decided about a report: its states, and that it is none."""
    return {**status_words(), casework.SPAM: gettext("Closed: no report, only noise")}


def _hold_reasons() -> dict[str, str]:
    return {
        Hold.Reason.POLICE: gettext("The police investigate"),
        Hold.Reason.COURT: gettext("A court or prosecutor has asked for it"),
        Hold.Reason.OVERSIGHT: gettext("A complaint about our own work is being examined"),
        Hold.Reason.PROTECTION: gettext("Somebody is still being protected"),
    }


def _told(request: HttpRequest, events: Iterable[AuditEvent]) -> list[dict[str, Any]]:
    """Events as a person reads them; none names another report that she is kept from."""
    held, words = list(events), _event_words()
    details = [dict(part.split("=", 1) for part in event.detail.split()) for event in held]
    if any("of" in detail for detail in details):
        hidden = {casework.short_name(int(name, 16)) for name in recusal.hidden_in_history(request.user.pk or 0)}
        details = [{**detail, "of": ""} if detail.get("of") in hidden else detail for detail in details]
    named = {event.actor for event in held if event.actor} | {int(d["account"]) for d in details if "account" in d}
    users = {user.pk: str(user) for user in get_user_model().objects.filter(pk__in=named)}
    unknown = gettext("Unknown")
    return [
        {
            "event": event,
            "who": gettext("System") if event.actor is None else users.get(event.actor, unknown),
            "what": words[event.action],
            "more": _detail_words(detail, users.get(int(detail.get("account", 0)), unknown)),
        }
        for event, detail in zip(held, details, strict=True)
    ]


def _detail_words(detail: dict[str, str], account: str) -> str:
    """The codes of an event in words; of a night nothing, as its counts are those of all units."""
    if "state" in detail:
        words = [decision_words().get(detail["state"], ""), sub_words().get(detail.get("sub", ""), "")]
        return ": ".join(filter(None, words))
    if "of" in detail:
        return detail["of"]
    if "answer" in detail or "step" in detail:
        names = {"answer": gettext("First answer by %(day)s"), "step": gettext("Next step by %(day)s")}
        days = {name: date_format(dt.date.fromisoformat(detail[name]), "j F Y") for name in names if name in detail}
        return ", ".join(names[name] % {"day": day} for name, day in days.items())
    if "reason" in detail:
        until = date_format(dt.date.fromisoformat(detail["until"]), "j F Y")
        return gettext("%(reason)s, until %(day)s") % {"reason": _hold_reasons()[detail["reason"]], "day": until}
    if "holders" in detail:
        return gettext("key number %(epoch)s, %(holders)s holders") % detail
    if "account" in detail:
        return account
    if "package" in detail:
        return gettext("locked to %(receiver)s, SHA-256 %(package)s") % {
            "receiver": _receiver_words(detail["receiver"]),
            "package": detail["package"],
        }
    if "epoch" in detail:
        return gettext("key number %(epoch)s") % detail
    return detail.get("fingerprint", "").replace("-", " ")


def _receiver_words(receiver: str) -> str:
    words = {referrals.PASSPHRASE: gettext("a passphrase"), referrals.PLAIN: gettext("nothing, in plain sight")}
    return words.get(receiver) or gettext("the key %(key)s") % {"key": receiver.replace("-", " ")}


def _event_words() -> dict[str, str]:
    return {
        Action.UNIT_MADE: gettext("Unit made"),
        Action.SEAT_GIVEN: gettext("Seat given"),
        Action.SEAT_TAKEN: gettext("Seat taken"),
        Action.KEY_MADE: gettext("Own key made"),
        Action.PHRASE_CHANGED: gettext("Phrase changed"),
        Action.TRUSTED: gettext("Fingerprint trusted"),
        Action.DISTRUSTED: gettext("Fingerprint no longer trusted"),
        Action.ROSTER_PROPOSED: gettext("Holders proposed"),
        Action.ROSTER_SIGNED: gettext("Proposal signed"),
        Action.ROSTER_ACCEPTED: gettext("New list of holders in force"),
        Action.PROPOSAL_WITHDRAWN: gettext("Proposal withdrawn"),
        Action.OPENED: gettext("Opened"),
        Action.STATE_SET: gettext("State set"),
        Action.ANSWERED: gettext("Answered"),
        Action.KEPT: gettext("Kept for another term"),
        Action.HOLD_ASKED: gettext("Hold asked for"),
        Action.HOLD_CONFIRMED: gettext("Hold confirmed"),
        Action.HOLD_LIFTED: gettext("Hold ended"),
        Action.ASSIGNED: gettext("Responsible"),
        Action.DUE_SET: gettext("Due days set"),
        Action.NOTED: gettext("Note written"),
        Action.DUPLICATE: gettext("Marked as the same as another report"),
        Action.DUPLICATE_UNDONE: gettext("No longer marked as the same as another"),
        Action.RECUSED: gettext("Kept from the report"),
        Action.RECUSAL_LIFTED: gettext("No longer kept from the report"),
        Action.HANDED_OVER: gettext("Handed over to the unit above"),
        Action.COUNTED: gettext("A report counted for the statistics"),
        Action.DELETED: gettext("Deleted at the end of its term"),
        Action.REFERRED: gettext("Passed on"),
        Action.EXPORTED: gettext("Codes saved as a file"),
        Action.PAPER_MADE: gettext("Sealed envelope of the unit made"),
        Action.PAPER_OPENED: gettext("Sealed envelope of the unit opened"),
        Action.ESCALATED: gettext("The unit above was told that nobody reads"),
        Action.ESCALATION_ENDED: gettext("Somebody reads again"),
        Action.NIGHTLY: gettext("Work of the night"),
        Action.RESTORED: gettext("Put back from a backup"),
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
        "forged_by": gettext("No answer of the unit"),
        "forged": gettext(
            "Somebody put this among the answers, and no holder of the unit has signed it: it is not shown. Tell the IT officer."
        ),
        "deleted": gettext("Deleted by whoever has the number"),
        "show": gettext("Show the picture"),
        "save": gettext("Save a copy"),
        "picture": gettext("Picture from the report"),
        "play": gettext("Play it here"),
        "player": gettext("Sound or film from the report"),
        "lost": gettext("This file cannot be opened: it was altered, or it is not what it says."),
        "large": gettext("This picture has too many pixels to be shown here."),
        "cleaned": {
            "phone": gettext("Cleaned on the phone."),
            "server": gettext("Cleaned on our server."),
            "no": gettext(
                "As it was sent: it may hide who made it, or harm the computer that opens it. Save it only to a computer for such files."
            ),
        },
        "note_by": gettext("Note"),
        "nothing": gettext("None."),
        "fields": {
            "about": gettext("About"),
            "place": gettext("Place"),
            "who": gettext("Whose situation"),
            "when": gettext("When"),
            "contact": gettext("Contact"),
            "listing": gettext("Job"),
            "language": gettext("Language"),
            "countable": gettext("May be counted without identity"),
        },
        "codes": {
            **{code: str(name) for code, name in settings.LANGUAGES},
            "true": gettext("Yes"),
            **{str(value): str(label) for choices in (About, Who, When) for value, label in choices.choices if value},
        },
    }
