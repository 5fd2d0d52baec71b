"""One edit of an Indonesian paragraph marks just that paragraph outdated and loses no translation (DECISIONS 21)."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client, TestCase
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from accounts.models import User
from content.core.models import HomePage, OutdatedString, StandardPage

pytestmark = pytest.mark.django_db

PARAGRAPHS = ["Paspor milik Anda.", "Jangan bayar dulu.", "Telepon kami."]
ENGLISH = {
    "Tentang": "About", "Ringkasan": "Summary", "Paspor milik Anda.": "The passport is yours.",
    "Jangan bayar dulu.": "Do not pay yet.", "Telepon kami.": "Call us.", "Judul": "Heading",
}
HEADING, TEXT = str(uuid.uuid5(uuid.NAMESPACE_URL, "h")), str(uuid.uuid5(uuid.NAMESPACE_URL, "t"))


def _body(paragraphs: list[str]) -> list[dict]:
    return [
        {"type": "heading", "value": "Judul", "id": HEADING},
        {"type": "text", "value": "".join(f"<p>{words}</p>" for words in paragraphs), "id": TEXT},
    ]


def _publish(page: StandardPage, paragraphs: list[str]) -> None:
    page = StandardPage.objects.get(pk=page.pk)
    page.body = page.body.stream_block.to_python(_body(paragraphs))
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.save_revision().publish()


@pytest.fixture
def page() -> StandardPage:
    """A published Indonesian page with a complete, published English translation."""
    source, target = (Locale.objects.get_or_create(language_code=code)[0] for code in ("id", "en"))
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=HomePage(title="Lentera", slug="lentera", locale=source))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "testserver", "root_page": home})
    home.copy_for_translation(target).save_revision().publish()
    page = home.add_child(instance=StandardPage(title="Tentang", slug="tentang", summary="Ringkasan", locale=source))
    _publish(page, PARAGRAPHS)
    page = StandardPage.objects.get(pk=page.pk)
    held, _created = TranslationSource.get_or_create_from_instance(page)
    translated = Translation.objects.create(source=held, target_locale=target)
    for segment in StringSegment.objects.filter(source=held).select_related("string", "context"):
        StringTranslation.objects.create(
            translation_of=segment.string, locale=target, context=segment.context,
            data=ENGLISH[segment.string.data], translation_type="manual",
        )
    with TestCase.captureOnCommitCallbacks(execute=True):
        translated.save_target(publish=True)
    return page


def _english(page: StandardPage) -> StandardPage:
    return StandardPage.objects.get(translation_key=page.translation_key, locale__language_code="en")


def _served(page: StandardPage) -> str:
    return Client().get(f"/{page.locale.language_code}/tentang/", headers={"host": "testserver"}).content.decode()


def test_one_changed_paragraph_is_one_mark(page: StandardPage) -> None:
    _publish(page, [PARAGRAPHS[0], "Jangan bayar dan jangan berutang dulu.", PARAGRAPHS[2]])
    marks = OutdatedString.objects.filter(page=_english(page))
    assert [(mark.path, mark.position) for mark in marks] == [(f"body.{TEXT}", 1)]


def test_no_translation_is_lost_and_no_source_string_appears(page: StandardPage) -> None:
    _publish(page, [PARAGRAPHS[0], "Jangan bayar dan jangan berutang dulu.", PARAGRAPHS[2]])
    html = _served(_english(page))
    for words in ENGLISH.values():
        assert words in html
    assert "berutang" not in html


def test_the_reader_sees_the_date_directly_below_the_paragraph(page: StandardPage) -> None:
    _publish(page, [PARAGRAPHS[0], "Jangan bayar dan jangan berutang dulu.", PARAGRAPHS[2]])
    html = _served(_english(page))
    remark = html.index("The Indonesian version is newer", html.index("Do not pay yet."))
    assert html.index("Do not pay yet.") < remark < html.index("Call us.")


def test_translating_the_string_and_publishing_clears_the_mark(page: StandardPage) -> None:
    _publish(page, [PARAGRAPHS[0], "Jangan bayar dan jangan berutang dulu.", PARAGRAPHS[2]])
    carried = StringTranslation.objects.get(
        translation_of__data="Jangan bayar dan jangan berutang dulu.", locale__language_code="en"
    )
    # What localize's editor writes when a translator saves one string.
    carried.data, carried.tool_name, carried.last_translated_by = (
        "Do not pay and do not borrow yet.", "", User.objects.create_user("a@contoh.example"),
    )
    carried.save()
    with TestCase.captureOnCommitCallbacks(execute=True):
        Translation.objects.get().save_target(publish=True)
    assert not OutdatedString.objects.exists()
    assert "Do not pay and do not borrow yet." in _served(_english(page))


def test_a_new_paragraph_leaves_the_translation_as_it_was_and_marks_the_page(page: StandardPage) -> None:
    _publish(page, [*PARAGRAPHS, "Kalimat baru."])
    english = _english(page)
    assert OutdatedString.objects.filter(page=english).count() == 1
    assert "Kalimat baru." not in _served(english)
    assert "The Indonesian version is newer" in _served(english)


def test_a_removed_paragraph_disappears_everywhere_without_a_mark(page: StandardPage) -> None:
    _publish(page, [PARAGRAPHS[0], PARAGRAPHS[2]])
    html = _served(_english(page))
    assert "Do not pay yet." not in html
    assert "Call us." in html
    assert not OutdatedString.objects.exists()


def test_changing_the_text_back_clears_the_mark(page: StandardPage) -> None:
    _publish(page, [PARAGRAPHS[0], "Lain.", PARAGRAPHS[2]])
    _publish(page, PARAGRAPHS)
    assert not OutdatedString.objects.exists()
    assert "Do not pay yet." in _served(_english(page))
