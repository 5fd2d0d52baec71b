"""The search documents: one row for each thing that can be found, written in the transaction of its change.

A row is a copy for finding, never a truth: listings are re-read through ``JobListing.objects.public(on)`` and pages
through the tree of live pages, so that a stale row can hide something for a moment but never show it (DECISIONS 31, 36).
The engines keep their inverted index beside this table (migration 0002): an FTS5 table on SQLite, a stored ``tsvector``
column on PostgreSQL.
"""

from __future__ import annotations

from django.db import models


class SearchDocument(models.Model):
    """What is searched of one listing or one page."""

    class Kind(models.TextChoices):
        JOB = "job"
        PAGE = "page"

    kind = models.CharField(max_length=8, choices=Kind)
    object_key = models.BigIntegerField()
    # Listings hold their names in every language and have none of their own.
    language = models.CharField(max_length=12, blank=True)
    # The original texts, tokens in words: for the hit and its highlighting.
    title = models.CharField(max_length=255)
    text = models.TextField(blank=True)
    # The analysed terms by weight: title, then occupation or summary, then employer and country, then all else.
    terms_a = models.TextField(blank=True)
    terms_b = models.TextField(blank=True)
    terms_c = models.TextField(blank=True)
    terms_d = models.TextField(blank=True)
    # What a listing is filtered, counted and sorted by.
    country = models.CharField(max_length=2, blank=True)
    work = models.CharField(max_length=40, blank=True)
    scheme = models.CharField(max_length=40, blank=True)
    education = models.CharField(max_length=12, blank=True)
    worker_cost = models.CharField(max_length=4, blank=True)
    closing_date = models.DateField(null=True, blank=True)
    public_from = models.DateField(null=True, blank=True)
    public_until = models.DateField(null=True, blank=True)
    # The register entries whose words stand in this row, “ fact:slug channel:slug work:code ”, to find it by them.
    uses = models.TextField(blank=True)
    # The revision of a page, or the time stamp of a listing, that this row was made from: what is older is repaired.
    version = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_key"], name="one_document_per_object")]
        indexes = [models.Index(fields=["kind", "closing_date"], name="search_closing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_key}: {self.title}"
