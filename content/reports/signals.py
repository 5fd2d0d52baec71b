"""What makes the snapshots of the form old: its page, a number or place, the proof that the site is official."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_published, page_unpublished

from content.core.models import SiteProof, TranslationReview
from content.registers.signals import registers_changed

from .models import ReportPage
from .services import write_snapshots_after_commit

_REGISTERS = frozenset({"fact", "channel", "region", "destination"})


def _something_changed(sender: Any, **kwargs: Any) -> None:
    write_snapshots_after_commit()


def _register_changed(sender: Any, kind: str, **kwargs: Any) -> None:
    if kind in _REGISTERS:
        write_snapshots_after_commit()


def connect() -> None:
    """Listen (called once, in AppConfig.ready)."""
    registers_changed.connect(_register_changed, dispatch_uid="reports-registers")
    for signal, name in ((page_published, "published"), (page_unpublished, "unpublished")):
        signal.connect(_something_changed, sender=ReportPage, dispatch_uid=f"reports-{name}")
    post_delete.connect(_something_changed, sender=ReportPage, dispatch_uid="reports-deleted")
    for model in (SiteProof, TranslationReview):
        for signal in (post_save, post_delete):
            signal.connect(_something_changed, sender=model, dispatch_uid=f"reports-{model.__name__}-{id(signal)}")
