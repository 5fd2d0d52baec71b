"""The counts of all listings are kept for a generation and a day, and are right after every change (DECISIONS 31, 38)."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from content.jobs.models import Agency
from content.registers import generation
from search.engines import get_engine
from search.types import JobQuery
from tests.factories.jobs import day
from tests.search.world import listing

pytestmark = pytest.mark.django_db(transaction=True)


def total(**values: object) -> int:
    return get_engine().search_jobs(JobQuery(**values), day(0)).total


def test_they_are_counted_once_and_anew_after_every_change() -> None:
    generation.replace()
    shown = listing()
    assert (total(), total(country="TW"), total(country="JP")) == (1, 1, 0)
    with CaptureQueriesContext(connection) as asked:
        assert total(country="TW") == 1
    assert not [query["sql"] for query in asked if "GROUP BY 1, 2" in query["sql"]]
    Agency.objects.filter(pk=shown.agency_id).update(status="suspended")
    assert total() == 0
    Agency.objects.filter(pk=shown.agency_id).update(status="active")
    assert total() == 1
    # Another day has its own counts.
    assert get_engine().search_jobs(JobQuery(), shown.closing_date.replace(year=2099)).total == 0


def test_what_an_open_transaction_sees_is_kept_for_nobody() -> None:
    generation.replace()
    shown = listing()
    with transaction.atomic():
        Agency.objects.filter(pk=shown.agency_id).update(status="suspended")
        assert total() == 0
        transaction.set_rollback(True)
    assert total() == 1
