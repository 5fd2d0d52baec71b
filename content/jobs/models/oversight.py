"""What an officer looks into: an agency, a listing or a contact, until a second person decides."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content.registers.constraints import coded
from content.registers.models import Whole

from ..vocabulary import ContactKind, HoldState
from .agencies import Agency, ComparedContact
from .listings import JobListing
from .offers import OfferFlag


class SuspectContact(ComparedContact):
    """A number, link, account or name from an offer that somebody has told an officer about.

    By itself it says nothing: while a hold on it is open it is “being looked into”, once a second person has closed the
    hold it is confirmed, and when the hold was lifted nobody hears of it.
    """

    finding = models.ForeignKey(
        OfferFlag,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("what it was used for"),
        help_text=_("Shown to readers once a second person has confirmed it."),
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True, editable=False)
    example = models.BooleanField(_("example (Contoh)"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("reported contact"), _("reported contacts")
        ordering = ["-pk"]
        constraints = [
            *coded("suspect_contact", kind=ContactKind),
            models.UniqueConstraint(
                fields=["kind", "normal"],
                condition=~models.Q(kind=ContactKind.ACCOUNT),
                name="one_suspect_per_contact",
            ),
            # Two banks may have given the same number; what is shown of an account begins with its bank.
            models.UniqueConstraint(
                fields=["normal", "value"], condition=models.Q(kind=ContactKind.ACCOUNT), name="one_suspect_per_account"
            ),
            # What readers are told of a confirmed one is what it was used for.
            models.CheckConstraint(
                name="confirmed_suspect_has_a_finding",
                condition=models.Q(confirmed_on__isnull=True) | models.Q(finding__isnull=False),
            ),
        ]


class Hold(Whole):
    """Something taken out of sight while somebody looks into it: shown as “sedang diperiksa”, never accused.

    One person places it, with a reason and a day by which it must have been looked at again; another one lifts or
    closes it. The database holds both rules.
    """

    State = HoldState

    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="holds", verbose_name=_("placement agency")
    )
    listing = models.ForeignKey(
        JobListing, models.CASCADE, null=True, blank=True, related_name="holds", verbose_name=_("job listing")
    )
    contact = models.ForeignKey(
        SuspectContact, models.CASCADE, null=True, blank=True, related_name="holds", verbose_name=_("reported contact")
    )
    reason = models.CharField(_("reason"), max_length=255, help_text=_("Kept in the log; readers do not see it."))
    review_on = models.DateField(_("look at it again by"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.OPEN)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    ended_at = models.DateTimeField(_("decided"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("hold"), _("holds")
        ordering = ["review_on", "pk"]
        constraints = [
            *coded("hold", state=HoldState),
            models.CheckConstraint(
                name="hold_on_one_thing",
                condition=models.Q(agency__isnull=False, listing__isnull=True, contact__isnull=True)
                | models.Q(agency__isnull=True, listing__isnull=False, contact__isnull=True)
                | models.Q(agency__isnull=True, listing__isnull=True, contact__isnull=False),
            ),
            models.CheckConstraint(
                name="hold_ended_by_another_person", condition=~models.Q(ended_by=models.F("placed_by"))
            ),
            *(
                models.UniqueConstraint(
                    fields=[name],
                    condition=models.Q(state="open", **{f"{name}__isnull": False}),
                    name=f"one_open_hold_per_{name}",
                )
                for name in ("agency", "listing", "contact")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.reason}"

    @property
    def target(self) -> Agency | JobListing | SuspectContact:
        """What is being looked into."""
        return self.agency or self.listing or self.contact

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed by which somebody should have looked at it again."""
        return self.state == HoldState.OPEN and self.review_on < timezone.localdate()
