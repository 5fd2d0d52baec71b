"""What an app would show now for the accounts of the practice desk, for whoever tries the desk without one."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management.base import BaseCommand, CommandError

from accounts.services import desk_of_demo
from content.reports.vault import practice

_SECONDS = 30


class Command(BaseCommand):
    help = (
        "Print the codes of the moment for the accounts of the practice desk. They are no secret: nor are their keys."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not practice.has_desk():
            raise CommandError("There is no practice desk: run `manage.py demo`.")
        now = int(time.time()) // _SECONDS
        for email, worker in zip(desk_of_demo(), practice.WORKERS, strict=True):
            self.stdout.write(f"{email:<32} {format_hotp_value(hotp_value(worker.second_factor, now))}")
