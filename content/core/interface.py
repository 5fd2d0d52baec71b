"""Which language an interface text really answers in.

gettext falls back silently: a text missing in the Javanese catalogue comes back Indonesian. The page must mark it with
``lang="id"``, so the catalogues are asked which texts they hold.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext


@lru_cache(maxsize=16)
def held_by(language: str) -> frozenset[str]:
    """The texts that the catalogue of ``language`` translates."""
    path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.mo"
    if not path.exists():
        return frozenset()
    return frozenset(entry.msgid for entry in polib.mofile(str(path)) if entry.msgstr)


def language_of(message: str, language: str | None = None) -> str:
    """The language in which ``gettext(message)`` answers for ``language`` (default: the active one)."""
    wanted = language or get_language() or settings.LANGUAGE_CODE
    if wanted == "en" or message in held_by(wanted):
        return wanted
    return settings.LANGUAGE_CODE if message in held_by(settings.LANGUAGE_CODE) else "en"


def said(message: str, **values: Any) -> SafeString:
    """An interface text as HTML. Where the language of the page has none it is Indonesian and says so (DECISIONS 22)."""
    text = conditional_escape(gettext(message))
    if values:
        text = mark_safe(str(text) % {name: conditional_escape(value) for name, value in values.items()})
    language = language_of(message)
    if language == (get_language() or settings.LANGUAGE_CODE):
        return text
    return format_html('<span lang="{}">{}</span>', language, mark_safe(text))
