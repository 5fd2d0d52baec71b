"""What is counted: by whom, of what, and that nothing small or traceable is ever shown (check 53)."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest
import time_machine
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse

from content.registers.modus import Modus
from content.reports.vault import audit, casework, coarse, nightly, statistics
from content.reports.vault.models import (
    AuditEvent,
    Coarse,
    MonthAccount,
    Recusal,
    Report,
    StatRecord,
    ToCount,
    Unit,
    UnitRoster,
    WeekCount,
)
from content.reports.vault.staff import Refused
from content.reports.vault.statistics import HELD_BACK, LESS, REST
from tests.content.reports.reporting import Reporter, Team, receipt_in, text_of

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
NOW = dt.datetime(2026, 8, 12, 5, 0, tzinfo=dt.UTC)  # a Wednesday
JEMBER, KEDIRI = "35.09", "35.71"
DISTRICT = "35.09.01"


@pytest.fixture
def clock(erased: list[str]) -> object:
    with time_machine.travel(NOW, tick=False) as held:
        yield held


def sent(**changed: object) -> Report:
    before = set(Report.objects.values_list("pk", flat=True))
    assert receipt_in(Reporter().send())
    report = Report.objects.exclude(pk__in=before).get()
    if changed:
        Report.objects.filter(pk=report.pk).update(**changed)
        report.refresh_from_db()
    return report


def records(month: str, regency: str, count: int, **more: str) -> None:
    StatRecord.objects.bulk_create(
        StatRecord(unit="provinsi", month=month, regency=regency, **more) for _number in range(count)
    )


# Entering


def test_what_was_allowed_is_counted_and_the_rest_is_not_asked(clock: object, ana: Client) -> None:
    report = sent()
    statistics.enter(
        report, 7, regency=JEMBER, opted_in=True, district=DISTRICT, modus="sea", age="19-24", sex="", destination=""
    )
    held = ToCount.objects.get()
    assert (held.month, held.regency, held.district, held.modus, held.age, held.sex) == (
        "2026-08",
        JEMBER,
        DISTRICT,
        "sea",
        "19-24",
        "",
    )
    assert held.week == dt.date(2026, 8, 10)
    event = AuditEvent.objects.get(action=audit.Action.COUNTED)
    assert (event.actor, event.unit, event.report, event.detail) == (7, "provinsi", "", "")


@pytest.mark.parametrize(
    "given",
    [
        {"regency": JEMBER, "opted_in": False, "modus": "sea"},
        {"regency": JEMBER, "opted_in": False, "district": DISTRICT},
        {"regency": "33.01", "opted_in": False},
        {"regency": KEDIRI, "opted_in": True, "district": DISTRICT},
        {"regency": "", "opted_in": True, "district": DISTRICT},
        {"regency": JEMBER, "opted_in": True, "modus": "new"},
        {"regency": JEMBER, "opted_in": True, "story": "Jember"},
    ],
)
def test_what_cannot_be_is_refused(clock: object, ana: Client, given: dict[str, object]) -> None:
    report = sent()
    with pytest.raises(Refused):
        statistics.enter(report, 7, **given)  # type: ignore[arg-type]
    report.refresh_from_db()
    assert not report.counted
    assert not ToCount.objects.exists()


def test_a_report_is_counted_once(clock: object, ana: Client) -> None:
    report = sent()
    statistics.enter(report, 7, regency=JEMBER, opted_in=False)
    nightly.work()
    with pytest.raises(Refused):
        statistics.enter(report, 8, regency=JEMBER, opted_in=False)
    assert StatRecord.objects.count() == 1
    assert statistics.uncounted(report.unit, 7) == 0


def test_whoever_is_kept_from_a_report_does_not_learn_that_it_waits_to_be_counted(clock: object, ana: Client) -> None:
    report = sent()
    Recusal.objects.create(report=report, user=7, by=8)
    assert statistics.uncounted(report.unit, 7) == 0
    assert statistics.uncounted(report.unit, 8) == 1


def test_what_tells_of_the_same_does_not_wait_to_be_counted(clock: object, ana: Client) -> None:
    first, second = sent(), sent()
    casework.mark_duplicate(second, first, 8)
    second.refresh_from_db()
    with pytest.raises(Refused):
        statistics.enter(second, 7, regency=JEMBER, opted_in=False)
    assert statistics.uncounted(first.unit, 7) == 1
    statistics.enter(first, 7, regency=JEMBER, opted_in=False)
    assert statistics.uncounted(first.unit, 7) == 0


@pytest.mark.parametrize("changed", [{"spam": True}, {"withdrawn_on": dt.date(2026, 8, 12)}])
def test_noise_and_what_was_withdrawn_is_not_counted(clock: object, ana: Client, changed: dict[str, object]) -> None:
    with pytest.raises(Refused):
        statistics.enter(sent(**changed), 7, regency=JEMBER, opted_in=False)


def test_the_database_takes_no_other_code(ana: Client) -> None:
    for field in ("modus", "age", "sex", "destination"):
        with pytest.raises(IntegrityError), transaction.atomic(using="reports"):
            records("2026-08", JEMBER, 1, **{field: "x"})


# The form at the desk


def test_the_desk_counts_a_report_with_its_district(clock: object, ana: Client) -> None:
    """Regency and what was allowed first, the district of that regency afterwards."""
    report = sent()
    address = reverse("desk_count", args=["provinsi", report.pk])
    page = ana.get(reverse("desk_report", args=["provinsi", report.pk])).content.decode()
    assert "Kabupaten Jember" in page
    first = ana.post(address, {"regency": JEMBER, "opted_in": "on", "modus": "sea", "age": "", "sex": "female"})
    assert first.status_code == 200
    asked = first.content.decode()
    assert 'name="sex" value="female"' in asked
    assert "Jombang" in asked  # a district of Jember
    assert not ToCount.objects.exists()
    carried = {"regency": JEMBER, "opted_in": "on", "modus": "sea", "sex": "female", "district": DISTRICT}
    done = ana.post(address, carried)
    assert done.status_code == 302
    held = ToCount.objects.get()
    assert (held.district, held.modus, held.sex) == (DISTRICT, "sea", "female")
    page = ana.get(done["Location"]).content.decode()
    assert "count-form" not in page


def test_without_permission_the_desk_counts_the_regency_alone(clock: object, ana: Client) -> None:
    report = sent()
    address = reverse("desk_count", args=["provinsi", report.pk])
    refused = ana.post(address, {"regency": JEMBER, "modus": "sea"})
    assert refused.status_code == 400
    assert not ToCount.objects.exists()
    assert ana.post(address, {"regency": JEMBER}).status_code == 302
    assert list(ToCount.objects.values_list("regency", "modus", "week")) == [(JEMBER, "", None)]


def test_the_reporter_has_allowed_nothing_until_the_box_is_ticked(reporter: Reporter) -> None:
    page = reporter.post(step="place", place="35").content.decode()
    assert "<input type=checkbox name=countable>" in page
    again = reporter.send(story="ya", countable="on").content.decode()
    assert "<input type=checkbox name=countable checked>" in again


# The night


def test_the_night_mixes_and_a_second_run_does_nothing(
    clock: object, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    UnitRoster.objects.update(told_on=NOW.date())
    for regency in (JEMBER, KEDIRI, JEMBER):
        statistics.enter(
            sent(), 7, regency=regency, opted_in=True, modus="sea", district="" if regency == KEDIRI else DISTRICT
        )
    mixed: list[int] = []
    monkeypatch.setattr(statistics._system, "shuffle", lambda rows: mixed.append(len(rows)))
    assert "entries for the statistics mixed: 3" in nightly.plan().lines
    assert StatRecord.objects.count() == 0
    assert "entries for the statistics mixed: 3" in nightly.work().lines
    assert mixed == [3, 1]
    assert not ToCount.objects.exists()
    assert Counter(StatRecord.objects.values_list("regency", flat=True)) == {JEMBER: 2, KEDIRI: 1}
    assert list(WeekCount.objects.values_list("district", "modus", "n")) == [(DISTRICT, "sea", 2)]
    assert "entries for the statistics mixed: 0" in nightly.work().lines
    assert StatRecord.objects.count() == 3
    assert WeekCount.objects.get().n == 2


def test_what_was_entered_is_kept_where_the_night_breaks_off(
    clock: object, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    statistics.enter(sent(), 7, regency=JEMBER, opted_in=False)

    def fail(*args: object, **kwargs: object) -> None:
        raise IntegrityError

    with monkeypatch.context() as broken:
        broken.setattr(ToCount.objects, "filter", fail)
        with pytest.raises(IntegrityError):
            statistics.mix()
    assert (ToCount.objects.count(), StatRecord.objects.count()) == (1, 0)


def test_the_counts_of_weeks_are_forgotten_after_26(clock: object, ana: Client) -> None:
    monday = dt.date(2026, 8, 10)
    for weeks in (0, 26, 27):
        WeekCount.objects.create(
            unit="provinsi", week=monday - dt.timedelta(weeks=weeks), district=DISTRICT, modus="sea", n=1
        )
    assert "counts of weeks forgotten: 1" in nightly.work().lines
    assert WeekCount.objects.count() == 2


def test_every_report_is_accounted_for_before_it_is_deleted(clock: time_machine.Coordinates, ana: Client) -> None:
    """Also one that was withdrawn, on the night that deletes it; noise is not."""
    sent()
    sent(withdrawn_on=NOW.date())
    sent(spam=True, status="closed", opened_on=NOW.date(), touched_on=NOW.date())
    clock.shift(dt.timedelta(days=7))
    nightly.work()
    assert not MonthAccount.objects.exists()
    clock.shift(dt.timedelta(days=7))
    nightly.work()
    assert Report.objects.count() == 1
    held = MonthAccount.objects.get()
    assert (held.month, held.received, held.in_time) == ("2026-08", 2, 0)
    nightly.work()
    assert MonthAccount.objects.get().received == 2


def test_an_answer_within_a_week_is_in_time(clock: time_machine.Coordinates, ana: Client, team: Team) -> None:
    reports = [sent() for _number in range(3)]
    for days, report in zip((7, 8), reports, strict=False):
        # Only the day counts here, not what it says.
        report.messages.create(
            mid=bytes([days] * 16),
            direction="from-unit",
            header=b"",
            wraps=b"",
            body=b"",
            received_on=NOW.date() + dt.timedelta(days=days),
        )
    clock.shift(dt.timedelta(days=9))
    statistics.account()
    held = MonthAccount.objects.get()
    assert (held.received, held.in_time) == (3, 1)


# Nothing leads back (check 53)


def test_check_53_no_path_leads_from_a_figure_to_a_report() -> None:
    """No relation, no identifier that is used elsewhere, no day and no moment in what is kept."""
    for model in (StatRecord, WeekCount, MonthAccount):
        for held in model._meta.get_fields():
            assert not held.is_relation, held
            assert not isinstance(held, models.UUIDField | models.BinaryField | models.DateTimeField), held
    # The Monday of a week is the only day, and it is deleted after 26 weeks.
    days = [
        (model, held.name)
        for model in (StatRecord, WeekCount, MonthAccount)
        for held in model._meta.fields
        if isinstance(held, models.DateField)
    ]
    assert days == [(WeekCount, "week")]
    assert {held.name for held in StatRecord._meta.fields} == {held.name for held in Coarse._meta.fields} | {"id"}
    related = {model.related_model for model in Report._meta.related_objects}
    assert related.isdisjoint({StatRecord, ToCount, WeekCount, MonthAccount})
    assert StatRecord._meta.pk.default is ToCount._meta.pk.default  # random, and made anew


def test_check_53_the_number_of_a_row_is_none_of_a_report(clock: object, ana: Client) -> None:
    report = sent()
    statistics.enter(report, 7, regency=JEMBER, opted_in=True, modus="sea", district=DISTRICT)
    waiting = ToCount.objects.get().pk
    statistics.mix()
    numbers = {*StatRecord.objects.values_list("pk", flat=True), *WeekCount.objects.values_list("pk", flat=True)}
    assert not numbers & {report.pk, waiting}


# Small figures (check 53)


def tables(seed: int) -> dict[str, dict[str, int]]:
    chosen = random.Random(seed)
    rows, columns = chosen.randint(1, 6), chosen.randint(1, 6)
    return {
        f"r{row}": {f"c{column}": chosen.choice((0, 0, 1, 2, 5, 9, 10, 11, 14, 30)) for column in range(columns)}
        for row in range(rows)
    }


def test_check_53_no_line_leaves_a_small_figure_to_be_worked_out() -> None:
    """Of 500 tables: in every row and column what is withheld is nothing, or two figures and more that together hold ten."""
    for seed in range(500):
        table = tables(seed)
        rows, columns = list(table), list(next(iter(table.values())))
        hidden = statistics.withheld(table, 10)
        for lines in ([[(r, c) for c in columns] for r in rows], [[(r, c) for r in rows] for c in columns]):
            for line in lines:
                assert all(cell in hidden for cell in line if table[cell[0]][cell[1]] < 10)
                secret = [n for r, c in line if (r, c) in hidden and (n := table[r][c])]
                shown = [cell for cell in line if cell not in hidden]
                assert not secret or not shown or (len(secret) > 1 and sum(secret) >= 10), (seed, table)


def test_check_53_totals_are_merged_until_the_rest_holds_ten() -> None:
    for seed in range(500):
        totals = next(iter(tables(seed).values()))
        held = statistics.merged(totals, 10)
        whole = sum(totals.values())
        assert bool(held) == (whole >= 10)
        if held:
            assert sum(held.values()) == whole
            assert all(n >= 10 for n in held.values())
            small = [n for name, n in totals.items() if n and name not in held]
            assert len(small) != 1 or list(held) == [REST], (seed, totals)


def test_check_53_a_cell_below_ten_and_one_more_of_its_row_and_column_are_withheld(clock: object) -> None:
    for regency, way, count in (
        (JEMBER, "sea", 3),
        (JEMBER, "domestic", 22),
        (JEMBER, "sexual", 40),
        (KEDIRI, "sea", 31),
        (KEDIRI, "domestic", 18),
        (KEDIRI, "sexual", 40),
    ):
        records("2026-05", regency, count, modus=way)
    figures = statistics.of_quarter("2026-Q2").figures
    assert figures["total"] == 155  # 154
    assert figures["regencies"] == {JEMBER: 65, KEDIRI: 90}
    held = figures["by"]["modus"]  # type: ignore[index]
    assert held["columns"] == {"sea": 35, "domestic": 40, "sexual": 80}
    assert held["rows"][JEMBER] == {"sea": HELD_BACK, "domestic": HELD_BACK, "sexual": 40}
    assert held["rows"][KEDIRI] == {"sea": HELD_BACK, "domestic": HELD_BACK, "sexual": 40}


def test_few_reports_give_no_figure_at_all(clock: object) -> None:
    records("2026-05", JEMBER, 9)
    assert statistics.of_quarter("2026-Q2").figures == {"total": LESS, "regencies": {}, "by": {}}
    assert statistics.of_quarter("2026-Q2").account == {"received": LESS, "in_time": LESS, "open": LESS}


def test_only_reports_of_its_months_are_in_a_quarter(clock: object) -> None:
    for month in ("2026-03", "2026-04", "2026-06", "2026-07"):
        records(month, JEMBER, 10)
    assert statistics.of_quarter("2026-Q2").figures["total"] == 20


@pytest.mark.parametrize("quarter", ["2026-Q5", "2026-Q0", "2026", "2026-Q1 ", "Q1"])
def test_there_are_four_quarters(quarter: str) -> None:
    with pytest.raises(ValueError, match=quarter):
        coarse.months_of(quarter)


def test_a_quarter_ends_on_its_last_day() -> None:
    assert coarse.last_day_of("2026-Q4") == dt.date(2026, 12, 31)
    assert coarse.last_day_of("2026-Q1") == dt.date(2026, 3, 31)
    assert statistics.may_be_published("2026-Q2") == dt.date(2026, 7, 16)


# The board


def test_the_board_shows_months_that_are_over_and_nothing_below_five(clock: object, ana: Client) -> None:
    records("2026-07", JEMBER, 6, modus="sea")
    records("2026-07", KEDIRI, 4)
    records("2026-07", "35.08", 7)
    records("2026-06", JEMBER, 4)
    records("2026-08", JEMBER, 50)
    held = {month.month: month for month in statistics.board(Unit.objects.get())}
    assert "2026-08" not in held
    # Four alone could be worked out from the total.
    assert held["2026-07"].regencies == {"35.08": 7, REST: 10}
    assert held["2026-06"].total is None
    assert held["2026-06"].regencies == {}
    page = text_of(ana.get(reverse("desk_board", args=["provinsi"])))
    assert "Juli 2026: 17" in page
    assert "Agustus" not in page


def test_a_regency_does_not_see_what_the_province_has_counted(clock: object, ana: Client) -> None:
    """What was sent to the province alone is not to be worked out in the regency; the province sees both."""
    below = Unit.objects.create(code="jember", name="Jember", region=JEMBER)
    records("2026-07", JEMBER, 5)
    StatRecord.objects.bulk_create(StatRecord(unit="jember", month="2026-07", regency=JEMBER) for _n in range(6))
    assert statistics.board(below)[0].total == 6
    assert statistics.board(Unit.objects.get(code="provinsi"))[0].total == 11


def test_reports_and_warnings_are_of_the_same_kinds() -> None:
    """The vault imports nothing of the registers, so it has the codes once more."""
    assert coarse.Modus.choices == Modus.choices
