"""The laws of the project that a machine can hold (ids portal.E…); what an official site still lacks warns (portal.W…).

Each check looks at what is installed, not at a list, so that a new page type, block or language is held to the same law.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.urls import get_resolver
from wagtail import blocks
from wagtail.admin.viewsets import viewsets
from wagtail.fields import StreamField
from wagtail.models import Page, ReferenceIndex, RevisionMixin, TranslatableMixin
from wagtail.search.index import Indexed
from wagtail.snippets.models import get_snippet_models

from content.core.blocks import StoryBlock
from content.core.models import BasePage

VAULT = "vault"
MOST_KINDS = 12
DEEPEST = 2


def page_models() -> list[type[Page]]:
    """The page types of our rooms."""
    return [
        model for model in apps.get_models() if issubclass(model, Page) and not model.__module__.startswith("wagtail")
    ]


def stream_fields() -> Iterator[tuple[type[Page], StreamField]]:
    """Every StreamField of every page type, where it is declared."""
    for model in page_models():
        for field in model._meta.local_fields:
            if isinstance(field, StreamField):
                yield model, field


@register(Tags.models)
def pages_are_base_pages(**kwargs: Any) -> list[CheckMessage]:
    """E001: a page without BasePage would know no sources, no sensitive reading, no refusal of strange tokens."""
    return [
        Error(
            f"{model._meta.label} is a page but no BasePage.",
            hint="Derive it from content.core.models.BasePage.",
            obj=model,
            id="portal.E001",
        )
        for model in page_models()
        if not issubclass(model, BasePage)
    ]


def cms_models() -> set[Any]:
    """The models that a viewset of the CMS shows. Loading the addresses is what registers them."""
    get_resolver().url_patterns  # noqa: B018
    return {getattr(viewset, "model", None) for viewset in viewsets.viewsets}


@register(Tags.models)
def vault_is_apart(**kwargs: Any) -> list[CheckMessage]:
    """E002: Wagtail would copy ids and times of reports into the default database (DECISIONS 25)."""
    if not apps.is_installed("content.reports.vault"):
        return []
    found = []
    shown = cms_models()
    for model in apps.get_app_config(VAULT).get_models():
        ways = {
            "a viewset": model in shown,
            "a snippet": model in get_snippet_models(),
            "the search index": issubclass(model, Indexed),
            "revisions": issubclass(model, RevisionMixin),
            "translation": issubclass(model, TranslatableMixin),
            "the reference index": model in ReferenceIndex.tracked_models,
        }
        found += [
            Error(
                f"{model._meta.label} is registered with {way}.",
                hint="Nothing of the vault is known to Wagtail; staff read reports on pages of their own (DECISIONS 49).",
                obj=model,
                id="portal.E002",
            )
            for way, true in ways.items()
            if true
        ]
    return found


@register(Tags.models)
def translatable_pages_have_no_many_to_many(**kwargs: Any) -> list[CheckMessage]:
    """E003: wagtail-localize ignores them, so a translation would silently lack what the source has (DECISIONS 18)."""
    return [
        Error(
            f"{model._meta.label}.{field.name} is a many-to-many field of a translatable page.",
            hint="Use codes in a block, or an Orderable with a ParentalKey.",
            obj=model,
            id="portal.E003",
        )
        for model in page_models()
        for field in model._meta.local_many_to_many
    ]


@register(Tags.models)
def blocks_speak_for_themselves(**kwargs: Any) -> list[CheckMessage]:
    """E004: an editor chooses a part by its name, its purpose and a sample; a reader sees it by its template."""
    found = []
    for model, field in stream_fields():
        stream = field.stream_block
        for name, block in stream.child_blocks.items():
            lacking = [word for word in ("description", "label") if not getattr(block.meta, word, None)]
            if isinstance(stream, StoryBlock) and not getattr(block.meta, "template", None):
                lacking.append("template")
            if not _has_sample(block):
                lacking.append("preview_value")
            if lacking:
                found.append(
                    Error(
                        f"The block {name} of {model._meta.label}.{field.name} lacks: {', '.join(lacking)}.",
                        hint="Say it in the Meta of the block (content/core/blocks.py shows how).",
                        obj=model,
                        id="portal.E004",
                    )
                )
    return found


def _has_sample(block: blocks.Block) -> bool:
    """Whether the CMS can show what the part looks like before it is chosen."""
    made = type(block).get_preview_value is not blocks.Block.get_preview_value
    return made or hasattr(block.meta, "preview_value")


@register(Tags.translation)
def languages_are_whole(**kwargs: Any) -> list[CheckMessage]:
    """E005: a language without LANG_INFO raises, one without a compiled catalogue answers 404 (STACK 2)."""
    found = []
    for code, _name in settings.LANGUAGES:
        if code not in LANG_INFO:
            found.append(
                Error(
                    f"The language {code} is not in LANG_INFO.",
                    hint="Add it to portal/settings/languages.py.",
                    id="portal.E005",
                )
            )
        # Messages are English: that language needs no catalogue.
        catalogue = Path(settings.LOCALE_PATHS[0]) / code / "LC_MESSAGES" / "django.mo"
        if code != "en" and not catalogue.exists():
            found.append(
                Error(
                    f"The catalogue of the language {code} is not compiled.",
                    hint="Run `manage.py compile_messages`.",
                    id="portal.E005",
                )
            )
    for folder in settings.LOCALE_PATHS[1:]:
        # Without these the editors read English.
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            if not source.with_suffix(".mo").exists():
                found.append(
                    Error(
                        f"{source.name} in {folder} is not compiled.",
                        hint="Run `manage.py compile_messages`.",
                        id="portal.E005",
                    )
                )
    return found


@register(Tags.security)
def cookies_stay_private(**kwargs: Any) -> list[CheckMessage]:
    """E006: no cookie may reach a public page or the report (DECISIONS 2)."""
    wrong = [
        name for name in ("SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH") if getattr(settings, name) != settings.PRIVATE_PATH
    ]
    if "session" not in settings.MESSAGE_STORAGE:
        wrong.append("MESSAGE_STORAGE")
    return [
        Error(
            f"{name} is {getattr(settings, name)!r}: a cookie could reach public pages.",
            hint=f"Cookies live below {settings.PRIVATE_PATH}; messages are kept in the session.",
            id="portal.E006",
        )
        for name in wrong
    ]


def depth_of(block: blocks.Block) -> int:
    """How many blocks lie inside one another below ``block`` (a text is 0, a list of rows is 1)."""
    if isinstance(block, blocks.ListBlock):
        # A list and the row that it repeats are one step for an editor.
        return max(1, depth_of(block.child_block))
    if isinstance(block, (blocks.BaseStructBlock, blocks.BaseStreamBlock)):
        return 1 + max((depth_of(child) for child in block.child_blocks.values()), default=0)
    return 0


@register(Tags.models)
def streams_stay_small(**kwargs: Any) -> list[CheckMessage]:
    """E007: at most twelve kinds of parts in a field, nested at most twice (DECISIONS 18)."""
    found = []
    for model, field in stream_fields():
        children = field.stream_block.child_blocks
        deep = [name for name, block in children.items() if depth_of(block) > DEEPEST]
        if len(children) > MOST_KINDS:
            found.append(
                Error(
                    f"{model._meta.label}.{field.name} offers {len(children)} kinds of parts, more than {MOST_KINDS}.",
                    hint="Merge two, or move one to a page type of its own.",
                    obj=model,
                    id="portal.E007",
                )
            )
        found += [
            Error(
                f"The block {name} of {model._meta.label}.{field.name} is nested more than {DEEPEST} deep.",
                hint="Editors lose their way in deep forms: flatten it.",
                obj=model,
                id="portal.E007",
            )
            for name in deep
        ]
    return found


@register(Tags.security)
def official_names_are_whole(**kwargs: Any) -> list[CheckMessage]:
    """W001-W003: somebody began to make the site official; this is what it still lacks (DECISIONS 29)."""
    named = {name: getattr(settings, name) for name in ("SITE_OWNER", "SITE_DECREE", "SITE_HOST")}
    if not any(named.values()):
        return []
    found: list[CheckMessage] = []
    missing = [name for name, value in named.items() if not value]
    if missing:
        found.append(
            Warning(
                f"The site cannot be official without {', '.join(missing)}.",
                hint="docs/settings.md says what each is.",
                id="portal.W001",
            )
        )
    host = settings.SITE_HOST
    if host and not host.endswith(".go.id"):
        found.append(
            Warning(
                f"SITE_HOST is {host}: only a .go.id host is official.",
                hint="Without one the site keeps saying that it is an example.",
                id="portal.W002",
            )
        )
    if host and f"https://{host}" != settings.BASE_URL:
        found.append(
            Warning(
                f"BASE_URL is {settings.BASE_URL}, not https://{host}.",
                hint="Links in mails and canonical addresses name BASE_URL.",
                id="portal.W003",
            )
        )
    return found
