"""A search to be followed: the newest listings that fit it, as Atom and as JSON Feed 1.1.

The same words and filters as the list. An entry is there as long as its listing is public, and no day longer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.core.responses import in_complete_language
from content.jobs import selectors as jobs
from content.jobs.models import JobListing
from content.registers import labels

from . import analysis, filters, forms, open_data
from .api.parameters import problem_in
from .engines import get_engine
from .types import FEED_ENTRIES, JobQuery

EXAMPLE = "contoh"


@dataclass(frozen=True)
class Entry:
    """A listing or a warning in a feed, in the active language."""

    url: str
    title: str
    text: str
    published: dt.datetime
    changed: dt.datetime
    example: bool


@dataclass(frozen=True)
class Followed:
    """A search as a feed. ``changed`` is that of its newest entry; of an empty one, the beginning of the day."""

    title: str
    page_url: str
    feed_url: str
    language: str
    entries: list[Entry]
    changed: dt.datetime
    notice: str


def path_of(language: str, kind: str, query: JobQuery) -> str:
    """The path of the feed of a question; a feed has its own order and no pages."""
    return f"/{language}/lowongan/umpan.{kind}{forms.address_of(forms.in_plain_order(query), page=1)}"


@require_safe
@in_complete_language
def atom(request: HttpRequest) -> HttpResponse:
    """The search of the address as Atom (RFC 4287)."""
    return _answer(request, "atom")


@require_safe
@in_complete_language
def json(request: HttpRequest) -> HttpResponse:
    """The search of the address as JSON Feed 1.1."""
    return _answer(request, "json")


def _answer(request: HttpRequest, kind: str) -> HttpResponse:
    if problem := problem_in(request.GET):
        # A filter that is left out would flood whoever follows the search with all listings.
        return open_data.problem(400, problem)
    found = _followed(forms.parse_jobs(request.GET).query, request.LANGUAGE_CODE, kind)
    response = atom_of(found) if kind == "atom" else json_of(found)
    return open_data.answered(request, response)


def _followed(query: JobQuery, language: str, kind: str) -> Followed:
    on = timezone.localdate()
    wanted = replace(query.in_order("newest"), per_page=FEED_ENTRIES, as_typed=True)
    results = get_engine().search_jobs(wanted, on)
    shown = jobs.listings(results.ids, on)
    changed = jobs.changed_at(shown)
    entries = [_entry(listing, changed[listing.pk]) for listing in shown]
    asked = filters.search_in_words(query)
    title = _("Jobs abroad: %(search)s") % {"search": asked} if asked else _("Jobs abroad")
    midnight = timezone.make_aware(dt.datetime.combine(on, dt.time.min))
    return Followed(
        title=f"{title} – {settings.SITE_NAME}",
        page_url=open_data.address(f"/{language}/lowongan/{forms.address_of(forms.in_plain_order(query), page=1)}"),
        feed_url=open_data.address(path_of(language, kind, query)),
        language=language,
        entries=entries,
        changed=max((entry.changed for entry in entries), default=midnight),
        notice=str(open_data.NOTICE),
    )


def _entry(listing: JobListing, changed: dt.datetime) -> Entry:
    card = jobs.card(listing)
    text = _("Wage: %(wage)s. You pay: %(cost)s. Open until %(date)s. %(agency)s.") % {
        "wage": card.wage,
        "cost": card.you_pay,
        "date": labels.date(card.closing_date),
        "agency": card.agency,
    }
    title = _("Example: %(title)s") % {"title": card.title} if card.example else card.title
    return Entry(
        url=open_data.address(card.url),
        # No control character: XML has no way to write one.
        title=analysis.clean(title),
        text=analysis.clean(text),
        published=listing.first_public_at or changed,
        changed=changed,
        example=card.example,
    )


class _Feed(Atom1Feed):
    """Atom whose day of change is that of its entries, also where there is none."""

    def latest_post_date(self) -> dt.datetime:
        return self.feed["changed"]


def atom_of(found: Followed) -> HttpResponse:
    feed = _Feed(
        title=found.title,
        link=found.page_url,
        description="",
        subtitle=found.notice,
        language=found.language,
        author_name=settings.SITE_NAME,
        feed_url=found.feed_url,
        feed_guid=found.feed_url,
        changed=found.changed,
    )
    for entry in found.entries:
        feed.add_item(
            title=entry.title,
            link=entry.url,
            unique_id=entry.url,
            description=escape(entry.text),  # read as HTML
            pubdate=entry.published,
            updateddate=entry.changed,
            categories=[EXAMPLE] if entry.example else [],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=f"{open_data.FEED_TYPES['atom']}; charset=utf-8")


def json_of(found: Followed) -> HttpResponse:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": found.title,
        "home_page_url": found.page_url,
        "feed_url": found.feed_url,
        "description": found.notice,
        "language": found.language,
        "authors": [{"name": settings.SITE_NAME}],
        "items": [_item(entry) for entry in found.entries],
    }
    return JsonResponse(feed, content_type=open_data.FEED_TYPES["json"], json_dumps_params={"ensure_ascii": False})


def _item(entry: Entry) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": timezone.localtime(entry.published).isoformat(),
        "date_modified": timezone.localtime(entry.changed).isoformat(),
    }
    if entry.example:
        item |= {"tags": [EXAMPLE], "_lentera": {"example": True}}
    return item
