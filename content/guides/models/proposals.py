"""A rule as somebody wants it to be, until a second person publishes or refuses it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.registers.constraints import coded
from content.registers.models import Whole

from ..vocabulary import ProposalState


class PlanProposal(Whole):
    """What a rule of the planner would say. ``before`` is what it said when this was written; empty: there was none.

    The database holds that nobody publishes what he wrote, and that a rule waits for one decision at a time.
    """

    State = ProposalState

    code = models.CharField(_("code"), max_length=60)
    row = models.JSONField(_("rule"))
    before = models.JSONField(_("rule before"), default=dict, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("proposed rule"), _("proposed rules")
        ordering = ["-pk"]
        constraints = [
            *coded("plan_proposal", state=ProposalState),
            models.CheckConstraint(
                name="plan_proposal_published_by_another_person",
                condition=~models.Q(state="published", decided_by=models.F("proposed_by")),
            ),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(state="open"), name="one_open_proposal_per_rule"
            ),
        ]

    def __str__(self) -> str:
        return self.code
