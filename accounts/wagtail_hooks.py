"""Accounts in the CMS: the invitation button, and no bulk work on superusers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from .models import User


@hooks.register("register_user_listing_buttons")
def invitation_button(user: User, request_user: User) -> Iterator[Button]:
    waits = user.last_login is None and user.is_active and not user.is_superuser
    if waits and request_user.has_perm("accounts.change_user"):
        yield Button(
            _("Send the invitation again"),
            url=reverse("wagtailusers_users:invite", args=[user.pk]),
            icon_name="mail",
            priority=15,
        )


@hooks.register("register_account_menu_item")
def password_item(request: HttpRequest) -> dict[str, Any]:
    """The CMS asks for no password; allauth's own page does."""
    return {
        "url": reverse("account_change_password"),
        "label": _("Change password"),
        "help_text": _("Your address and your roles are changed by an administrator."),
    }


@hooks.register("before_bulk_action")
def spare_superusers(request: HttpRequest, action_type: str, objects: list[Any], action_class_instance: Any) -> None:
    """Neither deactivated nor given roles by anybody but a superuser."""
    if request.user.is_superuser:
        return
    if any(isinstance(item, User) and item.is_superuser for item in objects):
        raise PermissionDenied
