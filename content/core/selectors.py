"""Reading pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page, Revision
from wagtail_localize.models import StringTranslation

from content.registers.generation import PerGeneration
from content.registers.models import Channel, Service, Source
from content.registers.usage import token_of

from .models import BasePage, Recording, TranslationReview
from .translation import fingerprint

P = TypeVar("P", bound=BasePage)


def child_pages(parent: BasePage, model: type[P]) -> list[P]:
    """The live children of one type in tree order, in one query; aliases are no pages of their own."""
    return list(model.objects.child_of(parent).live().filter(alias_of=None).order_by("path"))


def review_of(page: BasePage) -> TranslationReview | None:
    """The review of a translation, where it was of the words that ``page`` holds now."""
    review = TranslationReview.objects.filter(page_id=page.pk).first()
    return review if review and review.words == fingerprint(page) else None


def _recordings() -> dict[int, Recording]:
    held = Recording.objects.select_related("page", "page__locale")
    # No page says that it can be heard when its file is gone.
    return {one.page_id: one for one in held if one.file.name and one.file.storage.exists(one.file.name)}


# By the number of the page.
recordings = PerGeneration(_recordings)


def recording_of(page: BasePage) -> Recording | None:
    """What there is to hear of a page; nothing of a sensitive one, for what was heard stays on the phone."""
    return None if page.sensitive else recordings().get(page.pk)


# --- where an entry of the registers is named (content.registers.usage) ---------------------------------------------


def places_naming(entry: models.Model) -> Iterator[str]:
    """Pages, their newest and scheduled drafts, translations and seed files that name ``entry``, by token or in a block."""
    token = token_of(entry)
    code = entry.slug if isinstance(entry, Channel) else entry.code if isinstance(entry, Service | Source) else ""
    if token or code:
        yield from _pages_naming(token, code)
        yield from _translations_naming(token)
        yield from _files_naming(token, code, everywhere=isinstance(entry, Source))


def _pages_naming(token: str, code: str) -> Iterator[str]:
    for model in apps.get_models():
        if not issubclass(model, BasePage):
            continue
        columns = model._meta.concrete_fields
        streams = [column.name for column in columns if isinstance(column, StreamField)]
        for page in model.objects.filter(alias_of=None).select_related("locale"):
            row = {column.name: column.value_to_string(page) for column in columns}
            title = {"title": page.title, "language": page.locale.language_code}
            if _names(row, streams, token, code):
                yield _("“%(title)s” (%(language)s)") % title
            elif any(_names(draft.content, streams, token, code) for draft in _drafts(page)):
                yield _("the draft of “%(title)s” (%(language)s)") % title


def _drafts(page: BasePage) -> models.QuerySet[Revision]:
    newest_or_scheduled = models.Q(pk=page.latest_revision_id) | models.Q(approved_go_live_at__isnull=False)
    return page.revisions.filter(newest_or_scheduled)


def _names(content: dict[str, Any], streams: list[str], token: str, code: str) -> bool:
    """Whether a page or revision names the token anywhere, or the code in one of its blocks."""
    words = " ".join(value for value in content.values() if isinstance(value, str))
    blocks = " ".join(content.get(name) or "" for name in streams)
    return bool(token and token in words) or bool(code and f'"{code}"' in blocks)


def _translations_naming(token: str) -> Iterator[str]:
    if not token:
        return
    rows = StringTranslation.objects.filter(data__contains=token).select_related("locale")
    for language, key in sorted(set(rows.values_list("locale__language_code", "context__object_id"))):
        page = Page.objects.filter(translation_key=key, locale__language_code=language).first()
        if page is not None:
            yield _("the translation of “%(title)s” (%(language)s)") % {"title": page.title, "language": language}


def _files_naming(token: str, code: str, *, everywhere: bool) -> Iterator[str]:
    """The files that the pages are loaded from: without the entry none of them could be loaded again.

    The code of a source stands ``everywhere`` for that source; those of channels and offices are words of the language.
    """
    from .seeding import families  # reads every room

    whole = rf"(?<![\w-]){re.escape(code)}(?![\w-])"
    named = re.compile(whole if everywhere else rf"^::: channels\b.*{whole}", re.MULTILINE)
    for family in families():
        for path in sorted(family.folder.glob("*.md")):
            text = path.read_text(encoding="utf-8")
            if (token and token in text) or (code and named.search(text)):
                yield f"content/{family.folder.parent.name}/seed/{path.name}"
