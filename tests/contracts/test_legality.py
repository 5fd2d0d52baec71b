"""A listing cannot be illegal (must-show 4): refused on every path by the sentence of its rule; written past them, nowhere.

Every breach is tried on every path an officer has, then written into the rows behind their back, on each row that a rule
reads; and the same for the midnight on which one ends.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from content.core import slots
from content.jobs import importers, selectors, services
from content.jobs.importers import parse
from content.jobs.models import Agency, CostLine, Hold, JobListing, JobOrder
from content.registers import generation
from content.registers.models import CostComponent, DestinationRule, Occupation
from tests.cms import errors_of, form_of, listing_url
from tests.factories.job_files import content, row
from tests.factories.jobs import (
    ComponentFactory,
    CostLineFactory,
    JobOrderFactory,
    OccupationFactory,
    RuleFactory,
    day,
    legal_listing,
)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Breach:
    """A way to be illegal: the rule it breaks, and how the rows come to it (past every service)."""

    rule: str
    write: Callable[[JobListing], Any]
    cells: dict[str, str]


def _fee(listing: JobListing) -> None:
    Occupation.objects.update(zero_cost=False)
    CostLineFactory(listing=listing, payer="worker", component=ComponentFactory(code="placement_service"))


BREACHES = {
    "expired licence": Breach("LIC-1", lambda x: Agency.objects.update(valid_until=day(-1)), {}),
    "suspended agency": Breach("LIC-2", lambda x: Agency.objects.update(status="suspended"), {}),
    "no job order": Breach("ORD-1", lambda x: JobListing.objects.update(job_order=None), {"job_order": "TIDAK-ADA"}),
    "expired job order": Breach("ORD-1", lambda x: JobOrder.objects.update(valid_until=day(-1)), {}),
    "over its places": Breach("ORD-1", lambda x: JobListing.objects.update(places=51), {"tempat": "51"}),
    "no rule for the destination": Breach("DEST-1", lambda x: DestinationRule.objects.all().delete(), {}),
    "closed destination": Breach("DEST-2", lambda x: RuleFactory(work="any", scheme="any", status="closed"), {}),
    "under the legal age": Breach("AGE-1", lambda x: JobListing.objects.update(minimum_age=17), {"usia_min": "17"}),
    "under the age of the destination": Breach("AGE-1", lambda x: DestinationRule.objects.update(minimum_age=23), {}),
    "a cost on free work": Breach(
        "COST-1",
        lambda x: CostLineFactory(listing=x, payer="worker"),
        {"biaya": "medical_exam:pekerja:500.000"},
    ),
    "a placement fee on any work": Breach("COST-2", _fee, {"biaya": "placement_service:pekerja:500.000"}),
    "past its closing date": Breach(
        "DATE-1", lambda x: JobListing.objects.update(closing_date=day(-1)), {"tutup": day(-1).isoformat()}
    ),
}
EVERY_BREACH = pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES)
# What is no fault of the listing, and keeps it from being published all the same.
REFUSALS = BREACHES | {"agency being looked into": Breach("OVER-1", lambda x: _held(agency=x.agency).save(), {})}
EVERY_REFUSAL = pytest.mark.parametrize("breach", REFUSALS.values(), ids=REFUSALS)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No page of another test: a test's transaction never commits, so it starts no generation of its own."""
    generation.replace()


@pytest.fixture
def officer(client: Client, django_user_model: Any) -> Client:
    client.force_login(django_user_model.objects.create_superuser(email="petugas@contoh.example", password="x"))
    return client


def world(**listing: Any) -> JobListing:
    """A legal draft with the rows that the file of :func:`row` names as well."""
    order = JobOrderFactory(number="CONTOH/JO/1", agency__licence_number="CONTOH/SIP3MI/1")
    ComponentFactory()
    return legal_listing(job_order=order, **listing)


# --- refused on every path -----------------------------------------------------------------------------------------


@EVERY_REFUSAL
def test_the_publish_service_refuses_with_the_sentence_of_the_rule(breach: Breach) -> None:
    listing = world()
    breach.write(listing)
    with pytest.raises(services.Refused) as refused:
        services.publish(listing)
    assert any(sentence.startswith(f"{breach.rule} ") for sentence in refused.value.sentences)
    listing.refresh_from_db()
    assert (listing.status, listing.first_public_at) == ("draft", None)
    assert not listing.changes.exists()


@EVERY_REFUSAL
def test_reopening_refuses_too(breach: Breach) -> None:
    listing = world()
    services.publish(listing)
    services.hold(listing, reason="x")
    breach.write(listing)
    with pytest.raises(services.Refused):
        services.reopen(listing)
    listing.refresh_from_db()
    assert listing.status == "on_hold"


@EVERY_REFUSAL
def test_the_form_refuses_with_the_sentence_of_the_rule(officer: Client, breach: Breach) -> None:
    listing = world()
    breach.write(listing)
    url = listing_url("edit", listing.pk)
    for then in ("publish", "review"):
        response = officer.post(url, {**form_of(officer.get(url).content), "then": then})
        assert f"{breach.rule} " in errors_of(response.content)
    listing.refresh_from_db()
    assert listing.status == "draft"
    assert officer.post(listing_url("act", "publish", listing.pk), follow=True).status_code == 200
    listing.refresh_from_db()
    assert listing.status == "draft"


def test_the_form_refuses_to_make_a_public_listing_illegal(officer: Client) -> None:
    listing = world()
    services.publish(listing)
    url = listing_url("edit", listing.pk)
    data = form_of(officer.get(url).content)
    for name, value, rule in (
        ("minimum_age", "16", "AGE-1"), ("job_order", "", "ORD-1"), ("closing_date", day(-1).isoformat(), "DATE-1"),
        ("places", "51", "ORD-1"),
    ):  # fmt: skip
        assert f"{rule} " in errors_of(officer.post(url, {**data, name: value}).content)
    assert JobListing.objects.public().get().minimum_age == 21


@EVERY_REFUSAL
def test_the_bulk_act_publishes_the_legal_ones_and_names_the_rule_for_the_others(
    officer: Client, breach: Breach
) -> None:
    listing = world()
    breach.write(listing)
    url = f"/akun/cms/bulk/jobs/joblisting/publish/?id={listing.pk}&next=/akun/cms/"
    assert f"{breach.rule} " in officer.get(url).content.decode()
    assert f"{breach.rule} " in errors_of(officer.post(url, follow=True).content)
    listing.refresh_from_db()
    assert listing.status == "draft"


@EVERY_BREACH
@pytest.mark.parametrize("publish", [True, False], ids=["published", "as draft"])
def test_the_import_refuses_the_row_with_the_sentence_of_the_rule(breach: Breach, publish: bool) -> None:
    listing = world()
    services.publish(listing)
    if breach.cells:
        ComponentFactory(code="placement_service")
        if breach.rule == "COST-2":
            Occupation.objects.update(zero_cost=False)
    else:
        breach.write(listing)
    for reference in ("NEW-1", listing.reference):
        result = importers.preview(parse(content(row(referensi=reference, **breach.cells))), publish)
        assert (result.new, result.changed, result.refused) == (0, 0, 1)
        assert any(problem.reason.startswith(f"{breach.rule} ") for problem in result.problems)


def test_none_of_the_paths_refuses_a_legal_one(officer: Client) -> None:
    listing = world()
    url = listing_url("edit", listing.pk)
    officer.post(url, {**form_of(officer.get(url).content), "then": "publish"})
    assert set(JobListing.objects.public()) == {listing}
    assert importers.preview(parse(content(row(tempat="45"))), publish=True).new == 1


# --- written past every path: nowhere ------------------------------------------------------------------------------


def places_of(listing: JobListing) -> dict[str, str]:
    """Every place where a reader or a machine could meet a listing, with what it shows. Its own address is apart."""
    browser = Client()
    pages = {
        "list": "/id/lowongan/",
        "list in English": "/en/lowongan/",
        "list in Javanese": "/jv/lowongan/",
        "search by its words": "/id/lowongan/?q=pengasuh+lansia",
        "search by its filter": "/id/lowongan/?negara=TW",
        "search of the header": "/id/cari/?q=lansia",
        "front page": "/id/",
        "site map": "/id/peta-situs/",
        "sitemap.xml": "/sitemap.xml",
        "feed": "/id/lowongan/umpan.atom",
        "JSON feed": "/en/lowongan/umpan.json",
        "feed of a search": "/id/lowongan/umpan.atom?q=pengasuh&negara=TW",
        "API": "/api/v1/lowongan/",
        "API by its words": "/api/v1/lowongan/?q=pengasuh&lang=en",
        "API by its filter": "/api/v1/lowongan/?negara=TW&limit=100",
        "agencies of the API": "/api/v1/perusahaan/",
    }
    shown = {name: browser.get(path).content.decode() for name, path in pages.items()}
    shown["slot of the front page"] = slots.render("home_jobs", {})
    shown["cards"] = str(selectors.cards([listing.pk]))
    shown["closing soon"] = str(selectors.closing_soon(20))
    return shown


def is_nowhere(listing: JobListing) -> bool:
    found = [name for name, text in places_of(listing).items() if listing.code in text]
    page = Client().get(f"/id/lowongan/{listing.code}/")
    assert found == []
    assert "JobPosting" not in page.content.decode()
    assert page.status_code in (200, 404, 410)
    answer = Client().get(f"/api/v1/lowongan/{listing.code}/")
    # Never 200, and never 410 for what nobody has ever seen.
    assert answer.status_code == (404 if page.status_code == 404 else 410)
    assert "listing" not in answer.json()
    if page.status_code == 200:
        assert "noindex" in page["X-Robots-Tag"]
        assert 'class="tag x"' in page.content.decode()
    assert not JobListing.objects.public().filter(pk=listing.pk).exists()
    return True


def is_shown(listing: JobListing) -> bool:
    shown = places_of(listing)
    page = Client().get(f"/id/lowongan/{listing.code}/").content.decode()
    places = (
        "list", "search by its words", "cards", "closing soon", "feed", "JSON feed", "feed of a search", "API",
        "API by its words", "API by its filter",
    )  # fmt: skip
    everywhere = all(listing.code in shown[name] for name in places)
    assert Client().get(f"/api/v1/lowongan/{listing.code}/").json()["listing"]["code"] == listing.code
    return everywhere and 'class="tag x"' not in page


@EVERY_BREACH
def test_written_past_the_services_it_is_nowhere_at_once_and_on_no_kept_page(
    breach: Breach, django_capture_on_commit_callbacks: Any
) -> None:
    listing = world()
    services.publish(listing)
    assert is_shown(listing)  # and kept by the page cache
    with django_capture_on_commit_callbacks(execute=True):
        breach.write(listing)
    listing.refresh_from_db()
    assert listing.status == "published"
    assert is_nowhere(listing)


# --- on hold, written past every path ------------------------------------------------------------------------------


def _held(**target: Any) -> Hold:
    return Hold(reason="x", review_on=day(9), **target)


def _hold_in_sql(listing: JobListing) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_hold (agency_id, reason, review_on, placed_at, state, note)"
            " VALUES (%s, 'x', %s, %s, 'open', '')",
            [listing.agency_id, day(9), timezone.now()],
        )


def _hold_from_a_fixture(listing: JobListing) -> None:
    text = serializers.serialize("json", [_held(agency=listing.agency, placed_at=timezone.now())])
    for held in serializers.deserialize("json", text):
        held.save()


HOLDS: dict[str, Callable[[JobListing], Any]] = {
    "a row on the agency": lambda x: _held(agency=x.agency).save(),
    "a row on the listing": lambda x: _held(listing=x).save(),
    "rows in bulk": lambda x: Hold.objects.bulk_create([_held(agency=x.agency)]),
    "an old one opened again": lambda x: (
        Hold.objects.bulk_create([_held(agency=x.agency, state="lifted")]), Hold.objects.update(state="open"),
    ),
    "one moved from another agency": lambda x: (
        Hold.objects.bulk_create([_held(agency=JobOrderFactory().agency)]), Hold.objects.update(agency=x.agency),
    ),
    "SQL": _hold_in_sql,
    "a fixture": _hold_from_a_fixture,
    "the status alone": lambda x: JobListing.objects.filter(pk=x.pk).update(status="on_hold"),
}  # fmt: skip


@pytest.mark.parametrize("write", HOLDS.values(), ids=HOLDS)
def test_a_hold_however_it_is_written_hides_at_once_and_says_that_it_is_looked_into(
    write: Callable, django_capture_on_commit_callbacks: Any
) -> None:
    listing = world()
    services.publish(listing)
    assert is_shown(listing)  # and kept by the page cache
    with django_capture_on_commit_callbacks(execute=True):
        write(listing)
    assert [name for name, text in places_of(listing).items() if listing.code in text] == []
    page = Client().get(f"/id/lowongan/{listing.code}/")
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex")
    shown = page.content.decode()
    assert "Sedang diperiksa" in shown
    for words in ("JobPosting", 'class="tag x"', "berakhir dengan sendirinya"):
        assert words not in shown
    assert not JobListing.objects.public().exists()
    JobListing.objects.filter(status="published").update(public_from=day(-9), public_until=day(99))
    assert not JobListing.objects.public().exists()  # no copy stands in for it
    with django_capture_on_commit_callbacks(execute=True):
        Hold.objects.update(state="lifted")
        JobListing.objects.update(status="published")
    assert is_shown(listing)


def _charge(listing: JobListing) -> CostLine:
    return CostLine(listing_id=listing.pk, component=ComponentFactory(), payer="worker", amount=1)


def _many(listing: JobListing) -> None:
    listing.minimum_age = 15
    JobListing.objects.bulk_update([listing], ["minimum_age"])


def _raw(listing: JobListing) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_agency SET status = 'withdrawn' WHERE id = %s", [listing.agency_id])


# Ways into the rows that send no signal at all.
PAST_SIGNALS: dict[str, Callable[[JobListing], Any]] = {
    "lines in bulk": lambda x: CostLine.objects.bulk_create([_charge(x)]),
    "listings in bulk": _many,
    "lines of a listing": lambda x: x.cost_lines.update(payer="worker"),
    "listings of an order": lambda x: x.job_order.listings.update(places=51),
    "components": lambda x: CostComponent.objects.update(free_by_law=True),
    "occupations": lambda x: Occupation.objects.update(zero_cost=True),
    "sources of a rule": lambda x: DestinationRule.sources.through.objects.all().delete(),
    "agencies, in SQL": _raw,
}


@pytest.mark.parametrize("write", PAST_SIGNALS.values(), ids=PAST_SIGNALS)
def test_no_way_into_the_rows_leaves_a_kept_page_behind(
    write: Callable, django_capture_on_commit_callbacks: Any
) -> None:
    costly = write in (PAST_SIGNALS["components"], PAST_SIGNALS["occupations"])
    listing = world(occupation=OccupationFactory(zero_cost=write is not PAST_SIGNALS["occupations"]))
    part = ComponentFactory(code="passport", free_by_law=write is not PAST_SIGNALS["components"])
    CostLineFactory(listing=listing, component=part, payer="worker" if costly else "employer")
    services.publish(listing)
    assert is_shown(listing)
    with django_capture_on_commit_callbacks(execute=True):
        write(listing)
    assert is_nowhere(listing)


def test_a_kept_page_follows_what_a_listing_costs(django_capture_on_commit_callbacks: Any) -> None:
    listing = world(occupation=OccupationFactory(zero_cost=False))
    services.publish(listing)
    pages = ("/id/lowongan/", f"/id/lowongan/{listing.code}/")
    assert [b"Rp500.000" in Client().get(page).content for page in pages] == [False, False]
    with django_capture_on_commit_callbacks(execute=True):
        CostLine.objects.bulk_create(
            [CostLine(listing_id=listing.pk, component=ComponentFactory(), payer="worker", amount=500000)]
        )
    assert [b"Rp500.000" in Client().get(page).content for page in pages] == [True, True]


@EVERY_BREACH
def test_neither_the_copies_nor_the_status_can_stand_in_for_a_rule(breach: Breach) -> None:
    listing = world()
    breach.write(listing)
    JobListing.objects.update(
        status="published", public_from=day(-9), public_until=day(99), first_public_at=timezone.now()
    )
    assert is_nowhere(listing)
    listing.refresh_from_db()
    listing.public_from, listing.public_until = day(-9), day(99)
    listing.save()
    assert is_nowhere(listing)
    listing.refresh_from_db()
    assert listing.public_from is None  # save() puts them right


def test_a_fixture_cannot_make_an_illegal_row_public(tmp_path: Any, django_capture_on_commit_callbacks: Any) -> None:
    listing = world()
    services.publish(listing)
    assert is_shown(listing)
    rows = [*Agency.objects.all(), *JobOrder.objects.all(), *JobListing.objects.all()]
    held = json.loads(serializers.serialize("json", rows))
    for part in held:
        if part["model"] == "jobs.joblisting":
            part["fields"] |= {"minimum_age": 15, "public_until": "2099-01-01", "status": "published"}
    file = tmp_path / "listing.json"
    file.write_text(json.dumps(held))
    with django_capture_on_commit_callbacks(execute=True):
        call_command("loaddata", str(file), verbosity=0)
    assert JobListing.objects.get().minimum_age == 15
    assert is_nowhere(listing)


SAVES: dict[str, Callable[[JobListing], Any]] = {
    "listing": lambda x: _save(JobListing.objects.get(), minimum_age=15),
    "agency": lambda x: _save(Agency.objects.get(), status="withdrawn"),
    "job order": lambda x: _save(JobOrder.objects.get(), valid_until=day(-1)),
    "destination rule": lambda x: _save(DestinationRule.objects.get(), status="closed"),
    "cost line": lambda x: CostLine.objects.create(
        listing_id=x.pk, component=ComponentFactory(), payer="worker", amount=1
    ),
    "occupation": lambda x: _save(Occupation.objects.get(), zero_cost=True),
}


def _save(instance: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(instance, name, value)
    instance.save()


@pytest.mark.parametrize("act", SAVES.values(), ids=SAVES)
def test_saving_a_row_that_a_rule_reads_hides_the_listing_from_kept_pages_at_once(
    act: Callable, django_capture_on_commit_callbacks: Any
) -> None:
    listing = world(occupation=OccupationFactory(zero_cost=act is not SAVES["occupation"]))
    if act is SAVES["occupation"]:
        CostLineFactory(listing=listing, payer="worker")
    with django_capture_on_commit_callbacks(execute=True):
        services.publish(listing)
    assert is_shown(listing)  # and kept by the page cache
    with django_capture_on_commit_callbacks(execute=True):
        act(listing)
    assert is_nowhere(listing)
    listing.refresh_from_db()
    assert listing.public_until < timezone.localdate()


# --- midnight ------------------------------------------------------------------------------------------------------

MIDNIGHTS: dict[str, Callable[[dt.date], Any]] = {
    "closing date": lambda last: JobListing.objects.update(closing_date=last),
    "licence": lambda last: Agency.objects.update(valid_until=last),
    "job order": lambda last: JobOrder.objects.update(valid_until=last),
    "rule of the destination": lambda last: DestinationRule.objects.update(until=last),
    "closure of the destination": lambda last: RuleFactory(
        work="any", scheme="any", status="closed", since=last + dt.timedelta(days=1)
    ),
}


@pytest.mark.parametrize("ends", MIDNIGHTS.values(), ids=MIDNIGHTS)
def test_what_ends_today_is_gone_at_midnight_without_any_job_also_from_kept_pages(ends: Callable) -> None:
    zone = timezone.get_default_timezone()
    evening = dt.datetime(2027, 3, 9, 23, 59, 30, tzinfo=zone)
    with time_machine.travel(evening, tick=False) as clock:
        listing = world()
        ends(timezone.localdate())
        services.publish(listing)
        assert is_shown(listing)
        page = Client().get(f"/id/lowongan/{listing.code}/").content.decode()
        assert 'class="tag x"' not in page
        clock.move_to(evening.replace(second=59))
        assert is_shown(listing)
        clock.move_to(evening + dt.timedelta(seconds=30))  # 00:00:00 in Jakarta
        assert is_nowhere(listing)
        page = Client().get(f"/id/lowongan/{listing.code}/").content.decode()
        assert re.search(r'class="tag x"', page)


def test_a_day_ends_in_jakarta_not_in_greenwich() -> None:
    zone = timezone.get_default_timezone()
    with time_machine.travel(dt.datetime(2027, 3, 9, 12, 0, tzinfo=zone), tick=False) as clock:
        listing = world(closing_date=dt.date(2027, 3, 9))
        services.publish(listing)
        clock.move_to(dt.datetime(2027, 3, 9, 16, 59, tzinfo=dt.UTC))
        assert JobListing.objects.public().exists()
        clock.move_to(dt.datetime(2027, 3, 9, 17, 0, tzinfo=dt.UTC))
        assert not JobListing.objects.public().exists()
