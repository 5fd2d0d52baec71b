"""Every address × parameter × field, with the corpus of ``adversarial``: our own page in the language of the path, never a
500, never a cookie (must show 8). The same file runs on SQLite and, through ``test_postgresql``, on PostgreSQL.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from urllib.parse import quote, unquote_to_bytes, urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern

from portal import wsgi
from search.open_data import PROBLEM, is_open
from tests.contracts import adversarial
from tests.public_templates import STATES
from tests.walkers import OWN_PAGE, ClientWalker, Form

pytestmark = [
    pytest.mark.demo,
    pytest.mark.django_db(databases=["default", "reports"]),
    pytest.mark.usefixtures("demo_database"),
    pytest.mark.xdist_group("adversarial"),
    pytest.mark.every_case,
]

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# Wagtail's own addresses: behind the sign-in, where Wagtail's tests look after them.
FOREIGN = ("/akun/cms/",)


class Asker:
    """A client that remembers which exception lay behind a 500, and judges every answer."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.problems: list[str] = []
        self.asked = 0
        self._exception = ""
        got_request_exception.connect(self._remember)

    def _remember(self, **kwargs: object) -> None:
        self._exception = traceback.format_exc(limit=-3)[-600:]

    def send(self, what: str, address: str, method: str = "GET", data: bytes = b"", kind: str = "") -> HttpResponse:
        """Ask for ``address``, whose path and query are encoded already, and note what is wrong with the answer."""
        self._exception = ""
        path, _, query = address.partition("?")
        raw = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query.encode().decode("latin-1")}
        # Before Django reads a request, the door takes the charset away (portal.wsgi); Django's client comes in behind it.
        response = self.client.generic(method, "/", data, wsgi.plain(kind), headers=OWN_PAGE, **raw)
        self.asked += 1
        for problem in judge(path, response):
            self.problems.append(f"{method} {address[:100]} ({what}): {problem} {self._exception}")
        return response

    def fill(self, what: str, form: Form, **fields: str) -> HttpResponse:
        """Send ``form`` as a browser would, with these fields changed."""
        data = urlencode({**form.fields, **fields})
        if form.method == "GET":
            return self.send(what, f"{form.address}?{data}")
        return self.send(what, form.address, "POST", data.encode(), "application/x-www-form-urlencoded")

    def verdict(self) -> None:
        """Fail with all that was wrong."""
        got_request_exception.disconnect(self._remember)
        assert self.asked, "nothing was asked"
        assert not self.problems, f"{len(self.problems)} of {self.asked}:\n" + "\n".join(self.problems[:25])


@pytest.fixture
def asker() -> Iterator[Asker]:
    made = Asker()
    yield made
    made.verdict()


def expected_language(path: str) -> str:
    """The language of the path: its first part. The report form is Indonesian or English (DECISIONS 22)."""
    parts = [part for part in path.split("/") if part] or [""]
    if parts[0] == settings.REPORTS_PATH:
        return "en" if parts[1:2] == ["en"] else "id"
    return parts[0] if parts[0] in LANGUAGES else "id"


def judge(path: str, response: HttpResponse) -> Iterator[str]:
    """Everything that is wrong with an answer."""
    status, private = response.status_code, path.startswith("/akun/")
    if status >= 500:
        yield f"status {status}"
        return
    if response.cookies and not (private and all(held["path"] == "/akun/" for held in response.cookies.values())):
        yield f"sets {list(response.cookies)}"
    if "cookie" in response.get("Vary", "").lower() and not private:
        yield "varies with cookies"
    if 300 <= status < 400:
        target = response.get("Location", "")
        if target != settings.EXIT_URL and (urlsplit(target).netloc or not target.startswith("/")):
            yield f"redirects to {target}"
        return
    if status == 200 and not response.get("Content-Type", "").startswith("text/html"):
        return
    if private:
        return
    if is_open(path):
        yield from judge_problem(status, response)
        return
    text = (b"".join(response) if response.streaming else response.content).decode("utf-8", "replace")
    language, wanted = re.search(r"<html[^>]*\blang=\"?([\w-]+)", text), expected_language(path)
    if language is None:
        yield f"status {status}, not a page of ours: {text[:80]!r}"
    elif language[1] != wanted and not (status == 200 and language[1] == "id"):
        yield f"status {status} in {language[1]}, not {wanted}"
    elif "tel:110" not in text:
        yield f"status {status} without the help block"
    if "<script>alert(1)" in text or "<img src=x" in text:
        yield "repeats markup"


def judge_problem(status: int, response: HttpResponse) -> Iterator[str]:
    """What is wrong with what a program is told (search.open_data); no content where it only asks what it may."""
    if status in (204, 304):
        return
    if response.get("Content-Type") != PROBLEM:
        yield f"status {status}, no problem document"
        return
    held = json.loads(response.content)
    if held["status"] != status or not held["detail"]:
        yield f"status {status} says {held}"
    if len(response.content) > 1_000:
        yield "repeats too much of what was sent"


# --- addresses ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    """An address of the URL configuration; each ``{}`` is a parameter."""

    name: str
    template: str

    def filled(self, value: str) -> str:
        return self.template.replace("{}", quote(value, safe=""))

    def plain(self) -> set[str]:
        """With an ordinary value for each parameter, and with none."""
        return {self.filled("x"), self.filled("")}


def _parts(pattern: object) -> str:
    if isinstance(pattern, LocalePrefixPattern):
        return "{language}/"
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<[^>]+>", "{}", str(pattern._route))
    assert isinstance(pattern, RegexPattern)
    regex = str(pattern._regex).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
    # Innermost groups first; a group is one parameter.
    while (shorter := re.sub(r"\((?!\()[^()]*\)[*+?]?", "{}", regex)) != regex:
        regex = shorter
    return re.sub(r"(?:\{\})+", "{}", regex).replace("\\", "")


def _walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        address = before + _parts(entry.pattern)
        if address.startswith(FOREIGN) and address != "/akun/cms/login/":
            continue
        if isinstance(entry, URLPattern):
            yield entry.name or address, address
        else:
            yield from _walk(entry, address)


@cache
def addresses() -> tuple[tuple[Address, ...], ...]:
    """Every address of the portal, each in three languages where it has them: complete, complete, regional."""
    found = []
    for name, template in _walk(get_resolver(), "/"):
        languages = ("id", "en", "jv") if "{language}" in template else ("",)
        found.append(tuple(Address(name, template.replace("{language}", language)) for language in languages))
    return tuple(found)


def in_turn(name: str, names: Iterable[str]) -> Iterator[Address]:
    """Every address, in one of its languages; for the next of ``names`` in the next, so that each meets every language."""
    turn = list(names).index(name)
    for place, held in enumerate(addresses()):
        yield held[(turn + place) % len(held)]


def test_the_walk_finds_every_room() -> None:
    templates = {address.template for held in addresses() for address in held}
    assert {
        "/",
        "/keluar/",
        "/id/peta-situs/",
        "/en/lowongan/",
        "/id/lowongan/{}/",
        "/id/lowongan/{}/slip/",
        "/en/cek/slip/",
        "/en/cek/slip/{}/",
        "/id/cari/",
        "/en/cek/",
        "/cek/",
        "/media/{}",
        "/api/v1/lowongan/",
        "/api/v1/lowongan/{}/",
        "/api/v1/perusahaan/{}/",
        "/api/v1/openapi.json",
        "/id/lowongan/umpan.atom",
        "/en/lowongan/umpan.json",
        "/jv/data-terbuka/",
        "/sitemap.xml",
    } <= templates
    assert any(template.startswith(f"/{settings.REPORTS_PATH}/") for template in templates)
    assert any(template.startswith("/akun/login/") for template in templates)


@pytest.mark.parametrize("language", ["id", "en", "jv"])
@pytest.mark.parametrize("name", adversarial.PATHS)
def test_unknown_paths(asker: Asker, name: str, language: str) -> None:
    for room in ("", "lowongan/", "panduan/", "pendidikan/"):
        asker.send(name, f"/{language}/{room}{adversarial.PATHS[name]}")


@pytest.mark.parametrize("name", adversarial.PLAIN_PATHS)
def test_unknown_plain_paths(asker: Asker, name: str) -> None:
    asker.send(name, adversarial.PLAIN_PATHS[name])


@pytest.mark.parametrize("name", adversarial.VALUES)
def test_every_parameter_of_every_address(asker: Asker, name: str) -> None:
    value = adversarial.VALUES[name]
    for address in in_turn(name, adversarial.VALUES):
        if "{}" in address.template:
            asker.send(f"{address.name}, {name}", address.filled(value))


@pytest.mark.parametrize("name", adversarial.QUERIES)
def test_every_address_with_malformed_queries(asker: Asker, name: str) -> None:
    for address in in_turn(name, adversarial.QUERIES):
        for plain in address.plain():
            asker.send(f"{address.name}, {name}", f"{plain}?{adversarial.QUERIES[name]}")


@pytest.mark.parametrize("kind", adversarial.KINDS)
def test_every_kind_of_path_with_malformed_queries(asker: Asker, kind: str) -> None:
    for name, query in adversarial.QUERIES.items():
        for method in ("GET", "POST"):
            asker.send(f"{kind}, {name}", f"{adversarial.KINDS[kind]}?{query}", method)


@pytest.mark.parametrize("name", adversarial.UNREADABLE)
@pytest.mark.parametrize("kind", adversarial.KINDS)
def test_a_query_with_too_many_names_is_refused_in_the_language_of_the_path(name: str, kind: str) -> None:
    path = adversarial.KINDS[kind]
    response = Client(raise_request_exception=False).get(path, QUERY_STRING=adversarial.QUERIES[name])
    text = response.content.decode()
    assert response.status_code == 400
    if is_open(path):
        assert response["Content-Type"] == PROBLEM
    else:
        language = re.search(r"<html[^>]*\blang=\"?([\w-]+)", text)
        assert language is not None
        assert language[1] == expected_language(path)
        assert "tel:110" in text
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", adversarial.BODIES)
def test_every_address_with_hostile_bodies(asker: Asker, name: str) -> None:
    kind, body = adversarial.BODIES[name]
    for address in in_turn(name, adversarial.BODIES):
        for plain in address.plain():
            asker.send(f"{address.name}, {name}", plain, "POST", body, kind)


METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


@pytest.mark.parametrize("method", METHODS)
def test_every_address_with_other_methods(method: str) -> None:
    client = Client(raise_request_exception=False)
    for address in in_turn(method, METHODS):
        for plain in address.plain():
            response = client.generic(method, plain)
            assert response.status_code < 500, plain
            assert not response.cookies or plain.startswith("/akun/"), plain


# --- fields -------------------------------------------------------------------------------------------------------

# Parameters that no form holds: links carry them.
LINKED = {"lowongan/": ("hal", "urut", "hemat"), "cari/": ("hal", "hemat"), "": ("hal", "hemat")}
# What programs ask for: the fields of the list, and more.
ASKED = ("q", "negara", "bidang", "biaya", "pendidikan", "skema", "tutup", "urut", "hal", "limit", "lang")
PROGRAMS = ("/api/v1/lowongan/", "/api/v1/perusahaan/", "/id/lowongan/umpan.atom", "/en/lowongan/umpan.json")


@cache
def forms() -> tuple[Form, ...]:
    """Every form on every public template in every state, once."""
    held: dict[tuple[str, str, tuple[str, ...]], Form] = {}
    for state in STATES:
        if state.site != "demo":
            continue
        walker = ClientWalker("id")
        state.way(walker)
        for form in walker.forms():
            held.setdefault((form.address, form.method, form.names), form)
    for language in ("id", "en"):
        for path, names in LINKED.items():
            address = f"/{language}/{path}"
            held[address, "GET", names] = Form(address, "GET", {"q": "perawat"} if path else {}, names)
    for address in PROGRAMS:
        held[address, "GET", ASKED] = Form(address, "GET", {}, ASKED)
    return tuple(held.values())


def test_the_forms_are_found() -> None:
    fields = {(form.address, name) for form in forms() for name in form.names}
    report = f"/{settings.REPORTS_PATH}/"
    assert {("/id/lowongan/", "q"), ("/id/lowongan/", "negara"), ("/id/cari/", "q")} <= fields
    assert {("/id/cek/", name) for name in ("tawaran", "jawaban", "perusahaan", "kontak")} <= fields
    assert ("/id/cek/slip/", "kode") in fields
    assert {
        (report, name) for name in ("place", "about", "story", "contact", "regency", "token", "receipt", "text")
    } <= fields


@pytest.mark.parametrize("name", adversarial.VALUES)
def test_every_field_of_every_form(asker: Asker, name: str) -> None:
    for form in forms():
        for field in form.names:
            asker.fill(f"{field}, {name}", form, **{field: adversarial.VALUES[name]})


def test_every_field_twice_missing_and_unknown(asker: Asker) -> None:
    for form in forms():
        for field in form.names:
            less = {key: value for key, value in form.fields.items() if key != field}
            asker.fill(f"{field} missing", Form(form.address, form.method, less, form.names))
            asker.fill(f"{field} as a list", form, **{f"{field}[]": "1", f"{field}.0": "2", "_": "3"})


@pytest.mark.parametrize("name", adversarial.QUERIES)
def test_every_form_with_a_malformed_query(asker: Asker, name: str) -> None:
    for form in forms():
        address = f"{form.address}?{adversarial.QUERIES[name]}"
        asker.send(name, address, form.method, urlencode(form.fields).encode(), "application/x-www-form-urlencoded")


HEADERS = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Host": "evil.example"},
    {"Host": "a b"},
    {"Cookie": "sessionid=x; csrftoken=\x00"},
    {"Accept-Language": "x" * 5000},
    {"Accept": "application/json"},
    {"If-None-Match": '"'},
    {"If-Modified-Since": "kemarin"},
    {"Range": "bytes=5-1"},
    {"X-Forwarded-Proto": "gopher"},
    {"Accept-Encoding": "br;q=x, *;q=\u0660"},
    {"Service-Worker": "script"},
    {"Content-Length": "-1"},
)


@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_every_address_with_odd_headers(headers: dict[str, str]) -> None:
    client = Client(raise_request_exception=False, headers=headers)
    for address in in_turn(str(headers), map(str, HEADERS)):
        for method, plain in product(("GET", "POST"), address.plain()):
            response = client.generic(method, plain, b"a=1", "application/x-www-form-urlencoded")
            assert response.status_code < 500, (method, plain)
            assert not response.cookies or plain.startswith("/akun/"), (method, plain)
