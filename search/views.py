"""The list and search of jobs, and the one search of the header. Both are GET forms that need no script.

What is typed is shown again to its writer and nowhere else: it is not logged, stored or part of a cache key, and an
answer to a question is never kept (DECISIONS 8, 40).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from content.core.responses import forgotten, in_complete_language, keep
from content.core.tree import tree
from content.jobs import selectors as jobs
from content.registers import labels
from content.registers.selectors import from_abroad, provinces, registers

from . import distress, feeds, filters, forms, offices, open_data, places, questions, suggestions
from . import registered as registry
from .api import addresses
from .engines import get_engine
from .highlighting import excerpt, marked
from .questions import JOB, PAGE
from .types import (
    FEED_ENTRIES,
    MOST_PER_PAGE,
    PER_PAGE,
    WORDS,
    Hit,
    JobQuery,
    PageQuery,
    PageResults,
    Phrase,
    SearchResults,
    Sort,
    page_count,
)

# How many listings the search over everything shows before it leads to all of them.
_FIRST_JOBS = 3
# How many channels for people abroad stand above the results; the page of help has them all, and the missions.
_FIRST_ABROAD = 2
_LABELLED: tuple[tuple[Sort, Promise | str], ...] = (
    ("relevance", gettext_lazy("best match")),
    ("closing", gettext_lazy("closing soonest")),
    ("newest", gettext_lazy("newest first")),
)


_IN_LANGUAGE = {
    "id": gettext_lazy("In Indonesian"),
    "en": gettext_lazy("In English"),
    "jv": gettext_lazy("In Javanese"),
    "su": gettext_lazy("In Sundanese"),
    "mad": gettext_lazy("In Madurese"),
    "bjn": gettext_lazy("In Banjarese"),
}
# Failures of an engine; what is wrong with a question never raises.
_FAILURES = (DatabaseError,)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FoundPage:
    """A page that was found, as it is shown."""

    url: str
    title: SafeString
    excerpt: SafeString
    language: str
    # “In Indonesian”; empty in the language of the reader.
    label: str


@require_safe
@in_complete_language
def job_list(request: HttpRequest) -> HttpResponse:
    """All public listings, or those that fit the words and filters of the address."""
    on = timezone.localdate()
    asked = forms.parse_jobs(request.GET)
    query = asked.query
    try:
        results = get_engine().search_jobs(query, on)
    except _FAILURES as failure:
        return _failed(request, "lowongan", asked, failure)
    path, problems = _path(request, "lowongan"), [*asked.problems]
    if results.corrected:
        problems.append(filters.corrected(query.words, results.corrected))
        query = replace(query, words=results.corrected)
    if results.page != query.page and results.total:
        problems.append(_no_such_page(query.page, results.pages))
    question = questions.read(query.words, JOB)
    problems += filters.understood(question, on)
    page = _page_of(results.total, results.page)
    helping = _helping(asked, results.corrected, nothing=not results.total)
    if helping["sensitive"]:
        # Nobody cries a word too much.
        results = replace(results, removals=tuple(way for way in results.removals if way.condition or not way.said))
    context = {
        "asked": asked,
        "query": query,
        "problems": problems,
        "path": path,
        "total": results.total,
        "heading": _heading(query, results.total, named=not helping["sensitive"]),
        "search_in_words": filters.search_in_words(query),
        "cards": [(card, marked(card.title, question.marks)) for card in jobs.cards(results.ids, on)],
        "page_obj": page,
        "page_query": _page_query(forms.address_of(query, page=1), request),
        "applied": filters.removable(query, path),
        "hidden": [*forms.sent_filters(query), *forms.sent_order(query)],
        "order": forms.sent_order(query),
        "cleared": path + forms.address_of(query.without(*query.filters)),
        "fields": filters.fields(query, results.facets),
        "ways": filters.ways_out(query, results.removals, path),
        **helping,
        "orders": _orders(query, path),
        "feeds": _feeds(request, query),
        "open_data_url": _path(request, "data-terbuka"),
        "alternates": _alternates("lowongan", forms.address_of(query, page=results.page)),
        "crumbs": [],
        **_proposals(request),
    }
    response = render(request, "search/job_list.html", context)
    plain = query == JobQuery(page=results.page) and not problems and not asked.region
    return _kept(request, response, plain=plain)


@require_safe
@in_complete_language
def everything(request: HttpRequest) -> HttpResponse:
    """The search of the header: help first for whoever may need it, then hotlines, pages, words, listings, agencies."""
    on = timezone.localdate()
    pages_asked, asked = forms.parse_pages(request.GET, request.LANGUAGE_CODE)
    query = asked.query
    context: dict[str, Any] = {
        "asked": asked,
        "query": query,
        "problems": [*asked.problems],
        "path": _path(request, "cari"),
        "alternates": _alternates("cari", forms.address_of(query, page=1)),
        "crumbs": [],
        **_helping(asked, nothing=False),
        **_proposals(request),
    }
    if query.words:
        try:
            found, results = get_engine().search_pages(pages_asked), get_engine().search_jobs(query, on)
            registered = registry.find(query.words)
        except _FAILURES as failure:
            return _failed(request, "cari", asked, failure)
        # Jobs and pages know different words: one may find what was typed, the other only what may have been meant.
        offers = replace(query, words=results.corrected or query.words)
        texts = replace(query, words=found.corrected or query.words)
        query = replace(query, words=_found_by(query.words, results, found))
        if found.page != pages_asked.page and found.total:
            context["problems"].append(_no_such_page(pages_asked.page, found.pages))
        context["problems"] += _corrected(asked.query.words, results, found)
        question, wanted = questions.read(offers.words, JOB), questions.read(texts.words, PAGE).marks
        context["problems"] += filters.understood(question, on)
        helping = _helping(
            asked, results.corrected, found.corrected, nothing=not (results.total or found.total or registered)
        )
        if not (results.total or found.total or helping["sensitive"]):
            count = _counting(request.LANGUAGE_CODE, on)
            context["ways"] = filters.without_words(results.removals, found.removals, count, _path(request, "cari"))
        context |= {
            "query": query,
            # Nothing is counted under words that did not find it.
            "heading": _found_in_words(
                query.words,
                results.total if offers.words == query.words else 0,
                found.total if texts.words == query.words else 0,
                registered,
                named=not helping["sensitive"],
            ),
            "found": registered,
            **helping,
            "job_total": results.total,
            "cards": [(card, marked(card.title, question.marks)) for card in jobs.cards(results.ids[:_FIRST_JOBS], on)],
            "jobs_url": _path(request, "lowongan") + forms.address_of(offers, page=1),
            "jobs_link": _("See all: %(jobs)s") % {"jobs": filters.count_in_words(results.total)},
            "more_jobs": results.total > _FIRST_JOBS,
            "without_condition": filters.ways_out(
                offers, tuple(way for way in results.removals if way.condition), _path(request, "lowongan")
            ),
            "pages": [page for hit in found.hits if (page := _found_page(hit, wanted, request.LANGUAGE_CODE))],
            "page_total": found.total,
            "page_obj": _page_of(found.total, found.page),
            "page_query": _page_query(forms.address_of(texts, page=1), request),
            "alternates": _alternates("cari", forms.address_of(texts, page=found.page)),
        }
        if found.suggestion and found.suggestion != results.corrected:
            meant = forms.address_of(replace(query, words=found.suggestion), page=1)
            context["suggestion"] = (found.suggestion, _path(request, "cari") + meant)
    response = render(request, "search/everything.html", context)
    plain = not query.words and not context["problems"] and pages_asked.page == 1 and not asked.region
    return _kept(request, response, plain=plain)


@require_safe
@in_complete_language
def open_data_page(request: HttpRequest) -> HttpResponse:
    """What programs may read, where, and under which terms: the page for people."""
    root = open_data.address(addresses.ROOT)
    language = "" if request.LANGUAGE_CODE == settings.LANGUAGE_CODE else f"lang={request.LANGUAGE_CODE}"
    context = {
        "root": root,
        "document": f"{root}openapi.json",
        "example": f"{root}lowongan/?{'&'.join(filter(None, ('negara=TW', 'biaya=0', language)))}",
        "parameters": [(field.name, field.label) for field in filters.fields(JobQuery(), {})],
        "orders": [(typed, dict(_LABELLED)[order]) for typed, order in forms.SORTS.items()],
        "language_choices": settings.COMPLETE_LANGUAGES,
        "per_page": PER_PAGE,
        "most": MOST_PER_PAGE,
        "entries": FEED_ENTRIES,
        "feeds": _feeds(request, JobQuery()),
        "licence": settings.DATA_LICENCE,
        "notice": open_data.NOTICE,
        "list_url": _path(request, "lowongan"),
        "alternates": _alternates("data-terbuka", ""),
        "crumbs": [],
    }
    return keep(render(request, "search/open_data.html", context))


def _kept(request: HttpRequest, response: HttpResponse, *, plain: bool) -> HttpResponse:
    """Kept by the page cache where nothing was asked; else sent to its asker alone, to be stored nowhere."""
    if plain and set(request.GET) <= {forms.PAGE, "hemat"}:
        return keep(response)
    return forgotten(response)


def _failed(request: HttpRequest, room: str, asked: forms.Asked, failure: Exception) -> HttpResponse:
    """The search could not be carried out, which is not to have found nothing. What was typed stands in no log."""
    logger.error("The search of %s failed: %s", room, type(failure).__name__)
    context = {
        "failed": True,
        "asked": asked,
        "path": _path(request, room),
        "alternates": _alternates(room, ""),
        "crumbs": [],
        **_helping(asked, nothing=True),
    }
    response = render(request, "search/everything.html", context, status=503)
    response["Retry-After"] = "30"
    return _kept(request, response, plain=False)


def _found_by(typed: str, results: SearchResults, found: PageResults) -> str:
    """The words by which all was found that is shown; what was typed where jobs and pages were found by different ones."""
    words = {one.corrected or typed for one in (results, found) if one.total}
    return words.pop() if len(words) == 1 else typed


def _corrected(typed: str, results: SearchResults, found: PageResults) -> list[str]:
    """What was searched for instead of what was typed: in one sentence where nothing else is shown, else for each kind."""
    jobs, pages = results.corrected, found.corrected
    one = jobs == pages or (not results.total if pages else not found.total)
    if one and (meant := jobs or pages):
        return [filters.corrected(typed, meant)]
    return filters.corrected_apart(typed, jobs, pages)


def _helping(asked: forms.Asked, *corrected: str, nothing: bool) -> dict[str, Any]:
    """Help and the exit for whoever may be in danger, by what was typed or may have been meant; for whoever found nothing,
    whom to ask.
    """
    context: dict[str, Any] = {"sensitive": False}
    if distress.is_in(asked.said, *corrected):
        on = timezone.localdate()
        channels = {slug: channel for slug, channel in registers().channels.items() if channel.is_valid(on)}
        countries = places.abroad(asked.said, *corrected)
        missions = [channel for channel in channels.values() if channel.country in countries]
        context |= {
            "sensitive": True,
            "is_abroad": bool(countries),
            "help_abroad": [*missions, *from_abroad(channels)[:_FIRST_ABROAD]],
        }
    if nothing:
        context["nearest"] = offices.nearest(asked.region)
        context["provinces"] = list(provinces().items())
        context["kept"] = _sent(asked.query)
    return context


def _counting(language: str, on: dt.date) -> dict[str, Callable[[str], int]]:
    """How many listings and pages some words find."""
    return {
        JOB: lambda words: get_engine().search_jobs(JobQuery(words=words, as_typed=True), on).total,
        PAGE: lambda words: get_engine().search_pages(PageQuery(words, language)).total,
    }


def _sent(query: JobQuery) -> list[tuple[str, str]]:
    """The words, the filters and the order as (parameter, value)."""
    words = [(forms.PARAMETERS[WORDS], query.words)] if query.words else []
    return [*words, *forms.sent_filters(query), *forms.sent_order(query)]


def _proposals(request: HttpRequest) -> dict[str, Any]:
    """What the search field proposes."""
    if not suggestions.stand_on(request):
        return {}
    return {"proposals": _path(request, "cari") + "kata.json", "proposing": suggestions.script().text}


def _path(request: HttpRequest, room: str) -> str:
    return f"/{request.LANGUAGE_CODE}/{room}/"


def _feeds(request: HttpRequest, query: JobQuery) -> dict[str, dict[str, str]]:
    """Where the search can be followed: kind → type and path."""
    return {
        kind: {"type": media, "path": feeds.path_of(request.LANGUAGE_CODE, kind, query)}
        for kind, media in open_data.FEED_TYPES.items()
    }


def _alternates(room: str, address: str) -> dict[str, str]:
    return {language: f"/{language}/{room}/{address}" for language in settings.COMPLETE_LANGUAGES}


def _page_of(total: int, number: int) -> Page:
    """The page as the component of page links wants it."""
    return Paginator(range(min(total, page_count(total) * PER_PAGE)), PER_PAGE).page(number)


def _page_query(address: str, request: HttpRequest) -> str:
    """The rest of the query before ``hal=``: the question, and the data saver."""
    parts = [address.removeprefix("?"), "hemat=1" if request.GET.get("hemat") == "1" else ""]
    return "".join(f"{part}&" for part in parts if part)


def _heading(query: JobQuery, total: int, *, named: bool) -> str:
    """What was searched for, and how much was found. A cry stands in no large letters, for whoever looks on."""
    if not query.words and not query.filters:
        return ngettext("%(count)s job abroad", "%(count)s jobs abroad", total) % {"count": labels.number(total)}
    found = filters.count_in_words(total) if total else _("No job")
    if not named:
        return _search_results(found)
    return _("%(jobs)s: %(search)s") % {"jobs": found, "search": filters.search_in_words(query)}


def _search_results(found: str) -> str:
    return _("Search results: %(found)s") % {"found": found}


def _found_in_words(words: str, job_total: int, page_total: int, registered: registry.Found, *, named: bool) -> str:
    """“paspor”: 19 pages. A kind of which there is nothing is not counted, unless there is nothing at all."""
    pages = filters.pages_in_words(page_total)
    jobs = filters.count_in_words(job_total)
    found = [said for total, said in ((job_total, jobs), (page_total, pages)) if total]
    others = len(registered.channels) + len(registered.terms) + len(registered.agencies)
    if not found and others:
        found = [ngettext("%(count)s entry", "%(count)s entries", others) % {"count": labels.number(others)}]
    found = found or [jobs, pages]
    said = ", ".join(found)
    return _("“%(words)s”: %(found)s") % {"words": words, "found": said} if named else _search_results(said)


def _orders(query: JobQuery, path: str) -> list[tuple[str, str]]:
    """The orders of the list, the present one without an address. Without words nothing fits better than the rest."""
    return [
        (str(label), "" if query.sort == order else path + forms.address_of(query.in_order(order), page=1))
        for order, label in _LABELLED
        if query.words or order != "relevance"
    ]


def _no_such_page(asked: int, last: int) -> str:
    return _("There is no page %(asked)s; this is the last one, page %(last)s.") % {"asked": asked, "last": last}


def _found_page(hit: Hit, wanted: frozenset[Phrase], language: str) -> FoundPage | None:
    """What is shown of a hit; None for a page that was unpublished since the engine found it."""
    node = tree().by_id.get(hit.key)
    return node and FoundPage(
        url=node.url,
        title=marked(hit.title, wanted),
        excerpt=excerpt(hit.text, wanted),
        language=hit.language,
        label="" if hit.language == language else str(_IN_LANGUAGE[hit.language]),
    )
