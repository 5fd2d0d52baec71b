"""The command: rehearsal, progress, exit by name of the mistake; and what a killed import leaves behind."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from content.jobs.management.commands import import_jobs
from content.jobs.models import ImportRun, JobListing
from tests.demo import Demo
from tests.factories.job_files import content, example_rows, legal_world, row, typed, workbook
from tests.servers import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    legal_world()
    path = tmp_path / "lowongan.csv"
    path.write_bytes(content(row(1), row(2), row(3, usia_min="12")))
    return path


@pytest.mark.django_db
def test_a_rehearsal_names_every_problem_and_writes_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_jobs", str(file), "--dry-run")
    told = capsys.readouterr().out
    assert "Row 4, usia_min: AGE-1" in told
    assert "3 rows: 2 new, 0 changed, 0 unchanged, 1 refused, 1 like another one." in told
    assert not JobListing.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.django_db
def test_it_writes_with_progress_and_can_be_undone_by_its_number(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_jobs", str(file), "--publish", "--refused", str(tmp_path / "ditolak.csv"))
    told = capsys.readouterr().out
    run = ImportRun.objects.get()
    assert "  3/3" in told
    assert f"--undo {run.pk}" in told
    assert JobListing.objects.public().count() == 2
    assert "AGE-1" in (tmp_path / "ditolak.csv").read_text(encoding="utf-8-sig")
    call_command("import_jobs", undo=run.pk)
    assert not JobListing.objects.exists()


@pytest.mark.django_db
def test_other_headings_are_told_once_and_remembered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    legal_world()
    (tmp_path / "a.csv").write_bytes(content(row(1)).replace(b"izin,", b"No. SIP3MI,", 1))
    (tmp_path / "b.csv").write_bytes(content(row(2)).replace(b"izin,", b"No. SIP3MI,", 1))
    with pytest.raises(CommandError, match="izin"):
        call_command("import_jobs", str(tmp_path / "a.csv"))
    assert not ImportRun.objects.exists()
    call_command("import_jobs", str(tmp_path / "a.csv"), map=["izin=no. sip3mi"])
    call_command("import_jobs", str(tmp_path / "b.csv"))
    assert f"Columns as chosen in import {ImportRun.objects.earliest('pk').pk}." in capsys.readouterr().out
    assert JobListing.objects.count() == 2
    for wrong in ("izin", "gaji=No. SIP3MI", "izin=Nomor"):
        with pytest.raises(CommandError):
            call_command("import_jobs", str(tmp_path / "a.csv"), map=[wrong])


@pytest.mark.django_db
def test_rows_that_look_like_another_one_are_named_up_to_a_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_jobs, "WARNINGS", 2)
    legal_world()
    (tmp_path / "a.csv").write_bytes(content(*(row(number) for number in range(5))))
    call_command("import_jobs", str(tmp_path / "a.csv"), "--dry-run")
    told = capsys.readouterr().out
    assert "Row 3: looks like row 2." in told
    assert told.count("looks like") == 2
    assert "2 more rows look like another one." in told


@pytest.mark.django_db
def test_the_sheet_of_a_workbook_is_named(tmp_path: Path) -> None:
    legal_world()
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(typed(1), Arsip=[list(typed()), list(typed(2).values())]))
    call_command("import_jobs", str(path), sheet="arsip")
    assert JobListing.objects.get().reference == "TW-00002"
    with pytest.raises(CommandError, match="Arsip"):
        call_command("import_jobs", str(path), sheet="Maret")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", [[], ["tidak-ada.csv"], ["--resume", "99"], ["--undo", "99"], ["a.csv", "--undo", "1"]], ids=str
)
def test_a_mistake_is_told_in_a_sentence(given: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        call_command("import_jobs", *given)
    assert len(str(error.value)) > 10


@pytest.mark.django_db
def test_a_finished_import_cannot_be_resumed(file: Path) -> None:
    call_command("import_jobs", str(file))
    with pytest.raises(CommandError):
        call_command("import_jobs", resume=ImportRun.objects.get().pk)


@pytest.mark.demo
def test_a_killed_import_is_whole_and_is_resumed_or_undone_while_others_write(demo_copy: Demo, tmp_path: Path) -> None:
    """A real process on a real database file: kill -9 between any two moments, and another writer all the while."""
    file = tmp_path / "besar.csv"
    file.write_bytes(content(*example_rows(3000)))
    database = demo_copy.folder / "db" / "lentera.sqlite3"
    _sql(database, "UPDATE jobs_joborder SET places = 100000 WHERE number = 'CONTOH/JO/MY-B'")
    before = _listings(database)
    command = [sys.executable, "manage.py", "import_jobs", str(file)]
    importing = subprocess.Popen(command, cwd=ROOT, env=demo_copy.environment(), stdout=subprocess.DEVNULL)
    try:
        writes = _write_until(database, lambda: _written(database) >= 900, importing)
    finally:
        importing.send_signal(signal.SIGKILL)
        importing.wait()
    run = _run(database)
    # Between any two chunks the other one was let in; how long a wait is on a quiet machine, the benchmark says.
    assert writes >= run["chunks_done"] - 1 > 0
    assert run["state"] == "running"
    assert run["rows_done"] == run["created"] == _listings(database) - before > 0
    # Its writer is dead but not yet silent for long: the claim ages.
    _sql(database, "UPDATE jobs_importrun SET beat_at = '2020-01-01 00:00:00'")
    told = demo_copy.manage("import_jobs", "--resume", str(run["id"]))
    assert "3000 new" in told
    assert _listings(database) - before == 3000
    demo_copy.manage("import_jobs", "--undo", str(run["id"]))
    assert _listings(database) == before
    assert _run(database)["state"] == "undone"


def _write_until(database: Path, reached: Any, process: subprocess.Popen) -> int:
    """How often another writer wrote between the first written row and ``reached``."""
    writes = 0
    while process.poll() is None:
        with closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            held.execute("UPDATE jobs_agency SET site = site")
            held.execute("COMMIT")
            writes += _written(database) > 0
        if reached():
            return writes
        time.sleep(0.02)
    raise AssertionError(f"The import ended before it could be killed ({process.returncode}).")


def _written(database: Path) -> int:
    """The rows that stand; while the file is only being read, its rows are counted too and none is written."""
    run = _run(database)
    return run["rows_done"] if run["state"] == "running" else 0


def _sql(database: Path, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as held:
        return held.execute(statement).fetchall()


def _listings(database: Path) -> int:
    return _sql(database, "SELECT COUNT(*) FROM jobs_joblisting")[0][0]


def _run(database: Path) -> dict[str, Any]:
    found = _sql(
        database, "SELECT id, state, rows_done, created, chunks_done FROM jobs_importrun ORDER BY id DESC LIMIT 1"
    )
    names = ("id", "state", "rows_done", "created", "chunks_done")
    return dict(zip(names, found[0] if found else (0, "", 0, 0, 0), strict=True))
