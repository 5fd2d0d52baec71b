"""The page of a listing: what one must know to decide, why it is legal, and what to do when it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.core.responses import error_page, in_complete_language, keep
from content.registers import labels
from content.registers.models import Source
from content.registers.selectors import registers

from . import rules, selectors
from .codes import is_well_formed
from .models import Agency, JobListing
from .selectors import Standing
from .vocabulary import Education, Moment, Payer

SYSTEM = "siskop2mi"


@dataclass(frozen=True)
class Reason:
    """One rule of “why this listing is legal”: its sentence, its laws, and when it was checked."""

    id: str
    name: str
    sentence: str
    laws: list[tuple[Source, str]]
    checked: str


@require_safe
@in_complete_language
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """The listing as it stands today (DECISIONS 34): on offer, being looked into, ended, gone; 404 if never public."""
    today = timezone.localdate()
    found = selectors.find(code, today) if is_well_formed(code) else None
    if found is None:
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
    ground = rules.Ground.load([held], today)
    outcomes = rules.check(held, ground=ground)
    if standing is Standing.PUBLIC and all(outcome.ok for outcome in outcomes):
        response = render(request, "jobs/listing.html", {**context, **_on_offer(held, outcomes)})
    else:
        context |= {
            "on_hold": standing is Standing.HELD or all(outcome.ok or outcome.rule.waits for outcome in outcomes),
            "agency_on_hold": ground.holds_agency(held.agency_id),
            "closed": held.status == JobListing.Status.CLOSED,
            "reasons": _ended(outcomes),
            "similar": selectors.similar(held, on=today),
        }
        response = render(request, "jobs/listing_ended.html", context)
    if standing is not Standing.PUBLIC or held.is_example:
        response["X-Robots-Tag"] = "noindex"
    return keep(response)


def _on_offer(held: JobListing, outcomes: list[rules.Outcome]) -> dict[str, Any]:
    # That nobody looks into it is no reason why it is legal.
    reasons = [_reason(outcome) for outcome in outcomes if not outcome.rule.waits]
    # At the foot, once each and in the order of the reasons.
    sources = dict.fromkeys(source for reason in reasons for source, _article in reason.laws)
    sources |= dict.fromkeys(source for source in (held.source, held.agency.source) if source)
    meta = JobListing._meta
    lines = list(held.cost_lines.all())
    return {
        "company": held.agency.kind == Agency.Kind.COMPANY,
        "wage": selectors.wage(held),
        "education": Education(held.education).label,
        "requirements": meta.get_field("requirements").labels_of(held.requirements),
        "benefits": meta.get_field("benefits").labels_of(held.benefits),
        "yours": [_cost(line) for line in lines if rules.charged(line)],
        "others": [_cost(line) for line in lines if not rules.charged(line)],
        "reasons": reasons,
        "sources": list(sources),
        "system": registers().channels.get(SYSTEM),
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


def _cost(line: Any) -> dict[str, str]:
    return {
        "name": str(line.component),
        "amount": labels.money(line.amount, line.currency),
        "payer": str(Payer(line.payer).label),
        "when": str(Moment(line.when).label),
    }


def _reason(outcome: rules.Outcome) -> Reason:
    held = registers().sources
    by_code = {source.code: source for source in held.values()}
    laws = [(by_code[law.code], law.article) for law in outcome.rule.laws if law.code in by_code]
    laws += [(held[pk], "") for pk in outcome.answer.sources if pk in held]
    # A law is as old as its reading; what an officer looked at is as old as that look.
    checked = outcome.answer.checked_on or max((source.accessed for source, _article in laws), default=None)
    return Reason(
        id=outcome.rule.id,
        name=str(outcome.rule.name),
        sentence=str(outcome.answer.sentence),
        laws=laws,
        checked=labels.date(checked) if checked else "",
    )
