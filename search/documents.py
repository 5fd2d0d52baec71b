"""From a listing or a page to its search document: what is found by which words, and with which weight."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from wagtail.fields import StreamField
from wagtail.models import Page

from content.core.models import BasePage
from content.jobs import selectors as jobs
from content.jobs.models import JobListing
from content.registers import tokens
from content.registers.selectors import registers

from . import analysis
from .models import SearchDocument

Kind = SearchDocument.Kind
# What people type before they say which job: every listing is one, so none may be lost by these words.
_EVERY_LISTING = ("lowongan kerja pekerjaan loker", "job jobs work vacancy vacancies")


def listings(keys: Iterable[int] | None = None, on: dt.date | None = None) -> QuerySet[JobListing]:
    """The listings that have a document: published and not closed, so also one that becomes public by itself later.

    Whether one is public today is asked at each search (DECISIONS 31).
    """
    held = JobListing.objects.filter(status=JobListing.Status.PUBLISHED, closing_date__gte=on or timezone.localdate())
    return held if keys is None else held.filter(pk__in=list(keys))


def pages(keys: Iterable[int] | None = None) -> QuerySet[Page]:
    """The pages that have a document: live, and no alias, which is not a translation (DECISIONS 3)."""
    held = Page.objects.type(BasePage).filter(live=True, alias_of=None)
    return held if keys is None else held.filter(pk__in=list(keys))


def build(kind: str, keys: Iterable[int]) -> Iterator[SearchDocument]:
    """The documents of these objects; none for those that should have none."""
    return of_listings(listings(keys)) if kind == Kind.JOB else of_pages(pages(keys))


def of_listings(found: QuerySet[JobListing]) -> Iterator[SearchDocument]:
    """The documents of ``found``: one each, with its words in every complete language."""
    # Openings share most of their words: each text is cut into terms once.
    known: dict[str, str] = {}

    def terms(texts: Iterable[str]) -> str:
        lines = (known.get(text) or known.setdefault(text, analysis.joined([text])) for text in texts)
        return " ".join(line for line in lines if line)

    for listing in found.with_parts():
        yield _of_listing(listing, terms)


def _of_listing(listing: JobListing, terms: Callable[[Iterable[str]], str]) -> SearchDocument:
    fields = jobs.document_fields(listing)
    details = [text for language in fields.details.values() for text in language]
    used = {
        use_of("workgroup", listing.occupation.work.code),
        use_of("scheme", listing.scheme_id),
    }
    return SearchDocument(
        kind=Kind.JOB,
        object_key=listing.pk,
        title=fields.title[settings.LANGUAGE_CODE][:255],
        terms_a=terms(fields.title.values()),
        terms_b=terms([*fields.occupation.values(), listing.occupation.also, *fields.work_name.values()]),
        terms_c=terms([fields.employer, fields.agency, fields.place, *fields.country_name.values()]),
        terms_d=terms([*details, fields.code, fields.reference, *_EVERY_LISTING]),
        uses=_joined_uses(used),
    )


def of_pages(found: QuerySet[Page]) -> Iterator[SearchDocument]:
    """The documents of ``found``, each in the language of its page."""
    for page in found.select_related("locale").specific():
        with translation.override(page.locale.language_code):
            yield _of_page(page)


def _of_page(page: BasePage) -> SearchDocument:
    language = page.locale.language_code
    raw = page.text_of_all_fields()
    # The text begins with title and summary; what follows is the body.
    body = raw.removeprefix(f"{page.title}\n{page.summary}").strip()
    return SearchDocument(
        kind=Kind.PAGE,
        object_key=page.pk,
        language=language,
        title=page.title,
        text=f"{page.summary}\n{body}".strip(),
        terms_a=analysis.joined([tokens.plain(page.title, language)]),
        terms_b=analysis.joined([tokens.plain(page.summary, language)]),
        terms_d=analysis.joined([tokens.plain(body, language)]),
        uses=_uses(page, raw),
        version=str(page.live_revision_id or ""),
    )


def _uses(page: BasePage, raw: str) -> str:
    """The register entries that a page names: by token, or by code in a block (“contacts”)."""
    kinds = {"fakta": "fact", "kanal": "channel"}
    named = {use_of(kinds[kind], slug) for kind, slug in tokens.find(raw)}
    streams = [getattr(page, field.name) for field in page._meta.get_fields() if isinstance(field, StreamField)]
    codes = json.dumps([stream.get_prep_value() for stream in streams], default=str)
    named |= {use_of("channel", slug) for slug in registers().channels if f'"{slug}"' in codes}
    return _joined_uses(named)


def _joined_uses(uses: set[str]) -> str:
    return "".join(sorted(uses))


def use_of(kind: str, key: object) -> str:
    """How a row holds that it uses a register entry: between spaces, so that no longer name is found by accident."""
    return f" {kind}:{key} "
