"""The outermost middleware: the report path is answered here, apart from everything else (DECISIONS 44).

No other middleware sees such a request: no cache, cookie, redirect or database of the portal can touch it. What the
browser said beyond the allowed headers is deleted first, and the answer has the headers of ``content.reports.headers``
and no others, whatever happens.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from .headers import headers
from .vault import frame, pages, run, views
from .vault.uploads import MAX_UPLOAD

logger = logging.getLogger(__name__)

# What nginx passes on (docs/runbooks/nginx-reports.md), in the names of WSGI.
ALLOWED = frozenset(
    {"HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_X_PROXY_BROWSER"}
)
_ADDRESSES = ("REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER")
# Browsers whose maker's computers read every page on its way (REPORTING 4.4).
_PROXY_BROWSERS = ("Opera Mini", "UCBrowser/", "UCWEB")

# What is larger is not looked at; portal.wsgi reads it to its end, so that its sender gets to see the answer. A form with a
# file may be as large as that, and they come in one at a time.
MAX_BODY = 512 * 1024

# Shown when even our own error page cannot be made.
_LAST_RESORT = (
    '<!doctype html><html lang=id><meta charset=utf-8><meta name=viewport content="width=device-width">'
    "<title>Formulir</title><main><h1>Ada yang rusak di pihak kami</h1><p>"
    '<a href="tel:110">110</a> · <a href="tel:129">129</a></p></main></html>'
)


class ReportPathMiddleware:
    """Answers everything at and below the report path; passes on everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        prefix = f"/{settings.REPORTS_PATH}"
        if request.path_info != prefix and not request.path_info.startswith(f"{prefix}/"):
            return self.get_response(request)
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
        forget_the_sender(request)
        path = request.path_info.removeprefix(prefix).removeprefix("/")
        if path == frame.sealer().name and request.method in ("GET", "HEAD"):
            return _with_our_headers(_file(frame.sealer(), accepted))
        try:
            response = _answer(request, path)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold what somebody typed
            _log(error)
            response = _broken(request)
        return _with_our_headers(response)


def forget_the_sender(request: HttpRequest) -> None:
    """Delete every request header but the allowed ones, and the address: what is not there cannot be logged."""
    meta = request.META
    if "HTTP_X_PROXY_BROWSER" not in meta:
        agent = meta.get("HTTP_USER_AGENT", "")
        meta["HTTP_X_PROXY_BROWSER"] = "1" if any(name in agent for name in _PROXY_BROWSERS) else "0"
    for name in [name for name in meta if name.startswith("HTTP_") and name not in ALLOWED]:
        del meta[name]
    for name in _ADDRESSES:
        meta.pop(name, None)


def _answer(request: HttpRequest, path: str) -> HttpResponse:
    try:
        request.get_host()
    except DisallowedHost:
        return pages.bad_request(request)
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return HttpResponsePermanentRedirect(f"https://{request.get_host()}{request.path}")
    length = _length(request)
    if length <= MAX_BODY:
        return views.respond(request, path)
    if length > MAX_UPLOAD or request.content_type != "multipart/form-data":
        return pages.too_large(request)
    try:
        with run.slot(run.Slot.UPLOAD):
            return views.respond(request, path)
    except run.Busy:
        return pages.busy(request)


def _file(held: frame.Served, accepted: str) -> HttpResponse:
    """A file of the path, as small as this browser takes it (DECISIONS 44)."""
    encoding, content = held.best(accepted)
    response = HttpResponse(content, content_type="text/javascript; charset=utf-8")
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _broken(request: HttpRequest) -> HttpResponse:
    try:
        return pages.broken(request)
    except Exception as error:  # noqa: BLE001 - the page for failures failed itself
        _log(error)
        return HttpResponse(_LAST_RESORT, status=500)


def _log(error: Exception) -> None:
    """Where and what kind, never the message or the local values: both may hold content."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if "/content/" in f.filename), frames[-1])
    module = place.filename.rpartition("/content/")[2]
    logger.error("Report path failed: %s at %s:%s", type(error).__name__, module, place.lineno)


def _with_our_headers(response: HttpResponse) -> HttpResponse:
    location = response.get("Location")
    intake, kind, encoding = (response.get(name, "") for name in ("X-Intake", "Content-Type", "Content-Encoding"))
    response.cookies.clear()
    for name in list(response.headers):
        del response[name]
    for name, value in headers(intake, kind).items():
        response[name] = value
    response["Content-Length"] = str(len(response.content))
    # Django would log the address of an error: whatever somebody put there is theirs.
    response._has_been_logged = True
    if encoding:
        response["Content-Encoding"] = encoding
    if location:
        response["Location"] = location
    return response
