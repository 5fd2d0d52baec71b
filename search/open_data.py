"""What machines read: where it lies, who may, and how it is told that something is wrong.

The API and the feeds hold what the pages hold, for everybody alike. So any page of any site may read them
(``Access-Control-Allow-Origin: *``): there is no cookie, session or account that could be lent to it, and no answer
depends on who asks. An error is a problem document (RFC 9457) where a person would get a page.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.core.responses import keep, revalidated

from .forms import PARAMETERS
from .types import WORDS

API = "/api/"
PROBLEM = "application/problem+json"
FEED_TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}
# Said in every answer and feed: a list of legal jobs is easily passed on as a list of safe ones.
NOTICE = gettext_lazy(
    "Licensed is not the same as safe: anybody can use the name of a licensed company. Read each listing at its own"
    " address before you pass it on; what is no longer there is no longer on offer."
)
_FEED = re.compile(r"/[a-z]{2,3}/(?:lowongan|peringatan)/umpan\.(?:atom|json)")
_SENTENCES = {
    400: gettext_lazy("The request cannot be read."),
    404: gettext_lazy("There is nothing at this address."),
    405: gettext_lazy("This can only be read: GET, HEAD or OPTIONS."),
    410: gettext_lazy("This is no longer here."),
    500: gettext_lazy("Something broke on our side. Please try again in a moment."),
}


def is_open(path: str) -> bool:
    """Whether a machine is answered at this path."""
    return path.startswith(API) or _FEED.fullmatch(path) is not None


def address(path: str) -> str:
    """The whole address of a path of this site."""
    return f"{settings.BASE_URL}{path}"


def problem(status: int, detail: Any = "") -> HttpResponse:
    """What is wrong, in one sentence; kept by nobody."""
    said = str(detail or _SENTENCES.get(status, ""))
    held = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": said}
    response = JsonResponse(held, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def answered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer as a page would be: kept where its address holds no choice, with its tag; one to words, stored by nobody."""
    if PARAMETERS[WORDS] in request.GET:
        response["Cache-Control"] = "no-store"
        return response
    return revalidated(request, keep(response))


def page_missing(asked: int, last: int) -> HttpResponse:
    """For a page number past the end. A page of the site shows the last one instead; a machine would count it twice."""
    return problem(
        404, _("There is no page %(asked)s; the last one is page %(last)s.") % {"asked": asked, "last": last}
    )
