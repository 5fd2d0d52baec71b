"""What the shipped server does with bodies and lines that no browser sends (must show 8): an answer of ours, no 500."""

from __future__ import annotations

import socket

import pytest

from search.open_data import is_open
from tests.contracts import adversarial
from tests.servers import Server

pytestmark = [pytest.mark.demo, pytest.mark.xdist_group("crawl")]

ADDRESSES = (
    "/id/",
    "/id/lowongan/",
    "/api/v1/lowongan/",
    "/id/tidak-pernah-ada/",
    "/layanan/",
    "/layanan/en/",
    "/akun/login/",
    "/sehat/",
)


@pytest.mark.parametrize("name", adversarial.BODIES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_hostile_bodies_are_answered(portal_server: Server, address: str, name: str) -> None:
    kind, body = adversarial.BODIES[name]
    headers = {"Content-Type": kind, "Origin": portal_server.url} if kind else {"Origin": portal_server.url}
    answer = portal_server.ask(address, "POST", body, headers)
    assert 200 <= answer.status < 500
    assert not answer.header("Set-Cookie") or address.startswith("/akun/")


@pytest.mark.parametrize(
    "kind",
    ["text/plain; charset=rot13", "a/b; charset=undefined", "a/b; charset=idna", "a/b; charset=hex", "a/b; x*=no''%41"],
)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_charset_that_decodes_no_bytes_changes_nothing(portal_server: Server, address: str, kind: str) -> None:
    """The query is read in it, before any of our code."""
    expected = portal_server.ask(f"{address}?l=%41").status
    assert portal_server.ask(f"{address}?l=%41", headers={"Content-Type": kind}).status == expected < 500


@pytest.mark.parametrize("kind", adversarial.KINDS)
def test_too_many_names_in_a_query_are_refused(portal_server: Server, kind: str) -> None:
    answer = portal_server.ask(f"{adversarial.KINDS[kind]}?{adversarial.QUERIES['too many without names']}")
    assert answer.status == 400
    assert (b'"status": 400' if is_open(adversarial.KINDS[kind]) else b"tel:110") in answer.body
    assert not answer.header("Set-Cookie")


@pytest.mark.parametrize(
    "line",
    [
        b"GET /%00 HTTP/1.1",
        b"GET /id/\xff\xfe/ HTTP/1.1",
        b"GET /id/?q=\xff\xfe HTTP/1.1",
        b"GET http://evil.example/id/ HTTP/1.1",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1",
        b"FETCH /id/ HTTP/1.1",
        b"\x16\x03\x01\x02\x00",
    ],
)
def test_odd_request_lines_do_not_end_a_worker(portal_server: Server, line: bytes) -> None:
    with socket.create_connection(("127.0.0.1", portal_server.port), timeout=10) as held:
        held.sendall(line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = held.recv(65_536)
    assert b" 500 " not in answer.split(b"\r\n", 1)[0]
    assert b"set-cookie" not in answer.lower()
    for _worker in range(4):
        assert portal_server.ask("/sehat/").status == 200
