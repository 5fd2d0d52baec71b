"""Which papers, in which order, at what cost: the guides."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField

from content.core.blocks import StoryBlock
from content.core.models import BasePage
from content.core.selectors import child_pages
from content.registers import labels
from content.registers.models import Scheme
from content.registers.selectors import registers

from ..blocks import StepsStreamBlock


class GuideIndexPage(BasePage):
    """The door of the room: its guides."""

    body = StreamField(StoryBlock(), blank=True, verbose_name=_("body"))

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("body")]
    parent_page_types: ClassVar[list] = ["core.HomePage"]
    subpage_types: ClassVar[list] = ["guides.GuidePage"]

    class Meta:
        verbose_name, verbose_name_plural = _("guide index"), _("guide indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "children": child_pages(self, GuidePage)}


class GuidePage(BasePage):
    """One way to go: introduction, steps, closing. Prints as a checklist."""

    scheme = models.CharField(_("scheme"), max_length=40, help_text=_("Code of a scheme."))
    countries = models.CharField(
        _("countries"),
        max_length=80,
        blank=True,
        help_text=_("ISO 3166 codes with commas; empty means any."),
        validators=[RegexValidator(r"^([A-Z]{2}(,[A-Z]{2})*)?$", _("Write codes like JP,KR."))],
    )
    body = StreamField(StoryBlock(), blank=True, verbose_name=_("introduction"))
    steps = StreamField(StepsStreamBlock(), blank=True, verbose_name=_("steps"))
    closing = StreamField(StoryBlock(), blank=True, verbose_name=_("closing"))

    content_panels: ClassVar[list] = [
        *BasePage.content_panels,
        FieldPanel("scheme"),
        FieldPanel("countries"),
        FieldPanel("body"),
        FieldPanel("steps"),
        FieldPanel("closing"),
    ]
    override_translatable_fields: ClassVar[list] = [
        *BasePage.override_translatable_fields,
        SynchronizedField("scheme"),
        SynchronizedField("countries"),
    ]
    parent_page_types: ClassVar[list] = ["guides.GuideIndexPage"]
    subpage_types: ClassVar[list] = []

    class Meta:
        verbose_name, verbose_name_plural = _("guide"), _("guides")

    def clean(self) -> None:
        """A listing is led to its guide by these codes: a mistyped one would lead nobody."""
        super().clean()
        errors: dict[str, Any] = {}
        if self.scheme and not Scheme.objects.filter(code=self.scheme).exists():
            errors["scheme"] = _("No scheme with code “%(text)s” is recorded.") % {"text": self.scheme}
        if not set(filter(None, self.countries.split(","))) <= labels.babel_locale("id").territories.keys():
            errors["countries"] = _("Write codes like JP,KR.")
        if errors:
            raise ValidationError(errors)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["guide_channels"] = [c for c in registers().channels.values() if c.on_every_guide]
        return context
