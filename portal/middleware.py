"""What happens to every request: the page cache, the policy, the language of the path, and the fence around /akun/."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import ObjectDoesNotExist, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.datastructures import MultiValueDictKeyError

from content.guides import plan_views
from search import suggestions

from . import cache, policy, saver
from .identity import is_official
from .prefix import language_of
from .views import error_page

GetResponse = Callable[[HttpRequest], HttpResponse]
PRIVATE = settings.PRIVATE_PATH
CMS = f"{PRIVATE}cms/"
DESK = f"{PRIVATE}laporan/"
TRANSLATION_TOOL = f"{CMS}localize/"
logger = logging.getLogger(__name__)


class PageCacheMiddleware:
    """Answers from the page cache before anything else runs; keeps what a view marked with :func:`cache.keep`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if cache.private_path(request.path_info):
            return self.get_response(request)
        key = cache.key_of(request)
        if key and (stored := cache.load(key)):
            return cache.answer(request, stored)
        # Before the first query: a page that is rendered across midnight shows yesterday and must not live on.
        midnight = cache.next_midnight()
        response = self.get_response(request)
        until = getattr(response, "keep_until", None)
        if response.status_code == 200 and not response.streaming:
            saver.carry(request, response)
        if until and not is_official(request):
            response["X-Robots-Tag"] = "noindex"
        if key and until and response.status_code == 200 and not response.cookies and not response.streaming:
            return cache.answer(request, cache.store(key, response, min(until, midnight)))
        return cache.compress(request, response)


class ReadableQueryMiddleware:
    """Answers 400 where the query cannot be read (too many names). Else each view would fail on it, or not, in its own way.

    It stands behind what sets headers and serves files: those never read a query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            bool(request.GET)
        except SuspiciousOperation:
            request.GET = QueryDict()
            return error_page(request, 400)
        return self.get_response(request)


# What reading a malformed request raises, somewhere inside a library: of these RecursionError is deep nesting.
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class BareRequestMiddleware:
    """Libraries expect what their own pages send. A request that lacks it is a bad one (400), not a failure of ours.

    The translation tool, besides, does not expect that a page has been deleted (404). Each is logged as an error with its
    traceback: where it was a fault in our pages after all, that is how one finds it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        path = request.path_info
        if isinstance(exception, MultiValueDictKeyError) and path.startswith(PRIVATE):
            status = 400
        elif path.startswith(TRANSLATION_TOOL) and isinstance(exception, ObjectDoesNotExist):
            status = 404
        elif path.startswith(CMS) and isinstance(exception, _MALFORMED) and _says_something(request):
            status = 400
        else:
            return None
        # The route, not the address: that may hold the key of an invitation.
        route = getattr(request.resolver_match, "route", "")
        logger.exception("%s answers %s: %s", route, status, type(exception).__name__, exc_info=exception)
        return error_page(request, status)


def _says_something(request: HttpRequest) -> bool:
    """Whether it can be the request that is at fault: a page that fails on a mere address is a failure of ours."""
    match = request.resolver_match
    return request.method != "GET" or bool(request.GET) or bool(match and (match.args or match.kwargs))


class ContentPolicyMiddleware(CSPMiddleware):
    """Chooses the policy by path: public by default, looser below /akun/, its own for previews."""

    def get_policy_parts(self, request: HttpRequest, response: HttpResponse, report_only: bool = False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only:
            if getattr(request, "is_dummy", False):
                parts.config = policy.preview()
            elif request.path_info.startswith(DESK):
                parts.config = policy.desk()
            elif request.path_info.startswith(PRIVATE):
                parts.config = policy.admin()
            elif suggestions.stand_on(request):
                parts.config = policy.searching()
            elif plan_views.ticked_at(request.path_info):
                parts.config = policy.ticking()
            else:
                parts.config = policy.public()
        return parts


class PathLanguageMiddleware:
    """The language is the first part of the path, and nothing else: no cookie, no header, so no Vary (TRIALS)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        language = settings.ADMIN_LANGUAGE if path.startswith(PRIVATE) else language_of(path)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if response.status_code == 405 and not request.path_info.startswith(PRIVATE):
            return _refused(request, response)
        return response


def _refused(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Our own page where Django sends an empty one: the address is right, but nothing can be sent to it."""
    page = error_page(request, response.status_code)
    page["Allow"] = response["Allow"]
    return page


class _Private:
    """Runs a middleware below /akun/ only: public pages know no session, no user, no message, no CSRF cookie."""

    get_response: GetResponse

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PRIVATE):
            return super().__call__(request)
        return self.get_response(request)


class PrivateSessionMiddleware(_Private, SessionMiddleware):
    """Sessions exist below /akun/."""


class PrivateCsrfMiddleware(_Private, CsrfViewMiddleware):
    """CSRF tokens exist below /akun/; public forms are guarded by their origin (content.registers.origin)."""

    def process_view(self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any) -> Any:
        if not request.path_info.startswith(PRIVATE):
            return None
        try:
            bool(request.POST)
        except (LookupError, UnicodeError):
            # A form in a charset that decodes no bytes, should one get past portal.wsgi.
            return error_page(request, 400)
        return super().process_view(request, callback, callback_args, callback_kwargs)


class PrivateAuthenticationMiddleware(_Private, AuthenticationMiddleware):
    """Users exist below /akun/."""


class PrivateMessageMiddleware(_Private, MessageMiddleware):
    """Messages exist below /akun/."""
