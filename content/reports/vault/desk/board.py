"""Figures at the desk: counting a report, the board of the unit, what the early warning sees."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from .. import coarse, early_warning, statistics
from ..coarse import ATTRIBUTES, Modus
from ..models import Unit
from ..staff import Refused
from .access import in_unit
from .counting import CountForm
from .views import SCRIPTS, page_of, report_of


@in_unit
@require_POST
def count(request: HttpRequest, unit: Unit, name: str) -> HttpResponse:
    """Count a report. Where its district is to be told and its regency was only just chosen, a second question first."""
    held = report_of(unit, name)
    back = reverse("desk_report", args=[unit.code, held.pk])
    form = CountForm(unit, request.POST.get("regency", ""), request.POST)
    page: dict[str, Any] = {"unit": unit, "scripts": SCRIPTS, "back": back}
    if not form.is_valid():
        return render(
            request, "vault/desk/refused.html", {**page, "sentence": gettext("This cannot be read.")}, status=400
        )
    given = form.cleaned_data
    if given["opted_in"] and given["regency"] and "district" not in request.POST:
        carried = {name: value for name, value in given.items() if value and name not in ("district", "opted_in")}
        return render(request, "vault/desk/district.html", {**page, "report": held, "form": form, "carried": carried})
    codes = {name: given[name] for name in ("district", *ATTRIBUTES)}
    try:
        statistics.enter(held, request.user.pk or 0, regency=given["regency"], opted_in=given["opted_in"], **codes)
    except Refused as error:
        return render(request, "vault/desk/refused.html", {**page, "sentence": gettext(str(error))}, status=400)
    return redirect(back)


@in_unit
@require_GET
def board(request: HttpRequest, unit: Unit) -> HttpResponse:
    """The months that are over, and the weeks that stand out."""
    months = statistics.board(unit)
    return page_of(
        request,
        unit,
        "board",
        months=[_month(month) for month in months if month.total is not None],
        small=[_month_words(month.month) for month in months if month.total is None],
        least=statistics.INTERNAL_K,
        signals=[_signal(signal) for signal in early_warning.signals(unit)],
        uncounted=statistics.uncounted(unit, request.user.pk or 0),
    )


def _month(month: statistics.Month) -> dict[str, Any]:
    ways = dict(Modus.choices)
    return {
        "name": _month_words(month.month),
        "total": month.total,
        "regencies": _rows(month.regencies, {}),
        "ways": _rows(month.ways, ways),
    }


def _month_words(month: str) -> str:
    return date_format(dt.date.fromisoformat(f"{month}-01"), "F Y")


def _rows(line: dict[str, int], words: dict[Any, Any]) -> list[tuple[str, int]]:
    """The greatest first, the rest last."""

    def name(code: str) -> str:
        if code == statistics.REST:
            return gettext("All others together")
        if not code:
            return gettext("Not stated")
        return str(words.get(code) or coarse.name_of(code))

    shown = sorted((code for code in line if code != statistics.REST), key=lambda code: (-line[code], code))
    return [(name(code), line[code]) for code in [*shown, *(code for code in line if code == statistics.REST)]]


def _signal(signal: early_warning.Signal) -> dict[str, Any]:
    regency = signal.district[:5]
    asked = urlencode({"region": regency, "modus": signal.modus})
    return {
        "signal": signal,
        "place": f"{coarse.name_of(signal.district)}, {coarse.name_of(regency)}",
        "way": Modus(signal.modus).label,
        # Two figures of it: more would be more exact than the counts are.
        "times": number_format(int(float(f"{signal.once_in:.2g}")), force_grouping=True),
        # A page of another room: it knows the region and the way, and nothing of reports.
        "bulletin": f"{reverse('bulletin_new')}?{asked}",
    }
