"""Who may charge what, for how long one works for it, and amounts as people type them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from content.guides import costs
from content.guides.cost_forms import amount_of
from content.registers import generation
from content.registers.models import CostComponent, ExchangeRate, Occupation, WorkGroup
from tests.site import World


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5000000", "5000000"),
        ("5.000.000", "5000000"),
        ("5,000,000", "5000000"),
        ("Rp 5.000.000", "5000000"),
        ("Rp. 5.000.000,50", "5000000.50"),
        ("1,500.5", "1500.5"),
        ("1500,5", "1500.5"),
        ("5 juta", "5000000"),
        ("5,5jt", "5500000"),
        ("750rb", "750000"),
        ("NT$20.000", "20000"),
        ("1.500", "1500"),
        ("12.34", "12.34"),
        ("0", "0"),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, amount: str) -> None:
    assert amount_of(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["banyak", "-5", "1.00.000", "5.000.00", "1e9", "", "٣٠٠٠x", "9" * 13, "1.000,000,000", "NaN"]
)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert amount_of(text) is None


class TestCounting:
    def component(self, code: str, free: bool) -> CostComponent:
        return CostComponent(code=code, free_by_law=free)

    @pytest.mark.parametrize("occupation", [None, Occupation(zero_cost=True), Occupation(zero_cost=False)])
    def test_the_service_of_the_company_is_never_the_workers(self, occupation: Occupation | None) -> None:
        assert costs.ruling(self.component("placement_service", True), occupation) == costs.Ruling.NEVER

    def test_a_listed_component_is_free_for_the_ten_posts_only(self) -> None:
        ticket = self.component("ticket_departure", True)
        assert costs.ruling(ticket, Occupation(zero_cost=True)) == costs.Ruling.FREE_FOR_POST
        # Of other posts, and where the post is not known, no source says that it is lawful.
        assert costs.ruling(ticket, Occupation(zero_cost=False)) == costs.Ruling.ASK
        assert costs.ruling(ticket, None) == costs.Ruling.ASK

    def test_what_the_list_does_not_name_is_asked(self) -> None:
        assert costs.ruling(self.component("passport_new", False), Occupation(zero_cost=True)) == costs.Ruling.ASK

    def test_months_of_wages_are_rounded_up_to_halves(self) -> None:
        assert costs.months_of_wage(Decimal(25), Decimal(10)) == Decimal("2.5")
        assert costs.months_of_wage(Decimal(26), Decimal(10)) == Decimal(3)
        assert costs.months_of_wage(Decimal(1), Decimal(10)) == Decimal("0.5")

    def test_months_to_repay_are_whole(self) -> None:
        assert costs.months_to_repay(Decimal(25), Decimal(10)) == 3
        assert costs.months_to_repay(Decimal(30), Decimal(10)) == 3

    @pytest.mark.parametrize("wage", [None, Decimal(0)])
    def test_without_a_wage_there_is_no_figure(self, wage: Decimal | None) -> None:
        assert costs.months_of_wage(Decimal(25), wage) is None
        assert costs.months_to_repay(Decimal(25), wage) is None


@pytest.fixture
def world(site: World) -> World:
    """A post of the ten and one of none, three components, and a rate of yesterday."""
    work = WorkGroup.objects.create(code="domestic", name={"id": "Rumah tangga", "en": "Domestic"})
    for code, free in (("5152", True), ("8121", False)):
        Occupation.objects.create(
            code=code, work=work, zero_cost=free, name={"id": f"Kerja {code}", "en": f"Work {code}"}
        )
    for code, free in (("placement_service", True), ("training", True), ("passport_new", False)):
        CostComponent.objects.create(code=code, free_by_law=free, name={"id": f"Biaya {code}", "en": f"Cost {code}"})
    ExchangeRate.objects.create(
        currency="TWD", rupiah=500, on=timezone.localdate() - dt.timedelta(days=1), example=True
    )
    generation.replace()
    return site


ALL = "diminta=placement_service&diminta=training&diminta=passport_new"


def page(client: Client, query: str = "", language: str = "id") -> BeautifulSoup:
    answer = client.get(f"/{language}/hitung-biaya/?{query}")
    assert answer.status_code == 200
    assert not answer.cookies
    return BeautifulSoup(answer.content, "html5lib")


@pytest.mark.django_db
class TestPage:
    def test_each_component_stands_below_what_the_sources_say(self, world: World, client: Client) -> None:
        shown = page(client, f"kerja=5152&{ALL}")
        parts = {section.h2.text: section.ul.text for section in shown.select("main section.c")}
        assert parts == {
            "Bukan tanggungan Anda": "Biaya placement_service",
            "Tidak boleh ditagihkan kepada Anda untuk jabatan ini": "Biaya training",
            "Tanyakan dulu": "Biaya passport_new",
        }

    def test_an_unknown_post_frees_nothing_and_allows_nothing(self, world: World, client: Client) -> None:
        shown = page(client, ALL)
        assert "Tidak boleh ditagihkan" not in shown.text
        assert "Itu tidak berarti boleh dipungut" in shown.text

    def test_one_amount_is_said_to_be_that_of_everything_together(self, world: World, client: Client) -> None:
        together = "untuk semua yang Anda centang bersama-sama, bukan masing-masing"
        assert together in page(client, f"{ALL}&jumlah=9.000.000").select_one("main").get_text()
        assert together not in page(client, "diminta=training&jumlah=9.000.000").select_one("main").get_text()
        assert (
            "Jumlah semua yang Anda centang" in page(client).select_one("form[action='/id/hitung-biaya/']").get_text()
        )

    def test_a_debt_that_outlasts_the_contract_is_said(self, world: World, client: Client) -> None:
        query = "jumlah=25.000.000&utang=40jt&upah=20.000&mata=TWD&cicil=1.000.000&kontrak=36"
        shown = page(client, query).select_one("main").text
        assert "Rp15.000.000" in shown  # what the debt alone costs
        assert "4 × seluruh upah" in shown  # 40 million / (20,000 × 500)
        assert "40 bulan" in shown
        assert "Utangnya lebih lama daripada kontraknya" in shown
        assert "Utangnya lebih lama" not in page(client, query.replace("kontrak=36", "kontrak=48")).text

    def test_without_a_current_rate_there_is_no_figure(self, world: World, client: Client) -> None:
        ExchangeRate.objects.update(on=timezone.localdate() - dt.timedelta(days=60))
        generation.replace()
        shown = page(client, "jumlah=25.000.000&upah=20.000&mata=TWD").select_one("main").text
        assert "× seluruh upah" not in shown
        assert "Belum ada kurs terbaru" in shown

    def test_a_mistyped_amount_stays_in_its_field_with_a_sentence(self, world: World, client: Client) -> None:
        shown = page(client, "jumlah=banyak&upah=20000")
        assert "misalnya 5.000.000" in shown.select_one(".err").text
        assert shown.select_one("#jumlah")["value"] == "banyak"
        assert shown.select_one("#upah")["value"] == "20000"

    @pytest.mark.parametrize(
        "query",
        ["kerja=0000", "mata=XXX", "diminta=tidak-ada", "kontrak=abc", "kontrak=-1", "jumlah=%00", "upah=" + "9" * 40],
    )
    def test_strange_answers_break_nothing(self, world: World, client: Client, query: str) -> None:
        assert page(client, query).h1

    def test_a_listing_fills_the_form_in(self, world: World, client: Client) -> None:
        shown = page(client, "isi=1&kerja=5152&mata=TWD&kontrak=36")
        assert shown.select_one("#kerja option[selected]")["value"] == "5152"
        assert shown.select_one("#kontrak")["value"] == "36"
        assert not shown.select("main section.c")

    def test_what_was_answered_is_kept_by_nobody(self, world: World, client: Client) -> None:
        assert client.get("/id/hitung-biaya/?jumlah=5")["Cache-Control"] == "no-store"
        assert "noindex" in client.get("/id/hitung-biaya/?jumlah=5")["X-Robots-Tag"]
        assert "must-revalidate" in client.get("/id/hitung-biaya/")["Cache-Control"]

    def test_the_answers_can_be_changed(self, world: World, client: Client) -> None:
        shown = page(client, "kerja=5152&diminta=training&jumlah=5jt")
        link = next(a["href"] for a in shown.select("main a") if "isi=1" in a["href"])
        again = BeautifulSoup(client.get(link).content, "html5lib")
        assert again.select_one("#jumlah")["value"] == "5jt"
        assert [box["value"] for box in again.select("input[name=diminta][checked]")] == ["training"]
