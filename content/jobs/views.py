"""The page of a listing: what one must know to decide, why it is legal, and what to do when it has ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.core.responses import error_page, in_complete_language, keep
from content.registers.selectors import registers

from . import contacts, pay_selectors, rules, selectors, slip_selectors
from .codes import is_well_formed
from .models import Agency, JobListing
from .selectors import Standing
from .vocabulary import ContactKind, Education

SYSTEM = "siskop2mi"


@require_safe
@in_complete_language
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """The listing as it stands today (DECISIONS 34): on offer, being looked into, ended, gone; 404 if never public."""
    today = timezone.localdate()
    if code != code.lower() and is_well_formed(code.lower()):
        # As it stands on paper: an address is read out and typed too.
        return HttpResponseRedirect(selectors.address(code.lower(), request.LANGUAGE_CODE))
    found = selectors.find(code, today) if is_well_formed(code) else None
    if found is None:
        if selectors.was_deleted(code):
            return error_page(request, 410)
        raise Http404
    held, standing = found
    if standing is Standing.GONE:
        return error_page(request, 410)
    context = {
        "listing": held,
        "card": selectors.card(held, today),
        "alternates": {language: selectors.address(held.code, language) for language in settings.COMPLETE_LANGUAGES},
        "crumbs": [(_("Jobs"), f"/{request.LANGUAGE_CODE}/lowongan/")],
        "list_url": f"/{request.LANGUAGE_CODE}/lowongan/",
    }
    public = standing is Standing.PUBLIC
    ground = rules.Ground.of_public(held, today) if public else rules.Ground.load([held], today)
    outcomes = rules.check(held, ground=ground)
    if standing is Standing.PUBLIC and all(outcome.ok for outcome in outcomes):
        response = render(request, "jobs/listing.html", {**context, **_on_offer(held, outcomes, today)})
    else:
        context |= {
            "on_hold": standing is Standing.HELD or _only_waits(standing, outcomes),
            "agency_on_hold": ground.holds_agency(held.agency_id),
            "closed": held.status == JobListing.Status.CLOSED,
            "reasons": _ended(outcomes),
            "similar": selectors.similar(held, on=today),
        }
        response = render(request, "jobs/listing_ended.html", context)
    if standing is not Standing.PUBLIC or held.is_example:
        response["X-Robots-Tag"] = "noindex"
    return keep(response)


def _only_waits(standing: Standing, outcomes: list[rules.Outcome]) -> bool:
    """Whether it was on offer a moment ago, and nothing has happened since but that somebody looks into it."""
    return standing is Standing.PUBLIC and all(outcome.ok or outcome.rule.waits for outcome in outcomes)


def _on_offer(held: JobListing, outcomes: list[rules.Outcome], today: dt.date) -> dict[str, Any]:
    # That nobody looks into it is no reason why it is legal.
    reasons = [selectors.reason(outcome) for outcome in outcomes if not outcome.rule.waits]
    # At the foot, once each and in the order of the reasons.
    sources = dict.fromkeys(source for reason in reasons for source, _article in reason.laws)
    sources |= dict.fromkeys(source for source in (held.source, held.agency.source) if source)
    rates = [(rate, registers().sources.get(rate.source_id or 0)) for rate in pay_selectors.rates(held, today)]
    sources |= dict.fromkeys(source for _rate, source in rates if source)
    meta = JobListing._meta
    return {
        "company": held.agency.kind == Agency.Kind.COMPANY,
        "wage": selectors.wage(held),
        "rates": rates,
        "education": Education(held.education).label,
        "requirements": meta.get_field("requirements").labels_of(held.requirements),
        "benefits": meta.get_field("benefits").labels_of(held.benefits),
        "costs": pay_selectors.costs(held, today),
        "contact": _contact(held),
        "reasons": reasons,
        "sources": list(sources),
        "system": registers().channels.get(SYSTEM),
        "slip_url": slip_selectors.address(held.code) if slip_selectors.are_offered() else "",
        "destination": registers().destinations.get(held.country),
    }


def _ended(outcomes: list[rules.Outcome]) -> list[dict[str, Any]]:
    """Each rule that no longer holds: its sentence, and where that was read."""
    held = registers().sources
    return [
        {
            "sentence": outcome.answer.sentence,
            "sources": [held[pk] for pk in outcome.answer.sources if pk in held],
        }
        for outcome in outcomes
        if not outcome.ok and not outcome.rule.waits
    ]


def _contact(held: JobListing) -> dict[str, Any] | None:
    """How to reach the agency; without a link for an example (DECISIONS 29). No account is a contact."""
    contact = held.contact
    if contact is None or contact.kind == ContactKind.ACCOUNT or contact.agency_id != held.agency_id:
        return None
    if selectors.is_doubted(contact):
        return {"doubted": True}
    address = "" if held.is_example else contacts.address(contact.kind, contact.value)
    return {"kind": str(contact.get_kind_display()), "value": contact.value, "address": address}
