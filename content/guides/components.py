"""What other pages show of this room, through slots."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from . import selectors


def papers_of_listing(context: dict[str, Any]) -> str:
    """The way to the guide to the papers that ``listing`` takes; nothing while no guide is live."""
    listing, language = context["listing"], context["request"].LANGUAGE_CODE
    guide = selectors.guide_for(listing.scheme_id, listing.country, language)
    return render_to_string("guides/papers.html", {"guide": guide}) if guide else ""
