"""The invented exchange rates: all marked, renewed with the days, and gone without taking a real one along."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from content.registers import examples
from content.registers.models import ExchangeRate, SeedRecord
from portal import nature
from portal.examples import LOADERS
from tests.factories.jobs import SourceFactory

pytestmark = pytest.mark.django_db


def quiet(what: str, done: int, total: int) -> None:
    """No progress in tests."""


@pytest.fixture
def loaded() -> dict[str, int]:
    return examples.load(quiet)


@pytest.mark.usefixtures("loaded")
def test_each_says_that_it_is_an_example_and_one_is_too_old() -> None:
    assert ExchangeRate.objects.filter(example=True, source=None).count() == ExchangeRate.objects.count() >= 8
    too_old = [rate.currency for rate in ExchangeRate.objects.all() if not rate.is_current()]
    assert too_old == ["BND"]


@pytest.mark.usefixtures("loaded")
def test_they_keep_a_site_from_being_official() -> None:
    """A rate that no bank has named must not be in a wage on an official site (DECISIONS 29)."""
    assert ExchangeRate in nature.watched()
    assert {rate.currency for rate in nature.examples_of(ExchangeRate)} >= {"TWD", "BND"}


def test_the_commands_load_and_remove_them() -> None:
    assert examples in [module for _name, module in LOADERS]


def test_loading_again_changes_nothing(loaded: dict[str, int]) -> None:
    before = list(ExchangeRate.objects.values())
    assert set(loaded) == {"new"}
    assert examples.load(quiet) == {"unchanged": loaded["new"]}
    assert list(ExchangeRate.objects.values()) == before


def test_loading_later_renews_the_days_and_leaves_editors_their_changes(loaded: dict[str, int]) -> None:
    ExchangeRate.objects.filter(currency="TWD").update(rupiah="501.5", example=False, source=SourceFactory())
    ExchangeRate.objects.filter(currency="HKD").delete()
    with time_machine.travel(timezone.now() + dt.timedelta(days=100), tick=False):
        assert not any(rate.is_current() for rate in ExchangeRate.objects.all())
        assert examples.load(quiet) == {"updated": loaded["new"] - 2, "kept as an editor left it": 2}
        assert not ExchangeRate.objects.filter(currency="HKD").exists()
        assert ExchangeRate.objects.get(currency="JPY").is_current()
        assert str(ExchangeRate.objects.get(currency="TWD").rupiah) == "501.5000"


@pytest.mark.usefixtures("loaded")
def test_removing_takes_exactly_the_examples() -> None:
    ExchangeRate.objects.filter(currency="TWD").update(example=False, source=SourceFactory())  # made real
    own = ExchangeRate.objects.create(currency="USD", rupiah=16000, on=timezone.localdate(), example=True)
    examples.remove(quiet)
    assert {rate.currency for rate in ExchangeRate.objects.all()} == {"TWD", own.currency}
    assert not SeedRecord.objects.filter(kind=examples.KIND).exists()
    assert examples.remove(quiet) == {"rates": 0}
