"""A warning to everybody: written by one, published by another, over by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from content.registers import selectors, services
from content.registers.models import Bulletin

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 8, 12, 5, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock(new_generations: None) -> Any:
    with time_machine.travel(NOW, tick=False) as held:
        yield held


@pytest.fixture
def people() -> list[Any]:
    return [get_user_model().objects.create_user(f"{name}@example.org", "x") for name in ("ana", "budi")]


def draft(user: Any, **changed: Any) -> Bulletin:
    made = Bulletin(
        title={"id": "Awas", "en": "Beware"},
        text={"id": "Jangan serahkan paspor.", "en": "Do not hand over your passport."},
        valid_until=timezone.localdate() + dt.timedelta(days=7),
    )
    for name, value in changed.items():
        setattr(made, name, value)
    services.write_bulletin(made, user)
    return made


def test_what_one_writes_another_publishes(people: list[Any]) -> None:
    ana, budi = people
    held = draft(ana)
    assert selectors.bulletins() == []
    with pytest.raises(services.NotPublished):
        services.publish_bulletin(held, ana, services.mark_of(held))
    services.publish_bulletin(held, budi, services.mark_of(held))
    assert [row.pk for row in selectors.bulletins()] == [held.pk]
    assert list(Bulletin.objects.public()) == [held]


def test_other_words_than_were_read_are_not_published(people: list[Any]) -> None:
    ana, budi = people
    held = draft(ana)
    read = services.mark_of(held)
    held.text = {"id": "Serahkan paspor.", "en": "Hand it over."}
    services.write_bulletin(held, ana)
    with pytest.raises(services.NotPublished):
        services.publish_bulletin(held, budi, read)


def test_changing_what_is_public_takes_it_down_and_makes_an_author(people: list[Any]) -> None:
    ana, budi = people
    held = draft(ana)
    services.publish_bulletin(held, budi, services.mark_of(held))
    held.refresh_from_db()
    services.write_bulletin(held, budi)
    assert selectors.bulletins() == []
    with pytest.raises(services.NotPublished):
        services.publish_bulletin(held, budi, services.mark_of(held))
    services.publish_bulletin(held, ana, services.mark_of(held))


def test_it_is_over_by_itself_after_its_last_day(people: list[Any], clock: time_machine.Coordinates) -> None:
    ana, budi = people
    held = draft(ana)
    services.publish_bulletin(held, budi, services.mark_of(held))
    clock.shift(dt.timedelta(days=7))
    assert len(selectors.bulletins()) == 1
    clock.shift(dt.timedelta(days=1))
    assert selectors.bulletins() == []
    assert not Bulletin.objects.public().exists()


def test_one_person_takes_it_down(people: list[Any]) -> None:
    ana, budi = people
    held = draft(ana)
    services.publish_bulletin(held, budi, services.mark_of(held))
    held.refresh_from_db()
    services.take_down_bulletin(held, ana)
    assert selectors.bulletins() == []


def test_the_database_lets_nobody_publish_alone(people: list[Any]) -> None:
    """Also past every service; an example is invented and says so."""
    ana, budi = people
    today = timezone.localdate()
    held = draft(ana)
    for changed in (
        {"issued_on": today},
        {"issued_on": today, "published_by": ana},
        {"issued_on": today, "published_by": budi, "written_by": None},
        {"issued_on": held.valid_until + dt.timedelta(days=1), "published_by": budi},
        {"modus": "new"},
        {"source": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Bulletin.objects.filter(pk=held.pk).update(**changed)
    Bulletin.objects.filter(pk=held.pk).update(issued_on=today, example=True)
    assert len(selectors.bulletins()) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"text": {"id": "Telepon 0812 3456 7890.", "en": "Call."}},
        {"text": {"id": "a" * 601, "en": "Call."}},
        {"title": {"id": "Awas"}},
        {"valid_until": NOW.date() - dt.timedelta(days=1)},
        {"valid_until": NOW.date() + dt.timedelta(days=61)},
    ],
)
def test_numbers_by_token_few_words_and_a_near_end(people: list[Any], changed: dict[str, Any]) -> None:
    held = draft(people[0])
    held.full_clean(exclude=["written_by"])
    for name, value in changed.items():
        setattr(held, name, value)
    with pytest.raises(ValidationError):
        held.full_clean(exclude=["written_by"])
