"""An editor creates, previews, schedules, translates and publishes every page type; nothing private leaks out of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, PageLogEntry, PageViewRestriction
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtail_localize.fields import TranslatableField, get_translatable_fields
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from content.core.models import HomePage, StandardPage
from content.registers import generation
from content.registers.models import Channel
from portal.checks import page_models, stream_fields
from tests.factories.jobs import SchemeFactory
from tests.portal.admin_forms import errors_of, page_form
from tests.staff import Members, SignedIn

pytestmark = pytest.mark.django_db(databases=["default", "reports"])

UNKNOWN = "Tidak ada fakta atau kanal bernama: {kanal:tidak-ada}"
KINDS = [model for model in page_models() if model is not HomePage and not model.two_person]


@pytest.fixture(autouse=True)
def new_generations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing commits in a test, so what waits for the commit happens at once."""
    monkeypatch.setattr(generation, "replace_after_commit", lambda using=None: generation.replace())


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("editor")


def _parent(model: type[Page], homes: dict[str, HomePage]) -> Page:
    """A page below which ``model`` may stand, made where it is missing."""
    (kind,) = model.allowed_parent_page_models()
    if kind is HomePage:
        return homes["id"]
    held = kind.objects.first()
    if held is not None:
        return held
    return _parent(kind, homes).add_child(instance=kind(title="Induk", slug="induk", locale=homes["id"].locale))


def _address(model: type[Page], parent: Page) -> str:
    return f"/akun/cms/pages/add/{model._meta.app_label}/{model._meta.model_name}/{parent.pk}/"


def _create(client: Client, model: type[Page], homes: dict[str, HomePage], **changed: Any) -> Any:
    """A draft of ``model``, made through the form."""
    SchemeFactory(code="contoh")  # the word that page_form writes where a code is asked for
    address = _address(model, _parent(model, homes))
    wanted = {"title": "Halaman uji", "slug": "halaman-uji", "summary": "Satu kalimat.", **changed}
    answer = client.post(address, page_form(client, address, model, **wanted))
    assert answer.status_code == 302, errors_of(answer)
    return model.objects.get(slug="halaman-uji")


def _edit(page: Page) -> str:
    return f"/akun/cms/pages/{page.pk}/edit/"


def _translate(page: Page, language: str) -> Translation:
    """What a translator types: every string of ``page``, marked with its language."""
    source = TranslationSource.objects.get(object_id=page.translation_key)
    locale = Locale.objects.get(language_code=language)
    for segment in source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=locale,
            data=f"{segment.string.data} ({language})",
        )
    return Translation.objects.get(source=source, target_locale=locale)


def test_the_kinds_are_all_kinds() -> None:
    names = {model.__name__ for model in KINDS}
    assert {"ArticlePage", "TopicPage", "EducationIndexPage", "GuidePage", "SessionPage", "StandardPage"} <= names


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
class TestEveryKind:
    def test_created_previewed_published_and_read(self, client: Client, homes: dict, model: type[Page]) -> None:
        page = _create(client, model, homes)
        assert not page.live
        preview = f"{_edit(page)}preview/"
        answer = client.post(preview, page_form(client, _edit(page), model, summary="Baru diubah."))
        assert answer.json()["is_valid"], answer.json()
        shown = client.get(preview)
        assert shown.status_code == 200
        assert "Baru diubah." in shown.content.decode()
        answer = client.post(_edit(page), page_form(client, _edit(page), model, **{"action-publish": "1"}))
        assert answer.status_code == 302, errors_of(answer)
        page.refresh_from_db()
        assert page.live
        read = Client().get(page.url)
        assert read.status_code == 200
        assert "Halaman uji" in read.content.decode()

    def test_scheduled_and_published_by_the_tick(self, client: Client, homes: dict, model: type[Page]) -> None:
        page = _create(client, model, homes)
        later = timezone.now() + dt.timedelta(hours=2)
        local = timezone.localtime(later)
        data = page_form(client, _edit(page), model, **{"go_live_at": f"{local:%Y-%m-%d %H:%M}", "action-publish": "1"})
        assert client.post(_edit(page), data).status_code == 302
        page.refresh_from_db()
        assert not page.live
        call_command("tick", verbosity=0)
        page.refresh_from_db()
        assert not page.live
        with time_machine.travel(later + dt.timedelta(minutes=1), tick=False):
            call_command("tick", verbosity=0)
        page.refresh_from_db()
        assert page.live

    def test_translated_and_published(
        self, client: Client, homes: dict, model: type[Page], django_capture_on_commit_callbacks: Any
    ) -> None:
        parent = _parent(model, homes)
        if parent.pk != homes["id"].pk:
            for ancestor in parent.get_ancestors(inclusive=True).filter(depth__gt=2).specific():
                ancestor.copy_for_translation(homes["en"].locale)
        page = _create(client, model, homes)
        page.save_revision().publish()
        address = f"/akun/cms/localize/submit/page/{page.pk}/"
        assert client.get(address).status_code == 200
        answer = client.post(address, {"locales": [homes["en"].locale.pk]})
        assert answer.status_code == 302, errors_of(answer)
        english = model.objects.get(translation_key=page.translation_key, locale=homes["en"].locale)
        assert not english.live
        assert client.get(_edit(english)).status_code == 200
        _translate(page, "en")
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(_edit(english), {"action": "publish"}).status_code == 302
        english.refresh_from_db()
        assert english.live
        assert english.title == "Halaman uji (en)"
        assert english.slug == "halaman-uji"


def test_a_page_that_is_not_translated_is_not_published(
    client: Client, homes: dict, django_capture_on_commit_callbacks: Any
) -> None:
    page = _create(client, StandardPage, homes)
    page.save_revision().publish()
    client.post(f"/akun/cms/localize/submit/page/{page.pk}/", {"locales": [homes["en"].locale.pk]})
    english = StandardPage.objects.get(translation_key=page.translation_key, locale=homes["en"].locale)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(_edit(english), {"action": "publish"})
    english.refresh_from_db()
    assert not english.live


def test_a_translator_submits_and_translates_but_does_not_publish(
    client: Client, signed_in: SignedIn, homes: dict, django_capture_on_commit_callbacks: Any
) -> None:
    page = _create(client, StandardPage, homes)
    page.save_revision().publish()
    translator = signed_in("translator")
    answer = translator.post(f"/akun/cms/localize/submit/page/{page.pk}/", {"locales": [homes["en"].locale.pk]})
    assert answer.status_code == 302
    english = StandardPage.objects.get(translation_key=page.translation_key, locale=homes["en"].locale)
    translation = _translate(page, "en")
    assert translator.get(_edit(english)).status_code == 200
    assert translator.get(f"/akun/cms/localize/translate/{translation.pk}/preview/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        translator.post(_edit(english), {"action": "publish"})
    english.refresh_from_db()
    assert not english.live


class TestCodes:
    """A number is written by its code; one that no register answers stops the page."""

    def _body(self, text: str) -> dict[str, Any]:
        return nested_form_data({"body": streamfield([("text", rich_text(text, features=["bold"]))])})

    @pytest.mark.parametrize("where", ["summary", "body"])
    def test_an_unknown_code_is_not_published_and_says_so(
        self, client: Client, homes: dict, sapa: Channel, where: str
    ) -> None:
        page = _create(client, StandardPage, homes)
        text = "Telepon {kanal:tidak-ada} segera."
        changed = {"summary": text} if where == "summary" else self._body(f"<p>{text}</p>")
        form = page_form(client, _edit(page), StandardPage)
        answer = client.post(_edit(page), {**form, **changed, "action-publish": "1"})
        assert answer.status_code == 200
        assert UNKNOWN in answer.content.decode()
        page.refresh_from_db()
        assert not page.live
        assert "tidak-ada" not in str(page.get_latest_revision_as_object().body)

    @pytest.mark.parametrize("model", page_models(), ids=lambda model: model.__name__)
    def test_every_text_of_a_page_is_looked_at(self, homes: dict, model: type[Page]) -> None:
        code, texts = "{kanal:tidak-ada}", set()
        # What translators are given is what readers see.
        for field in model._meta.get_fields():
            if isinstance(field, models.CharField | models.TextField) and any(
                chosen.field_name == field.name and isinstance(chosen, TranslatableField)
                for chosen in get_translatable_fields(model)
            ):
                texts.add(field.name)
        assert "title" in texts or model.two_person
        for name in texts - {"slug", "seo_title", "search_description"}:
            page = model(title="Uji", slug="uji", locale=homes["id"].locale)
            setattr(page, name, f"Telepon {code}")
            assert code in page.text_of_all_fields(), name

    def test_a_known_one_is_shown_by_its_value(self, client: Client, homes: dict, sapa: Channel) -> None:
        page = _create(client, StandardPage, homes)
        data = {
            **page_form(client, _edit(page), StandardPage),
            **self._body("<p>Telepon {kanal:sapa-129} segera.</p>"),
            "action-publish": "1",
        }
        assert client.post(_edit(page), data).status_code == 302
        page.refresh_from_db()
        assert 'href="tel:129"' in Client().get(page.url).content.decode()

    def test_the_editor_offers_every_code(self, client: Client, homes: dict, sapa: Channel) -> None:
        editor = client.get(_edit(_create(client, StandardPage, homes))).content.decode()
        assert "js/admin-tokens.js" in editor
        assert 'data-list="/akun/cms/tokens/"' in editor
        listed = client.get("/akun/cms/tokens/?format=json").json()
        assert {"token": "{kanal:sapa-129}", "says": "SAPA", "shows": "129"} in listed["tokens"]
        page = client.get("/akun/cms/tokens/").content.decode()
        assert 'data-copy="{kanal:sapa-129}"' in page


class TestPreview:
    """The preview is the public page with the bar of the CMS, inside a frame of the CMS and nowhere else."""

    def test_it_may_be_framed_by_us_and_loads_nothing_else(self, client: Client, homes: dict) -> None:
        page = _create(client, StandardPage, homes)
        client.post(f"{_edit(page)}preview/", page_form(client, _edit(page), StandardPage))
        answer = client.get(f"{_edit(page)}preview/?in_preview_panel=true")
        policy = answer["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert answer["X-Frame-Options"] == "SAMEORIGIN"

    def test_only_previews_carry_the_bar(self, client: Client, homes: dict) -> None:
        page = _create(client, StandardPage, homes)
        page.save_revision().publish()
        client.post(f"{_edit(page)}preview/", page_form(client, _edit(page), StandardPage))
        assert "wagtail-userbar" in client.get(f"{_edit(page)}preview/").content.decode()
        # The same browser, signed in, on the public page.
        public = client.get(page.url)
        assert "wagtail-userbar" not in public.content.decode()
        assert "Cookie" not in public.get("Vary", "")
        assert not public.cookies

    def test_a_preview_is_not_kept_for_readers(self, client: Client, homes: dict) -> None:
        page = _create(client, StandardPage, homes)
        page.save_revision().publish()
        data = page_form(client, _edit(page), StandardPage, summary="Hanya untuk penyunting.")
        client.post(f"{_edit(page)}preview/", data)
        assert "Hanya untuk penyunting." in client.get(f"{_edit(page)}preview/").content.decode()
        assert "Hanya untuk penyunting." not in Client().get(page.url).content.decode()


def test_the_cms_links_to_the_public_address(client: Client, homes: dict) -> None:
    page = _create(client, StandardPage, homes)
    data = page_form(client, _edit(page), StandardPage, **{"action-publish": "1"})
    after = client.post(_edit(page), data, follow=True).content.decode()
    assert "/id/halaman-uji/" in after
    assert "/id-id/" not in after
    assert "/id-id/" not in client.get(_edit(page)).content.decode()


class TestPrivacy:
    """Nothing public asks for a password: it would need a cookie (docs/adr/0005)."""

    def test_nobody_restricts_a_page(self, signed_in: SignedIn, homes: dict) -> None:
        client = signed_in("admin")
        address = f"/akun/cms/pages/{homes['id'].pk}/privacy/"
        for answer in (client.get(address), client.post(address, {"restriction_type": "password", "password": "x"})):
            assert answer.status_code == 302
        assert not PageViewRestriction.objects.exists()
        assert "privacy/" not in client.get(_edit(homes["id"])).content.decode()

    def test_a_restriction_written_past_the_cms_asks_nothing_on_the_public_page(self, homes: dict) -> None:
        PageViewRestriction.objects.create(page=homes["id"], restriction_type="login")
        answer = Client().get("/id/")
        assert answer.status_code == 200
        assert not answer.cookies


class TestTwoPeople:
    """A page type that asks for it is published by somebody who did not write it, unchanged."""

    @pytest.fixture
    def page(self, homes: dict, monkeypatch: pytest.MonkeyPatch) -> StandardPage:
        monkeypatch.setattr(StandardPage, "two_person", True)
        return homes["id"].add_child(instance=StandardPage(title="Berdua", slug="berdua", live=False))

    def _publish(self, client: Client, page: StandardPage, **changed: str) -> None:
        data = {"slug": page.slug, "action-publish": "1", **changed}
        client.post(_edit(page), page_form(client, _edit(page), StandardPage, **data))
        page.refresh_from_db()

    def test_nobody_publishes_their_own_words(self, page: StandardPage, member: Members) -> None:
        client = Client()
        client.force_login(member("editor"))
        self._publish(client, page, title="Kata saya")
        assert not page.live
        self._publish(client, page)
        assert not page.live
        assert page.get_latest_revision_as_object().title == "Kata saya"

    def test_a_second_person_publishes_exactly_them(self, page: StandardPage, signed_in: SignedIn) -> None:
        self._publish(signed_in("editor"), page, title="Kata pertama")
        self._publish(signed_in("editor"), page)
        assert page.live
        assert page.title == "Kata pertama"

    def test_a_second_person_who_changes_a_word_becomes_an_author(
        self, page: StandardPage, signed_in: SignedIn
    ) -> None:
        first, second = signed_in("editor"), signed_in("editor")
        self._publish(first, page, title="Kata pertama")
        self._publish(second, page, title="Kata kedua")
        assert not page.live
        self._publish(first, page)
        assert page.live
        assert page.title == "Kata kedua"

    def test_a_superuser_is_one_person_too(self, page: StandardPage, member: Members) -> None:
        client = Client()
        client.force_login(member("admin", is_superuser=True))
        self._publish(client, page, title="Sendiri")
        assert not page.live

    def test_creating_and_publishing_in_one_go_leaves_a_draft(self, page: StandardPage, signed_in: SignedIn) -> None:
        client, parent = signed_in("editor"), page.get_parent()
        address = _address(StandardPage, parent)
        data = page_form(client, address, StandardPage, title="Sekaligus", slug="sekaligus", **{"action-publish": "1"})
        client.post(address, data)
        assert not StandardPage.objects.get(slug="sekaligus").live

    def test_approving_ones_own_submission_does_not_publish_it(self, page: StandardPage, member: Members) -> None:
        client = Client()
        client.force_login(member("editor"))
        client.post(
            _edit(page), page_form(client, _edit(page), StandardPage, title="Diajukan", **{"action-submit": "1"})
        )
        page.refresh_from_db()
        assert page.current_workflow_task_state is not None
        client.post(
            _edit(page),
            page_form(
                client,
                _edit(page),
                StandardPage,
                **{
                    "action-workflow-action": "1",
                    "workflow-action-name": "approve",
                    "workflow-action-extra-data": "{}",
                },
            ),
        )
        page.refresh_from_db()
        assert not page.live


class TestTakingDown:
    """One person may take down what two have published; what cannot be undone is nobody's alone (core.permissions)."""

    @pytest.fixture
    def page(self, homes: dict[str, HomePage], monkeypatch: pytest.MonkeyPatch) -> StandardPage:
        monkeypatch.setattr(StandardPage, "two_person", True)
        held = homes["id"].add_child(instance=StandardPage(title="Berdua", slug="berdua", live=False))
        held.save_revision().publish()
        return StandardPage.objects.get(pk=held.pk)

    def _ask(self, client: Client, page: Page, action: str) -> None:
        """Press the button of the CMS that does it, whether it is shown or not."""
        bulk = f"/akun/cms/bulk/wagtailcore/page/{action.removeprefix('bulk ')}/?id={page.pk}"
        address = bulk if action.startswith("bulk ") else f"/akun/cms/pages/{page.pk}/{action}/"
        client.post(address)

    def _is_there(self, page: Page) -> bool:
        return Page.objects.filter(pk=page.pk).exists()

    @pytest.mark.parametrize("action", ["unpublish", "bulk unpublish"])
    @pytest.mark.parametrize("role", ["editor", "admin"])
    def test_one_person_takes_it_down_and_is_named(
        self, page: StandardPage, member: Members, role: str, action: str
    ) -> None:
        client, person = Client(), member(role)
        client.force_login(person)
        self._ask(client, page, action)
        page.refresh_from_db()
        assert not page.live
        assert PageLogEntry.objects.get(page=page.pk, action="wagtail.unpublish").user_id == person.pk

    @pytest.mark.parametrize("action", ["delete", "bulk delete"])
    @pytest.mark.parametrize("superuser", [False, True])
    def test_nobody_deletes_what_is_public(
        self, page: StandardPage, signed_in: SignedIn, action: str, superuser: bool
    ) -> None:
        self._ask(signed_in("admin", is_superuser=superuser), page, action)
        assert self._is_there(page)

    @pytest.mark.parametrize("action", ["delete", "bulk delete"])
    @pytest.mark.parametrize("superuser", [False, True])
    def test_it_is_deleted_by_another_than_who_took_it_down(
        self, page: StandardPage, signed_in: SignedIn, action: str, superuser: bool
    ) -> None:
        first, second = (signed_in("admin", is_superuser=superuser) for _person in range(2))
        self._ask(first, page, "unpublish")
        self._ask(first, page, action)
        assert self._is_there(page)
        self._ask(second, page, action)
        assert not self._is_there(page)

    def test_what_nobody_known_took_down_stays(self, page: StandardPage, signed_in: SignedIn) -> None:
        page.unpublish()
        self._ask(signed_in("admin"), page, "delete")
        assert self._is_there(page)

    def test_a_draft_that_was_never_public_is_its_authors_own(self, page: StandardPage, signed_in: SignedIn) -> None:
        draft = page.get_parent().add_child(instance=StandardPage(title="Coretan", slug="coretan", live=False))
        self._ask(signed_in("admin"), draft, "delete")
        assert not self._is_there(draft)

    @pytest.mark.parametrize("live", [True, False])
    @pytest.mark.parametrize("superuser", [False, True])
    def test_nobody_deletes_the_tree_around_it(
        self, page: StandardPage, signed_in: SignedIn, live: bool, superuser: bool
    ) -> None:
        if not live:
            page.unpublish()
        parent = page.get_parent()
        data = {"confirm_site_name": "Lentera"}
        client = signed_in("admin", is_superuser=superuser)
        client.post(f"/akun/cms/pages/{parent.pk}/delete/", data)
        client.post(f"/akun/cms/bulk/wagtailcore/page/delete/?id={parent.pk}", data)
        assert self._is_there(page)
        assert self._is_there(parent)

    @pytest.fixture
    def elsewhere(self, homes: dict[str, HomePage]) -> HomePage:
        """Another front page in the same language: nothing moves into another one."""
        return homes["id"].add_sibling(
            instance=HomePage(title="Lain", slug="lain", locale=homes["id"].locale), pos="last-sibling"
        )

    def _move_and_copy(self, client: Client, page: Page, elsewhere: HomePage, way: str) -> None:
        match way:
            case "move":
                client.post(f"/akun/cms/pages/{page.pk}/move/{elsewhere.pk}/confirm/")
            case "bulk move":
                client.post(f"/akun/cms/bulk/wagtailcore/page/move/?id={page.pk}", {"chooser": elsewhere.pk})
            case "copy":
                data = {"new_title": "Salinan", "new_slug": "salinan", "new_parent_page": elsewhere.pk}
                client.post(f"/akun/cms/pages/{page.pk}/copy/", {**data, "publish_copies": "1"})

    @pytest.mark.parametrize("way", ["move", "bulk move", "copy"])
    @pytest.mark.parametrize("superuser", [False, True])
    def test_it_is_neither_moved_nor_copied(
        self, page: StandardPage, signed_in: SignedIn, elsewhere: HomePage, superuser: bool, way: str
    ) -> None:
        self._move_and_copy(signed_in("admin", is_superuser=superuser), page, elsewhere, way)
        assert not elsewhere.get_descendants().exists()
        assert self._is_there(page)

    @pytest.mark.parametrize("way", ["move", "bulk move", "copy"])
    @pytest.mark.parametrize("superuser", [False, True])
    def test_other_pages_are_moved_and_copied_as_ever(
        self, homes: dict, signed_in: SignedIn, elsewhere: HomePage, superuser: bool, way: str
    ) -> None:
        one = homes["id"].add_child(instance=StandardPage(title="Satu", slug="satu"))
        self._move_and_copy(signed_in("admin", is_superuser=superuser), one, elsewhere, way)
        assert elsewhere.get_descendants().live().count() == 1

    @pytest.mark.parametrize("action", ["delete", "bulk delete"])
    @pytest.mark.parametrize("superuser", [False, True])
    def test_other_pages_are_deleted_as_ever(
        self, homes: dict, signed_in: SignedIn, action: str, superuser: bool
    ) -> None:
        one = homes["id"].add_child(instance=StandardPage(title="Satu", slug="satu"))
        below = one.add_child(instance=StandardPage(title="Dua", slug="dua"))
        self._ask(signed_in("admin", is_superuser=superuser), one, action)
        assert not self._is_there(one)
        assert not self._is_there(below)

    def test_it_comes_back_by_the_words_of_one_and_the_hand_of_another(
        self, page: StandardPage, member: Members
    ) -> None:
        first, second = Client(), Client()
        people = member("editor"), member("editor")
        first.force_login(people[0])
        second.force_login(people[1])
        first.post(_edit(page), page_form(first, _edit(page), StandardPage, title="Kata pertama"))
        self._ask(first, page, "unpublish")
        publish = {"slug": page.slug, "action-publish": "1"}
        first.post(_edit(page), page_form(first, _edit(page), StandardPage, **publish))
        page.refresh_from_db()
        assert not page.live
        second.post(_edit(page), page_form(second, _edit(page), StandardPage, **publish))
        page.refresh_from_db()
        assert page.live
        assert page.title == "Kata pertama"


def test_every_part_of_a_page_shows_a_sample(client: Client) -> None:
    """In the CMS an editor sees what a part looks like before choosing it (portal.E004)."""
    parts = {
        type(block): block for _model, field in stream_fields() for block in field.stream_block.child_blocks.values()
    }
    assert len(parts) > 12
    for kind, block in parts.items():
        answer = client.get("/akun/cms/block-preview/", {"id": block.definition_prefix})
        assert (block.is_previewable, answer.status_code) == (True, 200), kind
        assert answer.context["stylesheet"] in answer.content.decode()
