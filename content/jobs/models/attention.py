"""What officers have said and been told about what needs attention."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.registers.models import Whole

from .listings import JobListing


class NotDuplicate(Whole):
    """Two listings that look alike, and somebody has said that they are two."""

    first = models.ForeignKey(JobListing, models.CASCADE, related_name="+", verbose_name=_("job listing"))
    second = models.ForeignKey(JobListing, models.CASCADE, related_name="+", verbose_name=_("job listing"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    when = models.DateTimeField(_("when"), auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("pair that is no duplicate"), _("pairs that are no duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_word_per_pair"),
            models.CheckConstraint(name="pair_is_in_order", condition=models.Q(first__lt=models.F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class OfficerDigest(models.Model):
    """That somebody's day has been looked at, and whether a message was sent: at most one a day."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("when"))
    sent = models.BooleanField(_("sent"), default=False)
    # How much needed attention then, by section: what is there tomorrow and was not today is news.
    counts = models.JSONField(default=dict, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("daily message to an officer"), _("daily messages to officers")
        constraints = [models.UniqueConstraint(fields=["recipient", "on"], name="one_digest_a_day")]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.on}"
