"""The work of a job officer in the CMS: one group “Lowongan” with agencies, job orders, listings and imports."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.db.models import BooleanField, Case, Q, QuerySet, Sum, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column, StatusTagColumn
from wagtail.admin.views.generic import EditView, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from content.registers import labels
from content.registers.viewsets import KeptDeleteView, words

from . import import_runs, importers, rules, selectors, services, tasks
from .forms import AgencyForm, JobListingForm, JobOrderForm, ReasonForm, UploadForm
from .import_rows import COLUMNS
from .models import Agency, ImportRun, JobListing, JobOrder, ListingChange, OfferFlag, OfferRule, OfferWords

Status = JobListing.Status
What = ListingChange.What
SOON = dt.timedelta(days=30)


def _day(name: str, label: Any) -> Column:
    """A column that shows a date in words and sorts by it."""
    return Column(name, label=label, sort_key=name, accessor=lambda row: labels.date(getattr(row, name)))


def _until(name: str, label: Any) -> Column:
    """A column that shows a last day, and says so once it has passed."""

    def words(row: Any) -> str:
        last = getattr(row, name)
        if last is None:
            return "–"
        return (
            _("Over since %(day)s") % {"day": labels.date(last)} if last < timezone.localdate() else labels.date(last)
        )

    return Column(name, label=label, sort_key=name, accessor=words)


class _Placed:
    """Where a page of this room lies in the CMS."""

    index_url_name = ""
    index_label: Any = ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = {"url": reverse(self.index_url_name), "label": self.index_label}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, above, here]


# --- agencies -----------------------------------------------------------------------------------------------------


class EndsFilter(django_filters.ChoiceFilter):
    """What has ended, or ends within thirty days."""

    def __init__(self, field: str) -> None:
        super().__init__(
            field_name=field,
            label=gettext_lazy("Ends"),
            method=self._ends,
            choices=[("over", gettext_lazy("Has ended")), ("soon", gettext_lazy("Within 30 days"))],
        )

    @staticmethod
    def _ends(queryset: QuerySet, name: str, value: str) -> QuerySet:
        today = timezone.localdate()
        if value == "over":
            return queryset.filter(**{f"{name}__lt": today})
        return queryset.filter(**{f"{name}__gte": today, f"{name}__lte": today + SOON})


class AgencyFilterSet(WagtailFilterSet):
    ends = EndsFilter("valid_until")

    class Meta:
        model = Agency
        fields = ["status", "ends", "kind", "example"]


class _CountsHidden:
    """After saving tells how many listings readers no longer see."""

    listings_of = ""

    def save_instance(self) -> Any:
        held = JobListing.objects.public().filter(**{self.listings_of: self.object})
        before = held.count()
        instance = super().save_instance()
        hidden = before - held.all().count()
        if hidden > 0:
            text = ngettext(
                "%(count)s listing is no longer shown to readers.",
                "%(count)s listings are no longer shown to readers.",
                hidden,
            )
            messages.warning(self.request, text % {"count": hidden})
        return instance


class AgencyEditView(_CountsHidden, EditView):
    listings_of = "agency"


class AgencyViewSet(ModelViewSet):
    model = Agency
    icon = "group"
    menu_label = gettext_lazy("Agencies")
    inspect_view_enabled = True
    copy_view_enabled = False
    list_per_page = 50
    edit_view_class = AgencyEditView
    delete_view_class = KeptDeleteView
    list_display: ClassVar[list] = [
        "legal_name",
        "licence_number",
        StatusTagColumn("status", label=gettext_lazy("Status"), accessor="get_status_display", sort_key="status",
                        primary=lambda row: row.status != Agency.Status.ACTIVE),
        _until("valid_until", gettext_lazy("Licence valid until")),
        _day("checked_on", gettext_lazy("Checked on")),
        BooleanColumn("example", label=gettext_lazy("Example")),
    ]  # fmt: skip
    filterset_class = AgencyFilterSet
    search_fields: ClassVar[list] = ["legal_name", "licence_number"]

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
                "contacts",
                panels=[FieldPanel("kind"), FieldPanel("value")],
                heading=gettext_lazy("Official contacts"),
                help_text=gettext_lazy(
                    "As the official list or the company itself publishes them. Readers compare with them."
                ),
                label=gettext_lazy("Contact"),
            ),
            StatusHistoryPanel(heading=gettext_lazy("Decisions so far")),
        ]
        return ObjectList(panels, base_form_class=AgencyForm).bind_to_model(self.model)


class _ShownPanel(Panel):
    """A panel that only shows something of a saved object."""

    template_name = ""

    class BoundPanel(Panel.BoundPanel):
        @property
        def template_name(self) -> str:
            return self.panel.template_name

        def is_shown(self) -> bool:
            return self.instance.pk is not None


class StatusHistoryPanel(_ShownPanel):
    template_name = "jobs/admin/status_history.html"

    class BoundPanel(_ShownPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            statuses = self.instance.statuses.select_related("source", "actor")
            return {**super().get_context_data(parent_context), "statuses": statuses}


# --- job orders ---------------------------------------------------------------------------------------------------


class JobOrderFilterSet(WagtailFilterSet):
    ends = EndsFilter("valid_until")

    class Meta:
        model = JobOrder
        fields = ["agency", "work", "scheme", "verified", "ends"]


class JobOrderEditView(_CountsHidden, EditView):
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
        _until("valid_until", gettext_lazy("Valid until")),
        BooleanColumn("verified", label=gettext_lazy("Verified")),
    ]
    filterset_class = JobOrderFilterSet
    search_fields: ClassVar[list] = ["number", "employer", "agency__legal_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobOrder]:
        offered = Sum("listings__places", filter=Q(listings__status=Status.PUBLISHED), default=0)
        return JobOrder.objects.select_related("agency", "work").annotate(offered=offered)

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(**{"queryset": self.get_queryset(None), **kwargs})

    def get_edit_handler(self) -> Panel:
        panels = [
            *map(FieldPanel, ("agency", "number", "employer", "country", "work", "scheme", "places")),
            MultiFieldPanel([FieldPanel("valid_from"), FieldPanel("valid_until")], heading=gettext_lazy("Validity")),
            MultiFieldPanel([FieldPanel("verified"), FieldPanel("verified_on")], heading=gettext_lazy("Verification")),
        ]
        return ObjectList(panels, base_form_class=JobOrderForm).bind_to_model(self.model)


# --- listings -----------------------------------------------------------------------------------------------------


class ShownFilter(django_filters.ChoiceFilter):
    """Whether readers see a listing today."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Shown to readers"),
            method=self._shown,
            choices=[
                ("yes", gettext_lazy("Shown today")),
                ("no", gettext_lazy("Published, but not shown: a rule fails")),
            ],
        )

    @staticmethod
    def _shown(queryset: QuerySet, name: str, value: str) -> QuerySet:
        public = rules.public_condition(timezone.localdate())
        return queryset.filter(public) if value == "yes" else queryset.filter(status=Status.PUBLISHED).exclude(public)


class JobListingFilterSet(WagtailFilterSet):
    shown = ShownFilter()
    ends = EndsFilter("closing_date")
    country = django_filters.ChoiceFilter(
        label=gettext_lazy("Country"),
        choices=lambda: [
            (code, labels.country_name(code))
            for code in JobListing.objects.order_by("country").values_list("country", flat=True).distinct()
        ],
    )

    class Meta:
        model = JobListing
        fields = ["status", "shown", "ends", "agency", "country", "scheme", "example"]


@dataclass(frozen=True)
class Act:
    """What an officer may do with a listing: its words, the service that does it, and the states in which it makes sense."""

    label: Any
    icon: str
    service: Callable[..., None]
    states: tuple[str, ...]
    needs_reason: bool = False


ACTS = {
    "publish": Act(gettext_lazy("Publish"), "upload", services.publish, services.FROM[What.PUBLISHED]),
    "reopen": Act(gettext_lazy("Reopen"), "upload", services.reopen, services.FROM[What.REOPENED]),
    "hold": Act(gettext_lazy("Put on hold"), "lock", services.hold, (Status.PUBLISHED,), True),
    "close": Act(gettext_lazy("Close"), "cross", services.close, (Status.PUBLISHED, Status.ON_HOLD), True),
}


class _ActButtons:
    """The acts of a listing as buttons."""

    act_url_name = ""

    def act_buttons(self, listing: JobListing) -> list[Button]:
        return [
            Button(act.label, url=reverse(self.act_url_name, args=[name, listing.pk]), icon_name=act.icon, priority=5)
            for name, act in ACTS.items()
            if listing.status in act.states
        ]


class ListingIndexView(_ActButtons, snippets.IndexView):
    def _get_title_column(self, *args: Any, **kwargs: Any) -> Column:
        return super()._get_title_column(*args, width="30%", **kwargs)

    def get_list_more_buttons(self, instance: JobListing) -> list:
        buttons = super().get_list_more_buttons(instance)
        return [*buttons, *self.act_buttons(instance)] if self.user_has_permission("change") else buttons


class _TellsWhatLacks:
    """After saving a draft tells what keeps it from being published."""

    def save_action(self) -> HttpResponse:
        response = super().save_action()
        for sentence in self.form.lacking:
            messages.warning(self.request, _("Not publishable yet: %(reason)s") % {"reason": sentence})
        return response


class ListingCreateView(_TellsWhatLacks, snippets.CreateView):
    pass


class ListingEditView(_ActButtons, _TellsWhatLacks, snippets.EditView):
    @cached_property
    def header_more_buttons(self) -> list:
        return [*super().header_more_buttons, *self.act_buttons(self.object)]


class LegalityPanel(_ShownPanel):
    """Every rule with its answer today, where the listing is shown, and what was done with it."""

    template_name = "jobs/admin/legality.html"

    class BoundPanel(_ShownPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            listing = JobListing.objects.with_parts().get(pk=self.instance.pk)
            return {
                **super().get_context_data(parent_context),
                "outcomes": rules.check(listing),
                "listing": listing,
                "is_public": JobListing.objects.public().filter(pk=listing.pk).exists(),
                "address": selectors.address(listing.code, "id"),
                "changes": listing.changes.select_related("actor")[:20],
            }


class ActView(_Placed, PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """One act on one listing, after one question. What a rule forbids is refused with its sentence."""

    template_name = "jobs/admin/act.html"
    permission_policy = None
    permission_required = "change"
    index_label = gettext_lazy("Listings")
    edit_url_name = ""
    header_icon = "site"

    def setup(self, request: HttpRequest, *args: Any, act: str, pk: int, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if act not in ACTS:
            raise Http404
        self.act = ACTS[act]
        self.page_title = self.act.label
        self.listing = get_object_or_404(JobListing.objects.with_parts(), pk=pk, status__in=self.act.states)
        self.refusals = [] if self.act.needs_reason else rules.refusals(self.listing)

    def get_page_subtitle(self) -> str:
        return str(self.listing)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"listing": self.listing, "refusals": self.refusals, "act_label": self.page_title}
        if self.act.needs_reason:
            context["form"] = ReasonForm()
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        back = redirect(reverse(self.edit_url_name, args=[self.listing.pk]))
        if self.act.needs_reason:
            form = ReasonForm(request.POST)
            if not form.is_valid():
                return self.render_to_response(self.get_context_data(form=form))
            self.act.service(self.listing, request.user, form.cleaned_data["reason"])
        else:
            try:
                self.act.service(self.listing, request.user)
            except services.Refused as refused:
                for sentence in refused.sentences:
                    messages.error(request, sentence)
                return back
        messages.success(request, _("“%(listing)s”: %(status)s.") % {
            "listing": self.listing, "status": self.listing.get_status_display(),
        })  # fmt: skip
        return back


class JobListingViewSet(SnippetViewSet):
    model = JobListing
    icon = "site"
    menu_label = gettext_lazy("Listings")
    admin_url_namespace = "jobs_listings"
    base_url_path = "jobs/listings"
    copy_view_enabled = False
    list_per_page = 50
    index_view_class = ListingIndexView
    add_view_class = ListingCreateView
    edit_view_class = ListingEditView
    filterset_class = JobListingFilterSet
    search_fields: ClassVar[list] = [
        "reference", "code", "place", "agency__legal_name", "job_order__number", "occupation__name__id",
    ]  # fmt: skip
    list_display: ClassVar[list] = [
        "__str__",
        StatusTagColumn("status", label=gettext_lazy("Status"), accessor="get_status_display", sort_key="status",
                        primary=lambda row: row.status == Status.PUBLISHED),
        BooleanColumn("is_shown", label=gettext_lazy("Shown")),
        Column("agency", label=gettext_lazy("Agency"), accessor="agency.legal_name", sort_key="agency__legal_name"),
        Column("pays", label=gettext_lazy("Worker pays"), accessor=selectors.you_pay),
        _until("closing_date", gettext_lazy("Closing date")),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobListing]:
        shown = Case(
            When(rules.public_condition(timezone.localdate()), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        return JobListing.objects.with_parts().annotate(is_shown=shown)

    def get_edit_handler(self) -> Panel:
        def part(heading: Any, *names: str) -> Panel:
            return MultiFieldPanel([FieldPanel(name) for name in names], heading=heading)

        panels = [
            part(gettext_lazy("Who offers it"), "agency", "job_order", "reference"),
            part(gettext_lazy("The job"), "occupation", "country", "place", "scheme", "places", "contract_months"),
            part(
                gettext_lazy("Pay and hours"), "wage_min", "wage_max", "currency", "wage_period", "hours_per_week",
                "benefits",
            ),
            part(gettext_lazy("Who can apply"), "education", "minimum_age", "maximum_age", "requirements"),
            InlinePanel(
                "cost_lines",
                [FieldPanel(name) for name in ("component", "payer", "amount", "currency", "when", "source")],
                heading=gettext_lazy("Costs, and who pays them"),
                label=gettext_lazy("cost line"),
            ),
            part(gettext_lazy("Until when, and where it was read"), "closing_date", "source", "checked_on", "example"),
            part(gettext_lazy("Publication"), "then"),
            LegalityPanel(heading=gettext_lazy("What the rules say today")),
        ]  # fmt: skip
        return ObjectList(panels, base_form_class=JobListingForm).bind_to_model(self.model)

    @cached_property
    def act_view(self) -> Any:
        return self.construct_view(
            ActView,
            permission_policy=self.permission_policy,
            index_url_name=self.get_url_name("list"),
            edit_url_name=self.get_url_name("edit"),
        )

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(**{"act_url_name": self.get_url_name("act"), **kwargs})

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_edit_view_kwargs(**{"act_url_name": self.get_url_name("act"), **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        acts = [
            path("act/<str:act>/<int:pk>/", self.act_view, name="act"),
        ]
        return [*super().get_urlpatterns(), *acts]

    def register_chooser_viewset(self) -> None:
        """None: Wagtail's shows every listing, drafts too, to whoever is signed in, and no form of ours chooses one."""


# --- many listings at once ----------------------------------------------------------------------------------------


class ListingBulkAction(SnippetBulkAction):
    """What the acts on many listings share."""

    models: ClassVar[list] = [JobListing]
    template_name = "jobs/admin/bulk.html"

    def check_perm(self, listing: JobListing) -> bool:
        return self.request.user.has_perm("jobs.change_joblisting")

    @classmethod
    def get_queryset(cls, model: Any, object_ids: Any) -> Any:
        return list(JobListing.objects.with_parts().filter(pk__in=object_ids))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, act_label=self.display_name)

    def prepare_action(self, objects: list[JobListing], objects_without_access: Any) -> HttpResponse:
        """Does the work here, a chunk a transaction; Wagtail's own place for it holds one transaction around all."""
        self.work([listing.pk for listing in objects], self.request.user)
        return redirect(self.next_url)

    @abstractmethod
    def work(self, keys: list[int], user: AbstractBaseUser) -> None:
        """Do it and tell."""


class PublishBulkAction(ListingBulkAction):
    """Publishes what may be published and names the rule for each that may not."""

    display_name = gettext_lazy("Publish")
    action_type = "publish"
    aria_label = gettext_lazy("Publish the selected listings")
    action_priority = 10
    NAMED = 20

    def object_context(self, listing: JobListing) -> dict[str, Any]:
        return {**super().object_context(listing), "refusals": rules.refusals(listing)}

    def work(self, keys: list[int], user: AbstractBaseUser) -> None:
        result = services.publish_many(keys, user)
        if result.done:
            text = ngettext("%(count)s listing published.", "%(count)s listings published.", result.done)
            messages.success(self.request, text % {"count": result.done})
        for listing, refused in result.refused[: self.NAMED]:
            messages.error(self.request, f"{listing}: {refused}")
        more = len(result.refused) - self.NAMED
        if more > 0:
            text = ngettext("%(count)s more was refused.", "%(count)s more were refused.", more)
            messages.error(self.request, text % {"count": more})


class _ReasonBulkAction(ListingBulkAction):
    """Done with those that are in a state for it; the others stay as they are."""

    form_class = ReasonForm

    def work(self, keys: list[int], user: AbstractBaseUser) -> None:
        act, reason = ACTS[self.action_type], self.cleaned_form.cleaned_data["reason"]
        found = JobListing.objects.filter(pk__in=keys, status__in=act.states)
        keys = list(found.values_list("pk", flat=True))
        for chunk in services.chunks(keys):
            with services.together():
                for listing in JobListing.objects.filter(pk__in=chunk):
                    act.service(listing, user, reason)
        text = ngettext("%(count)s listing changed.", "%(count)s listings changed.", len(keys))
        messages.success(self.request, text % {"count": len(keys)})


class HoldBulkAction(_ReasonBulkAction):
    display_name = gettext_lazy("Put on hold")
    action_type = "hold"
    aria_label = gettext_lazy("Put the selected listings on hold")
    action_priority = 20


class CloseBulkAction(_ReasonBulkAction):
    display_name = gettext_lazy("Close")
    action_type = "close"
    aria_label = gettext_lazy("Close the selected listings")
    action_priority = 30


# --- imports ------------------------------------------------------------------------------------------------------

TOKEN_SALT = "content.jobs.import"  # noqa: S105
TOKEN_AGE = dt.timedelta(days=1)


def confirmation(run: ImportRun) -> str:
    """The signed word for “write exactly this file, as previewed”."""
    return signing.dumps([run.pk, run.digest, run.publish], salt=TOKEN_SALT)


class _ImportView(_Placed, PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """What the pages of imports share."""

    permission_policy = None
    permission_required = "add"
    index_label = gettext_lazy("Imports")
    run_url_name = ""
    template_url_name = ""
    refused_url_name = ""
    header_icon = "download"
    page_title = gettext_lazy("Import listings")

    def to_run(self, run: ImportRun) -> HttpResponse:
        return redirect(reverse(self.run_url_name, args=[run.pk]))


class UploadView(_ImportView, FormView):
    """Choose a file; reading it writes no listing."""

    template_name = "jobs/admin/import_upload.html"
    form_class = UploadForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, columns=COLUMNS, template_url=reverse(self.template_url_name))

    def form_valid(self, form: UploadForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            if file.size > importers.MAX_BYTES:
                raise importers.Unreadable(
                    gettext_lazy("The file is larger than %(limit)s MB."), limit=importers.MAX_BYTES // 1024 // 1024
                )
            run, _preview = import_runs.prepare(file.read(), file.name, self.request.user, form.cleaned_data["publish"])
        except importers.Unreadable as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return self.to_run(run)


class RunView(_ImportView, TemplateView):
    """One import: its preview, its progress, its result. POST confirms, goes on, or takes back."""

    template_name = "jobs/admin/import_run.html"

    def setup(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.run = get_object_or_404(ImportRun.objects.defer("content").select_related("actor"), pk=pk)

    def get_page_subtitle(self) -> str:
        return self.run.file_name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run, stalled = self.run, import_runs.is_stalled(self.run)
        State = ImportRun.State
        return super().get_context_data(
            run=run,
            refused_url=reverse(self.refused_url_name, args=[run.pk]),
            token=confirmation(run) if run.state == State.PREVIEWED else "",
            stalled=stalled,
            working=run.state in (State.RUNNING, State.UNDOING) and not stalled,
            can_undo=run.state == State.DONE or stalled,
            good=run.created + run.changed + run.unchanged,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act")
        if act == "confirm":
            self._confirm(request.POST.get("token", ""))
        elif act == "resume" and import_runs.is_stalled(self.run):
            undoing = self.run.state == ImportRun.State.UNDOING
            tasks.start(self.run, "undo" if undoing else "apply")
        elif act == "undo" and self.get_context_data()["can_undo"]:
            tasks.start(self.run, "undo")
        return self.to_run(self.run)

    def _confirm(self, token: str) -> None:
        try:
            held = signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_AGE)
        except signing.BadSignature:
            held = None
        if held != [self.run.pk, self.run.digest, self.run.publish]:
            messages.error(self.request, _("This confirmation is no longer valid. Upload the file again."))
        elif self.run.state == ImportRun.State.PREVIEWED:
            tasks.start(self.run, "apply")


def _download(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text.encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class RefusedFileView(PermissionCheckedMixin, TemplateView):
    """The refused rows with their reasons, as a file."""

    permission_policy = None
    permission_required = "add"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        run = get_object_or_404(ImportRun, pk=kwargs["pk"])
        return _download(import_runs.refused_file(run), f"lowongan-ditolak-{run.pk}.csv")


class TemplateFileView(PermissionCheckedMixin, TemplateView):
    """The headings and an example row, as a file."""

    permission_policy = None
    permission_required = "add"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _download(importers.template_file(), "lowongan-templat.csv")


class ImportRunViewSet(ModelViewSet):
    model = ImportRun
    icon = "download"
    menu_label = gettext_lazy("Imports")
    list_per_page = 50
    list_display: ClassVar[list] = [
        "file_name",
        StatusTagColumn("state", label=gettext_lazy("State"), accessor="get_state_display",
                        primary=lambda row: row.state == ImportRun.State.DONE),
        "rows_total", "created", "changed", "unchanged", "refused", "created_at", "actor",
    ]  # fmt: skip
    list_filter: ClassVar[list] = ["state"]
    search_fields: ClassVar[list] = ["file_name"]

    def get_urlpatterns(self) -> list[URLPattern]:
        listed = [pattern for pattern in super().get_urlpatterns() if pattern.name in ("index", "index_results")]
        common = {
            "permission_policy": self.permission_policy,
            "index_url_name": self.get_url_name("index"),
            "run_url_name": self.get_url_name("edit"),
            "template_url_name": self.get_url_name("template"),
            "refused_url_name": self.get_url_name("refused"),
        }
        return [
            *listed,
            path("new/", self.construct_view(UploadView, **common), name="add"),
            path("template/", self.construct_view(TemplateFileView, **common), name="template"),
            path("<int:pk>/", self.construct_view(RunView, **common), name="edit"),
            path("<int:pk>/refused/", self.construct_view(RefusedFileView, **common), name="refused"),
        ]

    def get_form_class(self, for_update: bool = False) -> type:
        return UploadForm

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        own = {
            "queryset": ImportRun.objects.defer("content", "problems").select_related("actor"),
            "delete_url_name": None,
            "copy_url_name": None,
            "inspect_url_name": None,
        }
        return {**super().get_index_view_kwargs(**kwargs), **own}


# --- the offer check ----------------------------------------------------------------------------------------------


class _OfferViewSet(ModelViewSet):
    """Rules are data: what an editor writes is read at once, and refused with a sentence where it cannot be."""

    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    fields: ClassVar[list[str]] = []

    def get_edit_handler(self) -> Panel:
        return ObjectList([*map(FieldPanel, self.fields)]).bind_to_model(self.model)


class OfferRuleViewSet(_OfferViewSet):
    model = OfferRule
    icon = "search"
    menu_label = gettext_lazy("Offer check: rules")
    list_display: ClassVar[list] = [
        "code",
        "flag",
        "language",
        "weight",
        BooleanColumn("active", label=gettext_lazy("In use")),
    ]
    list_filter: ClassVar[list] = ["flag", "language", "active"]
    search_fields: ClassVar[list] = ["code", "patterns", "also", "unless", "note"]
    fields: ClassVar[list[str]] = [
        "code", "flag", "language", "patterns", "also", "near", "unless", "weight", "plain", "explanation", "source",
        "active", "note",
    ]  # fmt: skip


class OfferFlagViewSet(_OfferViewSet):
    model = OfferFlag
    icon = "warning"
    menu_label = gettext_lazy("Offer check: signs")
    list_display: ClassVar[list] = ["code", words("name", gettext_lazy("Name")), "gravity", "source"]
    search_fields: ClassVar[list] = ["code", "name__id", "name__en", "reason__id"]
    fields: ClassVar[list[str]] = ["code", "gravity", "name", "reason", "next", "source", "article"]


class OfferWordsViewSet(_OfferViewSet):
    model = OfferWords
    icon = "list-ul"
    menu_label = gettext_lazy("Offer check: words")
    list_display: ClassVar[list] = ["code", "note"]
    search_fields: ClassVar[list] = ["code", "entries", "note"]
    fields: ClassVar[list[str]] = ["code", "entries", "note"]


class JobsGroup(SnippetViewSetGroup):
    """One entry of the menu."""

    menu_label = gettext_lazy("Jobs")
    menu_icon = "site"
    menu_order = 240
    add_to_admin_menu = True
    items = (
        JobListingViewSet,
        AgencyViewSet,
        JobOrderViewSet,
        ImportRunViewSet,
        OfferRuleViewSet,
        OfferFlagViewSet,
        OfferWordsViewSet,
    )
