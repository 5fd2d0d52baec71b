"""The cost simulator: who may charge what, and for how long one works to pay it. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.core.responses import forgotten, in_complete_language, keep
from content.registers import labels
from content.registers.models import Source
from content.registers.rates import RUPIAH, in_rupiah, rate_of
from content.registers.selectors import registers

from . import cost_forms
from . import costs as counting
from .tools import CHANGE, change_url, frame, help_channels

# What stands for the rules of placement cost, whatever was asked.
_LAWS = ("uu-18-2017", "uu-21-2007", "perban-bp2mi-9-2020", "kompas-2020-08-17")
# The only amounts on the way that a regulation fixes.
_BPJS = ("bpjs-tahap-1", "bpjs-12-bulan", "bpjs-24-bulan")


@require_safe
@in_complete_language
def costs(request: HttpRequest) -> HttpResponse:
    """The form; once it is answered, what may be charged and what it comes to."""
    asked = set(request.GET) & set(cost_forms.CostForm.base_fields)
    answered = bool(asked) and CHANGE not in request.GET
    form = cost_forms.CostForm(request.GET, bound=answered)
    bpjs = [registers().facts[slug] for slug in _BPJS if slug in registers().facts]
    laws = [source for source in registers().sources.values() if source.code in _LAWS]
    laws += [source for fact in bpjs for source in fact.sources.all()]
    context: dict[str, Any] = {
        **frame(request, "hitung-biaya/"),
        "form": form,
        "help": help_channels(),
        "bpjs": bpjs,
        "sources": list(dict.fromkeys(laws)),
        "answered": answered and form.is_valid(),
    }
    if context["answered"]:
        result = _result(form.cleaned_data)
        context["change_url"] = change_url(request, context["path"])
        context |= {"result": result, "sources": list(dict.fromkeys([*laws, *result["sources"]]))}
    response = render(request, "guides/costs.html", context)
    return forgotten(response) if request.GET.keys() - {"hemat"} else keep(response)


def _result(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the answers come to, in words for the page."""
    occupation = next((row for row in cost_forms.occupations() if row.code == given["kerja"]), None)
    ticked = set(given["diminta"])
    sorted_ = counting.sort((row for row in cost_forms.components() if row.code in ticked), occupation)
    wage, currency = given["upah"], given["mata"] or RUPIAH
    today = timezone.localdate()
    wage_in_rupiah = in_rupiah(wage, currency, today, registers().rates) if wage else None
    paid, debt = given["jumlah"] or Decimal(0), given["utang"] or Decimal(0)
    months = counting.months_to_repay(debt or paid, given["cicil"])
    # Whoever borrows a part only still pays the whole.
    price = max(paid, debt)
    sources: list[Source] = [source for row in sorted_.never + sorted_.free for source in row.sources.all()]
    return {
        "asked": sorted_,
        "occupation": occupation,
        "paid": labels.money(paid, RUPIAH) if paid else "",
        "together": len(ticked) > 1,
        "wages": _number(counting.months_of_wage(price, wage_in_rupiah)),
        "no_rate": bool(wage) and wage_in_rupiah is None,
        "rate": rate_of(currency, today, registers().rates) if currency != RUPIAH else None,
        "wage": labels.money(wage, currency) if wage else "",
        "wage_in_rupiah": labels.about_rupiah(wage_in_rupiah) if wage_in_rupiah and currency != RUPIAH else "",
        "debt": labels.money(debt, RUPIAH) if debt else "",
        "price_of_debt": labels.money(debt - paid, RUPIAH) if debt and paid and debt > paid else "",
        "months": months,
        "too_long": bool(months and given["kontrak"] and months > given["kontrak"]),
        "contract": given["kontrak"],
        "sources": sources,
    }


def _number(value: Decimal | None) -> str:
    return "" if value is None else labels.number(value)
