"""The list of jobs and the search of the header, as readers see them."""

from __future__ import annotations

import logging
import re

import brotli
import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.cache import cache as default_cache
from django.db import OperationalError, connection
from django.test import Client
from django.utils.http import urlencode

from content.core.models import HomePage
from content.jobs.models import Agency
from content.registers.models import Distress, ExchangeRate, Office, Region, Service, Synonym, Term
from portal import cache
from search.engines.embedded import EmbeddedEngine
from search.stems import stem
from tests.contracts.adversarial import QUERIES, VALUES
from tests.factories.jobs import AgencyFactory, DestinationFactory, SourceFactory, day
from tests.search.test_registered import channel
from tests.search.world import article, home, listing, many_listings, settle

pytestmark = pytest.mark.django_db

API = "/api/v1/lowongan/"


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.process_copies.clear()
    settle()
    home("id")
    home("en")


def page(client: Client, address: str) -> BeautifulSoup:
    """The answer to a GET, which must be a page."""
    response = client.get(address)
    assert response.status_code == 200, address
    return BeautifulSoup(response.content, "html5lib")


def words(found) -> str:
    return " ".join(found.get_text(" ").split())


def test_the_list_shows_what_is_public_with_its_count_and_every_filter(client: Client) -> None:
    shown, hidden = listing(), listing()
    Agency.objects.filter(pk=hidden.agency_id).update(status="suspended")
    found = page(client, "/en/lowongan/")
    assert words(found.h1) == "1 job abroad"
    assert [link["href"] for link in found.select("main article h3 a")] == [f"/en/lowongan/{shown.code}/"]
    assert [select["name"] for select in found.select("#saring select")] == [
        "negara", "bidang", "biaya", "pendidikan", "skema", "tutup",
    ]  # fmt: skip
    assert words(found.select_one("#id_negara option[value=TW]")) == "Taiwan (1)"


def test_options_that_show_nothing_are_disabled_not_hidden(client: Client) -> None:
    listing()
    DestinationFactory(country="JP")
    settle()
    options = {o["value"]: o.has_attr("disabled") for o in page(client, "/id/lowongan/").select("#id_negara option")}
    assert options == {"": False, "TW": False, "JP": True}
    chosen = page(client, "/id/lowongan/?negara=JP").select_one("#id_negara option[value=JP]")
    assert chosen.has_attr("selected")
    assert not chosen.has_attr("disabled")


def test_a_search_says_itself_in_words_and_each_filter_can_be_taken_away(client: Client) -> None:
    listing()
    found = page(client, "/en/lowongan/?biaya=0&q=Carer+taiwan&negara=tw")
    assert words(found.title) == "1 job: “Carer taiwan”, Taiwan, you pay nothing – Lentera"
    assert {words(link): link["href"] for link in found.select(".cut a")} == {
        "Remove “Carer taiwan” ✕": "/en/lowongan/?negara=TW&biaya=0",
        "Remove Taiwan ✕": "/en/lowongan/?q=Carer+taiwan&biaya=0",
        "Remove you pay nothing ✕": "/en/lowongan/?q=Carer+taiwan&negara=TW",
    }
    assert [words(mark) for mark in found.select("main article mark")] == ["Carer", "Taiwan"]
    assert found.select_one("#id_q")["value"] == "Carer taiwan"
    canonical = found.select_one("link[rel=canonical]")["href"]
    assert canonical.endswith("/en/lowongan/?q=Carer+taiwan&negara=TW&biaya=0")


def test_both_forms_keep_what_the_other_one_asked(client: Client) -> None:
    listing()
    found = page(client, "/en/lowongan/?q=carer&negara=TW&biaya=0&hemat=1")
    top, side = found.select("main form")
    assert {i["name"]: i.get("value") for i in top.select("input")} == {
        "q": "carer", "negara": "TW", "biaya": "0", "hemat": "1",
    }  # fmt: skip
    sent = {i["name"]: i["value"] for i in side.select("input")}
    sent |= {s["name"]: o["value"] for s in side.select("select") for o in s.select("option[selected]")}
    assert sent == {"q": "carer", "hemat": "1", "negara": "TW", "biaya": "0"}
    assert all("hemat=1" in link["href"] for link in found.select("main a[href^='/en/']"))


def test_zero_results_repeat_the_search_and_offer_only_ways_that_lead_somewhere(client: Client) -> None:
    listing()
    DestinationFactory(country="JP")
    settle()
    found = page(client, "/en/lowongan/?q=carer&negara=JP&tutup=30")
    assert words(found.h1) == "No job: “carer”, Japan, closes within 30 days"
    ways = {words(link): link["href"] for link in found.select(".empty a")}
    assert ways == {
        "Without Japan: 1 job": "/en/lowongan/?q=carer&tutup=30",
        "Only “carer”: 1 job": "/en/lowongan/?q=carer",
        "All jobs: 1 job": "/en/lowongan/",
    }
    for address in ways.values():
        assert len(page(client, address).select("main article")) == 1
    assert "Do not pay anything yet" in words(found.main)


def test_an_empty_list_says_so(client: Client) -> None:
    found = page(client, "/en/lowongan/")
    assert words(found.h1) == "0 jobs abroad"
    assert "There is no job" in words(found.select_one(".empty"))


def test_pages_lead_on_and_a_number_past_the_end_shows_the_last(client: Client) -> None:
    many_listings(70, seed=3)
    first = page(client, "/en/lowongan/?hemat=1")
    following = first.select_one("a[rel=next]")["href"]
    second = page(client, "/en/lowongan/" + following)
    assert "hemat=1" in following
    assert second.select_one("a[rel=prev]")
    beyond = client.get("/en/lowongan/?hal=300")
    shown = BeautifulSoup(beyond.content, "html5lib")
    assert [a["href"] for a in shown.select("article h3 a")] == [
        a["href"].partition("?")[0] for a in second.select("article h3 a")
    ]
    assert "There is no page 300" in words(shown.main)
    assert beyond["Cache-Control"] == "no-store"


def test_the_whole_page_with_twenty_results_and_all_filters_is_small(client: Client) -> None:
    many_listings(60, seed=20261122)
    response = client.get("/id/lowongan/?q=kerja")
    assert response.content.count(b"<article") == 20
    assert len(brotli.compress(response.content, quality=5)) <= 9_000


def test_a_search_costs_at_most_twelve_queries_however_much_there_is(
    client: Client, django_assert_max_num_queries
) -> None:
    many_listings(60, seed=20261122)
    article(HomePage.objects.get(locale__language_code="id"), "Taiwan", text="kerja")
    for address in (
        "/id/lowongan/",
        "/id/lowongan/?q=kerja&negara=TW&biaya=0",
        "/id/lowongan/?q=naga",
        "/id/lowongan/?q=pengasuuh+taiwam",
        "/id/cari/?q=kerja",
        "/id/cari/?q=pengasuuh+taiwam",
    ):
        client.get(address)
        cache.process_copies.clear()
        with django_assert_max_num_queries(12):
            client.get(address + ("&" if "?" in address else "?") + "x=1")


def test_only_the_plain_list_is_kept(client: Client) -> None:
    listing()
    assert "must-revalidate" in client.get("/id/lowongan/")["Cache-Control"]
    assert client.get("/id/lowongan/")["ETag"]
    assert client.get("/id/lowongan/?hal=1&hemat=1")["ETag"]
    assert client.get("/id/cari/")["ETag"]
    for query in ("q=lansia", "negara=TW", "x=1", "hal=x", "q=", "q=%F0%9F%99%82", "urut=tutup"):
        for room in ("lowongan", "cari"):
            response = client.get(f"/id/{room}/?{query}")
            assert response["Cache-Control"] == "no-store", query
            assert response["X-Robots-Tag"] == "noindex"
            assert not response.has_header("ETag")
            assert not response.cookies


def test_a_kept_list_loses_what_ends_at_midnight(client: Client) -> None:
    listing(closing_date=day(0))
    assert b"<article" in client.get("/id/lowongan/").content
    with time_machine.travel(cache.next_midnight(), tick=False):
        assert b"<article" not in client.get("/id/lowongan/").content
        assert b"<article" not in client.get("/id/lowongan/?q=lansia").content


def test_readers_of_a_regional_language_get_the_indonesian_page_that_says_so(client: Client) -> None:
    listing()
    for room in ("lowongan/", "lowongan/?q=lansia", "cari/?q=lansia"):
        response = client.get(f"/jv/{room}")
        found = BeautifulSoup(response.content, "html5lib")
        assert (response.status_code, found.html["lang"]) == (200, "id")
        assert response["X-Robots-Tag"] == "noindex"
        assert found.select_one(".note")
        assert f"/id/{room}" in found.select_one("link[rel=canonical]")["href"]
        assert found.select_one("main form")["action"].startswith("/id/")


def test_one_search_finds_jobs_and_pages_in_two_groups(client: Client) -> None:
    many_listings(20, seed=20261122)
    shown = article(
        HomePage.objects.get(locale__language_code="id"),
        "Bekerja di Taiwan",
        summary="Yang perlu diketahui",
        text="Simpan <b>paspor</b> sendiri",
    )
    found = page(client, "/en/cari/?q=taiwan")
    assert re.fullmatch(r"“taiwan”: \d+ jobs, 1 page", words(found.h1))
    jobs, pages = found.select("main h2")[:2]
    assert [words(jobs), words(pages)] == ["Jobs", "Guides and articles"]
    assert found.select_one("main article[lang=id] h3 a")["href"] == f"/id/{shown.slug}/"
    assert words(found.select_one("main article[lang=id] .tag")) == "In Indonesian"
    paspor = page(client, "/id/cari/?q=PASPOR").select_one("main article")
    assert words(paspor.select_one(".m")) == "Simpan paspor sendiri"
    assert words(paspor.mark) == "paspor"


def test_every_job_is_one_press_away_from_the_search_of_the_header(client: Client) -> None:
    many_listings(60, seed=20261122)
    found = page(client, "/en/cari/?q=work&hemat=1")
    assert len(found.select("main article")) == 3
    (link,) = [a for a in found.select("main a.b") if "See all" in words(a)]
    assert link["href"].startswith("/en/lowongan/?q=work")
    assert words(page(client, link["href"]).h1).startswith(re.search(r"\d+ jobs", words(link))[0])


def test_a_mistyped_word_is_shown_corrected_and_says_so(client: Client) -> None:
    shown = listing()
    found = page(client, "/en/lowongan/?q=carrer+taiwam&negara=TW")
    assert words(found.select_one("main .note")) == (
        "Nothing was found for “carrer taiwam”. Did you mean “carer taiwan”? That is shown here."
    )
    assert words(found.h1) == "1 job: “carer taiwan”, Taiwan"
    assert [words(mark) for mark in found.select("main article mark")] == ["Carer", "Taiwan"]
    # What was typed stays in its field, what leads on asks for what was meant.
    assert found.select_one("#id_q")["value"] == "carrer taiwam"
    assert {a["href"] for a in found.select(".cut a")} == {"/en/lowongan/?negara=TW", "/en/lowongan/?q=carer+taiwan"}
    (order,) = [a["href"] for a in found.select("main p.m > a") if "urut=tutup" in a["href"]]
    assert order == "/en/lowongan/?q=carer+taiwan&negara=TW&urut=tutup"
    both = page(client, "/en/cari/?q=carrer+taiwam")
    assert words(both.h1) == "“carer taiwan”: 1 job"
    assert "Did you mean “carer taiwan”?" in words(both.select_one("main .note"))
    assert both.select_one("main article h3 a")["href"] == f"/en/lowongan/{shown.code}/"


def test_corrections_of_jobs_and_of_pages_are_both_said(client: Client) -> None:
    listing(place="Taichung")
    indonesian = HomePage.objects.get(locale__language_code="id")
    article(indonesian, "Taichunk", text="Simpan sendiri")
    said = [words(p) for p in page(client, "/en/cari/?q=taichunx").select("main .note p")]
    assert said == [
        "No job was found for “taichunx”. Did you mean “taichung”? Jobs for that are shown here.",
        "No page was found for “taichunx”. Did you mean “taichunk”? Pages for that are shown here.",
    ]
    # Only pages hold anything near.
    said = [words(p) for p in page(client, "/en/cari/?q=sendri").select("main .note p")]
    assert said == ["Nothing was found for “sendri”. Did you mean “sendiri”? That is shown here."]


def test_the_heading_counts_only_under_the_words_that_found_it(client: Client) -> None:
    indonesian = HomePage.objects.get(locale__language_code="id")
    listing(place="Taichung")
    article(indonesian, "Taichung")
    both = page(client, "/en/cari/?q=taichunx")
    assert words(both.h1) == "“taichung”: 1 job, 1 page"
    assert words(both.select_one("main .note")).startswith("Nothing was found for “taichunx”.")
    # Pages hold what was typed, jobs what may have been meant.
    article(indonesian, "Taichunz")
    apart = page(client, "/en/cari/?q=taichunz")
    assert words(apart.h1) == "“taichunz”: 1 page"
    assert len(apart.select("main article")) == 1


def test_a_page_that_holds_most_words_is_shown_and_what_may_be_meant_is_offered(client: Client) -> None:
    article(HomePage.objects.get(locale__language_code="id"), "Paspor dan visa", text="Simpan sendiri")
    found = page(client, "/id/cari/?q=paspor+visa+sendri")
    assert words(found.select_one("main article h3")) == "Paspor dan visa"
    offered = found.select_one("main p.note")
    assert words(offered) == "Mungkin maksud Anda: paspor visa sendiri"
    assert offered.a["href"] == "/id/cari/?q=paspor+visa+sendiri"


def test_what_was_read_from_the_words_is_said(client: Client) -> None:
    listing(wage_min=30000)

    def said(query: str) -> str:
        return words(page(client, f"/en/lowongan/?{urlencode({'q': query})}").select_one("main .note"))

    assert said("carer NT$ 28.590") == "Only jobs whose highest wage is NT$28,590 a month or more."
    assert said("gaji 28.590") == "Only jobs whose highest wage is 28,590 a month or more, in the currency of the job."
    assert said("carer gratis") == "Only jobs for which you pay nothing."
    assert "Only jobs for which you pay nothing." in words(page(client, "/en/cari/?q=carer+gratis").main)
    assert said("gaji 12 juta").startswith("Wages cannot be compared in rupiah at present")
    ExchangeRate.objects.create(currency="TWD", rupiah=500, on=day(0), example=True)
    settle()
    charge = "was read as a charge. Jobs cannot be searched by the amount of a charge, so it is left out."
    assert said("carer biaya 5 juta") == f"Rp5,000,000 {charge}"
    assert said("carer biaya 5000, biaya 5000") == f"5,000 {charge}"
    least = "was not read as the least wage of a month, so it is left out."
    assert said("carer gaji 500 ribu sehari") == f"Rp500,000 {least}"
    assert said("carer gaji di bawah 5.000") == f"5,000 {least}"
    assert said("carer biaya Rp0") == "Only jobs for which you pay nothing."
    assert said("gaji 12 juta") == "Only jobs whose highest wage is Rp12,000,000 a month or more."


def test_inflected_forms_and_synonyms_are_marked(client: Client) -> None:
    Synonym.objects.create(code="lansia", words={"id": "jompo, lansia"})
    article(HomePage.objects.get(locale__language_code="id"), "Paspor", text="Menahan paspornya dilarang bagi lansia")
    settle()
    shown = page(client, "/id/cari/?q=paspor+ditahan+jompo").select_one("main article")
    assert [words(mark) for mark in shown.select("mark")] == ["Paspor", "Menahan", "paspornya", "lansia"]


def test_nothing_found_helps(client: Client) -> None:
    found = page(client, "/en/cari/?q=xqzzyv")
    assert words(found.h1) == "“xqzzyv”: 0 jobs, 0 pages"
    assert "Do not pay anything yet" in words(found.main)


def test_a_page_in_another_language_is_found_with_its_label(client: Client) -> None:
    article(home("jv"), "Kawin enom", text="Ngerti hakmu")
    found = page(client, "/id/cari/?q=kawin+enom").select_one("main article")
    assert (found["lang"], words(found.select_one(".tag"))) == ("jv", "Dalam bahasa Jawa")
    assert found.select_one(".tag")["lang"] == "id"


def test_hotlines_words_and_agencies_stand_in_groups_of_their_own(client: Client) -> None:
    Term.objects.create(slug="t", term={"id": "Bahari", "en": "Bahari"}, meaning={"id": "Laut", "en": "Sea"})
    channel("bahari", "Saluran bahari")
    AgencyFactory(legal_name="PT Contoh Bahari", status=Agency.Status.SUSPENDED)
    settle()
    found = page(client, "/id/cari/?q=bahari")
    assert [words(h) for h in found.select("main > div > div:first-child > h2")] == [
        "Nomor dan alamat", "Arti kata", "Perusahaan penempatan",
    ]  # fmt: skip
    assert words(found.h1) == "“bahari”: 3 entri"
    company = found.select_one("main article")
    assert [words(tag) for tag in company.select(".tag")] == ["Contoh", "Tidak ada izin berlaku yang tercatat"]
    assert company.form["action"] == "/id/cek/"
    assert company.form["method"] == "post"
    assert {i["name"]: i["value"] for i in company.select("input")} == {"perusahaan": "PT Contoh Bahari"}
    assert not found.select(".empty")


@pytest.mark.parametrize("room", ["lowongan", "cari"])
def test_help_and_the_exit_stand_above_the_results_for_whoever_may_need_them(client: Client, room: str) -> None:
    Distress.objects.create(code="disekap", words={"id": "disekap"})
    channel("polisi-110", "Polisi 110", emergency=True)
    settle()
    found = page(client, f"/id/{room}/?q=saya+disekap")
    first = found.select_one("main .help")
    assert first.select_one("a.tel")["href"] == "tel:110"
    assert first.select_one("a.exit")["href"] == "/keluar/"
    assert first.find_next("form")["role"] == "search"
    assert found.select_one("aside.away a.exit")
    assert found.select_one("head script")
    plain = page(client, f"/id/{room}/?q=lansia")
    assert plain.select_one("main .help") is None
    assert plain.select_one(".exit") is None


@pytest.mark.parametrize("room", ["lowongan", "cari"])
def test_help_stands_above_for_a_cry_that_is_cut_off_is_mistyped_or_is_a_sign(client: Client, room: str) -> None:
    Distress.objects.create(code="disekap", words={"id": "disekap, diperkosa"})
    Distress.objects.create(code="sos", words={"id": "sos"}, alone=True)
    indonesian = HomePage.objects.get(locale__language_code="id")
    article(indonesian, "Diperkosa", text="Diperkosa: ke mana melapor")
    listing(place="Diperkosa")
    settle()
    for typed in ("kerja taiwan " * 20 + "saya disekap", "🆘", "dprkosa", "di se\u200bkap"):
        found = page(client, f"/id/{room}/?{urlencode({'q': typed})}")
        assert found.select_one("main .help"), typed
        assert found.select_one("main .help a.exit"), typed
    assert page(client, f"/id/{room}/?{urlencode({'q': 'kerja taiwan ' * 20})}").select_one("main .help") is None


def test_whoever_finds_nothing_is_told_whom_to_ask_in_the_chosen_province(client: Client) -> None:
    region = Region.objects.create(code="35", name="Jawa Timur")
    service = Service.objects.create(
        code="disnaker", name={"id": "Disnaker", "en": "D"}, purpose={"id": "Tanya", "en": "A"}
    )
    Office.objects.create(
        service=service,
        region=region,
        name="Disnaker Jatim",
        source=SourceFactory(),
        verified_on=day(0),
        verify_by=day(9),
    )
    settle()
    for address in ("/id/cari/?q=xqzzyv", "/id/lowongan/?q=xqzzyv"):
        plain = page(client, address).select_one("#kantor")
        assert "Disnaker : Tanya" in words(plain)
        sent = {i["name"]: i["value"] for i in plain.select("input")}
        assert (sent["q"], plain.form["action"]) == ("xqzzyv", f"{address.partition('?')[0]}#kantor")
        chosen = page(client, f"{address}&wilayah=35").select_one("#kantor")
        assert "Disnaker Jatim (Jawa Timur): Tanya" in words(chosen)
        assert chosen.select_one("option[selected]")["value"] == "35"
        other = page(client, f"{address}&wilayah=99")
        assert "“99” tidak ada" in words(other.select_one("main .note"))


@pytest.mark.parametrize("room", ["lowongan", "cari"])
def test_a_search_that_failed_never_says_that_there_is_nothing(
    client: Client, room: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*asked: object) -> None:
        raise OperationalError("typedword")

    for name in ("search_jobs", "search_pages"):
        monkeypatch.setattr(EmbeddedEngine, name, fail)
    response = client.get(f"/id/{room}/?q=typedword")
    found = BeautifulSoup(response.content, "html5lib")
    assert (response.status_code, response["Cache-Control"]) == (503, "no-store")
    assert words(found.h1) == "Pencarian sedang tidak berfungsi"
    assert "idak ada lowongan" not in words(found)
    assert "Tidak ada yang ditemukan" not in words(found)
    assert found.select_one("main #id_q")["value"] == "typedword"
    assert "typedword" not in caplog.text
    assert "OperationalError" in caplog.text


@pytest.mark.parametrize("room", ["lowongan", "cari"])
def test_whatever_is_typed_is_answered_with_a_page_that_shows_it_escaped(client: Client, room: str) -> None:
    listing()
    parameters = (
        "q",
        "negara",
        "bidang",
        "biaya",
        "pendidikan",
        "skema",
        "tutup",
        "urut",
        "hal",
        "hemat",
        "wilayah",
        "x",
    )
    for name, value in VALUES.items():
        response = client.get(f"/id/{room}/?{urlencode(dict.fromkeys(parameters, value))}")
        assert response.status_code == 200, name
        assert b"<script>alert" not in response.content, name
        assert b"onerror=alert(1)>" not in response.content, name
    for name, query in QUERIES.items():
        # More names than a request may have are refused with our own page before any view is asked.
        assert client.get(f"/id/{room}/?{query}").status_code in (200, 400), name


def test_a_wrong_choice_is_named_and_left_out(client: Client) -> None:
    listing()
    found = page(client, "/en/lowongan/?negara=XX&tutup=8&urut=gaji&hal=nol")
    problems = words(found.select_one("main .note"))
    for typed in ("XX", "8", "gaji", "nol"):
        assert f"“{typed}”" in problems
    assert words(found.h1) == "1 job abroad"


def test_only_reading_is_answered(client: Client) -> None:
    for room in ("lowongan", "cari"):
        assert client.post(f"/id/{room}/", {"q": "x"}).status_code == 405


def test_orders_are_offered_best_match_only_where_there_are_words(client: Client) -> None:
    listing()

    def others(address: str) -> dict[str, str]:
        found = page(client, address)
        return {
            words(a): a["href"] for line in found.select("main p.m") if "Sorted by" in words(line) for a in line("a")
        }

    assert others("/en/lowongan/") == {"newest first": "/en/lowongan/?urut=baru"}
    assert others("/en/lowongan/?urut=baru") == {"closing soonest": "/en/lowongan/"}
    assert others("/en/lowongan/?q=carer") == {
        "closing soonest": "/en/lowongan/?q=carer&urut=tutup",
        "newest first": "/en/lowongan/?q=carer&urut=baru",
    }


def test_the_list_names_the_feeds_of_exactly_this_search(client: Client, settings) -> None:
    listing()
    query = "?q=carer&negara=TW"
    for address, feed in (("/en/lowongan/", ""), (f"/en/lowongan/{query}&urut=tutup&hal=1&hemat=1", query)):
        found = page(client, address)
        named = {link["type"]: link["href"] for link in found.select("head link[rel=alternate][type]")}
        assert named == {
            "application/atom+xml": f"{settings.BASE_URL}/en/lowongan/umpan.atom{feed}",
            "application/feed+json": f"{settings.BASE_URL}/en/lowongan/umpan.json{feed}",
        }
        (shown,) = [link for link in found.select("main a") if words(link) == "Follow this search (feed)"]
        assert client.get(shown["href"]).status_code == 200
        assert shown["href"].split("&hemat=1")[0] == f"/en/lowongan/umpan.atom{feed}"


def test_a_search_that_finds_nothing_can_be_followed_as_well(client: Client) -> None:
    assert page(client, "/en/lowongan/?q=astronot").select_one("main a[href*='umpan.atom?q=astronot']")


def test_nothing_that_is_typed_stays_anywhere(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a log, a table or a cache; the same search finds a planted word in all three (DECISIONS 60)."""
    listing()
    # As it would be stored: a word that is its own stem.
    marker = "xqzzyvmarkor"
    assert stem(marker) == marker

    def left() -> list[str]:
        places = {
            "log": caplog.text,
            "cache": repr([*default_cache._cache.items(), *cache.process_copies._held.items()]),
        }
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                places[table] = repr(cursor.fetchall())
        return [name for name, text in places.items() if marker in text]

    with caplog.at_level("DEBUG"):
        for path in ("/id/lowongan/", "/id/cari/", "/id/lowongan/umpan.atom", "/id/lowongan/umpan.json", API):
            for query in (
                f"q={marker}",
                f"q=lansai+{marker}",
                f"negara={marker}",
                f"hal={marker}",
                f"q=disekap+{marker}&wilayah={marker}",
                f"{marker}={marker}",
            ):
                answer = client.get(f"{path}?{query}")
                assert answer.status_code in (200, 400)  # what a page leaves out, a program is refused
                assert answer["Cache-Control"] == "no-store" or marker not in answer.content.decode()
        assert left() == []
        logging.getLogger("django.request").error(marker)
        default_cache.set("planted", marker)
        listing(reference=marker)
        assert {"log", "cache", "jobs_joblisting", "search_searchdocument"} <= set(left())
    default_cache.delete("planted")


def test_where_everything_finds_nothing_a_word_less_is_offered_with_its_count_and_not_to_a_cry(client: Client) -> None:
    listing()
    settle()
    found = page(client, "/en/cari/?q=taiwan+abcxyzq")
    ways = {words(link): link["href"] for link in found.select(".empty a")}
    assert ways == {"Without “abcxyzq”: 1 job": "/en/cari/?q=taiwan"}
    Distress.objects.create(code="disekap", words={"id": "disekap"})
    settle()
    for room in ("cari", "lowongan"):
        ways = page(client, f"/en/{room}/?q=taiwan+disekap").select(".empty a")
        assert not [link for link in ways if "Without “" in words(link)], room


def test_a_way_out_says_what_its_click_gives_of_both_kinds(client: Client) -> None:
    listing()
    parent = HomePage.objects.get(locale__language_code="id")
    article(parent, "Bekerja di Taiwan", text="taiwan gaji")
    settle()
    for typed, way, left in (
        ("taiwan abcxyzq qqzzxx", "Without “abcxyzq qqzzxx”", "taiwan"),  # proposed for jobs alone
        ("gaji 900.000", "Without “900.000”", "gaji"),  # for pages alone: of jobs it is a condition
    ):
        found = page(client, f"/en/cari/?{urlencode({'q': typed})}")
        ways = {words(link): link["href"] for link in found.select(".empty a")}
        assert ways == {f"{way}: 1 job, 1 page": f"/en/cari/?q={left}"}, typed
        assert words(page(client, ways[f"{way}: 1 job, 1 page"]).h1) == f"“{left}”: 1 job, 1 page"


def test_a_chosen_order_stays_when_words_or_filters_change(client: Client) -> None:
    listing()
    settle()
    for address, sent in (
        ("?q=carer&urut=baru", ["baru", "baru"]),
        ("?urut=baru&negara=TW", ["baru", "baru"]),
        ("?q=carer&urut=tutup", ["tutup", "tutup"]),
        ("?q=carer&urut=relevan", []),
        ("?q=carer", []),
        ("", []),
    ):
        found = page(client, f"/en/lowongan/{address}")
        assert [field["value"] for field in found.select("form input[name=urut]")] == sent, address


def test_a_condition_that_leaves_no_job_is_said_in_the_search_of_everything(client: Client) -> None:
    listing()
    settle()
    found = page(client, "/en/cari/?q=carer+gaji+NT$+990.000")
    assert "With this condition no job was found." in words(found.main)
    way = found.select_one("main a[href*='/lowongan/?q=carer+gaji']")
    assert words(way) == "Without the condition “NT$ 990.000”: 1 job"
    assert words(page(client, way["href"]).h1).startswith("1 job")


def test_a_cry_shows_who_is_reached_from_abroad(client: Client) -> None:
    Distress.objects.create(code="disekap", words={"id": "disekap"})
    channel("kp2mi-luar-negeri", "Dari luar negeri", value="+62 21 2924 4800", abroad=True)
    settle()
    box = page(client, "/id/cari/?q=disekap").select_one("main .help")
    assert "+62 21 2924 4800" in words(box)
    assert box.select_one("a[href='tel:+622129244800']")
    assert box.select_one("a[href='/id/bantuan/?wilayah=luar-negeri']")
    assert not page(client, "/id/cari/?q=perawat").select("main .help")


@pytest.mark.parametrize("room", ["cari", "lowongan"])
def test_a_cry_stands_in_no_large_letters_and_below_the_help(client: Client, room: str) -> None:
    Distress.objects.create(code="disekap", words={"id": "disekap"})
    settle()
    found = page(client, f"/id/{room}/?q=saya+disekap")
    assert words(found.h1).startswith("Hasil pencarian: ")
    assert "disekap" not in words(found.title)
    assert found.select_one("main .help").find_next("h1") is found.h1
    assert found.select_one("main input[name=q]")["value"] == "saya disekap"


def test_who_cries_from_abroad_sees_first_what_can_be_dialled_there(client: Client) -> None:
    Distress.objects.create(code="disekap", words={"id": "disekap"})
    channel("polisi-110", "Polisi 110", value="110", emergency=True)
    channel("kp2mi-wa", "WhatsApp KP2MI", value="0811-8080-141", kind="whatsapp", abroad=True)
    channel("kbri", "KBRI", value="+855 12 813 282", abroad=True, country="KH")
    settle()

    def shown(typed: str) -> list[str]:
        box = page(client, "/id/cari/?" + urlencode({"q": typed})).select_one("main .help")
        return [words(number) for number in box.select(".tel b")]

    assert shown("saya disekap di kamboja") == ["+855 12 813 282", "+62 811-8080-141", "Polisi 110"]
    assert shown("disekap majikan di taichung") == ["+62 811-8080-141", "Polisi 110"]
    assert shown("disekap") == ["Polisi 110", "+62 811-8080-141"]
