"""Tokens: ``{fakta:slug}`` and ``{kanal:slug}`` stand for a value of the registers in any text (DECISIONS 14).

This is the one place that turns them into words: :func:`plain` for titles, meta, search and export, :func:`rich` for
HTML. What a page has shown is collected, so that its foot can name source and date of each number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from . import labels
from .absent import absent, absent_html
from .fields import Words
from .models import Channel, Fact
from .selectors import registers

TOKEN = re.compile(r"\{(fakta|kanal):([a-z0-9-]+)\}")
UNKNOWN = _("No fact or channel has this name: %(tokens)s. Choose one from the registers.")

Entry = Fact | Channel
_unfolding: ContextVar[tuple[Entry, ...]] = ContextVar("tokens_unfolding", default=())
_shown: ContextVar[dict[str, Entry] | None] = ContextVar("tokens_shown", default=None)


@contextmanager
def collecting() -> Iterator[dict[str, Entry]]:
    """Collect every fact and channel shown inside the block, in order of appearance."""
    used: dict[str, Entry] = {}
    mark = _shown.set(used)
    try:
        yield used
    finally:
        _shown.reset(mark)


def shown() -> list[Entry]:
    """What has been shown so far inside :func:`collecting`."""
    return list((_shown.get() or {}).values())


def find(text: str) -> set[tuple[str, str]]:
    """The (kind, slug) pairs that ``text`` names."""
    return set(TOKEN.findall(text))


def unknown(text: str) -> list[str]:
    """The tokens in ``text`` that no register entry answers: they block publishing."""
    held = registers()
    table = {"fakta": held.facts, "kanal": held.channels}
    return [f"{{{kind}:{slug}}}" for kind, slug in TOKEN.findall(text) if slug not in table[kind]]


def _entry(kind: str, slug: str) -> Entry | None:
    held = registers()
    entry = held.facts.get(slug) if kind == "fakta" else held.channels.get(slug)
    used = _shown.get()
    if entry is not None and used is not None:
        used.setdefault(f"{kind}:{slug}", entry)
    return entry


def fact_words(fact: Fact, language: str | None = None) -> str:
    """The value of a fact as the language writes it: separators, currency, date."""
    match fact.kind:
        case Fact.Kind.NUMBER:
            return labels.number(fact.number, language)
        case Fact.Kind.PERCENT:
            return labels.percent(fact.number, language)
        case Fact.Kind.MONEY:
            return labels.money(fact.number, fact.currency, language)
        case Fact.Kind.DATE:
            return labels.date(fact.date, language)
        case Fact.Kind.URL:
            return fact.url
        case _:
            return Words(fact.words).text(language)


def value_words(entry: Entry, language: str | None = None, on: dt.date | None = None) -> str:
    """The value in words, or the fallback sentence once it is past ``valid_until``."""
    if entry.is_valid(on or timezone.localdate()):
        return entry.value if isinstance(entry, Channel) else _unfolded(fact_words(entry, language), entry, language)
    return _unfolded(Words(entry.fallback).text(language), entry, language)


def _unfolded(text: str, entry: Entry, language: str | None) -> str:
    """A text of ``entry`` with its own tokens in words; one that leads back to it is absent."""
    if "{" not in text:
        return text
    above = _unfolding.get()
    if entry in above:
        return absent("kanal" if isinstance(entry, Channel) else "fakta", language)
    mark = _unfolding.set((*above, entry))
    try:
        return plain(text, language)
    finally:
        _unfolding.reset(mark)


def phone_digits(value: str) -> str:
    """The part of a phone value that can be dialled: “(021) 390 3963” gives 0213903963; extensions are dropped."""
    number = re.split(r"\b(?:ekst|ext|x)\b", value, maxsplit=1, flags=re.IGNORECASE)[0]
    return re.sub(r"[^\d+]", "", number)


def value_from_abroad(channel: Channel) -> str:
    """The value of a channel as it is dialled from everywhere: an Indonesian mobile begins with +62."""
    dialled = channel.kind in (Channel.Kind.PHONE, Channel.Kind.WHATSAPP)
    return f"+62 {channel.value[1:]}" if dialled and channel.value.startswith("08") else channel.value


def channel_address(channel: Channel) -> str:
    """The link of a channel: ``tel:``, ``https://wa.me/…``, ``mailto:`` or its web address."""
    match channel.kind:
        case Channel.Kind.PHONE:
            return f"tel:{phone_digits(channel.value)}"
        case Channel.Kind.WHATSAPP:
            digits = phone_digits(channel.value).lstrip("+")
            return f"https://wa.me/{'62' + digits[1:] if digits.startswith('0') else digits}"
        case Channel.Kind.EMAIL:
            return f"mailto:{channel.value}"
        case _:
            return channel.value if "://" in channel.value else f"https://{channel.value}/"


def value_html(entry: Entry, language: str | None = None, on: dt.date | None = None) -> SafeString:
    """The value as HTML; a channel becomes a link one can press."""
    words = value_words(entry, language, on)
    if isinstance(entry, Channel) and entry.is_valid(on or timezone.localdate()):
        return format_html('<a href="{}">{}</a>', channel_address(entry), words)
    if isinstance(entry, Fact) and entry.kind == Fact.Kind.URL and entry.is_valid(on):
        return format_html('<a href="{}">{}</a>', entry.url, words)
    return escape(words)


def plain(text: str, language: str | None = None) -> str:
    """``text`` with its tokens in words. An unknown token, which publishing refuses before, says that it is absent."""
    if "{" not in text:
        return text

    def words(match: re.Match[str]) -> str:
        entry = _entry(match[1], match[2])
        return absent(match[1], language) if entry is None else value_words(entry, language)

    return TOKEN.sub(words, text)


def rich(html: str, language: str | None = None) -> SafeString:
    """HTML with its tokens as HTML. ``html`` must be safe already (rich text, or escaped by the caller)."""
    if "{" not in html:
        return mark_safe(html)

    def value(match: re.Match[str]) -> str:
        entry = _entry(match[1], match[2])
        return absent_html(match[1], language) if entry is None else value_html(entry, language)

    # A token inside a link cannot become a second link: there it is written in words.
    def words(match: re.Match[str]) -> str:
        entry = _entry(match[1], match[2])
        return absent_html(match[1], language) if entry is None else escape(value_words(entry, language))

    parts = re.split(r"(<a\b.*?</a>)", html, flags=re.DOTALL)
    return mark_safe("".join(TOKEN.sub(words if part.startswith("<a") else value, part) for part in parts))
