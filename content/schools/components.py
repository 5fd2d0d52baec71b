"""What other pages show of this room, through slots."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string


def home_schools(context: dict[str, Any]) -> str:
    """The way to the sessions, for the home page; nothing while the room has no page."""
    return render_to_string("schools/home_schools.html", context)
