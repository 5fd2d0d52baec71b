"""The directory of help: who helps by region and need, what is not known says so, and nobody's place is read."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.guides import examples, help_selectors
from content.registers import generation, seeding
from content.registers.models import Channel, Destination, Need, Office, Price, Region, Service, Source
from tests.factories.jobs import SourceFactory, day
from tests.portal.admin_forms import errors_of, fields_of
from tests.site import World
from tests.staff import SignedIn

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
LUMAJANG, EAST_JAVA = "35.08", "35"


PLACES = {"11": "Aceh", "33": "Jawa Tengah", "33.01": "Kabupaten Cilacap", "35": "Jawa Timur"}
PLACES |= {
    "35.07": "Kabupaten Malang",
    "35.08": "Kabupaten Lumajang",
    "32": "Jawa Barat",
    "32.12": "Kabupaten Indramayu",
}
PLACES |= {"63": "Kalimantan Selatan"}


@pytest.fixture
def registers(db: None, new_generations: None) -> None:
    """The lines and kinds of office that the portal ships with, the sources, and a few regions."""
    files = ("sources", "channels", "services")
    seeding.load({register: entries for register, entries in seeding.read().items() if register.file in files})
    for code, name in PLACES.items():
        Region.objects.create(code=code, name=name, province_id=code[:2] if len(code) > 2 else None)
    Destination.objects.create(country="TW")
    generation.replace()


@pytest.fixture
def portal(site: World, registers: None) -> Client:
    return Client()


def office(name: str, region: str = LUMAJANG, service: str = "uptd-ppa", **values: object) -> Office:
    """An office from a source."""
    held = {"verified_on": day(-1), "verify_by": day(30), "source": SourceFactory(), "steward": "DP3AKB", **values}
    return Office.objects.create(
        name=name, region_id=region, service=Service.objects.get(code=service), **held
    )  # fmt: skip


def page(client: Client, query: str = "", language: str = "id") -> BeautifulSoup:
    answer = client.get(f"/{language}/bantuan/{query}")
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    return BeautifulSoup(answer.content, "html5lib")


def offices(found: BeautifulSoup) -> list[str]:
    heading = found.select_one("#kantor")
    cards = heading.find_next_siblings(class_="c") if heading else []
    rest = heading.find_next_sibling("h2").find_next_siblings(class_="c") if heading else []
    return [card.h3.get_text() for card in cards if card not in rest]


def options(found: BeautifulSoup, name: str) -> list[str]:
    return [option["value"] for option in found.select(f"select[name={name}] option")]


class TestOffices:
    def test_those_of_the_region_come_with_everything_that_is_known(self, portal: Client) -> None:
        office(
            "UPTD PPA Lumajang",
            phone="0334-881234",
            address="Jalan Raya 1",
            hours={"id": "Setiap hari", "en": "Every day"},
            price=Price.FREE,
            check_kind=Office.CheckKind.CALLED,
        )
        text = page(portal, "?wilayah=35&kabupaten=35.08").select_one("#kantor").find_next(class_="c")
        assert text.select_one("a")["href"] == "tel:0334881234"
        said = text.get_text(" ", strip=True)
        for words in ("Rumah aman, Pendampingan", "Jalan Raya 1", "Setiap hari", "Gratis", "Dicoba pada", "tinggi"):
            assert words in said, words
        assert "belum dicoba" not in said

    def test_what_is_not_known_says_so(self, portal: Client) -> None:
        office("UPTD PPA Lumajang", verify_by=day(-1), verified_on=day(-9))
        said = page(portal, "?wilayah=35&kabupaten=35.08").select_one("#kantor").find_next(class_="c").get_text(" ")
        for words in (
            "Nomor belum diisi",
            "Belum diketahui, tanyakan dulu",
            "belum dicoba",
            "Sudah waktunya diperiksa",
        ):
            assert words in said, words

    def test_a_regency_comes_first_then_its_province_never_another(self, portal: Client) -> None:
        office("Provinsi", EAST_JAVA)
        office("Lumajang")
        office("Malang", "35.07")
        office("Cilacap", "33.01")
        assert offices(page(portal, "?wilayah=35&kabupaten=35.08")) == ["Lumajang", "Provinsi"]
        assert offices(page(portal, "?wilayah=35")) == ["Provinsi", "Malang", "Lumajang"]

    def test_the_needs_of_an_office_go_before_those_of_its_kind(self, portal: Client) -> None:
        office("Menurut jenis")
        office("Menurut kantor", needs=["hukum"])
        assert offices(page(portal, "?wilayah=35&butuh=hukum")) == ["Menurut kantor"]
        assert offices(page(portal, "?wilayah=35&butuh=rumah-aman")) == ["Menurut jenis"]

    def test_only_what_a_source_says_and_what_is_marked_as_an_example(self, portal: Client) -> None:
        office("Tanpa sumber", source=None)
        office("Lemah", source=Source.objects.create(code="lemah", kind="news", title="x", confidence="L"))
        office("Contoh", source=None, example=True)
        found = page(portal, "?wilayah=35")
        assert offices(found) == ["Contoh"]
        card = found.select_one("#kantor").find_next(class_="c").get_text(" ")
        assert "bukan kantor sungguhan" in card
        assert "Dibaca di sumber" not in card

    def test_one_that_is_over_says_what_then_not_its_number(self, portal: Client) -> None:
        office("Pindah", phone="0334-881234", valid_until=day(-1), fallback={"id": "Kini di kota.", "en": "Moved."})
        card = page(portal, "?wilayah=35").select_one("#kantor").find_next(class_="c").get_text(" ")
        assert "Kini di kota." in card
        assert "881234" not in card
        assert not Office.objects.valid().exists()


class TestNoOffice:
    def test_an_empty_region_says_so_and_shows_the_national_line(self, portal: Client) -> None:
        found = page(portal, "?wilayah=11&butuh=rumah-aman")
        assert "Nomor daerah belum diisi" in found.select_one(".note").get_text()
        assert "129" in found.find(string="Nomor nasional").find_next(class_="c").h3.get_text()
        assert "UPTD PPA" in found.find(string="Jenis kantor yang bisa ditanya").find_next("ul").get_text()

    @pytest.mark.parametrize("need", ["", *Need.values])
    def test_nobody_who_may_be_hiding_is_sent_to_the_village_office(self, portal: Client, need: str) -> None:
        """Who says that only papers are needed may ask there: the village office writes some of them."""
        found = page(portal, f"?wilayah=11&butuh={need}")
        note = found.select_one(".note").get_text()
        assert ("kantor desa" in note) == (need == Need.DOCUMENTS)
        assert "nomor nasional" in note.split(".", 1)[1]
        if need == Need.SHELTER:
            assert "Kantor desa" not in found.main.get_text()

    def test_what_a_call_costs_is_said_to_be_unknown_without_telling_anybody_to_ask_first(self, portal: Client) -> None:
        cards = {card.h3.get_text(): card.get_text(" ") for card in page(portal, "?butuh=rumah-aman").select("main .c")}
        line = next(text for name, text in cards.items() if name.startswith("SAPA 129"))
        assert "Biaya panggilan belum kami ketahui" in line
        assert not [text for text in cards.values() if "tanyakan dulu" in text]

    def test_one_with_offices_for_other_needs_only_names_the_need(self, portal: Client) -> None:
        office("UPTD PPA Lumajang")
        note = page(portal, "?wilayah=35&butuh=dokumen").select_one(".note").get_text()
        assert "Nomor daerah belum diisi (Dokumen)" in note

    @pytest.mark.parametrize("need", Need.values)
    def test_every_need_leads_to_somebody(self, portal: Client, need: str) -> None:
        found = help_selectors.find(help_selectors.Asked(need=need))
        assert found.kinds
        assert found.lines or {channel.slug for channel in found.emergency} == {"polisi-110", "sapa-129"}
        assert "tel:129" in {link.get("href") for link in page(portal, f"?butuh={need}").select("main a, .help a")}


def test_whoever_is_in_danger_finds_a_number_before_the_questions_where_it_works(portal: Client) -> None:
    links = page(portal).select("main a[href^='tel:'], main form[action='/id/bantuan/'] select")
    assert {link.get("href") for link in links[:2]} == {"tel:129", "tel:110"}
    abroad = page(portal, "?wilayah=luar-negeri")
    assert not abroad.select("main .tip a[href='tel:110']")


class TestAbroad:
    def test_the_need_is_kept_and_answered_by_whom_one_reaches_from_there(self, portal: Client) -> None:
        found = page(portal, "?wilayah=luar-negeri&negara=TW&butuh=hukum")
        assert found.h1.get_text() == "Bantuan di Taiwan"
        assert found.select_one("#butuh option[selected]")["value"] == "hukum"
        answer = found.find("h2", string=lambda text: text and text.endswith("Bantuan hukum"))
        assert "WhatsApp LPSK" in answer.find_next(class_="c").h3.get_text()
        assert "148" not in found.main.get_text(), "a short number does not work abroad"

    @pytest.mark.parametrize("need", Need.values)
    def test_no_need_hides_a_line_for_everybody_abroad(self, portal: Client, need: str) -> None:
        names = [card.h3.get_text() for card in page(portal, f"?wilayah=luar-negeri&butuh={need}").select("main .c")]
        assert len(names) == len(set(names))
        assert [name for name in names if "2924 4800" in name or "0811-8080-141" in name or "peduliwni" in name][2:]

    def test_a_need_that_nobody_takes_from_there_says_so(self, portal: Client) -> None:
        assert "Tanyakan ke perwakilan RI" in page(portal, "?wilayah=luar-negeri&butuh=medis").main.get_text()

    def test_the_mission_first_then_those_for_every_country(self, portal: Client) -> None:
        found = page(portal, "?wilayah=luar-negeri&negara=KH")
        names = [card.h3.get_text() for card in found.select("main .c")]
        assert ["855 12 813 282" in names[0], "2924 4800" in names[1], "0811-8080-141" in names[2]] == [True] * 3
        assert "peduliwni.kemlu.go.id" in names[3]
        assert len(names) == 4

    def test_a_country_with_nothing_says_so(self, portal: Client) -> None:
        found = page(portal, "?wilayah=luar-negeri&negara=TW")
        assert "Belum ada nomor perwakilan" in found.select_one(".note").get_text()
        assert len(found.select("main .c")) == 3

    def test_the_line_of_the_ministry_comes_once_somebody_has_called_it(self, portal: Client) -> None:
        values = {"kind": "phone", "value": "+62 812 9007 0027", "verified_on": day(-1), "verify_by": day(9)}
        words = {name: {"id": "Kemlu", "en": "Kemlu"} for name in ("organisation", "name", "purpose")}
        line = Channel.objects.create(slug="kemlu-pwni", **values, **words)
        generation.replace()
        assert "9007" not in page(portal, "?wilayah=luar-negeri").get_text()
        line.check_kind = Channel.CheckKind.CALLED
        line.save()
        generation.replace()
        assert "9007" in page(portal, "?wilayah=luar-negeri").get_text()


class TestChoosing:
    def test_the_second_choice_follows_the_first(self, portal: Client) -> None:
        first = page(portal)
        assert options(first, "wilayah") == ["", "luar-negeri", "11", "32", "33", "35", "63"]
        assert options(first, "butuh") == ["", *Need.values]
        assert not options(first, "kabupaten") + options(first, "negara")
        assert LUMAJANG in options(page(portal, "?wilayah=35"), "kabupaten")
        assert "33.01" not in options(page(portal, "?wilayah=35"), "kabupaten")
        assert "KH" in options(page(portal, "?wilayah=luar-negeri"), "negara")

    def test_another_country_is_an_answer(self, portal: Client) -> None:
        assert "Pilih negara" in page(portal, "?wilayah=luar-negeri").select_one(".note").get_text()
        other = page(portal, "?wilayah=luar-negeri&negara=lain")
        assert "Belum ada nomor perwakilan" in other.select_one(".note").get_text()
        assert len(other.select("main .c")) == 3

    @pytest.mark.parametrize(
        "query", ["?wilayah=99", "?wilayah=35&kabupaten=33.01", "?butuh=uang", "?wilayah=luar-negeri&negara=%00"]
    )
    def test_what_is_no_choice_is_not_chosen(self, portal: Client, query: str) -> None:
        said = page(portal, query).select("option[selected]")
        assert {option["value"] for option in said} <= {"35", "luar-negeri"}

    def test_it_offers_the_exit_and_asks_no_place_of_a_phone(self, portal: Client) -> None:
        found = page(portal)
        assert len(found.select('a[href="/keluar/"]')) >= 2
        assert "geolocation" not in str(found)
        assert len(found.select("script")) == 1
        assert found.select_one("main form").get("method", "get") == "get"

    def test_what_was_chosen_is_in_no_index_and_no_canonical_address(self, portal: Client) -> None:
        answer = portal.get("/id/bantuan/?wilayah=35")
        assert answer["X-Robots-Tag"] == "noindex"
        assert "ETag" not in answer
        link = BeautifulSoup(answer.content, "html5lib").select_one("link[rel=canonical]")["href"]
        assert link.endswith("/id/bantuan/")

    def test_few_queries_however_many_offices(self, portal: Client) -> None:
        for number in range(30):
            office(f"Kantor {number}")
        page(portal, "?wilayah=35")
        with CaptureQueriesContext(connection) as asked:
            page(portal, "?wilayah=35&butuh=rumah-aman")
        assert len(asked) == 2

    def test_people_find_it(self, portal: Client) -> None:
        for path in ("/id/", "/id/peta-situs/"):
            assert b'href="/id/bantuan/"' in portal.get(path).content, path
        assert help_selectors.address("en", "35.08") == "/en/bantuan/?wilayah=35&kabupaten=35.08"
        assert help_selectors.address("id", "63") == "/id/bantuan/?wilayah=63"
        assert help_selectors.address("id", "") == "/id/bantuan/"

    def test_english_says_the_same(self, portal: Client) -> None:
        found = page(portal, "?wilayah=11&butuh=rumah-aman", "en")
        assert "not filled in yet" in found.select_one(".note").get_text()
        assert portal.get("/jv/bantuan/")["X-Robots-Tag"] == "noindex"


class TestRecords:
    def test_examples_show_every_part_and_can_be_dialled_nowhere(self, portal: Client) -> None:
        examples.load(lambda what, done, total: None)
        found = page(portal, "?wilayah=35&kabupaten=35.08")
        assert len(offices(found)) == 3
        assert all("(Contoh)" in name for name in offices(found))
        assert not found.select_one("#kantor").find_next(class_="c").select("a")

    def test_a_price_needs_its_words_and_a_phone_its_shape(self, portal: Client) -> None:
        held = office("UPTD PPA")
        held.price = Price.PAID
        with pytest.raises(ValidationError, match=r"sumber|source"):
            held.full_clean()
        held.price, held.phone = Price.FREE, "tanya ibu"
        with pytest.raises(ValidationError):
            held.full_clean()
        held.phone, held.needs = "", ["uang"]
        with pytest.raises(ValidationError):
            held.full_clean()

    def test_the_database_refuses_a_price_of_no_vocabulary(self, portal: Client) -> None:
        held = office("UPTD PPA")
        with pytest.raises(IntegrityError), transaction.atomic():
            Office.objects.filter(pk=held.pk).update(price="murah")

    def test_needs_keep_the_order_of_the_vocabulary(self, portal: Client) -> None:
        held = office("UPTD PPA", needs=["dokumen", "medis"])
        held.full_clean()
        assert held.needs == ["medis", "dokumen"]


class TestEditing:
    @pytest.fixture
    def client(self, registers: None, signed_in: SignedIn) -> Client:
        return signed_in("admin")

    def test_an_office_is_written_with_its_needs(self, client: Client) -> None:
        held = office("UPTD PPA")
        address = f"/akun/cms/registers/office/edit/{held.pk}/"
        form = {**fields_of(client.get(address).content.decode()), "needs": ["hukum", "medis"], "price": "free"}
        answer = client.post(address, form)
        assert answer.status_code == 302, errors_of(answer)
        held.refresh_from_db()
        assert (held.needs, held.price) == (["medis", "hukum"], "free")

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("need=rumah-aman", {"Lumajang"}),
            ("need=dokumen", {"Disnaker Cilacap"}),
            ("province=35", {"Lumajang"}),
            ("due=overdue", {"Disnaker Cilacap"}),
            ("q=cilacap", {"Disnaker Cilacap"}),
            ("price=unknown", {"Lumajang", "Disnaker Cilacap"}),
        ],
    )
    def test_the_list_is_filtered(self, client: Client, query: str, shown: set[str]) -> None:
        office("Lumajang")
        office("Disnaker Cilacap", "33.01", "disnaker", verified_on=day(-9), verify_by=day(-1))
        text = client.get(f"/akun/cms/registers/office/results/?{query}").content.decode()
        names = {link.get_text(strip=True) for link in BeautifulSoup(text, "html5lib").select("tbody a")}
        assert names & {"Lumajang", "Disnaker Cilacap"} == shown

    def test_the_list_can_be_taken_away_as_a_sheet(self, client: Client) -> None:
        office("Lumajang", needs=["hukum"])
        answer = client.get("/akun/cms/registers/office/?export=csv")
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert "uptd-ppa,35.08,Lumajang" in text
        assert "hukum" in text

    def test_a_check_notes_how(self, client: Client) -> None:
        held = office("UPTD PPA")
        on = timezone.localdate() + dt.timedelta(days=90)
        client.post(f"/akun/cms/registers/office/check/{held.pk}/", {"check_kind": "called", "verify_by": on})
        held.refresh_from_db()
        assert (held.check_kind, held.verified_on, held.verify_by) == ("called", timezone.localdate(), on)
