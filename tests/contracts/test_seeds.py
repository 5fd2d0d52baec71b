"""The seed files that the portal ships with: whole, equal in every language, and every fact in them known."""

from __future__ import annotations

from collections import Counter

import pytest
from django.conf import settings
from wagtail.models import Locale

from content.core import seeding as pages
from content.registers import seeding as registers
from content.registers.models import Channel, RedFlag, Source
from content.registers.seeding import Verdict

REGIONAL = {"jv", "su", "mad", "bjn"}


@pytest.fixture
def reference(new_generations: None, db: None) -> None:
    """Every register as it is shipped."""
    for code, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    registers.load(registers.read())


@pytest.fixture(scope="module")
def plan() -> pages.Plan:
    return pages.read()


def test_every_file_of_the_registers_is_loaded_or_named_as_not_loaded() -> None:
    files = {path.name for path in registers.FOLDER.iterdir()}
    assert files == {f"{register.file}.toml" for register in registers.REGISTERS} | registers.NOT_LOADED


def test_registers_load_whole_and_a_second_time_unchanged(reference: None) -> None:
    counts = registers.load(registers.read()).counts
    assert sum(counts.values(), Counter()).keys() == {Verdict.SAME}
    assert RedFlag.objects.filter(published=True).count() == 30
    assert not RedFlag.objects.filter(published=True, sources=None).exists()
    assert {channel.slug for channel in Channel.objects.filter(emergency=True)} == {"polisi-110", "sapa-129"}
    assert Source.objects.count() > 50


def test_pages_agree_with_the_registers_and_with_each_other(reference: None, plan: pages.Plan) -> None:
    # Raises with every problem; counts of strings, tokens and links in each language are part of it.
    translated = pages.check(plan)
    languages = Counter(language for _slug, language in translated)
    assert languages["en"] == len(plan.sheets)
    assert set(languages) >= REGIONAL
    assert not pages.HomePage.objects.exists()


def test_there_is_enough_to_read(plan: pages.Plan) -> None:
    kinds = Counter(sheet.front["type"] for sheet in plan.sheets)
    assert kinds["home"] == 1
    assert kinds["article"] >= 30
    assert kinds["story"] >= 5
    assert kinds["quiz"] >= 2
    assert {sheet.slug for sheet in plan.sheets} >= {
        "p-ke-p",
        "g-ke-g-korea",
        "g-ke-g-jepang",
        "ssw-jepang",
        "mandiri",
        "keamanan",
        "nomor-bantuan",
        "tentang",
    }


def test_a_page_with_statements_names_sources_and_the_day_of_its_check(plan: pages.Plan) -> None:
    bare = [
        sheet.slug
        for sheet in plan.sheets
        if sheet.front["type"] in ("article", "guide", "session", "story", "quiz")
        and not (sheet.front.get("sources") and sheet.front.get("verified_on") and sheet.front.get("verify_by"))
    ]
    assert bare == []


def test_no_translation_claims_a_review_without_a_name(plan: pages.Plan) -> None:
    claims = [
        sheet.path.name
        for page in plan.sheets
        for sheet in page.translations.values()
        if sheet.front.get("reviewed") and not sheet.front.get("reviewer")
    ]
    assert claims == []
