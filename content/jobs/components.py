"""What other pages show of this room, through slots."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from . import selectors

HOME_CARDS = 4


def home_jobs(context: dict[str, Any]) -> str:
    """The next listings to close, for the home page; nothing while there are none."""
    cards = selectors.closing_soon(HOME_CARDS)
    return render_to_string("jobs/home_jobs.html", {**context, "cards": cards}) if cards else ""
