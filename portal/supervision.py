"""The units of systemd as they are installed (check_site): a file that somebody shortened still starts, and protects less.

What the shipped files say about memory, files and rights must be in the installed ones, drop-ins included; the timers
of the night and the backup must be enabled. Where nothing of ours is installed (a container), there is nothing to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from . import deployment
from .doctor import Finding

INSTALLED = Path("/etc/systemd/system")
# What a unit may lose without failing to start.
KEPT = (
    *("UMask", "MemorySwapMax", "LimitCORE", "PrivateTmp", "ProtectSystem", "ProtectHome", "NoNewPrivileges"),
    *("LogLevelMax", "Restart"),
)


def examine(folder: Path = INSTALLED) -> list[Finding]:
    """Each shipped unit as it lies in ``folder``, which is as systemd reads it; nothing where none of ours does."""
    services, timers = sorted(deployment.FOLDER.glob("*.service")), sorted(deployment.FOLDER.glob("*.timer"))
    if not any((folder / path.name).exists() for path in [*services, *timers]):
        return []
    return [*_services(folder, services), *_timers(folder, timers), _run_directory(folder)]


def _services(folder: Path, shipped: list[Path]) -> Iterator[Finding]:
    for path in shipped:
        wanted = {name: value for name, value in _values(path).items() if name in KEPT}
        got: dict[str, str] = {}
        for part in [folder / path.name, *sorted((folder / f"{path.name}.d").glob("*.conf"))]:
            got |= _values(part) if part.exists() else {}
        apart = ", ".join(f"{name}={value}" for name, value in wanted.items() if got.get(name) != value)
        advice = f"it must say {apart}: write it with `manage.py deployment`, then `systemctl daemon-reload`"
        yield Finding(f"unit {path.name}", advice if apart else "")


def _values(unit: Path) -> dict[str, str]:
    """Of each name the last value, which is the one that holds (systemd.unit)."""
    lines = [line.strip() for line in unit.read_text(encoding="utf-8").splitlines()]
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith(("#", ";")))


def _timers(folder: Path, shipped: list[Path]) -> Iterator[Finding]:
    for path in shipped:
        enabled = (folder / "timers.target.wants" / path.name).exists()
        yield Finding(f"unit {path.name}", "" if enabled else f"run `systemctl enable --now {path.name}`")


def _run_directory(folder: Path) -> Finding:
    """Day keys must lie in memory before the services start."""
    name = f"{deployment.mount_name(f'{settings.VAR_DIR}/run')}.mount"
    advice = f"install {name}, which `manage.py deployment` writes"
    return Finding("unit of the run directory", "" if (folder / name).exists() else advice)
