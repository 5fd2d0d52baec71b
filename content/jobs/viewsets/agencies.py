"""Agencies with their licence, decisions and contacts, and the job orders that were approved for them."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column, StatusFlagColumn, StatusTagColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.model import ModelViewSet

from content.registers import labels
from content.registers.viewsets import KeptDeleteView, RegisterInspectView

from .. import holds
from ..forms import AgencyForm, JobOrderForm
from ..models import Agency, Hold, JobListing, JobOrder
from .columns import CountsHidden, EndsFilter, ShownPanel, day, until
from .exports import SafeIndexView
from .oversight import HoldsPanel, hold_button, open_hold

Status = JobListing.Status


class AgencyFilterSet(WagtailFilterSet):
    ends = EndsFilter("valid_until")

    class Meta:
        model = Agency
        fields = ["status", "ends", "kind", "example"]


class AgencyIndexView(SafeIndexView):
    def search_queryset(self, queryset: QuerySet[Agency]) -> QuerySet[Agency]:
        return super().search_queryset(queryset).distinct()  # two of its names may fit

    def get_list_more_buttons(self, instance: Agency) -> list:
        buttons = super().get_list_more_buttons(instance)
        return [*buttons, *hold_button(instance, self.request.user, instance.open_hold)]


class AgencyEditView(CountsHidden, EditView):
    listings_of = "agency"

    @cached_property
    def header_more_buttons(self) -> list:
        return [*super().header_more_buttons, *hold_button(self.object, self.request.user, open_hold(self.object))]


class AgencyInspectView(RegisterInspectView):
    """An agency on one page: its licence, names, addresses and contacts, and everything that was decided of it."""

    template_name = "jobs/admin/agency.html"

    def get_example_display_value(self) -> str:
        return _("Yes") if self.object.example else _("No")

    @cached_property
    def header_more_buttons(self) -> list:
        return [*super().header_more_buttons, *hold_button(self.object, self.request.user, open_hold(self.object))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agency = self.object
        states = Counter(agency.listings.values_list("status", flat=True))
        return super().get_context_data(
            **kwargs,
            addresses=agency.addresses.select_related("region__province"),
            names=agency.names.all(),
            contacts=agency.contacts.all(),
            statuses=agency.statuses.select_related("source", "actor"),
            holds=holds.of(agency),
            listings=[(Status(code).label, count) for code, count in states.items()],
            shown=JobListing.objects.public().filter(agency=agency).count(),
        )


class AgencyViewSet(ModelViewSet):
    model = Agency
    icon = "group"
    menu_label = gettext_lazy("Agencies")
    inspect_view_enabled = True
    copy_view_enabled = False
    list_per_page = 50
    index_view_class = AgencyIndexView
    edit_view_class = AgencyEditView
    inspect_view_class = AgencyInspectView
    inspect_view_fields_exclude: ClassVar[list[str]] = ["id"]
    delete_view_class = KeptDeleteView
    list_display: ClassVar[list] = [
        "legal_name",
        "licence_number",
        StatusTagColumn("status", label=gettext_lazy("Status"), accessor="get_status_display", sort_key="status",
                        primary=lambda row: row.status != Agency.Status.ACTIVE),
        StatusFlagColumn("open_hold", label=gettext_lazy("Holds"), true_label=gettext_lazy("Being looked into"),
                         accessor=lambda row: row.open_hold is not None),
        until("valid_until", gettext_lazy("Licence valid until")),
        day("checked_on", gettext_lazy("Checked on")),
        BooleanColumn("example", label=gettext_lazy("Example")),
    ]  # fmt: skip
    filterset_class = AgencyFilterSet
    search_fields: ClassVar[list] = ["legal_name", "licence_number", "names__name"]
    export_filename = "pelaksana-penempatan"
    list_export: ClassVar[list] = [
        "legal_name", "licence_number", "get_kind_display", "valid_from", "valid_until", "get_status_display",
        "site", "email", "source", "checked_on", "example",
    ]  # fmt: skip
    export_headings: ClassVar[dict] = {
        "get_kind_display": gettext_lazy("Kind"),
        "get_status_display": gettext_lazy("Status"),
    }

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        undecided = Hold.objects.filter(agency=OuterRef("pk"), state=Hold.State.OPEN).values("pk")[:1]
        found = Agency.objects.annotate(open_hold=Subquery(undecided))
        return super().get_index_view_kwargs(**{"queryset": found, **kwargs})

    def get_edit_handler(self) -> Panel:
        panels = [
            MultiFieldPanel(
                [*map(FieldPanel, ("kind", "legal_name", "licence_number", "valid_from", "valid_until"))],
                heading=gettext_lazy("Licence"),
            ),
            MultiFieldPanel(
                [*map(FieldPanel, ("status", "status_since", "status_source", "status_note"))],
                heading=gettext_lazy("Status"),
            ),
            MultiFieldPanel(
                [*map(FieldPanel, ("source", "checked_on", "site", "email", "example"))],
                heading=gettext_lazy("Source and address"),
            ),
            InlinePanel(
                "names",
                panels=[FieldPanel("name")],
                heading=gettext_lazy("Other names"),
                help_text=gettext_lazy(
                    "Abbreviations, brands, the name before. Who asks for one of them finds this company."
                ),
                label=gettext_lazy("Other name"),
            ),
            InlinePanel(
                "addresses",
                panels=[FieldPanel("kind"), FieldPanel("address"), FieldPanel("region")],
                heading=gettext_lazy("Addresses"),
                help_text=gettext_lazy("As the official list or the licence names them. Readers are told the region."),
                label=gettext_lazy("Address"),
            ),
            InlinePanel(
                "contacts",
                panels=[FieldPanel("kind"), FieldPanel("value")],
                heading=gettext_lazy("Official contacts"),
                help_text=gettext_lazy(
                    "As the official list or the company itself publishes them. Readers compare with them. Of a bank "
                    "account only the bank and the last three digits can be seen again."
                ),
                label=gettext_lazy("Contact"),
            ),
            StatusHistoryPanel(heading=gettext_lazy("Decisions so far")),
            HoldsPanel(heading=gettext_lazy("History of holds")),
        ]
        return ObjectList(panels, base_form_class=AgencyForm).bind_to_model(self.model)


class StatusHistoryPanel(ShownPanel):
    template_name = "jobs/admin/status_history.html"

    class BoundPanel(ShownPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            statuses = self.instance.statuses.select_related("source", "actor")
            return {**super().get_context_data(parent_context), "statuses": statuses}


class JobOrderFilterSet(WagtailFilterSet):
    ends = EndsFilter("valid_until")

    class Meta:
        model = JobOrder
        fields = ["agency", "work", "scheme", "verified", "ends"]


class JobOrderEditView(CountsHidden, EditView):
    listings_of = "job_order"


class JobOrderViewSet(ModelViewSet):
    model = JobOrder
    icon = "doc-full"
    menu_label = gettext_lazy("Job orders")
    inspect_view_enabled = True
    list_per_page = 50
    edit_view_class = JobOrderEditView
    delete_view_class = KeptDeleteView
    list_display: ClassVar[list] = [
        "number",
        "agency",
        Column("country", label=gettext_lazy("Country"), accessor=lambda row: labels.country_name(row.country)),
        "work",
        Column("offered", label=gettext_lazy("Offered / places"), accessor=lambda row: f"{row.offered} / {row.places}"),
        until("valid_until", gettext_lazy("Valid until")),
        BooleanColumn("verified", label=gettext_lazy("Verified")),
    ]
    filterset_class = JobOrderFilterSet
    search_fields: ClassVar[list] = ["number", "employer", "agency__legal_name"]
    index_view_class = SafeIndexView
    export_filename = "job-order"
    list_export: ClassVar[list] = [
        "number", "agency.legal_name", "agency.licence_number", "employer", "country", "work.code", "scheme_id",
        "places", "offered", "valid_from", "valid_until", "mission", "verified", "verified_on",
    ]  # fmt: skip
    export_headings: ClassVar[dict] = {
        "agency.legal_name": gettext_lazy("Agency"),
        "agency.licence_number": gettext_lazy("Licence number"),
        "work.code": gettext_lazy("Field of work"),
        "scheme_id": gettext_lazy("Scheme"),
        "offered": gettext_lazy("Places offered"),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobOrder]:
        offered = Sum("listings__places", filter=Q(listings__status=Status.PUBLISHED), default=0)
        return JobOrder.objects.select_related("agency", "work").annotate(offered=offered)

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(**{"queryset": self.get_queryset(None), **kwargs})

    def get_edit_handler(self) -> Panel:
        panels = [
            *map(FieldPanel, ("agency", "number", "employer", "country", "work", "scheme", "places")),
            MultiFieldPanel([FieldPanel("valid_from"), FieldPanel("valid_until")], heading=gettext_lazy("Validity")),
            MultiFieldPanel(
                [*map(FieldPanel, ("verified", "verified_on", "mission"))], heading=gettext_lazy("Verification")
            ),
        ]
        return ObjectList(panels, base_form_class=JobOrderForm).bind_to_model(self.model)
