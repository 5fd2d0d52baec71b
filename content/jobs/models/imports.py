"""How rows come in, and what each did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.registers.constraints import coded

from ..vocabulary import (
    ImportState,
)
from .listings import JobListing


class ImportRun(models.Model):
    """One file of listings on its way in: previewed, confirmed, written in chunks, and undone if need be."""

    State = ImportState

    file_name = models.CharField(_("file"), max_length=160)
    digest = models.CharField(_("fingerprint of the file"), max_length=64)
    content = models.BinaryField(editable=False)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    # Which heading of the file means which column of ours. Where somebody has chosen it, ``headings`` is the fingerprint
    # of the headings, and the next file with the same ones is read in the same way: ``chosen_in`` says where from.
    headings = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    mapping = models.JSONField(_("columns"), default=dict)
    # Each heading of the file with its first values, to choose by.
    sample = models.JSONField(default=list, editable=False)
    chosen_in = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    publish = models.BooleanField(_("publish new listings at once"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREVIEWED)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    # Rows of the file up to this one are dealt with: a killed run goes on behind it.
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows dealt with"), default=0)
    chunks_done = models.PositiveIntegerField(_("chunks written"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    kept = models.PositiveIntegerField(_("not undone, edited since"), default=0)
    alike = models.PositiveIntegerField(_("like another one"), default=0)
    problems = models.JSONField(default=list, editable=False)
    # Rows that look like another opening: row, key of the listing or nothing, row of this file or nothing.
    warnings = models.JSONField(default=list, editable=False)
    # Who writes now: a random claim, alive while its beat is fresh.
    claim = models.CharField(max_length=32, blank=True, editable=False)
    beat_at = models.DateTimeField(null=True, blank=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("import"), _("imports")
        ordering = ["-pk"]
        constraints = coded("import_run", state=ImportState)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.created_at:%Y-%m-%d %H:%M})"


class ImportChange(models.Model):
    """What one row of an import did to one listing: enough to undo exactly that."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="row_changes")
    listing = models.ForeignKey(JobListing, models.SET_NULL, null=True, related_name="+")
    row = models.PositiveIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.row}"
