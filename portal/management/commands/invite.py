"""Invite a member of staff: the first administrator of a new installation comes in this way."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.permissions import BY_CODE
from accounts.services import invite, sync_roles


class Command(BaseCommand):
    help = "Make an account without a password, give it a role and mail a link to choose the password (EMAIL_URL)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=sorted(BY_CODE))

    def handle(self, *args: Any, **options: Any) -> None:
        sync_roles()
        try:
            user = invite(options["email"], options["role"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"An invitation was sent to {user.email} ({BY_CODE[options['role']].group}).")
