"""Long work with a queue: what the server enqueues, a worker process does (docs/adr/0002)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.demo import Demo
from tests.factories.job_files import content, example_rows

pytestmark = pytest.mark.demo
QUEUE = {"TASKS_BACKEND": "django_tasks_db.DatabaseBackend"}
CONFIRM = """
from content.jobs import import_runs, tasks
run, _preview = import_runs.prepare(open({path!r}, "rb").read(), "baris.csv")
tasks.start(run, "apply")
run.refresh_from_db()
print("before", run.state)
"""
TELL = """
from content.jobs.models import ImportRun
run = ImportRun.objects.latest("pk")
print("after", run.state, run.rows_done)
"""


def test_a_worker_writes_what_was_confirmed(demo_copy: Demo, tmp_path: Path) -> None:
    file = tmp_path / "baris.csv"
    file.write_bytes(content(*example_rows(3)))
    demo_copy.manage("migrate", **QUEUE)
    assert "before previewed" in demo_copy.manage("shell", "-c", CONFIRM.format(path=str(file)), **QUEUE)
    demo_copy.manage("db_worker", "--batch", "--queue-name", "*", **QUEUE)
    assert "after done 3" in demo_copy.manage("shell", "-c", TELL, **QUEUE)
