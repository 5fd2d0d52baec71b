"""Numbers, phones, money, dates and links: the same in Indonesian and in each complete language."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from content.core.writing import parity, registers, selectors
from content.core.writing.pages import public_pages, translated_pages
from content.registers import tokens

Row = dict[str, Any]


class Command(BaseCommand):
    help = (
        "Compare what every public Indonesian page and its translation name: numbers, phones, money, dates and links, "
        "and the texts of the registers. Ends with 1 if anything differs or a page of a complete language is missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        complete = [code for code in settings.COMPLETE_LANGUAGES if code != settings.LANGUAGE_CODE]
        parser.add_argument("slugs", nargs="*", help="Only the pages with these slugs, without the registers.")
        parser.add_argument("--language", action="append", choices=others, help=f"Default: {', '.join(complete)}.")
        parser.add_argument("--json", action="store_true", help="One line of JSON a difference, and one for the whole.")

    def handle(self, *args: Any, slugs: list[str], language: list[str] | None, json: bool, **options: Any) -> None:
        wanted = language or [code for code in settings.COMPLETE_LANGUAGES if code != settings.LANGUAGE_CODE]
        counted: Counter[str] = Counter()
        rows: list[Row] = []
        with translation.override("en"):
            for code in wanted:
                rows += _pages(code, slugs, counted)
                if not slugs:
                    rows += _registers(code, counted)
        if not counted["pages"]:
            raise CommandError("No public page: run `manage.py load_content`.")
        apart = {row["page"] for row in rows}
        whole = {"pages": counted["pages"], "texts": counted["texts"], "differences": len(rows), "apart": len(apart)}
        self._write(rows, whole, json)
        if rows:
            raise CommandError("The languages do not say the same.", returncode=1)

    def _write(self, rows: list[Row], whole: Row, as_json: bool) -> None:
        if as_json:
            for row in [*rows, whole]:
                self.stdout.write(json.dumps(row, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(
                f"{row['page']} ({row['language']}), {row['kind']}: {row['source'] or '–'} / {row['translation'] or '–'}"
                f"  “{row['text'][:100]}”"
            )
        self.stdout.write(
            f"{whole['pages']} pages and {whole['texts']} texts of the registers compared: "
            f"{whole['differences']} {'difference' if whole['differences'] == 1 else 'differences'}."
        )


def _pages(language: str, slugs: list[str], counted: Counter[str]) -> Iterator[Row]:
    translated = translated_pages(language)
    for source in public_pages(slugs, settings.LANGUAGE_CODE):
        page = translated.get(source.translation_key)
        if page is None:
            if language in settings.COMPLETE_LANGUAGES:
                counted["pages"] += 1
                yield _row(source.slug, language, "page", "there", "missing", source.title)
            continue
        counted["pages"] += 1
        for one in selectors.parted(source, page):
            yield _row(source.slug, language, one.difference.kind, one.difference.ours, one.difference.theirs, one.text)


def _registers(language: str, counted: Counter[str]) -> Iterator[Row]:
    for ours, theirs in registers.pairs(settings.LANGUAGE_CODE, language):
        counted["texts"] += 1
        languages = (ours.language, theirs.language)
        for one in parity.differences(ours.words, theirs.words, languages, words=tokens.plain):
            yield _row(ours.place, language, one.kind, one.ours, one.theirs, theirs.words)


def _row(page: str, language: str, kind: str, source: str, translation: str, text: str) -> Row:
    return {
        "page": page,
        "language": language,
        "kind": kind,
        "source": source,
        "translation": translation,
        "text": text,
    }
