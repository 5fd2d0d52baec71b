"""Listings from a CSV, XLSX or JSON file, or an import taken up again or taken back.

Guarantees: ``--dry-run`` writes nothing; the good rows are written whole, a chunk a transaction; the same file again
changes nothing; what was written under one number can be undone by that number.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.jobs import import_runs, importers
from content.jobs.models import ImportRun

# More rows that only look like another one than anybody reads in a terminal.
WARNINGS = 50


class Command(BaseCommand):
    help = "Import job listings (columns: docs/guides/import.md). Rows that a rule forbids are refused and named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="CSV (UTF-8 or Windows-1252), XLSX or JSON.")
        parser.add_argument("--sheet", default="", help="The sheet of a workbook; the first one if left out.")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="OURS=THEIRS",
            help="Which heading of the file means which of our columns; kept for files with the same headings.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Show what would be done, write nothing.")
        parser.add_argument("--publish", action="store_true", help="Publish new listings at once, not as drafts.")
        parser.add_argument("--refused", type=Path, help="Write the refused rows with their reasons to this file.")
        parser.add_argument("--resume", type=int, metavar="NUMBER", help="Go on with an import that broke off.")
        parser.add_argument("--undo", type=int, metavar="NUMBER", help="Take an import back.")

    def handle(self, *args: Any, **options: Any) -> None:
        if sum(value is not None for value in (options["file"], options["resume"], options["undo"])) != 1:
            raise CommandError("Give a FILE, or --resume NUMBER, or --undo NUMBER.")
        try:
            if options["file"] is not None:
                self._import(options)
            elif options["resume"] is not None:
                self._tell(import_runs.apply(self._run(options["resume"]), self._progress))
            else:
                run = import_runs.undo(self._run(options["undo"]), self._progress)
                self.stdout.write(f"Import {run.pk} undone. Left alone, because edited since: {run.kept}.")
        except import_runs.Busy:
            raise CommandError(
                "This import is being worked on, or there is nothing to do. One that broke off can be taken up a minute after "
                "its last sign of life."
            ) from None

    def _import(self, options: dict[str, Any]) -> None:
        file, sheet, own = options["file"], options["sheet"], _own(options["map"])
        run = None
        try:
            content = file.read_bytes()
            found, _choice, model = import_runs.read(content, file.name, sheet, own)
            if options["dry_run"]:
                preview = importers.preview(found, options["publish"])
            else:
                run, preview = import_runs.prepare(content, file.name, publish=options["publish"], sheet=sheet, own=own)
        except (OSError, importers.Unreadable) as error:
            raise CommandError(str(error)) from None
        if model:
            self.stdout.write(f"Columns as chosen in import {model.pk}.")
        for problem in preview.problems:
            self.stdout.write(f"Row {problem.row}, {problem.column}: {problem.reason}")
        for row, listing, other in preview.warnings[:WARNINGS]:
            self.stdout.write(f"Row {row}: looks like {f'listing {listing}' if listing else f'row {other}'}.")
        if len(preview.warnings) > WARNINGS:
            self.stdout.write(f"{len(preview.warnings) - WARNINGS} more rows look like another one.")
        if options["refused"]:
            refused = importers.refused_file(found, preview.problems)
            options["refused"].write_bytes(b"".join(refused))
        self.stdout.write(
            f"{preview.rows} rows: {preview.new} new, {preview.changed} changed, {preview.unchanged} unchanged, "
            f"{preview.refused} refused, {len(preview.warnings)} like another one."
        )
        if run is None:
            self.stdout.write("Nothing was written (--dry-run).")
        else:
            self._tell(import_runs.apply(run, self._progress))

    @staticmethod
    def _run(number: int) -> ImportRun:
        try:
            return ImportRun.objects.get(pk=number)
        except ImportRun.DoesNotExist:
            raise CommandError(f"There is no import {number}.") from None

    def _progress(self, done: int, total: int) -> None:
        """One line that counts up in a terminal; elsewhere a line for each chunk."""
        if sys.stdout.isatty():
            self.stdout.write(f"\r  {done}/{total}", ending="\n" if done == total else "")
            self.stdout.flush()
        else:
            self.stdout.write(f"  {done}/{total}")

    def _tell(self, run: ImportRun) -> None:
        self.stdout.write(
            f"Import {run.pk} done: {run.created} new, {run.changed} changed, {run.unchanged} unchanged, "
            f"{run.refused} refused. Undo with --undo {run.pk}."
        )


def _own(given: list[str]) -> dict[str, str]:
    """“--map izin=Nomor SIP3MI” as a choice of columns."""
    own = {}
    for pair in given:
        name, equals, heading = pair.partition("=")
        if not equals:
            raise CommandError(f"--map {pair}: write OURS=THEIRS, for example --map izin='Nomor SIP3MI'.")
        own[name.strip()] = heading.strip()
    return own
