"""What a public answer says of itself: how long it may be kept, and that there is none.

Rooms below the portal answer requests too (listings, search); the portal's page cache reads what is set here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

View = Callable[..., HttpResponse]
REVALIDATE = "public, max-age=0, must-revalidate"


def next_midnight(now: dt.datetime | None = None) -> dt.datetime:
    """The end of the local day: the moment at which inclusive dates change what is public."""
    local = timezone.localtime(now)
    tomorrow = local.date() + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(tomorrow, dt.time.min), local.tzinfo)


def keep(response: HttpResponse, *, sensitive: bool = False, until: dt.datetime | None = None) -> HttpResponse:
    """Mark a view's answer as public reading: cacheable here, revalidated by clients (DECISIONS 8)."""
    response["Cache-Control"] = "no-store" if sensitive else REVALIDATE
    response.keep_until = until or next_midnight()  # type: ignore[attr-defined]
    return response


def forgotten(response: HttpResponse) -> HttpResponse:
    """Mark an answer that holds what somebody has said: kept by nobody, in no index."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def revalidated(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer with a tag of its own, for where the page cache does not hold it: 304 to whoever holds an unchanged one.

    The tag is a weak one, because it stands for every encoding of these bytes.
    """
    response["Cache-Control"] = REVALIDATE
    tag = response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    patch_vary_headers(response, ["Accept-Encoding"])
    if not {tag, "*"}.intersection(parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))):
        return response
    unchanged = HttpResponseNotModified()
    for name in ("Cache-Control", "ETag", "Vary"):
        unchanged[name] = response[name]
    return unchanged


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """Our own page in the language of the request, with the way home and the help block; kept and indexed by nobody."""
    return forgotten(render(request, "error.html", {"status": status}, status=status))


def in_complete_language(view: View) -> View:
    """Readers of a regional language get the Indonesian page, which says so and is not indexed (DECISIONS 3)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.LANGUAGE_CODE
        shown = wanted if wanted in settings.COMPLETE_LANGUAGES else settings.LANGUAGE_CODE
        request.fallback_from = wanted if shown != wanted else None  # type: ignore[attr-defined]
        with translation.override(shown):
            request.LANGUAGE_CODE = shown
            response = view(request, *args, **kwargs)
        if shown != wanted:
            response["X-Robots-Tag"] = "noindex"
        return response

    return answer
