"""Coded values of the planner with their labels; the codes themselves are those of :mod:`.planning`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stop(models.TextChoices):
    """Why a rule sends nobody anywhere; a rule that only adds to a plan has none."""

    DO_NOT_GO = "do_not_go", _("Do not go")
    NOT_YET = "not_yet", _("Not yet")
    NO_VERIFIED_RULE = "no_verified_rule", _("No verified rule")


class Kind(models.TextChoices):
    """What a step makes somebody do. Only the first two may stand in a stop."""

    ASK = "ask", _("Ask an office")
    SAFETY = "safety", _("Keep safe")
    DOCUMENT = "document", _("Get a paper")
    TRAINING = "training", _("Learn and be tested")
    RECRUITER = "recruiter", _("Deal with a placement company")
    PAYMENT = "payment", _("Pay")
    TRAVEL = "travel", _("Travel")


class ProposalState(models.TextChoices):
    """Where a proposed rule stands."""

    OPEN = "open", _("Waits for a second person")
    PUBLISHED = "published", _("Published")
    REFUSED = "refused", _("Refused")
