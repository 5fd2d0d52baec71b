"""The forms of an import: the file, and which of its columns is which of ours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from . import headings
from .import_rows import COLUMNS
from .models import ImportRun
from .sheets import Format


class UploadForm(forms.Form):
    """A file of listings."""

    file = forms.FileField(
        label=capfirst(_("file")),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending},{ending.content_type}" for ending in Format)}),
        help_text=_("CSV, XLSX or JSON, at most 10 MB and 50,000 rows."),
    )
    sheet = forms.CharField(
        label=capfirst(_("sheet")), required=False, max_length=100,
        help_text=_("Only for a workbook with several sheets; the first one if empty."),
    )  # fmt: skip
    publish = forms.BooleanField(
        label=_("Publish new listings at once"), required=False,
        help_text=_("Otherwise they wait as drafts. Listings that are known already keep their status."),
    )  # fmt: skip


class ColumnsForm(forms.Form):
    """Which heading of a file means which of our columns. Headings are chosen by their place in the file."""

    def __init__(self, run: ImportRun, *args: Any, **kwargs: Any) -> None:
        self.headings = [heading for heading, _values in run.sample]
        place = {heading: str(number) for number, heading in enumerate(self.headings)}
        chosen = run.mapping if run.state != ImportRun.State.COLUMNS else headings.guess(self.headings)
        kwargs["initial"] = {name: place.get(heading, "") for name, heading in chosen.items()}
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("– not in this file –")),
            *((str(number), _label(heading, values)) for number, (heading, values) in enumerate(run.sample)),
        ]
        for column in COLUMNS:
            self.fields[column.name] = forms.ChoiceField(
                label=column.name, choices=choices, required=column.required, help_text=column.help,
                error_messages={"required": _("This column must be there. Choose the heading under which it stands.")},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[str, str] = {}
        for name, number in list(cleaned.items()):
            if number and taken.setdefault(number, name) != name:
                self.add_error(name, _("This heading is chosen for another column already."))
        return cleaned

    def choice(self) -> dict[str, str]:
        """The valid form as a choice of columns."""
        return {name: self.headings[int(number)] for name, number in self.cleaned_data.items() if number}


def _label(heading: str, values: list[str]) -> str:
    return f"{heading}: {values[0][:30]}" if values else heading
