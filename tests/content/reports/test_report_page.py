"""The page of the form in the CMS: plain words, two people, and the snapshot that the form reads (DECISIONS 42)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from content.core import translation
from content.core.models import HomePage, SiteProof
from content.registers.models import Channel, Fact, Region
from content.reports import services
from content.reports.models import ReportPage
from content.reports.services import write_snapshots
from content.reports.vault import installation, snapshot
from content.reports.vault.models import Report
from content.reports.vault.pages import unreachable
from tests.content.reports import reporting
from tests.content.reports.reporting import (
    STORY,
    Reporter,
    assert_closed,
    kept_in,
    make_unit,
    receipt_in,
    text_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "reports"], transaction=False)

TODAY = dt.date(2026, 11, 22)
WORDS = {
    "heading": "Ceritakan tanpa nama",
    "lead": "Tidak perlu nama.\n\nTelepon {kanal:polisi-110} bila perlu.",
    "readers": "Batas usia {fakta:usia-kawin} tahun.",
}


def channel(slug: str, value: str, **fields: object) -> Channel:
    return Channel.objects.create(
        **{
            "slug": slug,
            "kind": "phone",
            "organisation": {"id": "Contoh", "en": "Example"},
            "name": {"id": slug, "en": slug},
            "value": value,
            "purpose": {"id": "Contoh", "en": "Example"},
            "verified_on": TODAY,
            "verify_by": TODAY + dt.timedelta(days=30),
            "steward": "Contoh",
            **fields,
        }
    )


@pytest.fixture
def registers(db: None) -> None:
    """A few numbers, a country and a province."""
    channel("polisi-110", "110", emergency=True)
    channel("kp2mi-luar-negeri", "+62 000 1", abroad=True)
    channel("kp2mi-wa", "0800-0000-001", kind="whatsapp", abroad=True)
    channel("kemlu-pwni", "+62 000 2", abroad=True)
    channel("perwakilan", "+855 000 3", country="KH")
    Fact.objects.create(
        slug="usia-kawin",
        kind="number",
        label={"id": "usia", "en": "age"},
        number=19,
        verified_on=TODAY,
        verify_by=TODAY,
        steward="Contoh",
    )
    Region.objects.create(code="35", name="Jawa Timur")
    Region.objects.create(code="35.09", name="Kabupaten Jember", province_id="35")


@pytest.fixture
def page(folder: Path, registers: None, homes: dict[str, HomePage]) -> ReportPage:
    """A live report form in Indonesian; its snapshot is written."""
    made = homes["id"].add_child(instance=ReportPage(locale=homes["id"].locale, **WORDS))
    made.save_revision().publish()
    write_snapshots()
    # The transaction of a test never commits: what was scheduled so far would stand in for what the test schedules.
    connection.run_on_commit.clear()
    return made


def held(language: str = "id") -> snapshot.Snapshot:
    found = snapshot.read(language)
    assert found
    return found


# What may be written


@pytest.mark.parametrize(
    "words",
    [
        "Telepon 0812 000 000",
        "Buka https://contoh.example",
        "Lihat www.contoh.example",
        "contoh.go.id",
        "<b>tebal</b>",
        "tulis@contoh.example",
        "Tekan {kanal:polisi-110} atau 112",
        "Nomor ١٢٣",
        "Undang-undang 21/2007",
    ],
)
def test_links_markup_and_typed_numbers_are_refused(page: ReportPage, words: str) -> None:
    page.lead = words
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert "lead" in refused.value.message_dict


@pytest.mark.parametrize("words", ["Tulis ke KP2MI atau BP3MI.", "Tekan {kanal:polisi-110}; “benar” – kata & tanda!"])
def test_plain_words_names_and_tokens_are_taken(page: ReportPage, words: str) -> None:
    page.lead = words
    page.full_clean()


def test_a_number_that_no_register_has_is_not_published(page: ReportPage) -> None:
    page.lead = "Telepon {kanal:tidak-ada}"
    with pytest.raises(ValidationError, match="tidak-ada"):
        page.save_revision().publish()


def test_title_and_slug_are_fixed_by_code(page: ReportPage) -> None:
    page.title, page.slug, page.sensitive, page.show_in_menus = "Lapor TPPO", "lapor-tppo", False, True
    page.save_revision().publish()
    page.refresh_from_db()
    assert (page.title, page.slug, page.sensitive, page.show_in_menus) == ("Formulir", "formulir", True, False)
    assert page.get_sitemap_urls() == []


@pytest.mark.parametrize(("address", "leads_to"), [("/id/formulir/", "/layanan/"), ("/jv/formulir/", "/layanan/jv/")])
def test_the_address_in_the_tree_leads_to_the_plain_path(
    page: ReportPage, client: Client, address: str, leads_to: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == leads_to


# The snapshot


def test_the_snapshot_holds_words_numbers_and_places(page: ReportPage) -> None:
    found = held()
    assert found.texts == WORDS
    assert found.help == ["kanal:polisi-110"]
    assert found.numbers["fakta:usia-kawin"].words == "19"
    assert found.missions == {"KH": ["kanal:perwakilan"]}
    assert found.provinces == [("35", "Jawa Timur")]
    assert found.regencies == {"35": [("35.09", "Kabupaten Jember")]}
    assert found.countries == [("KH", "Kamboja")]
    assert found.html("lead") == '<p>Tidak perlu nama.</p><p>Telepon <a href="tel:110">110</a> bila perlu.</p>'


def test_a_page_to_read_is_no_help_for_whoever_is_held_in_its_country(page: ReportPage) -> None:
    """Of Japan the registers hold one channel: the page of a programme for workers."""
    channel("jepang-ssw", "https://id.emb-japan.go.jp/ssw", kind="url", country="JP")
    services.write_snapshots()
    assert held().missions == {"KH": ["kanal:perwakilan"]}
    assert "JP" in dict(held().countries)


def test_the_sentences_below_a_state_reach_the_snapshot_as_plain_words(page: ReportPage) -> None:
    for name in ReportPage.SENTENCES:
        setattr(page, name, f"Kalimat {name.replace('_', ' ')}, {{kanal:polisi-110}}.")
    page.save_revision().publish()
    write_snapshots()
    found = held()
    for name in ReportPage.SENTENCES:
        assert found.words(name) == f"Kalimat {name.replace('_', ' ')}, 110."
    page.sub_waiting = "Telepon 0812 3456"
    with pytest.raises(ValidationError, match=r"No typed numbers|angka"):
        page.full_clean()


def test_a_number_is_shown_from_abroad_only_once_called(page: ReportPage) -> None:
    assert held().abroad == ["kanal:kp2mi-luar-negeri", "kanal:kp2mi-wa"]
    Channel.objects.filter(slug="kemlu-pwni").update(check_kind="called")
    write_snapshots()
    assert held().abroad == ["kanal:kp2mi-luar-negeri", "kanal:kp2mi-wa", "kanal:kemlu-pwni"]


def test_from_abroad_a_number_is_shown_as_it_is_dialled_there(page: ReportPage) -> None:
    assert held().numbers["kanal:kp2mi-wa"].words == "+62 800-0000-001"
    assert held().numbers["kanal:kp2mi-luar-negeri"].words == "+62 000 1"


@pytest.mark.parametrize("what", ["channel", "fact", "region", "proof", "page"])
def test_a_change_reaches_the_snapshot_after_commit(
    page: ReportPage, what: str, django_capture_on_commit_callbacks: Callable
) -> None:
    before = held()
    with django_capture_on_commit_callbacks(execute=True):
        match what:
            case "channel":
                number = Channel.objects.get(slug="polisi-110")
                number.value = "112"
                number.save()
            case "fact":
                fact = Fact.objects.get()
                fact.number = 21
                fact.save()
            case "region":
                Region.objects.create(code="36", name="Banten")
            case "proof":
                SiteProof.objects.create(owner="a", decree="b", host="c.go.id")
            case "page":
                page.lead = "Lain."
                page.save_revision().publish()
        assert held() == before
    after = held()
    assert after != before
    assert {
        "channel": after.numbers["kanal:polisi-110"].words,
        "fact": after.numbers["fakta:usia-kawin"].words if "fakta:usia-kawin" in after.numbers else "",
        "region": dict(after.provinces).get("36"),
        "proof": after.proofs,
        "page": after.texts["lead"],
    }[what] == {"channel": "112", "fact": "21", "region": "Banten", "proof": [("a", "b", "c.go.id")], "page": "Lain."}[
        what
    ]


def test_a_regional_language_has_its_heading_and_no_more(page: ReportPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "held_by", lambda language: {"Report without a name"} if language == "su" else set())
    write_snapshots()
    assert set(held("su").texts) == {"heading"}
    assert snapshot.read("mad") is None
    assert snapshot.languages() == ["id"]
    page.unpublish()
    write_snapshots()
    assert snapshot.read("su") is None


def test_many_changes_write_it_once(page: ReportPage, django_capture_on_commit_callbacks: Callable) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        for entry in Channel.objects.all():
            entry.save()
        Region.objects.create(code="36", name="Banten")
    assert [callback for callback in callbacks if callback is write_snapshots] == [write_snapshots]


def test_an_unpublished_page_closes_the_form(page: ReportPage, django_capture_on_commit_callbacks: Callable) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert snapshot.read("id") is None


def test_tick_mends_what_is_lost_and_changes_nothing_else(page: ReportPage, folder: Path) -> None:
    assert write_snapshots() == 0
    (folder / "reports" / "snapshots" / "id.json").write_text("{broken")
    call_command("tick", verbosity=0)
    assert held().texts == WORDS


def test_a_page_for_the_web_server_lies_beside_it(page: ReportPage, folder: Path) -> None:
    shown = folder / "reports" / "pages" / "layanan-tutup.html"
    assert "tel:110" in shown.read_text()
    Channel.objects.filter(slug="polisi-110").update(value="112")
    write_snapshots()
    assert "tel:112" in shown.read_text()


def test_there_is_one_for_each_language_that_is_complete(page: ReportPage, folder: Path) -> None:
    pages = {path.name: path.read_text() for path in (folder / "reports" / "pages").iterdir()}
    assert set(pages) == {"layanan-tutup.html", "layanan-tutup.en.html"}
    assert "<html lang=id>" in pages["layanan-tutup.html"]
    # As the form itself: Indonesian until its words are there in English.
    assert "<html lang=id>" in pages["layanan-tutup.en.html"]
    assert write_snapshots() == 0
    snapshot.write(reporting.words("en"))
    english = unreachable("en").decode()
    assert "<html lang=en>" in english
    assert "tel:110" in english


def test_what_is_over_gives_way_to_its_sentence_on_the_day(page: ReportPage) -> None:
    Channel.objects.filter(slug="kp2mi-luar-negeri").update(
        valid_until=TODAY, fallback={"id": "Tanyakan ke perwakilan.", "en": "Ask the mission."}
    )
    Channel.objects.filter(slug="polisi-110").update(valid_until=TODAY, fallback={"id": "x", "en": "x"})
    page.lead = "Telepon {kanal:kp2mi-luar-negeri}."
    page.save_revision().publish()
    write_snapshots()
    with time_machine.travel("2026-11-22T16:59:00+00:00", tick=False):  # 23.59 in Jakarta
        assert "+62 000 1" in held().html("lead")
        assert [number.words for number in held().shown(held().abroad)] == ["+62 000 1", "+62 800-0000-001"]
    with time_machine.travel("2026-11-22T17:00:00+00:00", tick=False):
        assert held().html("lead") == "<p>Telepon Tanyakan ke perwakilan..</p>"
        assert [number.words for number in held().shown(held().abroad)] == ["+62 800-0000-001"]
        assert [number.words for number in held().shown(held().help)] == ["110"]


def test_the_sentence_that_stands_in_may_name_another_number(page: ReportPage) -> None:
    Channel.objects.filter(slug="kp2mi-luar-negeri").update(
        valid_until=TODAY - dt.timedelta(days=1),
        fallback={"id": "Telepon {kanal:polisi-110}.", "en": "Call {kanal:polisi-110}."},
    )
    write_snapshots()
    assert held().numbers["kanal:kp2mi-luar-negeri"].fallback == "Telepon 110."


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("id", "(kontak ini sedang diperiksa: pakai nomor bantuan di halaman ini)"),
        ("en", "(contact being checked: use the help numbers on this page)"),
        ("jv", '<span lang="id">(kontak ini sedang diperiksa: pakai nomor bantuan di halaman ini)</span>'),
    ],
)
def test_a_number_that_is_gone_leaves_a_sentence(language: str, sentence: str) -> None:
    """Never a gap, never the raw code (DECISIONS 13): also when it was deleted past everything."""
    words = snapshot.Snapshot(language, texts={"lead": "Telepon {kanal:tidak-ada} {fakta:tidak-ada}."})
    assert sentence in words.html("lead")
    assert "{" not in words.html("lead")
    assert "{" not in words.words("lead")


def test_deleting_a_number_past_everything_rewrites_the_form(page: ReportPage, client: Client) -> None:
    Channel.objects.filter(slug="kp2mi-luar-negeri").delete()
    page.lead = "Telepon {kanal:polisi-110}."
    page.save_revision().publish()
    Channel.objects.filter(slug="polisi-110").delete()
    write_snapshots()
    assert "(kontak ini sedang diperiksa" in held().html("lead")


# In the CMS


@pytest.mark.parametrize(
    ("mode", "words"), [("", "Ceritakan tanpa nama"), ("closed", "Formulir ditutup"), ("sent", "Laporan Anda sudah")]
)
def test_the_preview_is_switched_off(page: ReportPage, mode: str, words: str) -> None:
    shown = text_of(page.make_preview_request(preview_mode=mode))
    assert words in shown
    for button in re.findall(r"<button[^>]*>", shown):
        assert " disabled" in button


def test_an_unsaved_page_can_be_previewed(folder: Path, registers: None, homes: dict[str, HomePage]) -> None:
    draft = ReportPage(locale=homes["en"].locale, heading="Tell it", lead="Not saved yet.")
    shown = text_of(draft.make_preview_request())
    assert "Not saved yet." in shown
    assert "<html lang=en>" in shown


def edit(client: Client, page: ReportPage, **changed: str) -> object:
    """Send the editor of the page with its own texts and a press on “publish”."""
    words = {name: getattr(page, name) for name in ReportPage.TEXTS}
    data = {
        **words,
        **changed,
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "page_sources-TOTAL_FORMS": "0",
        "page_sources-INITIAL_FORMS": "0",
        "steward": page.steward,
        "sensitive": "on",
        "action-publish": "1",
    }
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)


def test_nobody_publishes_their_own_words_and_a_second_person_does(
    page: ReportPage, signed_in: Callable[..., Client]
) -> None:
    first, second = signed_in("editor"), signed_in("editor")
    edit(first, page, lead="Kata baru dari orang pertama.")
    page.refresh_from_db()
    assert page.lead == WORDS["lead"]
    draft = page.get_latest_revision_as_object()
    assert draft.lead == "Kata baru dari orang pertama."
    edit(second, draft)
    page.refresh_from_db()
    assert page.lead == "Kata baru dari orang pertama."


class TestTranslatedWords:
    """The English words are written string by string; whoever wrote none of the new ones publishes them."""

    @pytest.fixture
    def english(self, page: ReportPage) -> ReportPage:
        """As the loader leaves it: written by nobody known."""
        texts = [f"English {letter}." for letter, _string in zip("abcdefgh", translation.strings(page), strict=False)]
        return translation.store(page, Locale.objects.get(language_code="en"), texts)

    def _write(self, client: Client, english: ReportPage, **words: str | None) -> None:
        held = translation.translation_of(english)
        assert held
        for path, text in words.items():
            segment = held.source.stringsegment_set.get(context__path=path)
            address = reverse("wagtail_localize:edit_string_translation", args=[held.pk, segment.pk])
            if text is None:
                client.delete(address)
            else:
                body = urlencode({"value": text})
                client.put(address, body, content_type="application/x-www-form-urlencoded")

    def _publish(self, client: Client, english: ReportPage, capture: Callable) -> str:
        with capture(execute=True):
            client.post(reverse("wagtailadmin_pages:edit", args=[english.pk]), {"action": "publish"})
        english.refresh_from_db()
        return english.lead

    def test_another_person_publishes_them(
        self, english: ReportPage, signed_in: Callable[..., Client], django_capture_on_commit_callbacks: Callable
    ) -> None:
        first, second = signed_in("editor"), signed_in("editor")
        self._write(first, english, lead="New words & a promise.")
        assert self._publish(first, english, django_capture_on_commit_callbacks) != "New words & a promise."
        assert self._publish(second, english, django_capture_on_commit_callbacks) == "New words & a promise."

    def test_a_second_person_who_changes_a_word_becomes_an_author(
        self, english: ReportPage, signed_in: Callable[..., Client], django_capture_on_commit_callbacks: Callable
    ) -> None:
        first, second, third = (signed_in("editor") for _person in range(3))
        self._write(first, english, lead="First words.")
        self._write(second, english, readers="Second words.")
        for author in (first, second):
            assert self._publish(author, english, django_capture_on_commit_callbacks) != "First words."
        assert self._publish(third, english, django_capture_on_commit_callbacks) == "First words."

    @pytest.mark.parametrize("superuser", [False, True])
    def test_deleting_another_text_does_not_let_one_publish_alone(
        self,
        english: ReportPage,
        signed_in: Callable[..., Client],
        django_capture_on_commit_callbacks: Callable,
        superuser: bool,
    ) -> None:
        alone, second = signed_in("admin", is_superuser=superuser), signed_in("editor")
        self._write(alone, english, lead="Call our friend.", readers=None)
        assert self._publish(alone, english, django_capture_on_commit_callbacks) != "Call our friend."
        assert self._publish(second, english, django_capture_on_commit_callbacks) == "Call our friend."
        assert english.live_revision.user is not None

    def test_writing_past_the_buttons_is_refused_too(self, english: ReportPage, member: Callable[..., Any]) -> None:
        held = translation.translation_of(english)
        assert held
        author = member("editor")
        StringTranslation.objects.filter(context__path="lead").update(data="Mine.", last_translated_by=author)
        with pytest.raises(PermissionDenied):
            translation.write(held, author)


# When the page goes


@pytest.fixture
def open_form(page: ReportPage, folder: Path) -> Reporter:
    """A reporter before the open form, whose words come from the page."""
    installation.set_up()
    make_unit(folder, "", "Unit Contoh", demo=True)
    reporter = Reporter()
    assert reporter.get()["X-Intake"] == "open"
    return reporter


def test_one_person_closes_the_form_at_once_and_what_was_typed_comes_back(
    page: ReportPage,
    open_form: Reporter,
    signed_in: Callable[..., Client],
    django_capture_on_commit_callbacks: Callable,
) -> None:
    form = open_form.form()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in("editor").post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    page.refresh_from_db()
    assert not page.live
    assert_closed(open_form.get())
    answer = open_form.send(form)
    assert_closed(answer)
    assert kept_in(answer, "kept") == STORY
    assert not Report.objects.exists()


@pytest.mark.parametrize("way", ["page", "home", "rows", "expired", "moved", "parent unpublished"])
def test_however_the_page_goes_the_form_works_or_is_closed_with_numbers(
    page: ReportPage,
    open_form: Reporter,
    homes: dict[str, HomePage],
    way: str,
    django_capture_on_commit_callbacks: Callable,
) -> None:
    number = receipt_in(open_form.send())
    with django_capture_on_commit_callbacks(execute=True):
        match way:
            case "page":
                page.delete()
            case "home":
                homes["id"].delete()
            case "rows":
                ReportPage.objects.filter(pk=page.pk).delete()
            case "expired":
                ReportPage.objects.filter(pk=page.pk).update(expire_at=timezone.now())
                call_command("publish_scheduled", verbosity=0)
            case "moved":
                home = homes["id"].add_sibling(instance=HomePage(title="Lain", slug="lain", locale=page.locale))
                page.move(home, pos="last-child")
            case "parent unpublished":
                homes["id"].unpublish()
    if way in ("moved", "parent unpublished"):
        assert open_form.get()["X-Intake"] == "open"
        assert receipt_in(open_form.send())
    else:
        assert_closed(open_form.get())
        assert_closed(open_form.get("/layanan/en/"))
        assert_closed(open_form.get("/layanan/jv/"))
    assert "Laporan Anda" in text_of(open_form.status(number or ""))
    call_command("tick", verbosity=0)
    assert open_form.get()["X-Intake"] == ("open" if way in ("moved", "parent unpublished") else "closed")


def test_words_that_cannot_be_taken_away_stay_up(
    page: ReportPage, open_form: Reporter, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left")

    with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
        broken.setattr(snapshot, "remove", full)
        page.unpublish()
    assert open_form.get()["X-Intake"] == "open"
    call_command("tick", verbosity=0)
    assert_closed(open_form.get())
