"""Listings: the list, the form with what the rules say, and the acts of an officer, one by one or many at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column, StatusTagColumn
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from content.registers import labels

from .. import holds, oversight, rules, selectors, services
from ..forms import HoldForm, JobListingForm, NoteForm, ReasonForm
from ..models import JobListing, ListingChange
from .columns import EndsFilter, Placed, ShownPanel, until
from .exports import ListingExport

Status = JobListing.Status
What = ListingChange.What


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
    """What an officer may do with a listing: its words, the service that does it, and the states in which it makes sense.

    ``form`` asks for what the service wants to know besides; ``shows``: readers see the listing afterwards.
    """

    label: Any
    icon: str
    service: Callable[..., None]
    states: tuple[str, ...]
    form: type[Form] | None = None
    shows: bool = False


ACTS = {
    "publish": Act(gettext_lazy("Publish"), "upload", services.publish, services.FROM[What.PUBLISHED], shows=True),
    "reopen": Act(gettext_lazy("Reopen"), "upload", services.reopen, (Status.CLOSED,), shows=True),
    "lift": Act(gettext_lazy("Lift the hold"), "check", services.reopen, (Status.ON_HOLD,), NoteForm, shows=True),
    "hold": Act(gettext_lazy("Put on hold"), "lock", services.hold, (Status.PUBLISHED,), HoldForm),
    "close": Act(gettext_lazy("Close"), "cross", services.close, (Status.PUBLISHED, Status.ON_HOLD), ReasonForm),
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


class ListingIndexView(_ActButtons, ListingExport, snippets.IndexView):
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


class LegalityPanel(ShownPanel):
    """Every rule with its answer today, where the listing is shown, and what was done with it."""

    template_name = "jobs/admin/legality.html"

    class BoundPanel(ShownPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            listing = JobListing.objects.with_parts().get(pk=self.instance.pk)
            return {
                **super().get_context_data(parent_context),
                "outcomes": rules.check(listing),
                "listing": listing,
                "is_public": JobListing.objects.public().filter(pk=listing.pk).exists(),
                "address": selectors.address(listing.code, "id"),
                "changes": listing.changes.select_related("actor")[:20],
                "holds": holds.of(listing),
            }


class ActView(Placed, PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
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
        self.refusals = self._refusals() if self.act.shows else []
        if oversight.held_by(request.user, [self.listing]):
            self.refusals = [holds.SamePerson.sentence]

    def _refusals(self) -> list[Any]:
        ground = rules.Ground.load([self.listing])
        if self.listing.status == Status.ON_HOLD:  # the hold on it is what the act ends; one on its agency stays
            waiting = rules.Held.now()
            ground.held = rules.Held(waiting.agencies, waiting.listings - {self.listing.pk})
        return list(rules.refusals(self.listing, ground=ground))

    def get_page_subtitle(self) -> str:
        return str(self.listing)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"listing": self.listing, "refusals": self.refusals, "act_label": self.page_title}
        if self.act.form is not None:
            context["form"] = self.act.form()
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        back = redirect(reverse(self.edit_url_name, args=[self.listing.pk]))
        values: dict[str, Any] = {}
        if self.act.form is not None:
            form = self.act.form(request.POST)
            if not form.is_valid():
                return self.render_to_response(self.get_context_data(form=form))
            values = form.cleaned_data
        try:
            self.act.service(self.listing, request.user, **values)
        except (services.Refused, holds.Refusal) as refused:
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
        until("closing_date", gettext_lazy("Closing date")),
    ]  # fmt: skip

    @property
    def breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way here. Wagtail's own is in the language of whoever first asked this process for an address."""
        return [{"url": reverse_lazy("wagtailadmin_home"), "label": gettext_lazy("Home")}]

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
            part(gettext_lazy("Who offers it"), "agency", "job_order", "reference", "contact"),
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

    @property
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
    NAMED = 20

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

    def tell_left(self, count: int) -> None:
        """Say of how many nothing was asked: a held one is not published, a closed one not closed again."""
        if count > 0:
            text = ngettext(
                "%(count)s listing stays as it is: its state does not allow this act.",
                "%(count)s listings stay as they are: their state does not allow this act.",
                count,
            )
            messages.warning(self.request, text % {"count": count})

    def tell_refused(self, refused: list[str]) -> None:
        """Name the first of those that were refused, and count the others."""
        for sentence in refused[: self.NAMED]:
            messages.error(self.request, sentence)
        more = len(refused) - self.NAMED
        if more > 0:
            text = ngettext("%(count)s more was refused.", "%(count)s more were refused.", more)
            messages.error(self.request, text % {"count": more})

    @abstractmethod
    def work(self, keys: list[int], user: AbstractBaseUser) -> None:
        """Do it and tell."""


class PublishBulkAction(ListingBulkAction):
    """Publishes what may be published and names the rule for each that may not."""

    display_name = gettext_lazy("Publish")
    action_type = "publish"
    aria_label = gettext_lazy("Publish the selected listings")
    action_priority = 10

    def get_actionable_objects(self) -> tuple[list, dict]:
        objects, others = super().get_actionable_objects()
        self.ground = rules.Ground.load(objects)
        return objects, others

    def object_context(self, listing: JobListing) -> dict[str, Any]:
        return {**super().object_context(listing), "refusals": rules.refusals(listing, ground=self.ground)}

    def work(self, keys: list[int], user: AbstractBaseUser) -> None:
        result = services.publish_many(keys, user)
        if result.done:
            text = ngettext("%(count)s listing published.", "%(count)s listings published.", result.done)
            messages.success(self.request, text % {"count": result.done})
        self.tell_refused([f"{listing}: {refused}" for listing, refused in result.refused])
        self.tell_left(len(keys) - result.done - len(result.refused))


class _ReasonBulkAction(ListingBulkAction):
    """Done with those that are in a state for it; the others stay as they are."""

    form_class = ReasonForm

    def work(self, keys: list[int], user: AbstractBaseUser) -> None:
        act, values, done = ACTS[self.action_type], self.cleaned_form.cleaned_data, 0
        refused: list[str] = []
        found = JobListing.objects.filter(pk__in=keys, status__in=act.states)
        for chunk in services.chunks(found.values_list("pk", flat=True)):
            with services.together():
                for listing in JobListing.objects.with_parts().filter(pk__in=chunk):
                    try:
                        act.service(listing, user, **values)
                    except holds.Refusal as refusal:
                        refused.append(f"{listing}: {refusal}")
                    else:
                        done += 1
        if done:
            text = ngettext("%(count)s listing changed.", "%(count)s listings changed.", done)
            messages.success(self.request, text % {"count": done})
        self.tell_refused(refused)
        self.tell_left(len(keys) - done - len(refused))


class HoldBulkAction(_ReasonBulkAction):
    form_class = HoldForm
    display_name = gettext_lazy("Put on hold")
    action_type = "hold"
    aria_label = gettext_lazy("Put the selected listings on hold")
    action_priority = 20


class CloseBulkAction(_ReasonBulkAction):
    display_name = gettext_lazy("Close")
    action_type = "close"
    aria_label = gettext_lazy("Close the selected listings")
    action_priority = 30
