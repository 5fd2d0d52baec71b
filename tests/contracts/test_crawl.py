"""What holds on every page of the demonstration site, as served (must show 2 and 9).

Each test looks at the whole crawl and names every page that breaks its promise.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import Tag
from django.conf import settings

from portal import inline
from tests.crawler import LEFT_OUT, Crawl, Visited, crawl
from tests.servers import Quiet, Server, answering

pytestmark = [pytest.mark.demo, pytest.mark.xdist_group("crawl")]

LIMIT, HARD_LIMIT = 9_000, 14_000
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# Every way in which HTML makes a browser ask for something on its own.
RESOURCES = {
    "src": ("img", "script", "iframe", "embed", "video", "audio", "source", "track", "input"),
    "srcset": ("img", "source"),
    "poster": ("video",),
    "data": ("object",),
    "background": ("body", "table", "td"),
    "href": ("use", "image"),
    "xlink:href": ("use", "image"),
    "imagesrcset": ("link",),
}
LINKED = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "modulepreload",
    "manifest",
    "dns-prefetch",
    "preconnect",
    "apple-touch-icon",
    "prerender",
    "shortcut",
}
# An error page in every language, one without a language, and a search that nothing answers.
ERRORS = [f"/{code}/tidak-pernah-ada/" for code in LANGUAGES] + ["/tidak-pernah-ada", "/id/lowongan/tidak-pernah-ada/"]


def nothing(problems: Iterable[str]) -> None:
    """Fail with every problem, at most forty of them in full."""
    held = list(problems)
    assert not held, f"{len(held)} problems:\n" + "\n".join(held[:40])


def elements(page: Visited, name: str | list[str] | bool = True, **attributes: object) -> Iterator[Tag]:
    """Elements of the page that is read, as tags."""
    yield from (found for found in page.document.find_all(name, **attributes) if isinstance(found, Tag))


def asked_for(page: Visited) -> Iterator[tuple[Tag, str]]:
    """Every address that a browser asks for by itself while it shows the page."""
    for attribute, names in RESOURCES.items():
        for element in elements(page, list(names), attrs={attribute: True}):
            if element.name in ("audio", "video") and element.get("preload") == "none":
                continue  # waits until somebody presses
            for part in str(element[attribute]).split(",") if "srcset" in attribute else [str(element[attribute])]:
                yield element, part.strip().split(" ")[0]
    for element in elements(page, "link", href=True):
        if LINKED & {str(word).lower() for word in element.get_attribute_list("rel")}:
            yield element, str(element["href"])
    for style in elements(page, "style"):
        for address in re.findall(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]([^'\"]*)", style.get_text()):
            yield style, "".join(address)
    for element in elements(page, "meta", attrs={"http-equiv": re.compile("refresh", re.IGNORECASE)}):
        yield element, str(element.get("content"))


def is_fragment(address: str) -> bool:
    return address.startswith(("#", "data:"))


def test_the_crawl_sees_the_whole_site(crawled: Crawl) -> None:
    """A crawl that misses rooms proves nothing: every room, language and kind of page is among what was visited."""
    paths = {page.path for page in crawled.pages()}
    assert {
        "/",
        "/id/",
        "/en/",
        "/id/lowongan/",
        "/en/lowongan/",
        "/id/panduan/",
        "/id/pendidikan/",
        "/id/sekolah/",
    } <= paths
    assert f"/{settings.REPORTS_PATH}/" in paths
    for code in LANGUAGES:
        assert any(path.startswith(f"/{code}/") and path.endswith("/keamanan/") for path in paths), code
    assert len([path for path in paths if re.fullmatch(r"/id/lowongan/[^/]+/", path)]) >= 60
    read_by_programs = {one.path for one in crawled.visited.values() if one.status == 200 and not one.is_page}
    assert {"/api/v1/lowongan/", "/api/v1/perusahaan/", "/api/v1/kosakata/", "/api/v1/openapi.json"} <= read_by_programs
    assert {f"/{code}/lowongan/umpan.{kind}" for code in ("id", "en") for kind in ("atom", "json")} <= read_by_programs
    assert len([path for path in paths if path.startswith("/id/pendidikan/") and path.count("/") == 5]) >= 14


def test_every_link_answers(crawled: Crawl) -> None:
    nothing(
        f"{page.status} {page.address} (from {page.referrer})"
        for page in crawled.visited.values()
        if page.status != 200 and not 300 <= page.status < 400
    )


def test_links_lead_straight_to_their_page(crawled: Crawl) -> None:
    """A redirect costs a phone on 2G two seconds."""
    nothing(
        f"{page.status} {page.address} → {page.header('Location')} (from {page.referrer})"
        for page in crawled.visited.values()
        if 300 <= page.status < 400
    )


def test_every_fragment_is_on_its_page(crawled: Crawl) -> None:
    nothing(
        f"{page.address}: {link.target}#{link.fragment}"
        for page in crawled.pages()
        for link in page.links()
        if link.fragment and (target := crawled.visited.get(link.target)) and link.fragment not in target.ids
    )


def test_ids_are_unique(crawled: Crawl) -> None:
    for page in crawled.pages():
        ids = [str(element["id"]) for element in elements(page, id=True)]
        assert len(ids) == len(set(ids)), (page.address, sorted({one for one in ids if ids.count(one) > 1}))


def test_no_answer_sets_a_cookie_or_depends_on_one(crawled: Crawl) -> None:
    nothing(
        page.address
        for page in crawled.visited.values()
        if page.header("Set-Cookie") or "cookie" in page.header("Vary").lower()
    )


def test_nothing_public_links_to_private_addresses(crawled: Crawl) -> None:
    nothing(
        f"{page.address}: {link.target}"
        for page in crawled.pages()
        for link in page.links()
        if link.target.startswith(LEFT_OUT[1])
    )


def test_no_other_host_is_asked(crawled: Crawl) -> None:
    problems = []
    for page in crawled.pages():
        base = f"http://{page.host}{page.address}"
        wanted = [address for _element, address in asked_for(page)]
        wanted += [str(form.get("action", "")) for form in elements(page, "form")]
        wanted += [str(base_["href"]) for base_ in elements(page, "base", href=True)]
        problems += [
            f"{page.address}: {address}"
            for address in wanted
            if not is_fragment(address) and urlsplit(urljoin(base, address)).netloc != page.host
        ]
    nothing(problems)


def test_a_page_is_one_request_besides_lazy_pictures(crawled: Crawl) -> None:
    def is_lazy(element: Tag) -> bool:
        picture = element if element.name == "img" else element.find_parent("picture")
        image = picture if picture is None or picture.name == "img" else picture.find("img")
        return isinstance(image, Tag) and image.get("loading") == "lazy"

    nothing(
        f"{page.address}: <{element.name}> {address}"
        for page in crawled.pages()
        for element, address in asked_for(page)
        if not is_fragment(address) and not (element.name in ("img", "source") and is_lazy(element))
    )


def test_the_data_saver_asks_for_nothing_at_all(crawled: Crawl) -> None:
    savers = [page for page in crawled.public_pages() if "hemat=1" in page.address]
    assert savers
    nothing(
        f"{page.address}: {address}"
        for page in savers
        for _element, address in asked_for(page)
        if not is_fragment(address)
    )


def test_public_pages_are_small_as_served(crawled: Crawl) -> None:
    sizes = sorted(((page.size, page.address) for page in crawled.public_pages()), reverse=True)
    assert sizes[0][0] <= HARD_LIMIT, sizes[:20]
    nothing(f"{size} B {address}" for size, address in sizes if size > LIMIT)


def test_public_pages_are_sent_compressed(crawled: Crawl) -> None:
    nothing(page.address for page in crawled.public_pages() if page.header("Content-Encoding") != "br")


def test_the_heaviest_pages_are_among_the_measured(crawled: Crawl, portal_server: Server) -> None:
    """The search with twenty results and every facet, and the longest guide: both exist and were measured above."""
    search = crawled.visited["/id/lowongan/"]
    listings = {link.target for link in search.links() if re.fullmatch(r"/id/lowongan/[^/?]+/", link.target)}
    assert len(listings) == 20
    for name in ("negara", "bidang", "biaya", "pendidikan", "skema", "tutup"):
        assert search.document.find(attrs={"name": name}) or f"{name}=" in search.text, name
    asked = portal_server.ask("/id/lowongan/?q=kerja", headers={"Accept-Encoding": "br"})
    assert asked.status == 200
    assert len(asked.body) <= LIMIT
    assert any(page.path.endswith("/p-ke-p/") for page in crawled.pages())


def test_report_pages_keep_their_own_limit(crawled: Crawl) -> None:
    """At most 14 KB of HTML and style, sent as they are (a dynamic answer is not compressed), without a tag (DECISIONS 43)."""
    pages = crawled.report_pages()
    assert pages
    for page in pages:
        assert page.size <= HARD_LIMIT, page.address
        assert page.header("Content-Encoding") == "", page.address
        assert page.header("ETag") == "", page.address
        assert "no-store" in page.header("Cache-Control"), page.address


def test_no_token_and_no_template_word_is_left(crawled: Crawl) -> None:
    left = re.compile(r"\{(?:fakta|kanal):|\{\{|\{%|%\(\w+\)[sd]|>\s*None\s*<|\bgettext\b")
    nothing(f"{page.address}: {match[0]}" for page in crawled.pages() for match in left.finditer(page.text))


def test_every_page_names_itself(crawled: Crawl) -> None:
    """Title, description, one first heading, one main part, and the language."""
    problems = []
    for page in crawled.public_pages():
        title, heads = page.document.title, page.document.find_all("h1")
        description = page.document.find("meta", attrs={"name": "description"})
        problems += [f"{page.address}: title"] * (title is None or not title.get_text(strip=True))
        problems += [f"{page.address}: {len(heads)} h1"] * (len(heads) != 1 or not heads[0].get_text(strip=True))
        problems += [f"{page.address}: {len(page.document.find_all('main'))} main"] * (
            len(page.document.find_all("main")) != 1
        )
        problems += [f"{page.address}: description"] * (
            not isinstance(description, Tag) or not str(description.get("content", "")).strip()
        )
        problems += [f"{page.address}: lang {page.language!r}"] * (page.language not in LANGUAGES)
    nothing(problems)


def test_titles_differ_within_a_language(crawled: Crawl) -> None:
    """Two open tabs, two results, two entries of a history: each must be told apart by its title."""
    seen: dict[tuple[str, str], str] = {}
    problems = []
    for page in crawled.public_pages():
        if "?" in page.address or page.path == "/" or not page.document.title:
            continue
        key = (page.language, page.document.title.get_text(strip=True))
        if key in seen:
            problems.append(f"{seen[key]} and {page.address}: {key[1]}")
        seen.setdefault(key, page.address)
    nothing(problems)


def _alternates(page: Visited) -> dict[str, str]:
    return {str(link["hreflang"]): str(link["href"]) for link in elements(page, "link", rel="alternate", hreflang=True)}


def test_versions_name_each_other(crawled: Crawl) -> None:
    """hreflang: absolute, itself included, the same set on every version, Indonesian as the default, real ones only."""
    problems = []
    for page in crawled.public_pages():
        held = _alternates(page)
        if not held or "?" in page.address:
            continue
        base = f"http://{page.host}"
        own = f"{base}{'/id/' if page.path == '/' else page.path}"
        if held.get(page.language) != own:
            problems.append(f"{page.address}: does not name itself but {held.get(page.language)}")
        if held.get("x-default") != held.get("id"):
            problems.append(f"{page.address}: x-default {held.get('x-default')}")
        for code, address in held.items():
            other = crawled.visited.get(address.removeprefix(base))
            if other is None:
                problems.append(f"{page.address}: {code} leads to {address}, which no link reaches")
            elif code != "x-default" and other.language != code:
                problems.append(f"{page.address}: {address} is {other.language}, not {code}")
            elif _alternates(other) != held:
                problems.append(f"{page.address}: {address} names other versions")
    nothing(problems)


def test_the_switcher_lists_the_languages_of_this_page_and_no_other(crawled: Crawl) -> None:
    problems = []
    for page in crawled.public_pages():
        switcher = page.document.select_one("nav.lang")
        listed = {str(item["lang"]) for item in switcher.select("[lang]")} if switcher else set()
        named = set(_alternates(page)) - {"x-default"}
        if "/dengar/" in page.address:
            listed &= named  # where a language has no recording, the switcher leads to the page to read
        if "?" not in page.address and listed != named:
            problems.append(f"{page.address}: {sorted(listed)} beside {sorted(named)}")
    nothing(problems)


def test_pages_name_their_canonical_address(crawled: Crawl) -> None:
    """Its own path, of a query no more than the order and the page number; the home page below its language; a stand-in
    the Indonesian page (DECISIONS 1, 3). Another order of a list is no page for an index."""
    problems = []
    for page in crawled.public_pages():
        held = [str(link["href"]) for link in elements(page, "link", rel="canonical")]
        path = page.path if page.path != "/" else "/id/"
        asked = path.split("/")[1]
        if asked != page.language:
            path = path.replace(f"/{asked}/", f"/{page.language}/", 1)
            if "noindex" not in page.header("X-Robots-Tag"):
                problems.append(f"{page.address}: a stand-in that may be indexed")
        query = "&".join(re.findall(r"\b(?:urut=\w+|hal=\d+)", page.address))
        if held != [f"http://{page.host}{path}{f'?{query}' if query else ''}"]:
            problems.append(f"{page.address}: {held}")
        if "urut=" in page.address and "no-store" not in page.header("Cache-Control"):
            problems.append(f"{page.address}: another order is kept")
    nothing(problems)


def test_a_site_that_is_not_official_is_in_no_index(crawled: Crawl) -> None:
    nothing(page.address for page in crawled.public_pages() if "noindex" not in page.header("X-Robots-Tag"))
    nothing(
        page.address for page in crawled.public_pages() if "Situs contoh" not in page.text and page.language == "id"
    )


def _policy_of(header: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in header.split(";") if part.strip()}


def test_policies_are_strict_and_cover_what_is_inlined(crawled: Crawl) -> None:
    """One for all pages; the search and the lists of a plan, which carry a script of their own, name that in theirs."""
    policies = {page.header("Content-Security-Policy") for page in crawled.public_pages()}
    assert len(policies) <= 3
    problems = []
    for page in crawled.public_pages():
        said = page.header("Content-Security-Policy")
        policy = {part.split()[0]: part.split()[1:] for part in said.split(";") if part.strip()}
        if policy["default-src"] != ["'none'"] or "'unsafe-inline'" in said:
            problems.append(f"{page.address}: {said}")
        for name in ("style", "script"):
            found = re.findall(rf"<{name}(?![^>]*ld\+json)[^>]*>(.*?)</{name}>", page.text, re.DOTALL)
            if len(found) > 1:
                problems.append(f"{page.address}: {len(found)} <{name}>")
            for text in found:
                digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
                if f"'sha256-{digest}'" not in policy[f"{name}-src"]:
                    problems.append(f"{page.address}: <{name}> is not covered by the policy")
    nothing(problems)


def test_no_element_carries_style_or_script(crawled: Crawl) -> None:
    nothing(
        f"{page.address}: <{element.name} {attribute}>"
        for page in crawled.pages()
        for element in elements(page)
        for attribute in element.attrs
        if attribute == "style" or attribute.startswith("on") or str(element[attribute]).startswith("javascript:")
    )


def test_sensitive_pages_offer_the_exit_and_leave_nothing_behind(crawled: Crawl) -> None:
    """Where the exit is, the answer is not stored, its script is there, and the exit stands also at the end."""
    sensitive = [page for page in crawled.public_pages() if inline.exit_script().text in page.text]
    assert any("/perdagangan-orang/" in page.path for page in sensitive)
    assert any("/perkawinan-anak/" in page.path for page in sensitive)
    problems = []
    for page in crawled.public_pages():
        exits = page.document.select('a[href="/keluar/"]')
        stored = "no-store" not in page.header("Cache-Control")
        if page in sensitive and (len(exits) < 2 or stored or page.header("ETag")):
            problems.append(f"{page.address}: {len(exits)} exits, stored: {stored}, tag: {page.header('ETag')!r}")
        if exits and page not in sensitive:
            problems.append(f"{page.address}: an exit without its script")
    nothing(problems)


def test_the_help_block_stands_in_the_same_place_on_every_page(crawled: Crawl) -> None:
    """After the main part, before the foot; 110 and 129 never vanish (DECISIONS 13)."""
    problems = []
    for page in crawled.public_pages():
        order = [
            element.name if element.name != "div" else "help"
            for element in page.document.select("main, div.help, footer")
        ]
        telephones = {str(link["href"]) for link in page.document.select('div.help a[href^="tel:"]')}
        if order != ["main", "help", "footer"] or not {"tel:110", "tel:129"} <= telephones:
            problems.append(f"{page.address}: {order} {sorted(telephones)}")
    nothing(problems)


@pytest.mark.parametrize("address", ERRORS)
def test_error_pages_are_ours(portal_server: Server, address: str) -> None:
    """404 in the language of the path, as small as any page, without a cookie, with the way home and help."""
    page = Visited(address, portal_server.ask(address, headers={"Accept-Encoding": "br"}), "", portal_server.host)
    asked = address.split("/")[1]
    assert page.status == 404
    assert page.language == (asked if asked in LANGUAGES else "id")
    assert page.size <= LIMIT
    assert not page.header("Set-Cookie")
    assert page.document.select_one('div.help a[href="tel:110"]')
    assert any(link.target in ("/id/", "/en/") for link in page.links())


class Broken(Quiet):
    """A site that breaks every promise."""

    def do_GET(self) -> None:
        headers = [("Content-Type", "text/html"), ("Set-Cookie", "a=b")]
        body = b"""<!doctype html><html><title></title><link rel=stylesheet href=//cdn.example/x.css><h1>a</h1><h1>b</h1>
            <p style=color:red onclick=x()>{fakta:upah}<img src=/a.png><a href=/gone/>x</a><a href=#no>y</a>"""
        self.answer(200 if self.path == "/" else 404, headers, body)


def test_the_crawl_finds_what_it_looks_for(tmp_path: Path) -> None:
    """A test that cannot fail proves nothing."""
    with answering(Broken) as port:
        found = crawl(Server(port, None, tmp_path))
    for promise in (
        test_every_link_answers,
        test_every_fragment_is_on_its_page,
        test_no_answer_sets_a_cookie_or_depends_on_one,
        test_no_other_host_is_asked,
        test_a_page_is_one_request_besides_lazy_pictures,
        test_public_pages_are_sent_compressed,
        test_no_token_and_no_template_word_is_left,
        test_every_page_names_itself,
        test_pages_name_their_canonical_address,
        test_a_site_that_is_not_official_is_in_no_index,
        test_no_element_carries_style_or_script,
        test_the_help_block_stands_in_the_same_place_on_every_page,
    ):
        with pytest.raises(AssertionError):
            promise(found)
