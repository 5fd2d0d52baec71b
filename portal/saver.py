"""The data saver: ``?hemat=1`` shows no picture until asked, and stays on while one follows links (no cookie)."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse

_INTERNAL = re.compile(rb'href="(/[a-z]{2,3}/[^"#?]*)(\?[^"#]*)?(#[^"]*)?"')


def _with_parameter(match: re.Match[bytes]) -> bytes:
    path, query, anchor = match[1], match[2], match[3] or b""
    if query and b"hemat=" in query:
        return match[0]
    return b'href="' + path + (query + b"&amp;hemat=1" if query else b"?hemat=1") + anchor + b'"'


def carry(request: HttpRequest, response: HttpResponse) -> None:
    """Add ``hemat=1`` to the links of a page that was asked for with it."""
    if request.GET.get("hemat") == "1":
        response.content = _INTERNAL.sub(_with_parameter, response.content)
