"""The page that says how Elasticsearch is, for those who look after the site."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permission_policies import ModelPermissionPolicy

from . import outer
from .models import SearchChange

PERMISSION = "search.view_searchchange"


class StatusView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Health, lag and counts, as they are now."""

    template_name = "search/admin/status.html"
    permission_policy = ModelPermissionPolicy(SearchChange)
    permission_required = "view"
    page_title = gettext_lazy("Search index")
    header_icon = "search"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title(), "sublabel": ""}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        status = outer.status() if outer.is_used() else None
        return super().get_context_data(status=status, late=status and outer.is_late(status.waiting), **kwargs)
