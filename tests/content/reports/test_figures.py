"""Published figures: made once, safe before they cross, and never again anything else (check 53)."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, models, transaction
from django.test import Client

from content.reports import examples, frozen, publishing
from content.reports.models import PublishedQuarter
from content.reports.vault.models import MonthAccount, Report, StatRecord
from tests.content.reports.reporting import text_of
from tests.postgresql import PostgreSQL
from tests.servers import ROOT
from tests.site import World

pytestmark = pytest.mark.django_db(databases=["default", "reports"])
NOW = dt.datetime(2026, 7, 16, 5, 0, tzinfo=dt.UTC)
QUARTER = "2026-Q2"


@pytest.fixture(autouse=True)
def clock(new_generations: None) -> Any:
    with time_machine.travel(NOW, tick=False) as held:
        yield held


@pytest.fixture
def frozen_table(db: None) -> None:
    """As migrations leave it: tests make their tables without them."""
    with connection.cursor() as cursor:
        frozen.freeze(cursor, connection.vendor)


@pytest.fixture
def portal(site: World) -> Client:
    return Client()


@pytest.fixture
def counted(frozen_table: None) -> None:
    """33 in Jember, 12 in Kediri, 4 in Malang; 12 of them in June with a way."""
    rows = [("35.09", "2026-04", "", 21), ("35.09", "2026-06", "sea", 12), ("35.71", "2026-05", "", 12)]
    rows += [("35.07", "2026-05", "", 4), ("35.09", "2026-07", "sea", 99)]
    for regency, month, modus, count in rows:
        StatRecord.objects.bulk_create(
            StatRecord(unit="provinsi", regency=regency, month=month, modus=modus) for _n in range(count)
        )
    MonthAccount.objects.create(month="2026-04", received=30, in_time=5)
    MonthAccount.objects.create(month="2026-06", received=31, in_time=3)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("reports_publish", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    return str(error.value)


# Publishing


def test_a_dry_run_shows_what_would_be_published(counted: None) -> None:
    shown = json.loads(run("--dry-run"))
    assert shown["quarter"] == QUARTER
    assert shown["figures"]["total"] == 50
    # Four alone could be worked out, so the next one is with them.
    assert shown["figures"]["regencies"] == {"35.09": 35, "*": 15}
    assert shown["account"] == {"received": 60, "in_time": "<", "open": "<"}
    assert not PublishedQuarter.objects.exists()


def test_check_53_a_quarter_is_published_once(counted: None) -> None:
    assert "/id/angka/2026-Q2/" in run()
    before = PublishedQuarter.objects.values().get()
    StatRecord.objects.bulk_create(StatRecord(unit="x", regency="35.71", month="2026-05") for _n in range(40))
    assert "stays as it is" in refused("--quarter", QUARTER)
    assert "stays as it is" in refused("--quarter", QUARTER, "--dry-run")
    assert PublishedQuarter.objects.values().get() == before


@pytest.mark.parametrize(
    ("quarter", "said"), [("2026-Q3", "from 2026-10-16"), ("2026-Q9", "no quarter"), ("x", "no quarter")]
)
def test_a_quarter_that_is_not_over_is_not_published(counted: None, quarter: str, said: str) -> None:
    assert said in refused("--quarter", quarter)
    assert not PublishedQuarter.objects.exists()


def test_the_newest_quarter_is_one_that_has_settled(clock: time_machine.Coordinates) -> None:
    assert publishing.newest() == QUARTER
    clock.shift(dt.timedelta(days=-1))
    assert publishing.newest() == "2026-Q1"


def attempts(row: PublishedQuarter) -> list[str]:
    table = PublishedQuarter._meta.db_table
    columns = "id, quarter, published_on, figures, account, example"
    values = f"VALUES ({row.pk}, '{QUARTER}', '2026-07-16', '{{}}', '{{}}', false)"
    tried = [
        f"UPDATE {table} SET figures = '{{}}'",
        f"UPDATE {table} SET example = NOT example",
        f"DELETE FROM {table}",
        f"INSERT INTO {table} ({columns}) {values}",
    ]
    if connection.vendor == "sqlite":
        tried.append(f"INSERT OR REPLACE INTO {table} ({columns}) {values}")
        # Only the number of the row is the same.
        tried.append(f"INSERT OR REPLACE INTO {table} ({columns}) {values.replace(QUARTER, '2020-Q1')}")
    return tried


def test_check_53_the_database_itself_refuses_to_publish_again(counted: None) -> None:
    """By SQL, past everything of ours: no change, no deletion, no second row, none in its place."""
    row = publishing.publish(QUARTER)
    before = PublishedQuarter.objects.values().get()
    for sql in attempts(row):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert PublishedQuarter.objects.values().get() == before, sql
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_where_the_database_would_allow_it_nothing_is_published(counted: None) -> None:
    with connection.cursor() as cursor:
        frozen.thaw(cursor, connection.vendor)
    assert "run `manage.py migrate`" in refused()
    assert not PublishedQuarter.objects.exists()


def test_check_53_nothing_that_crosses_names_a_report_or_a_day(counted: None) -> None:
    """No relation and no identifier in the row; of days only that of publishing, and figures and codes in the rest."""
    row = publishing.publish(QUARTER)
    for held in PublishedQuarter._meta.get_fields():
        assert not held.is_relation
        assert not isinstance(held, models.DateTimeField | models.UUIDField | models.BinaryField)
    numbers = [int(n) for n in re.findall(r": (\d+)", json.dumps([row.figures, row.account]))]
    assert numbers
    assert all(n >= 10 and n % 5 == 0 for n in numbers)


def test_no_row_of_a_report_is_in_the_default_database(counted: None) -> None:
    publishing.publish(QUARTER)
    tables = set(connections["default"].introspection.table_names())
    assert Report._meta.db_table not in tables or Report.objects.using("default").count() == 0


ON_POSTGRESQL = """
import datetime as dt
from django.db import DatabaseError, connection, transaction
from content.reports import frozen, publishing
from content.reports.models import PublishedQuarter
from content.reports.vault import statistics
from content.reports.vault.models import StatRecord, ToCount, WeekCount
from django.utils import timezone
assert frozen.is_frozen()
month = f"{publishing.newest()[:4]}-{int(publishing.newest()[-1]) * 3:02}"
week = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
for number in range(12):
    ToCount.objects.create(
        unit="x", month=month, regency="35.09", district="35.09.01", modus="sea", week=week
    )
assert statistics.mix() == 12 and statistics.mix() == 0
assert StatRecord.objects.count() == 12 and WeekCount.objects.get().n == 12
row = publishing.publish(publishing.newest())
assert row.figures["total"] == 10, row.figures
before = PublishedQuarter.objects.values().get()
table = PublishedQuarter._meta.db_table
for statement in (
    f"UPDATE {table} SET figures = '{{}}'",
    f"UPDATE {table} SET example = true",
    f"DELETE FROM {table}",
    f"TRUNCATE {table}",
    f"INSERT INTO {table} (quarter, published_on, figures, account, example) SELECT quarter, published_on, figures, account, false FROM {table}",
    f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (quarter) DO UPDATE SET figures = '{{}}'",
):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        pass
    else:
        raise AssertionError(statement)
assert PublishedQuarter.objects.values().get() == before
PublishedQuarter.objects.bulk_create(
    [PublishedQuarter(quarter="2020-Q1", published_on=timezone.localdate(), figures={}, account={}, example=True)]
)
assert PublishedQuarter.objects.filter(example=True).delete()[0] == 1
print("holds")
"""


@pytest.mark.postgresql
def test_check_53_it_holds_on_postgresql_too(
    postgresql: PostgreSQL, migrated_databases: dict[str, str], tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        **postgresql.pair(like=migrated_databases),
    }

    def manage(*arguments: str) -> str:
        done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    assert "holds" in manage("shell", "-v0", "-c", ON_POSTGRESQL)


# The pages


def test_readers_see_the_figures_and_how_reports_were_answered(counted: None, portal: Client) -> None:
    publishing.publish(QUARTER)
    page = text_of(portal.get("/id/angka/"))
    assert "triwulan II 2026" in page
    assert "<b>Laporan: 50</b>" in page
    assert "Kabupaten Jember" in page
    assert "Kediri" not in page
    assert portal.get("/id/angka/2026-Q2/").status_code == 200
    place = text_of(portal.get("/id/angka/2026-Q2/35.09/"))
    assert "<b>Laporan: 35</b>" in place
    assert "Kerja di laut" in place
    assert "Semua daerah lain" in text_of(portal.get("/id/angka/2026-Q2/lain/"))
    assert "second quarter 2026" in text_of(portal.get("/en/angka/"))
    answered = text_of(portal.get("/id/angka/jawaban/"))
    assert ">60<" in answered
    assert answered.count("kurang dari 10</td>") == 2


def test_no_page_asks_the_database_of_the_reports_and_few_ask_the_other(
    counted: None, portal: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    publishing.publish(QUARTER)
    portal.get("/id/angka/")
    for path in ("angka/", "angka/2026-Q2/35.09/", "angka/jawaban/", "peringatan/", ""):
        # A parameter that nobody knows is never kept.
        with (
            django_assert_num_queries(0, using="reports"),
            django_assert_max_num_queries(12),
        ):
            assert portal.get(f"/id/{path}?x=1").status_code == 200, path


@pytest.mark.parametrize(
    "path", ["2026-Q1/", "2026-Q5/", "2026-Q2/35.71/", "2026-Q2/35.07/", "2026-Q2/99.99/", "2026-Q2/tanpa-tempat/"]
)
def test_what_is_not_shown_has_no_page(counted: None, portal: Client, path: str) -> None:
    """A place with few reports answers as one with none."""
    publishing.publish(QUARTER)
    assert portal.get(f"/id/angka/{path}").status_code == 404


def test_before_anything_is_published_the_pages_say_so(portal: Client) -> None:
    for path in ("angka/", "angka/jawaban/"):
        assert "Belum ada triwulan yang terbit." in text_of(portal.get(f"/id/{path}"))


def test_examples_say_so_are_loaded_once_and_can_be_removed(frozen_table: None, portal: Client) -> None:
    assert examples._load_quarters() == 2
    assert examples._load_quarters() == 0
    for path in ("angka/", "angka/2026-Q1/", "angka/2026-Q2/33.01/", "angka/jawaban/"):
        assert "Contoh" in text_of(portal.get(f"/id/{path}")), path
    assert "tidak ditampilkan" in text_of(portal.get("/id/angka/2026-Q2/33.27/")) + text_of(
        portal.get("/id/angka/2026-Q2/33.24/")
    )
    PublishedQuarter.objects.filter(example=True).delete()
    assert not PublishedQuarter.objects.exists()
