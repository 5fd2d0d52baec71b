"""The seed files that the portal ships with: whole, equal in every language, and every fact in them known."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def test_quotation_marks_are_those_of_print() -> None:
    """“ and ” in every text of a page, in every language; a straight mark belongs to the syntax of the front matter alone."""
    said = []
    for path in sorted(Path(settings.BASE_DIR).glob("content/*/seed/*.md")):
        front, body = path.read_text(encoding="utf-8").removeprefix("+++\n").split("\n+++\n", 1)
        texts = [*_texts(tomllib.loads(front)), *body.splitlines()]
        said += [f"{path.name}: {text}" for text in texts if '"' in text or text.count("“") != text.count("”")]
    assert said == []


def test_a_quiz_gives_its_verdict_once() -> None:
    """The page says “Right” or “Right would be” itself; whoever left a question open was not right."""
    said = [
        line
        for path in (Path(settings.BASE_DIR) / "content/education/seed").glob("kuis-*.md")
        for line in path.read_text().splitlines()
        if re.search(r":: (Tepat|Benar|Betul|Right|Correct)\b", line)
    ]
    assert said == []


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


@pytest.mark.parametrize(("language", "least"), [("jv", 10), ("su", 10), ("mad", 3), ("bjn", 3)])
def test_core_pages_speak_the_regional_languages(plan: pages.Plan, language: str, least: int) -> None:
    held = {sheet.slug for sheet in plan.sheets if language in sheet.translations and sheet.slug != "pendidikan"}
    assert len(held) >= least
    assert held >= {"keamanan", "perkawinan-anak"}


def words_of(sheet: pages.Sheet) -> str:
    return sheet.path.read_text(encoding="utf-8")


def test_the_checklist_of_officials_names_the_signs_as_the_register_does(plan: pages.Plan) -> None:
    with (registers.FOLDER / "ilo_indicators.toml").open("rb") as file:
        indicators = tomllib.load(file)["indicator"]
    source = plan.by_slug["sebelas-tanda-untuk-petugas"]
    for language, sheet in {"id": source, **source.translations}.items():
        named = re.findall(r"^\| ([^|]+) \|", words_of(sheet), re.MULTILINE)[1:]
        assert named == [indicator["name"][language] for indicator in indicators]


def test_what_was_published_about_the_regions_stands_on_their_pages(plan: pages.Plan) -> None:
    """Each figure by its token, on a page that names its source."""
    claims = {
        "penempatan-provinsi",
        "kawin-pertama-16",
        "lumajang-korban",
        "lumajang-sk",
        "cilacap-pengirim",
        "indramayu-rakor",
    }
    with (registers.FOLDER / "facts.toml").open("rb") as file:
        facts = [fact for fact in tomllib.load(file)["fact"] if fact["claim"] in claims]
    regions = [sheet for sheet in plan.sheets if "daerah" in (sheet.slug, sheet.front.get("parent"))]
    lost = [
        fact["slug"]
        for fact in facts
        if not any(
            f"{{fakta:{fact['slug']}}}" in words_of(sheet) and set(fact["sources"]) <= set(sheet.front["sources"])
            for sheet in regions
        )
    ]
    assert {fact["claim"] for fact in facts} == claims
    assert lost == []


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
