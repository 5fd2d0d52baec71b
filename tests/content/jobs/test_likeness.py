"""Openings that look alike: found whatever reference and agency they have, and in time that does not run away."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest

from content.jobs import import_runs, importers, likeness, services
from content.jobs.importers import parse, preview
from content.jobs.likeness import Traits, pairs
from content.jobs.models import JobListing, NotDuplicate
from tests.factories.job_files import content, legal_world, row
from tests.factories.jobs import JobOrderFactory, OccupationFactory, day, legal_listing

pytestmark = pytest.mark.django_db


def alike(**other: Any) -> bool:
    """Whether a second listing with these differences looks like the first."""
    order = JobOrderFactory(employer="Contoh Care Home")
    legal_listing(job_order=order, wage_min=20000, wage_max=22000)
    values = {"job_order": order, "wage_min": 21000, **other}
    legal_listing(**values)
    return bool(list(pairs(likeness.of_stored(likeness.comparable()))))


@pytest.mark.parametrize(
    "other",
    [
        {}, {"place": "TAICHUNG "}, {"place": "Taichun"}, {"place": "Taichugn"}, {"wage_min": 22000},
        {"wage_min": 1, "wage_max": 20000}, {"closing_date": day(3)}, {"places": 1}, {"status": "published"},
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_makes_no_other_opening(other: dict[str, Any]) -> None:
    assert alike(**other)


@pytest.mark.parametrize(
    "other",
    [
        {"place": "Tainan"}, {"place": ""}, {"wage_min": 22001}, {"wage_min": 1, "wage_max": 19999}, {"currency": "USD"},
        {"wage_period": "day"}, {"contract_months": 24}, {"country": "JP"}, {"status": "closed"},
        {"closing_date": day(-1)},
    ],
)  # fmt: skip
def test_what_differs_is_another_opening(other: dict[str, Any]) -> None:
    assert not alike(**other)


def test_another_occupation_or_employer_is_another_opening() -> None:
    assert not alike(occupation=OccupationFactory(code="5321"))
    JobListing.objects.all().delete()
    assert not alike(job_order=JobOrderFactory(employer="Contoh Nursing Home"))


def test_the_same_employer_through_another_agency_is_the_same_opening() -> None:
    assert alike(job_order=JobOrderFactory(employer="CONTOH Care-Home, PT"))


def test_of_short_names_a_letter_makes_another_place() -> None:
    order = JobOrderFactory()
    for place in ("Bali", "Bari"):
        legal_listing(job_order=order, place=place)
    assert not list(pairs(likeness.of_stored(likeness.comparable())))


def test_an_opening_that_is_like_several_stands_in_a_pair_until_somebody_has_looked() -> None:
    order = JobOrderFactory()
    first, second, third = (legal_listing(job_order=order).pk for _ in range(3))
    found = lambda: set(pairs(likeness.of_stored(likeness.comparable()), likeness.apart()))  # noqa: E731
    assert found() == {(first, second), (second, third)}
    NotDuplicate.objects.create(first_id=second, second_id=third)
    assert found() == {(first, second), (first, third)}
    NotDuplicate.objects.create(first_id=first, second_id=third)
    assert found() == {(first, second)}
    services.close(JobListing.objects.get(pk=first), reason="kembar")
    assert found() == set()


def test_a_wide_wage_is_found_behind_many_narrow_ones() -> None:
    narrow = [Traits(n, ("x",), "taipei", Decimal(10 * n), Decimal(10 * n + 1)) for n in range(1, 60)]
    wide = Traits(0, ("x",), "taipei", Decimal(1), Decimal(1000))
    assert {key for pair in pairs([*narrow, wide]) for key in pair} == set(range(60))


@pytest.mark.parametrize("kind", ["all alike", "all places alike", "no place like another"])
def test_the_time_grows_with_the_openings_not_with_their_square(kind: str) -> None:
    def world(count: int) -> list[Traits]:
        place = {
            "all alike": lambda n: "taichung",
            "all places alike": lambda n: f"taichung{chr(0x4E00 + n)}",
            "no place like another": lambda n: f"{n * 7919:020}",
        }[kind]
        return [Traits(n, ("x",), place(n), Decimal(20000), Decimal(21000)) for n in range(count)]

    start = time.process_time()
    found = list(pairs(world(20_000)))
    assert len(found) == (0 if kind.startswith("no") else 19_999)
    assert time.process_time() - start < 10  # every one with every other: 200 million comparisons


# --- in the preview ----------------------------------------------------------------------------------------------


def test_a_row_that_looks_like_a_listing_is_told_and_not_refused() -> None:
    order = legal_world()
    known = legal_listing(job_order=order, wage_min=20000)
    result = preview(parse(content(row(1), row(2, kota="Tainan"), row(3, kota="tainan"))))
    assert (result.new, result.refused) == (3, 0)
    assert result.warnings == [(2, known.pk, None), (4, None, 3)]


def test_a_row_is_not_told_of_the_listing_that_it_is_nor_of_one_that_is_known_to_be_another() -> None:
    order = legal_world()
    other = legal_listing(job_order=order, wage_min=20000, place="Taipei")
    import_runs.apply(import_runs.prepare(content(row(1)), "a.csv")[0])
    mine = JobListing.objects.exclude(pk=other.pk).get()
    assert preview(parse(content(row(1)))).warnings == []
    assert preview(parse(content(row(1, kota="Tainan")))).warnings == []
    changed = content(row(1, kota="Taipei"))
    assert preview(parse(changed)).warnings == [(2, other.pk, None)]
    NotDuplicate.objects.create(first_id=other.pk, second_id=mine.pk)
    assert preview(parse(changed)).warnings == []


def test_what_looks_alike_is_kept_with_the_import() -> None:
    legal_world()
    run, _preview = import_runs.prepare(content(row(1), row(2), row(3)), "a.csv")
    assert (run.alike, run.warnings) == (2, [[3, None, 2], [4, None, 3]])


def test_a_preview_compares_in_one_query(django_assert_max_num_queries: Any) -> None:
    order = legal_world()
    for _number in range(5):
        legal_listing(job_order=order, wage_min=20000)
    sheet = parse(content(*(row(number) for number in range(30))))
    with django_assert_max_num_queries(20):
        assert len(importers.preview(sheet).warnings) == 30
