"""The answers of the API: what they hold, what they never hold, and how they are asked again."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from typing import Any

import brotli
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from content.jobs import services
from content.jobs.models import Agency, AgencyContact, AgencyStatus, Hold, JobListing
from content.registers.models import Source
from portal import cache
from search.api.serializers import AgencySerializer, ListingSerializer
from search.api.urls import urlpatterns
from tests.contracts.adversarial import QUERIES, UNREADABLE, VALUES
from tests.factories.jobs import (
    AgencyFactory,
    ComponentFactory,
    CostLineFactory,
    SourceFactory,
    day,
    legal_listing,
    published_listing,
)
from tests.search.world import listing, many_listings, settle

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/"
LIST, AGENCIES = f"{ROOT}lowongan/", f"{ROOT}perusahaan/"


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.process_copies.clear()
    settle()


def get(client: Client, address: str, status: int = 200, **headers: str) -> Any:
    """The JSON at an address; a problem document where the status says so."""
    response = client.get(address, headers=headers)
    assert response.status_code == status, (address, response.content[:300])
    assert response["Content-Type"] == ("application/json" if status == 200 else "application/problem+json")
    return json.loads(response.content)


# --- listings ------------------------------------------------------------------------------------------------------


def test_the_list_gives_what_is_public_with_total_and_counts(client: Client) -> None:
    shown, hidden = listing(), listing()
    Agency.objects.filter(pk=hidden.agency_id).update(status="suspended")
    found = get(client, LIST)
    assert [row["code"] for row in found["listings"]] == [shown.code]
    assert (found["total"], found["page"], found["pages"], found["next"], found["previous"]) == (1, 1, 1, None, None)
    assert found["on"] == timezone.localdate().isoformat()
    assert found["facets"]["negara"] == {"TW": 1}
    assert found["facets"]["biaya"] == {"0": 1}
    assert "Berizin belum tentu aman" in found["notice"]


def test_filters_and_words_are_those_of_the_page(client: Client) -> None:
    many_listings(60, seed=20261122)
    for query in ("q=lansia", "negara=JP", "biaya=ada", "pendidikan=smp", "q=samudra&tutup=30&urut=tutup"):
        page = client.get(f"/id/lowongan/?{query}").content.decode()
        rows = get(client, f"{LIST}?{query}")["listings"]
        assert rows, query
        places = [page.index(f"/id/lowongan/{row['code']}/") for row in rows]
        assert places == sorted(places), query


def test_pages_lead_on_and_lose_nothing(client: Client, settings: Any) -> None:
    many_listings(70, seed=3)
    codes, address, pages = [], f"{LIST}?limit=7&lang=en", 0
    while address:
        found = get(client, address.removeprefix(settings.BASE_URL))
        codes += [row["code"] for row in found["listings"]]
        pages, address = pages + 1, found["next"]
    assert pages == found["pages"]
    assert len(codes) == len(set(codes)) == found["total"] == JobListing.objects.public().count()
    assert set(codes) == set(JobListing.objects.public().values_list("code", flat=True))
    assert found["previous"].endswith(f"?limit=7&hal={pages - 1}&lang=en")


def test_a_page_past_the_end_is_missing_not_the_last_one_again(client: Client) -> None:
    listing()
    found = get(client, f"{LIST}?hal=2&lang=en", 404)
    assert found["detail"] == "There is no page 2; the last one is page 1."
    assert get(client, f"{LIST}?negara=TW&hal=500", 404)


def test_an_empty_list_is_a_list(client: Client) -> None:
    assert get(client, LIST)["listings"] == []
    listing()
    assert get(client, f"{LIST}?q=astronot")["total"] == 0


def test_a_refusal_says_what_is_wrong_in_the_language_that_was_asked_for(client: Client) -> None:
    for language, words in (("id", "lebih dari sekali"), ("en", "more than once")):
        found = get(client, f"{LIST}?lang={language}&hal=1&hal=2", 400)
        assert words in found["detail"]
        assert (found["type"], found["title"], found["status"]) == ("about:blank", "Bad Request", 400)
    assert get(client, f"{LIST}?lang=jv", 400)["detail"].startswith("“jv” tidak ada di pilihan")


def test_labels_and_page_are_in_the_language_that_was_asked_for(client: Client, settings: Any) -> None:
    code = listing().code
    english, indonesian = (get(client, f"{LIST}{code}/?lang={language}")["listing"] for language in ("en", "id"))
    assert english["title"] == "Carer of older people, Taichung, Taiwan"
    assert indonesian["title"] == "Pengasuh lansia, Taichung, Taiwan"
    assert english["url"] == f"{settings.BASE_URL}/en/lowongan/{code}/"
    assert indonesian["url"] == f"{settings.BASE_URL}/id/lowongan/{code}/"
    assert english["api_url"] == f"{settings.BASE_URL}{LIST}{code}/?lang=en"
    assert get(client, english["api_url"].removeprefix(settings.BASE_URL))["listing"] == english


def test_a_listing_says_all_that_its_page_says(client: Client) -> None:
    held = published_listing(
        wage_max=22000, hours_per_week=None, maximum_age=45, requirements=["health_check", "gone"], benefits=["meals"]
    )
    CostLineFactory(listing=held)
    held.occupation.__class__.objects.update(zero_cost=False)
    CostLineFactory(listing=held, payer="worker", amount=250000, component=ComponentFactory(code="passport"))
    CostLineFactory(listing=held, payer="worker", amount=2500, currency="TWD", when="monthly",
                    component=ComponentFactory(code="housing"))  # fmt: skip
    settle()
    found = get(client, f"{LIST}{held.code}/?lang=en")
    row = found["listing"]
    assert row["example"] is True
    assert row["wage"] == {
        "minimum": "20000.00", "maximum": "22000.00", "currency": "TWD",
        "period": {"code": "month", "label": "per month"},
    }  # fmt: skip
    assert row["worker_pays"] == [{"amount": "250000.00", "currency": "IDR"}]
    assert row["taken_monthly"] == [{"amount": "2500.00", "currency": "TWD"}]
    assert [(line["component"]["code"], line["payer"]["code"], line["amount"]) for line in row["costs"]] == [
        ("medical_exam", "employer", "500000.00"), ("passport", "worker", "250000.00"), ("housing", "worker", "2500.00"),
    ]  # fmt: skip
    assert row["requirements"] == [{"code": "health_check", "label": "Medical examination passed"}]
    assert row["hours_per_week"] is None
    assert row["agency"]["licence_number"] == held.agency.licence_number
    assert row["agency"]["valid_until"] == day(400).isoformat()
    assert (row["job_order"]["number"], row["job_order"]["valid_until"]) == (
        held.job_order.number,
        day(120).isoformat(),
    )
    assert (row["closing_date"], row["published_on"]) == (day(30).isoformat(), day(0).isoformat())
    assert row["source"] is None
    assert [rule["id"] for rule in found["rules"]] == [
        "LIC-1", "LIC-2", "SCH-1", "ORD-1", "DEST-1", "DEST-2", "AGE-1", "COST-1", "COST-2", "DATE-1",
    ]  # fmt: skip
    assert "valid until" in found["rules"][0]["sentence"]
    assert found["rules"][4]["laws"][0]["title"] == "Halaman resmi"


def test_a_real_listing_is_no_example_and_names_its_source(client: Client) -> None:
    source = SourceFactory(url="https://kp2mi.go.id/x", publisher="KP2MI")
    agency = AgencyFactory(example=False, source=source)
    held = listing(job_order__agency=agency, example=False, source=source)
    row = get(client, f"{LIST}{held.code}/")["listing"]
    assert (row["example"], row["source"]["url"]) == (False, "https://kp2mi.go.id/x")
    Agency.objects.filter(pk=agency.pk).update(example=True)
    settle()
    assert get(client, f"{LIST}{held.code}/")["listing"]["example"] is True


def test_what_never_was_public_is_missing_and_what_was_is_gone(client: Client) -> None:
    draft, review, never = legal_listing(), legal_listing(), legal_listing()
    services.send_to_review(review)
    # Published past every service, of an agency that was suspended all along.
    Agency.objects.filter(pk=never.agency_id).update(status="suspended")
    JobListing.objects.filter(pk=never.pk).update(status="published")
    for code in (draft.code, review.code, never.code, "22222222", "x", "TIDAKADA", f"{draft.code}x"):
        assert get(client, f"{LIST}{code}/", 404)["detail"]
    ended, held, closed, long_ago = (published_listing() for _each in range(4))
    JobListing.objects.filter(pk=ended.pk).update(closing_date=day(-1))
    services.hold(held, reason="rahasia petugas")
    services.close(closed, reason="rahasia petugas")
    JobListing.objects.filter(pk=long_ago.pk).update(
        closing_date=day(-200), public_until=day(-200), first_public_at=timezone.now() - dt.timedelta(days=300)
    )
    settle()
    for gone in (ended, closed, long_ago):
        assert get(client, f"{LIST}{gone.code}/?lang=en", 410)["detail"] == "No longer on offer"
    JobListing.objects.filter(pk=ended.pk).delete()
    assert get(client, f"{LIST}{ended.code}/?lang=en", 410)["detail"] == "No longer on offer"
    said = get(client, f"{LIST}{held.code}/?lang=en", 410)["detail"]
    assert said.startswith("Somebody is looking into this listing. That says nothing against the company")
    assert get(client, LIST)["total"] == 0


def test_a_listing_is_gone_at_midnight_also_from_kept_answers(client: Client) -> None:
    zone = timezone.get_default_timezone()
    with time_machine.travel(dt.datetime(2027, 3, 9, 23, 59, 50, tzinfo=zone), tick=False) as clock:
        held = published_listing(closing_date=dt.date(2027, 3, 9))
        for _again in range(2):
            assert get(client, LIST)["total"] == 1
            assert get(client, f"{LIST}{held.code}/")
        clock.move_to(dt.datetime(2027, 3, 10, 0, 0, tzinfo=zone))
        assert get(client, LIST)["total"] == 0
        assert get(client, f"{LIST}{held.code}/", 410)


# --- agencies ------------------------------------------------------------------------------------------------------


def test_agencies_are_listed_by_name_with_their_decisions(client: Client, settings: Any) -> None:
    second, first = AgencyFactory(legal_name="PT Contoh Zamrud"), AgencyFactory(legal_name="PT Contoh Anggrek")
    services.set_agency_status(second, "suspended", day(-9), source=SourceFactory(), note="catatan dalam")
    services.set_agency_status(second, "active", day(-2))
    found = get(client, AGENCIES)
    assert [row["legal_name"] for row in found["agencies"]] == [first.legal_name, second.legal_name]
    row = found["agencies"][1]
    assert [(made["status"]["code"], made["since"]) for made in row["decisions"]] == [
        ("active", day(-2).isoformat()), ("suspended", day(-9).isoformat()),
    ]  # fmt: skip
    assert row["decisions"][1]["source"]["title"] == "Halaman resmi"
    assert row["status"]["code"] == "active"
    assert get(client, row["api_url"].removeprefix(settings.BASE_URL))["agency"] == row
    assert get(client, f"{AGENCIES}?limit=1&hal=2")["agencies"] == [row]
    assert get(client, f"{AGENCIES}?limit=1&hal=3", 404)
    assert get(client, f"{AGENCIES}?q=zamrud", 400)


def test_an_agency_is_found_by_its_licence_number_and_says_what_holds_today(client: Client) -> None:
    agency = AgencyFactory(licence_number="CONTOH/SIP3MI/12 (A)", valid_until=day(-1), status="withdrawn")
    for written in ("CONTOH/SIP3MI/12%20(A)", "CONTOH%2FSIP3MI%2F12%20%28A%29"):
        found = get(client, f"{AGENCIES}{written}/?lang=en")
        assert found["agency"]["legal_name"] == agency.legal_name
        assert [rule["holds"] for rule in found["standing"]] == [False, False]
        assert "was recorded as withdrawn" in found["standing"][1]["sentence"]
    for unknown in ("CONTOH/SIP3MI/12", "%00", "a%00b", "%FF", "x" * 3000, "contoh/sip3mi/12%20(a)", ".", "..%2F"):
        assert get(client, f"{AGENCIES}{unknown}/", 404)


def test_no_example_gives_a_number_that_can_be_dialled(client: Client) -> None:
    """Not even one that was written past every form (DECISIONS 29)."""
    agency = AgencyFactory()
    for kind, value in (("phone", "+62 000 1234 5678"), ("phone", "0812 3456 789"), ("email", "a@penipu.com")):
        AgencyContact.objects.create(agency=agency, kind=kind, value=value)
    values = [one["value"] for one in get(client, AGENCIES)["agencies"][0]["contacts"]]
    assert values == ["+62 000 1234 5678"]
    Agency.objects.update(example=False, source=SourceFactory())
    settle()
    values = [one["value"] for one in get(client, AGENCIES)["agencies"][0]["contacts"]]
    assert values == ["a@penipu.com", "+62 000 1234 5678", "0812 3456 789"]


def test_no_bank_account_is_passed_on_in_any_form(client: Client, settings: Any) -> None:
    settings.CONTACT_HASH_KEY = ["1:kunci-percobaan"]
    agency = AgencyFactory(example=False, source=SourceFactory())
    for kind, value in (("account", "002 1234567890"), ("email", "info@bahari.co.id")):
        AgencyContact.objects.create(agency=agency, kind=kind, value=value)
    settle()
    digest = AgencyContact.objects.get(kind="account").normal
    for address in (AGENCIES, f"{AGENCIES}{agency.licence_number}/", f"{ROOT}kosakata/"):
        said = json.dumps(get(client, address), ensure_ascii=False)
        assert not [part for part in ("…890", "4567890", digest, "account") if part in said], address
    assert [one["value"] for one in get(client, AGENCIES)["agencies"][0]["contacts"]] == ["info@bahari.co.id"]


def test_an_agency_that_is_looked_into_says_so_and_not_why(client: Client, django_user_model: Any) -> None:
    held, other = AgencyFactory(), AgencyFactory()
    officer = django_user_model.objects.create(email="a@contoh.example")
    hold = Hold.objects.create(agency=held, reason="alasan rahasia", review_on=day(7), placed_by=officer)
    settle()
    found = get(client, AGENCIES)
    assert {row["licence_number"]: row["on_hold"] for row in found["agencies"]} == {
        held.licence_number: True, other.licence_number: False,
    }  # fmt: skip
    assert "rahasia" not in json.dumps(found)
    Hold.objects.filter(pk=hold.pk).update(state=Hold.State.LIFTED)
    settle()
    assert get(client, f"{AGENCIES}{held.licence_number}/")["agency"]["on_hold"] is False


def test_what_an_officer_writes_for_colleagues_is_nowhere(client: Client, django_user_model: Any) -> None:
    marker = "catatandalam"
    actor = django_user_model.objects.create(email=f"{marker}@contoh.example")
    held = published_listing()
    services.set_agency_status(held.agency, "active", day(0), actor=actor, note=marker)
    services.hold(held, actor, marker)
    services.reopen(held, django_user_model.objects.create(email="dua@contoh.example"))
    settle()
    for address in (LIST, f"{LIST}{held.code}/", AGENCIES, f"{AGENCIES}{held.agency.licence_number}/"):
        assert marker not in json.dumps(get(client, address))


def test_the_fields_are_named_one_by_one() -> None:
    """A field that is added to a model is not public by that. Who adds one here has thought of who reads it."""
    assert set(ListingSerializer().fields) == {
        "code", "url", "api_url", "title", "example", "occupation", "work", "country", "place", "scheme", "agency",
        "job_order", "wage", "worker_pays", "taken_monthly", "costs", "contract_months", "hours_per_week", "places",
        "education", "minimum_age", "maximum_age", "requirements", "benefits", "closing_date", "published_on", "checked_on", "source",
    }  # fmt: skip
    assert set(AgencySerializer().fields) == {
        "kind", "legal_name", "licence_number", "valid_from", "valid_until", "checked_on", "example", "api_url", "status",
        "on_hold", "decisions", "contacts", "source",
    }  # fmt: skip


def test_a_kept_answer_follows_every_row_that_it_shows(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    held = published_listing()
    CostLineFactory(listing=held)
    AgencyContact.objects.create(agency=held.agency, kind="phone", value="+62 000 1")
    services.set_agency_status(held.agency, "active", day(-3), source=SourceFactory())
    settle()
    agency = f"{AGENCIES}{held.agency.licence_number}/"
    changes = {
        LIST: lambda: held.cost_lines.update(amount=1),
        f"{LIST}{held.code}/": lambda: Source.objects.update(title="Lain"),
        AGENCIES: lambda: AgencyContact.objects.update(value="+62 000 2"),
        agency: lambda: AgencyStatus.objects.update(since=day(-5)),
    }
    for address, change in changes.items():
        before = get(client, address)
        assert get(client, address) == before
        with django_capture_on_commit_callbacks(execute=True):
            change()
        assert get(client, address) != before, address


# --- vocabularies --------------------------------------------------------------------------------------------------


def test_every_code_has_a_label_in_every_complete_language(client: Client, settings: Any) -> None:
    listing()
    ComponentFactory()
    found = get(client, f"{ROOT}kosakata/")
    assert all(found.values())
    for name, rows in found.items():
        for row in rows:
            assert set(row["labels"]) == set(settings.COMPLETE_LANGUAGES), (name, row)
            assert all(row["labels"].values()), (name, row)
    by_code = {row["code"]: row["labels"] for row in found["payers"]}
    assert by_code["employer"] == {"id": "Pemberi kerja", "en": "The employer"}
    assert found["occupations"][0]["work"] in {row["code"] for row in found["work_groups"]}


def test_every_code_of_an_answer_is_in_a_vocabulary(client: Client) -> None:
    many_listings(30, seed=5)
    found = get(client, f"{ROOT}kosakata/")
    codes = {name: {row["code"] for row in rows} for name, rows in found.items()}
    lists = {
        "occupation": "occupations", "work": "work_groups", "country": "countries", "scheme": "schemes",
        "education": "education",
    }  # fmt: skip
    for row in get(client, f"{LIST}?limit=100")["listings"]:
        assert all(row[field]["code"] in codes[name] for field, name in lists.items())
        assert row["wage"]["period"]["code"] in codes["wage_periods"]
        assert {line["component"]["code"] for line in row["costs"]} <= codes["cost_components"]
        assert {line["payer"]["code"] for line in row["costs"]} <= codes["payers"]


# --- every address -------------------------------------------------------------------------------------------------

EVERY = [LIST, f"{LIST}{{code}}/", AGENCIES, f"{AGENCIES}{{licence}}/", f"{ROOT}kosakata/", f"{ROOT}openapi.json"]


def every(held: JobListing) -> list[str]:
    return [one.format(code=held.code, licence=held.agency.licence_number) for one in EVERY]


def test_every_address_is_known_here() -> None:
    assert len(urlpatterns) == len(EVERY)


def test_answers_are_for_everybody_and_know_nobody(client: Client) -> None:
    held = listing()
    client.cookies["sessionid"] = "x"
    for address in (*every(held), f"{LIST}?lang=en", f"{LIST}?q=lansia", f"{LIST}?x=1", f"{ROOT}tidak-ada/", LIST[:-1]):
        response = client.get(address, headers={"origin": "https://lain.example", "authorization": "Basic eDp4"})
        assert response["Access-Control-Allow-Origin"] == "*", address
        assert "Access-Control-Allow-Credentials" not in response
        assert not response.cookies
        assert "cookie" not in response.get("Vary", "").lower()
        assert "WWW-Authenticate" not in response
        assert response["X-Robots-Tag"] == "noindex"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"


def test_reading_is_all_that_is_answered(client: Client) -> None:
    held = listing()
    for address in every(held):
        for method in ("post", "put", "patch", "delete"):
            response = getattr(client, method)(address)
            assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json"), address
            assert "GET" in response["Allow"]
            assert response["Access-Control-Allow-Origin"] == "*"
        head = client.head(address)
        assert (head.status_code, head.content) == (200, b"")
        asked = client.options(address, headers={"access-control-request-headers": "if-none-match"})
        assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "If-None-Match")
        assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("accepted", ["text/html", "application/xml", "*/*", "x", "", "application/json;indent=99"])
def test_there_is_one_form_whatever_is_accepted(client: Client, accepted: str) -> None:
    listing()
    plain = client.get(LIST).content
    assert client.get(LIST, headers={"accept": accepted}).content == plain
    assert get(client, f"{LIST}?format=api", 400)


def test_an_unchanged_answer_costs_a_304(client: Client) -> None:
    held = listing()
    for address in (*every(held), f"{LIST}?negara=TW", f"{LIST}?lang=en&limit=5", f"{AGENCIES}?lang=en"):
        first = client.get(address)
        assert first["Cache-Control"] == "public, max-age=0, must-revalidate", address
        for tag in (first["ETag"], f'"x", {first["ETag"]}'):
            again = client.get(address, headers={"if-none-match": tag})
            assert (again.status_code, again.content) == (304, b""), address
            assert again["ETag"] == first["ETag"]
            assert again["Access-Control-Allow-Origin"] == "*"
        assert client.get(address, headers={"if-none-match": '"x"'}).status_code == 200
    tag = client.get(f"{LIST}?negara=TW")["ETag"]
    JobListing.objects.update(places=4)
    settle()
    assert client.get(f"{LIST}?negara=TW", headers={"if-none-match": tag}).status_code == 200


def test_words_are_answered_to_their_asker_alone(client: Client) -> None:
    """Stored by nobody: no tag either, with which somebody would have to store it (DECISIONS 8)."""
    listing()
    for address in (f"{LIST}?q=lansia", f"{LIST}?q=dan"):
        response = client.get(address)
        assert response["Cache-Control"] == "no-store"
        assert "ETag" not in response


def test_kept_is_what_holds_no_choice(client: Client, django_assert_num_queries: Any) -> None:
    held = listing()
    kept = [*every(held), f"{LIST}?hal=1"]
    for address in kept:
        client.get(address)
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 200
    before = dict(cache.process_copies._held)
    for address in (f"{LIST}?negara=TW", f"{LIST}?lang=en", f"{LIST}?q=lansia", f"{LIST}?limit=3", f"{LIST}22222222/"):
        client.get(address)
    assert dict(cache.process_copies._held) == before


@pytest.mark.parametrize(("accepted", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_answers_are_sent_small(client: Client, accepted: str, unpack: Any) -> None:
    many_listings(30, seed=5)
    for address in (LIST, f"{LIST}?lang=en", f"{LIST}?q=kerja"):
        response = client.get(address, headers={"accept-encoding": accepted})
        assert response["Content-Encoding"] == accepted
        assert "Accept-Encoding" in response["Vary"]
        assert json.loads(unpack(response.content))["listings"]


@pytest.mark.parametrize("number", [5, 40])
def test_a_page_costs_few_queries_however_long_it_is(
    client: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    many_listings(number, seed=20261122)
    for held in Agency.objects.all():
        services.set_agency_status(held, held.status, day(-1), source=SourceFactory())
        AgencyContact.objects.create(agency=held, kind="phone", value="+62 000 1")
    code = JobListing.objects.public().first().code
    agency = Agency.objects.first().licence_number
    for address in (
        f"{LIST}?limit=100", f"{LIST}?limit=100&q=kerja&negara=TW&lang=en", f"{LIST}?q=astronot", f"{LIST}{code}/?lang=en",
        f"{AGENCIES}?limit=100", f"{AGENCIES}{agency}/?lang=en", f"{ROOT}kosakata/?lang=en", f"{ROOT}openapi.json?x=1",
    ):  # fmt: skip
        client.get(address)
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", [name for name in QUERIES if name not in UNREADABLE])
def test_malformed_queries_are_answered(client: Client, name: str) -> None:
    held = listing()
    for address in every(held):
        assert client.get(address, QUERY_STRING=QUERIES[name]).status_code in (200, 400, 404)


@pytest.mark.parametrize("name", VALUES)
def test_hostile_values_are_answered_by_a_sentence(client: Client, name: str) -> None:
    listing()
    for parameter in ("q", "negara", "bidang", "biaya", "pendidikan", "skema", "tutup", "urut", "hal", "limit", "lang"):
        response = client.get(LIST, {parameter: VALUES[name]})
        assert response.status_code in (200, 400, 404), parameter
        if response.status_code != 200:
            assert json.loads(response.content)["detail"]
            assert len(response.content) < 600
    assert client.get(LIST, {VALUES[name]: "1"}).status_code == 400


def test_a_failure_of_ours_is_a_problem_document(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("search.api.views.get_engine", lambda: 1 / 0)
    client.raise_request_exception = False
    assert get(client, LIST, 500)["detail"] == "Ada yang rusak di pihak kami. Coba lagi sebentar lagi."
