"""Loading pages and their translations from seed files (DECISIONS 20, 21; docs/guides/content-files.md).

Three steps, each whole before the next begins: :func:`read` the files of every family, :func:`check` them against each
other and the registers without writing anything, :func:`load` them. A page is known by its slug for ever: translation key
and block ids are derived from it, so loading again finds the same page and the translations keep their strings. What an
editor has changed since is left alone.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import module_has_submodule
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, Site

from content.registers import tokens
from content.registers.models import Source
from content.registers.seeding import Ledger, Loaded, SeedError, Verdict, read_text, read_toml

from . import markdown, translation
from .markdown import BodyError, PageLink, Part
from .models import BasePage, HomePage, PageSource, StandardPage, TranslationReview
from .services import review

Result = TypeVar("Result")

NAMESPACE = uuid.UUID("8c3f5a0e-5f0b-5e39-9a55-6d1c3c2b7f10")
Raw = dict[str, Any]

_FRONT = re.compile(r"\A\+\+\+\n(.*?\n)?\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_NAME = re.compile(r"^([a-z0-9]+(?:-[a-z0-9]+)*)\.([a-z]{2,3})\.md$")
COMMON = frozenset({"title", "summary"})
OF_SOURCE = frozenset(
    {"type", "slug", "parent", "order", "steward", "sources", "verified_on", "verify_by", "sensitive", "in_menu"}
)
OF_TRANSLATION = frozenset({"reviewed", "reviewer", "reviewed_on"})


@dataclass
class Sheet:
    """One seed file: what stands between the ``+++`` lines, and the parts of its body."""

    path: Path
    name: str
    language: str
    front: Raw
    parts: list[Part]
    body_line: int
    family: Family
    # Further languages of a source.
    translations: dict[str, Sheet] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return str(self.front.get("slug") or self.name)

    @property
    def model(self) -> type[BasePage]:
        return self.family.types[self.front["type"]]

    @property
    def key(self) -> uuid.UUID:
        """The translation key of the page: the same in every installation."""
        return uuid.uuid5(NAMESPACE, self.slug)

    def problem(self, words: str) -> str:
        return f"{self.path.parent.parent.name}/{self.path.name}: {words}"

    def problem_at(self, error: BodyError) -> str:
        return self.problem(f"line {self.body_line + error.line - 1}: {error.words}")


@dataclass(frozen=True)
class Writing:
    """What a family needs to turn the body of a sheet into fields: ids that stay, and links to pages."""

    slug: str
    page_id: PageLink

    def id(self, *place: Any) -> str:
        """The id of the block at this place, for ever."""
        return str(uuid.uuid5(NAMESPACE, "/".join([self.slug, *map(str, place)])))

    def html(self, part: Part) -> str:
        """Prose as rich text."""
        return markdown.html(part, self.page_id)

    def listed(self, values: Iterable[Any], *place: Any) -> list[Raw]:
        """The items of a ListBlock."""
        return [{"type": "item", "value": v, "id": self.id(*place, n)} for n, v in enumerate(values)]

    def story(self, parts: Iterable[Part], name: str) -> list[Raw]:
        """Parts as the blocks of the StoryBlock field ``name``."""
        return [
            {"type": kind, "value": value, "id": self.id(name, number)}
            for number, part in enumerate(parts)
            for kind, value in [self._block(part, name, number)]
        ]

    def _block(self, part: Part, name: str, number: int) -> tuple[str, Any]:
        match part.kind:
            case markdown.PROSE:
                return "text", self.html(part)
            case markdown.HEADING:
                return "heading", plain(part.argument, part.line)
            case "warning" | "tip":
                titled = markdown.items(part)
                if len(titled) != 1:
                    raise BodyError(part.line, f"“::: {part.kind}” has one title at most, then its text.")
                title, text = titled[0]
                return part.kind, {"title": plain(title, part.line), "text": self.html(text)}
            case "steps" | "questions":
                title, text = ("title", "text") if part.kind == "steps" else ("question", "answer")
                values = [{title: plain(t, p.line), text: self.html(p)} for t, p in titled_items(part)]
                return part.kind, self.listed(values, name, number)
            case "facts":
                pairs = [[plain(text, part.line) for text in row] for row in markdown.entries(part, "::", 2)]
                return "facts", self.listed([{"label": a, "value": b} for a, b in pairs], name, number)
            case "compare":
                rows = [[plain(cell, part.line) for cell in row] for row in markdown.table(part)]
                if len(rows) < 2:
                    raise BodyError(part.line, "“::: compare” takes a head and at least one row.")
                head, *rest = rows
                values = [{"label": a, "first": b, "second": c} for a, b, c in rest]
                return "compare", {
                    "caption": part.argument,
                    "label_head": head[0],
                    "first_head": head[1],
                    "second_head": head[2],
                    "rows": self.listed(values, name, number, "rows"),
                }
            case "flags":
                return "flags", {"group": part.argument}
            case "channels":
                return "channels", {"channels": self.listed(part.argument.split(), name, number)}
            case "report":
                return "report", None
        raise BodyError(part.line, f"“::: {part.kind}” is not known here.")


def titled_items(part: Part) -> list[tuple[str, Part]]:
    """The items of a directive that must all have a title."""
    held = markdown.items(part)
    if not held or not held[0][0]:
        raise BodyError(part.line, f"“::: {part.kind}” begins with “### Title”.")
    return held


def plain(text: str, line: int) -> str:
    """Text of a field without markup: bold and links are refused there."""
    if "**" in text or "](" in text:
        raise BodyError(line, f"“{text[:40]}” is plain text: no bold, no links.")
    return text


def story_body(sheet: Sheet, writing: Writing) -> Raw:
    """The whole body in the field ``body``: what most page types need."""
    return {"body": writing.story(sheet.parts, "body")}


@dataclass(frozen=True)
class Family:
    """The seed files of one room. A room offers its own as ``FAMILY`` in its module ``seeding``."""

    folder: Path
    types: dict[str, type[BasePage]]
    # The fields of a page beside the common ones, from its sheet; raises BodyError.
    fields: Callable[[Sheet, Writing], Raw] = story_body
    # Further keys between the +++ lines: of the source only, and of every language.
    keys: frozenset[str] = frozenset()
    translated_keys: frozenset[str] = frozenset()


def _home_and_plain(sheet: Sheet, writing: Writing) -> Raw:
    fields = story_body(sheet, writing)
    return {**fields, "lead": sheet.front.get("lead", "")} if sheet.front["type"] == "home" else fields


FAMILY = Family(
    folder=Path(__file__).parent / "seed",
    types={"home": HomePage, "standard": StandardPage},
    fields=_home_and_plain,
    translated_keys=frozenset({"lead"}),
)


def families() -> list[Family]:
    """The families of every installed room, core first."""
    found = [FAMILY]
    for config in apps.get_app_configs():
        if config.name.startswith("content.") and module_has_submodule(config.module, "seeding"):
            family = getattr(import_module(f"{config.name}.seeding"), "FAMILY", None)
            if isinstance(family, Family) and family is not FAMILY:
                found.append(family)
    return found


class Plan:
    """Every sheet in the order in which pages are made: parents first, then by their order."""

    def __init__(self, sheets: list[Sheet]) -> None:
        self.by_slug = {sheet.slug: sheet for sheet in sheets}
        self.sheets = sorted(sheets, key=self._place)

    @cached_property
    def home(self) -> Sheet:
        return next(sheet for sheet in self.by_slug.values() if sheet.front["type"] == "home")

    def parent(self, sheet: Sheet) -> Sheet | None:
        """The sheet of the parent page: as named, else the index of the family, else the home page."""
        if sheet is self.home:
            return None
        if named := sheet.front.get("parent"):
            return self.by_slug.get(named)
        index = [other for other in self.by_slug.values() if other.family is sheet.family and other.name == "index"]
        return index[0] if index and index[0] is not sheet else self.home

    def of(self, translation: Sheet) -> Sheet:
        """The source of a translated sheet."""
        return next(s for s in self.sheets if s.translations.get(translation.language) is translation)

    def siblings_after(self, sheet: Sheet) -> list[Sheet]:
        """What follows ``sheet`` below the same parent."""
        place = self._place(sheet)
        return [
            s for s in self.sheets if s is not sheet and self.parent(s) is self.parent(sheet) and self._place(s) > place
        ]

    def _place(self, sheet: Sheet) -> tuple[int, bool, int, str]:
        """Plain pages (about, privacy …) come after the rooms."""
        depth, above = 0, self.parent(sheet)
        while above is not None and depth < 9:
            depth, above = depth + 1, self.parent(above)
        return depth, sheet.family is FAMILY, int(sheet.front.get("order", 0)), sheet.slug


def read(chosen: Iterable[Family] | None = None) -> Plan:
    """Every seed file, parsed. Raises :class:`SeedError` with all problems; asks no database."""
    problems: list[str] = []
    sources: list[Sheet] = []
    for family in chosen if chosen is not None else families():
        found: dict[str, dict[str, Sheet]] = {}
        for path in sorted(family.folder.glob("*.md")):
            try:
                sheet = _read(path, family)
            except SeedError as error:
                problems.extend(error.problems)
            else:
                found.setdefault(sheet.name, {})[sheet.language] = sheet
        for name, by_language in found.items():
            # A regional file may stand alone, as a page of its own.
            source = by_language.pop(settings.LANGUAGE_CODE, None)
            if source is None and len(by_language) == 1:
                source = by_language.pop(next(iter(by_language)))
            if source is None:
                problems.append(f"{family.folder.parent.name}: {name} has no file {name}.{settings.LANGUAGE_CODE}.md.")
                continue
            problems.extend(_keys(source, is_source=True))
            problems.extend(problem for sheet in by_language.values() for problem in _keys(sheet, is_source=False))
            source.translations = by_language
            sources.append(source)
    sources = [sheet for sheet in sources if "type" in sheet.front and sheet.front["type"] in sheet.family.types]
    seen: dict[str, Sheet] = {}
    for sheet in sources:
        if sheet.slug in seen:
            problems.append(sheet.problem(f"the slug “{sheet.slug}” is taken by {seen[sheet.slug].path.name}."))
        seen[sheet.slug] = sheet
    homes = [sheet for sheet in sources if sheet.front["type"] == "home"]
    if len(homes) != 1:
        problems.append(f"There must be one page of type “home”, not {len(homes)}.")
    if problems:
        raise SeedError(problems)
    plan = Plan(sources)
    lost = [s for s in plan.sheets if s is not plan.home and plan.parent(s) is None]
    if lost:
        raise SeedError([s.problem(f"no page has the slug “{s.front['parent']}” (parent).") for s in lost])
    return plan


def _read(path: Path, family: Family) -> Sheet:
    label = f"{path.parent.parent.name}/{path.name}"
    name = _NAME.match(path.name)
    languages = dict(settings.LANGUAGES)
    if not name or name[2] not in languages:
        raise SeedError([f"{label}: the name must be <slug>.<language>.md, language one of {', '.join(languages)}."])
    text = read_text(path)
    front = _FRONT.match(text)
    if not front:
        raise SeedError([f"{label}: must begin with “+++”, keys, “+++”."])
    body_line = text[: front.end()].count("\n") + 1
    sheet = Sheet(path, name[1], name[2], read_toml(front[1] or "", label), [], body_line, family)
    try:
        sheet.parts = markdown.parts(text[front.end() :])
    except BodyError as error:
        raise SeedError([sheet.problem_at(error)]) from None
    return sheet


def _keys(sheet: Sheet, is_source: bool) -> Iterator[str]:
    """Unknown and missing keys of a sheet, and a type that its family does not have."""
    family = sheet.family
    known = COMMON | family.translated_keys | ((OF_SOURCE | family.keys) if is_source else OF_TRANSLATION)
    strange = sorted(set(sheet.front) - known)
    if strange:
        yield sheet.problem(f"unknown key {', '.join(strange)}. Known: {', '.join(sorted(known))}.")
    missing = sorted(({"type", "title"} if is_source else {"title"}) - set(sheet.front))
    if missing:
        yield sheet.problem(f"lacks {', '.join(missing)}.")
    elif is_source and sheet.front["type"] not in family.types:
        yield sheet.problem(f"unknown type “{sheet.front['type']}”. Known: {', '.join(family.types)}.")
    if sheet.front.get("reviewed") and not (sheet.front.get("reviewer") and sheet.front.get("reviewed_on")):
        yield sheet.problem("“reviewed” names its reviewer and reviewed_on.")


def build(sheet: Sheet, page_id: PageLink, source: Sheet | None = None) -> BasePage:
    """The page that a sheet describes, unsaved and without sources; a translation takes what it leaves out from ``source``.

    Raises :class:`SeedError`.
    """
    origin = source or sheet
    merged = Sheet(
        sheet.path,
        origin.name,
        sheet.language,
        {**origin.front, **sheet.front},
        sheet.parts,
        sheet.body_line,
        origin.family,
    )
    front, model = merged.front, origin.model
    try:
        fields = origin.family.fields(merged, Writing(origin.slug, page_id))
    except BodyError as error:
        raise SeedError([sheet.problem_at(error)]) from None
    page = model(
        title=front["title"],
        slug=origin.slug,
        summary=front.get("summary", ""),
        steward=front.get("steward", ""),
        verified_on=front.get("verified_on"),
        verify_by=front.get("verify_by"),
        sensitive=front.get("sensitive", False),
        show_in_menus=front.get("in_menu", False),
    )
    for name, value in fields.items():
        column = model._meta.get_field(name)
        setattr(page, name, column.stream_block.to_python(value) if isinstance(column, StreamField) else value)
    return page


def check(plan: Plan) -> dict[tuple[str, str], list[str]]:
    """Every page and translation against the registers and each other, without writing.

    Returns the translated strings by (slug, language). Raises :class:`SeedError` with all problems.
    """
    ids = {slug: number for number, slug in enumerate(plan.by_slug, 1)}
    sources = set(Source.objects.values_list("code", flat=True))
    problems: list[str] = []
    translated: dict[tuple[str, str], list[str]] = {}
    for sheet in plan.sheets:
        problems.extend(
            sheet.problem(f"no source “{code}” in the registers.")
            for code in sheet.front.get("sources", [])
            if code not in sources
        )
        try:
            page = build(sheet, ids.__getitem__)
        except SeedError as error:
            problems.extend(error.problems)
            continue
        problems.extend(sheet.problem(words) for words in _refused(page))
        for language, other in sheet.translations.items():
            try:
                theirs = build(other, ids.__getitem__, sheet)
                found = translation.pairs(page, theirs)
            except SeedError as error:
                problems.extend(error.problems)
            except translation.DifferentStrings as error:
                problems.append(other.problem(str(error)))
            else:
                shown = translation.rehearse(build(sheet, ids.__getitem__), found)
                problems.extend(other.problem(words) for words in _refused(shown))
                translated[sheet.slug, language] = [string.string.data for _ours, string in found]
    if problems:
        raise SeedError(problems)
    return translated


def _refused(page: BasePage) -> Iterator[str]:
    """What the page editor would refuse: values of fields and blocks, unknown tokens."""
    strange = sorted(set(tokens.unknown(page.text_of_all_fields())))
    if strange:
        yield f"no fact or channel is called {', '.join(strange)}."
    else:
        yield from page.obstacles()
    # What belongs to the place in the tree is not known yet.
    placed = {"page_ptr", "path", "depth", "locale", "content_type", "translation_key", "url_path", "draft_title"}
    try:
        page.clean_fields(exclude=placed)
        page.clean()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield f"{name}: {' '.join(messages)}"
    for column in page._meta.get_fields():
        if isinstance(column, StreamField):
            for number, child in enumerate(getattr(page, column.name), 1):
                try:
                    child.block.clean(child.value)
                except ValidationError as error:
                    yield f"{column.name}, part {number} ({child.block_type}): {' '.join(_words(error))}"
            try:
                column.stream_block.clean(getattr(page, column.name))
            except StreamBlockValidationError as error:
                yield from (f"{column.name}: {words}" for words in error.non_block_errors or [])


def _words(error: Any) -> Iterator[str]:
    """The messages of a block error, however deep they stand."""
    nested = getattr(error, "block_errors", None)
    if nested:
        for name, inner in nested.items() if isinstance(nested, dict) else enumerate(nested):
            if inner is not None:
                for words in _words(inner):
                    yield words if isinstance(name, int) else f"{name}: {words}"
    for outer in getattr(error, "non_block_errors", None) or []:
        yield str(outer)
    if hasattr(error, "error_list") and nested is None:
        yield from error.messages


def state(page: BasePage, sources: Iterable[str], public: bool) -> Raw:
    """Plain data of everything that a sheet says of a page, to compare and to remember."""
    found: Raw = {"title": page.title, "slug": page.slug, "in_menu": page.show_in_menus, "public": public}
    for column in type(page)._meta.local_fields:
        if column.primary_key:
            continue
        value = getattr(page, column.attname)
        if isinstance(column, StreamField):
            value = [{**block, "id": str(block["id"])} for block in value.get_prep_value()]
        found[column.name] = value.isoformat() if isinstance(value, dt.date) else value
    return {**found, "sources": list(sources)}


Progress = Callable[[str, int, int], None]


def load(plan: Plan, translated: dict[tuple[str, str], list[str]], progress: Progress) -> Loaded:
    """Make or update every page, then every translation. Each page is a transaction of its own."""
    loaded = Loaded()
    Loading(plan, translated, loaded, progress).run()
    return loaded


class Loading:
    """One run of :func:`load`."""

    def __init__(
        self, plan: Plan, translated: dict[tuple[str, str], list[str]], loaded: Loaded, progress: Progress
    ) -> None:
        self.plan, self.translated, self.loaded, self.progress = plan, translated, loaded, progress
        self.pages = Ledger("page")
        self.texts = Ledger("translation")
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self.sources = dict(Source.objects.values_list("code", "pk"))
        self.held: dict[str, BasePage] = {}
        self.verdicts: dict[str, Verdict] = {}
        # What translators say, by slug and language: read before a source changes, whose new strings would hide it.
        self.said: dict[tuple[str, str], Raw | None] = {}

    def run(self) -> None:
        count = len(self.plan.sheets)
        self.held = {sheet.slug: page for sheet in self.plan.sheets if (page := self._find(sheet)) is not None}
        for sheet in self.plan.sheets:
            if sheet.slug not in self.held and self.pages.verdict(sheet.slug, None, {}) is Verdict.NEW:
                page = self._named(sheet, self._make_shell)
                if page is not None:
                    self.held[sheet.slug] = page
        self.said = {place: self._said(*place) for place in self.translated}
        for number, sheet in enumerate(self.plan.sheets, 1):
            self.verdicts[sheet.slug] = verdict = self._named(sheet, self._load_page)
            self.loaded.add("page", verdict)
            self.progress("page", number, count)
        for number, (slug, language) in enumerate(self.translated, 1):
            verdict = self._named(self.plan.by_slug[slug].translations[language], self._load_translation)
            self.loaded.add(f"translation into {language}", verdict)
            self.progress("translation", number, len(self.translated))

    @staticmethod
    def _named(sheet: Sheet, act: Callable[[Sheet], Result]) -> Result:
        """What the site refuses although the files are right, such as a slug that an editor's page has, names its file."""
        try:
            return act(sheet)
        except ValidationError as error:
            raise SeedError([sheet.problem(" ".join(error.messages))]) from None

    def _find(self, sheet: Sheet) -> BasePage | None:
        return sheet.model.objects.filter(
            translation_key=sheet.key, locale=self.locales[sheet.language], alias_of=None
        ).first()

    def _make_shell(self, sheet: Sheet) -> BasePage | None:
        """An empty draft in its place, so that texts can link to it. Nothing below a page that is gone."""
        page = build(sheet, lambda slug: 0)
        page.translation_key, page.locale, page.live = sheet.key, self.locales[sheet.language], False
        for column in type(page)._meta.local_fields:
            if isinstance(column, StreamField):
                setattr(page, column.name, column.stream_block.to_python([]))
        parent_sheet = self.plan.parent(sheet)
        with transaction.atomic():
            if parent_sheet is None:
                _make_home(page)
            else:
                parent = self._parent(parent_sheet, sheet.language)
                if parent is None:
                    return None
                after = [self.held[s.slug] for s in self.plan.siblings_after(sheet) if s.slug in self.held]
                here = [p for p in after if p.locale_id == page.locale_id]
                if here:
                    Page.objects.get(pk=here[0].pk).add_sibling(pos="left", instance=page)
                else:
                    parent.add_child(instance=page)
            # Interrupted here, the next run finds its own draft and goes on.
            self.pages.remember(sheet.slug, state(page, [], public=False))
        return page

    def _parent(self, sheet: Sheet, language: str) -> Page | None:
        """The page to stand below; in another language than its own an alias holds the place."""
        parent = self.held.get(sheet.slug)
        if parent is None:
            return None
        locale = self.locales[language]
        if parent.locale_id != locale.pk:
            held = parent.get_translation_or_none(locale)
            return held or parent.copy_for_translation(locale, copy_parents=True, alias=True)
        return Page.objects.get(pk=parent.pk)

    def _page_id(self, slug: str) -> int:
        page = self.held.get(slug)
        # A link to a page that an editor deleted becomes a link to the front page rather than to nothing.
        return page.pk if page is not None else self.held[self.plan.home.slug].pk

    def _load_page(self, sheet: Sheet) -> Verdict:
        if sheet.slug not in self.held:
            return Verdict.KEPT
        # Read again: pages made below it since have changed its row.
        page = sheet.model.objects.get(pk=self.held[sheet.slug].pk)
        codes = list(sheet.front.get("sources", []))
        made = build(sheet, self._page_id)
        wanted = state(made, codes, public=True)
        latest = page.get_latest_revision_as_object()
        held = [row.source.code for row in latest.page_sources.all()]
        current = state(latest, held, public=page.live and not page.has_unpublished_changes)
        verdict = self.pages.verdict(sheet.slug, current, wanted)
        if verdict is Verdict.UPDATED:
            was_shell = page.first_published_at is None
            self._publish(page, made, codes)
            verdict = Verdict.NEW if was_shell else Verdict.UPDATED
        if verdict is not Verdict.KEPT:
            self.pages.remember(sheet.slug, wanted)
        return verdict

    def _publish(self, page: BasePage, made: BasePage, codes: list[str]) -> None:
        for column in type(page)._meta.local_fields:
            if not column.primary_key:
                setattr(page, column.name, getattr(made, column.name))
        page.title, page.slug, page.show_in_menus = made.title, made.slug, made.show_in_menus
        page.page_sources.set(
            PageSource(source_id=self.sources[code], sort_order=number) for number, code in enumerate(codes)
        )
        with transaction.atomic():
            page.save_revision(log_action=False).publish(log_action=False)

    def _load_translation(self, other: Sheet) -> Verdict:
        sheet, language = self.plan.of(other), other.language
        key = f"{sheet.slug}.{language}"
        if self.verdicts[sheet.slug] is Verdict.KEPT:
            return Verdict.KEPT  # its strings are no longer those of the file
        locale = self.locales[language]
        wanted = self._translation_state(self.translated[sheet.slug, language], other.front)
        page = type(self.held[sheet.slug]).objects.get(pk=self.held[sheet.slug].pk)
        verdict = self.texts.verdict(key, self.said[sheet.slug, language], wanted)
        if verdict in (Verdict.NEW, Verdict.UPDATED):
            with transaction.atomic():
                target = translation.store(page, locale, self.translated[sheet.slug, language])
                _review(target, other.front)
        if verdict is not Verdict.KEPT:
            self.texts.remember(key, wanted)
        return verdict

    def _said(self, slug: str, language: str) -> Raw | None:
        """What stands in the translation of a page now; None where there is none."""
        page, locale = self.held.get(slug), self.locales[language]
        target = page.get_translation_or_none(locale) if page else None
        if page is None or target is None or target.alias_of_id is not None:
            return None
        read = TranslationReview.objects.filter(page=target).first()
        named = {"reviewer": read.reviewer, "reviewed_on": read.reviewed_on} if read else {}
        return self._translation_state(translation.texts(page, locale) or [], {"reviewed": bool(read), **named})

    def _translation_state(self, strings: list[str], front: Raw) -> Raw:
        reviewed = bool(front.get("reviewed"))
        return {
            "strings": strings,
            "reviewer": front.get("reviewer", "") if reviewed else "",
            "reviewed_on": str(front.get("reviewed_on", "")) if reviewed else "",
        }


def _review(page: BasePage, front: Raw) -> None:
    if front.get("reviewed"):
        review(page, front["reviewer"], front["reviewed_on"])
    else:
        TranslationReview.objects.filter(page=page).delete()


def _make_home(page: BasePage) -> None:
    """The front page as the root of the site; the page that Wagtail put there at first goes."""
    root = Page.objects.get(depth=1)
    root.add_child(instance=page)
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    first = site.root_page if site else None
    Site.objects.update_or_create(
        is_default_site=True, defaults={"root_page": page, "hostname": site.hostname if site else "localhost"}
    )
    if first is not None and type(first.specific) is Page and not first.get_children().exists():
        Page.objects.get(pk=first.pk).delete()
