"""What the CMS refuses to make public, and how it says so: unknown codes (DECISIONS 14) and bare numbers stay in drafts,
whichever button is pressed and whoever presses it, a person or the clock."""

from __future__ import annotations

import datetime as dt
import io
import logging
import re
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from content.core.models import StandardPage
from content.registers import generation
from content.registers.models import Channel
from tests.portal.admin_forms import errors_of, page_form
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db(databases=["default", "reports"])

# What must not become public, and how the sentence that says so begins; every test tries both.
PLANTED = {
    "an unknown code": ("{kanal:tidak-ada}", "Tidak ada fakta atau kanal bernama: {kanal:tidak-ada}"),
    "a bare number": ("0812345678", "Angka ini berdiri sendiri di dalam teks: “"),
}
TOKEN = UNKNOWN = TEXT = ""


@pytest.fixture(autouse=True, params=PLANTED)
def planted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    token, sentence = PLANTED[request.param]
    for name, value in (("TOKEN", token), ("UNKNOWN", sentence), ("TEXT", f"Telepon {token} segera.")):
        monkeypatch.setattr(f"{__name__}.{name}", value)


@pytest.fixture(autouse=True)
def new_generations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing commits in a test, so what waits for the commit happens at once."""
    monkeypatch.setattr(generation, "replace_after_commit", lambda using=None: generation.replace())


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("editor")


@pytest.fixture
def page(homes: dict, sapa: Channel) -> StandardPage:
    """A live page whose newest draft has an unknown code in it."""
    made = homes["id"].add_child(instance=StandardPage(title="Tentang", slug="tentang", summary="Lama."))
    made.save_revision().publish()
    made.refresh_from_db()
    made.summary = TEXT
    made.save_revision()
    return made


def _edit(page: Page) -> str:
    return f"/akun/cms/pages/{page.pk}/edit/"


def _shown(answer: Any) -> str:
    """Everything the CMS says on the page it ends on."""
    soup = BeautifulSoup(answer.content, "html.parser")
    return " ".join(" ".join(found.text.split()) for found in soup.select(".messages, .error-message"))


def _is_untouched(page: Page) -> None:
    """The public row still says what it said, and nothing waits to change it."""
    now = StandardPage.objects.get(pk=page.pk)
    assert now.live
    assert now.summary == "Lama."
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert TOKEN not in Client().get("/id/tentang/").content.decode()


class TestDrafts:
    """A draft may hold anything; its editor is told."""

    @pytest.mark.parametrize("where", ["summary", "body"])
    def test_it_is_saved_with_a_warning_that_names_the_code(
        self, client: Client, homes: dict, sapa: Channel, where: str
    ) -> None:
        page = homes["id"].add_child(instance=StandardPage(title="Tentang", slug="tentang"))
        page.save_revision().publish()
        stream = nested_form_data({"body": streamfield([("text", rich_text(f"<p>{TEXT}</p>", features=["bold"]))])})
        changed = {"summary": TEXT} if where == "summary" else stream
        answer = client.post(_edit(page), page_form(client, _edit(page), StandardPage) | changed, follow=True)
        assert answer.redirect_chain, errors_of(answer)
        assert UNKNOWN in _shown(answer)
        draft = StandardPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        assert TOKEN in draft.text_of_all_fields()
        assert TOKEN not in StandardPage.objects.get(pk=page.pk).text_of_all_fields()

    def test_a_new_page_is_saved_with_the_same_warning(self, client: Client, homes: dict, sapa: Channel) -> None:
        address = f"/akun/cms/pages/add/core/standardpage/{homes['id'].pk}/"
        form = page_form(client, address, StandardPage, title="Baru", slug="baru", summary=TEXT)
        answer = client.post(address, form, follow=True)
        assert UNKNOWN in _shown(answer)
        assert not StandardPage.objects.get(slug="baru").live

    def test_a_draft_without_one_is_not_warned_of(self, client: Client, homes: dict, sapa: Channel) -> None:
        page = homes["id"].add_child(instance=StandardPage(title="Tentang", slug="tentang"))
        form = page_form(client, _edit(page), StandardPage, summary="Telepon {kanal:sapa-129}.")
        assert "Tidak ada fakta" not in _shown(client.post(_edit(page), form, follow=True))

    def test_the_preview_shows_it(self, client: Client, page: StandardPage) -> None:
        preview = f"{_edit(page)}preview/"
        assert client.post(preview, page_form(client, _edit(page), StandardPage)).json()["is_valid"]
        assert client.get(preview).status_code == 200


class TestPublishing:
    """No way to publish, schedule or approve lets an unknown code through."""

    def test_by_the_button(self, client: Client, page: StandardPage) -> None:
        form = page_form(client, _edit(page), StandardPage, **{"action-publish": "1"})
        assert UNKNOWN in _shown(client.post(_edit(page), form))
        _is_untouched(page)

    def test_a_new_page_at_once(self, client: Client, homes: dict, sapa: Channel) -> None:
        address = f"/akun/cms/pages/add/core/standardpage/{homes['id'].pk}/"
        form = page_form(client, address, StandardPage, title="Baru", slug="baru", summary=TEXT)
        assert UNKNOWN in _shown(client.post(address, {**form, "action-publish": "1"}))
        assert not StandardPage.objects.filter(live=True).exists()

    def test_for_a_later_day(self, client: Client, page: StandardPage) -> None:
        later = timezone.localtime(timezone.now() + dt.timedelta(hours=2))
        data = {"go_live_at": f"{later:%Y-%m-%d %H:%M}", "action-publish": "1"}
        assert UNKNOWN in _shown(client.post(_edit(page), page_form(client, _edit(page), StandardPage, **data)))
        _is_untouched(page)

    def test_together_with_others(self, client: Client, homes: dict, page: StandardPage) -> None:
        other = homes["id"].add_child(instance=StandardPage(title="Lain", slug="lain", live=False))
        other.save_revision()
        address = f"/akun/cms/bulk/wagtailcore/page/publish/?id={page.pk}&id={other.pk}&next=/akun/cms/pages/"
        answer = client.post(address, follow=True)
        assert f"“Tentang” tidak diterbitkan. {UNKNOWN}" in _shown(answer)
        _is_untouched(page)
        other.refresh_from_db()
        assert not other.live

    def test_with_what_lies_below(self, client: Client, homes: dict, sapa: Channel) -> None:
        parent = homes["id"]
        draft = parent.add_child(instance=StandardPage(title="Draf", slug="draf", summary=TEXT, live=False))
        draft.save_revision()
        address = f"/akun/cms/bulk/wagtailcore/page/publish/?id={parent.pk}&next=/akun/cms/pages/"
        assert UNKNOWN in _shown(client.post(address, {"include_descendants": "on"}, follow=True))
        draft.refresh_from_db()
        assert not draft.live

    @pytest.mark.parametrize("user", [None, "editor"])
    def test_by_code(self, page: StandardPage, member: Any, user: str | None) -> None:
        with pytest.raises(ValidationError, match=re.escape(TOKEN)):
            page.get_latest_revision().publish(user=member(user) if user else None)
        _is_untouched(page)

    def test_by_code_for_a_later_day(self, page: StandardPage) -> None:
        page.go_live_at = timezone.now() + dt.timedelta(hours=2)
        page.summary = TEXT
        with pytest.raises(ValidationError, match=re.escape(TOKEN)):
            page.save_revision().publish()
        _is_untouched(page)

    def test_by_saving_the_public_row(self, page: StandardPage) -> None:
        with pytest.raises(ValidationError, match=re.escape(TOKEN)):
            page.save()
        _is_untouched(page)

    def _submitted(self, client: Client, page: StandardPage) -> Any:
        client.post(_edit(page), page_form(client, _edit(page), StandardPage, **{"action-submit": "1"}))
        page.refresh_from_db()
        assert page.current_workflow_task_state is not None
        return page.current_workflow_task_state

    def test_by_approving_in_the_editor(self, client: Client, signed_in: SignedIn, page: StandardPage) -> None:
        self._submitted(client, page)
        data = {
            "action-workflow-action": "1",
            "workflow-action-name": "approve",
            "workflow-action-extra-data": "{}",
        }
        other = signed_in("editor")
        assert UNKNOWN in _shown(other.post(_edit(page), page_form(other, _edit(page), StandardPage, **data)))
        _is_untouched(page)
        assert StandardPage.objects.get(pk=page.pk).workflow_in_progress

    @pytest.mark.parametrize("script", [False, True], ids=["by link", "in the dialogue"])
    def test_by_approving_from_outside(
        self, client: Client, signed_in: SignedIn, page: StandardPage, script: bool
    ) -> None:
        state = self._submitted(client, page)
        other = signed_in("editor")
        address = f"/akun/cms/pages/workflow/action/{page.pk}/approve/{state.pk}/"
        headers = {"x-requested-with": "XMLHttpRequest"} if script else {}
        answer = other.post(address, {"comment": ""}, headers=headers)
        target = answer.json()["redirect"] if script else answer["Location"]
        assert UNKNOWN in _shown(other.get(target))
        _is_untouched(page)
        assert StandardPage.objects.get(pk=page.pk).workflow_in_progress

    def test_sending_it_back_is_not_refused(self, client: Client, signed_in: SignedIn, page: StandardPage) -> None:
        self._submitted(client, page)
        data = {
            "action-workflow-action": "1",
            "workflow-action-name": "reject",
            "workflow-action-extra-data": "{}",
        }
        other = signed_in("editor")
        other.post(_edit(page), page_form(other, _edit(page), StandardPage, **data))
        assert not StandardPage.objects.get(pk=page.pk).workflow_in_progress


class TestTranslations:
    """Translators write string by string; what they wrote is looked at before it is published."""

    @pytest.fixture(params=[False, True], ids=["new", "live"])
    def english(self, request: Any, homes: dict, sapa: Channel) -> StandardPage:
        """A whole translation, in which the summary names an unknown channel."""
        source = homes["id"].add_child(
            instance=StandardPage(title="Tentang", slug="tentang", summary="Telepon {kanal:sapa-129}.")
        )
        source.save_revision().publish()
        held, _made = TranslationSource.get_or_create_from_instance(source)
        translation = Translation.objects.create(source=held, target_locale=homes["en"].locale)
        self._write(translation, "Call {kanal:sapa-129}.")
        translation.save_target(publish=False)
        page = StandardPage.objects.get(translation_key=source.translation_key, locale=homes["en"].locale)
        if request.param:
            page.get_latest_revision().publish()
        self._write(translation, f"Call {TOKEN}.")
        return StandardPage.objects.get(pk=page.pk)

    @staticmethod
    def _write(translation: Translation, summary: str) -> None:
        for segment in translation.source.stringsegment_set.select_related("context", "string"):
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                context=segment.context,
                locale=translation.target_locale,
                defaults={"data": summary if segment.context.path == "summary" else "About"},
            )

    def test_the_editor_says_what_is_unknown(self, client: Client, english: StandardPage) -> None:
        assert UNKNOWN in _shown(client.get(_edit(english)))

    def test_publishing_is_refused(
        self, client: Client, english: StandardPage, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(_edit(english), {"action": "publish"}, follow=True)
        assert UNKNOWN in _shown(answer)
        self._has_not_changed(english)

    def test_bringing_it_up_to_date_is_refused(
        self, client: Client, english: StandardPage, django_capture_on_commit_callbacks: Any
    ) -> None:
        source = TranslationSource.objects.get(object_id=english.translation_key)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(f"/akun/cms/localize/update/{source.pk}/", {"publish_translations": "on"}, follow=True)
        assert UNKNOWN in _shown(answer)
        self._has_not_changed(english)

    def test_a_source_that_is_published_does_not_bring_it_along(self, english: StandardPage) -> None:
        source = StandardPage.objects.get(translation_key=english.translation_key, locale__language_code="id")
        source.title = "Tentang kami"
        source.save_revision().publish()
        self._has_not_changed(english)

    @staticmethod
    def _has_not_changed(english: StandardPage) -> None:
        now = StandardPage.objects.get(pk=english.pk)
        assert now.live == english.live
        assert TOKEN not in now.summary


class TestTheClock:
    """``tick`` refuses what a person would be refused, tells its owner, and goes on with the rest."""

    @pytest.fixture
    def due(self, page: StandardPage, homes: dict) -> StandardPage:
        """The page with the unknown code and one in order are due now; the former first."""
        day = timezone.now() - dt.timedelta(minutes=5)
        Revision.objects.filter(pk=page.latest_revision_id).update(approved_go_live_at=day)
        other = homes["id"].add_child(instance=StandardPage(title="Lain", slug="lain", live=False))
        revision = other.save_revision()
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=day + dt.timedelta(minutes=1))
        return page

    def test_an_unknown_code_is_refused_and_the_next_page_published(
        self, due: StandardPage, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.ERROR):
            call_command("tick", verbosity=0)
        _is_untouched(due)
        assert StandardPage.objects.get(slug="lain").live
        assert TOKEN in caplog.text
        entry = PageLogEntry.objects.get(page=due.pk, action="core.not_published")
        assert UNKNOWN in entry.message

    def test_it_is_told_once(self, due: StandardPage) -> None:
        for _minute in range(3):
            call_command("tick", verbosity=0)
        assert PageLogEntry.objects.filter(action="core.not_published").count() == 1

    def test_the_history_says_it(self, due: StandardPage, client: Client) -> None:
        call_command("tick", verbosity=0)
        shown = client.get(f"/akun/cms/pages/{due.pk}/history/").content.decode()
        assert f"Tidak diterbitkan pada harinya: {UNKNOWN}" in shown

    def test_the_doctor_says_it_until_somebody_mends_it(self, due: StandardPage) -> None:
        from portal import doctor

        assert doctor._scheduled().advice.count(f"/pages/{due.pk}/") == 1
        call_command("tick", verbosity=0)
        assert f"/pages/{due.pk}/" in doctor._scheduled().advice
        due.summary = "Diperbaiki."
        due.save_revision()
        assert doctor._scheduled().ok

    def test_the_doctor_asks_no_more_where_the_history_is_longer(
        self, due: StandardPage, django_assert_num_queries: Any
    ) -> None:
        from portal import doctor

        call_command("tick", verbosity=0)
        with CaptureQueriesContext(connection) as one:
            doctor._scheduled()
        entry = PageLogEntry.objects.get(page=due.pk, action="core.not_published")
        for _day in range(3):
            entry.pk = None
            entry.save()
        with django_assert_num_queries(len(one)):
            assert f"/pages/{due.pk}/" in doctor._scheduled().advice

    def test_a_page_that_is_not_translated_is_told_of_as_well(
        self, homes: dict, sapa: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = homes["id"].add_child(instance=StandardPage(title="Baru", slug="baru", live=False))
        revision = page.save_revision()
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - dt.timedelta(minutes=5))
        monkeypatch.setattr("content.core.translation.source_text_in", lambda page: ["title"])
        call_command("tick", verbosity=0)
        page.refresh_from_db()
        assert not page.live
        assert "diterjemahkan" in PageLogEntry.objects.get(action="core.not_published").message
        assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()

    def test_a_page_that_breaks_keeps_no_other_from_its_turn(
        self, due: StandardPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        real = Revision.publish

        def publish(self: Revision, *args: Any, **kwargs: Any) -> None:
            if self.object_id == str(due.pk):
                raise RuntimeError("broken")
            real(self, *args, **kwargs)

        monkeypatch.setattr(Revision, "publish", publish)
        call_command("tick", verbosity=0)
        assert StandardPage.objects.get(slug="lain").live
        assert "broken" in caplog.text

    def test_what_expires_is_taken_down(self, page: StandardPage) -> None:
        StandardPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() + dt.timedelta(hours=1))
        call_command("tick", verbosity=0)
        assert StandardPage.objects.get(pk=page.pk).live
        with time_machine.travel(timezone.now() + dt.timedelta(hours=2), tick=False):
            call_command("tick", verbosity=0)
        page.refresh_from_db()
        assert not page.live
        assert page.expired

    def test_a_work_that_fails_is_named_and_the_others_are_done(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from django.core.management import CommandError

        from portal import ticking

        done = []
        works = {"broken": lambda: 1 / 0, "whole": lambda: done.append(1) or 1}
        monkeypatch.setattr(ticking, "_works", works)
        with pytest.raises(CommandError, match="broken"):
            call_command("tick", stdout=io.StringIO())
        assert done
