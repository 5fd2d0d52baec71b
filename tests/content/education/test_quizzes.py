"""A quiz: every answer is explained, without an account, a script, or anything that is kept."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from content.core.permissions import NotPublishable
from content.education.models import EducationIndexPage, QuizIndexPage, QuizPage
from content.registers import generation
from tests.site import World

pytestmark = pytest.mark.django_db
URL = "/id/pendidikan/kuis/coba/"


def question(name: str, *rights: bool) -> dict[str, Any]:
    # In words: a bare number would not be published.
    answers = [
        {"text": f"{name}-{which}", "right": right, "feedback": f"<p>Karena {name}-{which}.</p>"}
        for which, right in zip(("satu", "dua", "tiga"), rights, strict=False)
    ]
    return {
        "type": "question",
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
        "value": {"question": f"Tanya {name}?", "answers": answers},
    }


TWO = [question("a", False, True), question("b", True, False, False)]


def made(site: World, questions: list, *, live: bool = True) -> QuizPage:
    index = site.homes["id"].add_child(instance=EducationIndexPage(title="Pendidikan", slug="pendidikan"))
    room = index.add_child(instance=QuizIndexPage(title="Kuis", slug="kuis"))
    page = QuizPage(title="Coba", slug="coba", live=live)
    page.questions = QuizPage._meta.get_field("questions").stream_block.to_python(questions)
    page = room.add_child(instance=page)
    generation.replace()
    return page


def shown(client: Client, query: str = "") -> BeautifulSoup:
    answer = client.get(f"{URL}?{query}" if query else URL)
    assert answer.status_code == 200
    assert not answer.cookies
    return BeautifulSoup(answer.content, "html5lib")


def test_the_form_asks_every_question_and_says_nothing_yet(site: World, client: Client) -> None:
    made(site, TWO)
    page = shown(client)
    assert [one.legend.text for one in page.select("main fieldset")] == ["1. Tanya a?", "2. Tanya b?"]
    assert len(page.select("main input[type=radio]")) == 5
    assert page.select_one("main form").get("method", "get") == "get"
    assert "Karena" not in page.text


def test_the_chosen_answer_and_the_right_one_are_explained(site: World, client: Client) -> None:
    made(site, TWO)
    text = shown(client, "q1=1&q2=1").select_one("main").get_text(" ", strip=True)
    assert "1 dari 2 jawaban tepat" in text
    assert "Belum tepat: a-satu Karena a-satu. Yang tepat: a-dua Karena a-dua." in text
    assert "b-satu Karena b-satu." in text
    assert "b-dua" not in text


def test_a_question_left_open_shows_the_right_answer(site: World, client: Client) -> None:
    made(site, TWO)
    text = shown(client, "q1=2").select_one("main").get_text(" ", strip=True)
    assert "1 dari 1 jawaban tepat. 1 dari 2 pertanyaan belum dijawab." in text
    assert "Belum dijawab. Yang tepat: b-satu" in text
    whole = shown(client, "q1=2&q2=1").select_one("main").get_text(" ", strip=True)
    assert "2 dari 2 jawaban tepat." in whole
    assert "elum dijawab" not in whole


@pytest.mark.parametrize("query", ["", "q1=1"])
def test_its_own_words_suit_every_reader(site: World, client: Client, query: str) -> None:
    """A quiz for young people says “kamu”, one for adults “Anda”; what stands around the questions says neither."""
    made(site, TWO)
    page = shown(client, query)
    assert "Anda" not in page.select_one("main .w, main").get_text() + page.title.get_text()
    assert "kamu" not in page.select_one("main").get_text()


def test_the_last_quiz_names_no_next_page_that_is_none(site: World, client: Client) -> None:
    page = made(site, TWO)
    assert not [card for card in shown(client, "q1=1").select("main a.go") if "Berikutnya" in card.get_text()]
    page.get_parent().add_child(instance=QuizPage(title="Lagi", slug="lagi", questions=page.questions))
    generation.replace()
    following = [card for card in shown(client, "q1=1").select("main a.go") if "Berikutnya" in card.get_text()]
    assert [card["href"] for card in following] == ["/id/pendidikan/kuis/lagi/"]


@pytest.mark.parametrize("query", ["q1=9", "q1=0", "q1=x", "q3=1", "q1=%D9%A1", "q1=-1", "q1=99999999999"])
def test_what_is_no_answer_gives_the_form_again(site: World, client: Client, query: str) -> None:
    made(site, TWO)
    assert shown(client, query).select("main form")


def test_answers_are_kept_by_nobody(site: World, client: Client) -> None:
    made(site, TWO)
    answer = client.get(f"{URL}?q1=1")
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "ETag" not in answer
    assert "must-revalidate" in client.get(URL)["Cache-Control"]


def test_a_question_needs_a_right_answer(site: World) -> None:
    page = made(site, [question("a", False, False)], live=False)
    block = page.questions[0].block
    with pytest.raises(ValidationError):
        block.clean(page.questions[0].value)


def test_a_quiz_without_a_question_is_a_draft(site: World) -> None:
    page = made(site, [], live=False)
    with pytest.raises(NotPublishable):
        page.save_revision().publish()
