"""The planner in the CMS: one group “Rencana”; steps, papers and warnings are saved, rules are proposed and published."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from content.registers.viewsets import DueColumn, RegisterViewSet, words

from . import plan_checks, proposals
from .forms import ClauseForm, DecisionForm, PlanRowForm, PlanRuleForm
from .models import ContractClause, PlanDocument, PlanProposal, PlanRule, PlanStep, PlanWarning
from .vocabulary import ProposalState

_CHECKS = (gettext_lazy("Checks"), ("verified_on", "verify_by"))
_SOURCES = (gettext_lazy("Sources"), ("article", "sources"))


class _PlanViewSet(RegisterViewSet):
    """What steps, papers, warnings and rules share."""

    form_class = PlanRowForm
    list_filter: ClassVar[list] = []

    @cached_property
    def url_prefix(self) -> str:
        return f"rencana/{self.model_name}"


class PlanStepViewSet(_PlanViewSet):
    model = PlanStep
    icon = "list-ol"
    menu_label = gettext_lazy("Steps")
    list_display: ClassVar[list] = ["code", words("title", gettext_lazy("Step")), "kind", "order", DueColumn()]
    list_filter: ClassVar[list] = ["kind"]
    search_fields: ClassVar[list] = ["code", "title__id", "title__en", "what__id"]
    parts = (
        ("", ("code", "order", "kind", "title", "what", "office")),
        (gettext_lazy("Order and papers"), ("after", "brings", "gives")),
        (gettext_lazy("Answers"), PlanStep.ANSWERS),
        (gettext_lazy("Amounts"), ("component", "amounts")),
        _SOURCES,
        _CHECKS,
    )


class PlanDocumentViewSet(_PlanViewSet):
    model = PlanDocument
    icon = "doc-full"
    menu_label = gettext_lazy("Papers")
    list_display: ClassVar[list] = ["code", words("name", gettext_lazy("Name")), "order", DueColumn()]
    search_fields: ClassVar[list] = ["code", "name__id", "name__en"]
    parts = (
        ("", ("code", "order", "name", "note", "originals", "copies", "ask", "signed_by")),
        _SOURCES,
        _CHECKS,
    )


class PlanWarningViewSet(_PlanViewSet):
    model = PlanWarning
    icon = "warning"
    menu_label = gettext_lazy("Warnings")
    list_display: ClassVar[list] = ["code", words("title", gettext_lazy("Warning")), "gravity", DueColumn()]
    search_fields: ClassVar[list] = ["code", "title__id", "title__en", "text__id"]
    parts = (("", ("code", "gravity", "title", "text")), _SOURCES, _CHECKS)


class ContractClauseViewSet(_PlanViewSet):
    """What the contract reader looks for; public when saved."""

    model = ContractClause
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Clauses of agreements")
    form_class = ClauseForm
    list_display: ClassVar[list] = [
        "code",
        words("name", gettext_lazy("What stands there")),
        Column("paper", label=gettext_lazy("Agreement"), accessor=lambda row: row.get_paper_display()),
        Column("kind", label=gettext_lazy("Kind"), accessor=lambda row: row.get_kind_display()),
        DueColumn(),
    ]
    list_filter: ClassVar[list] = ["paper", "kind"]
    search_fields: ClassVar[list] = ["code", "name__id", "name__en", "question__id"]
    parts = (
        ("", ("code", "order", "paper", "kind", "name", "question", "compare", "ask")),
        _SOURCES,
        _CHECKS,
    )


# --- rules ----------------------------------------------------------------------------------------------------------


class _Proposing:
    """A form of a rule whose button proposes instead of saving."""

    produced_error_message: str | None = None
    proposal_url_name = ""

    def form_valid(self, form: PlanRuleForm) -> HttpResponse:
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        try:
            made = proposals.propose(form.instance, form.cleaned_data["sources"], request.user)
        except proposals.Refusal as refusal:
            for sentence in refusal.sentences:
                form.add_error(None, sentence)
            # Wagtail's own post has asked for it only where the form itself was wrong.
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined]
        messages.success(request, _("“%(code)s” is proposed. A second person publishes it.") % {"code": made.code})
        return redirect(reverse(self.proposal_url_name, args=[made.pk]))


class ProposeNewView(_Proposing, CreateView):
    submit_button_label = gettext_lazy("Propose")


class ProposeChangeView(_Proposing, EditView):
    submit_button_label = gettext_lazy("Propose")


class NoDeleteView(DeleteView):
    """A rule is taken out of use by two people, and then still says what it was."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        messages.error(request, _("A rule is not deleted. Propose it with “in use” switched off."))
        return redirect(reverse(self.index_url_name))


class PlanRuleViewSet(_PlanViewSet):
    model = PlanRule
    icon = "tasks"
    menu_label = gettext_lazy("Rules")
    form_class = PlanRuleForm
    add_view_class = ProposeNewView
    edit_view_class = ProposeChangeView
    delete_view_class = NoDeleteView
    list_display: ClassVar[list] = [
        "code",
        Column("outcome", label=gettext_lazy("Stops with"), accessor=lambda rule: rule.get_outcome_display() or "–"),
        BooleanColumn("active", label=gettext_lazy("In use")),
        DueColumn(),
    ]
    list_filter: ClassVar[list] = ["outcome", "active"]
    search_fields: ClassVar[list] = ["code", "sentence__id", "sentence__en", "note"]
    parts = (
        ("", ("code", "conditions")),
        (gettext_lazy("Then"), ("outcome", "sentence", "steps", "documents", "warnings", "attributes")),
        (gettext_lazy("Remark or open question"), ("step", "question", "ask")),
        (gettext_lazy("When"), ("active", "since", "until", "note")),
        _SOURCES,
        _CHECKS,
    )

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_add_view_kwargs(**{"proposal_url_name": PROPOSAL_URL, **kwargs})

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_edit_view_kwargs(**{"proposal_url_name": PROPOSAL_URL, **kwargs})


# --- proposals ------------------------------------------------------------------------------------------------------

PROPOSAL_URL = "planproposal:decide"


class ProposalIndexView(IndexView):
    """The list of proposals; the page of one is where it is decided."""

    # Proposals come from the form of a rule.
    add_url = None

    def get_edit_url(self, instance: PlanProposal) -> str:
        return reverse(PROPOSAL_URL, args=[instance.pk])


class DecideView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """One proposal: what would change in the rule and in whose plan, and the second person's decision."""

    permission_policy: Any = None
    permission_required = "view"
    template_name = "guides/admin/proposal.html"
    form_class = DecisionForm
    page_title = gettext_lazy("Proposed rule")
    header_icon = "tasks"
    index_url_name = ""

    def setup(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.proposal = get_object_or_404(PlanProposal, pk=pk)

    def get_page_subtitle(self) -> str:
        return self.proposal.code

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = {"url": reverse(self.index_url_name), "label": capfirst(PlanProposal._meta.verbose_name_plural)}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, above, here]

    @property
    def may_decide(self) -> bool:
        return self.permission_policy.user_has_permission(self.request.user, "change")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposal = self.proposal
        context = super().get_context_data(
            **kwargs,
            proposal=proposal,
            lines=_differences(proposal),
            open=proposal.state == ProposalState.OPEN,
            may_decide=self.may_decide,
            own=proposal.proposed_by_id == self.request.user.pk,
            same_person=proposals.SamePerson.sentence,
            personas=len(plan_checks.personas()),
        )
        if proposal.state == ProposalState.OPEN:
            before, after = proposals.books(proposal)
            against = {str(p["id"]): plan_checks.judge(p, after).differences for p in plan_checks.personas()}
            context["changed"] = [
                {"id": name, "changes": changes, "against": against[name]}
                for name, changes in plan_checks.changes(before, after).items()
            ]
            context["problems"] = [plan_checks.sentence(problem) for problem in proposals.problems_of(proposal)]
        return context

    def form_valid(self, form: DecisionForm) -> HttpResponse:
        if not self.may_decide:
            return redirect(reverse(self.index_url_name))
        note = form.cleaned_data["note"]
        try:
            if self.request.POST.get("act") == "publish":
                proposals.publish(self.proposal, self.request.user, note)
                messages.success(self.request, _("“%(code)s” is published.") % {"code": self.proposal.code})
            else:
                proposals.refuse(self.proposal, self.request.user, note)
                messages.success(self.request, _("“%(code)s” stays as it was.") % {"code": self.proposal.code})
        except proposals.Refusal as refusal:
            for sentence in refusal.sentences:
                messages.error(self.request, sentence)
        return redirect(reverse(PROPOSAL_URL, args=[self.proposal.pk]))


def _differences(proposal: PlanProposal) -> list[dict[str, Any]]:
    """The fields that would change, as plain text."""
    made = []
    for column in (*PlanRule._meta.concrete_fields, *PlanRule._meta.many_to_many):
        old, new = proposal.before.get(column.name), proposal.row.get(column.name)
        if old != new and (old or new):
            made.append({"label": capfirst(column.verbose_name), "before": _told(old), "after": _told(new)})
    return made


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_told(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_told, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value or "")


class PlanProposalViewSet(ModelViewSet):
    """What waits for a second person, and what was decided."""

    model = PlanProposal
    icon = "clipboard-list"
    menu_label = gettext_lazy("Proposed rules")
    index_view_class = ProposalIndexView
    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    list_display: ClassVar[list] = [
        "code",
        Column("state", label=gettext_lazy("State"), accessor=lambda row: row.get_state_display()),
        "proposed_by",
        "proposed_at",
    ]
    list_filter: ClassVar[list] = ["state"]
    search_fields: ClassVar[list] = ["code"]
    exclude_form_fields: ClassVar[list] = ["decided_by"]

    @cached_property
    def url_prefix(self) -> str:
        return "rencana/usulan"

    @property
    def decide_view(self) -> Any:
        return self.construct_view(
            DecideView, permission_policy=self.permission_policy, index_url_name=self.get_url_name("index")
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list and the decision: proposals come from the form of a rule, and nobody edits one."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.decide_view, name="decide"),
        ]


class PlanGroup(ModelViewSetGroup):
    """One entry of the menu."""

    menu_label = gettext_lazy("Planner")
    menu_icon = "tasks"
    menu_order = 245
    items = (
        PlanRuleViewSet,
        PlanProposalViewSet,
        PlanStepViewSet,
        PlanDocumentViewSet,
        PlanWarningViewSet,
        ContractClauseViewSet,
    )
