"""What a listing pays and costs, as cards and its page say it, day by day and from one edit of a rate to the next."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone, translation

from content.jobs import pay_selectors, selectors, slip_selectors
from content.jobs.models import JobListing
from content.registers import generation
from content.registers.models import ExchangeRate
from tests.factories.jobs import (
    ComponentFactory,
    CostLineFactory,
    JobOrderFactory,
    OccupationFactory,
    SourceFactory,
    day,
    published_listing,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("new_generations")]


def rate(currency: str = "TWD", rupiah: Any = 490, **fields: Any) -> ExchangeRate:
    return ExchangeRate.objects.create(
        **{"currency": currency, "rupiah": rupiah, "on": day(-1), "example": True, **fields}
    )


def a_listing(*lines: tuple[Any, ...], **fields: Any) -> JobListing:
    """A published factory job; ``lines`` are (component, amount) with currency and moment where they differ."""
    occupation = OccupationFactory(code="8219", zero_cost=False)
    listing = published_listing(occupation=occupation, **fields)
    for component, amount, *rest in lines:
        part = ComponentFactory(code=component, free_by_law=False)
        kept = dict(zip(("currency", "when"), rest, strict=False))
        CostLineFactory(listing=listing, component=part, payer="worker", amount=amount, **kept)
    return JobListing.objects.with_parts().get(pk=listing.pk)


def shown(listing: JobListing, language: str = "id", address: str = "") -> str:
    """The text of the page of a listing, or of the page at ``address``."""
    response = Client().get(address or f"/{language}/lowongan/{listing.code}/")
    assert response.status_code == 200
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ").split())


def costs_of(listing: JobListing, language: str = "id") -> pay_selectors.Costs:
    with translation.override(language):
        return pay_selectors.costs(listing, timezone.localdate())


# --- rupiah --------------------------------------------------------------------------------------------------------


def test_the_wage_stands_in_its_own_money_and_then_in_rupiah_with_the_day_of_the_rate() -> None:
    rate(on=dt.date.today(), example=False, source=SourceFactory(code="bank", title="Kurs bank"))
    on = selectors.labels.short_date(timezone.localdate(), "id")
    listing = a_listing(wage_max=22000)
    for text in (shown(listing), shown(listing, address="/id/lowongan/?x=1")):
        assert "NT$20.000–NT$22.000 per bulan" in text
        assert f"kira-kira Rp9,8–10,8 juta (kurs {on})" in text
    page = shown(listing)
    assert "1 TWD = Rp490" in page
    assert "Kurs bank" in page  # its source is named
    assert "about Rp9.8–10.8 million (rate of" in shown(listing, "en")


def test_an_invented_rate_says_so_wherever_it_is_used() -> None:
    listing, held = a_listing(), rate()
    on = selectors.labels.short_date(held.on, "id")
    assert f"(kurs contoh {on})" in shown(listing)
    assert f"(kurs contoh {on})" in shown(listing, address="/id/lowongan/?x=1")


@pytest.mark.parametrize("fields", [{"on": dt.date(2020, 1, 1)}, {"currency": "JPY"}])
def test_without_a_current_rate_the_wage_stands_alone(fields: dict[str, Any]) -> None:
    rate(**fields)
    listing = a_listing()
    for text in (shown(listing), shown(listing, address="/id/lowongan/?x=1")):
        assert "NT$20.000 per bulan" in text
        assert "kira-kira" not in text
        assert "kurs" not in text.lower()


def test_a_wage_in_rupiah_is_not_converted() -> None:
    listing = a_listing(currency="IDR", wage_min=9000000)
    assert selectors.card(listing).rupiah == ""
    assert "kira-kira" not in shown(listing)


def test_a_kept_page_shows_an_edited_rate_at_once() -> None:
    listing, held = a_listing(), rate()
    addresses = (f"/id/lowongan/{listing.code}/", "/id/lowongan/")
    assert all("Rp9,8 juta" in shown(listing, address=address) for address in addresses)
    ExchangeRate.objects.filter(pk=held.pk).update(rupiah=500)  # past every form and signal
    assert all("Rp10 juta" in shown(listing, address=address) for address in addresses)
    held.delete()
    assert all("Rp10 juta" not in shown(listing, address=address) for address in addresses)


def test_a_kept_page_loses_a_rate_at_the_midnight_after_its_last_day() -> None:
    zone = timezone.get_default_timezone()
    with time_machine.travel(dt.datetime(2027, 3, 1, 12, tzinfo=zone), tick=False) as clock:
        listing = a_listing(closing_date=day(90), job_order=JobOrderFactory(valid_until=day(90)))
        rate(on=day(0))
        last = dt.datetime(2027, 3, 31, 23, 59, 59, tzinfo=zone)
        addresses = (f"/id/lowongan/{listing.code}/", "/id/lowongan/")
        clock.move_to(last)
        assert all("Rp9,8 juta" in shown(listing, address=address) for address in addresses)
        before = generation.current()
        clock.move_to(last + dt.timedelta(seconds=1))
        assert all("Rp9,8 juta" not in shown(listing, address=address) for address in addresses)
        assert generation.current() == before  # nobody had to tell: the pages were kept until midnight only


# --- costs ---------------------------------------------------------------------------------------------------------


def test_what_the_worker_pays_is_said_in_monthly_wages_too() -> None:
    rate()
    listing = a_listing(("medical_exam", 800000), ("civil_documents", 350000))
    assert selectors.you_pay(listing) == "Rp1.150.000"
    assert (costs_of(listing).total, costs_of(listing).months) == ("Rp1.150.000", "0,5")
    assert "paling banyak 0,5 bulan gaji terendah" in shown(listing)
    assert "paling banyak 0,5 bulan gaji terendah" in shown(listing, address="/id/lowongan/?x=1")
    assert "at most 0.5 × the lowest monthly wage" in shown(listing, "en")


def test_nothing_to_pay_has_no_months() -> None:
    rate()
    listing = a_listing()
    assert selectors.card(listing).free
    assert costs_of(listing) == pay_selectors.Costs()
    assert "bulan gaji" not in shown(listing)


@pytest.mark.parametrize(
    ("fields", "cost", "why"),
    [
        ({"currency": "BND"}, "IDR", "belum ada kurs yang berlaku untuk BND"),
        ({}, "USD", "belum ada kurs yang berlaku untuk USD"),
        ({"wage_period": "day"}, "IDR", "gaji dihitung per hari"),
        ({"wage_period": "hour"}, "IDR", "jam kerja seminggu belum diketahui"),
    ],
)
def test_what_cannot_be_worked_out_says_why(fields: dict[str, Any], cost: str, why: str) -> None:
    rate()
    listing = a_listing(("medical_exam", 800000, cost), **fields)
    assert f"Belum dapat dihitung: {why}." in shown(listing)
    assert selectors.card(listing).months == ""
    assert "bulan gaji terendah" not in shown(listing, address="/id/lowongan/?x=1")


def test_a_cost_in_other_money_is_shown_in_both() -> None:
    rate("USD", 16000)
    listing = a_listing(("medical_exam", 50, "USD"), ("civil_documents", 350000))
    assert selectors.you_pay(listing) == "US$50 + Rp350.000"
    assert "US$50, sebelum berangkat (rekaan untuk contoh) kira-kira Rp800.000" in shown(listing)


# --- what is taken from the wage -----------------------------------------------------------------------------------


def test_what_is_taken_each_month_is_no_cost_before_departure() -> None:
    rate()
    listing = a_listing(("medical_exam", 800000), ("accommodation", 2500, "TWD", "monthly"))
    assert selectors.worker_pays(listing) == {"IDR": 800000}
    assert selectors.taken_monthly(listing) == {"TWD": 2500}
    assert selectors.you_pay(listing) == "Rp800.000, lalu NT$2.500 dipotong dari gaji tiap bulan"
    found = costs_of(listing)
    assert ([line.name for line in found.yours], [line.name for line in found.taken]) == (
        ["Biaya medical_exam"],
        ["Biaya accommodation"],
    )
    assert (found.months, found.left, found.left_in_rupiah) == ("0,5", "NT$17.500", "Rp8,6 juta")
    text = shown(listing)
    assert "Sisa dari gaji terendah NT$17.500 per bulan" in text
    assert "lalu NT$2.500 dipotong dari gaji tiap bulan" in shown(listing, address="/id/lowongan/?x=1")


def test_a_slip_does_not_leave_out_what_is_taken_each_month() -> None:
    listing = a_listing(("medical_exam", 800000), ("accommodation", 2500, "TWD", "monthly"))
    slip = slip_selectors.slip_of(listing, timezone.localdate())
    assert slip is not None
    assert (dict(slip.pays), dict(slip.taken)) == ({"IDR": 800000}, {"TWD": 2500})
    said = {line.label: line.value for line in slip_selectors.lines(slip, {})}
    assert said["Anda bayar"] == selectors.you_pay(listing)
    assert "tiap bulan" in said["Anda bayar"]


def test_a_listing_that_only_takes_from_the_wage_is_not_free() -> None:
    listing = a_listing(("accommodation", 2500, "TWD", "monthly"))
    card = selectors.card(listing)
    assert (card.free, card.months) == (False, "")
    assert card.you_pay == "Rp0, lalu NT$2.500 dipotong dari gaji tiap bulan"
    text = shown(listing)
    assert "tidak menyebut biaya" not in text
    assert "Berapa bulan gaji" not in text
    [row] = selectors.filterable(timezone.localdate())
    assert row["cost"] == "some"


@pytest.mark.parametrize(
    ("line", "fields", "left"),
    [
        (("x", 2500, "TWD", "monthly"), {"wage_period": "hour", "wage_min": 100, "hours_per_week": 45}, "kira-kira NT$17.000"),
        (("x", 800000, "IDR", "monthly"), {}, "kira-kira Rp9 juta"),
        (("x", "2500.50", "TWD", "monthly"), {}, "NT$17.499,5"),
    ],
)  # fmt: skip
def test_what_is_left_is_exact_where_it_can_be_and_else_says_about(line: Any, fields: Any, left: str) -> None:
    rate()
    assert costs_of(a_listing(line, **fields)).left == left


def test_what_is_left_is_never_less_than_nothing() -> None:
    listing = a_listing(("accommodation", 25000, "TWD", "monthly"))
    assert "Sisa dari gaji terendah Tidak ada sisa" in shown(listing)


def test_what_is_left_and_unknown_says_why() -> None:
    listing = a_listing(("accommodation", 800000, "IDR", "monthly"))
    assert "Sisa dari gaji terendah Belum dapat dihitung: belum ada kurs yang berlaku untuk TWD." in shown(listing)
