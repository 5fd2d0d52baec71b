"""Plans for the answers in a file of JSON lines.

Guarantees: one line of JSON for each good line, in order; a bad line is named by its number on the error output and ends
the run with exit code 1, never before the last line. Nothing is stored. Without a database that holds rules those of the
seed files are used.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from content.guides import plan_lines, plan_rules, planning
from content.guides.planning import Book


class Command(BaseCommand):
    help = (
        'Plan: JSON lines of answers in, {"id", "outcome", "documents", "steps", "warnings", "open_questions"} out. '
        "The age is the one at departure. What is left out, null or “unknown” is not known."
    )
    # Works before there is a database.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="A file in UTF-8, or - for the standard input.")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            with sys.stdin.buffer if file == "-" else Path(file).open("rb") as lines:
                bad = self._plan(lines, _book())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or error}") from None
        if bad:
            raise CommandError(f"{bad} lines could not be read.", returncode=1)

    def _plan(self, lines: BinaryIO, book: Book) -> int:
        bad = 0
        for number, line in plan_lines.lines_of(lines):
            try:
                row = plan_lines.row_of(line)
                answers = plan_lines.answers_of(row, book)
            except plan_lines.BadLine as error:
                bad += 1
                self.stderr.write(f"Line {number}: {error}")
                continue
            outcome = planning.plan(answers, book)
            self.stdout.write(json.dumps(plan_lines.line_of(row["id"], answers, outcome, book)))
        return bad


def _book() -> Book:
    try:
        held = plan_rules.in_use()
    except (DatabaseError, OSError):
        return plan_rules.from_seed()
    return held.book if held.held.rows.rules else plan_rules.from_seed()
