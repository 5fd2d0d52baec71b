"""The planner as data that officers maintain: steps, papers, warnings, and the rules that put them together."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.registers.constraints import coded
from content.registers.fields import Words, WordsField
from content.registers.models import CostComponent, Service, Source, Whole

from ..fields import AmountsField, AttributesField, CodesField, ConditionsField, ToldField
from ..vocabulary import Kind, Stop

code_validator = RegexValidator(r"^[a-z0-9]+(_[a-z0-9]+)*\Z", _("Use lower-case letters, digits and low lines."))


class PlanRow(Whole):
    """What every row of the planner carries: its code, sources, and the days of its check, of its making and of its last change."""

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[code_validator])
    article = models.CharField(_("article of the law"), max_length=120, blank=True)
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), related_name="%(class)ss")
    verified_on = models.DateField(
        _("checked on"), help_text=_("The date of the source or of the last check, never the date of an import.")
    )
    verify_by = models.DateField(_("check again by"))
    # A code that somebody has kept says what has changed since (DECISIONS 57).
    changed_on = models.DateField(_("changed on"), auto_now=True)
    # No code was kept before the first row was here, whatever an address says.
    made_on = models.DateField(_("made on"), auto_now_add=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.verified_on and self.verify_by and self.verify_by < self.verified_on:
            raise ValidationError({"verify_by": _("This is before the date of the check.")})


class PlanStep(PlanRow):
    """Something to do on the way: what, where, papers, cost, who pays, how long, what can go wrong."""

    # The answers of a step, in the order in which they are read.
    ANSWERS: ClassVar[tuple[str, ...]] = ("where", "who", "cost", "payer", "duration", "validity", "risk", "verify")

    order = models.PositiveSmallIntegerField(_("order"), default=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = WordsField(_("step"))
    what = WordsField(_("what to do"), rows=3)
    after = CodesField(
        _("after"), of="PlanStep", help_text=_("Steps that come before this one, where a plan has them.")
    )
    brings = CodesField(_("papers that one brings"), of="PlanDocument")
    gives = CodesField(_("papers that one gets"), of="PlanDocument")
    office = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind of office")
    )
    where = ToldField(_("where"))
    who = ToldField(_("who"))
    cost = ToldField(_("cost"))
    payer = ToldField(_("who pays"))
    duration = ToldField(_("how long"))
    validity = ToldField(_("how long it is valid"))
    risk = ToldField(_("what can go wrong"))
    verify = ToldField(_("how to check it"))
    component = models.ForeignKey(
        CostComponent, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cost component")
    )
    amounts = AmountsField(
        _("amounts that are added up"),
        help_text=_(
            "Facts, one a line; after it the length of contract in months if it holds only for that: bpjs-12-bulan 12."
        ),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("step of the planner"), _("steps of the planner")
        ordering = ["order", "code"]
        constraints = [*coded("plan_step", kind=Kind)]

    def __str__(self) -> str:
        return str(Words(self.title))


class PlanDocument(PlanRow):
    """A paper: how many of it, and who signs it."""

    order = models.PositiveSmallIntegerField(_("order"), default=100)
    name = WordsField(_("name"))
    note = WordsField(_("to know"), blank=True, rows=2)
    originals = models.PositiveSmallIntegerField(_("originals"), null=True, blank=True)
    copies = models.PositiveSmallIntegerField(_("copies"), null=True, blank=True)
    ask = models.ForeignKey(
        Service,
        models.PROTECT,
        related_name="+",
        verbose_name=_("ask"),
        help_text=_("Who knows how many originals and copies are asked for."),
    )
    signed_by = ToldField(_("who signs it"))

    class Meta:
        verbose_name, verbose_name_plural = _("paper of the planner"), _("papers of the planner")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return str(Words(self.name))


class PlanWarning(PlanRow):
    """A danger, and what to do about it."""

    # Below, a warning says how to go on with an offer rather than that something is wrong with it.
    DANGER = 74

    gravity = models.PositiveSmallIntegerField(
        _("gravity"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("The gravest is shown first (0–100)."),
    )
    title = WordsField(_("warning"))
    text = WordsField(_("what to do"), rows=3)

    class Meta:
        verbose_name, verbose_name_plural = _("warning of the planner"), _("warnings of the planner")
        ordering = ["-gravity", "code"]

    def __str__(self) -> str:
        return str(Words(self.title))


class PlanRule(PlanRow):
    """When all conditions hold, the rest holds too (:mod:`content.guides.planning` says how they work together)."""

    conditions = ConditionsField(_("conditions"), help_text=_("All must hold; none: always."))
    outcome = models.CharField(_("stops with"), max_length=20, choices=Stop, blank=True)
    sentence = WordsField(
        _("sentence"),
        blank=True,
        rows=3,
        help_text=_("Of a stop: why. Else a remark beside the step below, or the open question."),
    )
    steps = CodesField(_("steps"), of="PlanStep")
    documents = CodesField(_("papers"), of="PlanDocument")
    warnings = CodesField(_("warnings"), of="PlanWarning")
    step = models.ForeignKey(
        PlanStep, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remark beside this step")
    )
    question = models.CharField(
        _("open question"),
        max_length=60,
        blank=True,
        validators=[code_validator],
        help_text=_("A code for what no source settles; the sentence asks it."),
    )
    ask = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ask this office")
    )
    attributes = AttributesField(_("attributes"))
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day."))
    active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(_("note"), max_length=255, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("rule of the planner"), _("rules of the planner")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="plan_rule_outcome_is_known", condition=models.Q(outcome__in=["", *Stop.values])
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.outcome and not self.sentence:
            errors["sentence"] = _("Say why.")
        if self.outcome and (self.documents or self.attributes or self.question or self.step_id):
            errors["outcome"] = _("A stop asks for no papers: it has warnings, and steps that keep safe.")
        if (self.question or self.step_id) and not self.sentence:
            errors["sentence"] = _("Write the sentence that is shown.")
        if self.question and not self.ask_id:
            errors["ask"] = _("Name whom to ask.")
        if self.since and self.until and self.until < self.since:
            errors["until"] = _("This is before the first day.")
        if errors:
            raise ValidationError(errors)
