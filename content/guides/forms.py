"""Forms of the planner in the CMS: what is saved is compared with the laws of the planner first (DECISIONS 55)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from content.registers import tokens
from content.registers.forms import RegisterForm

from . import plan_checks, plan_rules, proposals
from .models import PlanDocument, PlanStep, PlanWarning

_TABLES = {PlanStep: "steps", PlanDocument: "documents", PlanWarning: "warnings"}


def _texts(value: Any) -> Iterator[str]:
    """Every text of an answer, advice included."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


class PlanRowForm(RegisterForm):
    """A step, paper or warning: public as soon as it is saved, so it is refused where the planner would break a law."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, value in list(cleaned.items()):
            if isinstance(value, dict) and (strange := tokens.unknown("\n".join(_texts(value)))):
                self.add_error(name, tokens.UNKNOWN % {"tokens": ", ".join(sorted(set(strange)))})
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors and (sentences := self.breaks()):
            self._update_errors(ValidationError({NON_FIELD_ERRORS: sentences}))

    def breaks(self) -> list[str]:
        """Why the planner would be unfit with this row, in sentences."""
        rows = plan_rules.rows_of_database().rows
        row = plan_rules.row_of(self.instance, [source.code for source in self.cleaned_data["sources"]])
        after = plan_rules.with_row(rows, _TABLES[type(self.instance)], row)
        return [plan_checks.sentence(problem) for problem in proposals.unfit(after, rows)]


class PlanRuleForm(PlanRowForm):
    """A rule is not saved but proposed; the laws are looked at there."""

    def breaks(self) -> list[str]:
        return []


class DecisionForm(forms.Form):
    """The second person's word."""

    note = forms.CharField(label=_("note"), max_length=255, required=False)
