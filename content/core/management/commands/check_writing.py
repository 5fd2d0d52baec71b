"""The words of every public page: plain Indonesian, no words to avoid, no bare numbers."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from content.core.writing import registers, selectors
from content.core.writing.pages import public_pages
from content.registers import figures

# Of a hundred Indonesian pages, so many at least are plain.
PLAIN_PAGES = 95


class Command(BaseCommand):
    help = (
        "Check the words of every public page: the plain-language measure on Indonesian ones, words to avoid and bare "
        "numbers in every language, in the registers, the planner and the offer check too. Ends with 1 if fewer than "
        f"{PLAIN_PAGES} of a hundred Indonesian pages are plain, or if any word to avoid or bare number stands somewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", help="Only the pages with these slugs, without the registers.")
        parser.add_argument("--json", action="store_true", help="One line of JSON a page, and one for the whole.")

    def handle(self, *args: Any, slugs: list[str], json: bool, **options: Any) -> None:
        with translation.override("en"):
            rows = [*_pages(slugs), *([] if slugs else _registers())]
        if not rows:
            raise CommandError("No public page: run `manage.py load_content`.")
        whole = _whole(rows)
        if json:
            self._write_json(rows, whole)
        else:
            self._write(rows, whole)
        if whole["failed"]:
            raise CommandError("The texts are not as they should be.", returncode=1)

    def _write_json(self, rows: list[dict[str, Any]], whole: dict[str, Any]) -> None:
        for row in [*rows, whole]:
            self.stdout.write(json.dumps(row, ensure_ascii=False))

    def _write(self, rows: list[dict[str, Any]], whole: dict[str, Any]) -> None:
        for row in rows:
            if "mean" in row:
                state = "plain" if row["plain"] else "not plain"
                self.stdout.write(
                    f"{row['page']} ({row['language']}): {state}, {row['words']} words, {row['mean']} a sentence, "
                    f"{row['rare']} of a hundred rare"
                )
            elif row["hints"]:
                self.stdout.write(f"{row['page']} ({row['language']})")
            for hint in row["hints"]:
                self.stdout.write(f"  {hint['says']}")
        self.stdout.write(
            f"{whole['plain']} of {whole['measured']} Indonesian pages are plain; {whole['pages']} texts looked at: "
            f"{whole['avoided']} words to avoid, {whole['digits']} bare numbers."
        )


def _row(page: str, language: str, hints: list[selectors.Hint], **more: Any) -> dict[str, Any]:
    return {
        "page": page,
        "language": language,
        **more,
        "hints": [{"kind": hint.kind, "says": hint.says} for hint in hints],
    }


def _pages(slugs: list[str]) -> Iterator[dict[str, Any]]:
    for page in public_pages(slugs):
        language = selectors.language_of(page)
        found = [hint for hint in selectors.hints(page) if hint.kind != selectors.PARITY]
        more: dict[str, Any] = {}
        if language == selectors.MEASURED:
            report = selectors.measured(page)
            more = {
                "plain": report.passes,
                "words": report.words,
                "mean": round(report.mean, 1),
                "rare": round(report.rare_share, 1),
            }
        yield _row(page.slug, language, found, **more)


def _registers() -> Iterator[dict[str, Any]]:
    for text in registers.texts():
        found = selectors.avoided_in([text.words], text.language)
        found += [] if text.figures else selectors.bare_hints(figures.bare_in([text.words]))
        if found:
            yield _row(text.place, text.language, found)


def _whole(rows: list[dict[str, Any]]) -> dict[str, Any]:
    measured = [row for row in rows if "plain" in row]
    plain = sum(row["plain"] for row in measured)
    kinds = [hint["kind"] for row in rows for hint in row["hints"]]
    avoided, bare = kinds.count(selectors.AVOIDED), kinds.count(selectors.DIGITS)
    return {
        "pages": len(rows),
        "measured": len(measured),
        "plain": plain,
        "avoided": avoided,
        "digits": bare,
        "failed": bool(avoided or bare or plain * 100 < len(measured) * PLAIN_PAGES),
    }
