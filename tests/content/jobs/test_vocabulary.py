"""Coded fields: the database refuses a code that no vocabulary holds, and what it cannot look into is read safely."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, models, transaction
from django.test import Client

from content.jobs import importers, services
from content.jobs.models import AgencyContact, AgencyStatus, CostLine, ImportRun, JobListing
from content.registers.models import DestinationRule
from search import indexing
from search.models import SearchChange
from tests.factories.jobs import (
    AgencyAddressFactory,
    ComponentFactory,
    CostLineFactory,
    HoldFactory,
    OfferRuleFactory,
    day,
    published_listing,
)

pytestmark = pytest.mark.django_db

# Every field with choices of these rooms, so that a new one is held to the same law; and the one that rules read.
CODED = [
    *(
        field
        for room in ("jobs", "search")
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.concrete_fields
        if field.choices
    ),
    DestinationRule._meta.get_field("status"),
]


def a_row_of_each() -> JobListing:
    listing = published_listing()
    CostLineFactory(listing=listing)
    AgencyStatus.objects.create(agency=listing.agency, status="active", since=day(0))
    services.hold(listing)
    services.reopen(listing)
    ImportRun.objects.create(file_name="x", digest="x", content=b"")
    AgencyContact.objects.create(agency=listing.agency, kind="phone", value="+62 000 1")
    AgencyAddressFactory(agency=listing.agency)
    HoldFactory()
    OfferRuleFactory()
    SearchChange.objects.create(kind="job", object_key=listing.pk)
    return listing


@pytest.mark.every_case
@pytest.mark.parametrize("field", CODED, ids=str)
def test_the_database_refuses_a_code_of_no_vocabulary_and_takes_every_other(field: models.Field) -> None:
    a_row_of_each()
    row = field.model._default_manager.filter(pk=field.model._default_manager.first().pk)
    for code in ("zz", "", "NONE"):
        # PostgreSQL refuses what is longer than the column before it asks the constraint.
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            row.update(**{field.name: code})
    for code, _label in field.flatchoices:
        assert row.update(**{field.name: code}) == 1


def test_it_refuses_them_in_bulk_and_from_a_fixture_too() -> None:
    listing = published_listing()
    wrong = CostLine(listing_id=listing.pk, component=ComponentFactory(), payer="pekerja", amount=1)
    for write in (lambda: CostLine.objects.bulk_create([wrong]), lambda: wrong.save_base(raw=True)):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_no_charge_is_less_than_nothing() -> None:
    """Two lines that make up for each other would read “Rp0”."""
    line = CostLineFactory(listing=published_listing())
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLine.objects.filter(pk=line.pk).update(amount=-500000)


STRANGE: dict[str, dict[str, Any]] = {
    "no list": {"requirements": {"a": 1}, "benefits": "housing"},
    "JSON null": {"requirements": models.Value(None, models.JSONField()), "benefits": 1},
    "no codes": {"requirements": [["x"], None, 1], "benefits": [{"a": 1}, "housing", "zz"]},
    "no currency": {"currency": "?%s"},
    "empty": {"currency": "", "place": ""},
    "no place": {"place": "<b>\x0c🙂"},
}


@pytest.mark.parametrize("values", STRANGE.values(), ids=STRANGE)
def test_what_no_constraint_can_hold_is_shown_without_an_error(values: dict[str, Any]) -> None:
    listing = published_listing(benefits=["housing"])
    CostLineFactory(listing=listing, payer="employer")
    JobListing.objects.filter(pk=listing.pk).update(**values)
    CostLine.objects.update(currency=values.get("currency", "IDR"))
    indexing.refresh("job", [listing.pk])
    pages = ("/id/lowongan/?x=1", "/id/lowongan/?q=lansia", f"/en/lowongan/{listing.code}/?x=1", "/id/cari/?q=lansia")
    for page in pages:
        response = Client().get(page)
        assert response.status_code == 200
        assert listing.code in response.content.decode()
    assert importers.snapshot(JobListing.objects.with_parts().get())["requirements"] == []
    services.close(listing)
    JobListing.objects.filter(pk=listing.pk).update(country="?")
    assert Client().get(f"/id/lowongan/{listing.code}/?x=1").status_code == 200
