"""The way from the CMS to the pages of this room."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .bulletin_views import PERMISSION


class WarningsItem(MenuItem):
    """Shown to whoever may edit warnings; with a seat in a unit alone one comes from the desk."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


@hooks.register("register_reports_menu_item")
def warnings_item() -> MenuItem:
    return WarningsItem(_("Warnings for the public"), reverse("bulletins"), icon_name="warning", order=90)
