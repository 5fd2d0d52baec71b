"""Make the unit for practice: it answers for every place, and the form says that nobody reads."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.reports.vault import installation, keys, services


class Command(BaseCommand):
    help = "Create the unit for practice, write its private key to a new file, and open the form for practice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--key-out", type=Path, required=True, metavar="PATH", help="New file, mode 0400.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in installation.set_up():
                self.stdout.write(line)
            key = services.make_demo_unit(options["key_out"])
        except (FileExistsError, installation.NotSetUp) as error:
            raise CommandError(str(error)) from error
        public = keys.load_public(bytes(key.public_key))
        self.stdout.write(f"Unit for practice: {key.unit.code}, key in {options['key_out']}")
        self.stdout.write(f"Fingerprint: {keys.fingerprint(public)}")
