"""What search engines are told of: ``/sitemap.xml``, only while the site is official (DECISIONS 3, 29).

Live pages of the complete languages with the versions that they name themselves, public listings that are no examples,
and the views that are no pages. Never the report form, a stand-in, a regional page, an alias or a search.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.core.responses import View, revalidated
from content.core.tree import tree
from content.jobs import selectors as jobs

from .identity import is_official

# The views below a language that are no page of the CMS. The site map for people is not announced: this is one.
VIEWS = (
    "lowongan/",
    "cek/",
    "rencana/",
    "cek-kontrak/",
    "hitung-biaya/",
    "bantuan/",
    "data-terbuka/",
    "bahasa/",
    "peringatan/",
    "angka/",
)
REPORT = "reports.reportpage"
# Addresses in one file; more are divided, and an index names the files.
MOST = 5_000
# Language → path, for every version of one page.
Versions = dict[str, str]


def _pages() -> Iterator[Versions]:
    """Every page that exists in a complete language, once."""
    seen: set[str] = set()
    for code in settings.COMPLETE_LANGUAGES:
        for node in tree().pages.get(code, ()):
            if node.kind != REPORT and node.key not in seen:
                seen.add(node.key)
                yield {language: other.url for language, other in tree().translations(node).items()}


def _in_each(path: str) -> Versions:
    return {code: f"/{code}/{path}" for code in settings.COMPLETE_LANGUAGES}


class _Entries:
    """All that is announced, in an order that only changes where something is added or ends."""

    def __init__(self) -> None:
        self.fixed = [*_pages(), *(_in_each(path) for path in VIEWS)]
        self.listings = jobs.announced(timezone.localdate())
        # An entry has an address in each complete language at most.
        self.per_file = MOST // len(settings.COMPLETE_LANGUAGES)
        self.files = max(1, -(-(len(self.fixed) + self.listings.count()) // self.per_file))

    def of_file(self, number: int) -> list[Versions]:
        """The entries of a file, counted from one."""
        first, last = (number - 1) * self.per_file, number * self.per_file
        held, rest = self.fixed[first:last], len(self.fixed)
        codes = self.listings.values_list("code", flat=True)[max(0, first - rest) : max(0, last - rest)]
        return [*held, *(_in_each(f"lowongan/{code}/") for code in codes)]


def _whole(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def _addresses(versions: Versions) -> Iterator[dict[str, Any]]:
    """The entry of each complete language, which names all versions, itself included, and the Indonesian one as default."""
    named = dict(versions)
    if settings.LANGUAGE_CODE in versions:
        named["x-default"] = versions[settings.LANGUAGE_CODE]
    alternates = [{"lang_code": code, "location": _whole(path)} for code, path in named.items()]
    for code in settings.COMPLETE_LANGUAGES:
        if code in versions:
            yield {"location": _whole(versions[code]), "alternates": alternates if len(versions) > 1 else []}


def _only_official(view: View) -> View:
    """404 on a site that is not proven official: ``robots.txt`` closes it then, and there is nothing to announce."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any) -> HttpResponse:
        if not is_official(request):
            raise Http404
        return view(request, *args)

    return answer


def _answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    # Too large to be compressed as well as pages are: made for each reader, who asks a few times a day.
    response = revalidated(request, render(request, template, context, content_type="application/xml"))
    response["X-Robots-Tag"] = "noindex"
    return response


def _file(request: HttpRequest, entries: list[Versions]) -> HttpResponse:
    found = [address for versions in entries for address in _addresses(versions)]
    return _answer(request, "sitemap.xml", {"urlset": found})


@require_safe
@_only_official
def sitemap(request: HttpRequest) -> HttpResponse:
    """Everything in one file; the index of the files where it is too much for one."""
    entries = _Entries()
    if entries.files == 1:
        return _file(request, entries.of_file(1))
    found = [{"location": _whole(f"/sitemap-{number}.xml")} for number in range(1, entries.files + 1)]
    return _answer(request, "sitemap_index.xml", {"sitemaps": found})


@require_safe
@_only_official
def part(request: HttpRequest, number: str) -> HttpResponse:
    """One of the files that the index names."""
    entries = _Entries()
    if int(number) > entries.files:
        raise Http404
    return _file(request, entries.of_file(int(number)))
