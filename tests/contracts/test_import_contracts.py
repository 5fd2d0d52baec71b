"""The order of the rooms holds, and the contracts notice when it does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.contracts.imports import ROOT, imports_of

LINT = Path(sys.executable).parent / "lint-imports"
ROOMS = ("portal", "content", "search", "accounts")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_every_room_of_content_has_its_place_in_the_order() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    layers = " ".join(tool["importlinter"]["contracts"][0]["layers"]).split()
    rooms = {path.parent.name for path in (ROOT / "content").glob("*/__init__.py")}
    assert {name for name in layers if name.startswith("content.")} == {f"content.{room}" for room in rooms}


def test_every_module_of_the_report_room_is_closed_to_its_vault() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    (contract,) = (c for c in tool["importlinter"]["contracts"] if c["name"] == "The vault imports nothing of ours")
    modules = {path.stem for path in (ROOT / "content" / "reports").glob("*.py")} - {"__init__"}
    assert {f"content.reports.{module}" for module in modules} <= set(contract["forbidden_modules"])


def test_relative_imports_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "content" / "reports" / "vault" / "views.py"
    file.parent.mkdir(parents=True)
    file.write_text("from ...registers import text\nfrom .. import models\nfrom . import frame\nimport json\n")
    assert imports_of(file, tmp_path) == {
        "content.registers.text",
        "content.reports.models",
        "content.reports.vault.frame",
        "json",
    }


def test_the_words_of_the_search_know_only_the_standard_library() -> None:
    roots = {name.partition(".")[0] for name in imports_of(ROOT / "search" / "types.py")}
    assert roots <= sys.stdlib_module_names


def test_elasticsearch_may_be_imported_where_it_belongs(tmp_path: Path) -> None:
    assert _with(tmp_path, "search/engines/elastic/shapes.py", "import elasticsearch").returncode == 0


def test_the_rooms_keep_their_order() -> None:
    run = _lint(ROOT)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("file", "forbidden"),
    [
        ("content/reports/models.py", "from accounts.models import User"),
        ("content/jobs/models/listings.py", "import search.types"),
        ("content/registers/models.py", "from content.core import models as pages"),
        ("content/reports/vault/envelope.py", "from content.core import tree"),
        ("content/reports/vault/views.py", "from content.registers.models import Fact"),
        ("content/reports/vault/services.py", "from ..models import ReportPage"),
        ("search/indexing.py", "import elasticsearch"),
        ("search/documents.py", "import elasticsearch"),
        ("search/engines/sqlite.py", "from elasticsearch import dsl"),
        ("portal/views.py", "import elasticsearch"),
    ],
)
def test_a_forbidden_import_is_reported(tmp_path: Path, file: str, forbidden: str) -> None:
    run = _with(tmp_path, file, forbidden)
    assert run.returncode != 0
    assert Path(file).with_suffix("").as_posix().replace("/", ".") in run.stdout


def _with(tmp_path: Path, file: str, line: str) -> subprocess.CompletedProcess[str]:
    """What the linter says of a copy of the rooms in which ``file`` also holds ``line``."""
    for room in ROOMS:
        shutil.copytree(
            ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "seed", "locale", "templates")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    return _lint(tmp_path)
