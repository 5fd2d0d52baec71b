"""One at a time: a holder that was killed is waited for, one that was slow is told that it is one no more."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import time_machine
from django.utils import timezone

from search import leases
from search.models import SearchLease

pytestmark = pytest.mark.django_db


def test_one_at_a_time_and_each_with_a_larger_number() -> None:
    with leases.taken("write", 60) as first:
        assert first is not None
        assert leases.take("write", 60) is None
        assert leases.take("build", 60) is not None, "another thing"
    second = leases.take("write", 60)
    assert second is not None
    assert second.number > first.number


def test_the_number_is_larger_than_those_of_a_database_that_was_replaced_by_its_backup() -> None:
    numbers = []
    for _life in range(2):
        with leases.taken("write", 60) as lease:
            numbers.append(lease.number)
        time.sleep(0.01)
        SearchLease.objects.all().delete()
    assert numbers[0] < numbers[1]


def test_a_holder_that_was_killed_is_waited_for_and_a_slow_one_knows() -> None:
    slow = leases.take("write", 60)
    assert slow is not None
    assert slow.is_held()
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=61), tick=False):
        assert not slow.is_held()
        next_one = leases.take("write", 60)
        assert next_one is not None
        assert next_one.number > slow.number
        assert not slow.renew(60)
        slow.give_back()
        assert next_one.is_held(), "what is another's is not given back"


def test_who_goes_on_keeps_it() -> None:
    lease = leases.take("build", 60)
    assert lease is not None
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=50), tick=False):
        assert lease.renew(60)
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=100), tick=False):
        assert leases.take("build", 60) is None


def test_it_is_given_back_whatever_happens() -> None:
    with pytest.raises(ZeroDivisionError), leases.taken("write", 60):
        raise ZeroDivisionError
    assert leases.take("write", 60) is not None
