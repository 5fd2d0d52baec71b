"""Who places workers, what they may fill, what is offered, and how rows came in.

Plain models with a status and a change log, not draft-state pages (DECISIONS 26). Whether a listing is public is never
stored here: it is one SQL condition over these rows (:meth:`JobListingQuerySet.public`, ``rules.py``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from content.registers import labels
from content.registers.constraints import coded
from content.registers.fields import Words, WordsField
from content.registers.models import (
    CostComponent,
    Occupation,
    Scheme,
    Source,
    Whole,
    WorkGroup,
    slug_validator,
)

from . import contacts, offers
from .codes import LENGTH, new_code
from .fields import CodesField
from .vocabulary import (
    AgencyKind,
    AgencyStanding,
    Benefit,
    ContactKind,
    Education,
    ImportState,
    ListingAct,
    ListingStatus,
    Moment,
    Payer,
    Requirement,
    RuleLanguage,
    WagePeriod,
)

MOST_PLACES = 100_000
HOURS_OF_A_WEEK = 7 * 24

country_validator = RegexValidator(r"^[A-Z]{2}\Z", _("Write the two capital letters of ISO 3166, for example TW."))
number_validator = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9 ./_()-]*\Z", _("Use letters, digits, spaces and the signs . / - _ ( ).")
)
# Letters of any script and the signs in names; no digit, invisible direction sign, picture sign or formula.
# A dot ends a short word (“St. Gallen”) and a slash has no place: “bit.ly/x” is an address to lure readers to.
place_validator = RegexValidator(
    r"^[^\W\d_](?:[^\W\d_]|[\u0300-\u036f ,'’()-]|\.(?![^\W\d_]))*\Z",
    _("Write the name of a place, without digits or special signs."),
)


# An X stands for no country: only these are money, the others are metals, funds, tests and “none”.
_SHARED_CURRENCIES = {"XAF", "XCD", "XCG", "XOF", "XPF"}


def currency_validator(code: str) -> None:
    """Refuse what is no code of ISO 4217, or one that is no money (XXX, XAU)."""
    known = code in labels.babel_locale("id").currencies
    if not known or (code.startswith("X") and code not in _SHARED_CURRENCIES):
        raise ValidationError(_("Write the three capital letters of ISO 4217, for example TWD."))


class Agency(Whole, ClusterableModel):
    """Who may place workers: a company with a licence (P3MI, SIP3MI), or the government for its own programmes."""

    Kind = AgencyKind
    Status = AgencyStanding

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.COMPANY)
    legal_name = models.CharField(_("legal name"), max_length=160, help_text=_("Exactly as on the official list."))
    licence_number = models.CharField(
        _("licence number"),
        max_length=60,
        unique=True,
        validators=[number_validator],
        help_text=_("SIP3MI number; for a government body its short name."),
    )
    valid_from = models.DateField(_("licence valid from"), null=True, blank=True)
    valid_until = models.DateField(_("licence valid until"), null=True, blank=True, help_text=_("The last day."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    site = models.URLField(_("web address"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("The official list in which this was read. Only an example has none."),
    )
    checked_on = models.DateField(_("checked on"), help_text=_("The day on which somebody looked at the source."))
    example = models.BooleanField(_("example (Contoh)"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("placement agency"), _("placement agencies")
        ordering = ["legal_name"]
        constraints = [
            *coded("agency", kind=AgencyKind, status=AgencyStanding),
            models.CheckConstraint(
                name="agency_has_source_or_is_example",
                condition=models.Q(source__isnull=False) | models.Q(example=True),
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.kind == self.Kind.COMPANY and not (self.valid_from and self.valid_until):
            errors["valid_until"] = _("Write from when until when the licence is valid.")
        elif self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            errors["valid_until"] = _("This is before the first day.")
        if not self.example and not self.source_id:
            errors["source"] = _("Name the source.")
        if self.example:
            # An example cannot be mistaken for a company that answers (DECISIONS 29).
            host = self.site.partition("//")[2].partition("/")[0].partition(":")[0]
            if self.site and not host.endswith(".example"):
                errors["site"] = _("An example has an address that ends in .example.")
            if self.email and not self.email.endswith(".example"):
                errors["email"] = _("An example has an address that ends in .example.")
        if errors:
            raise ValidationError(errors)


class AgencyContact(Whole):
    """One way in which an agency says that it can be reached: what the offer check compares a number or link with."""

    Kind = ContactKind
    NOT_INVENTED = _("An example has a number that begins with +62 000, or an address that ends in .example.")

    agency = ParentalKey(Agency, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("placement agency"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = models.CharField(_("number or address"), max_length=160)
    # As it is compared: never typed by hand.
    normal = models.CharField(max_length=160, editable=False, db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("official contact"), _("official contacts")
        ordering = ["kind", "value"]
        constraints = [
            *coded("agency_contact", kind=ContactKind),
            models.UniqueConstraint(fields=["agency", "kind", "normal"], name="one_contact_per_value"),
        ]

    def __str__(self) -> str:
        return self.value

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.normal = contacts.normal(self.kind, self.value)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.kind and self.value and not contacts.normal(self.kind, self.value):
            raise ValidationError({"value": _("This does not look like a value of this kind. Check every sign of it.")})
        agency = self.agency if self.agency_id or getattr(self, "agency", None) else None
        if agency and agency.example and not contacts.is_invented(self.kind, self.value):
            raise ValidationError({"value": self.NOT_INVENTED})


class AgencyStatus(models.Model):
    """One decision on an agency: since when it is active, suspended or withdrawn, and who says so."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="statuses", verbose_name=_("placement agency"))
    status = models.CharField(_("status"), max_length=10, choices=Agency.Status)
    since = models.DateField(_("since"))
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    note = models.CharField(_("number of the decision or note"), max_length=255, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("status of an agency"), _("statuses of agencies")
        ordering = ["-since", "-pk"]
        constraints = coded("agency_status", status=AgencyStanding)

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_status_display()} {self.since}"


class JobOrder(Whole):
    """The approved request of an employer abroad: who may fill how many places of what work until when."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="job_orders", verbose_name=_("placement agency"))
    number = models.CharField(_("number"), max_length=60, validators=[number_validator])
    employer = models.CharField(_("employer abroad"), max_length=160)
    country = models.CharField(
        _("country"), max_length=2, validators=[country_validator], help_text="ISO 3166-1 alpha-2"
    )
    work = models.ForeignKey(WorkGroup, models.PROTECT, related_name="+", verbose_name=_("field of work"))
    scheme = models.ForeignKey(Scheme, models.PROTECT, to_field="code", related_name="+", verbose_name=_("scheme"))
    places = models.PositiveIntegerField(_("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)])
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), help_text=_("The last day."))
    verified = models.BooleanField(_("verified by an officer"), default=False)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("job order"), _("job orders")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="one_job_order_per_number")]

    def __str__(self) -> str:
        return f"{self.number} ({labels.country_name(self.country)}, {self.work})"

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("This is before the first day.")})
        if self.verified and not self.verified_on:
            raise ValidationError({"verified_on": _("Write the day on which it was verified.")})


class JobListingQuerySet(models.QuerySet["JobListing"]):
    """Listings as readers may see them."""

    def public(self, on: dt.date | None = None) -> JobListingQuerySet:
        """The listings that are legal and published on that day: one condition over the source rows (DECISIONS 31)."""
        from .rules import public_condition  # the rules speak of these models

        return self.filter(public_condition(on or timezone.localdate()))

    def with_parts(self) -> JobListingQuerySet:
        """With everything that rules, cards and documents read: two queries for any number of rows."""
        return self.select_related("agency", "job_order", "occupation__work", "scheme", "source").prefetch_related(
            "cost_lines__component"
        )


class JobListing(Whole, ClusterableModel):
    """One job on offer. Everything about it is coded, so that it reads well in every language."""

    Status = ListingStatus

    code = models.CharField(_("code"), max_length=LENGTH, unique=True, default=new_code, editable=False)
    reference = models.CharField(
        _("reference"),
        max_length=60,
        validators=[number_validator],
        help_text=_("The agency's own number of this opening; an import finds the row again by it."),
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="listings", verbose_name=_("placement agency"))
    job_order = models.ForeignKey(
        JobOrder, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name=_("job order")
    )
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="+", verbose_name=_("occupation"))
    country = models.CharField(
        _("country"), max_length=2, validators=[country_validator], help_text="ISO 3166-1 alpha-2"
    )
    place = models.CharField(_("town or region"), max_length=80, blank=True, validators=[place_validator])
    scheme = models.ForeignKey(Scheme, models.PROTECT, to_field="code", related_name="+", verbose_name=_("scheme"))
    places = models.PositiveIntegerField(_("places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)])
    wage_min = models.DecimalField(_("wage from"), max_digits=14, decimal_places=2, validators=[MinValueValidator(1)])
    wage_max = models.DecimalField(_("wage to"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(
        _("currency"), max_length=3, validators=[currency_validator], help_text=_("ISO 4217, for example TWD.")
    )
    wage_period = models.CharField(_("wage is paid"), max_length=6, choices=WagePeriod, default=WagePeriod.MONTH)
    hours_per_week = models.PositiveSmallIntegerField(
        _("hours a week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(HOURS_OF_A_WEEK)],
        help_text=_("Leave empty when unknown; readers are told to ask."),
    )
    contract_months = models.PositiveSmallIntegerField(
        _("contract in months"), validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    education = models.CharField(_("schooling"), max_length=4, choices=Education, default=Education.NONE)
    minimum_age = models.PositiveSmallIntegerField(_("minimum age"), validators=[MaxValueValidator(99)])
    maximum_age = models.PositiveSmallIntegerField(
        _("maximum age"), null=True, blank=True, validators=[MaxValueValidator(99)]
    )
    requirements = CodesField(_("requirements"), vocabulary=Requirement, blank=True)
    benefits = CodesField(_("what comes with the job"), vocabulary=Benefit, blank=True)
    closing_date = models.DateField(_("closing date"), help_text=_("The last day on which one can apply."))
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("Where this opening was read. Only an example has none."),
    )
    checked_on = models.DateField(_("checked on"), help_text=_("The day on which somebody looked at the source."))
    example = models.BooleanField(_("example (Contoh)"), default=False)

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    first_public_at = models.DateTimeField(_("first public"), null=True, blank=True, editable=False)
    # Copies of what the rules say, for sorting and expiry; while not public, ``public_until`` is the last public day.
    # Never the condition itself (DECISIONS 31): services.refresh writes them.
    public_from = models.DateField(_("public from"), null=True, blank=True, editable=False)
    public_until = models.DateField(_("public until"), null=True, blank=True, editable=False)

    objects = JobListingQuerySet.as_manager()

    # Thousands of rows by import; nobody asks where a listing is used.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("job listing"), _("job listings")
        ordering = ["closing_date", "pk"]
        indexes = [
            models.Index(fields=["status", "closing_date"], name="listing_status_closing"),
            # What an order has on offer is summed over this index alone (rule ORD-1).
            models.Index(fields=["status", "job_order", "places"], name="listing_offered_places"),
        ]
        constraints = [
            *coded("listing", status=ListingStatus, wage_period=WagePeriod, education=Education),
            models.UniqueConstraint(fields=["agency", "reference"], name="one_listing_per_reference"),
            models.CheckConstraint(
                name="listing_has_source_or_is_example",
                condition=models.Q(source__isnull=False) | models.Q(example=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.reference})"

    @property
    def title(self) -> str:
        """“Pengasuh lansia, Taichung, Taiwan” in the active language."""
        parts = [str(self.occupation), self.place, labels.country_name(self.country)]
        return ", ".join(part for part in parts if part)

    @property
    def is_example(self) -> bool:
        """An example, or offered by one: marked “Contoh” everywhere, never indexed (DECISIONS 29)."""
        return self.example or self.agency.example

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.wage_min is not None and self.wage_max is not None and self.wage_max < self.wage_min:
            errors["wage_max"] = _("This is less than the lowest wage.")
        if self.minimum_age and self.maximum_age and self.maximum_age < self.minimum_age:
            errors["maximum_age"] = _("This is less than the minimum age.")
        if not self.example and not self.source_id:
            errors["source"] = _("Name the source.")
        if self.checked_on and self.checked_on > timezone.localdate():
            errors["checked_on"] = _("This day has not come yet.")
        if errors:
            raise ValidationError(errors)


class CostLine(Whole):
    """One part of what the placement costs, and who pays it (DECISIONS 32)."""

    listing = ParentalKey(
        JobListing, on_delete=models.CASCADE, related_name="cost_lines", verbose_name=_("job listing")
    )
    component = models.ForeignKey(CostComponent, models.PROTECT, related_name="+", verbose_name=_("component"))
    payer = models.CharField(_("who pays"), max_length=10, choices=Payer)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=3, default="IDR", validators=[currency_validator])
    when = models.CharField(_("when"), max_length=6, choices=Moment, default=Moment.BEFORE)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("cost line"), _("cost lines")
        ordering = ["pk"]
        # Who pays what of a listing is asked three times of each listing that is counted, of this index alone.
        indexes = [models.Index(fields=["listing", "payer", "amount", "component"], name="cost_line_charges")]
        constraints = [
            *coded("cost_line", payer=Payer, when=Moment),
            # Two lines that make up for each other would read “Rp0”.
            models.CheckConstraint(name="cost_line_amount_is_not_negative", condition=models.Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.component}: {labels.money(self.amount, self.currency)}"


class ListingChange(models.Model):
    """Who did what to a listing and when. Never edited."""

    What = ListingAct

    listing = models.ForeignKey(JobListing, models.CASCADE, related_name="changes", verbose_name=_("job listing"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    when = models.DateTimeField(_("when"), default=timezone.now)
    what = models.CharField(_("what"), max_length=10, choices=What)
    note = models.CharField(_("note"), max_length=255, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("change of a listing"), _("changes of listings")
        ordering = ["-when", "-pk"]
        constraints = coded("listing_change", what=ListingAct)

    def __str__(self) -> str:
        return f"{self.listing_id} {self.what} {self.when:%Y-%m-%d %H:%M}"


class ImportRun(models.Model):
    """One file of listings on its way in: previewed, confirmed, written in chunks, and undone if need be."""

    State = ImportState

    file_name = models.CharField(_("file"), max_length=160)
    digest = models.CharField(_("fingerprint of the file"), max_length=64)
    content = models.BinaryField(editable=False)
    mapping = models.JSONField(_("columns"), default=dict)
    publish = models.BooleanField(_("publish new listings at once"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREVIEWED)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    # Rows of the file up to this one are dealt with: a killed run goes on behind it.
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows dealt with"), default=0)
    chunks_done = models.PositiveIntegerField(_("chunks written"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    kept = models.PositiveIntegerField(_("not undone, edited since"), default=0)
    problems = models.JSONField(default=list, editable=False)
    # Who writes now: a random claim, alive while its beat is fresh.
    claim = models.CharField(max_length=32, blank=True, editable=False)
    beat_at = models.DateTimeField(null=True, blank=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name, verbose_name_plural = _("import"), _("imports")
        ordering = ["-pk"]
        constraints = coded("import_run", state=ImportState)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.created_at:%Y-%m-%d %H:%M})"


class ImportChange(models.Model):
    """What one row of an import did to one listing: enough to undo exactly that."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="row_changes")
    listing = models.ForeignKey(JobListing, models.SET_NULL, null=True, related_name="+")
    row = models.PositiveIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.row}"


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
