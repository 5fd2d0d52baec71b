"""What the page editor and the translators' editor say about the words of a page, and what they keep from the public."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import translation as active
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from content.core.models import StandardPage
from content.core.permissions import NotPublishable
from content.core.writing import selectors
from content.registers import usage
from content.registers.models import AvoidedWord, Source, Term
from tests.portal.admin_forms import page_form
from tests.staff import SignedIn

pytestmark = [pytest.mark.django_db(databases=["default", "reports"]), pytest.mark.usefixtures("new_generations")]


@pytest.fixture(autouse=True)
def words(db: None) -> None:
    AvoidedWord.objects.create(
        code="tki", words={"id": "TKI", "en": "TKI"}, better={"id": "PMI", "en": "PMI"}, why={"id": "Begitu katanya."}
    )


def standard(homes: dict, text: str = "", **fields: object) -> StandardPage:
    body = [{"type": "text", "value": f"<p>{text}</p>"}] if text else []
    made = StandardPage(**{"title": "Tentang", "slug": "tentang", "body": body, "live": False, **fields})
    homes["id"].add_child(instance=made)
    made.save_revision()
    return made


def says(page: StandardPage) -> list[tuple[str, str]]:
    with active.override("id"):
        return [(hint.kind, hint.says) for hint in selectors.hints(page)]


def shown(client: Client, page: StandardPage) -> BeautifulSoup:
    return BeautifulSoup(client.get(f"/akun/cms/pages/{page.pk}/edit/").content, "html.parser")


def test_each_kind_of_hint_names_the_words(homes: dict) -> None:
    page = standard(homes, f"Seorang TKI ditahan oleh agen. Kami {'sering ' * 20}pulang. Restitusi 500 ribu.")
    found = says(page)
    assert ("digits", "Angka yang berdiri sendiri: “Restitusi 500 ribu.”") in found
    assert ("avoided", "“TKI”: tulis “PMI”. Begitu katanya.") in found
    assert ("plain", "Sebut dulu siapa yang melakukannya: “ditahan oleh”") in found
    assert ("plain", "Kata hukum yang tidak dijelaskan di kamus: “restitusi”") in found
    assert any("Kalimat dengan 22 kata, paling banyak 20" in words for _kind, words in found)
    assert [hint.stops for hint in selectors.hints(page)] == [True, *[False] * (len(found) - 1)]


def test_the_glossary_answers_for_a_word_of_law(homes: dict) -> None:
    page = standard(homes, "Mintalah restitusi.")
    assert len(says(page)) == 1
    Term.objects.create(slug="restitusi", term={"id": "Restitusi", "en": "R"}, meaning={"id": "a", "en": "b"})
    assert says(page) == []


def test_plainness_is_measured_in_indonesian_alone(homes: dict) -> None:
    made = StandardPage(title="About", slug="tentang", summary=f"We {'often ' * 30}go home, TKI.", live=False)
    homes["en"].add_child(instance=made)
    assert [kind for kind, _says in says(made)] == ["avoided"]


def test_the_editor_shows_them_of_what_was_saved_last(homes: dict, signed_in: SignedIn) -> None:
    client = signed_in("editor")
    page = standard(homes, "Mari pulang.")
    assert "Tidak ada yang perlu dilihat lagi." in shown(client, page).text
    stream = nested_form_data(
        {"body": streamfield([("text", rich_text("<p>Seorang TKI membayar 500 ribu.</p>", features=["bold"]))])}
    )
    address = f"/akun/cms/pages/{page.pk}/edit/"
    client.post(address, page_form(client, address, StandardPage) | stream)
    soup = shown(client, page)
    stops, again = soup.select_one(".help-block.help-critical"), soup.select_one(".help-block.help-warning li")
    assert stops is not None
    assert again is not None
    assert "“membayar 500 ribu.”" in stops.text
    assert again.text == "“TKI”: tulis “PMI”. Begitu katanya."


def test_a_new_page_has_a_place_for_them(homes: dict, signed_in: SignedIn) -> None:
    answer = signed_in("editor").get(f"/akun/cms/pages/add/core/standardpage/{homes['id'].pk}/")
    assert "Tulis dan simpan: yang perlu dilihat lagi tampil di sini." in answer.content.decode()


class TestBareDigits:
    """Wherever a reader would see it, a bare number keeps a page in drafts (by every way: test_admin_publishing)."""

    @pytest.mark.parametrize(
        "fields",
        [
            {"title": "Biaya 500 ribu"},
            {"summary": "Biaya 500 ribu"},
            {"steward": "Dinas, telepon 500 ribu"},
            {"seo_title": "Biaya 500 ribu"},
            {"search_description": "Biaya 500 ribu"},
            {"body": [{"type": "heading", "value": "Biaya 500 ribu"}]},
            {"body": [{"type": "text", "value": "<ul><li>Biaya <b>500</b> ribu</li></ul>"}]},
            {"body": [{"type": "text", "value": '<p><a href="tel:0812345">Telepon</a></p>'}]},
            {"body": [{"type": "warning", "value": {"title": "Biaya 500 ribu", "text": "<p>a</p>"}}]},
            {"body": [{"type": "facts", "value": [{"type": "item", "value": {"label": "a", "value": "500 ribu"}}]}]},
        ],
        ids=str,
    )
    def test_it_is_found_in_every_field(self, homes: dict, fields: dict) -> None:
        page = standard(homes, **fields)
        with pytest.raises(NotPublishable, match=r"500|0812345"):
            page.get_latest_revision().publish()
        assert not StandardPage.objects.get(pk=page.pk).live

    def test_a_citation_needs_its_source(self, homes: dict) -> None:
        page = standard(homes, "Menurut UU 18/2017 Pasal 30.")
        assert [kind for kind, _says in says(page)] == ["digits"]
        Source.objects.create(code="uu-18-2017", kind=Source.Kind.LAW, title="UU", publisher="RI")
        assert says(page) == []

    def test_a_source_that_a_page_cites_is_kept(self, homes: dict) -> None:
        source = Source.objects.create(code="uu-998-2001", kind=Source.Kind.LAW, title="UU", publisher="RI")
        other = Source.objects.create(code="uu-999-2001", kind=Source.Kind.LAW, title="UU", publisher="RI")
        standard(homes, "Menurut UU 998/2001 Pasal 30.")
        with active.override("id"):
            assert "“Tentang” (id)" in usage.why_kept(source)
        assert usage.why_kept(other) == ""
        Source.objects.create(code="uu-kerja-998-2001", kind=Source.Kind.LAW, title="UU", publisher="RI")
        assert usage.why_kept(source) == ""

    def test_news_with_a_date_in_its_code_is_no_law(self, homes: dict) -> None:
        page = standard(homes, "Menurut UU 18/2017.")
        Source.objects.create(code="uu-18-2017", kind=Source.Kind.NEWS, title="UU", publisher="RI")
        assert [kind for kind, _says in says(page)] == ["digits"]


class TestTranslations:
    """A translation is compared with its source, string by string, in whichever editor it is written."""

    @pytest.fixture
    def held(self, homes: dict) -> Translation:
        page = standard(homes, "Tiga hari, lihat <a href='https://kp2mi.go.id'>situs</a>.", summary="Sejak Mei 2025.")
        page.get_latest_revision().publish()
        source, _made = TranslationSource.get_or_create_from_instance(StandardPage.objects.get(pk=page.pk))
        return Translation.objects.create(source=source, target_locale=homes["en"].locale)

    @staticmethod
    def write(held: Translation, **by_path: str) -> StandardPage:
        for segment in held.source.stringsegment_set.select_related("context", "string"):
            name = segment.context.path.partition(".")[0]
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                context=segment.context,
                locale=held.target_locale,
                defaults={"data": by_path.get(name, "About")},
            )
        held.save_target(publish=True)
        return StandardPage.objects.get(translation_key=held.source.object_id, locale=held.target_locale)

    def test_the_same_said_has_no_hint(self, held: Translation, signed_in: SignedIn) -> None:
        page = self.write(held, summary="Since May 2025.", body='Three days, see the <a id="a1">site</a>.')
        assert says(page) == []
        assert "sekali lagi" not in shown(signed_in("editor"), page).select_one(".messages").text

    def test_a_difference_is_told_to_translators(self, held: Translation, signed_in: SignedIn) -> None:
        page = self.write(held, summary="Since May 2026.", body="Four days, see the site.")
        told = shown(signed_in("editor"), page).select_one(".messages")
        assert told is not None
        assert "(tanggal): di sana 2025-05, di sini 2026-05, pada “Since May 2026.”" in told.text
        assert "(angka): di sana 3 day, di sini 4 day" in told.text
        assert "(tautan): di sana a1, di sini –" in told.text

    def test_and_by_the_hints_of_the_page(self, held: Translation) -> None:
        page = self.write(held, summary="Since May 2026.", body='Three days, see the <a id="a1">site</a>.')
        assert says(page) == [
            (
                "parity",
                "Tidak sama dengan bahasa Indonesia (tanggal): di sana 2025-05, di sini 2026-05, pada “Since May 2026.”",
            )
        ]
