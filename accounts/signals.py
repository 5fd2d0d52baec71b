"""What follows from a change: a new home page carries the roles, a changed address replaces the old one."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models.signals import post_save

from content.core.models import HomePage

from .models import User


def _home_page_made(sender: Any, instance: HomePage, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if created and not raw:
        from .services import sync_roles

        transaction.on_commit(sync_roles)


def _account_saved(sender: Any, instance: User, raw: bool = False, **kwargs: Any) -> None:
    """An address that is no longer the account's must open nothing: allauth would accept it and send resets to it."""
    if not raw:
        EmailAddress.objects.filter(user=instance).exclude(email=instance.email).delete()


def connect() -> None:
    """Listen (called once, in AppConfig.ready)."""
    post_save.connect(_home_page_made, sender=HomePage, dispatch_uid="accounts-home-page")
    post_save.connect(_account_saved, sender=User, dispatch_uid="accounts-address")
