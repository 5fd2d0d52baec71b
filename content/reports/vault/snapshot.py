"""The words and numbers around the form, as files beside the vault (DECISIONS 42).

``content.reports.services`` writes one file a language whenever a page is published or a number changes; the views
read only these, so the form stands while the default database is down. Whether a number is still valid is decided when
it is shown, by the day it is then.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from content.registers.absent import absent, absent_html

from .models import today

TOKEN = re.compile(r"\{(?:fakta|kanal):[a-z0-9-]+\}")
VERSION = 1


@dataclass(frozen=True)
class Number:
    """A fact or channel as it is shown: words, where a tap leads, and how far it can be trusted."""

    words: str
    name: str = ""
    hours: str = ""
    link: str = ""
    # Both False for what needs no call: an address, a number in a text.
    phone: bool = False
    called: bool = False
    emergency: bool = False
    verified_on: str = ""
    verify_by: str = ""
    valid_until: str = ""
    fallback: str = ""

    @property
    def is_valid(self) -> bool:
        """Through the whole of the last day; an emergency number never vanishes (DECISIONS 13)."""
        return self.emergency or not self.valid_until or today().isoformat() <= self.valid_until

    @property
    def is_overdue(self) -> bool:
        return bool(self.verify_by) and today().isoformat() > self.verify_by

    @property
    def is_untested(self) -> bool:
        """A phone that nobody has called yet."""
        return self.phone and not self.called

    @property
    def source_date(self) -> dt.date | None:
        """The day of the source or of the last check."""
        return dt.date.fromisoformat(self.verified_on) if self.verified_on else None

    def html(self) -> SafeString:
        """A link one can press, or the sentence that stands in for a number that is over."""
        if not self.is_valid:
            return conditional_escape(self.fallback)
        if not self.link:
            return conditional_escape(self.words)
        if self.link.startswith("http"):
            return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', self.link, self.words)
        return format_html('<a href="{}">{}</a>', self.link, self.words)


@dataclass(frozen=True)
class Snapshot:
    """One language. Texts are plain and may hold tokens; places are (code, name) pairs in the order to show."""

    language: str
    # A named native speaker has read the texts.
    reviewed: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    help: list[str] = field(default_factory=list)
    abroad: list[str] = field(default_factory=list)
    missions: dict[str, list[str]] = field(default_factory=dict)
    provinces: list[tuple[str, str]] = field(default_factory=list)
    regencies: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    countries: list[tuple[str, str]] = field(default_factory=list)
    # (owner, decree, host) of every passed check: whether the site is official is settled without the other database.
    proofs: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def is_page(self) -> bool:
        """More than a heading over the Indonesian form."""
        return "lead" in self.texts

    def html(self, name: str) -> SafeString:
        """A text with its tokens as links; a blank line begins a paragraph. Empty where there is none."""
        paragraphs = [part.strip() for part in self.texts.get(name, "").split("\n\n") if part.strip()]
        return format_html_join("", "<p>{}</p>", ((self._line(part),) for part in paragraphs))

    def words(self, name: str) -> str:
        """A text on one line with its tokens in words."""
        return TOKEN.sub(lambda match: self._words(match[0]), self.texts.get(name, ""))

    def shown(self, names: Iterable[str]) -> list[Number]:
        """These numbers, those that are still valid."""
        held = (self.numbers[name] for name in names if name in self.numbers)
        return [number for number in held if number.is_valid]

    def _line(self, text: str) -> SafeString:
        return mark_safe(TOKEN.sub(lambda match: self._html(match[0]), conditional_escape(text)))

    def _html(self, token: str) -> str:
        number = self.numbers.get(token[1:-1])
        return absent_html(_kind(token), self.language) if number is None else number.html()

    def _words(self, token: str) -> str:
        number = self.numbers.get(token[1:-1])
        if number is None:
            return absent(_kind(token), self.language)
        return number.words if number.is_valid else number.fallback


def _kind(token: str) -> str:
    return token[1:-1].partition(":")[0]


# Where nothing has been published yet, or the file is lost. These two never vanish.
BARE = {
    "kanal:polisi-110": Number("110", name="Polisi 110", link="tel:110", phone=True, emergency=True),
    "kanal:sapa-129": Number("129", name="SAPA 129", link="tel:129", phone=True, emergency=True),
}


def bare(language: str) -> Snapshot:
    """Only the emergency numbers."""
    return Snapshot(language, numbers=BARE, help=list(BARE))


def read(language: str) -> Snapshot | None:
    """The snapshot of a language; None where there is none or it cannot be read."""
    path = _path(language)
    try:
        status = path.stat()
        identity = (status.st_ino, status.st_mtime_ns)
        held = _held.get(language)
        if held is not None and held[0] == identity:
            return held[1]
        made = _from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    _held[language] = (identity, made)
    return made


def write(held: Snapshot) -> None:
    """Replace the file of a language, so that a reader sees the old one or the new one, whole."""
    path = _path(held.language)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{held.language}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"version": VERSION, **asdict(held)}, file, ensure_ascii=False)
    os.replace(name, path)


def write_page(html: bytes, language: str) -> bool:
    """Keep the page that nginx shows in a language while the portal does not answer; whether it changed."""
    ending = "" if language == settings.LANGUAGE_CODE else f".{language}"
    path = _folder() / "pages" / f"layanan-tutup{ending}.html"
    if path.exists() and path.read_bytes() == html:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(html)
    os.replace(fresh, path)
    return True


def remove(language: str) -> None:
    """No page in this language any more."""
    _path(language).unlink(missing_ok=True)


def languages() -> list[str]:
    """The languages in which the page exists, in the order of the site; a mere heading is no page."""
    held = ((code, read(code)) for code, _name in settings.LANGUAGES)
    return [code for code, found in held if found is not None and found.is_page]


# What this process has read, with the identity of the file: a rename gives it another inode.
_held: dict[str, tuple[tuple[int, int], Snapshot]] = {}


def _path(language: str) -> Path:
    return _folder() / "snapshots" / f"{language}.json"


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "reports"


def _from_json(data: dict[str, Any]) -> Snapshot:
    if data.pop("version") != VERSION:
        raise ValueError("another version")
    data["numbers"] = {name: Number(**number) for name, number in data["numbers"].items()}
    for name in ("provinces", "countries", "proofs"):
        data[name] = [tuple(row) for row in data[name]]
    data["regencies"] = {code: [tuple(row) for row in rows] for code, rows in data["regencies"].items()}
    return Snapshot(**data)
