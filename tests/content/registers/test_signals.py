"""A change of a register and what its listeners write are one: both are there, or neither (DECISIONS 36)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from wagtail.models import ModelLogEntry

from content.registers import services
from content.registers.models import Channel, SeedRecord, Source, Whole
from content.registers.signals import registers_changed
from tests.factories.jobs import SourceFactory, day


@pytest.fixture
def failing() -> Iterator[list[bool]]:
    """A listener that notes whether it is inside a transaction, then fails."""
    inside: list[bool] = []

    def listen(**kwargs: Any) -> None:
        inside.append(transaction.get_connection().in_atomic_block)
        raise LookupError

    registers_changed.connect(listen)
    yield inside
    registers_changed.disconnect(listen)


def channel() -> Channel:
    return Channel(
        slug="sapa-129", kind="phone", organisation={"id": "KPPPA"}, name={"id": "SAPA"}, value="129",
        purpose={"id": "Bantuan"}, steward="Contoh", verified_on=day(-3), verify_by=day(9),
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", [SourceFactory.build, channel])
def test_a_row_whose_listener_fails_was_never_written(failing: list[bool], make: Any) -> None:
    row = make()
    with pytest.raises(LookupError):
        row.save()
    assert failing == [True]
    assert not type(row).objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_whose_listener_fails_is_not_deleted(request: pytest.FixtureRequest) -> None:
    row = SourceFactory()
    request.getfixturevalue("failing")
    with pytest.raises(LookupError):
        row.delete()
    assert Source.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_check_without_its_log_entry_was_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = channel()
    entry.save()

    def full_disk(*args: Any, **kwargs: Any) -> None:
        raise OSError

    monkeypatch.setattr(services, "log", full_disk)
    with pytest.raises(OSError):  # noqa: PT011 - only the log raises it
        services.record_check(entry, day(60))
    assert Channel.objects.get().verified_on == day(-3)
    monkeypatch.undo()
    services.record_check(entry, day(60))
    assert Channel.objects.get().verified_on == day(0)
    assert ModelLogEntry.objects.filter(action=services.CHECK_ACTION).count() == 1


def test_every_register_that_is_announced_is_whole() -> None:
    announced = [model for model in apps.get_app_config("registers").get_models() if model is not SeedRecord]
    assert [model for model in announced if not issubclass(model, Whole)] == []
