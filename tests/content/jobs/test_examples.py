"""The examples: enough of them, all marked, renewed with the days, and gone without a trace."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from content.jobs import contacts, examples, pay_selectors, selectors
from content.jobs.models import (
    Agency,
    AgencyAddress,
    AgencyContact,
    AgencyName,
    Hold,
    JobListing,
    JobOrder,
    SuspectContact,
)
from content.registers import examples as rates
from content.registers import generation
from content.registers.models import SeedRecord
from tests.factories.jobs import AgencyFactory, JobOrderFactory, ListingFactory, SourceFactory, SuspectContactFactory

pytestmark = pytest.mark.django_db


def quiet(what: str, done: int, total: int) -> None:
    """No progress in tests."""


@pytest.fixture
def registers(shipped_registers: None) -> None:
    """The shipped registers, without the roles and regions that load_reference adds."""


@pytest.fixture
def loaded(registers: None) -> dict[str, int]:
    return examples.load(quiet)


@pytest.mark.usefixtures("loaded")
def test_there_are_sixty_public_listings_over_every_open_destination() -> None:
    public = JobListing.objects.public()
    assert public.count() >= 60
    assert set(public.values_list("country", flat=True)) == {"TW", "HK", "MY", "SG", "JP", "KR", "DE", "BN", "AE"}
    assert public.filter(country="TW", occupation__work__code="caregiver").count() >= 5
    assert public.filter(closing_date=timezone.localdate()).count() == 1
    assert public.filter(cost_lines__payer="worker").exists()
    assert Agency.objects.filter(legal_name__startswith="PT Contoh").count() >= 8
    assert set(JobListing.objects.values_list("status", flat=True)) == set(JobListing.Status.values)
    assert JobListing.objects.filter(status="published").exclude(pk__in=public).exists()  # one has ended by itself


@pytest.mark.usefixtures("loaded")
def test_what_is_held_closed_or_ended_was_public_once_and_says_so() -> None:
    for reference, standing in (("XX-A-03", "held"), ("XX-A-05", "ended"), ("XX-A-07", "ended")):
        found = selectors.find(JobListing.objects.get(reference=f"CONTOH/{reference}").code)
        assert found is not None
        assert found[1].value == standing
    assert selectors.find(JobListing.objects.get(reference="CONTOH/XX-A-01").code) is None


@pytest.mark.usefixtures("loaded")
def test_a_company_is_looked_into_and_its_listing_says_so() -> None:
    hold = Hold.objects.get(agency__isnull=False)
    (listing,) = JobListing.objects.filter(agency=hold.agency)
    assert (listing.status, hold.is_overdue) == ("published", False)
    assert not JobListing.objects.public().filter(pk=listing.pk).exists()
    found = selectors.find(listing.code)
    assert found is not None
    assert found[1].value == "held"


@pytest.mark.usefixtures("loaded")
def test_contacts_are_confirmed_and_looked_into_and_a_suspended_company_has_a_history() -> None:
    suspects = SuspectContact.objects.all()
    assert {row.kind for row in suspects.filter(confirmed_on__isnull=False, finding__isnull=False)} == {
        "phone",
        "account",
    }
    assert Hold.objects.get(contact__confirmed_on=None, contact__isnull=False).state == "open"
    assert all(row.example for row in suspects)
    agency = Agency.objects.get(status="suspended")
    assert list(agency.statuses.values_list("status", flat=True)) == ["suspended", "active", "suspended", "active"]
    rich = Agency.objects.get(licence_number="CONTOH/SIP3MI/001")
    assert rich.names.count() == 2
    assert {row.kind for row in rich.addresses.all()} == {"head", "branch", "training"}
    assert rich.contacts.get(kind="account").value == "000 …101"


def test_without_a_key_there_are_no_accounts_and_everything_else(registers: None, settings: Any) -> None:
    settings.CONTACT_HASH_KEY = []
    examples.load(quiet)
    assert not AgencyContact.objects.filter(kind="account").exists()
    assert not SuspectContact.objects.filter(kind="account").exists()
    assert SuspectContact.objects.count() == 2
    examples.remove(quiet)
    assert not SuspectContact.objects.exists()


def test_accounts_are_removed_also_when_their_key_is_gone(loaded: dict[str, int], settings: Any) -> None:
    settings.CONTACT_HASH_KEY = []
    examples.remove(quiet)
    assert not SuspectContact.objects.exists()


@pytest.mark.usefixtures("loaded")
def test_nothing_of_an_example_can_be_reached_or_taken_for_real() -> None:
    assert all(listing.example for listing in JobListing.objects.all())
    for agency in Agency.objects.all():
        assert agency.example
        assert "Contoh" in agency.legal_name
        assert agency.site.endswith(".example/")
        assert agency.email.endswith(".example")
        assert agency.licence_number.startswith("CONTOH/")
    for row in (*AgencyName.objects.all(), *AgencyAddress.objects.all()):
        assert contacts.says_example(str(row))
    for row in (*AgencyContact.objects.all(), *SuspectContact.objects.all()):
        assert contacts.is_invented(row.kind, row.value)
    assert all("Contoh" in order.employer and order.number.startswith("CONTOH/") for order in JobOrder.objects.all())


@pytest.mark.usefixtures("loaded")
def test_no_example_repeats_a_figure_that_no_source_confirms() -> None:
    """The fee of a new passport, and the ages that weak sources name for Taiwan and Hong Kong (DECISIONS 16)."""
    public = JobListing.objects.public()
    assert not public.filter(cost_lines__component__code="passport_new").exists()
    for country, ages in (("TW", (21, 45)), ("HK", (21, 45))):
        shown = set(public.filter(country=country).values_list("minimum_age", "maximum_age"))
        assert all(age not in pair for pair in shown for age in ages)


@pytest.mark.usefixtures("loaded")
def test_everything_that_a_page_can_say_of_money_and_contacts_is_shown_somewhere() -> None:
    rates.load(quiet)
    generation.replace()
    public = JobListing.objects.public().with_parts()
    shown = [(selectors.card(listing), pay_selectors.costs(listing, timezone.localdate())) for listing in public]
    assert {bool(card.rupiah) for card, _costs in shown} == {True, False}  # one rate is too old
    assert {costs.months for _card, costs in shown} >= {"", "0,5", "1"}
    assert any(costs.why_no_months for _card, costs in shown)
    assert any(costs.taken and costs.left for _card, costs in shown)
    assert public.exclude(job_order__mission="").exists()
    assert set(public.exclude(contact=None).values_list("contact__kind", flat=True)) == {
        "phone",
        "email",
        "link",
        "handle",
    }


def test_loading_again_changes_nothing(loaded: dict[str, int]) -> None:
    before = list(JobListing.objects.order_by("pk").values())
    assert set(loaded) == {"new"}
    assert examples.load(quiet) == {"unchanged": loaded["new"]}
    assert list(JobListing.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("loaded")
def test_loading_later_renews_the_days_and_leaves_editors_their_changes() -> None:
    public = JobListing.objects.public().count()
    first, second, third = JobListing.objects.public().order_by("pk")[:3]
    JobListing.objects.filter(pk=first.pk).update(place="Pindah")
    second.delete()
    with time_machine.travel(timezone.now() + dt.timedelta(days=100), tick=False):
        assert not JobListing.objects.public().exists()
        counts = examples.load(quiet)
        assert counts["kept as an editor left it"] == 2
        assert JobListing.objects.public().count() == public - 2
        assert JobListing.objects.get(pk=third.pk).code == third.code
        first.refresh_from_db()
        assert first.place == "Pindah"


@pytest.mark.usefixtures("loaded")
def test_removing_takes_exactly_the_examples() -> None:
    real = AgencyFactory(example=False, source=SourceFactory(), licence_number="SIP3MI/1")
    order = JobOrderFactory(agency=real)
    kept = ListingFactory(job_order=order, example=False, source=SourceFactory())
    other = AgencyFactory(licence_number="LATIHAN/1")  # somebody's own example
    own = SuspectContactFactory()
    examples.remove(quiet)
    assert list(SuspectContact.objects.all()) == [own]
    assert not Hold.objects.exists()
    assert set(Agency.objects.all()) == {real, other}
    assert list(JobListing.objects.all()) == [kept]
    assert list(JobOrder.objects.all()) == [order]
    assert not SeedRecord.objects.filter(kind=examples.KIND).exists()
    assert examples.remove(quiet)["listings"] == 0
    assert examples.load(quiet)["new"] > 60


@pytest.mark.django_db(databases=["default", "reports"])
def test_the_commands_say_what_they_did(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("content.reports.examples.demo_key_path", lambda: tmp_path / "demo.pem")
    call_command("load_reference")
    call_command("load_examples")
    assert re.search(r"Jobs: \d+ new", capsys.readouterr().out)
    assert JobListing.objects.public().exists()
    call_command("remove_examples")
    assert re.search(r"Jobs: \d+ listings, \d+ job orders, \d+ agencies", capsys.readouterr().out)
    assert not JobListing.objects.exists()
