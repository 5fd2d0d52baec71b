"""Public views of the frame: pages, the exit, errors, the generated foot pages and robots."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language_info
from django.views.decorators.http import require_safe
from wagtail.models import Page

from content.core import responses
from content.core.models import BasePage
from content.core.tree import Node, tree
from search import open_data

from . import cache
from .identity import is_official
from .prefix import language_of


def _model(node: Node) -> type[BasePage]:
    model = apps.get_model(node.kind)
    if not issubclass(model, BasePage):
        raise Http404
    return model


def _load(node: Node) -> BasePage:
    """The page of a node in one query."""
    return _model(node).objects.select_related("locale", "content_type").get(pk=node.id)


def _place(wanted: str, path: str) -> tuple[Node | None, str]:
    """The page at ``path`` in the language, else in Indonesian; else the page just above it that has parts, and the part."""
    languages = dict.fromkeys((wanted, settings.LANGUAGE_CODE))
    for language in languages:
        if (node := tree().by_url.get(f"/{language}/{path}")) is not None:
            return node, ""
    above, _slash, part = path.rstrip("/").rpartition("/")
    for language in languages:
        node = tree().by_url.get(f"/{language}/{above}/") if above else None
        if node is not None and _model(node).has_parts:
            return node, part
    return None, ""


@require_safe
def serve_page(request: HttpRequest, path: str = "") -> HttpResponse:
    """The page at ``/<language>/<path>``; without a translation the Indonesian one, saying so (DECISIONS 3, 4)."""
    wanted = request.LANGUAGE_CODE
    node, part = _place(wanted, path)
    if node is None:
        return _missing(request, path)
    request.fallback_from = wanted if node.language != wanted else None
    with translation.override(node.language):
        request.LANGUAGE_CODE = node.language
        page = _load(node)
        response = page.serve_part(request, part) if part else page.serve(request)
    if response.status_code == 200 and hasattr(response, "page"):
        cache.keep(response, sensitive=page.sensitive, until=page.expires_at)
        if request.fallback_from or node.language not in settings.COMPLETE_LANGUAGES:
            response["X-Robots-Tag"] = "noindex"
    return response


def _missing(request: HttpRequest, path: str) -> HttpResponse:
    """410 for what once was public in Indonesian, 404 for what never was."""
    home = tree().homes.get(settings.LANGUAGE_CODE)
    if home is not None:
        root = Page.objects.filter(pk=home.id).values_list("url_path", flat=True).first()
        was_public = Page.objects.filter(
            url_path=f"{root}{path}", live=False, first_published_at__isnull=False
        ).exists()
        if was_public:
            return error_page(request, 410)
    raise Http404


def page_of(request: HttpRequest, template: str, context: dict[str, Any], **kept: Any) -> HttpResponse:
    """A generated public page: rendered and kept in the page cache."""
    return cache.keep(render(request, template, context), **kept)


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Every live page of the language, as a tree."""
    home = tree().homes.get(request.LANGUAGE_CODE)
    if home is None:
        raise Http404
    alternates = {code: f"/{code}/peta-situs/" for code in tree().homes}
    return page_of(request, "site_map.html", {"home": home, "alternates": alternates})


@require_safe
def languages(request: HttpRequest) -> HttpResponse:
    """What exists in each language, and in which state."""
    if request.LANGUAGE_CODE not in settings.COMPLETE_LANGUAGES:
        return HttpResponseRedirect("/id/bahasa/")
    pages = tree().pages
    total = len(pages.get(settings.LANGUAGE_CODE, ()))
    held = [
        {"info": get_language_info(code), "pages": pages.get(code, []), "complete": code in settings.COMPLETE_LANGUAGES}
        for code, _name in settings.LANGUAGES
    ]
    context = {
        "held": held,
        "total": total,
        "alternates": {code: f"/{code}/bahasa/" for code in settings.COMPLETE_LANGUAGES},
    }
    return page_of(request, "languages.html", context)


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """The quick exit: the only address that leads to another host (DECISIONS 12)."""
    response = HttpResponse(status=303)
    response["Location"] = settings.EXIT_URL
    response["Clear-Site-Data"] = '"cache"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Open for an official site, with its sitemap; closed while it is not proven (DECISIONS 29)."""
    if is_official(request):
        rules = f"Disallow: {settings.PRIVATE_PATH}\nDisallow: /keluar/\n\nSitemap: {settings.BASE_URL}/sitemap.xml"
    else:
        rules = "Disallow: /"
    return HttpResponse(f"User-agent: *\n{rules}\n", content_type="text/plain")


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """:func:`content.core.responses.error_page` in the language of the path, whatever came before; for a machine, a
    problem document."""
    if open_data.is_open(request.path_info):
        with translation.override(language_of(request.path_info)):
            return open_data.problem(status)
    try:
        bool(request.GET)
    except SuspiciousOperation:
        # The query itself may be what cannot be read (too many names): the page must not read it again.
        request.GET = QueryDict()
    language = language_of(request.path_info)
    with translation.override(language):
        request.LANGUAGE_CODE = language
        return responses.error_page(request, status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def closed(request: HttpRequest, **names: Any) -> HttpResponse:
    """An address of a library that this portal does not offer."""
    raise Http404


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks no database and no template that could fail again."""
    if open_data.is_open(request.path_info):
        return open_data.problem(500)
    from .last_resort import page

    return HttpResponse(page(request.path_info), status=500, headers={"Cache-Control": "no-store"})
