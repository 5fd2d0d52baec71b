"""What the demonstration needs of this room: a unit for practice, so that the form opens and says that nobody reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from .services import write_snapshots
from .vault import installation, selectors, services

Progress = Callable[[str, int, int], None]


def demo_key_path() -> Path:
    """Where the private key of the unit for practice is written."""
    return Path(settings.VAR_DIR) / "keys" / "reports-demo.pem"


def load(progress: Progress) -> dict[str, int]:
    """Set up the vault and the unit for practice where they are missing; where its key lies is said once."""
    installation.set_up()
    write_snapshots()
    if selectors.demo_exists():
        return {"unit for practice, there already": 1}
    path = demo_key_path()
    services.make_demo_unit(path)
    return {f"unit for practice, its key in {path}": 1}


def remove(progress: Progress) -> dict[str, int]:
    """Delete the unit for practice with its key and every report to it; the form closes."""
    count = services.remove_demo_units()
    demo_key_path().unlink(missing_ok=True)
    return {"reports of the unit for practice removed": count}
