from __future__ import annotations

from statistics import fmean
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.reports.vault import early_warning


class Command(BaseCommand):
    help = "Simulate the early warning where nothing happens: how many false signals a year to expect. Reads and writes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cells", type=int, default=126, help="Districts times ways (default 126).")
        parser.add_argument("--mean", type=float, default=1.0, help="Reports a week in each (default 1).")
        parser.add_argument("--years", type=int, default=20, help="Years to simulate (default 20).")
        parser.add_argument("--seed", type=int, default=1, help="The same seed gives the same answer.")

    def handle(self, *args: Any, **options: Any) -> None:
        cells, mean, years = options["cells"], options["mean"], options["years"]
        if cells < 1 or years < 1 or not 0 < mean <= 50:
            raise CommandError("At least one cell and one year, and a mean above 0 and up to 50.")
        counts = early_warning.false_signals(cells, mean, years, options["seed"])
        self.stdout.write(
            f"{cells} cells, {mean:g} reports a week in each, {years} years: "
            f"{fmean(counts):.1f} false signals a year (from {min(counts)} to {max(counts)})"
        )
