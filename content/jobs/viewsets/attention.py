"""The queue “needs attention”: its page, its place in the menu, and its panel on the home page of the CMS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from .. import attention, holds, services
from ..attention import SECTIONS, Line, Section
from ..models import Agency, Hold, JobListing

SHOWN, PAGE = 10, 50
PERMISSION = "jobs.change_joblisting"


def _url(name: str, *args: Any) -> str:
    """An address of the CMS; nothing where it has none for this."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _edit_url(row: Model) -> str:
    """Where a row is changed in the CMS."""
    if isinstance(row, JobListing):
        return reverse(JobListing.snippet_viewset.get_url_name("edit"), args=[row.pk])
    if isinstance(row, Hold):
        return _url("hold:edit", row.pk) or _edit_url(row.listing or row.agency or row.contact)
    return _url(f"{row._meta.model_name}:edit", row.pk)


def _listings_url(agency: Agency) -> str:
    """The published listings of an agency, where many are closed at once."""
    return f"{reverse(JobListing.snippet_viewset.get_url_name('list'))}?agency={agency.pk}&status=published"


@dataclass(frozen=True)
class Shown:
    """A line with its links, each cell with the name of its column."""

    line: Line
    name: str
    cells: list[tuple[Any, str]]
    url: str
    other_url: str
    listings_url: str


def shown(section: Section, line: Line) -> Shown:
    about = line.about
    named = (about.listing or about.agency or about.contact) if isinstance(about, Hold) else about
    return Shown(
        line,
        line.name or str(named),
        list(zip(section.columns[1:], line.cells, strict=False)),
        _edit_url(about) if about else _url("exchangerate:add"),
        _edit_url(line.other) if line.other else "",
        _listings_url(about) if isinstance(about, Agency) and section.code == "stopped" else "",
    )


class AttentionView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """All sections with their first lines, or one of them page by page. POST decides about a pair that looks alike."""

    template_name = "jobs/admin/attention.html"
    permission_policy = ModelPermissionPolicy(JobListing)
    permission_required = "change"
    page_title = gettext_lazy("Needs attention")
    header_icon = "warning"
    index_url_name = ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title(), "sublabel": ""}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        chosen = self.request.GET.get("section")
        if chosen:
            if chosen not in attention.BY_CODE:
                raise Http404
            return super().get_context_data(**self._one(attention.BY_CODE[chosen], today), **kwargs)
        parts = [self._part(one, today, 0, SHOWN) for one in SECTIONS]
        filled = [part for part in parts if part["count"]]
        empty = [part for part in parts if not part["count"]]
        total = sum(part["count"] for part in parts)
        return super().get_context_data(parts=filled, empty=empty, total=total, **kwargs)

    def _part(self, section: Section, today: dt.date, start: int, stop: int) -> dict[str, Any]:
        count, lines = section.part(today, start, stop)
        return {"section": section, "count": count, "lines": [shown(section, line) for line in lines]}

    def _one(self, section: Section, today: dt.date) -> dict[str, Any]:
        wanted = self.request.GET.get("p", "")
        number = max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 7 else 1
        part = self._part(section, today, (number - 1) * PAGE, number * PAGE)
        page = Paginator(range(part["count"]), PAGE).get_page(number)
        if page.number != number:  # beyond the last one
            part = self._part(section, today, page.start_index() - 1, page.end_index())
        return {"parts": [part], "empty": [], "total": part["count"], "page_obj": page, "one": section}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Of a pair: one is closed, or both stay. What is no open pair is left alone."""
        pair, act = self._pair(request.POST.get("pair", "")), request.POST.get("act", "")
        if pair is None:
            messages.error(request, _("One of the two is no longer there."))
        elif act == "apart":
            services.keep_apart(*pair, actor=request.user)
            messages.success(request, _("Recorded: these are two different openings."))
        elif act in (f"close-{pair[0].pk}", f"close-{pair[1].pk}"):
            self._close(*(pair if act == f"close-{pair[0].pk}" else pair[::-1]))
        one = "?section=duplicates" if request.POST.get("section") else "#duplicates"
        return redirect(f"{reverse(self.index_url_name)}{one}")

    def _close(self, closed: JobListing, kept: JobListing) -> None:
        reason = _("Duplicate of %(reference)s") % {"reference": kept.reference}
        try:
            services.close(closed, self.request.user, reason)
        except holds.Refusal as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, _("“%(listing)s”: %(status)s.") % {
                "listing": closed, "status": closed.get_status_display(),
            })  # fmt: skip

    @staticmethod
    def _pair(text: str) -> tuple[JobListing, JobListing] | None:
        keys = [int(part) for part in text.split("-") if part.isdecimal() and len(part) < 19]
        found = attention.likeness.comparable().select_related("agency", "occupation").in_bulk(keys)
        return (found[keys[0]], found[keys[1]]) if len(found) == 2 == len(keys) else None


class _AttentionItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


class AttentionViewSet(ViewSet):
    """The entry of the menu and the address of the queue."""

    name = "jobs_attention"
    url_prefix = "jobs/attention"
    icon = "warning"
    menu_label = gettext_lazy("Needs attention")
    menu_item_class = _AttentionItem

    def get_urlpatterns(self) -> list[URLPattern]:
        view = self.construct_view(AttentionView, index_url_name=self.get_url_name("index"))
        return [path("", view, name="index")]


class AttentionPanel(Component):
    """On the home page of the CMS: how much waits, with links, and what an officer does most often."""

    name = "jobs_attention"
    template_name = "jobs/admin/attention_panel.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        counts = attention.counts_of_now()
        return {
            "sections": [(one, counts[one.code]) for one in SECTIONS if counts[one.code]],
            "total": sum(counts.values()),
            "url": reverse("jobs_attention:index"),
            "import_url": reverse("importrun:add"),
            "add_url": reverse(JobListing.snippet_viewset.get_url_name("add")),
        }


def panels(request: HttpRequest, found: list[Any]) -> None:
    """Adds the panel for whoever works with listings."""
    if request.user.has_perm(PERMISSION):
        found.append(AttentionPanel())
