"""The settings page and the settings say the same; insecure states must be asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READ = re.compile(r'env\.\w+\(\s*"([A-Z0-9_]+)"')


def _read_by_settings() -> set[str]:
    files = (ROOT / "portal" / "settings").glob("*.py")
    return {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))}


def _documented() -> set[str]:
    rows = [
        line.split("|")[1]
        for line in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    return {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    assert _read_by_settings() == _documented()


def _start(module: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": module, **variables}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_production_names_everything_that_is_missing() -> None:
    run = _start("portal.settings.production")
    assert run.returncode != 0
    assert "SECRET_KEY, ALLOWED_HOSTS, BASE_URL (an https:// address)" in run.stderr


def test_production_starts_when_nothing_is_missing(tmp_path: Path) -> None:
    run = _start(
        "portal.settings.production",
        SECRET_KEY="x" * 50,
        ALLOWED_HOSTS="contoh.go.id",
        BASE_URL="https://contoh.go.id",
        VAR_DIR=str(tmp_path),
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    ("query", "options"), [("", "-c random_page_cost=1.1"), ("?options=-c%20work_mem%3D8MB", "-c work_mem=8MB")]
)
def test_postgresql_reads_its_index_rather_than_every_document(query: str, options: str, tmp_path: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "-c", "import portal.settings.dev as s; print(s.DATABASES['default']['OPTIONS']['options'])"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": f"postgres://u@localhost/x{query}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == options


@pytest.mark.parametrize("name", ["SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH"])
def test_no_cookie_reaches_a_public_path(name: str) -> None:
    assert getattr(settings, name) == "/akun/"


def test_the_complete_languages_are_named_in_one_place() -> None:
    files = [path for room in ("accounts", "content", "portal", "search") for path in (ROOT / room).rglob("*.py")]
    named = [path for path in files if re.search(r'[({\[]"id", "en"[)}\]]', path.read_text(encoding="utf-8"))]
    assert named == [ROOT / "portal" / "settings" / "languages.py"]


def test_development_makes_its_secrets_once(tmp_path: Path) -> None:
    held = []
    for _start_number in range(2):
        assert _start("portal.settings.dev", VAR_DIR=str(tmp_path)).returncode == 0
        held.append({path.name: path.read_text() for path in (tmp_path / "keys").iterdir()})
    assert held[0] == held[1]
    assert {"secret-key", "slip-keys"} <= set(held[0])
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o400}
