"""The laws of the planner (DECISIONS 55, 56) over every combination of answers, and the judged personas."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from content.guides import plan_checks, plan_rules


class Command(BaseCommand):
    help = "Check the planner: its rules, every combination of answers, and the personas that people have judged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", action="store_true", help="Check the seed files instead of the database.")

    def handle(self, *args: Any, seed: bool, **options: Any) -> None:
        rows = plan_rules.seed_rows() if seed else plan_rules.rows_of_database().rows
        made = plan_rules.book(rows, timezone.localdate())
        if not made.rules:
            raise CommandError("There are no rules: run `manage.py load_reference`.")
        with translation.override("en"):
            found = plan_checks.examine(made)
        explored = found.exploration
        self.stdout.write(f"{len(made.rules)} rules, {len(made.ways)} ways, {len(made.steps)} steps")
        self.stdout.write(f"{explored.combinations} combinations in {found.seconds:.1f} seconds")
        for kind, times in sorted(explored.outcomes.items()):
            self.stdout.write(f"  {kind}: {times}")
        for verdict in found.verdicts:
            for line in verdict.differences:
                self.stdout.write(f"  {verdict.id}: {line}")
        self.stdout.write(json.dumps(found.score))
        with translation.override("en"):
            sentences = [plan_checks.sentence(problem) for problem in found.problems]
        if sentences or any(verdict.differences for verdict in found.verdicts):
            raise CommandError("\n".join(sentences) or "Personas get another plan than people judged right.")
