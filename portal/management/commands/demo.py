"""One command from nothing to a portal with demo content (DECISIONS 20, 21): idempotent, with progress."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

STEPS = (
    ("Databases", "migrate", {"verbosity": 0}),
    ("Report vault", "migrate", {"verbosity": 0, "database": "reports"}),
    ("Registers", "load_reference", {}),
    ("Articles, guides, sessions", "load_content", {}),
    ("Examples", "load_examples", {}),
    ("Search", "rebuild_search_index", {}),
    ("Files", "collectstatic", {"verbosity": 0, "interactive": False}),
)


class Command(BaseCommand):
    help = "Prepare databases and load everything the demonstration shows. Can be repeated; editors' changes stay."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        for number, (title, command, arguments) in enumerate(STEPS, 1):
            self.stdout.write(f"[{number}/{len(STEPS)}] {title} …")
            self.stdout.flush()
            call_command(command, **arguments, stdout=self.stdout)
        self.stdout.write(f"Ready after {time.monotonic() - started:.0f} s. Everything lies in {settings.VAR_DIR}.")
