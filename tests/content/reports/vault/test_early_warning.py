"""What stands out, and how seldom nothing does (check 54)."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from content.reports.vault import early_warning, statistics
from content.reports.vault.models import Unit, WeekCount
from tests.content.reports.reporting import text_of

NOW = dt.datetime(2026, 8, 12, 5, 0, tzinfo=dt.UTC)  # a Wednesday
MONDAY = dt.date(2026, 8, 10)
DISTRICT = "35.09.01"


@pytest.fixture
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as held:
        yield held


def weeks(*counts: int, district: str = DISTRICT, unit: str = "provinsi") -> None:
    """The last of ``counts`` is this week's."""
    for number, n in enumerate(reversed(counts)):
        if n:
            week = MONDAY - dt.timedelta(weeks=number)
            WeekCount.objects.create(unit=unit, week=week, district=district, modus="sea", n=n)


def simulated(*arguments: str) -> str:
    out = StringIO()
    call_command("reports_early_warning", *arguments, stdout=out)
    return out.getvalue()


def test_the_chance_is_that_of_the_binomial() -> None:
    """By hand: 3 of 3 in one of nine weeks, and of 2 at least one."""
    assert early_warning.chance_of(3, 0) == pytest.approx((1 / 9) ** 3)
    assert early_warning.chance_of(1, 1) == pytest.approx(1 - (8 / 9) ** 2)
    assert early_warning.chance_of(0, 5) == pytest.approx(1)


@pytest.mark.parametrize(
    ("n", "before", "is_one"), [(2, 0, False), (3, 0, False), (4, 0, True), (4, 8, False), (8, 8, True)]
)
def test_it_takes_three_and_more_than_chance(n: int, before: int, is_one: bool) -> None:
    assert early_warning.is_signal(n, before) is is_one


def test_check_54_nothing_happening_gives_at_most_five_signals_a_year() -> None:
    """126 cells with one report a week on average, 20 years: printed by the command, and the same each time."""
    told = simulated()
    assert told == simulated()
    rate = float(told.split("years: ")[1].split(" false")[0])
    assert 0 < rate <= 5


def test_check_54_of_1000_quiet_weeks_at_most_ten_stand_out() -> None:
    counts = early_warning.false_signals(20, 1.0, 1, seed=7)
    assert sum(counts) / (20 * 52) <= 0.01


@pytest.mark.django_db(databases=["default", "reports"])
def test_check_54_a_series_that_rises_is_a_signal_with_what_it_rests_on(clock: object, ana: Client) -> None:
    weeks(1, 0, 1, 2, 1, 0, 1, 1, 9)
    weeks(1, 1, 1, 1, 1, 1, 1, 1, 2, district="35.09.02")
    (signal,) = early_warning.signals(Unit.objects.get(code="provinsi"))
    assert (signal.district, signal.modus, signal.week, signal.n) == (DISTRICT, "sea", MONDAY, 9)
    assert signal.before == (1, 0, 1, 2, 1, 0, 1, 1)
    assert signal.chance < 0.001
    assert not signal.young
    page = text_of(ana.get(reverse("desk_board", args=["provinsi"])))
    assert "9 laporan dalam pekan sejak 10 Agustus 2026" in page
    assert "1, 0, 1, 2, 1, 0, 1, 1" in page
    assert f"sekali dalam {int(float(f'{1 / signal.chance:.2g}')):,} kali".replace(",", ".") in page
    raw = ana.get(reverse("desk_board", args=["provinsi"])).content.decode()
    assert "?region=35.09&amp;modus=sea" in raw


@pytest.mark.django_db(databases=["default", "reports"])
def test_where_counting_has_just_begun_the_signal_says_so(clock: object, ana: Client) -> None:
    weeks(5)
    (signal,) = early_warning.signals(Unit.objects.get(code="provinsi"))
    assert signal.young


@pytest.mark.django_db(databases=["default", "reports"])
def test_a_week_that_was_entered_late_still_stands_out(clock: object, ana: Client) -> None:
    weeks(0, 0, 9, 0, 0, 0)
    assert [signal.week for signal in early_warning.signals(Unit.objects.get(code="provinsi"))] == [
        MONDAY - dt.timedelta(weeks=3)
    ]


@pytest.mark.django_db(databases=["default", "reports"])
def test_a_unit_sees_the_districts_of_its_own_region_alone(clock: object, ana: Client) -> None:
    weeks(9)
    below = Unit.objects.create(code="jember", name="Jember", region="35.09")
    other = Unit.objects.create(code="jateng", name="Jawa Tengah", region="33")
    assert early_warning.signals(below) == []
    assert early_warning.signals(other) == []
    WeekCount.objects.update(unit="jember")
    assert len(early_warning.signals(Unit.objects.get(code="provinsi"))) == 1
    assert len(early_warning.signals(below)) == 1


@pytest.mark.django_db(databases=["default", "reports"])
def test_the_inbox_names_what_stands_out_this_week(clock: object, ana: Client) -> None:
    inbox = reverse("desk_inbox", args=["provinsi"])
    assert "menonjol" not in text_of(ana.get(inbox))
    weeks(9)
    assert "1 jenis kasus menonjol di sebuah kecamatan." in text_of(ana.get(inbox))


@pytest.mark.django_db(databases=["default", "reports"])
def test_what_stood_out_weeks_ago_is_on_the_page_of_figures_alone(clock: object, ana: Client) -> None:
    weeks(9, 0, 0)
    assert len(early_warning.signals(Unit.objects.get(code="provinsi"))) == 1
    assert "menonjol" not in text_of(ana.get(reverse("desk_inbox", args=["provinsi"])))


@pytest.mark.django_db(databases=["default", "reports"])
def test_practice_sees_nothing_of_the_others(clock: object, ana: Client) -> None:
    """Everybody knows its phrases."""
    weeks(9)
    practice = Unit.objects.create(code=Unit.PRACTICE, name="Contoh", demo=True)
    assert early_warning.signals(practice) == []
    assert [month.total for month in statistics.board(practice)] == [None] * statistics.BOARD_MONTHS


@pytest.mark.django_db(databases=["default", "reports"])
def test_the_second_person_finds_the_warnings_from_the_desk_and_practice_does_not(ana: Client) -> None:
    link, inbox = f'href="{reverse("bulletins")}"', reverse("desk_inbox", args=["provinsi"])
    assert link in ana.get(inbox).content.decode()
    assert ana.get(reverse("bulletins")).status_code == 200
    Unit.objects.filter(code="provinsi").update(demo=True)
    assert link not in ana.get(inbox).content.decode()


@pytest.mark.parametrize("arguments", [("--cells", "0"), ("--mean", "0"), ("--years", "0"), ("--mean", "99")])
def test_nonsense_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        simulated(*arguments)
