"""What the lists and pages of this room share: dates in words, what ends soon, where a page lies."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.panels import Panel
from wagtail.admin.ui.tables import Column

from content.registers import labels

from ..models import JobListing

SOON = dt.timedelta(days=30)


def day(name: str, label: Any) -> Column:
    """A column that shows a date in words and sorts by it."""
    return Column(name, label=label, sort_key=name, accessor=lambda row: labels.date(getattr(row, name)))


def until(name: str, label: Any) -> Column:
    """A column that shows a last day, and says so once it has passed."""

    def words(row: Any) -> str:
        last = getattr(row, name)
        if last is None:
            return "–"
        return (
            _("Over since %(day)s") % {"day": labels.date(last)} if last < timezone.localdate() else labels.date(last)
        )

    return Column(name, label=label, sort_key=name, accessor=words)


class Placed:
    """Where a page of this room lies in the CMS."""

    index_url_name = ""
    index_label: Any = ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = {"url": reverse(self.index_url_name), "label": self.index_label}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, above, here]


class EndsFilter(django_filters.ChoiceFilter):
    """What has ended, or ends within thirty days."""

    def __init__(self, field: str) -> None:
        super().__init__(
            field_name=field,
            label=gettext_lazy("Ends"),
            method=self._ends,
            choices=[("over", gettext_lazy("Has ended")), ("soon", gettext_lazy("Within 30 days"))],
        )

    @staticmethod
    def _ends(queryset: QuerySet, name: str, value: str) -> QuerySet:
        today = timezone.localdate()
        if value == "over":
            return queryset.filter(**{f"{name}__lt": today})
        return queryset.filter(**{f"{name}__gte": today, f"{name}__lte": today + SOON})


class ShownPanel(Panel):
    """A panel that only shows something of a saved object."""

    template_name = ""

    class BoundPanel(Panel.BoundPanel):
        @property
        def template_name(self) -> str:
            return self.panel.template_name

        def is_shown(self) -> bool:
            return self.instance.pk is not None


class CountsHidden:
    """After saving tells how many listings readers no longer see."""

    listings_of = ""

    def save_instance(self) -> Any:
        held = JobListing.objects.public().filter(**{self.listings_of: self.object})
        before = held.count()
        instance = super().save_instance()
        hidden = before - held.all().count()
        if hidden > 0:
            text = ngettext(
                "%(count)s listing is no longer shown to readers.",
                "%(count)s listings are no longer shown to readers.",
                hidden,
            )
            messages.warning(self.request, text % {"count": hidden})
        return instance
