"""What to look for in an agreement before signing it, as rows that officers maintain."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.registers.constraints import coded
from content.registers.fields import Words, WordsField
from content.registers.models import Service, Source

from ..vocabulary import ClauseKind, Paper
from .plans import PlanRow


class ContractClause(PlanRow):
    """A thing that must stand in an agreement, one that is wise to have in it, or one that is a danger."""

    order = models.PositiveSmallIntegerField(_("order"), default=100)
    paper = models.CharField(_("agreement"), max_length=12, choices=Paper)
    kind = models.CharField(_("kind"), max_length=8, choices=ClauseKind)
    name = WordsField(_("what stands there"), help_text=_("In the words of somebody who reads the paper in his hand."))
    question = WordsField(
        _("what to ask"), rows=2, help_text=_("Where it is missing. Of a danger: what to do, and why it is one.")
    )
    compare = WordsField(_("what to compare"), blank=True, rows=2, help_text=_("Where it stands there."))
    ask = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ask this office")
    )
    # Advice needs none, and then says that it is advice (DECISIONS 17).
    sources = models.ManyToManyField(  # type: ignore[assignment]
        Source, verbose_name=_("sources"), blank=True, related_name="contractclauses"
    )

    class Meta:
        verbose_name, verbose_name_plural = _("clause of agreements"), _("clauses of agreements")
        ordering = ["paper", "order", "code"]
        constraints = [*coded("contract_clause", paper=Paper, kind=ClauseKind)]

    def __str__(self) -> str:
        return str(Words(self.name))

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.kind == ClauseKind.LAW and not self.article:
            errors["article"] = _("Name the article of the law.")
        if errors:
            raise ValidationError(errors)
