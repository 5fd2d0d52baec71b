"""Recordings in the CMS: upload an MP3 for a page, with its words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, ObjectList, PageChooserPanel, Panel
from wagtail.admin.ui.tables import Column, StatusFlagColumn
from wagtail.admin.viewsets.model import ModelViewSet

from content.registers import labels

from .forms import RecordingForm
from .models import Recording


class RecordingViewSet(ModelViewSet):
    """One entry a page; what the page says of it is measured, not typed."""

    model = Recording
    icon = "media"
    url_prefix = "recordings"
    menu_label = gettext_lazy("Recordings")
    menu_order = 260
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    list_display: ClassVar[list] = [
        Column("page", label=gettext_lazy("Page"), accessor=lambda row: row.page.title, sort_key="page__title"),
        Column("language", label=gettext_lazy("Language"), accessor=lambda row: row.page.locale.language_code),
        Column("voice", label=gettext_lazy("Voice"), accessor=lambda row: row.get_voice_display(), sort_key="voice"),
        Column("length", label=gettext_lazy("Length"), accessor=lambda row: labels.duration(row.seconds)),
        Column("size", label=gettext_lazy("Size"), accessor=lambda row: filesizeformat(row.size), sort_key="size"),
        StatusFlagColumn("newer_page", label=gettext_lazy("Check"), true_label=gettext_lazy("The page is newer")),
    ]
    list_filter: ClassVar[list] = ["voice", "page__locale"]
    search_fields: ClassVar[list] = ["page__title", "transcript"]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        found = Recording.objects.select_related("page", "page__locale").order_by("page__title")
        return super().get_index_view_kwargs(**{"queryset": found, **kwargs})

    def get_edit_handler(self) -> Panel:
        names = ("file", "voice", "transcript", "recorded_on", "source_note", "licence", "consent")
        panels = [PageChooserPanel("page"), *map(FieldPanel, names)]
        return ObjectList(panels, base_form_class=RecordingForm).bind_to_model(self.model)
