"""A crawl of the whole demonstration site as one session holds it: every page that links lead to, as served.

Started at ``/``, it follows links of our host except the exit (it leaves the host) and ``/akun/`` (nothing public links
there, which a test says). A page without a query is always visited; an address with a query is visited where a page
without one links to it, because filters multiply without end.
"""

from __future__ import annotations

import http.client
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urldefrag, urljoin, urlsplit

import brotli
import pytest
from bs4 import BeautifulSoup, Tag

from tests.servers import Answer, Server, ask

LEFT_OUT = ("/keluar/", "/akun/")


@dataclass(frozen=True)
class Link:
    """An ``<a href>``: where it stands, where it leads, and the fragment it names."""

    page: str
    target: str
    fragment: str


@dataclass
class Visited:
    """An address and what it answered, brotli where the server offers it."""

    address: str
    answer: Answer
    referrer: str
    host: str

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def size(self) -> int:
        """Bytes of the body as served."""
        return len(self.answer.body)

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    @cached_property
    def text(self) -> str:
        """The body as text."""
        body = self.answer.body
        return (brotli.decompress(body) if self.answer.header("Content-Encoding") == "br" else body).decode("utf-8")

    @cached_property
    def is_page(self) -> bool:
        """An HTML page of ours (not a redirect, a file, or text)."""
        return self.answer.header("Content-Type").startswith("text/html") and not 300 <= self.status < 400

    @cached_property
    def document(self) -> BeautifulSoup:
        """The page as a browser reads it."""
        return BeautifulSoup(self.text, "html5lib")

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(str(element["id"]) for element in self.document.find_all(id=True))

    @cached_property
    def language(self) -> str:
        root = self.document.find("html")
        return str(root.get("lang", "")) if isinstance(root, Tag) else ""

    def links(self) -> Iterator[Link]:
        """Every link of the page to our own host, as a path with its query."""
        for anchor in self.document.find_all("a", href=True):
            target, fragment = urldefrag(urljoin(f"http://{self.host}{self.address}", str(anchor["href"]).strip()))
            parts = urlsplit(target)
            if parts.scheme in ("http", "https") and parts.netloc == self.host:
                yield Link(self.address, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), fragment)

    def header(self, name: str) -> str:
        return self.answer.header(name)


@dataclass
class Crawl:
    """All that was visited, by address, and links whose query was not followed."""

    server: Server
    visited: dict[str, Visited] = field(default_factory=dict)

    def visit(self, address: str, connection: http.client.HTTPConnection, referrer: str = "") -> Visited:
        answer = ask(connection, address, headers={"Accept-Encoding": "br"})
        self.visited[address] = Visited(address, answer, referrer, self.server.host)
        return self.visited[address]

    def pages(self) -> list[Visited]:
        """Every HTML page, in the order of discovery."""
        return [one for one in self.visited.values() if one.is_page]

    def public_pages(self) -> list[Visited]:
        """Pages of the public frame: all but the report room, which has a frame and limits of its own."""
        return [one for one in self.pages() if not one.path.startswith("/layanan/")]

    def report_pages(self) -> list[Visited]:
        """Pages of the report room."""
        return [one for one in self.pages() if one.path.startswith("/layanan/")]


def followed(link: Link) -> bool:
    """Whether the crawl goes there (see the module)."""
    if re.match("|".join(LEFT_OUT), link.target):
        return False
    return "?" not in link.target or "?" not in link.page


def crawl(server: Server) -> Crawl:
    """Visit everything that can be reached from ``/``."""
    found = Crawl(server)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    waiting: deque[tuple[str, str]] = deque([("/", "")])
    known = {"/"}
    while waiting:
        address, referrer = waiting.popleft()
        page = found.visit(address, connection, referrer)
        targets = [link.target for link in page.links() if followed(link)] if page.is_page else []
        if 300 <= page.status < 400:
            moved = urlsplit(urljoin(f"http://{server.host}{address}", page.header("Location")))
            if moved.netloc == server.host:
                targets.append(moved.path + (f"?{moved.query}" if moved.query else ""))
        for target in targets:
            if target not in known:
                known.add(target)
                waiting.append((target, address))
    connection.close()
    return found


@pytest.fixture(scope="session")
def crawled(portal_server: Server) -> Crawl:
    """The whole demonstration site, visited once."""
    return crawl(portal_server)
