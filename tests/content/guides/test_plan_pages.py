"""“Rencana”: from the first question to the plan, without a trace on the server (DECISIONS 57, 58)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import logging
import re

import pytest
import time_machine
import zxingcpp
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from PIL import Image, ImageDraw

from content.guides import planning
from content.guides.models import GuideIndexPage, PlanStep
from content.registers import generation
from content.registers.models import DestinationRule, Fact, Office, Region, Service, Source
from tests.factories.jobs import day
from tests.search.world import settle
from tests.site import World
from tests.walkers import ClientWalker

pytestmark = pytest.mark.django_db
SINGAPORE = "1.SG.5152.p2p"
PLAN = "1.HK.5152.p2p.23..m..y...x.x"


@pytest.fixture
def portal(shipped_regions: None, site: World) -> Client:
    """Registers, planner and the room of guides."""
    words = {"summary": "a", "steward": "a", "verified_on": day(-1), "verify_by": day(9)}
    site.homes["id"].add_child(instance=GuideIndexPage(title="Panduan", slug="panduan", **words))
    settle()
    generation.replace()
    return Client()


def soup(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [heading.get_text(" ", strip=True) for heading in page.select("main h1, main h2")]


def test_from_the_first_question_to_the_plan(portal: Client) -> None:
    """Three pages, each with “I do not know”, a reason for every question and the way back; then the plan."""
    walker = ClientWalker("id", portal)
    walker.go("/id/rencana/")
    first = walker.document
    assert {field["name"] for field in first.select("form[action] select, form[action] input[type=radio]")} == {
        "negara", "kerja", "jalur",
    }  # fmt: skip
    assert len(first.select(".hint")) == 3
    assert len(first.select('option[value="x"], input[value="x"]')) == 3
    walker.send(negara="SG", kerja="5152", jalur="p2p")
    assert next(form.names for form in walker.forms() if "k" in form.names) == (
        "k",
        "t",
        "umur",
        "jk",
        "nikah",
        "majikan",
    )
    walker.send(umur="23", jk="P", nikah="m", majikan="y")
    # Seven questions so far: one more, and no office is known, so the papers.
    assert "punya" in walker.forms()[-1].names
    walker.send(punya="ktp")
    page = walker.document
    assert titles(page)[0] == "Rencana Anda"
    assert "Ijazah" in page.select_one("ul.tick").get_text()
    assert page.select_one("ul.tick li b").get_text(strip=True) == "✓ KTP-el"
    steps = [step["id"] for step in page.select("ol.s > li")]
    assert (steps[0], steps[-1]) == ("informasi", "pulang")
    assert "Singapura menerbitkan surat persetujuan" in page.get_text()
    # The way back keeps what was said.
    walker.follow(r"/id/rencana/\?k=1\.SG\.5152\.p2p\.23\.P\.m\.\.y\.\.\.\.ktp&h=2")
    assert walker.document.select_one('input[name="umur"][value="23"]').has_attr("checked")


def test_whoever_must_not_go_is_asked_no_more(portal: Client) -> None:
    walker = ClientWalker("id", portal)
    walker.go("/id/rencana/")
    walker.send(negara="KH", kerja="x", jalur="online_offer")
    page = walker.document
    assert titles(page)[0] == "Jangan berangkat lewat jalur ini"
    assert page.select_one(".warn h2").get_text() == "Jangan bayar dulu"
    assert not page.select("ul.tick")
    assert [step["id"] for step in page.select("ol.s > li")] == ["tanya", "simpan_bukti"]
    assert "Biaya" not in titles(page)
    assert page.select_one(f'a[href^="/{settings.REPORTS_PATH}/"]')


def test_the_canonical_address_holds_no_answer(portal: Client) -> None:
    page = soup(portal, "/id/rencana/?k=1.IT.5131.p2p.23")
    named = page.select("link[rel=canonical], link[rel=alternate][hreflang]")
    assert {link["href"].removeprefix(settings.BASE_URL) for link in named} == {"/id/rencana/", "/en/rencana/"}
    # Whoever changes the language keeps what was said.
    assert page.select_one('header a[href="/en/rencana/?k=1.IT.5131.p2p.23"]')


def test_no_verified_rule_shows_no_step_and_no_cost_and_names_offices(portal: Client) -> None:
    page = soup(portal, "/id/rencana/?k=1.IT.5131.p2p.23")
    assert titles(page)[0] == "Kami tidak punya aturan yang terverifikasi"
    assert not page.select("ol.s, ul.tick")
    text = page.get_text(" ")
    assert "Rp" not in text
    assert all(name in text for name in ("Disnaker", "BP3MI", "Jangan bayar dulu"))


def test_who_does_not_know_the_way_is_shown_those_that_are_recorded(portal: Client) -> None:
    page = soup(portal, "/id/rencana/?k=1.HK.5152.x.23")
    links = [link["href"] for link in page.select('main ul a[href^="/id/rencana/"]')]
    assert links == ["/id/rencana/?k=1.HK.5152.p2p.23"]


def test_a_limit_of_age_names_the_age(portal: Client) -> None:
    young = soup(portal, f"/id/rencana/?k={SINGAPORE}.18.P").select_one(".warn").get_text(" ")
    assert "mulai umur 23 tahun" in young
    old = soup(portal, f"/en/rencana/?k={SINGAPORE}.50.P").select_one(".warn").get_text(" ")
    assert "up to the age of 49" in old


def test_the_family_permission_says_whom_to_call(portal: Client) -> None:
    """DECISIONS 19."""
    step = soup(portal, f"/id/rencana/?k={PLAN}").select_one("#izin_keluarga")
    assert "Takut memintanya?" in step.get_text()
    assert {link["href"] for link in step.select("a")} >= {"tel:129"}


def test_answers_are_neither_kept_nor_logged_nor_indexed(portal: Client, caplog: pytest.LogCaptureFixture) -> None:
    first = portal.get("/id/rencana/")
    assert "no-store" not in first["Cache-Control"]
    with caplog.at_level(logging.DEBUG):
        for path in (
            f"rencana/?k={SINGAPORE}",
            f"rencana/?k={PLAN}",
            f"rencana/rincian/?k={PLAN}",
            "rencana/?negara=SG",
        ):
            response = portal.get(f"/id/{path}")
            assert response["Cache-Control"] == "no-store"
            assert response["X-Robots-Tag"] == "noindex"
            assert not response.cookies
            assert "ETag" not in response
            assert "Cookie" not in response.get("Vary", "")
    assert "5152" not in " ".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert portal.post("/id/rencana/", {"k": PLAN}).status_code == 405


def test_where_nobody_should_go_nothing_says_how_to_go_on(portal: Client) -> None:
    """Cambodia, and somebody of 17: what can be done now comes first, no recruiter and no tool for a contract."""
    for code in ("1.KH.5152.p2p.23", "1.HK.5152.p2p.0"):
        page = soup(portal, f"/id/rencana/?k={code}")
        headings = [heading.get_text() for heading in page.select("main h2")]
        assert headings.index("Yang bisa Anda lakukan sekarang") < headings.index("Peringatan untuk Anda")
        flags = " ".join(flag.get_text(" ", strip=True) for flag in page.select("main .flag, main section.c"))
        assert "datangi kantornya" not in flags
        assert "Untuk tawaran lain nanti" in page.select_one("main").get_text()
        links = {link["href"] for link in page.select(".side a")}
        assert not [link for link in links if "cek-kontrak" in link or "hitung-biaya" in link or "/panduan/" in link]
        assert "no" not in page.select_one("main ~ div.w, .w:has(.src)")["class"]
    plan = soup(portal, f"/id/rencana/?k={PLAN}")
    assert "datangi kantornya" in plan.get_text()
    assert "Untuk tawaran lain nanti" not in plan.get_text()


def test_totals_add_what_is_known_and_list_the_rest(portal: Client) -> None:
    """DECISIONS 58. A free post pays nothing; elsewhere who pays is asked."""

    def cost(code: str) -> str:
        page = soup(portal, f"/id/rencana/?k={code}")
        heading = next(h for h in page.select("main h2") if h.get_text() == "Biaya")
        return heading.find_next("dl").get_text(" ", strip=True)

    factory = cost("1.MY.8211.p2p.23..s..y.24..x")
    assert "tanyakan siapa yang membayar Rp370.000" in factory
    assert "Belum diketahui – minta rincian tertulis" in factory
    assert "Buat paspor" in factory
    assert "bukan oleh Anda Rp37.500" in cost(PLAN)
    fact = Fact.objects.get(slug="bpjs-24-bulan")
    fact.valid_until, fact.fallback = day(-1), {"id": "Tanyakan.", "en": "Ask."}
    fact.save()
    assert "Rp370.000" not in cost("1.MY.8211.p2p.23..s..y.24..x")


def test_an_office_of_the_region_is_named_where_one_is_known(portal: Client) -> None:
    assert "asal" not in soup(portal, "/id/rencana/?k=1.HK.5152.p2p.23..m..y").get_text()
    Office.objects.create(
        service=Service.objects.get(code="disnaker"), region=Region.objects.get(code="35.08"), name="Disnaker Contoh",
        example=True, verified_on=day(-1), verify_by=day(30),
    )  # fmt: skip
    settle()
    options = {
        option["value"] for option in soup(portal, "/id/rencana/?k=1.HK.5152.p2p.23..m..y").select("select option")
    }
    assert {"35", "3508", "33", "x"} <= options
    assert "3509" not in options
    named = soup(portal, "/id/rencana/?k=1.HK.5152.p2p.23..m..y...3508.x")
    assert "Disnaker Contoh" in named.select_one("#siapkerja").get_text()
    assert "Kantor di daerah Anda" in titles(named)
    said = " ".join(named.find("h2", string="Kantor di daerah Anda").find_next("li").get_text().split())
    assert said == "Disnaker Contoh. Nomor belum diisi. Contoh, bukan kantor sungguhan.", (
        "nobody has checked what is invented"
    )
    Office.objects.update(example=False, source=Source.objects.first())
    settle()
    real = soup(portal, "/id/rencana/?k=1.HK.5152.p2p.23..m..y...3508.x")
    assert "Nomor belum diisi. Diperiksa" in " ".join(real.get_text().split())
    elsewhere = soup(portal, "/id/rencana/?k=1.HK.5152.p2p.23..m..y...3301.x")
    assert "Disnaker Contoh" not in elsewhere.get_text()


def test_who_goes_back_brings_the_papers_that_the_source_lists_and_reports_the_arrival(portal: Client) -> None:
    """Seven papers of the E-PMI for re-entry (FACTS 2.9), said once; no other way is told to bring them."""
    page = soup(portal, "/id/rencana/?k=1.TW.5322.reentry.23..d..y...x.x")
    step = page.select_one("#e_pmi_kembali")
    brings = next(row.dd.get_text() for row in step.select("div") if row.dt.get_text() == "Bawa")
    assert brings.count(";") == 6
    for paper in ("foto", "paspor", "perjanjian kerja", "cuti", "visa", "surat sehat", "bpjs"):
        assert paper in brings.casefold(), brings
    assert "surat sehat" not in step.p.get_text(), "said twice, and differently"
    assert page.select_one("#lapor_diri")
    other = soup(portal, f"/id/rencana/?k={PLAN}")
    assert not [row for row in other.select("#e_pmi div") if row.dt.get_text() == "Bawa"]


def test_details_say_every_answer_of_every_step(portal: Client) -> None:
    page = soup(portal, f"/id/rencana/rincian/?k={PLAN}")
    step = " ".join(page.select_one("#siapkerja").get_text(" ").split())
    for label in (
        "Di mana",
        "Siapa",
        "Biaya",
        "Yang membayar",
        "Berapa lama",
        "Masa berlaku",
        "Apa yang bisa salah",
        "Cara memeriksa",
        "Dasar hukum",
    ):
        assert label in step, label
    assert "Belum diketahui, tanyakan ke Dinas Tenaga Kerja" in step
    assert "Suami, istri, orang tua, atau wali" in page.get_text()
    for code in ("1.KH.x.online_offer", SINGAPORE, ""):
        response = portal.get("/id/rencana/rincian/", {"k": code})
        assert response.status_code == 302
        assert response["Location"].startswith("/id/rencana/")


def test_the_lists_can_be_ticked_and_nothing_of_it_is_sent(portal: Client) -> None:
    """Every paper and step of the plan, those at hand ticked; no form, so that nothing can be sent; one script, one policy."""
    code = "1.HK.5152.p2p.23..m..y...x.ktp~kk"
    plan = soup(portal, f"/id/rencana/?k={code}")
    (way,) = plan.select('a[href^="/id/rencana/centang/"]')
    answer = portal.get(way["href"])
    page = BeautifulSoup(answer.content, "html.parser")
    ticked = {box["value"] for box in page.select("main [value][checked]")}
    steps = [box["value"] for box in page.select("main [value]") if box["value"].endswith(".")]
    assert ticked == {"ktp", "kk"}
    assert steps == [f"{step['id']}." for step in plan.select("ol.s > li")]
    assert len(page.select("main [value]")) == len(steps) + len(plan.select("ul.tick li"))
    assert not page.select("main form")
    assert page.select_one("[data-simpan]").find_parent(hidden=True)
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    (script,) = page.select("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in answer["Content-Security-Policy"]
    assert len(page.select('a[href="/keluar/"]')) >= 2
    for other in ("1.KH.x.online_offer", SINGAPORE, ""):
        assert portal.get("/id/rencana/centang/", {"k": other}).status_code == 302


def test_the_plan_leads_to_the_tools_and_to_whom_to_ask(portal: Client) -> None:
    page = soup(portal, "/id/rencana/?k=1.HK.5152.p2p.23..m..y...3508.x")
    links = {link["href"] for link in page.select("main a[href]")}
    assert {
        "/id/cek-kontrak/",
        "/id/hitung-biaya/",
        "/id/salinan-keluarga/",
        "/id/bantuan/?wilayah=35&kabupaten=35.08",
    } <= links


@pytest.mark.parametrize("tool", ["cek-kontrak", "hitung-biaya", "salinan-keluarga"])
def test_a_tool_leads_to_the_others_and_not_to_itself(portal: Client, tool: str) -> None:
    tools = {f"/id/{name}/" for name in ("cek-kontrak", "hitung-biaya", "salinan-keluarga")}
    links = {link["href"] for link in soup(portal, f"/id/{tool}/").select(".side a")}
    assert links & tools == tools - {f"/id/{tool}/"}


def test_an_old_link_says_what_has_changed_since(portal: Client) -> None:
    link = f"/id/rencana/?k={PLAN}&per="
    today = dt.date.today()
    assert "belum berubah" in soup(portal, f"{link}{today:%Y%m%d}").select_one(".note").get_text()
    with time_machine.travel(today + dt.timedelta(days=3)):
        step = PlanStep.objects.get(code="paspor")
        step.order += 1
        step.save()
        changed = soup(portal, f"{link}{today:%Y%m%d}").select_one(".note").get_text(" ")
        assert "Berubah sejak itu: Buat paspor." in changed
    for text in ("99999999", "x", "20990101", "2026112", ""):
        assert not soup(portal, link + text).select(".note")


def test_an_address_from_before_the_first_row_says_nothing_of_changes(portal: Client) -> None:
    """Everything is newer than such a day, and nothing has changed."""
    today = dt.date.today()
    PlanStep.objects.update(made_on=today - dt.timedelta(days=9))
    generation.replace()
    link = f"/id/rencana/?k={PLAN}&per="
    assert not soup(portal, f"{link}20250101").select(".note")
    assert not soup(portal, f"{link}{today - dt.timedelta(days=10):%Y%m%d}").select(".note")
    old = soup(portal, f"{link}{today - dt.timedelta(days=9):%Y%m%d}").select_one(".note").get_text(" ")
    assert "Berubah sejak itu" in old


def test_the_list_to_tick_says_what_becomes_of_the_ticks(portal: Client) -> None:
    """Without JavaScript nothing keeps them; the script hides the sentence where it can (tests/browser/test_ticks.py)."""
    page = soup(portal, f"/id/rencana/centang/?k={PLAN}")
    said = page.select_one("main [data-lupa]")
    assert "hilang saat Anda meninggalkan halaman ini" in said.get_text()
    assert not said.find_parent(hidden=True)
    assert not said.has_attr("hidden")


def test_a_code_of_another_version_is_asked_again(portal: Client) -> None:
    page = soup(portal, "/id/rencana/?k=0.TW.5322.p2p")
    assert page.select_one(".note h2").get_text() == "Kode ini dari sebelum perubahan"
    assert "Ke negara mana?" in page.select_one(".note").get_text()
    part = soup(portal, "/id/rencana/?k=1.TW.9999.p2p")
    assert {field["name"] for field in part.select("form select")} == {"kerja"}


def test_the_qr_code_leads_to_this_plan(portal: Client) -> None:
    """Read as a phone reads it."""
    page = soup(portal, f"/id/rencana/?k={PLAN}")
    svg = page.select_one(".side svg")
    size = int(svg["viewbox"].split()[2])
    picture = Image.new("L", (size * 8, size * 8), 255)
    draw = ImageDraw.Draw(picture)
    x = y = 0
    for dx, dy, length in re.findall(r"m(-?\d+) (-?\d+)h(\d+)", svg.select_one("path[stroke]")["d"]):
        x, y = x + int(dx), y + int(dy)
        draw.rectangle([x * 8, y * 8, (x + int(length)) * 8 - 1, y * 8 + 7], fill=0)
        x += int(length)
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text.startswith(f"{settings.BASE_URL}/id/rencana/?k={PLAN}&per=")
    again = soup(portal, found.text.removeprefix(settings.BASE_URL))
    assert titles(again) == titles(page) or titles(again)[0] == titles(page)[0]
    share = page.select_one('a[href^="https://wa.me/"]')["href"]
    assert "%2Fid%2Frencana%2F%3Fk%3D1.HK" in share


def test_the_other_language_has_the_same_plan(portal: Client) -> None:
    indonesian, english = (soup(portal, f"/{language}/rencana/?k={PLAN}") for language in ("id", "en"))
    ids = [[step["id"] for step in page.select("ol.s > li")] for page in (indonesian, english)]
    assert ids[0] == ids[1]
    assert len(indonesian.select("ul.tick li")) == len(english.select("ul.tick li"))
    assert english.select_one("html")["lang"] == "en"
    assert "Pasal" not in english.select_one("#penempatan").get_text()
    regional = soup(portal, f"/jv/rencana/?k={PLAN}")
    assert regional.select_one("html")["lang"] == "id"


def test_every_outcome_is_shown_whatever_is_answered(portal: Client) -> None:
    """A page for each kind of outcome in each language, within the budget."""
    for code in (PLAN, "1.KH.x.x", f"{SINGAPORE}.0", "1.x.x.x.x", "1.DE.2221.g2g.x.x.x.x.x.x.x.x.x", "1.ZZ.0.ukps.23"):
        for language in ("id", "en"):
            page = soup(portal, f"/{language}/rencana/?k={code}")
            assert len(page.select("h1")) == 1
            assert "{" not in page.get_text()


def test_rules_that_became_unfit_send_nobody_anywhere(portal: Client) -> None:
    PlanStep.objects.filter(code="tanya").update(kind="payment")
    settle()
    assert titles(soup(portal, f"/id/rencana/?k={PLAN}"))[0] == "Kami tidak punya aturan yang terverifikasi"
    assert titles(soup(portal, f"/id/rencana/?k={SINGAPORE}.0"))[0] == "Belum sekarang"


def test_a_way_that_is_closed_tomorrow_is_closed_tomorrow(portal: Client) -> None:
    DestinationRule.objects.filter(destination="HK").update(until=day(0))
    settle()
    assert titles(soup(portal, f"/id/rencana/?k={PLAN}"))[0] == "Rencana Anda"
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=1)):
        assert titles(soup(portal, f"/id/rencana/?k={PLAN}"))[0] == "Kami tidak punya aturan yang terverifikasi"


def test_people_find_it_from_the_front_page_the_guides_and_the_short_address(portal: Client) -> None:
    for path in ("/id/", "/id/panduan/", "/id/peta-situs/"):
        assert soup(portal, path).select('main a[href="/id/rencana/"]'), path
    assert portal.get("/rencana/")["Location"] == "/id/rencana/"
    assert planning.MOST == 8


def test_examples_of_offices_come_and_go(portal: Client) -> None:
    from content.guides import examples

    def silent(what: str, done: int, total: int) -> None: ...

    assert examples.load(silent) == {"new": 9}
    assert examples.load(silent) == {"unchanged": 9}
    assert not Office.objects.exclude(address="", phone="", example=True).exists()
    assert examples.remove(silent) == {"offices": 9}
    assert not Office.objects.exists()
