"""Tags of the frame: words for attributes, icons, the language switcher, addresses for search engines, where one is,
the state of the text, and what stands at the foot of a page. Builtins everywhere; none touches the user or the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext, gettext_noop

from content.core.interface import language_of
from content.core.models import BasePage
from content.core.selectors import recording_of
from content.core.tree import Node, tree
from content.registers import labels, tokens
from content.registers.models import Channel, Source
from portal import drawings, listening, navigation, sharing

register = template.Library()
Context = template.Context


@dataclass(frozen=True)
class Version:
    """This page in one language, as the switcher names it."""

    language: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True)
class Shown:
    """A fact or channel that stands on the page, with the places of its sources in the list of sources."""

    entry: tokens.Entry
    sources: list[int]


def _language(context: Context) -> str:
    return getattr(context.get("request"), "LANGUAGE_CODE", None) or get_language() or settings.LANGUAGE_CODE


def _node(context: Context) -> Node | None:
    page = context.get("page")
    return tree().by_id.get(page.pk) if hasattr(page, "pk") else None


def _short_name(code: str) -> str:
    """Its own name without the word for “language”: Indonesia, English, Jawa."""
    name = get_language_info(code)["name_local"]
    first, _, rest = name.partition(" ")
    return rest if rest and first in ("Bahasa", "Basa") else name


def _addresses(context: Context) -> dict[str, str]:
    """Language → address of every real version of this page: from ``page``, else from ``alternates``.

    ``part`` is the step below the page's own address that is shown (content.core.models.BasePage.serve_part).
    """
    if node := _node(context):
        below = f"{context['part']}/" if context.get("part") else ""
        return {code: other.url + below for code, other in tree().translations(node).items()}
    return dict(context.get("alternates") or {})


@register.simple_tag
def uitext(message: str, **values: Any) -> str:
    """An interface text without markup, for attributes and titles; elsewhere use ``{% ui %}``, which marks its language."""
    text = gettext(message)
    return text % values if values else text


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line icon of static/icons; always beside its words, so screen readers skip it."""
    return drawings.svg(drawings.ICONS, name)


@register.simple_tag
def drawing(name: str) -> SafeString:
    """The drawing of a topic (its slug) or of the home page; the lantern where there is none."""
    return drawings.drawing(name)


@register.simple_tag(takes_context=True)
def here(context: Context, url: str) -> SafeString:
    """`` aria-current="true"`` where the reader is at ``url`` or below it."""
    request = context.get("request")
    return mark_safe(' aria-current="true"') if request and request.path.startswith(url) else mark_safe("")


@register.inclusion_tag("components/switcher.html", takes_context=True)
def switcher(context: Context) -> dict[str, Any]:
    """The languages in which this page exists, each by its own name; nothing where there is only one (DECISIONS 3).

    ``elsewhere`` of a view goes further than what search engines are told: where a language does not have this very page,
    it leads to what it has of the same thing.
    """
    current = _language(context)
    held = context.get("elsewhere") or _addresses(context)
    versions = [Version(code, _short_name(code), url, code == current) for code, url in held.items()]
    return {"versions": versions if len(versions) > 1 else []}


@register.inclusion_tag("components/addresses.html", takes_context=True)
def addresses(context: Context) -> dict[str, Any]:
    """Canonical address and, for real translations only, hreflang with Indonesian as x-default (DECISIONS 3).

    The data saver's variant of a page names its canonical address alone: versions are named there. A page that is
    ``answered`` holds what somebody said of himself behind its question mark, which belongs to no canonical address.
    """
    held = _addresses(context)
    if context.get("answered"):
        held = {code: address.partition("?")[0] for code, address in held.items()}
    canonical = held.get(_language(context))
    return {
        "base_url": context.get("base_url", ""),
        "canonical": canonical,
        "versions": held if len(held) > 1 and not context.get("hemat") else {},
        "default": held.get(settings.LANGUAGE_CODE),
    }


@register.simple_tag(takes_context=True)
def share(context: Context) -> sharing.Share | None:
    """The links to pass this page on; nothing for a sensitive page and for what is no page of the CMS."""
    page, request = context.get("page"), context.get("request")
    if context.get("sensitive") or not isinstance(page, BasePage) or request is None:
        return None
    return sharing.share_of(page, request)


@register.inclusion_tag("components/listen.html", takes_context=True)
def listen(context: Context) -> dict[str, Any]:
    """The way to hear this page, with what it costs; nothing where there is no recording."""
    page = context.get("page")
    recording = recording_of(page) if isinstance(page, BasePage) else None
    shown = recording is not None and _node(context) is not None
    return {"recording": recording, "url": listening.address(page.pk, _language(context))} if shown else {}


@register.filter
def duration(seconds: int) -> str:
    """2 menit 10 detik."""
    return labels.duration(seconds)


@register.simple_tag(takes_context=True)
def here_address(context: Context) -> str:
    """The canonical address of this page without the host, for paper; nothing for a page that has none."""
    return _addresses(context).get(_language(context), "")


@register.inclusion_tag("components/crumbs.html", takes_context=True)
def crumbs(context: Context) -> dict[str, Any]:
    """The way down to this page: from the tree, or from ``crumbs`` (label and address pairs) of a generated page."""
    if held := _node(context):
        way = [*held.ancestors()[1:], *([held] if context.get("part") else [])]
        links = [(above.title, above.url, above.language) for above in way]
        shown = held.parent is not None
    else:
        links = [(label, url, "") for label, url in context.get("crumbs") or []]
        shown = "crumbs" in context
    return {"home_url": context.get("home_url"), "links": links, "shown": shown}


@register.inclusion_tag("components/notices.html", takes_context=True)
def notices(context: Context) -> dict[str, Any]:
    """What a reader must know about the text: no translation, older than the source, not read by a native speaker."""
    state, request = context.get("translation_state"), context.get("request")
    wanted = getattr(request, "fallback_from", None)
    here_ = _node(context)
    source = tree().in_language(here_, settings.LANGUAGE_CODE) if here_ else None
    return {
        "missing": _missing(wanted, _language(context)) if wanted else None,
        "state": state,
        "source_url": source.url if source and source is not here_ else None,
    }


def _missing(wanted: str, shown: str) -> SafeString:
    """“This page does not exist in …”, in the language that was asked for where it has the sentence."""
    message = gettext_noop("This page does not exist in %(language)s yet. You are reading the Indonesian version.")
    answered = language_of(message, wanted)
    with translation.override(wanted):
        text = gettext(message) % {"language": get_language_info(wanted)["name_local"]}
    return format_html("<p>{}</p>", text) if answered == shown else format_html('<p lang="{}">{}</p>', answered, text)


@register.inclusion_tag("components/sources.html", takes_context=True)
def sources_shown(context: Context) -> dict[str, Any]:
    """Who answers for the page, when it was checked, from what, and every number it has shown with source and date."""
    page = context.get("page")
    sources = list(context.get("sources") or [])
    place = {source.pk: number for number, source in enumerate(sources, start=1)}
    numbers = []
    for entry in tokens.shown():
        for source in entry.sources.all():
            if source.pk not in place:
                sources.append(source)
                place[source.pk] = len(sources)
        numbers.append(Shown(entry, sorted(place[source.pk] for source in entry.sources.all())))
    node = tree().find("koreksi", _language(context))
    return {
        "request": context.get("request"),
        "page": page,
        "sources": sources,
        "numbers": numbers,
        "overdue": bool(getattr(page, "verify_by", None) and page.verify_by < timezone.localdate()),
        "corrections_url": node.url if node else None,
    }


@register.filter
def short_law(source: Source) -> str:
    """The name by which a law is called: “Undang-Undang 18/2017 Pasal 30”, without what it is about."""
    return f"{source.title.partition(' tentang ')[0]} {source.article}".strip()


@register.filter
def indonesian(text: str) -> SafeString:
    """Names that exist in Indonesian only (sources, agencies), marked so on a page in another language."""
    if get_language() == settings.LANGUAGE_CODE:
        return conditional_escape(text)
    return format_html('<span lang="id">{}</span>', text)


@register.simple_tag(takes_context=True)
def place_of(context: Context, source: Source) -> int | None:
    """The number of ``source`` in the list of sources at the foot of the page."""
    sources = context.get("sources") or []
    return sources.index(source) + 1 if source in sources else None


@register.filter
def untested(entry: Any) -> bool:
    """A phone or WhatsApp number that nobody has called yet (DECISIONS 13)."""
    return (
        isinstance(entry, Channel)
        and entry.kind in (Channel.Kind.PHONE, Channel.Kind.WHATSAPP)
        and entry.check_kind != Channel.CheckKind.CALLED
    )


@register.filter
def icon_of(channel: Channel) -> SafeString:
    """The icon of a channel's kind."""
    kinds = {"phone": "phone", "whatsapp": "chat", "email": "mail", "app": "app"}
    return drawings.svg(drawings.ICONS, kinds.get(channel.kind, "web"))


@register.simple_tag(takes_context=True)
def page_url(context: Context, slug: str) -> str:
    """The address of the live page with ``slug`` in this language, else in Indonesian, else nothing."""
    node = tree().find(slug, _language(context))
    return node.url if node else ""


@register.simple_tag(takes_context=True)
def node(context: Context) -> Node | None:
    """This page in the tree: ``parent``, ``children``, ``url``; None in a preview of a page that is not live."""
    return _node(context)


@register.simple_tag(takes_context=True)
def next_page(context: Context) -> Node | None:
    """The page after this one among its siblings."""
    here_ = _node(context)
    if here_ is None or here_.parent is None:
        return None
    siblings = here_.parent.children
    # A regional page below Indonesian ones has no sibling in its language.
    index = siblings.index(here_) + 1 if here_ in siblings else len(siblings)
    return siblings[index] if index < len(siblings) else None


@register.simple_tag(takes_context=True)
def rooms_outside_the_tree(context: Context) -> list[navigation.Link]:
    """The rooms that are no page of the CMS, for the site map: the jobs."""
    return [room for room in context.get("rooms", ()) if room.url not in tree().by_url]


@register.simple_tag(takes_context=True)
def saver_url(context: Context) -> str:
    """This very address with the data saver switched the other way; what else was asked for stays."""
    request: HttpRequest = context["request"]
    parameters = request.GET.copy()
    if parameters.pop("hemat", None) != ["1"]:
        parameters["hemat"] = "1"
    return "?" + parameters.urlencode()


@register.simple_tag(takes_context=True)
def shown_language(context: Context) -> str:
    """The language in which the rooms answer a reader of this page: its own where that is complete, else Indonesian."""
    return navigation.shown_language(_language(context))
