"""The vault is apart: its own database, no relation, no time of day, nothing of Wagtail (DECISIONS 25)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core import checks
from django.db import models, router
from wagtail.admin.viewsets import viewsets
from wagtail.models import ReferenceIndex
from wagtail.search.index import get_indexed_models
from wagtail.snippets.models import get_snippet_models

from content.reports import checks as laws
from content.reports.router import VaultRouter
from content.reports.vault.models import RandomKey, random_number
from tests.contracts.imports import ROOT, imports_of

VAULT = list(apps.get_app_config("vault").get_models())
OTHERS = [model for model in apps.get_models() if model._meta.app_label != "vault"]


def test_there_is_something_to_hold() -> None:
    assert {model.__name__ for model in VAULT} >= {"Report", "Message", "Unit", "UnitKey", "FormToken", "Installation"}


@pytest.mark.parametrize("model", VAULT, ids=lambda model: model.__name__)
def test_a_vault_model_is_read_written_and_made_in_its_own_database(model: type[models.Model]) -> None:
    assert router.db_for_read(model) == "reports"
    assert router.db_for_write(model) == "reports"
    assert router.allow_migrate_model("reports", model)
    assert not router.allow_migrate_model("default", model)


def test_no_other_model_lies_there() -> None:
    for model in OTHERS:
        assert router.db_for_write(model) == "default", model
        assert not router.allow_migrate_model("reports", model), model


def test_the_router_goes_by_label_and_lets_no_relation_cross() -> None:
    rules = VaultRouter()
    report, page = VAULT[0](), OTHERS[0]()
    assert rules.allow_relation(report, page) is False
    assert rules.allow_relation(report, VAULT[1]()) is True
    assert rules.allow_relation(page, page) is None


@pytest.mark.parametrize("model", VAULT, ids=lambda model: model.__name__)
def test_no_field_points_outside_or_knows_a_time(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        assert not isinstance(field, models.DateTimeField | models.TimeField | models.GenericIPAddressField), field
        if field.is_relation:
            assert field.related_model in VAULT, field


# Made by staff or for them: when, and in which order, is no secret.
BY_STAFF = {"Unit", "Installation", "Seat", "Holder", "UnitRoster", "RosterSignature", "Share", "PaperEnvelope"} | {
    "Hold",
    "DailyMessage",
    "RosterMessage",
    "AuditEvent",
    "Recusal",
}


@pytest.mark.parametrize("model", VAULT, ids=lambda model: model.__name__)
def test_no_row_is_counted(model: type[models.Model]) -> None:
    if model.__name__ in BY_STAFF:
        return
    key = model._meta.pk
    assert isinstance(key, RandomKey)
    assert key.default is random_number
    # Exactly this makes it SQLite's own number of the row.
    assert key.db_type(SimpleNamespace(vendor="sqlite")) == "integer"
    assert not any(isinstance(field, models.AutoField) for field in model._meta.concrete_fields)


@pytest.mark.parametrize("model", VAULT, ids=lambda model: model.__name__)
def test_nothing_of_the_cms_knows_it(model: type[models.Model]) -> None:
    assert model not in get_snippet_models()
    assert model not in get_indexed_models()
    assert model not in {getattr(viewset, "model", None) for viewset in viewsets.viewsets}
    assert not ReferenceIndex.model_is_indexable(model)


# Pure functions of the registers: no query, nothing of ours (DESIGN 2).
PURE = ("content.registers.absent.", "content.registers.origin.")


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "content" / "reports" / "vault").rglob("*.py")),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_its_modules_import_nothing_of_ours_but_themselves(path: Path) -> None:
    ours = {name for name in imports_of(path) if name.split(".")[0] in {"portal", "content", "search", "accounts"}}
    assert all(f"{name}.".startswith(("content.reports.vault.", *PURE)) for name in ours), ours


@pytest.mark.parametrize("name", PURE)
def test_what_it_may_import_besides_is_pure(name: str) -> None:
    found = imports_of(ROOT / f"{name.strip('.').replace('.', '/')}.py")
    assert not {module for module in found if module.split(".")[0] in {"portal", "content", "search", "accounts"}}
    assert not {module for module in found if module.startswith("django.db")}


def test_the_laws_hold_here() -> None:
    found = [message for message in checks.run_checks() if message.id and message.id.startswith("reports.")]
    assert found == []


@pytest.mark.parametrize(
    ("law", "name", "value"),
    [
        (laws.path_is_answered_first, "MIDDLEWARE", ["django.middleware.security.SecurityMiddleware", laws.MIDDLEWARE]),
        (laws.vault_has_a_database, "DATABASE_ROUTERS", []),
        (laws.path_is_neutral, "REPORTS_PATH", "lapor"),
        (laws.path_is_neutral, "REPORTS_PATH", "akun"),
        (laws.path_is_neutral, "REPORTS_PATH", "sekolah"),
        (laws.path_is_neutral, "REPORTS_PATH", "static"),
        (laws.path_is_neutral, "REPORTS_PATH", ""),
        (laws.path_is_neutral, "REPORTS_PATH", "a/b"),
        (laws.path_is_neutral, "REPORTS_PATH", "en"),
    ],
)
def test_each_law_notices(law: object, name: str, value: object, settings: object) -> None:
    setattr(settings, name, value)
    assert [message.id[:9] for message in law()] == ["reports.E"]  # type: ignore[operator]


def test_a_storage_key_beside_its_database_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "reports.sqlite3"}
    held = SimpleNamespace(DATABASES={"reports": database}, REPORTS_STORAGE_KEY_FILE=tmp_path / "storage.key")
    monkeypatch.setattr(laws, "settings", held)
    assert [message.id for message in laws.secrets_lie_apart()] == ["reports.E004"]
    held.REPORTS_STORAGE_KEY_FILE = tmp_path / "keys" / "storage.key"
    assert laws.secrets_lie_apart() == []


def test_what_others_may_read_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private = [tmp_path / name for name in ("keys", "db", "run/reports")]
    for folder in private:
        folder.mkdir(parents=True, mode=0o700)
    names = (
        "keys/storage.key",
        "keys/reports-units.pins",
        "db/reports.sqlite3",
        "db/reports.sqlite3-wal",
        "db/reports.sqlite3-shm",
        "run/reports/day-keys",
    )
    for name in names:
        (tmp_path / name).touch(mode=0o600)
        private.append(tmp_path / name)
    database = {"ENGINE": "content.reports.vault.sqlite", "NAME": tmp_path / "db" / "reports.sqlite3"}
    held = SimpleNamespace(
        DATABASES={"reports": database}, REPORTS_STORAGE_KEY_FILE=tmp_path / "keys" / "storage.key", VAR_DIR=tmp_path
    )
    monkeypatch.setattr(laws, "settings", held)
    monkeypatch.setattr(laws.installation, "settings", held)
    assert laws.secrets_are_private() == []
    for path in private:
        for bit in (0o040, 0o004, 0o020, 0o002, 0o010):
            path.chmod(path.stat().st_mode | bit)
            (message,) = laws.secrets_are_private()
            assert (message.id, str(path) in message.msg) == ("reports.W001", True)
            path.chmod(path.stat().st_mode & ~bit)
