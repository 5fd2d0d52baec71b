"""For schools and villages: a session one can hold tomorrow."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import TranslatableField

from content.core.blocks import StoryBlock
from content.core.models import BasePage
from content.core.selectors import child_pages

from .blocks import MinutesStreamBlock, SheetsStreamBlock


class SessionIndexPage(BasePage):
    """The door of the room: its sessions."""

    body = StreamField(StoryBlock(), blank=True, verbose_name=_("body"))

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("body")]
    parent_page_types: ClassVar[list] = ["core.HomePage"]
    subpage_types: ClassVar[list] = ["schools.SessionPage"]

    class Meta:
        verbose_name, verbose_name_plural = _("session index"), _("session indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "children": child_pages(self, SessionPage)}


class SessionPage(BasePage):
    """One session: for whom, how long, minute by minute, with the sheets to print."""

    class Audience(models.TextChoices):
        PRIMARY = "sd", _("Primary school")
        LOWER = "smp", _("Lower secondary school")
        UPPER = "sma", _("Upper secondary school")
        PARENTS = "orangtua", _("Parents")
        VILLAGE = "desa", _("Village")

    audience = models.CharField(_("audience"), max_length=10, choices=Audience)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    materials = models.TextField(_("materials"), blank=True, help_text=_("One a line."))
    body = StreamField(StoryBlock(), blank=True, verbose_name=_("before you begin"))
    plan = StreamField(MinutesStreamBlock(), blank=True, verbose_name=_("minute table"))
    closing = StreamField(StoryBlock(), blank=True, verbose_name=_("afterwards"))
    sheets = StreamField(SheetsStreamBlock(), blank=True, verbose_name=_("sheets to print"))

    content_panels: ClassVar[list] = [
        *BasePage.content_panels,
        FieldPanel("audience"),
        FieldPanel("minutes"),
        FieldPanel("materials"),
        FieldPanel("body"),
        FieldPanel("plan"),
        FieldPanel("closing"),
        FieldPanel("sheets"),
    ]
    override_translatable_fields: ClassVar[list] = [
        *BasePage.override_translatable_fields,
        TranslatableField("materials"),
    ]
    parent_page_types: ClassVar[list] = ["schools.SessionIndexPage"]
    subpage_types: ClassVar[list] = []

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")

    def clean(self) -> None:
        super().clean()
        planned = sum(row.value["minutes"] or 0 for row in self.plan)
        if self.plan and self.minutes and planned != self.minutes:
            raise ValidationError(
                {
                    "plan": _("The rows add up to %(planned)s minutes, the session has %(minutes)s.")
                    % {"planned": planned, "minutes": self.minutes}
                }
            )

    def text_of_all_fields(self) -> str:
        return "\n".join([super().text_of_all_fields(), self.materials])

    @property
    def material_lines(self) -> list[str]:
        """The materials, one a line."""
        return [line.strip() for line in self.materials.splitlines() if line.strip()]
