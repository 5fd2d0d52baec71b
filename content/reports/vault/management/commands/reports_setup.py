"""Prepare this installation for reports, and the units that read them. Safe to repeat; at a terminal it asks.

Nothing here makes or sees a key of anybody: holders make theirs in their browsers. What this does is what only whoever
has the machine may do: say which accounts sit in a unit, and whose signing key was read out and is to be trusted.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from content.reports.vault import installation, staff, standing
from content.reports.vault.models import Holder, Seat, Unit
from content.reports.vault.rosters import Member

INBOX = "/akun/laporan/"


class Command(BaseCommand):
    help = "Make storage key and salt where they are missing; make a unit, give seats, trust the holders who begin it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", metavar="CODE", help="Short name of the unit, such as kab-cilacap.")
        parser.add_argument("--name", help="Name as reporters read it; makes the unit.")
        parser.add_argument("--region", default="", help="Code of its province or regency; empty: every place.")
        parser.add_argument("--parent", metavar="CODE", help="The unit above it.")
        parser.add_argument("--seat", action="append", default=[], metavar="EMAIL", help="Account that works there.")
        parser.add_argument("--unseat", action="append", default=[], metavar="EMAIL", help="Close its pages at once.")
        parser.add_argument("--trust", action="append", default=[], metavar="FINGERPRINT", help="As it was read out.")
        parser.add_argument("--distrust", action="append", default=[], metavar="FINGERPRINT", help="Take that back.")
        parser.add_argument("--no-input", action="store_true", help="Ask nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = installation.set_up()
        except installation.NotSetUp as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(made) if made else "The vault was set up already.")
        asks = sys.stdin.isatty() and not options["no_input"]
        code = options["unit"] or (self._ask("Unit to make or change (short name, empty: none)") if asks else "")
        if not code:
            return
        try:
            unit = Unit.objects.filter(code=code).first() or self._make(code, options, asks)
            for email in options["seat"] or (self._emails() if asks else []):
                staff.give_seat(unit, _user(email))
                self.stdout.write(f"{email} has a seat in {unit.code}: they make their key at {INBOX}")
            for email in options["unseat"]:
                staff.take_seat(unit, _user(email))
                self.stdout.write(f"{email} sees the pages of {unit.code} no more.")
            self._trust(unit, options, asks)
        except staff.Refused as error:
            raise CommandError(str(error)) from error
        self._say_how_it_stands(unit)

    def _make(self, code: str, options: dict[str, Any], asks: bool) -> Unit:
        name = options["name"] or (self._ask("Name as reporters read it") if asks else "")
        if not name:
            raise CommandError(f"There is no unit {code}. Give --name to make it.")
        region = options["region"] or (
            self._ask("Code of its province or regency (empty: every place)") if asks else ""
        )
        above = options["parent"] or (self._ask("Short name of the unit above it (empty: none)") if asks else "")
        parent = Unit.objects.filter(code=above).first() if above else None
        if above and parent is None:
            raise CommandError(f"There is no unit {above}.")
        unit = staff.make_unit(code, name, region, parent)
        self.stdout.write(f"Unit {unit.code} made: {unit.name}")
        return unit

    def _emails(self) -> list[str]:
        return self._ask("E-mail addresses that work there (with spaces between, empty: as it is)").split()

    def _trust(self, unit: Unit, options: dict[str, Any], asks: bool) -> None:
        held = _by_fingerprint(_holders(unit))
        for fingerprint in map(_spaced, options["trust"]):
            if fingerprint not in held:
                raise CommandError(f"Nobody with a seat in {unit.code} has the key {fingerprint}.")
            staff.trust(unit, held[fingerprint])
        # Whoever has left has no seat any more.
        ever = _by_fingerprint(Holder.objects.all()) if options["distrust"] else {}
        for fingerprint in map(_spaced, options["distrust"]):
            if fingerprint not in ever:
                raise CommandError(f"No holder has ever had the key {fingerprint}.")
            staff.distrust(unit, ever[fingerprint])
        if not asks or standing.roster_of(unit.pk) is not None:
            return
        for fingerprint, member in held.items():
            if not installation.founders_among(unit.pk, [member]):
                self.stdout.write(f"\nKey of a holder: {fingerprint}")
                if self._ask("Call her and let her read hers out. Equal? Type yes") == "yes":
                    staff.trust(unit, member)

    def _say_how_it_stands(self, unit: Unit) -> None:
        for h in _holders(unit):
            trusted = " (trusted)" if installation.founders_among(unit.pk, [h.member]) else ""
            self.stdout.write(f"Key {h.member.fingerprint}{trusted}")
        held = standing.standing_of(unit.pk)
        if held.roster is None:
            self.stdout.write(
                f"{unit.code} does not receive yet: two holders make keys at {INBOX}, are trusted here, and sign there."
            )
        else:
            self.stdout.write(f"{unit.code}: epoch {held.roster.epoch}, {held.live} live holders. {held.fault}".strip())

    def _ask(self, question: str) -> str:
        return input(f"{question}: ").strip()


def _holders(unit: Unit) -> list[Holder]:
    users = list(Seat.objects.filter(unit=unit).values_list("user", flat=True))
    return list(Holder.objects.filter(user__in=users, left_on=None))


def _by_fingerprint(holders: Iterable[Holder]) -> dict[str, Member]:
    return {held.member.fingerprint: held.member for held in holders}


def _spaced(fingerprint: str) -> str:
    return " ".join(fingerprint.split())


def _user(email: str) -> int:
    user = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no account {email}. Run `manage.py invite {email} --role case_worker`.")
    return user.pk
