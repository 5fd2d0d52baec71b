"""From installed code to a site that can be served: the one step after an installation and after every upgrade."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Interface texts", "compile_messages", {}),
    ("Databases", "migrate", {"verbosity": 0}),
    ("Report vault", "migrate", {"verbosity": 0, "database": "reports"}),
    ("Keys of the vault", "reports_setup", {}),
    ("Registers", "load_reference", {}),
    ("Articles, guides, sessions", "load_content", {}),
    ("Files", "collectstatic", {"verbosity": 0, "interactive": False}),
)

# What SQLite, the caches and uploads expect to be there; the vault makes its own.
FOLDERS = ("db", "cache", "media")


class Command(BaseCommand):
    help = (
        "Bring databases, keys, registers, content and files to the state of this version. Can be repeated: what editors"
        " changed stays."
    )
    # The catalogues, which a check asks for, are made here.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in FOLDERS:
            (settings.VAR_DIR / folder).mkdir(parents=True, exist_ok=True)
        for number, (title, command, arguments) in enumerate(STEPS, 1):
            self.stdout.write(f"[{number}/{len(STEPS)}] {title} …")
            self.stdout.flush()
            call_command(command, **arguments, stdout=self.stdout)
        self.stdout.write(f"Everything lies in {settings.VAR_DIR}.")
