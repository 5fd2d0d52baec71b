"""The contract reader: tick what stands in the paper, read what to ask before signing. Nothing is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.core.responses import forgotten, in_complete_language, keep

from . import contract_forms, contract_selectors
from .tools import CHANGE, change_url, frame, help_channels


@require_safe
@in_complete_language
def contract(request: HttpRequest) -> HttpResponse:
    """The form; once it is sent, what is missing, what is dangerous, and whom to ask."""
    sent = contract_forms.was_sent(request.GET) and CHANGE not in request.GET
    context: dict[str, Any] = {
        **frame(request, "cek-kontrak/"),
        "form": contract_forms.ContractForm(request.GET),
        "read": contract_forms.READ,
        "sent": sent,
        "help": help_channels(),
    }
    if sent:
        reading = contract_selectors.read(contract_forms.ticked(request.GET))
        context |= {
            "reading": reading,
            "sources": reading.sources,
            "change_url": change_url(request, context["path"]),
        }
    response = render(request, "guides/contract.html", context)
    return forgotten(response) if request.GET.keys() - {"hemat"} else keep(response)
