"""Collect the interface texts of our rooms into the catalogues; ``--check`` fails when a catalogue lags behind."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import catalogues


class Command(BaseCommand):
    help = "Update portal/locale/*/LC_MESSAGES/django.po from Python and templates. Indonesian must be complete."
    requires_system_checks: list = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail when something would change.")

    def handle(self, *args: Any, **options: Any) -> None:
        texts = catalogues.collect(Path(settings.BASE_DIR))
        stale = []
        for language, _name in settings.LANGUAGES:
            if language == "en":
                continue  # the messages are English
            path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
            catalogue = catalogues.update(path, language, texts)
            text = catalogues.text_of(catalogue)
            missing = catalogues.untranslated(catalogue)
            if options["check"]:
                if not path.exists() or path.read_text(encoding="utf-8") != text:
                    stale.append(f"{language}: run `make messages`")
                if language == settings.LANGUAGE_CODE and missing:
                    stale.append(f"{language}: {len(missing)} without translation, for example “{missing[0]}”")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                self.stdout.write(f"{language}: {len(texts)} texts, {len(missing)} without translation")
        if stale:
            raise CommandError("; ".join(stale))
