"""Public pages of this room: warnings, figures of a quarter, and how reports were answered. They read what was published, no more."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from content.core.responses import in_complete_language, keep
from content.registers.selectors import bulletins

from . import selectors
from .models import PublishedQuarter
from .vault.statistics import IN_TIME_DAYS, OPEN_DAYS


@require_safe
@in_complete_language
def warnings(request: HttpRequest) -> HttpResponse:
    """Every warning of today, whole."""
    return _page(request, "warning_list", "peringatan/", bulletins=bulletins())


@require_safe
@in_complete_language
def figures(request: HttpRequest, quarter: str = "", place: str = "") -> HttpResponse:
    """A quarter, the newest one unless another is named; or one place of it."""
    held = selectors.quarters()
    shown = next((row for row in held if row.quarter == quarter), None) if quarter else next(iter(held), None)
    if quarter and shown is None:
        raise Http404
    if shown is None:
        return _page(request, "figures", "angka/", shown=None)
    row = selectors.place_of(shown, place) if place else None
    if place and row is None:
        raise Http404
    path = "angka/" + (f"{quarter}/" if quarter else "") + (f"{place}/" if place else "")
    return _page(
        request,
        "figures",
        path,
        shown=shown,
        newest=not quarter,
        name=selectors.quarter_words(shown.quarter),
        total=row.figure if row else selectors.total(shown),
        place=row,
        places=[] if row else selectors.places(shown),
        tables=selectors.tables(shown, place),
        others=[(other.quarter, selectors.quarter_words(other.quarter)) for other in held if other != shown],
        crumbs=_crumbs(request, shown, bool(place)) if quarter else [],
    )


@require_safe
@in_complete_language
def accountability(request: HttpRequest) -> HttpResponse:
    """How many reports came, and how they were answered, quarter by quarter."""
    rows = [
        {
            "quarter": held,
            "name": selectors.quarter_words(held.quarter),
            **{name: selectors.figure(value) for name, value in held.account.items()},
        }
        for held in selectors.quarters()
    ]
    return _page(
        request,
        "accountability",
        "angka/jawaban/",
        rows=rows,
        in_time_days=IN_TIME_DAYS,
        open_days=OPEN_DAYS,
        crumbs=[(_heading(), f"/{request.LANGUAGE_CODE}/angka/")],
    )


def _heading() -> str:
    return gettext("Reports in figures")


def _crumbs(request: HttpRequest, shown: PublishedQuarter, with_quarter: bool) -> list[tuple[str, str]]:
    root = f"/{request.LANGUAGE_CODE}/angka/"
    quarter = [(selectors.quarter_words(shown.quarter), f"{root}{shown.quarter}/")] if with_quarter else []
    return [(_heading(), root), *quarter]


def _page(request: HttpRequest, template: str, path: str, **context: Any) -> HttpResponse:
    held = {
        "path": f"/{request.LANGUAGE_CODE}/{path}",
        "root": f"/{request.LANGUAGE_CODE}/",
        "alternates": {code: f"/{code}/{path}" for code in settings.COMPLETE_LANGUAGES},
        "crumbs": [],
    }
    return keep(render(request, f"reports/{template}.html", {**held, **context}))
