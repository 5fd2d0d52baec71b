"""Where a form comes from, asked of the browser alone: no cookie, no token. A pure function of the request's headers."""

from __future__ import annotations

from enum import StrEnum

from django.http import HttpRequest


class Origin(StrEnum):
    """What a request says about the page that sent it."""

    OWN = "own"
    FOREIGN = "foreign"
    # A browser too old to say.
    UNSAID = "unsaid"


def origin_of(request: HttpRequest) -> Origin:
    """Judge by Sec-Fetch-Site, else by Origin. ``Origin: null`` is foreign."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return Origin.OWN if site == "same-origin" else Origin.FOREIGN
    origin = request.headers.get("Origin")
    if origin is not None:
        return Origin.OWN if origin == f"{request.scheme}://{request.get_host()}" else Origin.FOREIGN
    return Origin.UNSAID
