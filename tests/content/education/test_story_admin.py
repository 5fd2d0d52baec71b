"""A story in the page editor: its map, drafts that may be unfinished, and what publishing refuses."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from content.education.models import EducationIndexPage, StoryIndexPage, StoryPage
from tests.content.education.story_world import WHOLE, scene
from tests.portal.admin_forms import errors_of, listed, page_form
from tests.staff import SignedIn

pytestmark = [pytest.mark.django_db(databases=["default", "reports"]), pytest.mark.usefixtures("new_generations")]
DEAD_END = [scene("awal", ("Ikut", "buntu"), ("Tidak", "selamat")), scene("buntu"), WHOLE[3]]
SENTENCE = "Ada adegan tanpa pilihan yang bukan akhir: buntu."


def typed(scenes: list) -> dict[str, str]:
    """The scenes as the browser sends them."""
    rows = []
    for one in scenes:
        value = dict(one["value"])
        for name in ("text", "advice"):
            value[name] = rich_text(value[name], features=["bold"])
        value["choices"] = listed([{"label": c["label"], "to": c["to"]} for c in value["choices"]])
        value["channels"] = listed(value["channels"])
        rows.append(("scene", value))
    return nested_form_data({"scenes": streamfield(rows)})


@pytest.fixture
def story(homes: dict) -> StoryPage:
    index = homes["id"].add_child(instance=EducationIndexPage(title="Pendidikan", slug="pendidikan"))
    room = index.add_child(instance=StoryIndexPage(title="Cerita", slug="cerita"))
    made = room.add_child(instance=StoryPage(title="Di desa", slug="di-desa", live=False))
    made.save_revision()
    return made


def edit(page: StoryPage) -> str:
    return f"/akun/cms/pages/{page.pk}/edit/"


def send(client: Client, page: StoryPage, scenes: list, **more: str) -> object:
    form = page_form(client, edit(page), StoryPage) | typed(scenes) | more
    return client.post(edit(page), form, follow=True)


def test_an_unfinished_story_is_saved_and_its_map_says_what_is_missing(signed_in: SignedIn, story: StoryPage) -> None:
    client = signed_in("editor")
    answer = send(client, story, DEAD_END)
    assert answer.redirect_chain, errors_of(answer)
    shown = BeautifulSoup(answer.content, "html.parser")
    assert SENTENCE in shown.text
    assert [box.title.text for box in shown.select(".story-map g.story-map__faulty")] == ["Adegan buntu (buntu)"]
    assert len(shown.select(".story-map path")) == 2
    assert len(StoryPage.objects.get(pk=story.pk).get_latest_revision_as_object().scenes) == 3


def test_publishing_it_is_refused_with_the_sentence(signed_in: SignedIn, story: StoryPage) -> None:
    answer = send(signed_in("editor"), story, DEAD_END, **{"action-publish": "1"})
    assert SENTENCE in errors_of(answer)
    assert not StoryPage.objects.get(pk=story.pk).live


def test_a_whole_story_is_published(signed_in: SignedIn, story: StoryPage) -> None:
    client = signed_in("editor")
    answer = send(client, story, WHOLE, **{"action-publish": "1"})
    assert StoryPage.objects.get(pk=story.pk).live, errors_of(answer)
    shown = BeautifulSoup(client.get(edit(story)).content, "html.parser")
    assert not shown.select(".story-map__faulty")
    assert "belum bisa diterbitkan" not in shown.text


def test_each_scene_can_be_previewed(signed_in: SignedIn, story: StoryPage) -> None:
    client = signed_in("editor")
    send(client, story, WHOLE)
    preview = f"{edit(story)}preview/"
    form = page_form(client, edit(story), StoryPage) | typed(WHOLE)
    assert client.post(preview, form).json()["is_valid"]
    assert BeautifulSoup(client.get(f"{preview}?mode=ditolong").content, "html.parser").h1.text == "Adegan ditolong"
    assert BeautifulSoup(client.get(f"{preview}?mode=awal").content, "html.parser").h1.text == "Di desa"
