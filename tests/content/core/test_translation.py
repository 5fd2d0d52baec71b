"""One edit of an Indonesian paragraph marks just that paragraph outdated and loses no translation (DECISIONS 21)."""

from __future__ import annotations

import random
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, TestCase
from django.utils import timezone
from wagtail_localize.models import StringTranslation, Translation

from accounts.models import User
from content.core import translation
from content.core.models import OutdatedString, StandardPage
from tests.site import World

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = PARAGRAPHS = ["Paspor milik Anda.", "Jangan bayar dulu.", "Telepon kami."]
ENGLISH = {
    "Tentang": "About",
    "Ringkasan": "Summary",
    "Judul": "Heading",
    FIRST: "The passport is yours.",
    SECOND: "Do not pay yet.",
    THIRD: "Call us.",
}
CHANGED = "Jangan bayar dan jangan berutang dulu."
HEADING, TEXT, OTHER = (str(uuid.uuid5(uuid.NAMESPACE_URL, name)) for name in ("h", "t", "o"))


def _text(paragraphs: list[str], block: str = TEXT) -> dict:
    return {"type": "text", "value": "".join(f"<p>{words}</p>" for words in paragraphs), "id": block}


def _body(paragraphs: list[str]) -> list[dict]:
    return [{"type": "heading", "value": "Judul", "id": HEADING}, _text(paragraphs)]


def _publish(page: StandardPage, body: list[dict] | list[str], **fields: object) -> None:
    page = StandardPage.objects.get(pk=page.pk)
    raw = _body(body) if body and isinstance(body[0], str) else body
    page.body = page.body.stream_block.to_python(raw)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


@pytest.fixture
def page(site: World) -> StandardPage:
    """A published Indonesian page with a complete, published English translation."""
    page = site.homes["id"].add_child(
        instance=StandardPage(title="Tentang", slug="tentang", summary="Ringkasan", locale=site.locales["id"])
    )
    _publish(page, PARAGRAPHS)
    page = StandardPage.objects.get(pk=page.pk)
    translation.store(page, site.locales["en"], [ENGLISH[s.string.data] for s in translation.strings(page)])
    return page


def _english(page: StandardPage) -> StandardPage:
    return StandardPage.objects.get(translation_key=page.translation_key, locale__language_code="en")


def _shown(page: StandardPage) -> list[str]:
    """The strings of the English page, in order, without title and summary."""
    return [segment.string.data for segment in translation.strings(_english(page)) if "." in segment.path]


def _served(page: StandardPage) -> str:
    return Client().get(f"/{page.locale.language_code}/tentang/").content.decode()


def _translate(text: str, data: str) -> StringTranslation:
    """What localize's editor writes when a translator saves one string."""
    held = StringTranslation.objects.get(translation_of__data=text, locale__language_code="en")
    held.data, held.tool_name = data, ""
    held.last_translated_by, _new = User.objects.get_or_create(email="a@contoh.example")
    held.save()
    return held


def _publish_translation() -> None:
    """What localize's editor does when somebody presses “publish”."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        Translation.objects.get().save_target(publish=True)


def test_one_changed_paragraph_is_one_mark(page: StandardPage) -> None:
    _publish(page, [FIRST, CHANGED, THIRD])
    marks = OutdatedString.objects.filter(page=_english(page))
    assert [(mark.path, mark.position, mark.since) for mark in marks] == [(f"body.{TEXT}", 1, timezone.localdate())]


def test_no_translation_is_lost_and_no_source_string_appears(page: StandardPage) -> None:
    _publish(page, [FIRST, CHANGED, THIRD])
    html = _served(_english(page))
    for words in ENGLISH.values():
        assert words in html
    assert "berutang" not in html


def test_the_reader_sees_the_date_directly_below_the_paragraph(page: StandardPage) -> None:
    _publish(page, [FIRST, CHANGED, THIRD])
    html = _served(_english(page))
    at = html.index("Do not pay yet.")
    assert at < html.index("The Indonesian version is newer", at) < html.index("Call us.", at)
    assert html.count("The Indonesian version is newer") == 2  # at the top of the page, and there


def test_the_indonesian_page_says_nothing_of_it(page: StandardPage) -> None:
    _publish(page, [FIRST, CHANGED, THIRD])
    assert "lebih baru" not in _served(page)


def test_translating_the_string_and_publishing_clears_the_mark(page: StandardPage) -> None:
    _publish(page, [FIRST, CHANGED, THIRD])
    _translate(CHANGED, "Do not pay and do not borrow yet.")
    assert OutdatedString.objects.exists()  # the public page still shows the old sentence
    _publish_translation()
    assert not OutdatedString.objects.exists()
    assert "Do not pay and do not borrow yet." in _served(_english(page))


def test_any_saving_of_a_carried_string_counts_as_translating_it(page: StandardPage) -> None:
    _publish(page, [FIRST, CHANGED, THIRD])
    held = StringTranslation.objects.get(translation_of__data=CHANGED)
    assert held.tool_name == translation.CARRIED
    held.save()
    _publish_translation()
    assert not OutdatedString.objects.exists()


def test_a_new_paragraph_leaves_the_part_as_it_was_and_marks_it(page: StandardPage) -> None:
    _publish(page, [*PARAGRAPHS, "Kalimat baru."])
    assert [(m.path, m.position) for m in OutdatedString.objects.all()] == [(f"body.{TEXT}", 3)]
    assert _shown(page) == ["Heading", *[ENGLISH[words] for words in PARAGRAPHS]]
    assert "The Indonesian version is newer" in _served(_english(page))


def test_parts_without_new_text_follow_although_another_part_waits(page: StandardPage) -> None:
    _publish(page, [_text(["Bagian baru."], OTHER), *_body([FIRST, THIRD])], sensitive=True)
    assert _shown(page) == ["Heading", ENGLISH[FIRST], ENGLISH[THIRD]]
    assert _english(page).sensitive


def test_a_removed_paragraph_disappears_everywhere_without_a_mark(page: StandardPage) -> None:
    _publish(page, [FIRST, THIRD])
    assert _shown(page) == ["Heading", ENGLISH[FIRST], ENGLISH[THIRD]]
    assert not OutdatedString.objects.exists()


def test_a_moved_paragraph_keeps_its_translation_without_a_mark(page: StandardPage) -> None:
    _publish(page, [_text([THIRD], OTHER), *_body([SECOND, FIRST])])
    assert _shown(page) == [ENGLISH[THIRD], "Heading", ENGLISH[SECOND], ENGLISH[FIRST]]
    assert not OutdatedString.objects.exists()


def test_changing_the_text_back_clears_the_mark(page: StandardPage) -> None:
    _publish(page, [FIRST, "Lain.", THIRD])
    _publish(page, PARAGRAPHS)
    assert not OutdatedString.objects.exists()
    assert ENGLISH[SECOND] in _shown(page)


def test_a_text_that_was_outdated_stays_outdated_since_then(page: StandardPage) -> None:
    _publish(page, [FIRST, "Lain.", THIRD])
    OutdatedString.objects.update(since="2026-01-05")
    _publish(page, [FIRST, "Lain lagi.", THIRD])
    assert [(m.position, m.since.isoformat()) for m in OutdatedString.objects.all()] == [(1, "2026-01-05")]


def test_a_changed_title_is_carried_and_marked(page: StandardPage) -> None:
    _publish(page, PARAGRAPHS, title="Tentang kami")
    assert _english(page).title == "About"
    assert [mark.path for mark in OutdatedString.objects.all()] == ["title"]


def test_a_link_that_the_source_dropped_does_not_break_the_carried_text(page: StandardPage) -> None:
    link = '<a href="https://a.example">kami</a>'
    _publish(page, [FIRST, SECOND, f"Telepon {link}."])
    _translate('Telepon <a id="a1">kami</a>.', 'Call <a id="a1">us</a>.')
    _publish_translation()
    assert '<a href="https://a.example">us</a>' in _served(_english(page))
    _publish(page, [FIRST, SECOND, "Telepon siapa saja."])
    assert not StringTranslation.objects.filter(has_error=True).exists()
    assert _shown(page)[-1] == "Call us."


def test_what_a_translator_has_not_published_is_not_published_by_an_editor(page: StandardPage) -> None:
    _translate(FIRST, "A draft nobody has approved.")
    _publish(page, [FIRST, CHANGED, THIRD])
    assert _shown(page) == ["Heading", *[ENGLISH[words] for words in PARAGRAPHS]]
    assert [mark.position for mark in OutdatedString.objects.all()] == [1]
    _publish_translation()
    assert "A draft nobody has approved." in _shown(page)


def test_a_translation_with_source_text_in_it_is_not_published(page: StandardPage) -> None:
    _publish(page, [*PARAGRAPHS, "Kalimat baru."])
    with pytest.raises(ValidationError, match="Kalimat baru"):
        _publish_translation()
    assert "Kalimat baru." not in _served(_english(page))
    assert _shown(page) == ["Heading", *[ENGLISH[words] for words in PARAGRAPHS]]


def test_a_new_translation_stays_a_draft_until_it_is_whole(page: StandardPage, site: World) -> None:
    source = translation.source_of(page)
    held = Translation.objects.create(source=source, target_locale=site.locales["jv"])
    with TestCase.captureOnCommitCallbacks(execute=True):
        held.save_target(publish=True)
    assert not StandardPage.objects.get(locale=site.locales["jv"], slug="tentang").live
    translation.store(page, site.locales["jv"], [f"jv {s.string.data}" for s in translation.strings(page)])
    assert StandardPage.objects.get(locale=site.locales["jv"], slug="tentang").live


def test_the_cms_publishes_what_is_translated_and_says_what_is_not(page: StandardPage, client: Client) -> None:
    _publish(page, [_text(["Bagian baru."], OTHER), *_body([FIRST, CHANGED, THIRD])])
    _translate(CHANGED, "Do not borrow.")
    client.force_login(User.objects.create_superuser("admin@contoh.example"))
    answer = client.post(f"/akun/cms/pages/{_english(page).pk}/edit/", {"action": "publish"}, follow=True)
    assert "Bagian baru." in answer.content.decode()
    assert _shown(page) == ["Heading", ENGLISH[FIRST], "Do not borrow.", ENGLISH[THIRD]]
    assert [mark.path for mark in OutdatedString.objects.all()] == [f"body.{OTHER}"]


def test_a_translation_written_by_hand_is_marked_until_somebody_publishes_it(page: StandardPage) -> None:
    Translation.objects.update(enabled=False)
    _publish(page, [FIRST, CHANGED, THIRD])
    assert [(mark.position, mark.string) for mark in OutdatedString.objects.all()] == [(1, None)]
    english = _english(page)
    assert ENGLISH[SECOND] in _shown(page)
    english.save_revision().publish()
    assert not OutdatedString.objects.exists()


def test_an_empty_translation_is_none(page: StandardPage) -> None:
    """localize shows the source text for it, which must never be published in another language."""
    row = StringTranslation.objects.filter(data=ENGLISH[SECOND]).get()
    StringTranslation.objects.filter(pk=row.pk).update(data="")
    assert [held.text for held in translation.missing(Translation.objects.get())] == [row.translation_of.data]


def test_twelve_random_edits_lose_no_translation_and_show_no_source_text(page: StandardPage) -> None:
    chance = random.Random(20261122)
    held = set(ENGLISH.values())
    pool = [*PARAGRAPHS, "Empat.", "Lima.", "Enam."]
    for number in range(12):
        _publish(page, chance.sample(pool, chance.randint(1, len(pool))))
        absent = translation.missing(Translation.objects.get())
        if absent and chance.random() < 0.7:
            words = f"English {number}"
            source = translation.source_of(StandardPage.objects.get(pk=page.pk))
            segment = source.stringsegment_set.get(string__data=absent[0].text, context__path=absent[0].path)
            StringTranslation.objects.create(
                translation_of_id=segment.string_id,
                context_id=segment.context_id,
                locale=_english(page).locale,
                data=words,
                translation_type="manual",
            )
            held.add(words)
            translation.write(Translation.objects.get())
        assert set(_shown(page)) <= held
        assert held <= set(StringTranslation.objects.values_list("data", flat=True))


@pytest.mark.parametrize(
    ("before", "now", "replaced"),
    [
        ([1, 2, 3], [1, 9, 3], [(2, 9)]),
        ([1, 2], [1, 8, 2], []),
        ([1, 2], [2], []),
        ([], [1], []),
        ([1], [2, 3], [(1, 2)]),
        ([1, 2], [3, 4], [(1, 3), (2, 4)]),
    ],
)
def test_what_took_the_place_of_what(before: list[int], now: list[int], replaced: list[tuple[int, int]]) -> None:
    assert translation.changed(before, now) == replaced
