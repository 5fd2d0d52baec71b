"""The language in front of public addresses."""

from __future__ import annotations

from django.conf import settings
from django.urls.resolvers import LocalePrefixPattern
from django.utils.translation import get_language


def language_of(path: str) -> str:
    """The language that the first part of a path names; Indonesian where it names none."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class LanguagePrefix(LocalePrefixPattern):
    """``/id/`` also where ``id-id`` is active: the CMS speaks that variant, and would link to ``/id-id/``."""

    @property
    def language_prefix(self) -> str:
        return f"{(get_language() or settings.LANGUAGE_CODE).partition('-')[0]}/"
