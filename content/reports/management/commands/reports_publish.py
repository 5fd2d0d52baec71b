from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.reports import publishing


class Command(BaseCommand):
    help = "Publish the figures of a quarter. Once: what is out stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quarter", metavar="2026-Q3", help="Default: the last one that may be published.")
        parser.add_argument("--dry-run", action="store_true", help="Show what would be published; change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        quarter = options["quarter"] or publishing.newest()
        try:
            if options["dry_run"]:
                held = publishing.figures(quarter)
                shown = {"quarter": quarter, "figures": held.figures, "account": held.account}
                self.stdout.write(json.dumps(shown, indent=1, ensure_ascii=False))
                return
            publishing.publish(quarter)
        except publishing.NotPublished as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{quarter} is public: /id/angka/{quarter}/")
