"""The offer check as data: signs, lists of words, rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.registers.constraints import coded
from content.registers.fields import Words, WordsField
from content.registers.models import (
    Source,
    Whole,
    slug_validator,
)

from .. import offers
from ..vocabulary import (
    RuleLanguage,
)


def _written(field: str, read: Callable[[], object]) -> None:
    """Let ``read`` read a field's text; a mistake in it becomes the error of this field, in words."""
    try:
        read()
    except offers.PatternError as error:
        problem = _PROBLEMS.get(error.problem, error.problem)
        raise ValidationError(
            {field: _("%(problem)s: “%(part)s”") % {"problem": problem, "part": error.part}}
        ) from None


_PROBLEMS = {
    "no list of this name": _("There is no list of this name"),
    "not an amount": _("This is not an amount"),
    "not a word": _("This is not a word"),
    "too short for *": _("Write three letters or more before *"),
    "too long": _("This line is too long"),
    "too many lines": _("These are too many lines"),
    "too many choices": _("These are too many alternatives"),
    "one to ten parts": _("Write one to ten words in a line"),
    "a gap stands between words": _("A gap stands between two words"),
    "a gap has one to eight words": _("A gap has one to eight words"),
    "write: form: spellings": _("Write the word, a colon, and its spellings"),
}


class OfferFlag(Whole):
    """A named red flag of the offer check: why it is one, by which law or source, and what to do next."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    gravity = models.PositiveSmallIntegerField(
        _("gravity"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("The gravest is shown first (0–100)."),
    )
    name = WordsField(_("name"))
    reason = WordsField(_("why it is dangerous"), rows=3)
    next = WordsField(_("what to do"), rows=3)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    article = models.CharField(_("article of the law"), max_length=60, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("sign of an offer"), _("signs of offers")
        ordering = ["-gravity", "code"]

    def __str__(self) -> str:
        return str(Words(self.name))


class OfferWords(Whole):
    """A list of words that rules name as @code; “ejaan”, “ingkar” and “waspada” have a meaning of their own."""

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9_]+\Z", _("Use lower-case letters, digits and hyphens."))],
    )
    entries = models.TextField(
        _("entries of the list"),
        max_length=8_000,
        help_text=_("Words and phrases, with commas or one a line. # begins a remark."),
    )
    note = models.CharField(_("note"), max_length=255, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("list of words"), _("lists of words")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"@{self.code}"

    def clean(self) -> None:
        super().clean()
        read = offers.parse_spellings if self.code == offers.SPELLINGS else offers.parse_list
        _written("entries", partial(read, self.entries))


class OfferRule(Whole):
    """When a text speaks for a flag (``offers`` says how patterns are written)."""

    Language = RuleLanguage

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[slug_validator])
    flag = models.ForeignKey(OfferFlag, models.PROTECT, related_name="rules", verbose_name=_("sign"))
    language = models.CharField(_("language"), max_length=3, choices=Language, default=Language.ANY)
    patterns = models.TextField(
        _("patterns"),
        max_length=8_000,
        help_text=_(
            "One a line: words in their order, | for “or”, * after the beginning of a word, <3> for up to three words between, @list, {uang}, {idr>=12jt}, {14-17}."
        ),
    )
    also = models.TextField(
        _("and one of"), max_length=8_000, blank=True, help_text=_("Where something stands here, it must fit as well.")
    )
    unless = models.TextField(
        _("but none of"), max_length=8_000, blank=True, help_text=_("Where one of these fits, the rule says nothing.")
    )
    near = models.PositiveSmallIntegerField(
        _("words between both"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("How far “and one of” may stand away; 0: anywhere in the text."),
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=offers.ENOUGH,
        validators=[MinValueValidator(1), MaxValueValidator(offers.ENOUGH)],
        help_text=_("3 raises the sign alone; the weights of several rules add up."),
    )
    plain = models.BooleanField(
        _("counts even where it is denied"),
        default=False,
        help_text=_("For rules about what is lacking: “without a contract”."),
    )
    explanation = WordsField(
        _("explanation"), blank=True, rows=3, help_text=_("Shown instead of the reason of the sign, if there is one.")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source of this rule")
    )
    active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(_("note"), max_length=255, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("rule of the offer check"), _("rules of the offer check")
        ordering = ["flag", "code"]
        constraints = coded("offer_rule", language=RuleLanguage)

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        super().clean()
        lists = list(OfferWords.objects.values_list("code", flat=True))
        for field in ("patterns", "also", "unless"):
            _written(field, partial(offers.parse_all, getattr(self, field), lists))
