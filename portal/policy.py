"""The content security policies: one for the public, one for the CMS, one for previews (TRIALS, “Content security policy”)."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from django.conf import settings

from search import suggestions

from . import inline

Directives = dict[str, list[Any]]


def public() -> Directives:
    """Nothing but our own images and forms, the one stylesheet and the one script, by hash."""
    return {
        **settings.CONTENT_SECURITY_POLICY["DIRECTIVES"],
        "style-src": [inline.stylesheet().source],
        "script-src": [inline.exit_script().source],
    }


def searching() -> Directives:
    """The same for the pages of the search, whose script fetches the words that it proposes."""
    held = public()
    return {**held, "script-src": [*held["script-src"], suggestions.script().source], "connect-src": [SELF]}


def ticking() -> Directives:
    """The same for the lists of a plan, whose one script is the exit and what keeps the ticks on the phone."""
    return {**public(), "script-src": [inline.ticking_script().source]}


def admin() -> Directives:
    """What Wagtail and the translation editor need; no eval, no other host."""
    return {
        "default-src": [NONE],
        "script-src": [SELF, "'unsafe-inline'"],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }


def desk() -> Directives:
    """The pages on which reports are opened: our own files, the one sheet, a worker for what takes seconds; no inline script.

    The page itself runs no WebAssembly: only the worker stretches a phrase (static/formulir/worker.js).
    """
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],
        "style-src": [SELF, inline.stylesheet().source],
        "img-src": [SELF, "blob:"],
        "media-src": ["blob:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }


def preview() -> Directives:
    """A public page inside the CMS, with the user bar and the checks panel."""
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, inline.stylesheet().source, inline.report_stylesheet().source],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    }
