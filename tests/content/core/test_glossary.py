"""A term is a link where it first stands in an article, in the language of the page, and nowhere where it would disturb."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from content.core.glossary import forms, linked
from content.core.models import BasePage, StandardPage
from content.education.models import (
    ArticlePage,
    CampaignIndexPage,
    CampaignPage,
    EducationIndexPage,
    GlossaryPage,
    QuizIndexPage,
    StoryIndexPage,
    TopicPage,
)
from content.guides.models import GuideIndexPage, GuidePage
from content.registers import generation
from content.registers.models import Scheme, Term
from content.schools.models import SessionIndexPage, SessionPage
from tests.site import World

pytestmark = pytest.mark.django_db
URL = "/id/pendidikan/kamus/"
TODAY = dt.date.today()


@pytest.fixture
def room(site: World) -> EducationIndexPage:
    """A glossary in Indonesian and English, with three terms."""
    for slug, indonesian, english in (
        ("p3mi", "Perusahaan penempatan (P3MI)", "Placement company (P3MI)"),
        ("calo", "Calo atau sponsor perseorangan", "Broker or individual sponsor"),
        ("opp", "Orientasi Pra Pemberangkatan (OPP)", "Pre-departure orientation (OPP)"),
    ):
        Term.objects.create(
            slug=slug, term={"id": indonesian, "en": english}, meaning={"id": f"Arti {slug}", "en": f"Meaning {slug}"}
        )
    index = site.homes["id"].add_child(instance=EducationIndexPage(title="Pendidikan", slug="pendidikan"))
    glossary = index.add_child(instance=GlossaryPage(title="Kamus", slug="kamus"))
    for page in (index, glossary):
        page.copy_for_translation(site.locales["en"]).save_revision().publish()
    generation.replace()
    return index


def links(html: str, language: str = "id", without: str = "") -> list[str]:
    """What is linked: “words → slug”."""
    found = BeautifulSoup(linked(html, language, without), "html.parser").select('a[href*="/kamus/#"]')
    return [f"{link.text} → {link['href'].partition('#')[2]}" for link in found]


def test_a_term_is_linked_once_by_whichever_of_its_names_comes_first(room: EducationIndexPage) -> None:
    html = "<p>Datang ke P3MI. Perusahaan penempatan itu, P3MI, berizin.</p><p>perusahaan penempatan</p>"
    assert links(html) == ["P3MI → p3mi"]
    assert links("<p>Seorang calo, bukan P3MI.</p>") == ["calo → calo", "P3MI → p3mi"]


def test_the_text_itself_is_not_changed(room: EducationIndexPage) -> None:
    html = "<p>Datang ke P3MI &amp; OPP. <b>Calo</b> &lt;bukan&gt;</p><ul><li>OPP</li></ul>"
    assert BeautifulSoup(linked(html, "id"), "html.parser").text == BeautifulSoup(html, "html.parser").text


@pytest.mark.parametrize(
    "html",
    [
        "<h2>P3MI</h2>",
        '<a href="/x/">tentang <b>P3MI</b> di sini</a>',
        "<blockquote><p>P3MI</p></blockquote>",
        "<p>Katanya “kami P3MI resmi” begitu.</p>",
        '<p>Katanya "kami P3MI resmi" begitu.</p>',
        "<p>“Kami <b>P3MI</b> resmi”</p>",
        '<p lang="en">the P3MI</p>',
        "<table><caption>P3MI</caption><tr><th>P3MI</th></tr></table>",
        "<dl><dt>P3MI</dt></dl>",
        '<div class="c flag"><p>P3MI</p></div>',
        "<p>SIP3MI, P3MI-lain, p3mi</p>",
        "<p>calonya</p>",
    ],
)
def test_what_is_left_alone(room: EducationIndexPage, html: str) -> None:
    assert links(html) == []


@pytest.mark.parametrize(
    "html",
    [
        "<h2>P3MI</h2><p>P3MI</p>",
        "<p>“Kami resmi.</p><p>P3MI itu</p>",
        "<p>“Kami resmi” kata P3MI</p>",
        "<h2>a</h2><p>b<br>c</p><svg><path d='x'/></svg><p>P3MI</p>",
        '<p>x <span lang="en">P3MI <b>y</b></span> P3MI</p>',
        "<dl><div><dt>P3MI</dt><dd>P3MI</dd></div></dl>",
    ],
)
def test_what_follows_is_linked(room: EducationIndexPage, html: str) -> None:
    assert links(html) == ["P3MI → p3mi"]


def test_each_language_has_its_own_words(room: EducationIndexPage) -> None:
    html = "<p>A placement company and a calo.</p>"
    assert links(html, "en") == ["placement company → p3mi"]
    assert links(html, "id") == ["calo → calo"]
    # A language in which no term has words, and no glossary lives.
    assert links(html, "jv") == []


def test_a_page_is_not_sent_away_to_have_its_own_subject_explained(room: EducationIndexPage) -> None:
    assert links("<p>Calo dan P3MI.</p>", without="calo") == ["P3MI → p3mi"]


def test_other_names_and_words_that_everybody_knows(room: EducationIndexPage) -> None:
    Term.objects.filter(slug="calo").update(also={"id": "perekrut lapangan", "en": "field recruiter"})
    Term.objects.filter(slug="opp").update(common=True)
    generation.replace()
    assert links("<p>Perekrut lapangan mengajak ke OPP.</p>") == ["Perekrut lapangan → calo"]
    assert forms(Term.objects.get(slug="p3mi"), "id") == ["Perusahaan penempatan", "P3MI"]


def test_without_a_glossary_page_nothing_is_linked(room: EducationIndexPage) -> None:
    GlossaryPage.objects.filter(locale__language_code="id").update(live=False)
    generation.replace()
    assert links("<p>P3MI</p>") == []
    assert "<a" in linked("<p>P3MI</p>", "en")


def test_an_article_leads_to_the_meaning(room: EducationIndexPage, client: Client) -> None:
    topic = room.add_child(instance=TopicPage(title="Migrasi", slug="migrasi"))
    article = ArticlePage(title="P3MI", slug="artikel", summary="Tentang P3MI.")
    article.body = [
        ("heading", "P3MI dan OPP"),
        ("text", "<p>Datang ke P3MI.</p>"),
        ("tip", {"title": "OPP", "text": "<p>Ikut OPP.</p>"}),
    ]
    topic.add_child(instance=article)
    generation.replace()
    shown = BeautifulSoup(client.get("/id/pendidikan/migrasi/artikel/").content, "html5lib")
    assert [link["href"] for link in shown.select("main p a") if "#" in link["href"]] == [f"{URL}#p3mi", f"{URL}#opp"]
    glossary = BeautifulSoup(client.get(URL).content, "html5lib")
    assert glossary.select_one("#p3mi dd").text == "Arti p3mi"
    assert [row["id"] for row in glossary.select("main dl.q div")] == ["calo", "opp", "p3mi"]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (StandardPage, {}),
        (GuideIndexPage, {}),
        (GuidePage, {"scheme": "p2p"}),
        (SessionIndexPage, {}),
        (SessionPage, {"audience": "sma", "minutes": 20}),
        (TopicPage, {}),
        (StoryIndexPage, {}),
        (QuizIndexPage, {}),
        (CampaignIndexPage, {}),
        (CampaignPage, {"banner": "B", "starts_on": TODAY, "ends_on": TODAY}),
    ],
)
def test_every_kind_of_page_links_a_term_once(
    room: EducationIndexPage, site: World, client: Client, model: type[BasePage], fields: dict
) -> None:
    Scheme.objects.create(code="p2p", name={"id": "P ke P", "en": "P to P"})
    page = model(title="Judul", slug="judul", body=[("text", "<p>Datang ke P3MI dan P3MI.</p>")], **fields)
    if hasattr(page, "closing"):
        page.closing = [("text", "<p>P3MI, lalu OPP.</p>")]
    site.homes["id"].add_child(instance=page)
    generation.replace()
    shown = BeautifulSoup(client.get("/id/judul/").content, "html5lib")
    linked_terms = [link["href"].partition("#")[2] for link in shown.select("main a") if f"{URL}#" in link["href"]]
    assert linked_terms == (["p3mi", "opp"] if hasattr(page, "closing") else ["p3mi"])
