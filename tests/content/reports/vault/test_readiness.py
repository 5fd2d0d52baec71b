"""The form is open only while a report could be stored; where it is not, the doctor says why in words."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from content.reports.vault import installation, keys, readiness, services, snapshot
from content.reports.vault.models import Installation, Message, Report, UnitKey
from tests.content.reports.reporting import (
    NUMBERS_TO_CALL,
    STORY,
    Reporter,
    assert_closed,
    errors_in,
    hidden,
    kept_in,
    on_sqlite,
    receipt_in,
    text_of,
)

pytestmark = pytest.mark.django_db(databases=["reports"])

Break = Callable[[Path, pytest.MonkeyPatch], object]


def storage_key(folder: Path) -> Path:
    return folder / "keys" / "reports-storage.key"


def write(path: Path, content: bytes, mode: int = 0o400) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def unreadable(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """For root every file is readable: a folder is not."""
    storage_key(folder).unlink()
    storage_key(folder).mkdir(mode=0o700)


def no_run_directory(folder: Path, patch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(folder / "run", ignore_errors=True)
    (folder / "run").write_text("a file in its place")


def execute(statement: str) -> Break:
    return lambda folder, patch: connections["reports"].cursor().execute(statement)


def full_disk(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(readiness.files, "file_of", lambda database: folder / "keys" / "reports-storage.key")
    patch.setattr(readiness, "_free", lambda path: 1024)


def read_only(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(readiness.files, "file_of", lambda database: folder / "keys" / "reports-storage.key")
    patch.setattr(readiness.files.os, "access", lambda path, mode: False)


# What is missing, and what the IT officer has to read about it.
WAYS: dict[str, tuple[Break, str]] = {
    "no storage key": (lambda folder, patch: storage_key(folder).unlink(), "reports_setup"),
    "unreadable storage key": (unreadable, "cannot be read"),
    "storage key open to others": (lambda folder, patch: storage_key(folder).chmod(0o444), "chmod 400"),
    "storage key spoilt": (lambda folder, patch: write(storage_key(folder), b"\xff\xfe"), "hexadecimal"),
    "storage key too short": (lambda folder, patch: write(storage_key(folder), b"00ff\n"), "32 bytes"),
    "storage key empty": (lambda folder, patch: write(storage_key(folder), b""), "no storage key"),
    "no salt": (lambda folder, patch: Installation.objects.all().delete(), "salt"),
    "salt too short": (lambda folder, patch: Installation.objects.update(salt=b"short"), "salt"),
    "run directory impossible": (no_run_directory, "run directory"),
    "table missing": (execute("DROP TABLE vault_attachmentchunk"), "migrate --database reports"),
    "column missing": (execute("ALTER TABLE vault_formtoken RENAME COLUMN moment_mac TO old"), "migrate"),
    "disk full": (full_disk, "full"),
    "database read-only": (read_only, "may not be written"),
    "pins spoilt": (
        lambda folder, patch: write(folder / "keys" / "reports-units.pins", "ü".encode()),
        "something else than pins",
    ),
    "no pins": (lambda folder, patch: (folder / "keys" / "reports-units.pins").unlink(), "not the one that was pinned"),
    "epoch impossible": (lambda folder, patch: UnitKey.objects.update(epoch=0), "impossible epoch"),
    "no point of the curve": (lambda folder, patch: UnitKey.objects.update(public_key=bytes(65)), "cannot be used"),
    "key retired": (
        lambda folder, patch: UnitKey.objects.update(retired_on=dt.date(2026, 1, 1)),
        "not agreed on a key",
    ),
    "no words": (lambda folder, patch: snapshot.remove("id"), "not public"),
}


# On a server the transaction around a test is spoilt by the query that fails here; a request has none around it.
SPOILS = {"column missing": [on_sqlite]}


@pytest.mark.every_case
@pytest.mark.parametrize("way", [pytest.param(way, marks=SPOILS.get(way, [])) for way in WAYS])
def test_whatever_is_missing_the_form_is_closed_and_says_why(
    vault: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    form = reporter.form()
    assert readiness.closed_because() == []
    spoil, words = WAYS[way]
    spoil(vault, monkeypatch)
    assert_closed(reporter.get())
    assert_closed(reporter.post(step="place", place="35"))
    answer = reporter.send(form, contact="di warung")
    assert_closed(answer)
    assert "tidak ada yang tersimpan" in errors_in(answer)
    assert NUMBERS_TO_CALL in errors_in(answer)
    assert kept_in(answer, "kept") == f"{STORY}\n\ndi warung"
    # An old browser is told at once, and not asked first whether it was the one who sent it.
    silent = Reporter(headers={})
    assert kept_in(silent.send(form), "kept") == STORY
    if way != "table missing":
        assert not Report.objects.exists()
    (reason,) = readiness.closed_because()
    assert words in reason


def test_a_database_that_does_not_answer_closes_the_form(
    vault: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object, **kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connections["reports"], "cursor", down)
    assert_closed(reporter.get())
    assert readiness.has_units()
    assert "does not answer" in readiness.closed_because()[0]


def test_every_reason_is_named_at_once(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage_key(vault).unlink()
    no_run_directory(vault, monkeypatch)
    UnitKey.objects.update(epoch=0)
    assert len(readiness.closed_because()) == 3


def test_without_a_unit_nothing_is_broken(closed_vault: Path) -> None:
    assert not readiness.has_units()
    assert readiness.can_store()


def test_a_lost_storage_key_is_not_replaced_while_reports_are_here(vault: Path, reporter: Reporter) -> None:
    """A new key would open the form again, and every receipt given out so far would be unknown."""
    number = receipt_in(reporter.send())
    held = storage_key(vault).read_bytes()
    storage_key(vault).unlink()
    assert "Put its copy back" in readiness.closed_because()[0]
    with pytest.raises(installation.NotSetUp, match="Put its copy back"):
        installation.set_up()
    assert not storage_key(vault).exists()
    write(storage_key(vault), held)
    assert installation.set_up() == []
    assert "Laporan Anda" in text_of(reporter.status(number or ""))


def test_a_lost_salt_is_not_replaced_while_reports_are_here(vault: Path, reporter: Reporter) -> None:
    reporter.send()
    Installation.objects.all().delete()
    with pytest.raises(installation.NotSetUp, match="Restore its backup"):
        installation.set_up()
    assert not Installation.objects.exists()


def test_nothing_is_asked_for_that_cannot_be_added(vault: Path, reporter: Reporter) -> None:
    number = receipt_in(reporter.send()) or ""
    assert "name=text" in text_of(reporter.status(number))
    keys_of_the_unit = UnitKey.objects.all()
    keys_of_the_unit.update(public_key=keys.public_bytes(keys.generate().public_key()))
    page = reporter.status(number)
    assert "Laporan Anda" in text_of(page)
    assert "name=text" not in text_of(page)
    assert "Belum bisa menambahkan" in text_of(page)


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}], ids=["old browser", "browser"])
@pytest.mark.parametrize("way", ["no storage key", "run directory impossible", "no pins"])
def test_what_cannot_be_added_comes_back(
    vault: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch, way: str, headers: dict[str, str]
) -> None:
    page = hidden(reporter.status(receipt_in(reporter.send()) or ""))
    sender = Reporter(headers=headers)
    if not headers:
        page = hidden(sender.post(**{**page, "text": STORY}))
    spoil, _words = WAYS[way]
    spoil(vault, monkeypatch)
    answer = sender.post(**{**page, "text": STORY})
    assert answer.status_code == 503
    assert kept_in(answer, "kept") == STORY
    assert "tidak ada yang tersimpan" in errors_in(answer)
    assert NUMBERS_TO_CALL in errors_in(answer)
    assert not Message.objects.exists()


@pytest.mark.parametrize("way", ["run directory impossible", "table missing"])
def test_what_is_broken_stops_no_other_work_of_tick(vault: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    spoil, _words = WAYS[way]
    spoil(vault, monkeypatch)
    if way == "table missing":
        execute("DROP TABLE vault_formtoken")(vault, monkeypatch)
    assert services.tidy() == 0
