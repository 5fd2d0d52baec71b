"""Who may place workers: licence, standing, names and ways to be reached."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from content.registers.constraints import coded
from content.registers.models import (
    Region,
    Source,
    Whole,
)

from .. import bank_accounts, contacts
from ..vocabulary import (
    AddressKind,
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
            # An import finds it by the number whatever its case.
            models.UniqueConstraint(Lower("licence_number"), name="one_agency_per_licence_number"),
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


class ComparedContact(Whole):
    """A way to be reached or paid as an offer names it, with what it is compared by.

    A bank account is known again and never read out of here: of it a keyed hash, the version of the key, the bank and
    the last three digits are kept (DECISIONS 34, ``bank_accounts``).
    """

    Kind = ContactKind

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = models.CharField(
        _("number or address"),
        max_length=160,
        help_text=_("Of a bank account write the code of the bank and the number: 002 1234567890."),
    )
    # As it is compared: never typed by hand.
    normal = models.CharField(max_length=160, editable=False, db_index=True)
    key_version = models.PositiveSmallIntegerField(null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.value

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._compare()
        super().save(*args, **kwargs)

    def _compare(self) -> None:
        """Fill what is compared; of an account the number goes here."""
        if self.kind != ContactKind.ACCOUNT:
            self.normal, self.key_version = contacts.normal(self.kind, self.value), None
        elif kept := bank_accounts.keep(self.value):
            self.value, self.normal, self.key_version = kept.shown, kept.digest, kept.key_version
        elif not self._is_kept():
            raise ValueError("An account is stored by the keyed hash of its number, or not at all.")

    def _is_kept(self) -> bool:
        """Whether this is an account whose number was hashed before, shown as “002 …890”."""
        return bank_accounts.is_shown_form(self.value) and self.key_version is not None

    def clean(self) -> None:
        super().clean()
        if self.kind == ContactKind.ACCOUNT:
            self._clean_account()
        elif self.kind and self.value and not contacts.normal(self.kind, self.value):
            raise ValidationError({"value": _("This does not look like a value of this kind. Check every sign of it.")})

    def _clean_account(self) -> None:
        if self._is_kept():
            # What is shown of a number cannot be edited into another one.
            if not type(self)._base_manager.filter(pk=self.pk, kind=self.kind, value=self.value).exists():
                raise ValidationError({"value": _("Write the whole number again: only part of the old one is known.")})
            return
        if not bank_accounts.keys():
            raise ValidationError({"kind": _("Bank accounts need the setting CONTACT_HASH_KEY on this server.")})
        if bank_accounts.keep(self.value) is None:
            raise ValidationError({"value": _("Write the code of the bank and the number: 002 1234567890.")})


def _of_example(part: Any) -> bool:
    """Whether ``part`` belongs to an agency that is an example: then nothing of it may be real (DECISIONS 29)."""
    agency = part.agency if part.agency_id or getattr(part, "agency", None) else None
    return bool(agency and agency.example)


class AgencyContact(ComparedContact):
    """One way in which an agency says that it can be reached or paid: what the offer check compares with."""

    NOT_INVENTED = _(
        "An example has a number that begins with +62 000, an address that ends in .example, or an account of bank 000."
    )

    agency = ParentalKey(Agency, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("placement agency"))

    class Meta:
        verbose_name, verbose_name_plural = _("official contact"), _("official contacts")
        ordering = ["kind", "value"]
        constraints = [
            *coded("agency_contact", kind=ContactKind),
            models.UniqueConstraint(
                fields=["agency", "kind", "normal"],
                condition=~models.Q(kind=ContactKind.ACCOUNT),
                name="one_contact_per_value",
            ),
            # Two banks may have given the same number; what is shown of an account begins with its bank.
            models.UniqueConstraint(
                fields=["agency", "normal", "value"],
                condition=models.Q(kind=ContactKind.ACCOUNT),
                name="one_contact_per_account",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if _of_example(self) and not contacts.is_invented(self.kind, self.value):
            raise ValidationError({"value": self.NOT_INVENTED})


class AgencyName(Whole):
    """Another name under which an agency is known: an abbreviation, a brand, its name before."""

    NOT_INVENTED = _("An example has a name with the word “Contoh”.")

    agency = ParentalKey(Agency, on_delete=models.CASCADE, related_name="names", verbose_name=_("placement agency"))
    name = models.CharField(_("name"), max_length=160)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("other name"), _("other names")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="one_other_name_once")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.name and not contacts.name_key(self.name):
            raise ValidationError({"name": _("Write a name: more than the legal form, in letters or digits.")})
        if _of_example(self) and not contacts.says_example(self.name):
            raise ValidationError({"name": self.NOT_INVENTED})


class AgencyAddress(Whole):
    """Where an agency works, as the official list or its licence says."""

    Kind = AddressKind
    NOT_INVENTED = _("An example has an address with the word “Contoh”: Jalan Contoh 1.")

    agency = ParentalKey(Agency, on_delete=models.CASCADE, related_name="addresses", verbose_name=_("placement agency"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.HEAD)
    address = models.CharField(_("address"), max_length=255)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("address"), _("addresses")
        ordering = ["pk"]
        constraints = coded("agency_address", kind=AddressKind)

    def __str__(self) -> str:
        return self.address

    def clean(self) -> None:
        super().clean()
        if _of_example(self) and not contacts.says_example(self.address):
            raise ValidationError({"address": self.NOT_INVENTED})


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
