"""The one stylesheet and the one script that pages carry inside themselves (DECISIONS 10).

Both are read, minified and hashed once per process; the policy names the hashes and the body holds exactly those bytes.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import rcssmin
import rjsmin
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Inlined:
    """The text as it stands in the page, and its CSP source."""

    text: SafeString
    source: str


def _inlined(text: str) -> Inlined:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inlined(mark_safe(text), f"'sha256-{digest}'")


def _read(name: str) -> str:
    return (Path(settings.BASE_DIR) / "static" / name).read_text(encoding="utf-8")


@cache
def stylesheet() -> Inlined:
    """static/css/site.css, minified."""
    return _inlined(rcssmin.cssmin(_read("css/site.css")))


@cache
def exit_script() -> Inlined:
    """static/js/exit.js, minified: only on pages with the quick exit (DECISIONS 12)."""
    return _inlined(rjsmin.jsmin(_read("js/exit.js")))
