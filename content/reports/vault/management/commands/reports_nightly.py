"""The night of the reports: terms, deletion, escalation, the daily message. A timer runs it at a fixed hour."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.reports.vault import nightly


class Command(BaseCommand):
    help = (
        "Delete what has had its term, announce what ends, tell the unit above of one that does not read, send the daily "
        "message. Safe to run twice; a missed night is caught up. Fails where a part failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--after-long-pause",
            action="store_true",
            help="Somebody has looked: many nights were missed, and the clock is right. Never in a timer.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        night = nightly.plan() if options["dry_run"] else nightly.work(after_long_pause=options["after_long_pause"])
        for line in night.lines:
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")
        if night.failed:
            raise CommandError("Failed: " + "; ".join(night.failed))
