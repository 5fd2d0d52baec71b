"""Pages and their translations from the seed files of every room (DECISIONS 20, 21)."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from content.core import seeding


class Command(BaseCommand):
    help = "Load pages and translations from content/*/seed. Can be repeated; editors' changes stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Check and count everything, write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.dry_run = options["dry_run"]
        logging.disable(logging.INFO)  # Wagtail logs each page it publishes
        try:
            plan = seeding.read()
            translated = seeding.check(plan)
            with transaction.atomic() if self.dry_run else nullcontext():
                loaded = seeding.load(plan, translated, self.progress)
                if self.dry_run:
                    transaction.set_rollback(True)
        except seeding.SeedError as error:
            raise CommandError("\n".join(["The pages were not loaded:", *error.problems])) from None
        finally:
            logging.disable(logging.NOTSET)
        for line in loaded.lines():
            self.stdout.write(f"  {line}")
        if self.dry_run:
            self.stdout.write("Nothing was written (--dry-run).")

    def progress(self, what: str, done: int, total: int) -> None:
        """One line that counts up in a terminal; elsewhere a line at every tenth."""
        if sys.stdout.isatty():
            self.stdout.write(f"\r  {what} {done}/{total}", ending="\n" if done == total else "")
            self.stdout.flush()
        elif done % 10 == 0 or done == total:
            self.stdout.write(f"  {what} {done}/{total}")
