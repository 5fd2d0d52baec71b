"""The directory of help: who helps, where, with what. Chosen by region, never by the place of a phone.

Sensitive like every page of help: it offers the exit and leaves nothing behind. What was chosen is kept by nobody.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.core.responses import forgotten, in_complete_language, keep
from content.registers.models import Need
from content.registers.selectors import provinces

from . import help_selectors
from .tools import frame


@require_safe
@in_complete_language
def directory(request: HttpRequest) -> HttpResponse:
    said, inside = help_selectors.asked(request.GET)
    countries = help_selectors.countries() if said.abroad else {}
    found = help_selectors.find(said)
    place = inside.get(said.regency) or provinces().get(said.region, "") or countries.get(said.country, "")
    context = {
        **frame(request, help_selectors.PATH),
        "asked": said,
        "found": found,
        "place": place,
        "need": Need(said.need).label if said.need else "",
        "provinces": provinces().items(),
        "regencies": inside.items(),
        "countries": countries.items(),
        "needs": Need.choices,
        "abroad": help_selectors.ABROAD,
        "other": help_selectors.OTHER,
        "sensitive": True,
    }
    response = render(request, "guides/help.html", context)
    return forgotten(response) if request.GET.keys() - {"hemat"} else keep(response, sensitive=True)
