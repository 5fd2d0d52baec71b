"""What is being looked into: the list, placing a hold, and the second person's decision."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.forms import BoundField, Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views.generic import IndexView, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from content.registers import labels

from .. import holds, oversight, services
from ..forms import CloseContactForm, HoldForm, NoteForm, SuspectForm
from ..models import Agency, Hold, JobListing, SuspectContact
from .columns import Placed, ShownPanel

State = Hold.State


class OverdueFilter(django_filters.ChoiceFilter):
    """Holds whose day of review has passed."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Review"),
            method=self._overdue,
            choices=[("over", gettext_lazy("Overdue"))],
        )

    @staticmethod
    def _overdue(queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(state=State.OPEN, review_on__lt=timezone.localdate())


class WhatFilter(django_filters.ChoiceFilter):
    """Agencies, listings or contacts."""

    def __init__(self) -> None:
        kinds = [(name, KINDS[name]) for name in KINDS]
        super().__init__(label=gettext_lazy("Kind"), method=self._what, choices=kinds)

    @staticmethod
    def _what(queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(**{f"{value}__isnull": False})


KINDS = {
    "agency": gettext_lazy("Placement agency"),
    "listing": gettext_lazy("Job listing"),
    "contact": gettext_lazy("Reported contact"),
}


def kind_of(hold: Hold) -> str:
    """Which of the three is held."""
    return "agency" if hold.agency_id else "listing" if hold.listing_id else "contact"


def what(hold: Hold) -> str:
    """“PT Contoh”, “Phone or WhatsApp: +62 000 …”: what a list calls the thing that is held."""
    if hold.contact is not None:
        return f"{hold.contact.get_kind_display()}: {hold.contact}"
    return str(hold.target)


def review(hold: Hold) -> str:
    """The day of the review, and that it has passed."""
    day = labels.date(hold.review_on)
    return _("%(day)s, overdue") % {"day": day} if hold.is_overdue else day


class HoldFilterSet(WagtailFilterSet):
    what = WhatFilter()
    overdue = OverdueFilter()

    class Meta:
        model = Hold
        fields = ["state", "what", "overdue"]


class _DecideButtons:
    """Lift and close, for everybody but who placed it."""

    lift_url_name = ""
    close_url_name = ""

    def decide_buttons(self, hold: Hold, user: Any) -> list[Button]:
        if hold.state != State.OPEN or holds.is_of(hold.placed_by_id, user):
            return []
        acts = (
            (gettext_lazy("Lift"), "check", self.lift_url_name),
            (gettext_lazy("Close"), "cross", self.close_url_name),
        )
        return [
            Button(label, url=reverse(name, args=[hold.pk]), icon_name=icon, priority=5) for label, icon, name in acts
        ]


class HoldIndexView(_DecideButtons, IndexView):
    page_title = gettext_lazy("Holds")
    add_item_label = gettext_lazy("Reported contact")

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Column:
        column = super()._get_title_column(*args, width="30%", **kwargs)
        column.accessor, column.label, column.sort_key = what, gettext_lazy("What is looked into"), None
        return column

    def get_list_more_buttons(self, instance: Hold) -> list:
        buttons = super().get_list_more_buttons(instance)
        mine = self.decide_buttons(instance, self.request.user) if self.user_has_permission("change") else []
        return [*buttons, *mine]


class _HoldView(Placed, PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """What the pages of holds share."""

    permission_policy: Any = None
    permission_required = "change"
    index_label = gettext_lazy("Holds")
    hold_url_name = ""
    header_icon = "lock"

    def to_hold(self, hold: Hold) -> HttpResponse:
        return redirect(reverse(self.hold_url_name, args=[hold.pk]))

    def tell(self, refusal: holds.Refusal | services.Refused) -> None:
        for sentence in refusal.sentences:
            messages.error(self.request, sentence)


class _PlaceView(_HoldView, FormView):
    """Begin to look into something: reason, day of review, and from then on it waits for a second person."""

    permission_required = "add"
    template_name = "jobs/admin/hold_form.html"
    form_class: type[Form] = HoldForm
    page_title = gettext_lazy("Put on hold")
    target: Agency | SuspectContact | None = None

    def get_page_subtitle(self) -> str:
        return str(self.target or "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self.get_form()
        return super().get_context_data(form=form, fields=self.shown_fields(form), target=self.target, **kwargs)

    def shown_fields(self, form: Any) -> list[BoundField]:
        return list(form)

    def place(self, values: dict[str, Any]) -> Hold:
        return oversight.place_hold(self.target, self.request.user, values["reason"], values["review_on"])

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            hold = self.place(form.cleaned_data)
        except holds.Refusal as refusal:
            self.tell(refusal)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("“%(what)s” is being looked into until %(day)s. A second person lifts or closes it.")
            % {"what": what(hold), "day": labels.date(hold.review_on)},
        )
        return self.to_hold(hold)


class PlaceView(_PlaceView):
    """Put an agency on hold, or look again into a contact that was reported before."""

    MODELS: ClassVar[dict[str, Any]] = {"agency": Agency, "contact": SuspectContact}

    def setup(self, request: HttpRequest, *args: Any, kind: str, pk: int, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kind not in self.MODELS:
            raise Http404
        self.target = get_object_or_404(self.MODELS[kind], pk=pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agency = self.target if isinstance(self.target, Agency) else None
        listings = JobListing.objects.public().filter(agency=agency).count() if agency else 0
        return super().get_context_data(**kwargs, listings=listings)


class SuspectView(_PlaceView):
    """Write down a contact from an offer and put it on hold, in one form."""

    form_class = SuspectForm
    page_title = gettext_lazy("Reported contact")

    def shown_fields(self, form: Any) -> list[BoundField]:
        return form.shown_fields()

    def place(self, values: dict[str, Any]) -> Hold:
        named = (values["kind"], values["value"], self.request.user, values["reason"], values["review_on"])
        return oversight.suspect(*named, values["finding"])


class _OneHoldView(_HoldView):
    """A page about one hold."""

    def setup(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.hold = get_object_or_404(holds_with_parts(), pk=pk)

    def get_page_subtitle(self) -> str:
        return what(self.hold)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        hold = self.hold
        return super().get_context_data(
            **kwargs,
            hold=hold,
            what=what(hold),
            kind=KINDS[kind_of(hold)],
            review=review(hold),
            target_url=self.target_url(),
            own=hold.state == State.OPEN and holds.is_of(hold.placed_by_id, self.request.user),
            same_person=holds.SamePerson.sentence,
            others=holds.of(hold.target).exclude(pk=hold.pk),
        )

    def target_url(self) -> str:
        if self.hold.agency_id:
            return reverse("agency:edit", args=[self.hold.agency_id])
        if self.hold.listing_id:
            return reverse(JobListing.snippet_viewset.get_url_name("edit"), args=[self.hold.listing_id])
        return ""


class HoldView(_DecideButtons, _OneHoldView, TemplateView):
    """One hold: what, why, by whom, and how it ended."""

    permission_required = "view"
    template_name = "jobs/admin/hold.html"
    page_title = gettext_lazy("Holds")
    again_url_name = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, acts=self.acts())

    def acts(self) -> list[Button]:
        """What whoever looks at it may do."""
        hold, policy, user = self.hold, self.permission_policy, self.request.user
        if policy.user_has_permission(user, "change") and (buttons := self.decide_buttons(hold, user)):
            return buttons
        again = hold.contact is not None and holds.open_on(hold.contact) is None
        if again and policy.user_has_permission(user, "add"):
            url = reverse(self.again_url_name, args=["contact", hold.contact_id])
            return [Button(gettext_lazy("Look into it again"), url=url, icon_name="lock")]
        return []


class DecideView(_OneHoldView, FormView):
    """The second person's word, with a note."""

    template_name = "jobs/admin/hold_decide.html"
    lifts = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page_title = _("Lift") if self.lifts else _("Close")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.hold.state != State.OPEN and self.permission_policy.user_has_permission(request.user, "change"):
            messages.error(request, str(holds.AlreadyDecided.sentence))
            return self.to_hold(self.hold)
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[Form]:
        return CloseContactForm if self.hold.contact is not None and not self.lifts else NoteForm

    def get_initial(self) -> dict[str, Any]:
        return {"finding": self.hold.contact.finding_id} if self.hold.contact is not None else {}

    def form_valid(self, form: Any) -> HttpResponse:
        values = form.cleaned_data
        try:
            if self.lifts:
                oversight.lift(self.hold, self.request.user, values["note"])
                messages.success(
                    self.request, _("“%(what)s” is no longer being looked into.") % {"what": what(self.hold)}
                )
            else:
                ended = oversight.close(self.hold, self.request.user, values["note"], values.get("finding"))
                self.tell_closed(ended)
        except (holds.Refusal, services.Refused) as refusal:
            self.tell(refusal)
            return self.form_invalid(form)
        return self.to_hold(self.hold)

    def tell_closed(self, ended: int) -> None:
        messages.success(self.request, _("“%(what)s”: closed.") % {"what": what(self.hold)})
        if self.hold.agency_id is None:
            return
        text = ngettext("%(count)s listing of it was closed.", "%(count)s listings of it were closed.", ended)
        to_agency = messages.button(self.target_url(), _("Status"))
        messages.warning(
            self.request,
            f"{text % {'count': ended}} "
            + _(
                "A decision on the licence is recorded by itself, under Status: without it new listings can be published."
            ),
            buttons=[to_agency],
        )


class LiftView(DecideView):
    pass


class CloseView(DecideView):
    lifts = False


def holds_with_parts() -> QuerySet[Hold]:
    """Holds with everything that a list of them shows: one query."""
    return Hold.objects.select_related(
        "agency", "listing__occupation", "listing__agency", "contact__finding", "placed_by", "ended_by"
    )


class HoldViewSet(ModelViewSet):
    model = Hold
    icon = "lock"
    menu_label = gettext_lazy("Holds")
    list_per_page = 50
    index_view_class = HoldIndexView
    filterset_class = HoldFilterSet
    search_fields: ClassVar[list] = [
        "reason", "note", "agency__legal_name", "contact__value", "listing__reference", "listing__code",
    ]  # fmt: skip
    list_display: ClassVar[list] = [
        "__str__",
        Column("kind", label=gettext_lazy("Kind"), accessor=lambda row: KINDS[kind_of(row)]),
        Column("reason", label=gettext_lazy("Reason"), accessor="reason"),
        Column("placed_by", label=gettext_lazy("Placed by"), accessor=lambda row: row.placed_by or "–"),
        StatusTagColumn("review_on", label=gettext_lazy("Look at it again by"), accessor=review, sort_key="review_on",
                        primary=lambda row: row.is_overdue),
        StatusTagColumn("state", label=gettext_lazy("State"), accessor="get_state_display", sort_key="state",
                        primary=lambda row: row.state == State.OPEN),
    ]  # fmt: skip

    def get_form_class(self, for_update: bool = False) -> type:
        return HoldForm

    def get_queryset(self) -> QuerySet[Hold]:
        waits = Case(When(Q(state=State.OPEN), then=Value(0)), default=Value(1), output_field=IntegerField())
        return holds_with_parts().order_by(waits, "review_on", "-pk")

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        own = {
            "queryset": self.get_queryset(),
            "delete_url_name": None,
            "copy_url_name": None,
            "inspect_url_name": None,
            "lift_url_name": self.get_url_name("lift"),
            "close_url_name": self.get_url_name("close"),
        }
        return {**super().get_index_view_kwargs(**kwargs), **own}

    def get_urlpatterns(self) -> list[URLPattern]:
        listed = [pattern for pattern in super().get_urlpatterns() if pattern.name in ("index", "index_results")]
        common = {
            "permission_policy": self.permission_policy,
            "index_url_name": self.get_url_name("index"),
            "hold_url_name": self.get_url_name("edit"),
        }
        decide = {"lift_url_name": self.get_url_name("lift"), "close_url_name": self.get_url_name("close")}
        one = {**common, **decide, "again_url_name": self.get_url_name("place")}
        return [
            *listed,
            path("new/", self.construct_view(SuspectView, **common), name="add"),
            path("place/<str:kind>/<int:pk>/", self.construct_view(PlaceView, **common), name="place"),
            path("<int:pk>/", self.construct_view(HoldView, **one), name="edit"),
            path("<int:pk>/lift/", self.construct_view(LiftView, **common), name="lift"),
            path("<int:pk>/close/", self.construct_view(CloseView, **common), name="close"),
        ]


class HoldsPanel(ShownPanel):
    """Every hold on an agency, a listing or a contact, the newest first."""

    template_name = "jobs/admin/holds.html"

    class BoundPanel(ShownPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "holds": holds.of(self.instance)}


def open_hold(agency: Agency) -> int | None:
    """The key of the hold on ``agency`` that waits for a decision."""
    hold = holds.open_on(agency)
    return hold.pk if hold is not None else None


def hold_button(agency: Agency, user: Any, hold: int | None) -> list[Button]:
    """The way to the open hold of an agency, or to placing one."""
    if hold is not None:
        url = reverse("hold:edit", args=[hold])
        return [Button(gettext_lazy("Being looked into"), url=url, icon_name="lock", priority=5)]
    if not user.has_perm("jobs.add_hold"):
        return []
    url = reverse("hold:place", args=["agency", agency.pk])
    return [Button(gettext_lazy("Put on hold"), url=url, icon_name="lock", priority=5)]
