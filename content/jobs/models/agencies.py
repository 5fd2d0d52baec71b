"""Who may place workers: licence, standing, names and ways to be reached."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from content.registers.constraints import coded
from content.registers.models import (
    Source,
    Whole,
)

from .. import contacts
from ..vocabulary import (
    AgencyKind,
    AgencyStanding,
    ContactKind,
)
from .validators import number_validator


class Agency(Whole, ClusterableModel):
    """Who may place workers: a company with a licence (P3MI, SIP3MI), or the government for its own programmes."""

    Kind = AgencyKind
    Status = AgencyStanding

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.COMPANY)
    legal_name = models.CharField(_("legal name"), max_length=160, help_text=_("Exactly as on the official list."))
    licence_number = models.CharField(
        _("licence number"),
        max_length=60,
        unique=True,
        validators=[number_validator],
        help_text=_("SIP3MI number; for a government body its short name."),
    )
    valid_from = models.DateField(_("licence valid from"), null=True, blank=True)
    valid_until = models.DateField(_("licence valid until"), null=True, blank=True, help_text=_("The last day."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    site = models.URLField(_("web address"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("The official list in which this was read. Only an example has none."),
    )
    checked_on = models.DateField(_("checked on"), help_text=_("The day on which somebody looked at the source."))
    example = models.BooleanField(_("example (Contoh)"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("placement agency"), _("placement agencies")
        ordering = ["legal_name"]
        constraints = [
            *coded("agency", kind=AgencyKind, status=AgencyStanding),
            models.CheckConstraint(
                name="agency_has_source_or_is_example",
                condition=models.Q(source__isnull=False) | models.Q(example=True),
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.kind == self.Kind.COMPANY and not (self.valid_from and self.valid_until):
            errors["valid_until"] = _("Write from when until when the licence is valid.")
        elif self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            errors["valid_until"] = _("This is before the first day.")
        if not self.example and not self.source_id:
            errors["source"] = _("Name the source.")
        if self.example:
            # An example cannot be mistaken for a company that answers (DECISIONS 29).
            host = self.site.partition("//")[2].partition("/")[0].partition(":")[0]
            if self.site and not host.endswith(".example"):
                errors["site"] = _("An example has an address that ends in .example.")
            if self.email and not self.email.endswith(".example"):
                errors["email"] = _("An example has an address that ends in .example.")
        if errors:
            raise ValidationError(errors)


class AgencyContact(Whole):
    """One way in which an agency says that it can be reached: what the offer check compares a number or link with."""

    Kind = ContactKind
    NOT_INVENTED = _("An example has a number that begins with +62 000, or an address that ends in .example.")

    agency = ParentalKey(Agency, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("placement agency"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = models.CharField(_("number or address"), max_length=160)
    # As it is compared: never typed by hand.
    normal = models.CharField(max_length=160, editable=False, db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("official contact"), _("official contacts")
        ordering = ["kind", "value"]
        constraints = [
            *coded("agency_contact", kind=ContactKind),
            models.UniqueConstraint(fields=["agency", "kind", "normal"], name="one_contact_per_value"),
        ]

    def __str__(self) -> str:
        return self.value

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.normal = contacts.normal(self.kind, self.value)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.kind and self.value and not contacts.normal(self.kind, self.value):
            raise ValidationError({"value": _("This does not look like a value of this kind. Check every sign of it.")})
        agency = self.agency if self.agency_id or getattr(self, "agency", None) else None
        if agency and agency.example and not contacts.is_invented(self.kind, self.value):
            raise ValidationError({"value": self.NOT_INVENTED})


class AgencyStatus(models.Model):
    """One decision on an agency: since when it is active, suspended or withdrawn, and who says so."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="statuses", verbose_name=_("placement agency"))
    status = models.CharField(_("status"), max_length=10, choices=Agency.Status)
    since = models.DateField(_("since"))
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    note = models.CharField(_("number of the decision or note"), max_length=255, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("status of an agency"), _("statuses of agencies")
        ordering = ["-since", "-pk"]
        constraints = coded("agency_status", status=AgencyStanding)

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_status_display()} {self.since}"
