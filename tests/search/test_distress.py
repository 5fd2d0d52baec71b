"""Words of distress: help stands above the results for whoever may need it, and for nobody who asks about work."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override

from content.registers.models import Distress
from search import distress
from tests.search.world import home, settle
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db

SEED = Path(settings.BASE_DIR, "content", "registers", "seed", "distress.toml")
CRIES = tomllib.loads(Path(__file__).with_name("cries.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def fresh() -> None:
    """What the test before had entered is rolled back."""
    settle()


@pytest.fixture
def seeded() -> None:
    for row in tomllib.loads(SEED.read_text(encoding="utf-8"))["distress"]:
        made = Distress(**row)
        made.full_clean()
        made.save()
    settle()


@pytest.mark.usefixtures("seeded")
def test_danger_is_heard_and_a_question_about_work_is_not_taken_for_it() -> None:
    cries, about_work = (
        [words for group in CRIES[heard].values() for words in group] for heard in ("heard", "not_heard")
    )
    assert [words for words in cries if not distress.is_in(words)] == []
    assert [words for words in (*about_work, "") if distress.is_in(words)] == []


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("wish", ["help me find a job", "tolong saya mau kerja di taiwan", "please help me apply"])
def test_a_wish_for_work_is_no_cry_but_takes_none_away(wish: str) -> None:
    assert not distress.is_in(wish)
    for cry in ("saya disekap", "they hit me"):
        assert distress.is_in(f"{wish} {cry}")
        assert distress.is_in(f"{cry}, {wish}")
    assert distress.is_in(f"{wish} tapi di sini saya tidak melihat matahari")


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("cry", ["tolong ", "help me ", "tolong"])
def test_a_cry_that_is_repeated_without_end_is_heard(client: Client, cry: str) -> None:
    home("id")
    assert 'class="help"' in client.get("/id/cari/", {"q": cry * 1_500}).content.decode().partition("</main>")[0]


@pytest.mark.usefixtures("seeded")
def test_no_judged_question_is_taken_for_a_cry() -> None:
    files = Path(settings.BASE_DIR, "tests", "search", "judgements").glob("*.toml")
    asked = [words for path in files for group in tomllib.loads(path.read_text()).values() for words in group]
    heard = [words for words in asked if distress.is_in(words)]
    assert len(asked) > 200
    assert len(heard) <= len(asked) // 40, heard


def test_an_entry_works_with_the_next_question_and_whole_words_are_meant() -> None:
    assert not distress.is_in("didol agen")
    Distress.objects.create(code="dijual", words={"jv": "didol, nulungi aku"})
    settle()
    assert distress.is_in("Aku DIDOL agen")
    assert distress.is_in("nulungi aku")
    assert not distress.is_in("nulungi")
    assert not distress.is_in("didolan")


def test_the_words_of_an_entry_stand_for_all_who_say_them() -> None:
    Distress.objects.create(
        code="x", words={"id": "tidak boleh keluar, paspor dikubur, dicekal, tolong saya, agen kabur"}
    )
    settle()
    for words in (
        "gaboleh kluar", "aku ngga bisa keluar", "we are not allowed to keluar", "dilarang keluar", "can't keluar",
        "paspor asli kami masih dikubur", "bos mengubur pasporku", "ngubur passport", "di cekal", "majikanku mencekal adik",
        "tolong ibuku", "boss kabur",
    ):  # fmt: skip
        assert distress.is_in(words), words
    for words in ("boleh keluar", "paspor tidak dikubur", "mencekal", "tolong", "keluar tidak boleh", "kubur paspor"):
        assert not distress.is_in(words), words


@pytest.mark.usefixtures("seeded")
def test_one_of_several_texts_is_enough_and_a_long_one_takes_no_time() -> None:
    assert distress.is_in("xx", "", "disekap")
    assert not distress.is_in("", "xx")
    started = time.process_time()
    assert not distress.is_in(" ".join(f"dipukx{a}{b}{c}" for a in "abcdefgh" for b in "abcdef" for c in "abcde"))
    assert time.process_time() - started < 10


def test_words_that_stand_alone_are_heard_alone() -> None:
    Distress.objects.create(code="tolong", words={"id": "tolong, minta bantuan"}, alone=True)
    settle()
    assert distress.is_in("tolong minta bantuan tolong")
    assert not distress.is_in("tolong kerja")
    assert not distress.is_in("minta")


def test_what_cannot_be_compared_is_refused() -> None:
    for words in ({"id": "🙂"}, {"id": "satu dua tiga empat lima enam"}, {"id": ", ".join(map(str, range(41)))}, {}):
        with override("en"), pytest.raises(ValidationError):
            Distress(code="x", words=words).full_clean()


def test_an_editor_keeps_them_in_the_cms(signed_in: SignedIn) -> None:
    client = signed_in("editor")
    address = "/akun/cms/registers/distress/"
    sent = {"code": "disekap", "words_id": "disekap, dikurung", "alone": "on"}
    assert client.post(f"{address}new/", sent).status_code == 302
    row = Distress.objects.get()
    assert (row.words, row.alone) == ({"id": "disekap, dikurung"}, True)
    assert "disekap, dikurung" in client.get(f"{address}?q=dikurung").content.decode()
