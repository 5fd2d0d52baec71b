"""Reports in the menu of the CMS: a plain link to pages that are not the CMS's (DECISIONS 49)."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .vault.models import Seat


class DeskItem(MenuItem):
    """Shown to whoever has a seat in a unit; a superuser without one does not see it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return Seat.objects.filter(user=request.user.pk or 0).exists()


@hooks.register("register_admin_menu_item")
def desk_item() -> MenuItem:
    return DeskItem(_("Reports"), reverse("desk_units"), name="desk", icon_name="lock", order=900)
