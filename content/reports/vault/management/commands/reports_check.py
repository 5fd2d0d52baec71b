"""The doctor of the reports: looks at machine, keys, units and scripts, and says what to do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.reports.vault import examination


class Command(BaseCommand):
    help = "Look at everything that reports need and name what is wrong and what to do. Fails where anything is red."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examination.examine()
        for finding in findings:
            mark = self.style.ERROR("red") if finding.advice else self.style.SUCCESS("ok ")
            self.stdout.write(f"{mark} {finding.name}{f': {finding.advice}' if finding.advice else ''}")
        red = sum(1 for finding in findings if finding.advice)
        if red:
            raise CommandError(f"{red} of {len(findings)} are red.")
