"""The whole-page cache of anonymous reading (DECISIONS 6-11).

A page is kept with its compressed bodies and headers under a key that holds the site generation, so one edit empties
the cache of every process. It is kept until the next local midnight at most, because dates are inclusive and change
what is public exactly then; a page that expires earlier is kept until that moment.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import re
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from urllib.parse import urlencode

import brotli
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import ResponseHeaders
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from content.core.responses import keep as keep
from content.core.responses import next_midnight as next_midnight
from content.registers import generation

# The only parameters of a cacheable address; any other one, known or not, is answered fresh (DECISIONS 8).
# A value that means nothing makes no entry either, or anybody could fill the cache.
CACHED_PARAMETERS = {"hal": re.compile(r"[1-9][0-9]{0,2}"), "hemat": re.compile("1")}
_PROCESS_COPIES = 400
# Nothing is kept for longer than a day and what daylight saving adds: what says so was kept by a clock that ran ahead.
_LONGEST = 25 * 60 * 60
# What is text, and shrinks.
_COMPRESSED = frozenset(
    {
        "text/html",
        "application/json",
        "application/problem+json",
        "application/feed+json",
        "application/atom+xml",
        "application/xml",
    }
)
# Bytes below which a packet is a packet.
_WORTH_IT = 500


@dataclass(frozen=True)
class Stored:
    """A response as it is sent, in the three encodings."""

    headers: tuple[tuple[str, str], ...]
    bodies: dict[str, bytes]
    tag: str
    expires_at: float

    def headers_for(self, encoding: str) -> ResponseHeaders:
        """The headers of the answer in ``encoding``. A sensitive page has no tag: nothing is left to compare with."""
        headers = ResponseHeaders(dict(self.headers))
        headers["Vary"] = "Accept-Encoding"
        headers["Content-Length"] = str(len(self.bodies[encoding]))
        if encoding != "identity":
            headers["Content-Encoding"] = encoding
        if "no-store" not in headers.get("Cache-Control", ""):
            headers["ETag"] = f'"{self.tag}-{encoding}"'
        return headers


class Copy:
    """A stored response in this process, with the headers of each encoding made once: they are sent as they are."""

    def __init__(self, stored: Stored) -> None:
        self.expires_at = stored.expires_at
        self.answers = {name: (body, stored.headers_for(name)) for name, body in stored.bodies.items()}


def _kept_value(name: str, value: str) -> bool:
    pattern = CACHED_PARAMETERS.get(name)
    return pattern is not None and pattern.fullmatch(value) is not None


def key_of(request: HttpRequest) -> str | None:
    """The cache key of a request, or None where its answer must not be kept."""
    if request.method not in ("GET", "HEAD") or getattr(request, "is_dummy", False):
        return None
    current = generation.current()
    if generation.is_owed():
        return None
    query = ""
    if request.META.get("QUERY_STRING"):
        try:
            parameters = request.GET
        except SuspiciousOperation:  # too many names: portal.middleware answers it
            return None
        if any(len(parameters.getlist(name)) != 1 or not _kept_value(name, parameters[name]) for name in parameters):
            return None
        query = urlencode(sorted(parameters.items()))
    address = f"{request.scheme}://{request.get_host()}{request.path}?{query}"
    digest = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
    return f"page:{current}:{digest}"


class _ProcessCopies:
    """The most recent responses of this process, in front of the shared cache."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Copy] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Copy | None:
        with self._lock:
            copy = self._held.get(key)
            if copy is not None:
                self._held.move_to_end(key)
            return copy

    def set(self, key: str, stored: Stored) -> Copy:
        copy = Copy(stored)
        with self._lock:
            self._held[key] = copy
            self._held.move_to_end(key)
            while len(self._held) > _PROCESS_COPIES:
                self._held.popitem(last=False)
        return copy

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


process_copies = _ProcessCopies()


def load(key: str) -> Copy | None:
    """The stored response for ``key`` unless it has expired."""
    now = time.time()
    copy = process_copies.get(key)
    if copy is None and (stored := cache.get(key)) is not None:
        copy = process_copies.set(key, stored)
    return copy if copy is not None and now < copy.expires_at <= now + _LONGEST else None


def store(key: str, response: HttpResponse, until: dt.datetime) -> Copy:
    """Keep ``response`` until ``until``; one that is over already is answered and kept by nobody."""
    body = response.content
    stored = Stored(
        headers=tuple(response.items()),
        bodies={"br": brotli.compress(body, quality=11), "gzip": gzip.compress(body, 9, mtime=0), "identity": body},
        tag=hashlib.sha256(body).hexdigest()[:20],
        expires_at=until.timestamp(),
    )
    # Where there is no room for it, the page is read all the same.
    with suppress(OSError):
        cache.set(key, stored, max(1, int(stored.expires_at - time.time())))
    return process_copies.set(key, stored)


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The best of br, gzip and identity that the client accepts; ``;q=0`` refuses one."""
    offers = {}
    for offer in accepted.lower().split(","):
        name, _, weight = offer.strip().partition(";")
        offers[name] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ("br", "gzip") if offers.get(name)), "identity")


def answer(request: HttpRequest, copy: Copy) -> HttpResponse:
    """The stored response in the client's encoding, or 304 where the client holds it already."""
    body, headers = copy.answers[encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))]
    held = request.META.get("HTTP_IF_NONE_MATCH")
    if held and headers.get("ETag") in parse_etags(held):
        unchanged = HttpResponseNotModified()
        for name in ("Cache-Control", "ETag", "Vary", "Content-Security-Policy", "Access-Control-Allow-Origin"):
            if name in headers:
                unchanged[name] = headers[name]
        return unchanged
    response = HttpResponse(body)
    response.headers = headers
    return response


def compress(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer that is not kept (a search, an error), made small for this client.

    Compressing beside what somebody typed is safe here, because a public page holds nothing secret to be guessed.
    """
    if response.streaming or response.has_header("Content-Encoding") or len(response.content) < _WORTH_IT:
        return response
    if response.get("Content-Type", "").partition(";")[0] not in _COMPRESSED:
        return response
    patch_vary_headers(response, ["Accept-Encoding"])
    encoding = encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding != "identity":
        body = response.content
        response.content = brotli.compress(body, quality=5) if encoding == "br" else gzip.compress(body, 6, mtime=0)
        response["Content-Encoding"] = encoding
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
    return response


def private_path(path: str) -> bool:
    """Below /akun/ (sessions) and the report path, static files and media: never in the page cache."""
    return path.startswith(
        (settings.PRIVATE_PATH, f"/{settings.REPORTS_PATH}/", settings.STATIC_URL, settings.MEDIA_URL)
    )
