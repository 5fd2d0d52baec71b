"""What makes the snapshots of the form old: its page, a number or place, the proof that the site is official.

And what closes a desk: an account that is switched off or deleted.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_published, page_unpublished

from content.core.models import SiteProof, TranslationReview
from content.registers.signals import registers_changed

from .models import ReportPage
from .services import write_snapshots_after_commit
from .vault import staff

_REGISTERS = frozenset({"fact", "channel", "region", "destination"})


def _something_changed(sender: Any, **kwargs: Any) -> None:
    write_snapshots_after_commit()


def _register_changed(sender: Any, kind: str, **kwargs: Any) -> None:
    if kind in _REGISTERS:
        write_snapshots_after_commit()


def _account_saved(sender: Any, instance: Any, **kwargs: Any) -> None:
    if not instance.is_active:
        _account_gone(sender, instance)


def _account_gone(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Nobody opens a report with it: the form must not count on it. Where that fails, the night makes up for it."""
    transaction.on_commit(partial(staff.take_all_seats, instance.pk), robust=True)


def connect() -> None:
    """Listen (called once, in AppConfig.ready)."""
    registers_changed.connect(_register_changed, dispatch_uid="reports-registers")
    for signal, name in ((page_published, "published"), (page_unpublished, "unpublished")):
        signal.connect(_something_changed, sender=ReportPage, dispatch_uid=f"reports-{name}")
    post_delete.connect(_something_changed, sender=ReportPage, dispatch_uid="reports-deleted")
    for model in (SiteProof, TranslationReview):
        for signal in (post_save, post_delete):
            signal.connect(_something_changed, sender=model, dispatch_uid=f"reports-{model.__name__}-{id(signal)}")
    post_save.connect(_account_saved, sender=get_user_model(), dispatch_uid="reports-account-saved")
    post_delete.connect(_account_gone, sender=get_user_model(), dispatch_uid="reports-account-deleted")
