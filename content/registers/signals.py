"""Registers announce their changes: ``registers_changed(kind, keys)`` inside the transaction (DECISIONS 36)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import Signal

# Arguments: kind (model name in lower case), keys (list of slugs, codes or primary keys).
registers_changed = Signal()


def announce(instance: Model) -> None:
    """Tell the listeners; the row that was written starts a new generation (``generation.watch``)."""
    key = getattr(instance, "slug", None) or getattr(instance, "code", None) or instance.pk
    registers_changed.send(sender=type(instance), kind=instance._meta.model_name, keys=[key])


def _saved(sender: type[Model], instance: Model, raw: bool = False, **kwargs: Any) -> None:
    announce(instance)


def _sources_changed(sender: Any, instance: Any, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and isinstance(instance, Model):
        announce(instance)


def connect(models: list[type[Model]]) -> None:
    """Listen to every register model (called once, in AppConfig.ready)."""
    for model in models:
        uid = f"registers-{model._meta.label}"
        post_save.connect(_saved, sender=model, dispatch_uid=f"{uid}-save")
        post_delete.connect(_saved, sender=model, dispatch_uid=f"{uid}-delete")
        for field in model._meta.many_to_many:
            m2m_changed.connect(
                _sources_changed, sender=getattr(model, field.name).through, dispatch_uid=f"{uid}-{field.name}"
            )
