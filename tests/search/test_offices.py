"""Whom to ask where nothing was found: only offices with a source, of the chosen province."""

from __future__ import annotations

import pytest

from content.registers.models import Office, Region, Service
from search import offices
from tests.factories.jobs import SourceFactory, day
from tests.search.world import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> dict[str, Region]:
    east = Region.objects.create(code="35", name="Jawa Timur")
    made = {"35": east, "32": Region.objects.create(code="32", name="Jawa Barat")}
    made["35.08"] = Region.objects.create(code="35.08", name="Lumajang", province=east)
    for code in ("disnaker", "bp3mi", "kua"):
        Service.objects.create(code=code, name={"id": code, "en": code}, purpose={"id": "x", "en": "x"})
    settle()
    return made


def office(name: str, region: Region, service: str = "disnaker", **values: object) -> Office:
    dates = {"verified_on": day(-1), "verify_by": day(30), "source": SourceFactory()}
    return Office.objects.create(
        name=name, region=region, service=Service.objects.get(code=service), **{**dates, **values}
    )


def test_the_offices_of_the_province_and_its_regencies(places: dict[str, Region]) -> None:
    office("Disnaker Jatim", places["35"])
    office("Disnaker Lumajang", places["35.08"], address="Jl. Contoh 1")
    office("BP3MI Jabar", places["32"], "bp3mi")
    office("KUA", places["35"], "kua")
    found = offices.nearest("35")
    assert [one.name for one in found.offices] == ["Disnaker Jatim", "Disnaker Lumajang"]
    assert (found.province, found.services) == ("Jawa Timur", [])


def test_no_example_and_nothing_without_a_source(places: dict[str, Region]) -> None:
    office("Contoh", places["35"], example=True, source=None)
    office("Tanpa sumber", places["35"], source=None)
    found = offices.nearest("35")
    assert found.offices == []
    assert [one.code for one in found.services] == ["disnaker", "bp3mi"]


def test_without_a_province_the_kinds_of_office_are_named(places: dict[str, Region], django_assert_num_queries) -> None:
    office("Disnaker Jatim", places["35"])
    offices.nearest("")
    with django_assert_num_queries(0):
        found = offices.nearest("")
    assert (found.province, found.offices, len(found.services)) == ("", [], 2)


def test_one_that_should_have_been_checked_says_so(places: dict[str, Region]) -> None:
    office("Lama", places["35"], verify_by=day(-1))
    assert [one.is_overdue() for one in offices.nearest("35").offices] == [True]
