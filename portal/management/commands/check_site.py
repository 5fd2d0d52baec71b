"""The doctor: looks at the site and says what to do. ``--official`` also asks for what an official site must be."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import doctor, outside, supervision


class Command(BaseCommand):
    help = (
        "Look at the site and name what is wrong and what to do. With --official also examine what an official site"
        " must be; when everything holds, the site calls itself official."
    )
    # The doctor runs the checks itself and reports them beside the rest.
    requires_system_checks: list = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--official", action="store_true", help="Examine and, if all holds, store the official state."
        )
        parser.add_argument(
            "--outside", metavar="URL", help="Also ask the site at this address, as a reader's phone does."
        )
        parser.add_argument(
            "--logs", nargs="*", type=Path, default=[], help="Folders of logs that must not tell afterwards who asked."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        findings = [*doctor.examine(), *supervision.examine()]
        # A site that asks to be official is held to it every time: a call that lapses turns the doctor red.
        if options["official"] or doctor.asks_to_be_official():
            findings += doctor.examine_official()
        if options["outside"]:
            findings += outside.examine(outside.Site(options["outside"]), options["logs"])
        for finding in findings:
            mark = self.style.SUCCESS("ok ") if finding.ok else self.style.ERROR("red")
            self.stdout.write(f"{mark} {finding.name}{'' if finding.ok else f': {finding.advice}'}")
        red = sum(1 for finding in findings if not finding.ok)
        if red:
            raise CommandError(f"{red} of {len(findings)} are red.")
        if options["official"]:
            doctor.certify()
            self.stdout.write("Everything holds: the site now calls itself official.")
