"""What a search field proposes: public words from one cacheable file, by a script of at most one kilobyte."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from content.core.models import HomePage
from portal import cache
from search import suggestions
from tests.factories.jobs import DestinationFactory, OccupationFactory
from tests.search.world import article, home, settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.process_copies.clear()
    settle()
    home("id")
    home("en")


def test_the_words_are_those_of_the_site_in_the_language(client: Client) -> None:
    OccupationFactory(code="5322", name={"id": "Pengasuh lansia", "en": "Older carer"})
    DestinationFactory(country="JP")
    article(HomePage.objects.get(locale__language_code="id"), "Paspor")
    settle()
    for language, there, not_there in (
        ("id", {"Pengasuh lansia", "Jepang", "Paspor"}, {"Older carer", "Japan"}),
        ("en", {"Older carer", "Japan"}, {"Pengasuh lansia", "Paspor"}),
    ):
        words = json.loads(client.get(f"/{language}/cari/kata.json").content)
        assert there <= set(words)
        assert not_there.isdisjoint(words)
        assert words == sorted(set(words), key=str.casefold)


def test_they_are_kept_and_a_regional_language_has_the_indonesian_ones(client: Client) -> None:
    answer = client.get("/id/cari/kata.json")
    assert (answer["Content-Type"], "must-revalidate" in answer["Cache-Control"]) == ("application/json", True)
    assert answer["ETag"]
    assert client.get("/jv/cari/kata.json").content == answer.content


@pytest.mark.parametrize("room", ["cari", "lowongan"])
def test_the_field_works_without_the_script_and_the_policy_names_it(client: Client, room: str) -> None:
    answer = client.get(f"/id/{room}/?q=paspor")
    found = BeautifulSoup(answer.content, "html5lib")
    field = found.select_one("main #id_q")
    assert (field["list"], field["data-kata"], field["autocomplete"]) == ("kata", "/id/cari/kata.json", "off")
    assert found.select_one("main datalist#kata") is not None
    assert len(suggestions.script().text) <= 1_000
    assert found.select_one("main script").string == suggestions.script().text
    policy = answer["Content-Security-Policy"]
    assert suggestions.script().source in policy
    assert "connect-src 'self'" in policy


def test_nobody_who_saves_data_fetches_them_and_no_other_page_has_the_script(client: Client) -> None:
    saved = BeautifulSoup(client.get("/id/cari/?q=paspor&hemat=1").content, "html5lib")
    assert saved.select_one("main script") is None
    assert not saved.select_one("main #id_q").has_attr("list")
    assert "connect-src" not in client.get("/id/")["Content-Security-Policy"]
