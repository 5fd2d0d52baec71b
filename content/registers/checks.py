"""Project laws of the registers (ids registers.E…)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def required_languages(**kwargs: Any) -> list[CheckMessage]:
    """E001: what every register entry must say is said in languages that the site has."""
    missing = [code for code in settings.COMPLETE_LANGUAGES if code not in dict(settings.LANGUAGES)]
    if not missing:
        return []
    return [
        Error(
            f"Register entries need these languages, which LANGUAGES lacks: {', '.join(missing)}.",
            hint="COMPLETE_LANGUAGES and LANGUAGES stand in portal/settings/languages.py.",
            id="registers.E001",
        )
    ]
