"""Passing a page on: its short address, its picture, and the link for WhatsApp. Never of a sensitive page.

What is shared shows in the chats of a phone that others may read. So a page with the quick exit offers no link and no
picture, and neither does the report form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.core.models import BasePage
from content.core.tree import Node, tree
from content.jobs.codes import ALPHABET, check_sign
from content.registers import generation, labels, tokens

from . import cards
from .identity import is_official

REPORT = "reports.reportpage"
LEAST_SIGNS = 4
KEPT = 60 * 60 * 24 * 30
_CODE = re.compile(rf"[{ALPHABET}]{{{LEAST_SIGNS},12}}")


@dataclass(frozen=True)
class Share:
    """What a page offers to pass it on."""

    whatsapp: str
    picture: str


def code_of(number: int) -> str:
    """The short code of the page with this number, without signs that are mixed up, with a check sign."""
    signs = ""
    while number:
        number, rest = divmod(number, len(ALPHABET))
        signs = ALPHABET[rest] + signs
    signs = signs.rjust(LEAST_SIGNS - 1, ALPHABET[0])
    return signs + check_sign(signs)


def number_of(code: str) -> int | None:
    """The number behind a code; None where it is none of ours."""
    if not _CODE.fullmatch(code) or check_sign(code[:-1]) != code[-1]:
        return None
    number = 0
    for sign in code[:-1]:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return number if code_of(number) == code else None


def share_of(page: BasePage, request: HttpRequest) -> Share | None:
    """The links of a page; nothing for one that is sensitive, not live, or the report form."""
    node = tree().by_id.get(page.pk)
    if node is None or not _shareable(node, page):
        return None
    card = card_of(page, node, is_official(request))
    text = f"{card.title} {settings.BASE_URL}/b/{code_of(node.id)}/"
    return Share(f"https://wa.me/?text={quote(text, safe='')}", f"/kartu/{code_of(node.id)}-{card.digest}.png")


def card_of(page: BasePage, node: Node, official: bool) -> cards.Card:
    """The words of its picture, in the language of the page."""
    with translation.override(node.language):
        day = page.verified_on or (timezone.localdate(page.last_published_at) if page.last_published_at else None)
        said = _("Checked on %(date)s.") if page.verified_on else _("Published on %(date)s.")
        return cards.Card(
            site=settings.SITE_NAME,
            title=tokens.plain(getattr(page, "lead", "") or page.title),
            date=said % {"date": labels.date(day)} if day else "",
            address=f"{settings.BASE_URL.partition('://')[2]}/b/{code_of(node.id)}/",
            notice="" if official else _("Example site, not an official site."),
        )


def _shareable(node: Node, page: BasePage) -> bool:
    return not page.sensitive and node.kind != REPORT


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """``/b/<code>/``: the page behind a short code, wherever it has moved; nothing where it is not public."""
    node = tree().by_id.get(number_of(code.lower()) or 0)
    if node is None or node.kind == REPORT:
        raise Http404
    return HttpResponseRedirect(node.url)


@require_safe
def picture(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    """The picture of a page. Drawn once for its words; one with old words leads to the new one."""
    official = is_official(request)
    # Of this generation: what is no longer public has no picture either.
    key = f"card:{generation.current()}:{code}:{digest}:{int(official)}"
    drawn = cache.get(key)
    if drawn is None:
        node = tree().by_id.get(number_of(code) or 0)
        model = apps.get_model(node.kind) if node else None
        page = model._default_manager.filter(pk=node.id).first() if node and model else None
        if node is None or page is None or not _shareable(node, page):
            raise Http404
        card = card_of(page, node, official)
        if card.digest != digest:
            return HttpResponseRedirect(f"/kartu/{code}-{card.digest}.png")
        drawn = cards.draw(card)
        cache.set(key, drawn, KEPT)
    headers = {"Cache-Control": "public, max-age=86400", "X-Robots-Tag": "noindex"}
    return HttpResponse(drawn, content_type="image/png", headers=headers)
