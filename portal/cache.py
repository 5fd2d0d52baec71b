"""The whole-page cache of anonymous reading (DECISIONS 6-11).

A page is kept with its compressed bodies and headers under a key that holds the site generation, so one edit empties
the cache of every process. It is kept until the next local midnight at most, because dates are inclusive and change
what is public exactly then; a page that expires earlier is kept until that moment.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlencode

import brotli
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags

from content.registers import generation

# The only parameters of a cacheable address; any other one, known or not, is answered fresh (DECISIONS 8).
CACHED_PARAMETERS = ("hal", "hemat")
_PROCESS_COPIES = 400


@dataclass(frozen=True)
class Stored:
    """A response as it is sent, in the three encodings."""

    headers: tuple[tuple[str, str], ...]
    bodies: dict[str, bytes]
    tag: str
    expires_at: float


def next_midnight(now: dt.datetime | None = None) -> dt.datetime:
    """The end of the local day: the moment at which inclusive dates change what is public."""
    local = timezone.localtime(now)
    tomorrow = local.date() + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(tomorrow, dt.time.min), local.tzinfo)


def key_of(request: HttpRequest) -> str | None:
    """The cache key of a request, or None where its answer must not be kept."""
    if request.method not in ("GET", "HEAD") or getattr(request, "is_dummy", False):
        return None
    parameters = request.GET
    if any(name not in CACHED_PARAMETERS or len(parameters.getlist(name)) != 1 for name in parameters):
        return None
    query = urlencode(sorted(parameters.items()))
    address = f"{request.scheme}://{request.get_host()}{request.path}?{query}"
    digest = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
    return f"page:{generation.current()}:{digest}"


class _ProcessCopies:
    """The most recent responses of this process, in front of the shared cache."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Stored] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Stored | None:
        with self._lock:
            stored = self._held.get(key)
            if stored is not None:
                self._held.move_to_end(key)
            return stored

    def set(self, key: str, stored: Stored) -> None:
        with self._lock:
            self._held[key] = stored
            self._held.move_to_end(key)
            while len(self._held) > _PROCESS_COPIES:
                self._held.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


process_copies = _ProcessCopies()


def load(key: str) -> Stored | None:
    """The stored response for ``key`` unless it has expired."""
    stored = process_copies.get(key) or cache.get(key)
    if stored is None or stored.expires_at <= timezone.now().timestamp():
        return None
    process_copies.set(key, stored)
    return stored


def store(key: str, response: HttpResponse, until: dt.datetime | None) -> Stored:
    """Keep ``response`` until ``until`` or midnight, whichever comes first."""
    expires = next_midnight()
    if until is not None and until < expires:
        expires = until
    body = response.content
    stored = Stored(
        headers=tuple(response.items()),
        bodies={"br": brotli.compress(body, quality=9), "gzip": gzip.compress(body, 9, mtime=0), "identity": body},
        tag=hashlib.sha256(body).hexdigest()[:20],
        expires_at=expires.timestamp(),
    )
    seconds = max(1, int(stored.expires_at - timezone.now().timestamp()))
    cache.set(key, stored, seconds)
    process_copies.set(key, stored)
    return stored


def encoding_for(accepted: str) -> str:
    """The best of br, gzip and identity that the client accepts; ``;q=0`` refuses one."""
    offers = {}
    for offer in accepted.lower().split(","):
        name, _, weight = offer.strip().partition(";")
        offers[name] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ("br", "gzip") if offers.get(name)), "identity")


def answer(request: HttpRequest, stored: Stored) -> HttpResponse:
    """The stored response in the client's encoding, or 304. A sensitive page is sent whole, without a tag."""
    encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(stored.bodies[encoding])
    for name, value in stored.headers:
        response[name] = value
    response["Vary"] = "Accept-Encoding"
    if encoding != "identity":
        response["Content-Encoding"] = encoding
    if "no-store" not in response.get("Cache-Control", ""):
        tag = f'"{stored.tag}-{encoding}"'
        response["ETag"] = tag
        if tag in parse_etags(request.headers.get("If-None-Match", "")):
            unchanged = HttpResponseNotModified()
            for name in ("Cache-Control", "ETag", "Vary", "Content-Security-Policy"):
                if name in response:
                    unchanged[name] = response[name]
            return unchanged
    response["Content-Length"] = str(len(response.content))
    return response


def keep(response: HttpResponse, *, sensitive: bool = False, until: dt.datetime | None = None) -> HttpResponse:
    """Mark a view's answer as public reading: cacheable here, revalidated by clients (DECISIONS 8)."""
    response["Cache-Control"] = "no-store" if sensitive else "public, max-age=0, must-revalidate"
    response.keep_until = until or next_midnight()
    return response


def private_path(path: str) -> bool:
    """Below /akun/ (sessions), the API, the report path: never in the page cache."""
    return path.startswith(("/akun/", f"/{settings.REPORTS_PATH}/", settings.STATIC_URL, settings.MEDIA_URL))
