"""The form of the contract reader: what stands in the paper, sent by GET. It never refuses; what is not ticked is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from content.registers.fields import Words

from .contract_selectors import clauses
from .vocabulary import ClauseKind, Paper

# Says that the form was sent, also with nothing ticked.
READ = "baca"
_QUESTIONS: Mapping[str, tuple[Any, Any, Any]] = {
    "kerja": (
        _("What does the employment contract say?"),
        _("Tick what you can read there yourself, clearly and in numbers."),
        lambda row: row.paper == Paper.WORK and row.kind != ClauseKind.DANGER,
    ),
    "bahaya": (
        _("Is any of this true?"),
        _("Tick also what somebody only said."),
        lambda row: row.kind == ClauseKind.DANGER,
    ),
    "penempatan": (
        _("What does the placement agreement say?"),
        _("Only if a placement company (P3MI) places you."),
        lambda row: row.paper == Paper.PLACEMENT and row.kind != ClauseKind.DANGER,
    ),
}


class ContractForm(forms.Form):
    """Three lists to tick."""

    use_required_attribute = False

    def __init__(self, query: QueryDict) -> None:
        super().__init__(auto_id="%s")
        for name, (label, reason, belongs) in _QUESTIONS.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                help_text=reason,
                choices=[(row.code, str(Words(row.name))) for row in clauses() if belongs(row)],
                widget=forms.CheckboxSelectMultiple,
                initial=query.getlist(name),
            )


def ticked(query: QueryDict) -> set[str]:
    """The codes that were ticked, whatever they are."""
    return {code for name in _QUESTIONS for code in query.getlist(name)}


def was_sent(query: QueryDict) -> bool:
    return READ in query or any(name in query for name in _QUESTIONS)
