"""From a listing or a page to its search document: what is found by which words, and with which weight."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from wagtail.fields import StreamField
from wagtail.models import Page

from content.core.models import BasePage
from content.core.tree import tree
from content.jobs import selectors as jobs
from content.jobs.models import JobListing
from content.registers import tokens
from content.registers.selectors import registers

from . import analysis
from .models import SearchDocument

Kind = SearchDocument.Kind


def listings(keys: Iterable[int] | None = None, on: dt.date | None = None) -> QuerySet[JobListing]:
    """The listings that have a document: published and not closed, so also one that becomes public by itself later.

    Whether one is public today is asked at each search (DECISIONS 31).
    """
    held = JobListing.objects.filter(status=JobListing.Status.PUBLISHED, closing_date__gte=on or timezone.localdate())
    return held if keys is None else held.filter(pk__in=list(keys))


def pages(keys: Iterable[int] | None = None) -> QuerySet[Page]:
    """The pages that have a document: those that a reader can reach, read anew.

    So none that is live below one that is not: its words would be proposed, though nobody may see it.
    """
    with tree.fresh():
        reached = tree().by_id.keys()
    return Page.objects.type(BasePage).filter(pk__in=list(reached if keys is None else reached & set(keys)))


def without_document(keys: Iterable[int]) -> QuerySet[Page]:
    """The live pages at or below these and their aliases that have none: what is published makes them reachable again."""
    held = list(keys)
    roots = Page.objects.filter(Q(pk__in=held) | Q(alias_of__in=held))
    above = roots.alias(below=ExpressionWrapper(OuterRef("path"), CharField())).filter(below__startswith=F("path"))
    document = SearchDocument.objects.filter(kind=Kind.PAGE, object_key=OuterRef("pk"))
    return Page.objects.filter(Exists(above), ~Exists(document), live=True, alias_of=None)


def build(kind: str, keys: Iterable[int]) -> Iterator[SearchDocument]:
    """The documents of these objects; none for those that should have none."""
    return of_listings(listings(keys)) if kind == Kind.JOB else of_pages(pages(keys))


def of_listings(found: QuerySet[JobListing]) -> Iterator[SearchDocument]:
    """The documents of ``found``: one each, with its words in every complete language."""
    for listing in found.with_parts():
        yield _of_listing(listing)


def _of_listing(listing: JobListing) -> SearchDocument:
    fields = jobs.document_fields(listing)
    details = [text for language in fields.details.values() for text in language]
    used = {
        use_of("workgroup", listing.occupation.work.code),
        use_of("scheme", listing.scheme_id),
    }
    occupation = [*fields.occupation.values(), *listing.occupation.also.split(","), *fields.work_name.values()]
    names = [fields.employer, fields.agency, fields.place, *fields.country_name.values()]
    document = SearchDocument(
        kind=Kind.JOB,
        object_key=listing.pk,
        title=fields.title[settings.LANGUAGE_CODE][:255],
        terms_a=analysis.joined(fields.title.values()),
        terms_b=analysis.joined(occupation),
        terms_c=analysis.joined(names),
        terms_d=analysis.joined([*details, *fields.wages, fields.code, fields.reference]),
        uses=_joined_uses(used),
    )
    document.words = analysis.words_of([*occupation, *names, *details])
    return document


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
    texts = (page.title, page.summary, body)
    title, summary, rest = (analysis.analysed(tokens.plain(text, language)) for text in texts)
    document = SearchDocument(
        kind=Kind.PAGE,
        object_key=page.pk,
        language=language,
        title=page.title,
        text=f"{page.summary}\n{body}".strip(),
        terms_a=" ".join(title.terms),
        terms_b=" ".join(summary.terms),
        terms_d=" ".join(rest.terms),
        uses=_uses(page, raw),
        version=str(page.live_revision_id or ""),
    )
    document.words = title.words | summary.words | rest.words
    return document


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
