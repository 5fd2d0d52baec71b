"""Tags and filters for words: tokens, interface texts and dates in the reader's language. Builtins everywhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.rich_text import RichText, expand_db_html

from content.core import bilingual, slots
from content.core.interface import said
from content.registers import labels, tokens
from content.registers.fields import Words

register = template.Library()


@register.filter
def plain(value: Any) -> str:
    """Text with its tokens in words: titles, labels, attributes. A text of a translated body comes with what is below it."""
    return bilingual.with_tokens(value) if isinstance(value, bilingual.Text) else tokens.plain(str(value))


@register.filter
def rich(value: Any) -> SafeString:
    """Rich text or plain text as HTML, tokens as links."""
    html = expand_db_html(value.source if isinstance(value, RichText) else conditional_escape(value))
    return tokens.rich(html)


@register.filter
def words(value: Words) -> SafeString:
    """Words in the reader's language; marked with their own language where they answer in another."""
    text = tokens.rich(conditional_escape(value.text()))
    language = value.language()
    if not text or language == (get_language() or "id"):
        return text
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def in_language(text: str, language: str) -> SafeString:
    """A text of the registers or the tree, marked with its language where it is not the page's."""
    html = conditional_escape(text)
    if not language or language == (get_language() or "id"):
        return html
    return format_html('<span lang="{}">{}</span>', language, html)


@register.simple_tag
def ui(message: str, **values: Any) -> SafeString:
    """An interface text. Where the language of the page has none it is Indonesian and says so (DECISIONS 22)."""
    return said(message, **values)


@register.simple_tag(takes_context=True)
def slot(context: dict[str, Any], name: str) -> SafeString:
    """What the portal has put into this slot."""
    flat = context.flatten() if hasattr(context, "flatten") else context
    return mark_safe(slots.render(name, flat))


@register.filter
def long_date(value: dt.date | None) -> str:
    """22 November 2026."""
    return labels.date(value) if value else ""


@register.filter
def checked_on(entry: Any) -> str:
    """When an entry was checked, as exactly as its source says."""
    return labels.checked_on(entry)


@register.filter
def short_date(value: dt.date | None) -> str:
    """22 Nov 2026: where there is little room."""
    return labels.short_date(value) if value else ""


@register.filter
def country(code: str) -> str:
    """The name of an ISO 3166 country."""
    return labels.country_name(code)


@register.filter
def link_of(channel: Any) -> str:
    """The address one presses to reach a channel."""
    return tokens.channel_address(channel)


@register.filter
def value_from_abroad(channel: Any) -> str:
    """The value of a channel as it is dialled from everywhere."""
    return tokens.value_from_abroad(channel)


@register.filter
def value_of(entry: Any) -> SafeString:
    """The value of a fact or channel as HTML."""
    return tokens.value_html(entry)


@register.simple_tag(takes_context=True)
def story(context: dict[str, Any], page: Any, stream: Any, only: Any = None) -> SafeString:
    """A body with what a reader must know about its translation: {% story page page.body %}; ``only``: one part of it."""
    # Blocks copy their parent's context with dict(), which a template context does not survive.
    return bilingual.render(page, stream, context.flatten() if hasattr(context, "flatten") else context, only)


@register.simple_tag(takes_context=True)
def told(context: dict[str, Any], page: Any, name: str) -> SafeString:
    """A plain field of the page with what a reader must know about its translation: {% told page "title" %}."""
    state = context.get("translation_state") or bilingual.state_of(page)
    return bilingual.with_tokens(bilingual.plain_field(page, name, state))
