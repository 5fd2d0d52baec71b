"""Forms of the CMS: a listing that a rule forbids is refused here as everywhere, with the sentence of the rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from content.registers.models import Destination, Source

from . import contacts, rules, services
from .models import Agency, AgencyContact, CostLine, JobListing, JobOrder, ListingChange

Status = JobListing.Status


def _destinations() -> list[tuple[str, str]]:
    """The countries of the register by name; others have no rule, so nothing could be published there."""
    pairs = [(row.country, str(row)) for row in Destination.objects.all()]
    return [("", "–"), *sorted(pairs, key=lambda pair: pair[1])]


class CountryField(forms.ChoiceField):
    """A country of the register of destinations."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=capfirst(_("country")), choices=_destinations, **kwargs)


class AgencyForm(WagtailAdminModelForm):
    """An agency; a new status is a decision with a date and with a source or number."""

    status_since = forms.DateField(label=capfirst(_("status since")), required=False, widget=AdminDateInput)
    status_source = forms.ModelChoiceField(
        Source.objects.all(), label=capfirst(_("source of the status")), required=False
    )
    status_note = forms.CharField(label=capfirst(_("number of the decision or note")), required=False, max_length=255)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "status" in self.changed_data and self.instance.pk:
            since = cleaned.get("status_since")
            if since is None:
                self.add_error("status_since", _("Write since when this status holds."))
            elif since > timezone.localdate():
                self.add_error("status_since", _("This day has not come yet. Record the status on that day."))
            if not cleaned.get("status_source") and not cleaned.get("status_note"):
                self.add_error("status_note", _("Name the source or the number of the decision."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        formset = self.formsets["contacts"]
        if not self.cleaned_data.get("example") or not formset.is_valid():
            return
        # Asked here, because a contact that is being added does not know its agency yet.
        rows = [form.cleaned_data for form in formset.forms if form not in formset.deleted_forms]
        if any(row and not contacts.is_invented(row["kind"], row["value"]) for row in rows):
            self.add_error(None, ValidationError(AgencyContact.NOT_INVENTED))

    def save(self, commit: bool = True) -> Agency:
        if not (commit and self.instance.pk and "status" in self.changed_data):
            return super().save(commit)
        self.instance.status = self.initial["status"]
        cleaned = self.cleaned_data
        with services.together():
            agency = super().save()
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sentences for the officer: what keeps a saved draft from being published.
        self.lacking: list[str] = []
        if self.instance.status not in services.FROM[ListingChange.What.PUBLISHED]:
            del self.fields["then"]  # held and closed ones are reopened by their own button
        if "job_order" in self.fields:
            self.fields["job_order"].queryset = JobOrder.objects.select_related("agency", "work")

    def _post_clean(self) -> None:
        super()._post_clean()
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


class ReasonForm(forms.Form):
    """Why a listing is put on hold or closed."""

    reason = forms.CharField(
        label=capfirst(_("reason")), max_length=255, help_text=_("Kept in the log; readers do not see it.")
    )


class UploadForm(forms.Form):
    """A file of listings."""

    file = forms.FileField(label=_("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
    publish = forms.BooleanField(
        label=_("Publish new listings at once"), required=False,
        help_text=_("Otherwise they wait as drafts. Listings that are known already keep their status."),
    )  # fmt: skip
