"""Forms of our pages in the CMS."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.core.forms import PageForm
from content.registers.models import Region


class CampaignForm(PageForm):
    """Regions are chosen by name, provinces with their regencies."""

    regions = forms.MultipleChoiceField(
        label=_("regions"), required=False, widget=forms.SelectMultiple({"size": 12}), help_text=_("None: everywhere.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "regions" not in self.fields:  # a translation takes them from its source
            return
        field: Any = self.fields["regions"]
        below: dict[str, list[tuple[str, str]]] = {}
        regions = list(Region.objects.all())
        for region in regions:
            if region.province_id:
                below.setdefault(region.province_id, []).append((region.pk, region.name))
        field.choices = [
            (region.name, [(region.pk, region.name), *below.get(region.pk, ())])
            for region in regions
            if region.province_id is None
        ]
        self.initial["regions"] = self.instance.region_codes

    def clean_regions(self) -> str:
        return ",".join(self.cleaned_data["regions"])
