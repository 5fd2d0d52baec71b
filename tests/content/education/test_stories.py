"""A story as its reader walks through it: an address for every scene, nothing stored, no script."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from content.core import translation
from content.core.permissions import NotPublishable
from content.education.models import StoryPage
from content.registers import generation
from tests.content.education.story_world import WHOLE, choices, endings, scene, story, walk
from tests.site import World

START = "/id/pendidikan/cerita/di-desa/"


@pytest.mark.django_db
class TestAddresses:
    def test_each_scene_has_its_own_and_names_it(self, site: World, client: Client) -> None:
        story(site)
        seen = walk(client, START)
        assert set(seen) == {START, *(f"{START}{code}/" for code in ("tanya", "ikut", "selamat", "ditolong"))}
        assert endings(seen) == {f"{START}selamat/", f"{START}ditolong/"}
        for address, document in seen.items():
            assert str(document.select_one("link[rel=canonical]")["href"]).endswith(address)
            assert len(document.select("h1")) == 1
        assert len({document.title.text for document in seen.values()}) == len(seen)
        assert [link.text for link in seen[f"{START}ikut/"].select("nav.crumb a")][-1] == "Di desa"

    def test_the_beginning_has_one_address(self, site: World, client: Client) -> None:
        story(site)
        answer = client.get(f"{START}awal/")
        assert (answer.status_code, answer["Location"]) == (302, START)
        assert START in choices(client.get(f"{START}ikut/").content, START)

    @pytest.mark.parametrize("path", ["tidak-ada/", "tanya/ikut/", "TANYA/"])
    def test_what_is_no_scene_is_not_found(self, site: World, client: Client, path: str) -> None:
        story(site)
        assert client.get(START + path).status_code == 404

    def test_only_stories_have_addresses_below_their_own(self, site: World, client: Client) -> None:
        story(site)
        assert client.get("/id/pendidikan/tanya/").status_code == 404
        assert client.get("/id/pendidikan/cerita/tanya/").status_code == 404

    def test_a_reader_of_another_language_gets_the_scene_in_indonesian(self, site: World, client: Client) -> None:
        story(site)
        answer = client.get("/jv/pendidikan/cerita/di-desa/tanya/")
        assert answer.status_code == 200
        assert "noindex" in answer["X-Robots-Tag"]
        assert BeautifulSoup(answer.content, "html5lib").html["lang"] == "id"

    def test_a_sensitive_scene_is_kept_by_no_browser(self, site: World, client: Client) -> None:
        story(site)
        assert client.get(f"{START}tanya/")["Cache-Control"] == "no-store"


FAULTY = {
    "no choice": [scene("awal", ("a", "buntu"), ("b", "selamat")), scene("buntu"), WHOLE[3]],
    "no ending": [scene("awal", ("a", "lagi")), scene("lagi", ("b", "awal"))],
    "dead target": [scene("awal", ("a", "selamat"), ("b", "salah-tulis")), WHOLE[3]],
    "unreachable": [scene("awal", ("a", "selamat")), scene("pulau", ("a", "selamat")), WHOLE[3]],
}


@pytest.mark.django_db
class TestPublishing:
    @pytest.mark.parametrize("scenes", FAULTY.values(), ids=FAULTY)
    def test_a_faulty_story_is_a_draft(self, site: World, client: Client, scenes: list) -> None:
        page = story(site, scenes, live=False)
        with pytest.raises(NotPublishable):
            page.save_revision().publish()
        assert not StoryPage.objects.get(pk=page.pk).live
        assert client.get(START).status_code == 404

    def test_the_public_row_refuses_it_too(self, site: World) -> None:
        page = story(site)
        page.scenes = StoryPage._meta.get_field("scenes").stream_block.to_python(FAULTY["dead target"])
        with pytest.raises(ValidationError, match="awal → salah-tulis"):
            page.save()

    def test_a_public_story_stays_as_it_was(self, site: World, client: Client) -> None:
        page = story(site)
        page.scenes = StoryPage._meta.get_field("scenes").stream_block.to_python(FAULTY["no choice"])
        with pytest.raises(NotPublishable):
            page.save_revision().publish()
        generation.replace()
        assert len(walk(client, START)) == 5


@pytest.mark.django_db
class TestTranslation:
    def english(self, site: World, page: StoryPage) -> None:
        """An English version: every string with an E before it."""
        page = StoryPage.objects.get(pk=page.pk)
        strings = [string.string.data for string in translation.strings(page)]
        translation.store(page, site.locales["en"], [f"E {text}" for text in strings])
        generation.replace()

    def test_it_is_walked_in_both_languages(self, site: World, client: Client) -> None:
        page = story(site)
        page.save_revision().publish()
        self.english(site, page)
        start = START.replace("/id/", "/en/")
        seen = walk(client, start)
        assert len(seen) == 5
        assert seen[f"{start}tanya/"].h1.text == "E Adegan tanya"
        links = {str(link["href"]) for link in seen[f"{start}tanya/"].select("nav.lang a")}
        assert links == {f"{START}tanya/"}

    def test_no_code_is_given_to_translators(self, site: World) -> None:
        texts = {string.string.data for string in translation.strings(StoryPage.objects.get(pk=story(site).pk))}
        assert "Bertanya dulu" in texts
        assert not texts & {"awal", "tanya", "selamat", "safe", "harmed"}

    def test_a_scene_that_is_not_translated_yet_leads_to_the_beginning(self, site: World, client: Client) -> None:
        page = story(site)
        page.save_revision().publish()
        self.english(site, page)
        page.scenes = StoryPage._meta.get_field("scenes").stream_block.to_python(
            [
                scene("awal", ("Bertanya dulu", "tanya"), ("Ikut saja", "ikut"), ("Lari", "lari")),
                *WHOLE[1:],
                scene("lari", ("Minta tolong", "ditolong")),
            ]
        )
        page.save_revision().publish()
        generation.replace()
        assert len(walk(client, START)) == 6
        start = START.replace("/id/", "/en/")
        assert endings(walk(client, start)) == {f"{start}selamat/", f"{start}ditolong/"}
        answer = client.get(f"{start}lari/")
        assert (answer.status_code, answer["Location"]) == (302, start)
