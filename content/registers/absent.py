"""What stands where a text names a fact or channel that is not there: a sentence, never a gap, never the raw token
(DECISIONS 13). Publishing and deleting refuse it before; this is for what comes past both.
"""

from __future__ import annotations

from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_noop

_SENTENCES = {
    "kanal": gettext_noop("(contact being checked: use the help numbers on this page)"),
    "fakta": gettext_noop("(figure being checked: ask before you rely on it)"),
}
_SOURCE = "id"


def absent(kind: str, language: str | None = None) -> str:
    """The sentence for a missing ``fakta`` or ``kanal``, in ``language`` (default: the active one)."""
    with translation.override(language or get_language() or _SOURCE):
        return gettext(_SENTENCES[kind])


def absent_html(kind: str, language: str | None = None) -> SafeString:
    """The same as HTML; where the language has no such sentence it is Indonesian and says so (DECISIONS 22)."""
    wanted = (language or get_language() or _SOURCE).partition("-")[0]
    words = absent(kind, wanted)
    if wanted != _SOURCE and words == absent(kind, _SOURCE):
        return format_html('<span lang="{}">{}</span>', _SOURCE, words)
    return escape(words)
