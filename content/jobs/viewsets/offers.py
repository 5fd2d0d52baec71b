"""The rules of the offer check."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.model import ModelViewSet

from content.registers.viewsets import words

from ..models import OfferFlag, OfferRule, OfferWords


class _OfferViewSet(ModelViewSet):
    """Rules are data: what an editor writes is read at once, and refused with a sentence where it cannot be."""

    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    fields: ClassVar[list[str]] = []

    def get_edit_handler(self) -> Panel:
        return ObjectList([*map(FieldPanel, self.fields)]).bind_to_model(self.model)


class OfferRuleViewSet(_OfferViewSet):
    model = OfferRule
    icon = "search"
    menu_label = gettext_lazy("Offer check: rules")
    list_display: ClassVar[list] = [
        "code",
        "flag",
        "language",
        "weight",
        BooleanColumn("active", label=gettext_lazy("In use")),
    ]
    list_filter: ClassVar[list] = ["flag", "language", "active"]
    search_fields: ClassVar[list] = ["code", "patterns", "also", "unless", "note"]
    fields: ClassVar[list[str]] = [
        "code", "flag", "language", "patterns", "also", "near", "unless", "weight", "plain", "explanation", "source",
        "active", "note",
    ]  # fmt: skip


class OfferFlagViewSet(_OfferViewSet):
    model = OfferFlag
    icon = "warning"
    menu_label = gettext_lazy("Offer check: signs")
    list_display: ClassVar[list] = ["code", words("name", gettext_lazy("Name")), "gravity", "source"]
    search_fields: ClassVar[list] = ["code", "name__id", "name__en", "reason__id"]
    fields: ClassVar[list[str]] = ["code", "gravity", "name", "reason", "next", "source", "article"]


class OfferWordsViewSet(_OfferViewSet):
    model = OfferWords
    icon = "list-ul"
    menu_label = gettext_lazy("Offer check: words")
    list_display: ClassVar[list] = ["code", "note"]
    search_fields: ClassVar[list] = ["code", "entries", "note"]
    fields: ClassVar[list[str]] = ["code", "entries", "note"]
