"""Lists as files: listings in the columns of an import, everything else as a table that no spreadsheet runs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button

from .. import exporters
from ..sheets import Format
from ..sheets.csv_files import harmless


def download(pieces: Any, name: str, file_format: Format) -> HttpResponse:
    """A file that is made while it is sent."""
    return StreamingHttpResponse(
        pieces,
        content_type=file_format.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{file_format}"'},
    )


class SafeIndexView(IndexView):
    """A list whose CSV holds no formula: names of companies are written by others. (Wagtail itself sees to XLSX.)"""

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        cell = super().preprocess_field_value(field, value, export_format)
        return harmless(cell) if export_format == self.FORMAT_CSV and isinstance(cell, str) else cell


class ListingExport:
    """A list of listings that is downloaded, as it is filtered, in each format that the import reads."""

    FORMATS = tuple(Format)
    # Wagtail offers two formats by this; here all three are offered below.
    show_export_buttons = False

    def as_spreadsheet(self, queryset: QuerySet, spreadsheet_format: str) -> HttpResponse:
        file_format = Format(spreadsheet_format)
        return download(exporters.export(queryset, file_format), "lowongan", file_format)

    @cached_property
    def header_more_buttons(self) -> list:
        buttons = [
            Button(
                _("Download %(format)s") % {"format": ending.upper()},
                url=self.get_export_url(ending),
                icon_name="download",
                priority=90 + number,
            )
            for number, ending in enumerate(self.FORMATS)
        ]
        return [*super().header_more_buttons, *buttons]
