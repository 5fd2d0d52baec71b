"""How a regional page is shown: its own words, the Indonesian ones directly below, safety in Indonesian (DECISIONS 22)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from wagtail.models import Locale
from wagtail.rich_text import RichText
from wagtail_localize.models import StringTranslation

from content.core import services, translation
from content.core.models import OutdatedString, StandardPage, TranslationReview
from content.core.selectors import review_of
from content.registers.models import Channel
from tests.site import World

pytestmark = pytest.mark.django_db

BODY = [
    ("heading", "Judul"),
    ("text", "<p>Satu <b>tebal</b> & {kanal:sapa-129}.</p><ul><li>Dua.</li><li>Tiga.</li></ul>"),
    ("steps", [{"title": "Langkah", "text": "<p>Jangan bayar.</p>"}]),
    ("warning", {"title": "Awas", "text": "<p>Bahaya.</p>"}),
    ("tip", {"title": "Boleh", "text": "<p>Menolak.</p>"}),
    ("facts", [{"label": "Usia", "value": "Delapan belas"}]),
]


def _raw() -> list[dict]:
    def item(value: dict, place: str) -> dict:
        return {"type": "item", "value": value, "id": str(uuid.uuid5(uuid.NAMESPACE_URL, place))}

    return [
        {
            "type": kind,
            "value": [item(v, f"{kind}{n}") for n, v in enumerate(value)] if isinstance(value, list) else value,
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, kind)),
        }
        for kind, value in BODY
    ]


@pytest.fixture
def page(site: World) -> StandardPage:
    """A page in Indonesian and Javanese; each Javanese string is the Indonesian one after “jv”."""
    Channel.objects.create(
        slug="sapa-129", kind="phone", value="129", emergency=True, verified_on="2026-01-01", verify_by="2030-01-01"
    )
    page = StandardPage(title="Keamanan", slug="keamanan", summary="Ringkasan.", locale=site.locales["id"])
    page.body = page._meta.get_field("body").stream_block.to_python(_raw())
    site.homes["id"].add_child(instance=page)
    page.save_revision().publish()
    page = StandardPage.objects.get(pk=page.pk)
    translation.store(page, site.locales["jv"], [f"jv {s.string.data}" for s in translation.strings(page)])
    return page


def _main(path: str = "/jv/keamanan/") -> Tag:
    answer = Client().get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").find("main")


def _review() -> None:
    javanese = StandardPage.objects.get(locale__language_code="jv", slug="keamanan")
    services.review(javanese, "Sri (Contoh)", dt.date(2026, 11, 20))


def _language(tag: Tag) -> str:
    return next(above["lang"] for above in [tag, *tag.parents] if above.get("lang"))


def _below(tag: Tag) -> tuple[str, str]:
    """The own words of an element and the Indonesian ones in it."""
    indonesian = tag.find(attrs={"lang": "id"})
    words = indonesian.extract().get_text()
    return tag.get_text().strip(), words


@pytest.mark.parametrize(
    ("name", "own", "indonesian"),
    [
        ("h1", "jv Keamanan", "Keamanan"),
        ("p.lead", "jv Ringkasan.", "Ringkasan."),
        ("h2", "jv Judul", "Judul"),
        ("p:not([class])", "jv Satu tebal & 129.", "Satu tebal & 129."),
        ("li", "jv Dua.", "Dua."),
        (".tip h3", "jv Boleh", "Boleh"),
        ("dt", "jv Usia", "Usia"),
        ("dd", "jv Delapan belas", "Delapan belas"),
        (".warn h3", "jv Awas", "Awas"),
        ("ol h3", "jv Langkah", "Langkah"),
    ],
)
def test_each_string_has_the_indonesian_one_directly_below(
    page: StandardPage, name: str, own: str, indonesian: str
) -> None:
    for notice in (main := _main()).select(".note"):
        notice.decompose()
    assert _below(main.select_one(name)) == (own, indonesian)


def test_warnings_tips_and_steps_are_indonesian_until_somebody_has_read_them(page: StandardPage) -> None:
    main = _main()
    for name, words in ((".warn p", "Bahaya."), (".tip p", "Menolak."), ("ol p", "Jangan bayar.")):
        text = main.select_one(name)
        assert (text.get_text(), _language(text)) == (words, "id")
    assert "jv Bahaya." not in main.get_text()
    _review()
    main = _main("/jv/keamanan/?x=1")
    assert _below(main.select_one(".warn p")) == ("jv Bahaya.", "Bahaya.")
    assert "Sri (Contoh)" in main.get_text()


def _indonesian_changes(page: StandardPage, javanese: dict[str, str], change: Callable[[list[dict]], None]) -> Tag:
    """A translator has written something that nobody has published; then an editor changes the Indonesian page."""
    for path, data in javanese.items():
        row = StringTranslation.objects.get(context__path=path)
        row.data = data
        row.save()
    page.refresh_from_db()
    raw = list(page.body.get_prep_value())
    change(raw)
    page.body = page._meta.get_field("body").stream_block.to_python(raw)
    page.save_revision().publish()
    return _main()


SAFETY = frozenset({"steps", "warning", "tip"})


def _other_parts(raw: list[dict]) -> None:
    for part in raw:
        if part["type"] in SAFETY:
            part["id"] = str(uuid.uuid4())


def _other_items(raw: list[dict]) -> None:
    for part in raw:
        if part["type"] == "steps":
            item = part["value"][0]
            item["id"] = str(uuid.uuid4())
            part["value"].append({**item, "id": str(uuid.uuid4()), "value": {"title": "Kedua", "text": "<p>Lari.</p>"}})


@pytest.mark.parametrize("change", [_other_parts, _other_items])
@pytest.mark.parametrize("reviewed", [False, True])
def test_a_safety_part_that_the_indonesian_page_has_replaced_is_the_indonesian_one(
    page: StandardPage, change: Callable[[list[dict]], None], reviewed: bool
) -> None:
    if reviewed:
        _review()
    main = _indonesian_changes(page, {"summary": "jv anyar"}, change)
    assert "jv anyar" not in main.get_text(), "what waits for approval is not public"
    for name, words in ((".warn p", "Bahaya."), (".tip p", "Menolak."), ("ol p", "Jangan bayar.")):
        if name == "ol p" or change is _other_parts or not reviewed:
            assert [(t.get_text(), _language(t)) for t in main.select(name)][:1] == [(words, "id")]
    assert "jv Jangan bayar." not in main.get_text()
    if change is _other_items:
        assert [p.get_text() for p in main.select("ol p")] == ["Jangan bayar.", "Lari."]
    else:
        assert "jv Bahaya." not in main.get_text()
        order = [main.get_text().index(words) for words in ("Tiga.", "Jangan bayar.", "Bahaya.", "Menolak.", "jv Usia")]
        assert order == sorted(order)


def test_a_safety_part_that_the_indonesian_page_no_longer_has_is_left_out(page: StandardPage) -> None:
    main = _indonesian_changes(
        page, {"summary": "jv anyar"}, lambda raw: raw.remove(next(p for p in raw if p["type"] == "warning"))
    )
    assert "Bahaya." not in main.get_text()
    assert "Menolak." in main.get_text()


def test_without_an_indonesian_page_nothing_unread_of_safety_is_shown(page: StandardPage, site: World) -> None:
    StandardPage.objects.filter(pk=page.pk).update(translation_key=uuid.uuid4())
    main = _main()
    assert "Jangan bayar." not in main.get_text()
    assert "jv Satu tebal" in main.get_text()


def _other_words(page: StandardPage) -> None:
    translation.store(
        page, Locale.objects.get(language_code="jv"), [f"lain {s.string.data}" for s in translation.strings(page)]
    )


def _other_row(page: StandardPage) -> None:
    javanese = StandardPage.objects.get(locale__language_code="jv", slug="keamanan")
    javanese.body[3].value["text"] = RichText("<p>lain</p>")
    javanese.save()


@pytest.mark.parametrize("change", [_other_words, _other_row])
def test_a_reviewer_vouches_for_the_words_that_were_read_and_no_others(
    page: StandardPage, change: Callable[[StandardPage], None]
) -> None:
    _review()
    change(page)
    main = _main()
    assert main.select_one(".warn p").get_text() == "Bahaya."
    assert "Sri (Contoh)" not in main.get_text()
    assert "Terjemahan awal, belum diperiksa" in main.get_text()
    _review()
    assert "Sri (Contoh)" in _main("/jv/keamanan/?x=1").get_text()


def test_a_review_of_unknown_words_vouches_for_none(page: StandardPage) -> None:
    javanese = StandardPage.objects.get(locale__language_code="jv", slug="keamanan")
    TranslationReview.objects.create(page=javanese, reviewer="Sri (Contoh)", reviewed_on="2026-11-20")
    assert review_of(javanese) is None


def test_the_label_stands_on_top_and_search_engines_stay_away(page: StandardPage) -> None:
    answer = Client().get("/jv/keamanan/")
    text = answer.content.decode()
    assert text.index("Terjemahan awal, belum diperiksa") < text.index("jv Keamanan<br>")
    assert "noindex" in answer["X-Robots-Tag"]
    assert '<html lang="jv"' in text


def test_an_outdated_string_says_so_on_the_regional_page_too(page: StandardPage) -> None:
    page.body[5].value[0]["value"] = "Sembilan belas"
    page.save_revision().publish()
    assert OutdatedString.objects.count() == 1
    answer = _main().select_one("dd")
    assert "Sembilan belas" in answer.get_text()
    assert "jv Delapan belas" in answer.get_text()
    assert answer.find("small") is not None


def test_the_indonesian_page_has_nothing_below(page: StandardPage) -> None:
    main = _main("/id/keamanan/")
    assert main.find(attrs={"lang": True}) is None
    assert main.select_one("h2").get_text() == "Judul"


def test_where_a_language_lacks_a_page_the_indonesian_one_answers_and_says_so(site: World, page: StandardPage) -> None:
    for path in ("/jv/", "/su/keamanan/"):
        answer = Client().get(path)
        text = answer.content.decode()
        assert '<html lang="id"' in text
        assert "noindex" in answer["X-Robots-Tag"]
        assert "jv Keamanan" not in text


def test_a_regional_page_asks_at_most_three_questions_more(
    page: StandardPage, django_assert_max_num_queries: object
) -> None:
    Client().get("/id/keamanan/?x=1")
    with django_assert_max_num_queries(100) as indonesian:  # type: ignore[operator]
        Client().get("/id/keamanan/?x=1")
    with django_assert_max_num_queries(len(indonesian) + 3):  # type: ignore[operator]
        Client().get("/jv/keamanan/?x=1")
