"""One command from nothing to a portal with demo content (DECISIONS 20, 21): idempotent, with progress."""

from __future__ import annotations

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

STEPS = (
    ("Everything that a site needs", "prepare"),
    ("Examples", "load_examples"),
    ("Search", "rebuild_search_index"),
)


class Command(BaseCommand):
    help = "Prepare the site and load everything the demonstration shows. Can be repeated; editors' changes stay."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        for number, (title, command) in enumerate(STEPS, 1):
            self.stdout.write(f"{number} of {len(STEPS)}: {title}")
            self.stdout.flush()
            call_command(command, stdout=self.stdout)
        self.stdout.write(f"Ready after {time.monotonic() - started:.0f} s.")
