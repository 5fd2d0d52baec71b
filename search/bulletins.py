"""The warnings of the task force to be followed, as Atom and as JSON Feed 1.1: each as long as it is public."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.core.responses import in_complete_language
from content.registers import selectors, tokens
from content.registers.models import Bulletin

from . import analysis, open_data
from .feeds import Entry, Followed, atom_of, json_of

PATH = "peringatan/"


@require_safe
@in_complete_language
def atom(request: HttpRequest) -> HttpResponse:
    """As Atom (RFC 4287)."""
    return open_data.answered(request, atom_of(_followed(request.LANGUAGE_CODE, "atom")))


@require_safe
@in_complete_language
def json(request: HttpRequest) -> HttpResponse:
    """As JSON Feed 1.1."""
    return open_data.answered(request, json_of(_followed(request.LANGUAGE_CODE, "json")))


def _followed(language: str, kind: str) -> Followed:
    on = timezone.localdate()
    entries = [_entry(bulletin, language) for bulletin in selectors.bulletins(on)]
    return Followed(
        title=f"{_('Warnings')} – {settings.SITE_NAME}",
        page_url=open_data.address(f"/{language}/{PATH}"),
        feed_url=open_data.address(f"/{language}/{PATH}umpan.{kind}"),
        language=language,
        entries=entries,
        changed=max((entry.changed for entry in entries), default=_morning(on)),
        notice=_("Written by people, for a time. What is no longer here no longer holds."),
    )


def _entry(bulletin: Bulletin, language: str) -> Entry:
    title = tokens.plain(bulletin.title.text(language), language)
    issued = _morning(bulletin.issued_on or bulletin.valid_until)
    return Entry(
        url=open_data.address(f"/{language}/{PATH}#b{bulletin.pk}"),
        title=analysis.clean(_("Example: %(title)s") % {"title": title} if bulletin.example else title),
        text=analysis.clean(tokens.plain(bulletin.text.text(language), language)),
        published=issued,
        changed=issued,
        example=bulletin.example,
    )


def _morning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
