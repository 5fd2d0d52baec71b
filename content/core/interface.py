"""Which language an interface text really answers in.

gettext falls back silently: a text missing in the Javanese catalogue comes back Indonesian. The page must mark it with
``lang="id"``, so the catalogues are asked which texts they hold.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import get_language


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
