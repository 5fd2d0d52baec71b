"""What kind of case a warning or a figure speaks of. Few codes, so that a figure never points at one case. Pure data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Modus(models.TextChoices):
    """The way in which people are caught, coarsely."""

    PLACEMENT = "placement", _("Sent abroad past the legal way")
    ONLINE_JOB = "online-job", _("Job offer on the internet, forced to deceive others")
    SEA = "sea", _("Work at sea")
    DOMESTIC = "domestic", _("Forced work in Indonesia, in a house or a business")
    SEXUAL = "sexual", _("Sexual exploitation")
    CHILD_MARRIAGE = "child-marriage", _("Child marriage")
    OTHER = "other", _("Another way")
