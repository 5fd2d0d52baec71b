"""What the pages of the path carry inside themselves: the site's one stylesheet, the exit and the guard.

Each is read and minified once per process; ``content.reports.headers`` names the hashes, the pages hold exactly these
bytes. The vault knows no other room, so it is the one that reads the files, for the portal's own pages too.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
import rcssmin
import rjsmin
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Inlined:
    """A text as it stands in the page, and its source in the policy."""

    text: SafeString
    source: str


def _inlined(text: str) -> Inlined:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return Inlined(mark_safe(text), f"'sha256-{digest}'")


def _read(name: str) -> str:
    return (Path(settings.BASE_DIR) / "static" / name).read_text(encoding="utf-8")


# In the sheet, what comes after this is for reading: heroes, tags, tables, steps, paper.
_READING = "/* reading:"


@cache
def whole_stylesheet() -> Inlined:
    """static/css/site.css, as on every page of the portal."""
    return _inlined(rcssmin.cssmin(_read("css/site.css")))


@cache
def stylesheet() -> Inlined:
    """What of it this path has a use for: its pages are weighed as they are, uncompressed (DECISIONS 43)."""
    shared, reading, _rest = _read("css/site.css").partition(_READING)
    if not reading:
        raise RuntimeError(f"static/css/site.css: no line begins with {_READING}")
    return _inlined(rcssmin.cssmin(shared))


@cache
def script_of(*names: str) -> Inlined:
    """These files below static/, one after the other, as the one script of a page."""
    return _inlined(";".join(rjsmin.jsmin(_read(name)) for name in names))


def exit_script() -> Inlined:
    """The quick exit of every sensitive page (DECISIONS 12)."""
    return script_of("js/exit.js")


def script() -> Inlined:
    """The quick exit, then the guard of this path: what is left behind is emptied."""
    return script_of("js/exit.js", "formulir/guard.js")


# What comes after the first paint, once somebody touches a form: everything that seals on the phone, in one file.

SEALER = ("vendor/hpke-1.1.7.js", "vendor/argon2-4.13.0.js", "sealing.js", "report.js")


@dataclass(frozen=True)
class Served:
    """A file of the path: its name carries the hash of its bytes."""

    name: str
    forms: dict[str, bytes]

    def best(self, accepted: str) -> tuple[str, bytes]:
        """The smallest form that a browser accepts, and how it is encoded."""
        said = {part.partition(";")[0].strip() for part in accepted.split(",")}
        return next((how, self.forms[how]) for how in ("br", "gzip", "") if how in said or not how)


@cache
def sealer() -> Served:
    """The vendored files exactly as they are, then ours without spaces. Compressed once, when the process starts."""
    parts = [_read(f"formulir/{name}") for name in SEALER]
    whole = ";\n".join(
        p if name.startswith("vendor/") else str(rjsmin.jsmin(p)) for name, p in zip(SEALER, parts, strict=True)
    )
    raw = whole.encode()
    forms = {"br": brotli.compress(raw), "gzip": gzip.compress(raw, 9, mtime=0), "": raw}
    return Served(f"s-{hashlib.sha256(raw).hexdigest()[:8]}.js", forms)
