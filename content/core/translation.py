"""Translations that stay whole when their source changes (DECISIONS 21).

A translated page is made of wagtail-localize's StringTranslations, one for each string of its source. When the source is
published with other strings, three things hold for every translation:

* nothing is lost: the old translation is carried to the changed string, marked as carried;
* nothing is hidden: each carried or missing string is marked on the page (:class:`~content.core.models.OutdatedString`)
  with the day of the change, until somebody translates it and publishes;
* no source text is published inside a translation: a part without any translation stays as it was, or away.
"""

from __future__ import annotations

import hashlib
import html
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from wagtail.coreutils import find_available_slug
from wagtail.fields import StreamField
from wagtail.models import Locale, Page
from wagtail_localize.fields import copy_synchronised_fields
from wagtail_localize.models import (
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationContext,
    TranslationSource,
)
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.ingest import ingest_segments

from content.registers import tokens

from .models import BasePage, OutdatedString

logger = logging.getLogger(__name__)

# Stands where localize names the tool of a translation, so translators read it beside the string.
CARRIED = "terjemahan lama; teks Indonesia sudah berubah"


class DifferentStrings(Exception):
    """A translation does not have the strings of its source; the message says where they part."""


def strings(page: BasePage) -> list[StringSegmentValue]:
    """The strings of a page that are translated, in order; the page need not be saved."""
    return [segment for segment in extract_segments(page) if isinstance(segment, StringSegmentValue)]


def fingerprint(page: BasePage) -> str:
    """What a page says in its translated strings, with their places and links, as one value to compare."""
    said = [(segment.path, segment.string.data, segment.attrs) for segment in strings(page)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def translation_of(page: Page) -> Translation | None:
    """The translation that makes ``page`` string by string; None for a source and for a page written by hand."""
    return (
        Translation.objects.filter(
            source__object_id=page.translation_key, target_locale_id=page.locale_id, enabled=True
        )
        .select_related("source", "target_locale")
        .first()
    )


def place(page: BasePage, path: str) -> str:
    """Where a string stands, for people: “body, part 4 (steps)”."""
    name, _, rest = path.partition(".")
    if not rest:
        return name
    block = rest.partition(".")[0]
    for number, child in enumerate(getattr(page, name), 1):
        if child.id == block:
            return f"{name}, part {number} ({child.block_type})"
    return name


def pairs(source: BasePage, translated: BasePage) -> list[tuple[StringSegmentValue, StringSegmentValue]]:
    """The strings of both pages side by side.

    Raises :class:`DifferentStrings` where their number or place differs, or where a translation names other facts,
    channels or links than its source.
    """
    ours, theirs = strings(source), strings(translated)
    parted = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a.path != b.path), None)
    if len(ours) != len(theirs) or parted is not None:
        at = min(len(ours), len(theirs)) if parted is None else parted
        longer, held = (source, ours) if at < len(ours) else (translated, theirs)
        raise DifferentStrings(
            f"{len(theirs)} strings, the source has {len(ours)}; they part at {place(longer, held[at].path)}: "
            f"“{held[at].render_text()[:60]}”."
        )
    for a, b in zip(ours, theirs, strict=True):
        if Counter(tokens.TOKEN.findall(a.string.data)) != Counter(tokens.TOKEN.findall(b.string.data)):
            raise DifferentStrings(
                f"{place(source, a.path)}: other facts or channels than the source in “{b.render_text()[:60]}”."
            )
        if (a.attrs or {}) != (b.attrs or {}):
            raise DifferentStrings(f"{place(source, a.path)}: other links than the source in “{b.render_text()[:60]}”.")
    return list(zip(ours, theirs, strict=True))


def rehearse(source: BasePage, found: list[tuple[StringSegmentValue, StringSegmentValue]]) -> BasePage:
    """``source``, unsaved, with the translated strings in it: what readers of the translation will see."""
    theirs = iter(found)
    segments = [
        StringSegmentValue(ours.path, next(theirs)[1].string, attrs=ours.attrs, order=ours.order)
        if isinstance(ours, StringSegmentValue)
        else ours
        for ours in extract_segments(source)
    ]
    ingest_segments(source, source, None, None, segments)
    return source


def source_of(page: BasePage) -> TranslationSource:
    """The frozen strings of a page as it is published now."""
    source, created = TranslationSource.get_or_create_from_instance(page)
    if not created:
        source.update_from_db()
    return source


def texts(page: BasePage, locale: Locale) -> list[str] | None:
    """What translators have written for the strings of ``page``, in order, “” where nothing; None without translation."""
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source is None or not source.translations.filter(target_locale=locale).exists():
        return None
    held = StringSegment.objects.filter(source=source).annotate_translation(locale).order_by("order")
    return [text or "" for text in held.values_list("translation", flat=True)]


def store(page: BasePage, locale: Locale, translated: Sequence[str]) -> BasePage:
    """Keep ``translated``, one text for each string of ``page`` in order, and publish the translated page.

    A carried translation that comes again word by word stays marked as carried: its source has changed since.
    """
    source = source_of(page)
    translation, _created = Translation.objects.get_or_create(source=source, target_locale=locale)
    segments = list(source.stringsegment_set.order_by("order"))
    if len(segments) != len(translated):
        raise DifferentStrings(f"{len(translated)} strings, the source has {len(segments)}.")
    held = {
        (row.translation_of_id, row.context_id): row
        for row in StringTranslation.objects.filter(locale=locale, context__object_id=page.translation_key)
    }
    new: dict[tuple[int, int], StringTranslation] = {}
    changed: list[StringTranslation] = []
    now = timezone.now()
    for segment, text in zip(segments, translated, strict=True):
        key = (segment.string_id, segment.context_id)
        row = held.get(key)
        if row is None:
            new[key] = StringTranslation(
                translation_of_id=key[0],
                context_id=key[1],
                locale=locale,
                data=text,
                translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
            )
        elif row.data != text:
            row.data, row.tool_name, row.has_error, row.updated_at = text, "", False, now
            changed.append(row)
    with transaction.atomic():
        StringTranslation.objects.bulk_create(new.values())
        StringTranslation.objects.bulk_update(changed, ["data", "tool_name", "has_error", "updated_at"])
        return write(translation)


@dataclass(frozen=True)
class Missing:
    """A string of the source that has no translation."""

    path: str
    text: str

    @property
    def field(self) -> str:
        return self.path.partition(".")[0]

    @property
    def block(self) -> str:
        """The id of the part it stands in; empty for a plain field."""
        return self.path.partition(".")[2].partition(".")[0]


def missing(translation: Translation) -> list[Missing]:
    """The strings that nobody has translated yet. An empty translation is none: localize shows the source for it."""
    held = StringSegment.objects.filter(source=translation.source_id).annotate_translation(translation.target_locale)
    rows = (
        held.filter(models.Q(translation=None) | models.Q(translation=""))
        .order_by("order")
        .values_list("context__path", "string__data")
    )
    return [Missing(path, text) for path, text in rows]


def said(translation: Translation) -> list[tuple[str, str]]:
    """The strings that the source has now and what translators have written for them, where they have."""
    held = StringSegment.objects.filter(source=translation.source_id).annotate_translation(translation.target_locale)
    rows = held.exclude(translation=None).exclude(translation="").order_by("order")
    return list(rows.values_list("string__data", "translation"))


def written(translation: Translation) -> list[str]:
    """What translators have written for the strings that the source has now."""
    return [theirs for _ours, theirs in said(translation)]


def write(translation: Translation, user: Any = None) -> BasePage:
    """Publish the translated page as its source stands now, with everything that is translated.

    A part that holds an untranslated string keeps what the translated page showed there before, or is left out. Unlike
    localize's own ``save_target`` it publishes at once, not after commit: a parent and its child written in one
    transaction would otherwise get a wrong ``numchild``. ``user`` is who publishes, if somebody does.
    """
    source, locale = translation.source, translation.target_locale
    original = source.as_instance()
    target = _target(source, locale)
    before = {name: getattr(target, name) for name in _plain_fields(target)}
    streams = {name: list(getattr(target, name).get_prep_value()) for name in _stream_fields(target)}
    absent = missing(translation)
    own_slug = target.slug
    copy_synchronised_fields(original, target)
    target.slug = own_slug if target.depth == 2 else _free_slug(target)
    segments = source._get_segments_for_translation(locale, fallback=True)
    ingest_segments(original, target, source.locale, locale, segments)
    _hold_back(target, before, streams, absent)
    by_hand = user is not None
    target.save_revision(user=user, log_action=by_hand).publish(user=user, log_action=by_hand)
    target.refresh_from_db()
    return target


def _target(source: TranslationSource, locale: Locale) -> BasePage:
    """The page in ``locale``: made where it is new (its parents as aliases), a page of its own where it was an alias."""
    try:
        target = source.get_translated_instance(locale)
    except source.specific_content_type.model_class().DoesNotExist:
        return source.get_source_instance().copy_for_translation(locale, copy_parents=True)
    if target.alias_of_id is not None:
        target.alias_of_id = None
        target.live = False
        target.save(update_fields=["alias_of", "live"], clean=False)
    return target


def _free_slug(target: BasePage) -> str:
    return find_available_slug(target.get_parent(), target.slug, ignore_page_id=target.pk)


def _stream_fields(page: BasePage) -> list[str]:
    return [field.name for field in page._meta.get_fields() if isinstance(field, StreamField)]


def _plain_fields(page: BasePage) -> list[str]:
    return [
        field.name
        for field in page._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField) and not isinstance(field, StreamField)
    ]


def _hold_back(
    target: BasePage, before: dict[str, Any], streams: dict[str, list[dict]], absent: Iterable[Missing]
) -> None:
    """Put back what the page showed before wherever a string of the source would stand."""
    blocks: dict[str, set[str]] = defaultdict(set)
    for string in absent:
        if string.block:
            blocks[string.field].add(string.block)
        elif string.field in before:
            # The title of a new translation is the source's: it stays a draft until the title is translated.
            setattr(target, string.field, before[string.field])
    for name, untranslated in blocks.items():
        shown = {block["id"]: block for block in streams[name]}
        raw = [
            shown.get(block["id"]) if block["id"] in untranslated else block
            for block in getattr(target, name).get_prep_value()
        ]
        field = target._meta.get_field(name)
        setattr(target, name, field.stream_block.to_python([block for block in raw if block is not None]))


def source_text_in(page: BasePage) -> list[str]:
    """Strings of the source that stand untranslated in this state of a translated page: they keep it from publication."""
    translation = translation_of(page)
    absent = missing(translation) if translation else []
    if not absent:
        return []
    shown = {(string.path, string.string.data) for string in strings(page)}
    return [string.text for string in absent if (string.path, string.text) in shown]


def translated_by_others(page: BasePage, user: Any, draft: BasePage | None = None) -> bool | None:
    """Whether ``user`` has written nothing that publishing ``page`` would show anew, and somebody known all of it.

    That is every new string of ``draft``, or of what translators have written by now. None where the page is not
    translated string by string.
    """
    translation = translation_of(page)
    if translation is None:
        return None
    public = type(page).objects.filter(pk=page.pk, live=True).first()
    shown = _said(public) if public else set()
    authors = _authors(translation)
    overrides = SegmentOverride.objects.filter(
        locale=translation.target_locale_id, context__object_id=page.translation_key
    )
    if public and public.last_published_at:
        overrides = overrides.filter(updated_at__gt=public.last_published_at)
    new = (_said(draft) if draft else set(authors)) - shown
    wrote = {authors.get(string) for string in new}.union(overrides.values_list("last_translated_by_id", flat=True))
    return wrote.isdisjoint({None, user.pk})


Said = tuple[str, str]
"""A text and the path where it stands, without the escaping that differs between a page and a translator's hand."""


def _said(page: BasePage) -> set[Said]:
    return {(string.path, html.unescape(string.string.data).strip()) for string in strings(page)}


def _authors(translation: Translation) -> dict[Said, int | None]:
    """Who wrote last each translation of the strings that the source has now."""
    current = set(translation.source.stringsegment_set.values_list("string_id", "context_id"))
    rows = StringTranslation.objects.filter(
        locale=translation.target_locale_id, context__object_id=translation.source.object_id, has_error=False
    ).select_related("context")
    return {
        (row.context.path, html.unescape(row.data).strip()): row.last_translated_by_id
        for row in rows
        if (row.translation_of_id, row.context_id) in current
    }


Where = dict[str, list[int]]
"""The strings of a source by path, in order."""


def _where(source: TranslationSource) -> Where:
    found: Where = defaultdict(list)
    rows = source.stringsegment_set.order_by("order").values_list("context__path", "string_id")
    for path, string in rows:
        found[path].append(string)
    return dict(found)


def follow(page: BasePage) -> None:
    """The source ``page`` has been published: carry translations, mark what is older now, bring the translations along."""
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source is None:
        return
    with transaction.atomic():
        before = _where(source)
        source.update_from_db()
        after = _where(source)
        translations = list(source.translations.select_related("target_locale", "source"))
        waiting = {translation.pk for translation in translations if _waits_for_approval(translation)}
        for translation in translations:
            if before != after:
                _carry(source, translation.target_locale, before, after)
    for translation in translations:
        _bring_along(translation, before, after, publish=translation.pk not in waiting)


def _carry(source: TranslationSource, locale: Locale, before: Where, after: Where) -> None:
    """Give each changed string the translation of the string it replaces, and each moved one its own."""
    contexts = dict(TranslationContext.objects.filter(object_id=source.object_id).values_list("path", "pk"))
    by_place: dict[tuple[int, int | None], StringTranslation] = {}
    by_string: dict[int, StringTranslation] = {}
    for row in StringTranslation.objects.filter(
        locale=locale, context__object_id=source.object_id, has_error=False
    ).order_by("updated_at"):
        by_place[row.translation_of_id, row.context_id] = row
        if row.tool_name != CARRIED:
            by_string[row.translation_of_id] = row
    source_texts = dict(source.stringsegment_set.values_list("string_id", "string__data"))
    new: dict[tuple[int, int], StringTranslation] = {}
    for path, now in after.items():
        context = contexts[path]
        replaced = {new_one: old_one for old_one, new_one in changed(before.get(path, []), now)}
        for string in now:
            if (string, context) in by_place or (string, context) in new:
                continue
            old, tool = by_string.get(string), ""
            if old is None and string in replaced:
                old, tool = by_place.get((replaced[string], context)), CARRIED
            if old is not None:
                new[string, context] = StringTranslation(
                    translation_of_id=string,
                    context_id=context,
                    locale=locale,
                    tool_name=tool or old.tool_name,
                    translation_type=old.translation_type,
                    data=_with_links_of(source_texts[string], old.data),
                    last_translated_by_id=old.last_translated_by_id,
                )
    StringTranslation.objects.bulk_create(new.values())


def changed(before: Sequence[int], now: Sequence[int]) -> list[tuple[int, int]]:
    """Which string each changed one replaces, by its place between those that stayed: (old, new) pairs."""
    found: list[tuple[int, int]] = []
    for step, a, b, c, d in SequenceMatcher(a=before, b=now, autojunk=False).get_opcodes():
        if step == "replace":
            found.extend(zip(before[a:b], now[c:d], strict=False))
    return found


def _with_links_of(source: str, translated: str) -> str:
    """The translation without links that its new source no longer has."""
    held = {link.get("id") for link in BeautifulSoup(source, "html.parser").find_all("a")}
    soup = BeautifulSoup(translated, "html.parser")
    for link in soup.find_all("a"):
        if link.get("id") not in held:
            link.unwrap()
    return str(soup)


def _bring_along(translation: Translation, before: Where, after: Where, publish: bool) -> None:
    try:
        target = translation.get_target_instance()
    except Page.DoesNotExist:
        return
    if not target.live or target.alias_of_id is not None:
        return
    if not translation.enabled:
        _mark_by_hand(target, before, after)
    elif not publish:
        mark(translation, target)
    else:
        try:
            with transaction.atomic():
                write(translation)
        except ValidationError as error:
            # The page as it is stays public, marked; its editors see why when they publish it.
            logger.warning("%s (%s) does not follow its source: %s", target, translation.target_locale, error)
            mark(translation, target)


def _waits_for_approval(translation: Translation) -> bool:
    """A translator has written something that nobody has published: publishing it is not ours."""
    published = Page.objects.filter(
        translation_key=translation.source.object_id, locale=translation.target_locale_id
    ).values_list("last_published_at", flat=True)
    return (
        StringTranslation.objects.filter(
            locale=translation.target_locale_id,
            context__object_id=translation.source.object_id,
            updated_at__gt=published[:1],
        )
        .exclude(tool_name=CARRIED)
        .exists()
    )


def settle(page: BasePage) -> None:
    """The translated ``page`` has been published: what was translated anew is no longer older than its source."""
    translation = (
        Translation.objects.filter(source__object_id=page.translation_key, target_locale_id=page.locale_id)
        .select_related("source", "target_locale")
        .first()
    )
    if translation is None:
        return
    if translation.enabled:
        mark(translation, page)
    else:
        page.outdated_strings.all().delete()


Mark = tuple[str, int]
"""Where a mark stands: the path of the string, and its position among the strings of that path."""


def mark(translation: Translation, target: BasePage) -> None:
    """Make the marks of ``target`` right: one for each string whose translation is carried or missing.

    The date stays the day of the first change that nobody has translated yet.
    """
    rows = StringTranslation.objects.filter(
        locale=translation.target_locale_id, context__object_id=target.translation_key, has_error=False
    )
    held = {(row.translation_of_id, row.context_id): row for row in rows}
    seen: Counter[str] = Counter()
    wanted: dict[Mark, OutdatedString] = {}
    segments = translation.source.stringsegment_set.order_by("order").values_list(
        "context__path", "context_id", "string_id", "string__data_hash"
    )
    for path, context, string, data_hash in segments:
        place, seen[path] = (path, seen[path]), seen[path] + 1
        row = held.get((string, context))
        if row is None or row.tool_name == CARRIED:
            since = timezone.localdate(row.created_at if row else None)
            wanted[place] = OutdatedString(
                page_id=target.pk, path=path, position=place[1], string=data_hash, since=since
            )
    _replace_marks(target, wanted)


def _mark_by_hand(target: BasePage, before: Where, after: Where) -> None:
    """A page that editors write by hand: what has changed since they published it is marked, without texts to compare."""
    wanted = {(old.path, old.position): old for old in target.outdated_strings.all()}
    for path, now in after.items():
        for position, string in enumerate(now):
            if string not in before.get(path, []):
                wanted[path, position] = OutdatedString(
                    page_id=target.pk, path=path, position=position, since=timezone.localdate()
                )
    _replace_marks(target, wanted)


def _replace_marks(target: BasePage, wanted: dict[Mark, OutdatedString]) -> None:
    held = {(old.path, old.position): old for old in target.outdated_strings.all()}
    for place, new in wanted.items():
        if place in held:
            new.since = min(new.since, held[place].since)
        new.pk = None
    with transaction.atomic():
        target.outdated_strings.all().delete()
        OutdatedString.objects.bulk_create(wanted.values())


def page_published(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Translations follow their source; a translation that has been published is no longer older than it."""
    if isinstance(instance, BasePage) and instance.alias_of_id is None:
        follow(instance)
        settle(instance)


def string_translated(
    sender: Any, instance: StringTranslation, created: bool, update_fields: Any = None, **kwargs: Any
) -> None:
    """Whoever saves a carried translation has translated it; carrying itself sends no signal."""
    if not created and update_fields is None and instance.tool_name == CARRIED:
        StringTranslation.objects.filter(pk=instance.pk).update(tool_name="")
