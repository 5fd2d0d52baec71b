"""Accounts in the CMS: the invitation button, and no bulk work on superusers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from .models import User
from .permissions import BY_CODE


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


class _DeskItem(MenuItem):
    """To the desk of the reports, for who has the role of a case worker besides another.

    It goes by the role, a row of this database: the vault, which knows who has a seat, is not asked on every page. Whoever has
    the role and no seat finds nothing there, and a superuser without the role is not led there at all.
    """

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.groups.filter(name=BY_CODE["case_worker"].group).exists()


@hooks.register("register_admin_menu_item")
def desk_item() -> MenuItem:
    return _DeskItem(_("Incoming reports"), reverse("desk_units"), name="reports-desk", icon_name="lock", order=150)


@hooks.register("before_bulk_action")
def spare_superusers(request: HttpRequest, action_type: str, objects: list[Any], action_class_instance: Any) -> None:
    """Neither deactivated nor given roles by anybody but a superuser."""
    if request.user.is_superuser:
        return
    if any(isinstance(item, User) and item.is_superuser for item in objects):
        raise PermissionDenied
