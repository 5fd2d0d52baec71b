"""The doctor reads the installed units of systemd: those that `manage.py deployment` writes are green, shortened ones are named."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portal import supervision


@pytest.fixture
def installed(tmp_path: Path, settings: Any) -> Path:
    """The files as they are written, and the timers as ``systemctl enable`` leaves them."""
    settings.BASE_URL, settings.VAR_DIR = "https://lentera.contoh.go.id", Path("/var/lib/lentera")
    written(tmp_path)
    (tmp_path / "timers.target.wants").mkdir()
    for timer in tmp_path.glob("*.timer"):
        (tmp_path / "timers.target.wants" / timer.name).symlink_to(timer)
    return tmp_path


def written(folder: Path) -> str:
    """What the unit of the reports says."""
    call_command("deployment", folder, certificate="/c.pem", certificate_key="/k.pem", stdout=io.StringIO())
    return (folder / "lentera-reports.service").read_text()


def test_what_is_written_is_green(installed: Path) -> None:
    findings = supervision.examine([installed])
    assert len(findings) == 7
    assert [finding for finding in findings if not finding.ok] == []


def test_in_a_container_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "nginx.service").write_text("[Service]\n")
    assert supervision.examine([tmp_path]) == []


def _without_dumps(folder: Path) -> None:
    unit = folder / "lentera.service"
    unit.write_text(unit.read_text().replace("LimitCORE=0", "# LimitCORE=0"))


def _dropped_in(folder: Path) -> None:
    (folder / "lentera-reports.service.d").mkdir()
    (folder / "lentera-reports.service.d" / "more.conf").write_text("[Service]\nMemorySwapMax=infinity\n")


def _open_to_all(folder: Path) -> None:
    unit = folder / "lentera-reports.service"
    unit.write_text(unit.read_text().replace("IPAddressDeny=any\n", ""))


WAYS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a line less": (_without_dumps, "unit lentera.service", "LimitCORE=0"),
    "a drop-in": (_dropped_in, "unit lentera-reports.service", "MemorySwapMax=0"),
    "no night": (
        lambda folder: (folder / "lentera-night.service").unlink(),
        "unit lentera-night.service",
        "UMask=0077",
    ),
    "no timer": (
        lambda folder: (folder / "timers.target.wants" / "lentera-backup.timer").unlink(),
        "unit lentera-backup.timer",
        "systemctl enable --now lentera-backup.timer",
    ),
    "no mount": (
        lambda folder: (folder / "var-lib-lentera-run.mount").unlink(),
        "unit of the run directory",
        "var-lib-lentera-run.mount",
    ),
}


def test_what_systemctl_has_set_for_a_service_counts(installed: Path) -> None:
    """As ``systemctl set-property`` writes it."""
    control = installed / "control"
    (control / "lentera.service.d").mkdir(parents=True)
    (control / "lentera.service.d" / "50-MemorySwapMax.conf").write_text("[Service]\nMemorySwapMax=1G\n")
    (red,) = [finding for finding in supervision.examine([installed, control]) if not finding.ok]
    assert "MemorySwapMax=0" in red.advice


def test_other_words_for_as_much_are_as_good(installed: Path) -> None:
    unit = installed / "lentera.service"
    text = unit.read_text().replace("NoNewPrivileges=yes", "NoNewPrivileges = true")
    unit.write_text(
        text.replace("Restart=on-failure", "Restart=always").replace("LogLevelMax=warning", "LogLevelMax=err")
    )
    assert [finding for finding in supervision.examine([installed]) if not finding.ok] == []


@pytest.mark.parametrize("way", WAYS)
def test_what_is_missing_is_named(installed: Path, way: str) -> None:
    spoil, name, advice = WAYS[way]
    spoil(installed)
    (red,) = [finding for finding in supervision.examine([installed]) if not finding.ok]
    assert red.name == name
    assert advice in red.advice


@pytest.mark.parametrize(
    ("host", "cache", "allowed"),
    [
        ("", "", "IPAddressAllow=localhost\n"),
        ("/run/postgresql", "/var/cache", "IPAddressAllow=localhost\n"),
        ("10.0.0.5", "redis://10.0.0.6:6379/1", "IPAddressAllow=localhost 10.0.0.5 10.0.0.6\n"),
        ("db", "", None),
    ],
)
def test_the_service_of_the_reports_reaches_its_databases_and_nobody_else(
    installed: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, host: str, cache: str, allowed: str | None
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", "")
    monkeypatch.setitem(settings.DATABASES["reports"], "HOST", host)
    monkeypatch.setitem(settings.CACHES["default"], "LOCATION", cache)
    unit = written(installed)
    if allowed:
        assert f"IPAddressDeny=any\n{allowed}" in unit
    else:
        assert "IPAddress" not in unit
        assert "is called by a name" in unit
