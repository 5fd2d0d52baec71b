"""What happens to every request: the page cache, the policy, the language of the path, and the fence around /akun/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation

from . import cache, policy, saver
from .identity import is_official
from .views import error_page

GetResponse = Callable[[HttpRequest], HttpResponse]
PRIVATE = "/akun/"


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


class ContentPolicyMiddleware(CSPMiddleware):
    """Chooses the policy by path: public by default, looser below /akun/, its own for previews."""

    def get_policy_parts(self, request: HttpRequest, response: HttpResponse, report_only: bool = False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only:
            if getattr(request, "is_dummy", False):
                parts.config = policy.preview()
            elif request.path_info.startswith(PRIVATE):
                parts.config = policy.admin()
            else:
                parts.config = policy.public()
        return parts


class PathLanguageMiddleware:
    """The language is the first part of the path, and nothing else: no cookie, no header, so no Vary (TRIALS)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.path_info.lstrip("/").partition("/")[0]
        language = first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        if request.path_info.startswith(PRIVATE):
            language = settings.ADMIN_LANGUAGE
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
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)


class PrivateSessionMiddleware(_Private, SessionMiddleware):
    """Sessions exist below /akun/."""


class PrivateCsrfMiddleware(_Private, CsrfViewMiddleware):
    """CSRF tokens exist below /akun/; public forms are guarded by origin (content.registers.origin)."""

    def process_view(self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any) -> Any:
        if request.path_info.startswith(PRIVATE):
            return super().process_view(request, callback, callback_args, callback_kwargs)
        return None


class PrivateAuthenticationMiddleware(_Private, AuthenticationMiddleware):
    """Users exist below /akun/."""


class PrivateMessageMiddleware(_Private, MessageMiddleware):
    """Messages exist below /akun/."""
