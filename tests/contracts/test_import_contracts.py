"""The order of the rooms holds, and the contracts notice when it does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LINT = Path(sys.executable).parent / "lint-imports"
ROOMS = ("portal", "content", "search", "accounts")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_the_rooms_keep_their_order() -> None:
    run = _lint(ROOT)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("file", "forbidden"),
    [
        ("content/reports/models.py", "from accounts.models import User"),
        ("content/jobs/models.py", "import search.types"),
        ("content/registers/models.py", "from content.core import models as pages"),
        ("content/reports/vault/envelope.py", "from content.core import tree"),
        ("search/types.py", "import django"),
    ],
)
def test_a_forbidden_import_is_reported(tmp_path: Path, file: str, forbidden: str) -> None:
    for room in ROOMS:
        shutil.copytree(
            ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "seed", "locale", "templates")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{forbidden}\n")
    run = _lint(tmp_path)
    assert run.returncode != 0
    assert Path(file).with_suffix("").as_posix().replace("/", ".") in run.stdout
