"""What an agency may fill, and what it offers.

Plain models with a status and a change log, not draft-state pages (DECISIONS 26). Whether a listing is public is never
stored here: it is one SQL condition over these rows (:meth:`JobListingQuerySet.public`, ``rules.py``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from content.registers import labels
from content.registers.constraints import coded
from content.registers.models import (
    CostComponent,
    Occupation,
    Scheme,
    Source,
    Whole,
    WorkGroup,
)
from content.registers.numbers import NumberField

from ..codes import LENGTH, new_code
from ..fields import CodesField
from ..vocabulary import (
    Benefit,
    ContactKind,
    Education,
    ListingAct,
    ListingStatus,
    Moment,
    Payer,
    Requirement,
    WagePeriod,
)
from .agencies import Agency, AgencyContact
from .validators import country_validator, currency_validator, number_validator, place_validator

MOST_PLACES = 100_000
HOURS_OF_A_WEEK = 7 * 24


class JobOrder(Whole):
    """The approved request of an employer abroad: who may fill how many places of what work until when."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="job_orders", verbose_name=_("placement agency"))
    number = models.CharField(_("number"), max_length=60, validators=[number_validator])
    employer = models.CharField(_("employer abroad"), max_length=160)
    country = models.CharField(
        _("country"), max_length=2, validators=[country_validator], help_text="ISO 3166-1 alpha-2"
    )
    work = models.ForeignKey(WorkGroup, models.PROTECT, related_name="+", verbose_name=_("field of work"))
    scheme = models.ForeignKey(Scheme, models.PROTECT, to_field="code", related_name="+", verbose_name=_("scheme"))
    places = models.PositiveIntegerField(_("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)])
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), help_text=_("The last day."))
    mission = models.CharField(
        _("verified by the mission"),
        max_length=120,
        blank=True,
        help_text=_("The Indonesian mission that verified the employer, as the job order names it."),
    )
    verified = models.BooleanField(_("verified by an officer"), default=False)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("job order"), _("job orders")
        ordering = ["number"]
        constraints = [models.UniqueConstraint("agency", Lower("number"), name="one_job_order_per_number")]

    def __str__(self) -> str:
        return f"{self.number} ({labels.country_name(self.country)}, {self.work})"

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("This is before the first day.")})
        if self.verified and not self.verified_on:
            raise ValidationError({"verified_on": _("Write the day on which it was verified.")})


class JobListingQuerySet(models.QuerySet["JobListing"]):
    """Listings as readers may see them."""

    def public(self, on: dt.date | None = None) -> JobListingQuerySet:
        """The listings that are legal and published on that day: one condition over the source rows (DECISIONS 31)."""
        from ..rules import public_condition  # the rules speak of these models

        return self.filter(public_condition(on or timezone.localdate()))

    def with_parts(self) -> JobListingQuerySet:
        """With everything that rules, cards and documents read: two queries for any number of rows."""
        return self.select_related(
            "agency", "job_order", "occupation__work", "scheme", "source", "contact"
        ).prefetch_related(models.Prefetch("cost_lines", CostLine.objects.select_related("component")))


class JobListing(Whole, ClusterableModel):
    """One job on offer. Everything about it is coded, so that it reads well in every language."""

    Status = ListingStatus

    code = models.CharField(_("code"), max_length=LENGTH, unique=True, default=new_code, editable=False)
    reference = models.CharField(
        _("reference"),
        max_length=60,
        validators=[number_validator],
        help_text=_("The agency's own number of this opening; an import finds the row again by it."),
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="listings", verbose_name=_("placement agency"))
    job_order = models.ForeignKey(
        JobOrder, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name=_("job order")
    )
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="+", verbose_name=_("occupation"))
    country = models.CharField(
        _("country"), max_length=2, validators=[country_validator], help_text="ISO 3166-1 alpha-2"
    )
    place = models.CharField(_("town or region"), max_length=80, blank=True, validators=[place_validator])
    scheme = models.ForeignKey(Scheme, models.PROTECT, to_field="code", related_name="+", verbose_name=_("scheme"))
    places = models.PositiveIntegerField(_("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)])
    wage_min = NumberField(_("wage from"), max_digits=14, decimal_places=2, validators=[MinValueValidator(1)])
    wage_max = NumberField(_("wage to"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(
        _("currency"), max_length=3, validators=[currency_validator], help_text=_("ISO 4217, for example TWD.")
    )
    wage_period = models.CharField(_("wage is paid"), max_length=6, choices=WagePeriod, default=WagePeriod.MONTH)
    hours_per_week = models.PositiveSmallIntegerField(
        _("hours a week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(HOURS_OF_A_WEEK)],
        help_text=_("Leave empty when unknown; readers are told to ask."),
    )
    contract_months = models.PositiveSmallIntegerField(
        _("contract in months"), validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    education = models.CharField(_("schooling"), max_length=4, choices=Education, default=Education.NONE)
    minimum_age = models.PositiveSmallIntegerField(_("minimum age"), validators=[MaxValueValidator(99)])
    maximum_age = models.PositiveSmallIntegerField(
        _("maximum age"), null=True, blank=True, validators=[MaxValueValidator(99)]
    )
    requirements = CodesField(_("requirements"), vocabulary=Requirement, blank=True)
    benefits = CodesField(_("what comes with the job"), vocabulary=Benefit, blank=True)
    contact = models.ForeignKey(
        AgencyContact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact"),
        help_text=_("One of the official contacts of this agency; readers are told to use no other."),
    )
    closing_date = models.DateField(_("closing date"), help_text=_("The last day on which one can apply."))
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("Where this opening was read. Only an example has none."),
    )
    checked_on = models.DateField(_("checked on"), help_text=_("The day on which somebody looked at the source."))
    example = models.BooleanField(_("example (Contoh)"), default=False)

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    first_public_at = models.DateTimeField(_("first public"), null=True, blank=True, editable=False)
    # Copies of what the rules say, for sorting and expiry; while not public, ``public_until`` is the last public day, or
    # for one that is held the last day it would be public.
    # Never the condition itself (DECISIONS 31): services.refresh writes them.
    public_from = models.DateField(_("public from"), null=True, blank=True, editable=False)
    public_until = models.DateField(_("public until"), null=True, blank=True, editable=False)

    objects = JobListingQuerySet.as_manager()

    # Thousands of rows by import; nobody asks where a listing is used.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("job listing"), _("job listings")
        ordering = ["closing_date", "pk"]
        indexes = [
            models.Index(fields=["status", "closing_date"], name="listing_status_closing"),
            # What the order of a listing has on offer is summed over this index alone (rule ORD-1).
            models.Index(fields=["status", "job_order", "places"], name="listing_offered_places"),
            # A question that names a wage and nothing else ("NT$ 28.590").
            models.Index(fields=["status", "currency", "wage_period", "closing_date"], name="listing_paid_in"),
        ]
        constraints = [
            *coded("listing", status=ListingStatus, wage_period=WagePeriod, education=Education),
            models.UniqueConstraint(fields=["agency", "reference"], name="one_listing_per_reference"),
            models.CheckConstraint(
                name="listing_has_source_or_is_example",
                condition=models.Q(source__isnull=False) | models.Q(example=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.reference})"

    @property
    def title(self) -> str:
        """“Pengasuh lansia, Taichung, Taiwan” in the active language."""
        parts = [str(self.occupation), self.place, labels.country_name(self.country)]
        return ", ".join(part for part in parts if part)

    @property
    def is_example(self) -> bool:
        """An example, or offered by one: marked “Contoh” everywhere, never indexed (DECISIONS 29)."""
        return self.example or self.agency.example

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.wage_min is not None and self.wage_max is not None and self.wage_max < self.wage_min:
            errors["wage_max"] = _("This is less than the lowest wage.")
        if self.minimum_age and self.maximum_age and self.maximum_age < self.minimum_age:
            errors["maximum_age"] = _("This is less than the minimum age.")
        if self.contact is not None and self.contact.agency_id != self.agency_id:
            errors["contact"] = _("This contact belongs to another agency.")
        elif self.contact is not None and self.contact.kind == ContactKind.ACCOUNT:
            errors["contact"] = _("A bank account is no contact.")
        if not self.example and not self.source_id:
            errors["source"] = _("Name the source.")
        if self.checked_on and self.checked_on > timezone.localdate():
            errors["checked_on"] = _("This day has not come yet.")
        if errors:
            raise ValidationError(errors)


class CostLine(Whole):
    """One part of what the placement costs, and who pays it (DECISIONS 32)."""

    listing = ParentalKey(
        JobListing, on_delete=models.CASCADE, related_name="cost_lines", verbose_name=_("job listing")
    )
    component = models.ForeignKey(CostComponent, models.PROTECT, related_name="+", verbose_name=_("component"))
    payer = models.CharField(_("who pays"), max_length=10, choices=Payer)
    amount = NumberField(_("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=3, default="IDR", validators=[currency_validator])
    when = models.CharField(_("when"), max_length=8, choices=Moment, default=Moment.BEFORE)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("cost line"), _("cost lines")
        ordering = ["pk"]
        # Who pays what of a listing is asked three times of each listing that is counted, of this index alone.
        indexes = [models.Index(fields=["listing", "payer", "amount", "component"], name="cost_line_charges")]
        constraints = [
            *coded("cost_line", payer=Payer, when=Moment),
            # Two lines that make up for each other would read “Rp0”.
            models.CheckConstraint(name="cost_line_amount_is_not_negative", condition=models.Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.component}: {labels.money(self.amount, self.currency)}"


class DeletedListing(models.Model):
    """The code of a listing that was public once and has been deleted, by hand or by the undoing of an import.

    People hold slips and links of it: they must hear that it ended, never that nobody here has known it (DECISIONS 34).
    """

    code = models.CharField(_("code"), max_length=LENGTH, primary_key=True)
    deleted_at = models.DateTimeField(_("deleted"), default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("deleted listing"), _("deleted listings")
        ordering = ["-deleted_at", "code"]

    def __str__(self) -> str:
        return self.code


class ListingChange(models.Model):
    """Who did what to a listing and when. Never edited."""

    What = ListingAct

    listing = models.ForeignKey(JobListing, models.CASCADE, related_name="changes", verbose_name=_("job listing"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    when = models.DateTimeField(_("when"), default=timezone.now)
    what = models.CharField(_("what"), max_length=10, choices=What)
    note = models.CharField(_("note"), max_length=255, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("change of a listing"), _("changes of listings")
        ordering = ["-when", "-pk"]
        constraints = coded("listing_change", what=ListingAct)

    def __str__(self) -> str:
        return f"{self.listing_id} {self.what} {self.when:%Y-%m-%d %H:%M}"
