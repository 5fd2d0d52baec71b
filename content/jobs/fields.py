"""A list of vocabulary codes as one field, chosen with tick boxes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class CodesField(models.JSONField):
    """Holds a list of codes of one vocabulary (a ``TextChoices`` class), in the order of the vocabulary.

    No constraint of a database can look into the list, so what is read from it is a list of strings in any case.
    """

    def __init__(self, *args: Any, vocabulary: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        self._known = frozenset(vocabulary.values if vocabulary else ())
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[str]:
        held = super().from_db_value(value, expression, connection)
        return [code for code in held if isinstance(code, str)] if isinstance(held, list) else []

    def validate(self, value: Any, model_instance: models.Model) -> None:
        super().validate(value, model_instance)
        codes = value if isinstance(value, list) else [value]
        strange = [str(code) for code in codes if not isinstance(code, str) or code not in self._known]
        if strange:
            raise ValidationError(_("Unknown code: %(codes)s."), params={"codes": ", ".join(strange)})

    def formfield(self, **kwargs: Any) -> forms.Field:
        choices = self.vocabulary.choices if self.vocabulary else []
        options = {"choices": choices, "widget": forms.CheckboxSelectMultiple, "required": not self.blank}
        options |= {"label": self.verbose_name, "help_text": self.help_text}
        return forms.MultipleChoiceField(**options)

    def labels_of(self, codes: list[str]) -> list[str]:
        """The labels of ``codes`` in the active language; codes that are no longer known are left out."""
        labels = dict(self.vocabulary.choices) if self.vocabulary else {}
        return [str(labels[code]) for code in codes if code in labels]
