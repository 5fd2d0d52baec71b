"""What is done at the desk without any key: plain forms, which work without JavaScript, and back to the page they came from.

A script that has a key open sends the same forms itself, so that the key need not be typed again (desk.js).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST

from .. import casework, escalation, recusal, referrals
from ..models import Report, Unit
from ..staff import Refused
from .access import in_unit
from .views import SCRIPTS, all_of_burst, decision_words, report_of


def _refused(request: HttpRequest, unit: Unit, error: Refused, back: str) -> HttpResponse:
    """One sentence, and the way back."""
    held = {"unit": unit, "sentence": gettext(str(error)), "back": back, "scripts": SCRIPTS}
    return render(request, "vault/desk/refused.html", held, status=400)


@in_unit
@require_POST
def set_status(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """What whoever holds the number sees of the report's way; or that it is none."""
    held = report_of(unit, name)
    back = reverse("desk_report", args=[unit.code, held.pk])
    try:
        casework.decide(unit, [held.pk], request.POST.get("status", ""), request.user.pk or 0)
    except Refused as error:
        return _refused(request, unit, error, back)
    return redirect(back)


@in_unit
@require_POST
def keep(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """Its term begins anew."""
    held = report_of(unit, name)
    try:
        casework.keep(held, request.user.pk or 0)
    except Refused as error:
        return _refused(request, unit, error, reverse("desk_inbox", args=[unit.code]))
    return redirect("desk_report", unit.code, held.pk)


@in_unit
@require_POST
def assign(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """Who goes on with it."""
    held = report_of(unit, name)
    back = reverse("desk_report", args=[unit.code, held.pk])
    try:
        casework.assign(held, _account(request.POST.get("user", "")), request.user.pk or 0)
    except Refused as error:
        return _refused(request, unit, error, back)
    return redirect(back)


@in_unit
@require_POST
def set_due(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """By when; an empty day follows from the state again."""
    held = report_of(unit, name)
    back = reverse("desk_report", args=[unit.code, held.pk])
    try:
        answer, step = (_day(text) if (text := request.POST.get(field, "")) else None for field in ("answer", "step"))
        casework.set_due(held, answer, step, request.user.pk or 0)
    except Refused as error:
        return _refused(request, unit, error, back)
    return redirect(back)


@in_unit
@require_POST
def duplicate(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """Mark it as the same as another report, or undo that."""
    held, by = report_of(unit, name), request.user.pk or 0
    back = reverse("desk_report", args=[unit.code, held.pk])
    try:
        if request.POST.get("do") == "undo":
            casework.undo_duplicate(held, by)
        else:
            casework.mark_duplicate(held, casework.report_called(unit, request.POST.get("of", ""), by), by)
    except Refused as error:
        return _refused(request, unit, error, back)
    return redirect(back)


@in_unit
@require_POST
def conflict(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """Keep somebody from a report that concerns her, oneself only after a question; or end that for somebody else."""
    held, by = report_of(unit, name, below=True), request.user.pk or 0
    back = reverse("desk_report", args=[unit.code, held.pk])
    try:
        match request.POST.get("do"):
            case "self" if request.POST.get("sure") != "yes":
                return render(request, "vault/desk/conflict.html", _about_conflict(unit, held, back))
            case "self":
                recusal.recuse(held, by, by)
                return redirect("desk_inbox", unit.code)
            case "other":
                user = _account(request.POST.get("user", ""))
                if user is None:
                    raise Refused(gettext_noop("Choose somebody."))
                recusal.recuse(held, user, by)
            case "end":
                recusal.lift(held, _account(request.POST.get("user", "")) or 0, by)
            case _:
                raise Refused(gettext_noop("This cannot be read."))
    except Refused as error:
        return _refused(request, unit, error, back)
    return redirect(back)


def _about_conflict(unit: Unit, held: Report, back: str) -> dict[str, object]:
    left = casework.candidates(held.unit, held)
    last = len(left) < 2 and not referrals.is_guest(held, unit)
    return {
        "unit": unit,
        "report": held,
        "back": back,
        "scripts": SCRIPTS,
        "last": last,
        "above": escalation.above(held.unit) if last else None,
        "may_hand_over": recusal.may_hand_over(unit, held),
    }


@in_unit
@require_POST
def hand_over(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """Give the report to the unit above, or take it from the unit below; asked for twice."""
    held = report_of(unit, name, below=True)
    back = reverse("desk_report", args=[unit.code, held.pk])
    try:
        if request.POST.get("sure") != "yes" and recusal.may_hand_over(unit, held):
            words = {"unit": unit, "report": held, "back": back, "scripts": SCRIPTS, "taking": held.also_id == unit.pk}
            return render(request, "vault/desk/hand_over.html", words)
        recusal.hand_over(unit, held, request.user.pk or 0)
    except Refused as error:
        return _refused(request, unit, error, back)
    return redirect("desk_inbox", unit.code)


@in_unit
@require_POST
def hold(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """Ask for a hold, confirm one, lift one."""
    held, by = report_of(unit, name), request.user.pk or 0
    back = reverse("desk_report", args=[unit.code, held.pk])
    try:
        match request.POST.get("do"):
            case "ask":
                casework.ask_hold(held, request.POST.get("reason", ""), _day(request.POST.get("until", "")), by)
            case "confirm":
                casework.confirm_hold(held, by)
            case "lift":
                casework.lift_hold(held, by)
            case _:
                raise Refused(gettext_noop("This cannot be read."))
    except Refused as error:
        return _refused(request, unit, error, back)
    return redirect(back)


@in_unit
@require_POST
def decide(request: HttpRequest, unit: Unit) -> HttpResponse:
    """One decision about many reports of a burst: those that were ticked, or all that a list of that day shows.

    Never about what somebody works on meanwhile, or has withdrawn. All, and spam, are asked for twice, and so is what is not
    exactly what was ticked or asked about: the answer holds for these reports alone.
    """
    decision, every = request.POST.get("status", ""), request.POST.get("every") == "yes"
    try:
        on = _day(request.POST.get("on", ""))
    except Refused as error:
        return _refused(request, unit, error, reverse("desk_inbox", args=[unit.code]))
    back, of = reverse("desk_burst", args=[unit.code, on]), request.POST.get("of", "")
    rows = recusal.visible(all_of_burst(unit, on, of), request.user.pk or 0).values_list("pk", flat=True)
    ticked = set() if every else _ticked(request)
    numbers = [number for number in rows if every or number in ticked]
    left_out = len(ticked) - len(numbers) if ticked else 0
    asks = every or decision == casework.SPAM or left_out > 0
    try:
        if not every and not ticked:
            raise Refused(gettext_noop("Tick at least one report."))
        if not numbers:
            raise Refused(gettext_noop("Nothing is left of it: somebody works on it by now, or it was withdrawn."))
        if decision not in casework.DECISIONS:
            raise Refused(gettext_noop("There is no such state."))
        if asks and request.POST.get("sure") != _mark(numbers):
            held = {"unit": unit, "on": on, "decision": decision, "what": decision_words()[decision]}
            more = {
                "numbers": [] if every else numbers,
                "count": len(numbers),
                "left_out": left_out,
                "changed": "sure" in request.POST,
                "mark": _mark(numbers),
                "of": of,
                "back": back,
                "scripts": SCRIPTS,
            }
            return render(request, "vault/desk/sure.html", held | more)
        casework.decide(unit, numbers, decision, request.user.pk or 0)
    except Refused as error:
        return _refused(request, unit, error, back)
    return redirect(back)


def _mark(numbers: Iterable[int]) -> str:
    """What tells these reports from any others: the question carries it, and the answer holds for no more."""
    return hashlib.sha256(",".join(f"{number:x}" for number in sorted(numbers)).encode("ascii")).hexdigest()


def _ticked(request: HttpRequest) -> set[int]:
    """The reports that were ticked; what is no number of a row is none."""
    found = set()
    for name in request.POST.getlist("report"):
        try:
            number = int(name, 16)
        except ValueError:
            continue
        if 0 <= number < 2**63:
            found.add(number)
    return found


def _account(text: str) -> int | None:
    """The number of an account; none where nobody was chosen."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(gettext_noop("This cannot be read."))
    return int(text)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refused(gettext_noop("Choose a day.")) from None
