"""Offers from a file of JSON lines, each with the red flags it raises.

Guarantees: one line of JSON for each good line, in order; a bad line is named by its number on the error output and
ends the run with exit code 1, never before the last line. Nothing is stored. Without a database that holds rules those
of the seed file are used.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from content.jobs import offer_rules, offers

# A longer line is not read into memory.
MAX_LINE = 1_000_000


class BadLine(Exception):
    """What is wrong with a line, in words."""


class Command(BaseCommand):
    help = (
        'Check offers: JSON lines {"id", "text"} in, {"id", "flags", "reasons"} out, the gravest flag first. '
        f"The first {offers.MAX_TEXT:,} characters of a text are read; “cut” says that there were more. "
        "Lines with “flags” or “label” are counted at the end."
    )
    # Works before there is a database.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="A file in UTF-8, or - for the standard input.")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            with sys.stdin.buffer if file == "-" else Path(file).open("rb") as lines:
                bad = self._check(lines, _rulebook())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or error}") from None
        if bad:
            raise CommandError(f"{bad} lines could not be read.", returncode=1)

    def _check(self, lines: BinaryIO, book: offers.Rulebook) -> int:
        totals: Counter[str] = Counter()
        bad = 0
        for number, line in _numbered(lines):
            try:
                row = _row(line)
            except BadLine as error:
                bad += 1
                self.stderr.write(f"Line {number}: {error}")
                continue
            verdict = offers.check(row["text"], book)
            reasons = [raised.reason("id") for raised in verdict.raised]
            cut = {"cut": True} if len(row["text"]) > offers.MAX_TEXT else {}
            self.stdout.write(json.dumps({"id": row["id"], "flags": list(verdict.flags), "reasons": reasons, **cut}))
            _count(totals, row, set(verdict.flags))
        if totals:
            self.stdout.write(json.dumps({"totals": dict(totals)}))
        return bad


def _rulebook() -> offers.Rulebook:
    try:
        return offer_rules.in_use().book
    except (DatabaseError, OSError):
        return offer_rules.from_seed()


def _numbered(lines: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Every line that is not empty, with its number; None for one that is too long."""
    number = 0
    while line := lines.readline(MAX_LINE):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := lines.readline(MAX_LINE)):
            line = b""  # longer than we hold
        if not line:
            yield number, None
        elif line.strip():
            yield number, line


def _row(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise BadLine("longer than a megabyte")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLine("not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLine("not JSON") from None
    if not isinstance(row, dict):
        raise BadLine("not an object")
    if not isinstance(row.get("id"), str | int) or isinstance(row["id"], bool):
        raise BadLine("no “id”")
    if not isinstance(row.get("text"), str):
        raise BadLine("no “text”")
    flags = row.get("flags", [])
    if not isinstance(flags, list) or not all(isinstance(flag, str) for flag in flags):
        raise BadLine("“flags” is no list of codes")
    if row.get("label", "bad") not in ("bad", "legal"):
        raise BadLine("“label” is neither “bad” nor “legal”")
    return row


def _count(totals: Counter[str], row: dict[str, Any], raised: set[str]) -> None:
    """Compare with the judgement that a line carries: “label”, else whether it has flags of its own."""
    if "label" not in row and "flags" not in row:
        return
    own = set(row.get("flags", []))
    label = row.get("label") or ("bad" if own else "legal")
    totals[label] += 1
    if label == "legal":
        totals["legal without a flag"] += not raised
    else:
        totals["bad with a flag"] += bool(raised)
        totals["bad with the right reason"] += bool(raised & own) if own else bool(raised)
