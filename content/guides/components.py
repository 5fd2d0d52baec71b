"""What other pages show of this room, through slots."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string

from . import plan_codes, selectors


def papers_of_listing(context: dict[str, Any]) -> str:
    """The ways to the guide and to the plan of the papers that ``listing`` takes; nothing while no guide is live."""
    listing, language = context["listing"], context["request"].LANGUAGE_CODE
    guide = selectors.guide_for(listing.scheme_id, listing.country, language)
    if not guide:
        return ""
    code = plan_codes.code_for(listing.country, listing.occupation.code, listing.scheme_id)
    known = {"isi": 1, "kerja": listing.occupation.code, "mata": listing.currency, "kontrak": listing.contract_months}
    if listing.wage_period == "month":
        known["upah"] = format(listing.wage_min.normalize(), "f")
    cost = urlencode(known)
    urls = {
        "plan_url": plan_codes.address(language, code),
        "contract_url": f"/{language}/cek-kontrak/",
        "cost_url": f"/{language}/hitung-biaya/?{cost}",
    }
    return render_to_string("guides/papers.html", {"guide": guide, **urls})


def before_signing(context: dict[str, Any]) -> str:
    """The tools for who holds an offer in his hand."""
    return render_to_string("guides/tools.html", context)


def home_planner(context: dict[str, Any]) -> str:
    """The way to the planner, for the front page."""
    return render_to_string("guides/home_planner.html", context)


# Pages of help, after which one looks for an office: by the slug that every language shares.
_PAGES_OF_HELP = frozenset({"nomor-bantuan", "sudah-terlanjur-di-luar-negeri"})


def help_nearby(context: dict[str, Any]) -> str:
    """The way from a page of help to the directory."""
    if getattr(context.get("page"), "slug", "") not in _PAGES_OF_HELP:
        return ""
    return render_to_string("guides/help_nearby.html", {"request": context["request"]})
