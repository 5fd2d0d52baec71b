"""Compile the catalogues with polib: set-up needs no gettext tools (DECISIONS 23)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile the catalogues of LOCALE_PATHS. Run by every make target; quick when nothing changed."
    requires_system_checks: list = []

    def handle(self, *args: Any, **options: Any) -> None:
        compiled = 0
        for source in (po for path in settings.LOCALE_PATHS for po in sorted(Path(path).glob("*/LC_MESSAGES/*.po"))):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            # Two processes may compile at once: each writes its own file and renames it.
            part = target.with_suffix(f".{id(self)}.part")
            polib.pofile(str(source)).save_as_mofile(str(part))
            part.replace(target)
            compiled += 1
        if compiled and options["verbosity"]:
            self.stdout.write(f"Compiled {compiled} catalogue(s).")
