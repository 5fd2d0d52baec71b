"""What starts a new generation: every statement that writes a row which public pages show, and no other (DECISIONS 7)."""

from __future__ import annotations

import errno
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from content.core.models import OutdatedString, PortalDocument, PortalImage, TranslationReview
from content.jobs import selectors
from content.jobs.models import ImportRun
from content.registers import generation
from content.registers.models import Channel, Source
from portal import ticking
from portal.cache import key_of
from tests.factories.jobs import CostLineFactory, SourceFactory, day, published_listing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO "jobs_agency" ("status") VALUES (%s)',
        'INSERT OR IGNORE INTO "jobs_costline" ("payer") VALUES (%s)',
        'UPDATE "registers_destinationrule" SET "status" = %s',
        "  update Jobs_Joborder set places = 1",
        "SELECT 1; UPDATE jobs_joblisting SET places = 1",
        'DELETE FROM "registers_destinationrule_sources"',
        'TRUNCATE "wagtailcore_page", "jobs_joblisting"',
        'WITH gone AS (DELETE FROM "jobs_agency" RETURNING id) SELECT * FROM gone',
        'INSERT INTO "registers_source" ("code") VALUES (%s) ON CONFLICT("code") DO UPDATE SET "title" = %s RETURNING "id"',
    ],
)
def test_what_writes_a_row_that_pages_show_counts(sql: str) -> None:
    assert generation.shows(sql)


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT * FROM "jobs_agency"',
        '(SELECT REPLACE("status", %s, %s) FROM "jobs_agency" FOR UPDATE)',
        'WITH held AS (SELECT * FROM "jobs_agency") SELECT * FROM held',
        'UPDATE "jobs_importrun" SET "beat_at" = %s',
        'INSERT INTO "jobs_importchange" ("before") VALUES (%s)',
        "SAVEPOINT jobs_agency",
        "ANALYZE jobs_agency",
    ],
)
def test_reading_and_writing_elsewhere_does_not(sql: str) -> None:
    assert not generation.shows(sql)


def started(act: Any, capture: Any) -> bool:
    """Whether ``act`` starts a new generation once it is committed, and not before."""
    before = generation.current()
    with capture(execute=True):
        act()
        assert generation.current() == before
    return generation.current() != before


def test_a_write_counts_after_its_commit_alone(django_capture_on_commit_callbacks: Any) -> None:
    source = SourceFactory()

    def taken_back() -> None:
        with transaction.atomic():
            Source.objects.update(title="Lain")
            transaction.set_rollback(True)

    assert started(lambda: Source.objects.update(title="Lain"), django_capture_on_commit_callbacks)
    assert not started(taken_back, django_capture_on_commit_callbacks)
    assert not started(lambda: Source.objects.get(pk=source.pk), django_capture_on_commit_callbacks)
    assert not started(
        lambda: ImportRun.objects.create(file_name="x", digest="x", content=b""), django_capture_on_commit_callbacks
    )


def test_a_number_written_past_the_signals_counts_too(django_capture_on_commit_callbacks: Any) -> None:
    channel = Channel(
        slug="sapa-129", kind="phone", organisation={"id": "x", "en": "x"}, name={"id": "x", "en": "x"}, value="129",
        purpose={"id": "x", "en": "x"}, steward="Contoh", verified_on=day(-3), verify_by=day(9),
    )  # fmt: skip
    assert started(lambda: Channel.objects.bulk_create([channel]), django_capture_on_commit_callbacks)
    assert started(lambda: Channel.objects.update(value="08111"), django_capture_on_commit_callbacks)


def test_every_table_that_decides_or_fills_a_public_listing_is_watched() -> None:
    listing = published_listing()
    CostLineFactory(listing=listing)
    with CaptureQueriesContext(connection) as asked:
        assert selectors.filterable(day(0)).count() == 1
        assert Client().get(f"/id/lowongan/{listing.code}/?x=1").status_code == 200
        assert Client().get("/id/lowongan/?x=1").status_code == 200
    read = {name for query in asked.captured_queries for name in re.findall(r'"(\w+)"', query["sql"])}
    ours = {name for name in read & set(connection.introspection.table_names()) if re.match("jobs|registers", name)}
    assert {"jobs_costline", "jobs_joborder", "registers_destinationrule_sources", "registers_source"} <= ours
    assert [table for table in sorted(ours) if not generation.shows(f'DELETE FROM "{table}"')] == []


def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> str:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(generation, "replace", fails)


def test_a_generation_that_could_not_be_started_is_owed(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """What was committed stands and whoever wrote it is told so; nothing kept is shown meanwhile."""
    source, before = SourceFactory(), generation.current()
    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        no_room(patch)
        Source.objects.filter(pk=source.pk).update(title="Lain")
    after = generation.current()
    assert after == generation.current() != before
    assert caplog.text.count("No new generation could be started") == 1


def test_while_it_is_owed_every_page_is_made_anew(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    seen = {generation.current()}
    monkeypatch.setattr(generation, "_PAUSE", 0)
    with monkeypatch.context() as patch:
        no_room(patch)
        with django_capture_on_commit_callbacks(execute=True):
            SourceFactory()
        for number in range(3):
            seen.add(generation.current())
            assert len(seen) == 2 + number
            assert generation.is_owed()
            assert key_of(RequestFactory().get("/id/")) is None, "a page would be kept for nobody"
    assert generation.current() not in seen
    assert not generation.is_owed()
    assert generation.current() == generation.current()
    assert key_of(RequestFactory().get("/id/"))


def test_what_is_owed_is_asked_for_once_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise every value that is kept for a generation would be loaded anew each time it is asked for."""
    with monkeypatch.context() as patch:
        no_room(patch)
        assert len({generation.renew(), generation.current(), generation.current()}) == 1
    generation.renew()


def test_a_generation_that_is_owed_is_shown_by_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    old = generation.current()
    monkeypatch.setattr(ticking, "_works", {})
    with monkeypatch.context() as patch:
        no_room(patch)
        generation.renew()
        with pytest.raises(FileNotFoundError):
            os.readlink(generation._path())
        with pytest.raises(CommandError, match="generation"):
            call_command("tick", verbosity=0)
    call_command("tick", verbosity=0)
    assert generation.current() != old


def test_what_cannot_take_the_place_of_the_old_one_is_left_nowhere(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "cache" / "generation").mkdir(parents=True)
    generation.renew()
    assert generation.is_owed()
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["generation"]
    (tmp_path / "cache" / "generation").rmdir()
    generation.renew()
    assert not generation.is_owed()


@pytest.mark.parametrize("model", [PortalImage, PortalDocument, OutdatedString, TranslationReview])
def test_pictures_documents_and_marks_of_translations_are_watched(model: type[Model]) -> None:
    assert generation.shows(f'UPDATE "{model._meta.db_table}" SET x = 1')


def test_every_new_connection_is_looked_on() -> None:
    other = connection.copy()
    try:
        other.ensure_connection()
        assert other.execute_wrappers == connection.execute_wrappers != []
        other.close()
        other.ensure_connection()
        assert other.execute_wrappers == connection.execute_wrappers
    finally:
        other.close()


def test_a_value_is_computed_once_for_all_who_ask_at_the_same_time() -> None:
    loads: list[None] = []

    def load() -> int:
        time.sleep(0.05)
        loads.append(None)
        return len(loads)

    held = generation.PerGeneration(load)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: held(), range(8))) == {1}
    generation.replace()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: held(), range(8))) == {2}
