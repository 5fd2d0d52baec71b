"""What the demonstration needs of this room: a unit for practice, so that the form opens and says that nobody reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from .services import write_snapshots
from .vault import installation, selectors, services

Say = Callable[[str], object]


def demo_key_path() -> Path:
    """Where the private key of the unit for practice is written."""
    return Path(settings.VAR_DIR) / "keys" / "reports-demo.pem"


def load(say: Say) -> None:
    """Set up the vault and the unit for practice where they are missing. What was made is said once."""
    for line in installation.set_up():
        say(line)
    if not selectors.demo_exists():
        path = demo_key_path()
        services.make_demo_unit(path)
        say(f"Unit for practice, its key: {path} (reports_list, reports_open)")
    write_snapshots()


def remove(say: Say) -> None:
    """Delete the unit for practice with its key and every report to it; the form closes."""
    count = services.remove_demo_units()
    demo_key_path().unlink(missing_ok=True)
    say(f"Unit for practice removed, with {count} reports.")
