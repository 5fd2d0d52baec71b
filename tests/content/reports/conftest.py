"""The vault in a folder of its own.

Tests that use it are marked ``django_db(databases=["reports"])``: a query to the other database fails them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from content.reports.vault import bursts, installation, receipt, snapshot
from tests.content.reports.caseworkers import ana as ana
from tests.content.reports.caseworkers import budi as budi
from tests.content.reports.caseworkers import erased as erased
from tests.content.reports.caseworkers import protected as protected
from tests.content.reports.caseworkers import sign_in as sign_in
from tests.content.reports.caseworkers import team as team
from tests.content.reports.reporting import Reporter, make_unit, words


@pytest.fixture
def full_derivation() -> None:
    """Ask for receipts that are stretched at their real cost."""


@pytest.fixture
def folder(request: pytest.FixtureRequest, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything the vault keeps outside its database, in a folder of this test; receipts stretched without 64 MiB."""
    settings.VAR_DIR = tmp_path
    bursts.forget()
    settings.REPORTS_STORAGE_KEY_FILE = tmp_path / "keys" / "reports-storage.key"
    if "full_derivation" not in request.fixturenames:
        monkeypatch.setattr(receipt, "ARGON2_MEMORY", 8192)
        monkeypatch.setattr(receipt, "ARGON2_PASSES", 1)
    return tmp_path


@pytest.fixture
def closed_vault(folder: Path, db: None) -> Path:
    """Set up, with words in two languages, but nobody to read."""
    installation.set_up()
    for language in ("id", "en"):
        snapshot.write(words(language))
    return folder


@pytest.fixture
def vault(closed_vault: Path) -> Path:
    """Open for practice: one unit for every place, its key at ``keys/demo.pem``."""
    make_unit(closed_vault, "", "Unit Contoh", demo=True)
    return closed_vault


@pytest.fixture
def reporter(vault: Path) -> Reporter:
    """A reporter before the open form. The language is Indonesian."""
    return Reporter()


@pytest.fixture
def spied_derivation(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The receipts that were stretched."""
    seen: list[str] = []
    real = receipt.stretch

    def spy(held: receipt.Receipt, salt: bytes) -> bytes:
        seen.append(held.digits)
        return real(held, salt)

    monkeypatch.setattr(receipt, "stretch", spy)
    return seen
