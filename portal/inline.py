"""The one stylesheet and the scripts that pages carry inside themselves (DECISIONS 10).

Each is read, minified and hashed once per process; the policy names the hashes and the body holds exactly those bytes.
The report room, which may import no other and carries the same script and the sheet without what is for paper, reads them.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

import rjsmin
from django.conf import settings
from django.utils.safestring import mark_safe

from content.reports.vault.frame import Inlined, whole_stylesheet
from content.reports.vault.frame import exit_script as exit_script
from content.reports.vault.frame import stylesheet as report_stylesheet

stylesheet = whole_stylesheet
__all__ = ["exit_script", "report_stylesheet", "stylesheet", "ticking_script"]


@cache
def ticking_script() -> Inlined:
    """The exit, then static/js/ticks.js: a page carries one script, and what it keeps goes with the exit."""
    ticks = rjsmin.jsmin((Path(settings.BASE_DIR) / "static" / "js" / "ticks.js").read_text(encoding="utf-8"))
    text = f"{exit_script().text};{ticks}"
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return Inlined(mark_safe(text), f"'sha256-{digest}'")
