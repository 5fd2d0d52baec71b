"""The page of a listing in each of its states, and what stands on it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import brotli
import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory
from django.utils import timezone

from content.jobs import services, views
from content.jobs.codes import ALPHABET, is_well_formed, new_code
from content.jobs.models import AgencyContact, Hold, JobListing, SuspectContact
from content.jobs.structured import job_posting
from content.jobs.templatetags.listings import job_posting as job_posting_tag
from content.registers import generation
from content.registers.models import Destination
from tests.factories.jobs import (
    AgencyFactory,
    ComponentFactory,
    CostLineFactory,
    HoldFactory,
    JobOrderFactory,
    ListingFactory,
    OccupationFactory,
    OfferFlagFactory,
    RuleFactory,
    SourceFactory,
    SuspectContactFactory,
    day,
    legal_listing,
    published_listing,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No page of another test."""
    generation.replace()


def page(listing: JobListing, language: str = "id") -> Any:
    return Client().get(f"/{language}/lowongan/{listing.code}/")


def text(response: Any) -> str:
    soup = BeautifulSoup(response.content, "html.parser")
    return " ".join(soup.main.get_text(" ").split())


def test_everything_one_must_know_stands_on_the_page() -> None:
    listing = published_listing(wage_max=22000, hours_per_week=48, requirements=["health_check"], maximum_age=45)
    shown = text(page(listing))
    order, agency = listing.job_order, listing.agency
    for wanted in (
        "Pengasuh lansia, Taichung, Taiwan", agency.legal_name, agency.licence_number, order.number, order.employer,
        "NT$20.000–NT$22.000", "Rp0", "48", "36", listing.code,
    ):  # fmt: skip
        assert wanted in shown, wanted
    for rule in ("LIC-1", "LIC-2", "SCH-1", "ORD-1", "DEST-1", "DEST-2", "AGE-1", "COST-1", "COST-2", "DATE-1"):
        assert rule in shown


def test_what_the_worker_pays_is_itemised_and_never_called_lawful() -> None:
    listing = published_listing(occupation=OccupationFactory(code="8219", zero_cost=False))
    CostLineFactory(listing=listing, payer="worker", amount=350000, component=ComponentFactory(code="passport_new"))
    CostLineFactory(listing=listing, payer="worker", amount=800000)
    CostLineFactory(listing=listing, payer="employer", amount=5, component=ComponentFactory(code="work_visa"))
    shown = text(page(listing))
    assert "Rp1.150.000" in shown
    assert "Biaya passport_new Rp350.000" in shown
    assert "Biaya work_visa" in shown


@pytest.mark.parametrize("language", ["id", "en"])
def test_licensed_is_never_called_safe(language: str) -> None:
    """The only “aman/safe” of the page says that licensed is not the same."""
    found = re.findall(r"[^.]*\b(?:aman|safe)\b[^.]*", text(page(published_listing(), language)), re.IGNORECASE)
    assert len(found) == 1
    assert re.search(r"\b(tidak sama|belum tentu|bukan berarti|not the same)\b", found[0], re.IGNORECASE)


def test_the_page_speaks_both_complete_languages() -> None:
    listing = published_listing()
    english = page(listing, "en")
    assert "Carer of older people, Taichung, Taiwan" in text(english)
    soup = BeautifulSoup(english.content, "html.parser")
    assert {link["hreflang"] for link in soup.select("link[hreflang]")} == {"id", "en", "x-default"}


@pytest.mark.parametrize("language", ["jv", "su", "mad", "bjn"])
def test_a_regional_language_shows_the_indonesian_page_and_says_so(language: str) -> None:
    listing = published_listing()
    response = page(listing, language)
    soup = BeautifulSoup(response.content, "html.parser")
    assert (response.status_code, soup.html["lang"]) == (200, "id")
    assert response["X-Robots-Tag"] == "noindex"
    assert soup.select_one(".note")
    assert soup.select_one('link[rel="canonical"]')["href"].endswith(f"/id/lowongan/{listing.code}/")


def test_one_that_never_was_public_answers_404() -> None:
    for listing in (legal_listing(), ListingFactory(status="on_hold"), ListingFactory(status="closed")):
        assert page(listing).status_code == 404


def test_an_address_with_the_code_in_capitals_leads_to_the_listing() -> None:
    listing = published_listing()
    response = Client().get(f"/en/lowongan/{listing.code.upper()}/")
    assert (response.status_code, response["Location"]) == (302, f"/en/lowongan/{listing.code}/")


def test_one_that_was_public_and_is_deleted_answers_410() -> None:
    listing, draft = published_listing(), legal_listing()
    assert page(listing).status_code == 200
    JobListing.objects.filter(pk__in=[listing.pk, draft.pk]).delete()
    generation.replace()
    assert [page(one).status_code for one in (listing, draft)] == [410, 404]
    assert page(listing)["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "code", ["", "x", "abcdefgh", "ABCDEFGH", "0" * 8, "a" * 5000, "%00", "😀", "..%2f..", "١٢٣٤٥٦٧٨", "‮"]
)
def test_a_strange_code_is_our_own_404(code: str, django_assert_max_num_queries: Any) -> None:
    for language in ("id", "en", "jv"):
        with django_assert_max_num_queries(20):
            response = Client().get(f"/{language}/lowongan/{code}{'/' if code else 'x/'}")
        assert response.status_code == 404
        assert b"</html>" in response.content


def test_on_hold_says_being_looked_into_and_accuses_nobody() -> None:
    listing = published_listing()
    services.hold(listing, reason="dilaporkan warga")
    response = page(listing)
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    assert "dilaporkan warga" not in text(response)
    assert "diperiksa" in text(response)
    assert "Gaji" not in text(response)


def test_closed_says_so_for_ninety_days_then_is_gone() -> None:
    with time_machine.travel(dt.datetime(2027, 3, 1, 12, tzinfo=timezone.get_default_timezone()), tick=False) as clock:
        listing = published_listing(closing_date=day(300), job_order=JobOrderFactory(valid_until=day(400)))
        similar = published_listing(closing_date=day(300), job_order=listing.job_order)
        clock.shift(dt.timedelta(days=3))
        services.close(listing, reason="penuh")
        shown = page(listing)
        assert (shown.status_code, shown["X-Robots-Tag"]) == (200, "noindex")
        assert similar.code in shown.content.decode()
        assert "Lowongan ini sudah ditutup" in text(shown)
        assert "sedang diperiksa" not in text(shown)
        clock.shift(dt.timedelta(days=89))
        assert page(listing).status_code == 200
        clock.shift(dt.timedelta(days=1))
        generation.replace()
        assert page(listing).status_code == 410
        services.reopen(listing)
        assert "Gaji" in text(page(listing))


def test_one_that_ended_by_a_date_counts_its_ninety_days_from_there() -> None:
    with time_machine.travel(dt.datetime(2027, 3, 1, 12, tzinfo=timezone.get_default_timezone()), tick=False) as clock:
        listing = published_listing(closing_date=day(10))
        clock.shift(dt.timedelta(days=11))
        assert "11 Maret 2027" in text(page(listing))
        assert page(listing).status_code == 200
        clock.shift(dt.timedelta(days=89))
        assert page(listing).status_code == 200
        clock.shift(dt.timedelta(days=1))
        assert page(listing).status_code == 410


def test_the_ninety_days_of_an_ended_one_end_at_midnight() -> None:
    """Also of a page that was kept a second before, and without anything that runs by itself (DECISIONS 6, 34)."""
    zone = timezone.get_default_timezone()
    with time_machine.travel(dt.datetime(2027, 3, 1, 12, tzinfo=zone), tick=False) as clock:
        by_date = published_listing(
            closing_date=day(10)
        )  # the last day is 11 March, so 9 June is the ninetieth after it
        by_hand = published_listing(closing_date=day(10), job_order=by_date.job_order)
        clock.move_to(dt.datetime(2027, 3, 11, 23, 59, 59, tzinfo=zone))
        assert "Tidak ditawarkan lagi" not in text(page(by_date))
        services.close(by_hand)  # the last whole day is 10 March
        clock.move_to(dt.datetime(2027, 3, 12, tzinfo=zone))
        assert "Tidak ditawarkan lagi" in text(page(by_date))
        for listing, last in ((by_hand, dt.date(2027, 6, 8)), (by_date, dt.date(2027, 6, 9))):
            clock.move_to(dt.datetime.combine(last, dt.time(23, 59, 59), zone))
            shown = page(listing)
            assert (shown.status_code, shown["X-Robots-Tag"]) == (200, "noindex")
            assert "JobPosting" not in shown.content.decode()
            clock.move_to(dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, zone))
            gone = page(listing)
            assert (gone.status_code, gone["X-Robots-Tag"]) == (410, "noindex")
            assert page(listing, "en").status_code == page(listing, "jv").status_code == 410


def test_one_on_hold_is_being_looked_into_for_as_long_as_it_takes() -> None:
    with time_machine.travel(dt.datetime(2027, 3, 1, 12, tzinfo=timezone.get_default_timezone()), tick=False) as clock:
        listing = published_listing(closing_date=day(10))
        services.hold(listing)
        clock.shift(dt.timedelta(days=400))
        assert (page(listing).status_code, "diperiksa" in text(page(listing))) == (200, True)


def test_one_that_ended_by_a_decision_says_when_and_where_it_was_read() -> None:
    listing = published_listing()
    source = SourceFactory(code="decision", title="Keputusan tentang izin")
    services.set_agency_status(listing.agency, "withdrawn", day(-1), source=source)
    shown = text(page(listing))
    assert "tercatat dicabut. Dibaca di: Keputusan tentang izin" in shown
    assert "sudah dicabut" not in shown


def test_what_one_should_know_of_a_country_stands_on_the_page() -> None:
    listing = published_listing()
    Destination.objects.filter(country="TW").update(notes={"id": "Minta rincian tertulis.", "en": "Ask in writing."})
    generation.replace()
    assert "Yang perlu diketahui dulu tentang Taiwan Minta rincian tertulis." in text(page(listing))
    assert "Ask in writing." in text(page(listing, "en"))


def test_every_invented_figure_of_an_example_says_so() -> None:
    """Wage, age, the sum and each cost: what could be taken for a rule of the country."""
    real = text(page(real_listing(), "en"))
    assert "invented" not in real
    listing = published_listing(occupation=OccupationFactory(code="8219", zero_cost=False))
    CostLineFactory(listing=listing, payer="worker", amount=800000)
    CostLineFactory(listing=listing, payer="worker", amount=5, component=ComponentFactory(code="personal_needs"))
    soup = BeautifulSoup(page(listing, "en").content, "html.parser")
    marked = {dd.find_previous_sibling("dt").text for dd in soup.select("dd") if "invented for the example" in dd.text}
    assert marked == {"Wage", "You pay", "Age", "Cost medical_exam", "Cost personal_needs", "In all"}


def test_an_example_is_marked_and_not_indexed() -> None:
    response = page(published_listing())
    assert response["X-Robots-Tag"] == "noindex"
    assert BeautifulSoup(response.content, "html.parser").select_one(".tag.q").text == "Contoh"


# --- whom to ask ---------------------------------------------------------------------------------------------------


def with_contact(listing: JobListing, kind: str, value: str) -> AgencyContact:
    contact = AgencyContact.objects.create(agency=listing.agency, kind=kind, value=value)
    JobListing.objects.filter(pk=listing.pk).update(contact=contact)
    generation.replace()
    return contact


def links_of(response: Any) -> set[str]:
    return {link["href"] for link in BeautifulSoup(response.content, "html.parser").main.select("a[href]")}


@pytest.mark.parametrize(
    ("kind", "value", "address"),
    [
        ("phone", "0812 3456 7890", "tel:+6281234567890"),
        ("email", "info@nyata.co.id", "mailto:info@nyata.co.id"),
        ("link", "nyata.co.id", "https://nyata.co.id"),
        ("handle", "@nyata", None),
    ],
)
def test_the_official_contact_of_a_real_listing_can_be_pressed(kind: str, value: str, address: str | None) -> None:
    listing = real_listing()
    with_contact(listing, kind, value)
    assert f"Kontak resmi {value}" in text(page(listing))
    assert "Pakai hanya kontak ini." in text(page(listing))
    assert "Use this contact only." in text(page(listing, "en"))
    assert {link for link in links_of(page(listing)) if value in link or "tel:+628" in link} == ({address} - {None})


@pytest.mark.parametrize(
    ("kind", "value"), [("phone", "+62 000 1"), ("email", "a@x.example"), ("link", "https://x.example/")]
)
def test_the_contact_of_an_example_is_shown_and_never_a_link(kind: str, value: str) -> None:
    listing = published_listing()
    before = links_of(page(listing))
    with_contact(listing, kind, value)
    assert f"Kontak resmi {value}" in text(page(listing))
    assert links_of(page(listing)) == before


def test_a_listing_without_a_contact_sends_to_the_official_list() -> None:
    listing = published_listing()
    assert "Kontak resmi Belum diketahui" in text(page(listing))
    assert "hanya kontak ini" not in text(page(listing))


def test_neither_an_account_nor_the_contact_of_another_agency_is_shown() -> None:
    listing, other = real_listing(), AgencyFactory()
    with_contact(listing, "account", "002 1234567890")
    assert "Kontak resmi Belum diketahui" in text(page(listing))
    assert with_contact(listing, "phone", "0812 3456 7890").agency_id == listing.agency_id
    AgencyContact.objects.filter(kind="phone").update(agency=other)
    generation.replace()
    assert "Kontak resmi Belum diketahui" in text(page(listing))


def test_a_contact_that_is_being_looked_into_or_was_confirmed_as_bad_is_not_shown() -> None:
    listing = real_listing()
    with_contact(listing, "phone", "0812 3456 7890")
    suspect = SuspectContactFactory(value="+62 812-3456-7890")
    hold = HoldFactory(contact=suspect)
    for change in (
        lambda: None,
        lambda: SuspectContact.objects.update(confirmed_on=day(0), finding=OfferFlagFactory()),
    ):
        change()
        generation.replace()
        shown = page(listing)
        assert "Kontak resmi Sedang diperiksa" in text(shown)
        assert "3456" not in text(shown)
        assert not any(link.startswith("tel:+628") for link in links_of(shown))
        Hold.objects.filter(pk=hold.pk).update(state="lifted")
    SuspectContact.objects.update(confirmed_on=None)
    generation.replace()
    assert "Kontak resmi 0812 3456 7890" in text(page(listing))


def test_the_mission_that_verified_the_employer_is_named() -> None:
    listing = published_listing(job_order=JobOrderFactory(mission="KDEI Contoh"))
    assert "Pemberi kerja diverifikasi oleh KDEI Contoh" in text(page(listing))
    assert "diverifikasi oleh" not in text(page(published_listing()))


# --- JSON-LD -------------------------------------------------------------------------------------------------------


def real_listing() -> JobListing:
    RuleFactory()
    agency = AgencyFactory(example=False, source=SourceFactory(), legal_name="PT Nyata </script> & Putra")
    order = JobOrderFactory(agency=agency)
    listing = ListingFactory(job_order=order, example=False, source=SourceFactory())
    services.publish(listing)
    return JobListing.objects.with_parts().get(pk=listing.pk)


def test_only_an_official_site_emits_a_job_posting_and_never_of_an_example() -> None:
    real = real_listing()
    example = JobListing.objects.with_parts().get(pk=published_listing().pk)
    assert job_posting_tag({"official": True, "base_url": "https://x.go.id"}, real)
    assert job_posting_tag({"official": False}, real) == ""
    assert job_posting_tag({}, real) == ""
    assert job_posting_tag({"official": True}, example) == ""
    real.agency.example = True
    assert job_posting_tag({"official": True}, real) == ""
    assert "JobPosting" not in page(real).content.decode()  # the site of the tests is not official


def test_a_job_posting_cannot_break_out_of_its_block() -> None:
    block = str(job_posting_tag({"official": True}, real_listing()))
    assert block.count("</script>") == 1
    assert "\\u003C/script\\u003E \\u0026 Putra" in block


def test_what_a_job_posting_says_also_stands_on_the_page() -> None:
    real = real_listing()
    data = job_posting(real, "https://x.go.id/")
    shown = text(page(real))
    assert data["title"] in shown
    assert data["hiringOrganization"]["name"] in shown
    assert data["identifier"]["name"].split()[0] in shown
    assert data["jobLocation"]["address"]["addressLocality"] in shown
    assert str(data["totalJobOpenings"]) in shown
    assert data["baseSalary"]["value"]["minValue"] == 20000
    assert data["validThrough"].startswith(real.closing_date.isoformat())


# --- budget --------------------------------------------------------------------------------------------------------


def test_an_uncached_page_costs_at_most_twelve_queries(django_assert_max_num_queries: Any) -> None:
    listing = published_listing()
    for _number in range(10):
        published_listing(job_order=listing.job_order, places=1)
        CostLineFactory(listing=listing)
    page(listing)  # process caches warm
    with django_assert_max_num_queries(12):
        Client().get(f"/id/lowongan/{listing.code}/?x=1")
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)), django_assert_max_num_queries(12):
        assert "Tidak ditawarkan lagi" in text(Client().get(f"/id/lowongan/{listing.code}/?x=1"))  # by its date
    services.close(listing, reason="x")
    with django_assert_max_num_queries(12):
        Client().get(f"/id/lowongan/{listing.code}/?x=1")


def test_a_page_that_is_kept_costs_none(django_assert_num_queries: Any) -> None:
    listing = published_listing()
    page(listing)
    with django_assert_num_queries(0):
        assert page(listing).status_code == 200


def test_the_page_is_small() -> None:
    listing = published_listing(requirements=["health_check", "competence"], benefits=["housing", "meals"])
    for number in range(8):
        CostLineFactory(listing=listing, component=ComponentFactory(code=f"part_{number}"))
    assert len(brotli.compress(page(listing).content, quality=9)) <= 9000


def test_only_reading_is_answered() -> None:
    listing = published_listing()
    request = RequestFactory().post("/")
    request.LANGUAGE_CODE = "id"
    assert views.listing(request, listing.code).status_code == 405


# --- codes ---------------------------------------------------------------------------------------------------------


def test_every_wrong_sign_and_every_swap_of_two_is_found() -> None:
    code = new_code()
    assert is_well_formed(code)
    for place in range(len(code)):
        for sign in ALPHABET:
            other = code[:place] + sign + code[place + 1 :]
            assert is_well_formed(other) is (other == code)
        for second in range(place):
            signs = list(code)
            signs[place], signs[second] = signs[second], signs[place]
            swapped = "".join(signs)
            assert is_well_formed(swapped) is (swapped == code)
