"""Listings as a file that ``import_jobs`` reads again without changing anything."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.jobs import exporters
from content.jobs.models import JobListing
from content.jobs.sheets import Format


class Command(BaseCommand):
    help = "Write the job listings to a file: CSV, XLSX or JSON with the columns of an import, status and code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, required=True, help="The file to write.")
        parser.add_argument("--format", choices=list(Format), help="Else the ending of the file says it.")
        parser.add_argument(
            "--status",
            action="append",
            choices=JobListing.Status.values,
            help="Only listings in this state; repeatable.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["output"]
        ending = options["format"] or path.suffix.lower().removeprefix(".")
        if ending not in list(Format):
            raise CommandError("Name the format: --format csv, xlsx or json.")
        listings = JobListing.objects.order_by("agency__licence_number", "reference")
        if options["status"]:
            listings = listings.filter(status__in=options["status"])
        try:
            with path.open("wb") as file:
                for piece in exporters.export(listings, Format(ending)):
                    file.write(piece)
        except OSError as error:
            raise CommandError(str(error)) from None
        count = listings.count()
        self.stdout.write(f"{count} listing{'' if count == 1 else 's'} written to {path}.")
