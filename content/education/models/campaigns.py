"""Campaigns: a page with materials, and a banner between two days. No job switches it: pages are kept until midnight at most,
and what is shown is asked of the day (DECISIONS 6)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.core.blocks import StoryBlock
from content.core.models import BasePage
from content.core.selectors import child_pages
from content.registers.models import Region

from ..blocks import MaterialsStreamBlock
from ..forms import CampaignForm
from .topics import BodyPage


class CampaignIndexPage(BodyPage):
    """The door to the campaigns: those that run, that come, and that are over."""

    icon = "place"

    parent_page_types: ClassVar[list] = ["education.EducationIndexPage"]
    subpage_types: ClassVar[list] = ["education.CampaignPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name, verbose_name_plural = _("campaign index"), _("campaign indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        by_state: dict[str, list[CampaignPage]] = {state: [] for state in CampaignPage.State.values}
        for page in child_pages(self, CampaignPage):
            by_state[page.state(today)].append(page)
        groups = [(CampaignPage.State(state).label, pages) for state, pages in by_state.items() if pages]
        return {**super().get_context(request, *args, **kwargs), "groups": groups}


class CampaignPage(BasePage):
    """One campaign: from when to when, for which regions, and what can be used."""

    class State(models.TextChoices):
        """Where the campaign stands on a day; in the order of lists."""

        RUNNING = "running", _("Running now")
        COMING = "coming", _("Coming")
        OVER = "over", _("Over")

    base_form_class = CampaignForm

    banner = models.CharField(
        _("sentence of the banner"),
        max_length=120,
        help_text=_("Stands on the front page and on the doors of the rooms."),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), help_text=_("The banner is gone by itself the day after."))
    regions = models.TextField(_("regions"), blank=True, help_text=_("None: everywhere."))
    example = models.BooleanField(_("example (Contoh)"), default=False)
    body = StreamField(StoryBlock(), blank=True, verbose_name=_("body"))
    materials = StreamField(MaterialsStreamBlock(), blank=True, verbose_name=_("materials"))

    content_panels: ClassVar[list] = [
        *BasePage.content_panels,
        FieldPanel("banner"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                FieldPanel("regions"),
                FieldPanel("example"),
            ],
            heading=_("When and where"),
        ),
        FieldPanel("body"),
        FieldPanel("materials"),
    ]
    override_translatable_fields: ClassVar[list] = [
        *BasePage.override_translatable_fields,
        TranslatableField("banner"),
        SynchronizedField("regions"),
    ]
    parent_page_types: ClassVar[list] = ["education.CampaignIndexPage"]
    subpage_types: ClassVar[list] = []

    class Meta:
        verbose_name, verbose_name_plural = _("campaign"), _("campaigns")

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("This is before the first day.")})
        strange = set(self.region_codes) - set(
            Region.objects.filter(pk__in=self.region_codes).values_list("pk", flat=True)
        )
        if strange:
            raise ValidationError(
                {"regions": _("No region has this code: %(codes)s.") % {"codes": ", ".join(sorted(strange))}}
            )

    def text_of_all_fields(self) -> str:
        return "\n".join([super().text_of_all_fields(), self.banner])

    @property
    def region_codes(self) -> list[str]:
        return [code for code in self.regions.split(",") if code]

    def state(self, on: dt.date) -> str:
        """Both days are inclusive."""
        if on < self.starts_on:
            return self.State.COMING
        return self.State.OVER if on > self.ends_on else self.State.RUNNING

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        names = dict(Region.objects.filter(pk__in=self.region_codes).values_list("pk", "name"))
        state = self.State(self.state(timezone.localdate()))
        return {
            **super().get_context(request, *args, **kwargs),
            "state": state,
            "regions": [names[code] for code in self.region_codes if code in names],
        }
