"""What other pages show of this room, through slots."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from content.registers.selectors import bulletins

# More are one tap away.
SHOWN = 2


def warnings(context: dict[str, Any]) -> str:
    """The warnings of today, the newest ones; nothing where there is none. Costs no query in a process that knows the generation."""
    held = bulletins()
    if not held:
        return ""
    language = context["request"].LANGUAGE_CODE
    return render_to_string(
        "reports/warnings.html",
        {"found": held[:SHOWN], "more": len(held) > SHOWN, "request": context["request"], "language": language},
    )
