"""Forms of the CMS: a listing that a rule forbids is refused here as everywhere, with the sentence of the rule."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from content.registers import labels
from content.registers.models import Destination, Source

from . import bank_accounts, contacts, holds, importers, offer_selectors, rules, services
from .import_rows import official_contacts
from .models import Agency, AgencyContact, CostLine, JobListing, JobOrder, ListingChange, OfferFlag
from .vocabulary import ContactKind

Status = JobListing.Status


def _destinations() -> list[tuple[str, str]]:
    """The countries of the register by name; others have no rule, so nothing could be published there."""
    pairs = [(row.country, str(row)) for row in Destination.objects.all()]
    return [("", "–"), *sorted(pairs, key=lambda pair: pair[1])]


class CountryField(forms.ChoiceField):
    """A country of the register of destinations."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=capfirst(_("country")), choices=_destinations, **kwargs)


def _stored_as(row: AgencyContact) -> set[tuple[str, str]]:
    """Under which values a contact is or would be stored."""
    if row.kind != ContactKind.ACCOUNT:
        return {(row.kind, contacts.normal(row.kind, row.value))}
    return (
        {(row.kind, row.normal)}
        if row.normal
        else {(row.kind, digest) for bank, digest in bank_accounts.readings(row.value) if bank}
    )


class AgencyForm(WagtailAdminModelForm):
    """An agency; a new status is a decision with a date and with a source or number."""

    status_since = forms.DateField(label=capfirst(_("status since")), required=False, widget=AdminDateInput)
    status_source = forms.ModelChoiceField(
        Source.objects.all(), label=capfirst(_("source of the status")), required=False
    )
    status_note = forms.CharField(
        label=capfirst(_("number of the decision or note")),
        required=False,
        max_length=255,
        help_text=_("Where no source is named, readers see this."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "status" in self.changed_data and self.instance.pk:
            since = cleaned.get("status_since")
            if since is None:
                self.add_error("status_since", _("Write since when this status holds."))
            elif since > timezone.localdate():
                self.add_error("status_since", _("This day has not come yet. Record the status on that day."))
            elif (newest := self.instance.statuses.first()) is not None and since < newest.since:
                said = _("A newer decision is recorded, of %(day)s: %(status)s.")
                self.add_error(
                    "status_since", said % {"day": labels.date(newest.since), "status": newest.get_status_display()}
                )
            if not cleaned.get("status_source") and not cleaned.get("status_note"):
                self.add_error("status_note", _("Name the source or the number of the decision."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        self._refuse_doubles("names", "name", lambda row: {row.name})
        self._refuse_doubles("contacts", "value", _stored_as)
        if self.cleaned_data.get("example"):
            # Asked here, because a row that is being added does not know its agency yet.
            self._only_invented("names", "name", lambda row: contacts.says_example(row.name))
            self._only_invented("addresses", "address", lambda row: contacts.says_example(row.address))
            self._only_invented("contacts", "value", lambda row: contacts.is_invented(row.kind, row.value))

    def _rows(self, part: str) -> list[forms.ModelForm]:
        """The rows of a part as they would be kept, as far as each is right by itself."""
        forms_ = (form for form in self.formsets[part].forms if form.is_valid())
        return [
            form for form in forms_ if (form.has_changed() or form.instance.pk) and not form.cleaned_data.get("DELETE")
        ]

    def _refuse_doubles(self, part: str, field: str, stored: Callable[[Any], set[Any]]) -> None:
        seen: set[Any] = set()
        for form in self._rows(part):
            values = stored(form.instance)
            if values & seen:
                form.add_error(field, _("This stands here twice."))
            seen |= values

    def _only_invented(self, part: str, field: str, invented: Callable[[Any], bool]) -> None:
        for form in self._rows(part):
            if not invented(form.instance) and not form.has_error(field):
                form.add_error(field, form.instance.NOT_INVENTED)

    def save(self, commit: bool = True) -> Agency:
        if not (commit and self.instance.pk):
            return super().save(commit)
        cleaned = self.cleaned_data
        with services.together():
            # A status is written by a decision alone, never by whoever happened to have the form open.
            held = Agency.objects.select_for_update().get(pk=self.instance.pk)
            self.instance.status = held.status
            agency = super().save()
            if "status" in self.changed_data:
                services.set_agency_status(
                    agency,
                    cleaned["status"],
                    cleaned["status_since"],
                    actor=self.for_user,
                    source=cleaned["status_source"],
                    note=cleaned["status_note"],
                )
        return agency


class JobOrderForm(WagtailAdminModelForm):
    """A job order in a destination of the register."""

    country = CountryField()


def version_of(key: int) -> str:
    """A fingerprint of what a listing holds, with its costs and standing: another one after any change."""
    listing = JobListing.objects.with_parts().get(pk=key)
    held = {**importers.snapshot(listing), "status": listing.status, "reference": listing.reference}
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:16]


class JobListingForm(WagtailAdminModelForm):
    """A listing. Saved as a draft it may still lack something; shown to readers or to a colleague it may not."""

    country = CountryField()
    then = forms.ChoiceField(
        label=capfirst(_("after saving")),
        choices=[
            ("keep", _("Change nothing about its status")),
            ("review", _("Ask a colleague to look at it")),
            ("publish", _("Publish it")),
        ],
        initial="keep",
        required=False,
        widget=forms.RadioSelect,
    )

    # What the listing held when this form was opened.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = version_of(self.instance.pk)
        # Sentences for the officer: what keeps a saved draft from being published.
        self.lacking: list[str] = []
        if self.instance.status not in services.FROM[ListingChange.What.PUBLISHED]:
            del self.fields["then"]  # held and closed ones are reopened by their own button
        if "job_order" in self.fields:
            self.fields["job_order"].queryset = JobOrder.objects.select_related("agency", "work")
        if "contact" in self.fields:
            self._offer_contacts()

    def _offer_contacts(self) -> None:
        """Those of the agency, once it is known; before that all, each with its agency."""
        field, agency = self.fields["contact"], self.instance.agency_id
        if self.is_bound:
            agency = self.data.get(self.add_prefix("agency"), "")
        found = official_contacts().select_related("agency").order_by("agency__legal_name", "kind", "value")
        if str(agency or "").isdecimal():
            found = found.filter(agency=agency)
            field.label_from_instance = str
        else:
            field.label_from_instance = lambda contact: f"{contact.agency}: {contact}"
        field.queryset = found
        field.error_messages["invalid_choice"] = _("This is no official contact of this agency.")

    def _post_clean(self) -> None:
        super()._post_clean()
        self._refuse_another_version()
        self._refuse_to_leave_a_hold()
        lines = self._cost_lines()
        if self.errors or lines is None:
            return
        # Asked of a copy: the form itself puts the cost lines into the instance only when it saves.
        fields = {field.attname: getattr(self.instance, field.attname) for field in JobListing._meta.concrete_fields}
        candidate = JobListing(**fields)
        candidate.cost_lines = lines
        found = rules.refusals(candidate)
        shown = self.instance.status in (Status.PUBLISHED, Status.IN_REVIEW)
        keeps = (self.cleaned_data.get("then") or "keep") == "keep"
        if not shown and keeps:
            self.lacking = [str(outcome) for outcome in found]
            return
        for outcome in found:
            if keeps and outcome.rule.waits:
                continue  # mended while it waits; that makes nothing public
            name = outcome.rule.field
            self.add_error(name if name in self.fields else None, ValidationError(str(outcome)))

    def _refuse_another_version(self) -> None:
        """What a colleague has saved since this form was opened is not written over unseen."""
        if self.instance.pk and self.cleaned_data.get("seen") not in ("", version_of(self.instance.pk)):
            said = _(
                "Somebody has changed this listing since you opened it. Open it again in another tab, compare, and enter there what you want to change."
            )
            self.add_error(None, ValidationError(said))

    def _refuse_to_leave_a_hold(self) -> None:
        """A listing that waits for a second person, or whose agency does, is not moved out of it by an edit."""
        moved = {"agency", "job_order"} & set(self.changed_data)
        if not (self.instance.pk and moved):
            return
        stored = JobListing.objects.get(pk=self.instance.pk)
        if stored.status == Status.ON_HOLD or rules.Ground(timezone.localdate()).holds(stored):
            for name in sorted(moved):
                self.add_error(name, _("This is being looked into: it stays until a second person has decided."))

    def _cost_lines(self) -> list[CostLine] | None:
        """The cost lines as they would be saved; ``None`` while one of them is not valid."""
        formset = self.formsets["cost_lines"]
        if not formset.is_valid():
            return None
        kept = [form for form in formset.forms if form not in formset.deleted_forms]
        lines = [form.instance for form in kept if form.has_changed() or form.instance.pk]
        return [
            CostLine(component=line.component, payer=line.payer, amount=line.amount, currency=line.currency)
            for line in lines
        ]

    def save(self, commit: bool = True) -> JobListing:
        if not commit:
            return super().save(commit=False)
        new = self.instance.pk is None
        self.instance.example = self.instance.is_example
        with services.together():
            if not new:
                services.keep_standing(self.instance)
            listing = super().save()
            what = ListingChange.What.CREATED if new else ListingChange.What.EDITED
            ListingChange.objects.create(listing=listing, what=what, actor=self.for_user)
            try:
                match self.cleaned_data.get("then"):
                    case "publish":
                        services.publish(listing, self.for_user)
                    case "review":
                        services.send_to_review(listing, self.for_user)
            except services.Refused as refused:
                # Somebody else has changed the ground since the form was checked: it stays what it was.
                self.lacking = refused.sentences
        return listing


IN_THE_LOG = _("Kept in the log; readers do not see it.")


class ReasonForm(forms.Form):
    """Why a listing is closed."""

    reason = forms.CharField(label=capfirst(_("reason")), max_length=255, help_text=IN_THE_LOG)


class NoteForm(forms.Form):
    """What was found out, when a hold ends."""

    note = forms.CharField(label=capfirst(_("what was found out")), max_length=255, help_text=IN_THE_LOG)


class HoldForm(ReasonForm):
    """Why something is put on hold, and until when somebody looks at it again."""

    review_on = forms.DateField(
        label=capfirst(_("look at it again by")), initial=holds.default_review, widget=AdminDateInput
    )

    def clean_review_on(self) -> dt.date:
        """A day to come, and not far away: what is out of sight must not be forgotten."""
        day, today = self.cleaned_data["review_on"], timezone.localdate()
        if day < today:
            raise ValidationError(_("This day is over."))
        if day > today + holds.LONGEST:
            raise ValidationError(
                _("At most %(days)s days from today; whoever looks then can begin anew."),
                params={"days": holds.LONGEST.days},
            )
        return day


class SuspectForm(HoldForm):
    """A contact that somebody has told an officer about."""

    kind = forms.ChoiceField(label=capfirst(_("kind")), choices=ContactKind)
    value = forms.CharField(
        label=capfirst(_("number or address")),
        max_length=160,
        help_text=_("Of a bank account write the code of the bank and the number: 002 1234567890."),
    )
    finding = forms.ModelChoiceField(
        OfferFlag.objects.all(),
        label=capfirst(_("what it was used for")),
        required=False,
        help_text=_("Shown to readers once a second person has confirmed it."),
    )
    anyway = forms.BooleanField(
        label=_("I have seen that it is an official contact: look into it all the same"), required=False
    )
    field_order = ("kind", "value", "finding", "reason", "review_on", "anyway")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owned = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, value = cleaned.get("kind"), cleaned.get("value")
        if not (kind and value):
            return cleaned
        if kind == ContactKind.ACCOUNT and not bank_accounts.keys():
            self.add_error("kind", _("Bank accounts need the setting CONTACT_HASH_KEY on this server."))
        elif kind == ContactKind.ACCOUNT and bank_accounts.keep(value) is None:
            self.add_error("value", _("Write the code of the bank and the number: 002 1234567890."))
        elif kind != ContactKind.ACCOUNT and not contacts.normal(kind, value):
            self.add_error("value", _("This does not look like a value of this kind. Check every sign of it."))
        else:
            self._warn_of_owners(kind, value, bool(cleaned.get("anyway")))
        return cleaned

    def _warn_of_owners(self, kind: str, value: str, anyway: bool) -> None:
        owners = ", ".join(str(agency) for agency in offer_selectors.owners_of(kind, value))
        self._owned = bool(owners)
        if owners and not anyway:
            self.add_error(
                "value",
                ValidationError(
                    _(
                        "This is an official contact of %(agencies)s: readers who ask for it would hear of both. Was the "
                        "number only named in a forged offer, leave it. Otherwise tick the box below and send again."
                    ),
                    params={"agencies": owners},
                ),
            )

    def shown_fields(self) -> list[forms.BoundField]:
        """All fields; the tick only where there is something to confirm."""
        return [field for field in self if field.name != "anyway" or self._owned]


class CloseContactForm(NoteForm):
    """How the looking into a contact ends: what it was used for is what readers are told."""

    finding = forms.ModelChoiceField(
        OfferFlag.objects.all(),
        label=capfirst(_("what it was used for")),
        help_text=_("Readers are told this, with its next step and today's date, and nothing else."),
    )
    field_order = ("finding", "note")
