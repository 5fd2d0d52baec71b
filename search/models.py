"""The search documents: one row for each thing that can be found, written in the transaction of its change.

A row is a copy for finding by words, never a truth: what a listing is filtered, counted and sorted by is asked of
``content.jobs.selectors.filterable``, and pages of the tree of live pages, so that a stale row can hide something from
its words for a moment but never show it (DECISIONS 31, 36).
Beside them stand the words of all documents, by which mistyped ones are corrected.
The engines keep their inverted index beside this table (migration 0002): an FTS5 table on SQLite, a stored ``tsvector``
column on PostgreSQL.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from content.registers.constraints import coded


class DocumentKind(models.TextChoices):
    """What can be found."""

    JOB = "job"
    PAGE = "page"


class SearchDocument(models.Model):
    """What is searched of one listing or one page."""

    Kind = DocumentKind

    kind = models.CharField(max_length=8, choices=Kind)
    object_key = models.BigIntegerField()
    # Listings hold their names in every language and have none of their own.
    language = models.CharField(max_length=12, blank=True)
    # The original texts with their tokens, for the hit and its highlighting: a number is said as it is when it is shown.
    title = models.CharField(max_length=255)
    text = models.TextField(blank=True)
    # The analysed terms by weight: title, then occupation or summary, then employer and country, then all else.
    terms_a = models.TextField(blank=True)
    terms_b = models.TextField(blank=True)
    terms_c = models.TextField(blank=True)
    terms_d = models.TextField(blank=True)
    # The register entries whose words stand in this row, “ fact:slug channel:slug workgroup:code ”, to find it by them.
    uses = models.TextField(blank=True)
    # The revision of a page that this row was made from: what is older is repaired.
    version = models.CharField(max_length=40, blank=True)

    # No column: what it says in whole words, each with its term, for SearchWord.
    words: frozenset[tuple[str, str]] = frozenset()

    class Meta:
        constraints = [
            *coded("search_document", kind=DocumentKind),
            models.UniqueConstraint(fields=["kind", "object_key"], name="one_document_per_object"),
        ]
        # Of what object a hit is, is read of this index alone, not of the wide rows.
        indexes = [models.Index(fields=["id", "kind", "object_key"], name="document_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_key}: {self.title}"


class SearchWord(models.Model):
    """A word of some document as it is written, with its term: what a mistyped word may have been meant to be.

    Written with the documents and taken out by a rebuild; a word that no document holds any more corrects nothing,
    because a correction must find something. Nothing that people type ever stands here.
    """

    LONGEST, SHORTEST = 40, 3

    kind = models.CharField(max_length=8, choices=DocumentKind)
    word = models.CharField(max_length=LONGEST)
    term = models.CharField(max_length=LONGEST)

    class Meta:
        constraints = [
            *coded("search_word", kind=DocumentKind),
            models.UniqueConstraint(fields=["kind", "word"], name="one_row_per_word"),
        ]

    def __str__(self) -> str:
        return self.word


class SearchChange(models.Model):
    """The outbox (DECISIONS 36): something whose document an engine outside the database has still to be told of.

    Written in the transaction of the change, taken out when that engine has acknowledged it. Only the key: what is told
    is read when it is told.
    """

    kind = models.CharField(max_length=8, choices=DocumentKind)
    object_key = models.BigIntegerField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [*coded("search_change", kind=DocumentKind)]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_key}"


class SearchLease(models.Model):
    """Who may do something that only one may do at a time, until when (:mod:`search.leases`)."""

    name = models.CharField(max_length=20, primary_key=True)
    # Grows with every holder, and with the clock: of two writings the one with the larger number was read later.
    number = models.BigIntegerField(default=0)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
