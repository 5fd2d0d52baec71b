"""What the search adds to the CMS: how its index outside the database is, where there is one."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import outer
from .status_views import PERMISSION, StatusView


@hooks.register("register_admin_urls")
def register_status() -> list[URLPattern]:
    return [path("search-index/", StatusView.as_view(), name="search_status")]


class _StatusItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return outer.is_used() and request.user.has_perm(PERMISSION)


@hooks.register("register_reports_menu_item")
def register_status_menu() -> MenuItem:
    return _StatusItem(gettext_lazy("Search index"), reverse("search_status"), icon_name="search", order=110)
