"""What the page room announces: ``pages_changed(keys)``, inside the transaction of the change (DECISIONS 36)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move
from wagtail_localize.models import StringTranslation

from content.registers import generation

from . import services, translation
from .models import Recording

# Argument: keys, the ids of pages whose public text may have changed.
pages_changed = Signal()


def announce(keys: list[int]) -> None:
    """Tell the listeners in one transaction, then start a new generation. Wagtail publishes outside one (DECISIONS 36)."""
    with transaction.atomic():
        pages_changed.send(sender=Page, keys=keys)
        generation.replace_after_commit()


def _page_published(sender: Any, instance: Page, **kwargs: Any) -> None:
    with transaction.atomic():
        if getattr(instance, "sensitive", False):
            services.withdraw_sounds([instance.pk])
        announce([instance.pk])


def _page_unpublished(sender: Any, instance: Page, **kwargs: Any) -> None:
    with transaction.atomic():
        services.withdraw_sounds([instance.pk])
        _branch_changed(sender, instance)


def _branch_changed(sender: Any, instance: Page, **kwargs: Any) -> None:
    announce(list(instance.get_descendants(inclusive=True).values_list("pk", flat=True)))


def _page_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, Page):
        announce([instance.pk])


def _recording_deleted(sender: Any, instance: Recording, **kwargs: Any) -> None:
    services.forget_sound(instance)


def connect() -> None:
    """Listen to every event that changes what the public sees (called once, in AppConfig.ready)."""
    post_delete.connect(_recording_deleted, sender=Recording, dispatch_uid="core-recording-deleted")
    page_published.connect(_page_published, dispatch_uid="core-published")
    page_published.connect(translation.page_published, dispatch_uid="core-translations")
    post_save.connect(translation.string_translated, sender=StringTranslation, dispatch_uid="core-translated")
    page_unpublished.connect(_page_unpublished, dispatch_uid="core-unpublished")
    page_slug_changed.connect(_branch_changed, dispatch_uid="core-slug")
    post_page_move.connect(_branch_changed, dispatch_uid="core-moved")
    post_delete.connect(_page_deleted, sender=Page, dispatch_uid="core-deleted")
