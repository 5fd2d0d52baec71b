"""The short form at triage by which a report is counted (statistics.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .. import coarse
from ..coarse import ATTRIBUTES
from ..models import Report, Unit

LABELS = {
    "modus": _("Kind of case"),
    "age": _("Age of the one it is about"),
    "sex": _("Sex of the one it is about"),
    "destination": _("Where it happens or leads to"),
}
UNKNOWN = _("Not known")


class CountForm(forms.Form):
    """Everything but the regency is for reports whose sender has allowed it. Nothing here is text."""

    regency = forms.ChoiceField(label=_("Regency or city"), required=False)
    opted_in = forms.BooleanField(label=_("The report says: it may be counted without identity"), required=False)
    district = forms.ChoiceField(label=_("District (kecamatan)"), required=False)

    def __init__(self, unit: Unit, regency: str = "", data: Any = None) -> None:
        super().__init__(data, auto_id="count-%s")
        held = coarse.regencies(unit.region)
        one = held[0][0] if len(held) == 1 else ""
        # A unit of every place answers for abroad too, and one of a province for what names no regency.
        nowhere = [] if one else [("", _("Abroad, or not known"))]
        self.fields["regency"].choices = [*nowhere, *held]  # type: ignore[attr-defined]
        self.fields["district"].choices = [("", UNKNOWN), *coarse.districts(one or regency)]  # type: ignore[attr-defined]
        for name, vocabulary in ATTRIBUTES.items():
            field = forms.ChoiceField(label=LABELS[name], choices=[("", UNKNOWN), *vocabulary.choices], required=False)
            self.fields[name] = field
        # Where the regency is still to be chosen, its districts come afterwards.
        self.asks_district = bool(one or regency)

    @property
    def attributes(self) -> list[forms.BoundField]:
        """The fields that need the permission of the reporter, but for the district."""
        return [self[name] for name in ATTRIBUTES]


def offered(report: Report, unit: Unit) -> CountForm | None:
    """The form for a report that can be counted; None for any other."""
    is_ours = report.unit_id == unit.pk and not unit.demo
    ended = report.counted or report.spam or report.withdrawn_on or report.duplicate_of_id
    return CountForm(unit) if is_ours and not ended else None
