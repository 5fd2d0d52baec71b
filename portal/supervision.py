"""The units of systemd as they are installed (check_site): a file that somebody shortened still starts, and protects less.

What the shipped files say about memory, files, rights and the network must be in the installed ones, drop-ins included; the timers
of the night and the backup must be enabled. Where nothing of ours is installed (a container), there is nothing to look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from . import deployment
from .doctor import Finding

# Where units are put, and where else `systemctl` adds to them.
INSTALLED = (Path("/etc/systemd/system"), Path("/etc/systemd/system.control"), Path("/run/systemd/system"))
# What a unit may lose without failing to start.
KEPT = (
    *("UMask", "MemorySwapMax", "LimitCORE", "PrivateTmp", "ProtectSystem", "ProtectHome", "NoNewPrivileges"),
    *("LogLevelMax", "Restart", "IPAddressDeny", "IPAddressAllow"),
)
_YES = ("1", "true", "on")
# Other values that protect as well.
AS_GOOD = {"Restart": ("always",), "LogLevelMax": ("notice", "err", "crit", "alert", "emerg")}


def examine(folders: Sequence[Path] = INSTALLED) -> list[Finding]:
    """Each shipped unit as it lies in the first of ``folders``, with what all of them add; nothing where none does."""
    machine = deployment.Machine(
        base_url=settings.BASE_URL, certificate="", certificate_key="", var_dir=str(settings.VAR_DIR)
    )
    shipped, folder = deployment.files(machine), folders[0]
    services, timers = ([name for name in shipped if name.endswith(kind)] for kind in (".service", ".timer"))
    if not any((folder / name).exists() for name in [*services, *timers]):
        return []
    found = [_service(name, shipped[name], folders) for name in services]
    return [*found, *(_timer(name, folder) for name in timers), _run_directory(folder)]


def _service(name: str, shipped: str, folders: Sequence[Path]) -> Finding:
    got: dict[str, str] = {}
    for part in [folders[0] / name, *sorted(part for folder in folders for part in folder.glob(f"{name}.d/*.conf"))]:
        got |= _values(part.read_text(encoding="utf-8")) if part.exists() else {}
    apart = ", ".join(
        f"{key}={value}"
        for key, value in _values(shipped).items()
        if key in KEPT and got.get(key) not in (value, *AS_GOOD.get(key, ()))
    )
    advice = f"it must say {apart}: write it with `manage.py deployment`, then `systemctl daemon-reload`"
    return Finding(f"unit {name}", advice if apart else "")


def _values(unit: str) -> dict[str, str]:
    """Of each name the last value, which is the one that holds (systemd.unit)."""
    lines = [line.strip() for line in unit.splitlines()]
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith(("#", ";")))
    return {name.strip(): "yes" if value.strip() in _YES else value.strip() for name, value in pairs}


def _timer(name: str, folder: Path) -> Finding:
    enabled = (folder / "timers.target.wants" / name).exists()
    return Finding(f"unit {name}", "" if enabled else f"run `systemctl enable --now {name}`")


def _run_directory(folder: Path) -> Finding:
    """Day keys must lie in memory before the services start."""
    name = f"{deployment.mount_name(f'{settings.VAR_DIR}/run')}.mount"
    advice = f"install {name}, which `manage.py deployment` writes"
    return Finding("unit of the run directory", "" if (folder / name).exists() else advice)
