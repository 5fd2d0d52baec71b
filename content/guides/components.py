"""What other pages show of this room, through slots."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from . import plan_codes, selectors


def papers_of_listing(context: dict[str, Any]) -> str:
    """The ways to the guide and to the plan of the papers that ``listing`` takes; nothing while no guide is live."""
    listing, language = context["listing"], context["request"].LANGUAGE_CODE
    guide = selectors.guide_for(listing.scheme_id, listing.country, language)
    if not guide:
        return ""
    code = plan_codes.code_for(listing.country, listing.occupation.code, listing.scheme_id)
    return render_to_string("guides/papers.html", {"guide": guide, "plan_url": plan_codes.address(language, code)})


def home_planner(context: dict[str, Any]) -> str:
    """The way to the planner, for the front page."""
    return render_to_string("guides/home_planner.html", context)
