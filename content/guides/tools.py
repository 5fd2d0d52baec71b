"""What the tools of this room share: where they stand, and whom they name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from content.core.tree import tree
from content.registers.models import Channel
from content.registers.selectors import registers

# Shows the form with the answers in the address, instead of what they come to.
CHANGE = "isi"
_HELP = ("siskop2mi", "kp2mi-telepon")


def frame(request: HttpRequest, path: str) -> dict[str, Any]:
    """Addresses and crumbs of a tool at ``path`` below the language."""
    room = tree().find("panduan", request.LANGUAGE_CODE)
    return {
        "path": f"/{request.LANGUAGE_CODE}/{path}",
        "alternates": {code: f"/{code}/{path}" for code in settings.COMPLETE_LANGUAGES},
        "crumbs": [(room.title, room.url)] if room else [],
    }


def help_channels() -> list[Channel]:
    """The official list and the office of migrant workers."""
    return [registers().channels[slug] for slug in _HELP if slug in registers().channels]


def change_url(request: HttpRequest, path: str) -> str:
    """The form again, with what was answered."""
    query = request.GET.copy()
    query[CHANGE] = "1"
    return f"{path}?{query.urlencode()}"
