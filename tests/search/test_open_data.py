"""The page that tells people what programs may read, and which addresses are those of programs."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from portal import cache
from search import open_data
from search.api.parameters import PAGING, SEARCH, lang
from tests.search.world import home, listing, settle


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        ("/api/", True), ("/api/v1/lowongan/", True), ("/id/lowongan/umpan.atom", True), ("/bjn/lowongan/umpan.json", True),
        ("/apix/", False), ("/id/api/", False), ("/id/lowongan/", False), ("/id/lowongan/umpan.atom/", False),
        ("/id/lowongan/umpan.xml", False), ("/akun/lowongan/umpan.atom", False), ("/a/id/lowongan/umpan.atom", False),
    ],
)  # fmt: skip
def test_open_is_the_api_and_the_feeds(path: str, is_open: bool) -> None:
    assert open_data.is_open(path) is is_open


def test_a_problem_is_one_sentence_that_nobody_keeps() -> None:
    response = open_data.problem(404, "Tidak ada.")
    assert json.loads(response.content) == {
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": "Tidak ada.",
    }  # fmt: skip
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_names_addresses_that_answer_and_every_parameter(language: str, client: Client, settings) -> None:
    cache.process_copies.clear()
    home("id")
    home("en")
    listing()
    settle()
    response = client.get(f"/{language}/data-terbuka/")
    found = BeautifulSoup(response.content, "html5lib")
    links = [str(link["href"]) for link in found.select("main code a")]
    assert len(links) == 7
    for link in links:
        answer = client.get(link.removeprefix(settings.BASE_URL))
        assert answer.status_code == 200, link
        assert not answer["Content-Type"].startswith("text/html")
    named = {one.get_text() for one in found.select("main dt")}
    assert named >= {one.name for one in (*SEARCH, *PAGING, lang)}
    assert found.select_one("a[rel=license]")["href"] == settings.DATA_LICENCE["url"]
    # Found from the list of jobs and from the site map.
    for path in ("lowongan", "peta-situs"):
        page = BeautifulSoup(client.get(f"/{language}/{path}/").content, "html5lib")
        assert page.select(f'main a[href="/{language}/data-terbuka/"]'), path
