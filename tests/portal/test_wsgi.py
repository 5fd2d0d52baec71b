"""What the server hands on: content types without what would fail before any code of ours."""

from __future__ import annotations

import codecs
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from portal import wsgi

BOUNDARY = "multipart/form-data; boundary=batas"


@pytest.fixture
def handed_on(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``handed_on(kind)``: the request that Django makes of one with that content type and a query."""
    made: list[WSGIRequest] = []
    monkeypatch.setattr(wsgi, "_portal", lambda environ, start: made.append(WSGIRequest(environ)) or [b""])

    def ask(kind: str) -> WSGIRequest:
        environ = RequestFactory().get("/layanan/", QUERY_STRING="l=%41").environ
        wsgi.application({**environ, "CONTENT_TYPE": kind}, lambda *_: None)
        return made[-1]

    return ask


@pytest.mark.parametrize(
    "parameters",
    [
        "charset=rot13",
        "charset=undefined",
        "charset=idna",
        "charset=hex",
        'CharSet = "rot13"',
        "charset*=utf-8''rot13",
        "charset*0=ro; charset*1=t13",
        "x*=nonsense''%41",
        'x="a;charset=rot13',
        "charset=utf-16",
    ],
)
@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", BOUNDARY])
def test_no_charset_reaches_django(handed_on: Any, media: str, parameters: str) -> None:
    request = handed_on(f"{media}; {parameters}")
    assert request.GET["l"] == "A"
    assert codecs.lookup(request.encoding or "utf-8").name == "utf-8"
    assert request.content_type == media.partition(";")[0]
    assert request.content_params.get("boundary") == ("batas" if media == BOUNDARY else None)


@pytest.mark.parametrize("kind", ["", "text/html", BOUNDARY, BOUNDARY.replace("batas", '"a b"')])
def test_what_browsers_send_stays(kind: str) -> None:
    assert wsgi.plain(kind) == kind
