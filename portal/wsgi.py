"""The WSGI entry point. Defaults to production: an insecure state must be asked for."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
_portal = get_wsgi_application()

# More than any form of ours, and most films that somebody takes for a photo; a sender of more may lose the connection before
# the answer.
MAX_DRAINED = 64 * 1024 * 1024


def plain(kind: str) -> str:
    """A content type with no parameter but the boundary of a form.

    Django reads the very address in the charset that is named there, before any code of ours: some that Python knows
    (rot13, idna, hex) decode no bytes, and that fails. Every page of ours sends UTF-8, which is what holds without one.
    """
    media, *parameters = kind.split(";")
    kept = [part for part in parameters if part.partition("=")[0].strip().lower() == "boundary"]
    return ";".join([media, *kept])


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer, once the body that nobody wanted has been read: a browser that is still sending sees no answer."""
    environ["CONTENT_TYPE"] = plain(environ.get("CONTENT_TYPE") or "")
    response = _portal(environ, start_response)
    length = environ.get("CONTENT_LENGTH") or ""
    left = min(int(length), MAX_DRAINED) if length.isdecimal() else 0
    while left > 0 and (chunk := environ["wsgi.input"].read(min(left, 65_536))):
        left -= len(chunk)
    return response
