"""What every template knows: the frame of a public page, and below /akun/ what the CMS needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.context_processors import PermWrapper
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.context_processors import csrf

from content.core.tree import tree
from content.guides import plan_views
from content.registers.selectors import registers

from . import identity, inline, navigation
from .middleware import PRIVATE


def frame(request: HttpRequest) -> dict[str, Any]:
    """Site name, identity, navigation, help, foot. Touches no session, user, message or CSRF token (DECISIONS 9)."""
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    home = tree().homes.get(language) or tree().homes.get(settings.LANGUAGE_CODE)
    return {
        "site_name": settings.SITE_NAME,
        "official": identity.is_official(request),
        "site_owner": settings.SITE_OWNER,
        "home_url": home.url if home else "/",
        "rooms": navigation.rooms(language),
        "foot": navigation.foot(language),
        "help_channels": [c for c in registers().channels.values() if c.emergency],
        "reports_path": f"/{settings.REPORTS_PATH}/" + ("" if language == settings.LANGUAGE_CODE else f"{language}/"),
        "stylesheet": inline.stylesheet().text,
        "exit_script": (
            inline.ticking_script if plan_views.ticked_at(request.path_info) else inline.exit_script
        )().text,
        "hemat": request.GET.get("hemat") == "1",
        "base_url": settings.BASE_URL,
    }


def private(request: HttpRequest) -> dict[str, Any]:
    """User, permissions, messages and the CSRF token, below /akun/ only."""
    if not request.path_info.startswith(PRIVATE) or not hasattr(request, "user"):
        return {}
    return {
        "user": request.user,
        "perms": PermWrapper(request.user),
        "messages": get_messages(request),
        **csrf(request),
    }
