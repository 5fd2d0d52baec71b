"""Each law of the project holds now, and says so when it is broken."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.checks import CheckMessage
from django.db import models
from wagtail import blocks
from wagtail.admin.viewsets import viewsets
from wagtail.fields import StreamField
from wagtail.models import Page, ReferenceIndex, RevisionMixin
from wagtail.search.index import Indexed

from content.core.blocks import StoryBlock
from content.core.models import BasePage
from portal import checks


class Named(blocks.CharBlock):
    class Meta:
        label = "Nama"
        description = "Untuk apa"
        template = "core/blocks/heading.html"
        preview_value = "Contoh"


class BarePage(Page):
    class Meta:
        abstract = True


class FriendlyPage(BasePage):
    friends = models.ManyToManyField(Page, related_name="+")

    class Meta:
        abstract = True


class MutePage(BasePage):
    body = StreamField([("nameless", blocks.CharBlock())])

    class Meta:
        abstract = True


class UnshownStory(StoryBlock):
    bare = blocks.CharBlock(label="Polos", description="Tanpa templat", preview_value="Contoh")

    class Meta:
        max_num = 60


class UnshownPage(BasePage):
    body = StreamField(UnshownStory())

    class Meta:
        abstract = True


class UnsampledPage(BasePage):
    body = StreamField([("bare", blocks.CharBlock(label="Polos", description="Tanpa contoh"))])

    class Meta:
        abstract = True


class CrowdedPage(BasePage):
    body = StreamField([(f"kind{number}", Named()) for number in range(13)])

    class Meta:
        abstract = True


def _nested(depth: int) -> blocks.Block:
    block: blocks.Block = Named()
    for _level in range(depth):
        block = blocks.StructBlock([("inner", block)], label="Kotak", description="Isi")
    return block


class DeepPage(BasePage):
    body = StreamField([("deep", _nested(3))])

    class Meta:
        abstract = True


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch):
    """``only(Model)``: the project consists of this page type."""

    def use(*models: type[Page]) -> None:
        monkeypatch.setattr(checks, "apps", SimpleNamespace(get_models=lambda: list(models)))

    return use


def _ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


LAWS = (
    checks.pages_are_base_pages,
    checks.vault_is_apart,
    checks.translatable_pages_have_no_many_to_many,
    checks.blocks_speak_for_themselves,
    checks.languages_are_whole,
    checks.cookies_stay_private,
    checks.streams_stay_small,
    checks.official_names_are_whole,
)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_law_holds(law) -> None:
    assert law() == []


def test_the_laws_look_at_our_pages() -> None:
    found = {model._meta.label for model in checks.page_models()}
    assert {"core.HomePage", "education.ArticlePage", "guides.GuidePage", "schools.SessionPage"} <= found
    assert {field.name for _model, field in checks.stream_fields()} >= {"body", "steps", "plan", "sheets"}


@pytest.mark.parametrize(
    ("law", "model", "law_id", "named"),
    [
        (checks.pages_are_base_pages, BarePage, "portal.E001", "BarePage"),
        (checks.translatable_pages_have_no_many_to_many, FriendlyPage, "portal.E003", "friends"),
        (checks.blocks_speak_for_themselves, MutePage, "portal.E004", "description, label, preview_value"),
        (checks.blocks_speak_for_themselves, UnshownPage, "portal.E004", "template"),
        (checks.blocks_speak_for_themselves, UnsampledPage, "portal.E004", "preview_value"),
        (checks.streams_stay_small, CrowdedPage, "portal.E007", "13"),
        (checks.streams_stay_small, DeepPage, "portal.E007", "deep"),
    ],
    ids=["E001", "E003", "E004-words", "E004-template", "E004-sample", "E007-kinds", "E007-depth"],
)
def test_a_page_that_breaks_the_law_is_named(only, law, model: type[Page], law_id: str, named: str) -> None:
    only(model)
    (message,) = law()
    assert message.id == law_id
    assert named in message.msg
    assert message.hint


def test_depth_counts_what_an_editor_opens() -> None:
    assert checks.depth_of(blocks.CharBlock()) == 0
    assert checks.depth_of(blocks.ListBlock(blocks.CharBlock())) == 1
    assert checks.depth_of(blocks.ListBlock(_nested(1))) == 1
    assert checks.depth_of(_nested(2)) == 2
    assert checks.depth_of(blocks.StructBlock([("rows", blocks.ListBlock(_nested(1)))])) == 2


class TestVault:
    """No door of Wagtail leads to the reports."""

    @pytest.fixture
    def report(self) -> type[models.Model]:
        return next(iter(apps.get_app_config("vault").get_models()))

    def test_there_are_models_to_protect(self) -> None:
        assert {"Report", "Message"} <= {model.__name__ for model in apps.get_app_config("vault").get_models()}

    def test_a_viewset_is_refused(self, report, monkeypatch) -> None:
        shown = [*viewsets.viewsets, SimpleNamespace(model=report)]
        monkeypatch.setattr(viewsets, "viewsets", shown)
        assert _ids(checks.vault_is_apart()) == ["portal.E002"]

    def test_our_registers_are_seen_in_the_same_way(self) -> None:
        assert apps.get_model("registers.fact") in checks.cms_models()

    def test_a_snippet_is_refused(self, report, monkeypatch) -> None:
        monkeypatch.setattr(checks, "get_snippet_models", lambda: [report])
        assert _ids(checks.vault_is_apart()) == ["portal.E002"]

    def test_the_reference_index_is_refused(self, report, monkeypatch) -> None:
        monkeypatch.setattr(ReferenceIndex, "tracked_models", {report})
        assert _ids(checks.vault_is_apart()) == ["portal.E002"]

    @pytest.mark.parametrize(("mixin", "way"), [(Indexed, "search index"), (RevisionMixin, "revisions")])
    def test_search_and_history_are_refused(self, mixin: type, way: str, monkeypatch) -> None:
        class Meta:
            abstract = True

        model = type("Leaky", (mixin, models.Model), {"Meta": Meta, "__module__": __name__, "search_fields": []})
        monkeypatch.setattr(apps.get_app_config("vault"), "get_models", lambda: [model])
        (message,) = checks.vault_is_apart()
        assert message.id == "portal.E002"
        assert way in message.msg


class TestLanguages:
    def test_a_language_without_information_is_named(self, settings) -> None:
        settings.LANGUAGES = [*settings.LANGUAGES, ("xx", "Xx")]
        messages = checks.languages_are_whole()
        assert set(_ids(messages)) == {"portal.E005"}
        assert "LANG_INFO" in messages[0].msg

    def test_a_catalogue_that_is_not_compiled_is_named(self, settings, tmp_path) -> None:
        settings.LOCALE_PATHS = [tmp_path]
        messages = checks.languages_are_whole()
        assert len(messages) == len(settings.LANGUAGES) - 1
        assert {message.id for message in messages} == {"portal.E005"}
        assert not [message for message in messages if " en " in message.msg]

    def test_a_catalogue_for_the_packages_that_is_not_compiled_is_named(self, settings, tmp_path) -> None:
        folder = tmp_path / "id" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "djangojs.po").touch()
        settings.LOCALE_PATHS = [settings.LOCALE_PATHS[0], tmp_path]
        (message,) = checks.languages_are_whole()
        assert message.id == "portal.E005"
        assert "djangojs.po" in message.msg
        (folder / "djangojs.mo").touch()
        assert checks.languages_are_whole() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_PATH", "/"),
        ("CSRF_COOKIE_PATH", "/"),
        ("MESSAGE_STORAGE", "django.contrib.messages.storage.fallback.FallbackStorage"),
    ],
)
def test_a_cookie_that_could_leave_is_named(settings, name: str, value: str) -> None:
    setattr(settings, name, value)
    (message,) = checks.cookies_stay_private()
    assert message.id == "portal.E006"
    assert name in message.msg


OFFICIAL = {"SITE_OWNER": "Pemkab Contoh", "SITE_DECREE": "SK 1/2026", "SITE_HOST": "lentera.contoh.go.id"}


@pytest.mark.parametrize(
    ("changed", "warnings"),
    [
        ({}, []),
        ({"SITE_DECREE": ""}, ["portal.W001"]),
        ({"SITE_HOST": "lentera.example", "BASE_URL": "https://lentera.example"}, ["portal.W002"]),
        ({"BASE_URL": "http://localhost:8000"}, ["portal.W003"]),
        ({"SITE_OWNER": "", "SITE_DECREE": "", "SITE_HOST": ""}, []),
    ],
)
def test_a_site_that_wants_to_be_official_hears_what_it_lacks(settings, changed: dict, warnings: list) -> None:
    for name, value in {**OFFICIAL, "BASE_URL": "https://lentera.contoh.go.id", **changed}.items():
        setattr(settings, name, value)
    assert _ids(checks.official_names_are_whole()) == warnings
