"""A page read aloud: said where it is true, loaded when it is pressed, and with no word in the file but the spoken ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from content.core import examples
from content.core.examples import FOLDER
from content.core.models import HomePage, Recording, StandardPage
from content.core.services import put_sound
from content.registers import generation
from portal import cache, listening, sharing
from tests.content.core.test_audio import FRAME, tag
from tests.factories.jobs import day
from tests.portal.admin_forms import errors_of, fields_of
from tests.site import World
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db
SOUND = (FOLDER / "hak-dan-biaya.id.mp3").read_bytes()


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    cache.process_copies.clear()
    return tmp_path


@pytest.fixture
def page(site: World) -> StandardPage:
    return site.homes["id"].add_child(instance=StandardPage(title="Hak Anda", slug="hak"))


def record(page: StandardPage, **values: object) -> Recording:
    made = Recording(page=page, voice="machine", transcript="Kata pertama.", source_note="espeak-ng", licence="CC0")
    for name, value in {"consent": "none", "recorded_on": day(0), **values}.items():
        setattr(made, name, value)
    put_sound(made, ContentFile(SOUND, "sound.mp3"))
    made.save()
    generation.replace()
    return made


def text_of(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


class TestReading:
    def test_the_page_says_what_there_is_to_hear_and_what_it_costs(self, page: StandardPage) -> None:
        record(page)
        found = BeautifulSoup(text_of("/id/hak/"), "html5lib").select_one('a[href^="/id/dengar/"]')
        said = found.find_parent("p").get_text(" ", strip=True)
        assert ("25 detik" in said, "74,7" in said, "suara mesin" in said) == (True, True, True)
        assert "<audio" not in text_of("/id/hak/")

    def test_the_player_loads_nothing_by_itself(self, page: StandardPage) -> None:
        record(page)
        answer = Client().get(listening.address(page.pk, "id"))
        player = BeautifulSoup(answer.content, "html5lib").select_one("audio")
        assert (player["preload"], player.has_attr("autoplay"), player.has_attr("controls")) == ("none", False, True)
        assert "media-src 'self'" in answer["Content-Security-Policy"]
        text = answer.content.decode()
        assert "Kata pertama." in text
        assert "suara mesin" in text
        assert "<audio" not in text_of(listening.address(page.pk, "id") + "?hemat=1")

    def test_a_person_is_no_machine(self, page: StandardPage) -> None:
        record(page, voice="human")
        assert "suara orang" in text_of("/id/hak/")
        assert "suara mesin" not in text_of(listening.address(page.pk, "id"))

    def test_a_page_without_a_recording_says_nothing_of_one(self, page: StandardPage) -> None:
        generation.replace()
        assert "/dengar/" not in text_of("/id/hak/")
        assert Client().get(listening.address(page.pk, "id")).status_code == 404

    def test_a_recording_without_its_file_is_none(self, page: StandardPage, files: Path) -> None:
        held = record(page)
        (files / held.file.name).unlink()
        generation.replace()
        assert "/dengar/" not in text_of("/id/hak/")
        assert Client().get(listening.address(page.pk, "id")).status_code == 404

    def test_a_sensitive_page_is_not_read_aloud(self, page: StandardPage) -> None:
        record(page)
        page.sensitive = True
        page.save()
        generation.replace()
        assert "/dengar/" not in text_of("/id/hak/")
        assert Client().get(listening.address(page.pk, "id")).status_code == 404

    def test_another_language_is_not_read_by_it(self, page: StandardPage) -> None:
        record(page)
        assert Client().get(listening.address(page.pk, "en")).status_code == 404

    def test_the_switcher_leads_to_the_page_in_other_languages_and_search_engines_are_told_nothing_of_it(
        self, page: StandardPage, site: World
    ) -> None:
        record(page)
        assert not BeautifulSoup(text_of(listening.address(page.pk, "id")), "html5lib").select("nav.lang a")
        english = page.copy_for_translation(Locale.objects.get(language_code="en"))
        english.live = True
        english.save()
        generation.replace()
        found = BeautifulSoup(text_of(listening.address(page.pk, "id")), "html5lib")
        assert [link["href"] for link in found.select("nav.lang a")] == [english.url]
        assert not found.select("link[hreflang=en]")
        record(english)
        found = BeautifulSoup(text_of(listening.address(page.pk, "id")), "html5lib")
        assert [link["href"] for link in found.select("nav.lang a")] == [listening.address(english.pk, "en")]
        assert found.select("link[hreflang=en]")

    @pytest.mark.parametrize("late", [0, 40])
    def test_the_example_is_no_older_than_the_page_it_was_shipped_with(self, site: World, late: int) -> None:
        shipped = site.homes["id"].add_child(instance=StandardPage(title="Hak dan biaya", slug="hak-dan-biaya"))
        moment = dt.datetime.combine(examples.RECORDED_ON, dt.time(12), dt.UTC) + dt.timedelta(days=late)
        StandardPage.objects.filter(pk=shipped.pk).update(last_published_at=moment)
        generation.replace()
        examples.load(lambda what, done, total: None)
        made = Recording.objects.get(page=shipped)
        assert made.recorded_on == moment.date()
        assert not made.newer_page

    def test_a_page_that_changed_since_says_so(self, page: StandardPage) -> None:
        page.save_revision().publish()
        record(page, recorded_on=day(-3))
        assert "lebih baru daripada rekaman" in text_of(listening.address(page.pk, "id"))
        Recording.objects.update(recorded_on=day(0))
        generation.replace()
        assert "lebih baru daripada rekaman" not in text_of(listening.address(page.pk, "id"))

    def test_it_costs_a_page_no_query(self, page: StandardPage) -> None:
        generation.replace()
        text_of("/id/hak/?segar=1")
        with CaptureQueriesContext(connection) as without:
            text_of("/id/hak/?segar=1")
        record(page)
        text_of("/id/hak/?segar=1")
        with CaptureQueriesContext(connection) as asked:
            text_of("/id/hak/?segar=1")
        assert len(asked) == len(without)


class TestFiles:
    def test_a_part_can_be_asked_for(self, page: StandardPage) -> None:
        address = record(page).file.url
        part = Client().get(address, headers={"range": "bytes=100-199"})
        assert part.status_code == 206
        assert part["Content-Range"] == f"bytes 100-199/{len(SOUND)}"
        assert b"".join(part.streaming_content) == SOUND[100:200]
        rest = Client().get(address, headers={"range": f"bytes={len(SOUND) - 5}-"})
        assert b"".join(rest.streaming_content) == SOUND[-5:]
        assert Client().get(address, headers={"range": "bytes=99999999-"}).status_code == 416
        for strange in ("bytes=-5", "bytes=5-1,7-9", "lines=1-2", "bytes=a-b"):
            whole = Client().get(address, headers={"range": strange})
            assert (whole.status_code, b"".join(whole.streaming_content)) == (200, SOUND), strange

    @pytest.mark.parametrize(
        "raw", [b"<script>", FRAME * 2, FRAME * 40_000], ids=["no sound", "too short", "too large or long"]
    )
    def test_what_is_no_recording_is_refused(self, page: StandardPage, raw: bytes) -> None:
        with pytest.raises(ValidationError):
            put_sound(Recording(page=page), ContentFile(raw, "x.mp3"))

    def test_one_that_is_too_long_is_refused(self, page: StandardPage) -> None:
        frame = bytes((0xFF, 0xE3, 0x18, 0xC4)) + bytes(68)  # 8 kbit/s at 8,000 Hz: small, and 17 minutes of it
        with pytest.raises(ValidationError, match="15"):
            put_sound(Recording(page=page), ContentFile(frame * 14_200, "x.mp3"))

    def test_the_sound_of_a_page_that_nobody_may_read_any_more_has_left_its_address(
        self, page: StandardPage, files: Path, django_capture_on_commit_callbacks: Callable[..., Any]
    ) -> None:
        name = record(page).file.name
        for hide in (page.unpublish, lambda: make_sensitive(page)):
            with django_capture_on_commit_callbacks(execute=True):
                hide()
            assert Client().get(f"/media/{name}").status_code == 404
            moved = Recording.objects.get().file
            assert moved.read() == Client().get(f"/media/{moved.name}").getvalue() != b""
            name = moved.name
            assert [one.name for one in (files / "suara").iterdir()] == [Path(name).name]
            page.refresh_from_db()

    def test_one_that_is_published_again_keeps_its_address(self, page: StandardPage) -> None:
        name = record(page).file.name
        page.save_revision().publish()
        assert Recording.objects.get().file.name == name


def make_sensitive(page: StandardPage) -> None:
    page.sensitive = True
    page.save_revision().publish()


class TestEditing:
    @pytest.fixture
    def client(self, signed_in: SignedIn) -> Client:
        return signed_in("editor")

    @pytest.fixture
    def shown(self, homes: dict[str, HomePage]) -> StandardPage:
        return homes["id"].add_child(instance=StandardPage(title="Hak Anda", slug="hak"))

    def form(self, client: Client, page: StandardPage, raw: bytes, address: str = "new/") -> dict:
        held = fields_of(client.get(f"/akun/cms/recordings/{address}").content.decode())
        words = {"voice": "human", "transcript": "Kata.", "source_note": "Siaran desa", "licence": "CC BY 4.0"}
        file = SimpleUploadedFile("rumah siti lumajang.mp3", raw, "audio/mpeg")
        return {**held, **words, "page": page.pk, "consent": "written", "recorded_on": f"{day(0)}", "file": file}

    def test_an_upload_keeps_its_sound_and_no_name(
        self, client: Client, shown: StandardPage, files: Path, django_capture_on_commit_callbacks
    ) -> None:
        raw = tag(b"TPE1 Siti dari Lumajang") + SOUND
        answer = client.post("/akun/cms/recordings/new/", self.form(client, shown, raw))
        assert answer.status_code == 302, errors_of(answer)
        held = Recording.objects.get()
        assert (held.seconds, held.size) == (25, len(SOUND))
        assert "siti" not in held.file.name
        assert (files / held.file.name).read_bytes() == SOUND
        first = held.file.name
        with django_capture_on_commit_callbacks(execute=True):
            other = self.form(client, shown, SOUND[:20_000], f"edit/{held.pk}/")
            answer = client.post(f"/akun/cms/recordings/edit/{held.pk}/", other)
        assert answer.status_code == 302, errors_of(answer)
        assert not (files / first).exists()
        assert Recording.objects.get().size < 20_001
        with django_capture_on_commit_callbacks(execute=True):
            Recording.objects.get().delete()
        assert not list((files / "suara").iterdir())

    def test_a_wrong_file_and_a_sensitive_page_are_refused(self, client: Client, shown: StandardPage) -> None:
        answer = client.post("/akun/cms/recordings/new/", self.form(client, shown, b"<script>"))
        assert "Ini bukan MP3" in errors_of(answer)
        shown.sensitive = True
        shown.save()
        bare = {**self.form(client, shown, SOUND), "transcript": "Bayar 5.000.000 ke {fakta:tidak-ada}."}
        refused = errors_of(client.post("/akun/cms/recordings/new/", bare))
        assert "5.000.000" in refused
        assert "fakta:tidak-ada" in refused
        answer = client.post("/akun/cms/recordings/new/", self.form(client, shown, SOUND))
        assert "sensitif" in errors_of(answer)
        assert not Recording.objects.exists()

    def test_the_list_shows_what_there_is(self, client: Client, shown: StandardPage) -> None:
        record(shown)
        text = client.get("/akun/cms/recordings/").content.decode()
        assert ("Hak Anda" in text, "25 detik" in text, "Suara mesin" in text) == (True, True, True)


def test_addresses_hold_the_short_code() -> None:
    assert listening.address(37, "id") == f"/id/dengar/{sharing.code_of(37)}/"
    assert settings.MEDIA_URL == "/media/"


def test_a_path_that_leads_out_of_the_folder_is_not_there_and_says_nothing_of_it(
    site: World, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("../db/lentera.sqlite3", "a/../../db/x", "%2e%2e/db/x"):
        assert Client().get(f"/media/{path}").status_code == 404
    assert "sqlite3" not in caplog.text
