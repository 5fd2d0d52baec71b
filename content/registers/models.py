"""What is true: facts, sources, channels and the coded vocabularies that every room refers to.

A row here is a statement about the world with a source and a date (DECISIONS 13-17, 24). Pages never repeat it: they
name it by token (``{fakta:slug}``, ``{kanal:slug}``), so that one edit is one edit.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models.deletion import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import labels
from .constraints import coded
from .fields import ChoicesField, Words, WordsField
from .modus import Modus
from .numbers import NumberField
from .text import words as text_words

slug_validator = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use lower-case letters, digits and hyphens."))


class Whole(models.Model):
    """Saves and deletes in one transaction with everything that its signals write (DECISIONS 36)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            return super().delete(*args, **kwargs)


_CONFIDENCE = {"H": pgettext_lazy("of confidence", "high"), "M": pgettext_lazy("of confidence", "medium")}


class Source(Whole):
    """Where a statement comes from. There are no free-text sources (DECISIONS 15)."""

    class Kind(models.TextChoices):
        LAW = "law", _("Law")
        REGULATION = "regulation", _("Regulation")
        OFFICIAL = "official", _("Official page")
        NEWS = "news", _("News")
        STUDY = "study", _("Study")

    class Confidence(models.TextChoices):
        HIGH = "H", _("High: text of the law, official page, or two independent sources")
        MEDIUM = "M", _("Medium: one credible source")

        @property
        def short(self) -> str:
            """One word of it, for readers."""
            return str(_CONFIDENCE[self.value])

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[slug_validator])
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("title"), max_length=255)
    article = models.CharField(pgettext_lazy("of a law", "article"), max_length=120, blank=True)
    publisher = models.CharField(_("publisher"), max_length=120, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    published = models.CharField(
        _("published"),
        max_length=10,
        blank=True,
        help_text=_("Year, year-month or full date: 2023-08-30."),
        validators=[RegexValidator(r"^\d{4}(-\d{2}(-\d{2})?)?$", _("Write 2023, 2023-08 or 2023-08-30."))],
    )
    accessed = models.DateField(_("read on"), default=dt.date.today)
    confidence = models.CharField(_("confidence"), max_length=1, choices=Confidence)

    class Meta:
        verbose_name, verbose_name_plural = _("source"), _("sources")
        ordering = ["kind", "title"]

    def __str__(self) -> str:
        return f"{self.title} {self.article}".strip()


class Checked(Whole):
    """The dates that every statement carries (DECISIONS 13): checked, check again, valid until."""

    class CheckKind(models.TextChoices):
        DESK = "desk", _("Read in the source")
        CALLED = "called", _("Tried: called, visited or opened")

    verified_on = models.DateField(
        _("checked on"), help_text=_("The date of the source or of the last check, never the date of an import.")
    )
    verify_by = models.DateField(_("check again by"))
    check_kind = models.CharField(_("how it was checked"), max_length=8, choices=CheckKind, default=CheckKind.DESK)
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day. Afterwards the sentence below is shown.")
    )
    fallback = WordsField(_("sentence when no longer valid"), figures=True, blank=True, rows=2)
    steward = models.CharField(_("responsible agency"), max_length=120)
    claim = models.CharField(_("claim"), max_length=20, blank=True, help_text=_("Row in the table of claims."))

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        errors = {}
        if self.valid_until and not self.fallback:
            errors["fallback"] = _("Write what readers see once this is no longer valid.")
        if self.verified_on and self.verify_by and self.verify_by < self.verified_on:
            errors["verify_by"] = _("This is before the date of the check.")
        if errors:
            raise ValidationError(errors)

    def is_overdue(self, on: dt.date | None = None) -> bool:
        """Past the day on which it should have been checked again."""
        return (on or timezone.localdate()) > self.verify_by

    def is_valid(self, on: dt.date | None = None) -> bool:
        """Valid through the whole of ``valid_until`` (dates are inclusive, DECISIONS 6)."""
        return self.valid_until is None or (on or timezone.localdate()) <= self.valid_until


class Named(Checked):
    """A statement that texts name by token: one that is named somewhere is not deleted (DECISIONS 13: never a gap)."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises ProtectedError with the sentence for people where a text, a draft, a file or our code names this."""
        from .usage import why_kept  # speaks of these models

        if reason := why_kept(self):
            raise ProtectedError(reason, {self})
        return super().delete(*args, **kwargs)


class Need(models.TextChoices):
    """What one asks an office or a number for: the services that victims have a right to (PP 9/2008), and papers."""

    MEDICAL = "medis", _("Medical help")
    PSYCHOLOGICAL = "psikologis", _("Psychological help")
    LEGAL = "hukum", _("Legal help")
    SHELTER = "rumah-aman", _("A safe place to stay")
    COMPANION = "pendampingan", _("Somebody who comes along")
    SOCIAL = "rehabilitasi", _("Social rehabilitation")
    REPATRIATION = "pemulangan", _("Return home from abroad")
    REINTEGRATION = "reintegrasi", _("A new start at home")
    DOCUMENTS = "dokumen", _("Papers")


class Price(models.TextChoices):
    """What asking costs. What no source says is asked there (DECISIONS 17)."""

    FREE = "free", _("Free of charge")
    PAID = "paid", _("Costs something")
    UNKNOWN = "unknown", _("Not known: ask first")


class Helping(models.Model):
    """What the directory of help says of a number or an office."""

    Need = Need
    Price = Price

    needs = ChoicesField(_("helps with"), vocabulary=Need)
    hours = WordsField(_("hours"), figures=True, blank=True)
    price = models.CharField(_("cost"), max_length=8, choices=Price, default=Price.UNKNOWN)
    price_note = WordsField(_("what it costs"), figures=True, blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.price == Price.PAID and not self.price_note:
            raise ValidationError({"price_note": _("Write what it costs, as the source says it.")})

    @property
    def need_names(self) -> list[Any]:
        """What it helps with, in words."""
        return [Need(code).label for code in self.needs]


class Fact(Named):
    """One number, amount, date or short text that pages use by ``{fakta:slug}``."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("Number")
        PERCENT = "percent", _("Percentage")
        MONEY = "money", _("Amount of money")
        DATE = "date", _("Date")
        TEXT = "text", _("Text")
        URL = "url", _("Address")

    slug = models.CharField(_("name in texts"), max_length=60, unique=True, validators=[slug_validator])
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    label = WordsField(_("what it says"), figures=True)
    number = NumberField(_("number or amount"), max_digits=20, decimal_places=4, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, help_text=_("ISO 4217, for example IDR."))
    date = models.DateField(_("date"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("For machines: years, people."))
    url = models.URLField(_("address"), max_length=500, blank=True)
    words = WordsField(_("text"), figures=True, blank=True)
    caveat = WordsField(_("note"), figures=True, blank=True, rows=2)
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), related_name="facts")

    class Meta:
        verbose_name, verbose_name_plural = _("fact"), _("facts")
        ordering = ["slug"]

    def __str__(self) -> str:
        return f"{self.slug}: {self.label}"

    @staticmethod
    def field_of(kind: str) -> str:
        """The name of the field that holds a value of this kind."""
        return {"percent": "number", "money": "number", "text": "words"}.get(kind, kind)

    def clean(self) -> None:
        super().clean()
        field = self.field_of(self.kind)
        if self.kind and not getattr(self, field, None) and getattr(self, field, None) != 0:
            raise ValidationError({field: _("This kind of fact needs a value here.")})
        if self.kind == self.Kind.MONEY and not self.currency:
            raise ValidationError({"currency": _("Name the currency.")})


class Channel(Helping, Named):
    """One way to reach someone, used by ``{kanal:slug}``: a number, an address, a system."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        WHATSAPP = "whatsapp", _("WhatsApp")
        EMAIL = "email", _("E-mail")
        URL = "url", _("Web address")
        APP = "app", _("App")

    slug = models.CharField(_("name in texts"), max_length=60, unique=True, validators=[slug_validator])
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    organisation = WordsField(_("organisation"))
    name = WordsField(_("name"), figures=True)
    value = models.CharField(_("number or address"), max_length=255)
    purpose = WordsField(_("what it is for"), rows=2, figures=True)
    emergency = models.BooleanField(
        _("emergency"), default=False, help_text=_("Never disappears, even when overdue; it warns instead.")
    )
    abroad = models.BooleanField(_("reachable from abroad"), default=False)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166, for a host country."))
    on_every_guide = models.BooleanField(_("shown on every guide"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), related_name="channels")

    class Meta:
        verbose_name, verbose_name_plural = _("channel"), _("channels")
        ordering = ["order", "slug"]
        constraints = [*coded("channel", price=Price)]

    def __str__(self) -> str:
        return f"{self.slug}: {self.name} {self.value}"

    # What a value must look like, so that pressing it does what it says.
    SHAPES: ClassVar[dict[str, str]] = {
        Kind.PHONE: r"[+(]?[0-9][0-9 ()-]{1,24}(?: \(?ekst\.? ?[0-9]{1,6}\)?)?",
        Kind.WHATSAPP: r"\+?[0-9][0-9 -]{7,20}",
        Kind.EMAIL: r"[^@\s]+@[^@\s]+\.[^@\s]+",
        Kind.URL: r"(?:https?://)?[a-z0-9.-]+\.[a-z]{2,}(?:/[^\s<>\"]*)?",
        Kind.APP: r"(?:https?://)?[a-z0-9.-]+\.[a-z]{2,}(?:/[^\s<>\"]*)?",
    }

    def clean(self) -> None:
        super().clean()
        if self.kind and not re.fullmatch(self.SHAPES[self.kind], self.value or "", re.IGNORECASE):
            raise ValidationError({"value": _("This does not look like a value of this kind. Check every sign of it.")})
        self._refuse_another_number_in_name()
        if self.pk and not self.emergency and Channel.objects.filter(pk=self.pk, emergency=True).exists():
            raise ValidationError({"emergency": _("An emergency number never disappears. Correct its value instead.")})

    def _refuse_another_number_in_name(self) -> None:
        """“SAPA 129” with the value 128 would put two numbers into the help block of every page."""
        value = re.sub(r"\D", "", self.value or "")
        said = _("The name holds %(number)s, the value does not. Write the same number in both.")
        for number in re.findall(r"\d{3,}", " ".join((self.name or {}).values())):
            if number not in value:
                raise ValidationError({"name": said % {"number": number}})

    def is_valid(self, on: dt.date | None = None) -> bool:
        return self.emergency or super().is_valid(on)

    @property
    def confidence(self) -> str:
        """The best of its sources, in words; nothing without one. Asks no query where the sources are at hand."""
        held = {source.confidence for source in self.sources.all()}
        return next((Source.Confidence(mark).short for mark in Source.Confidence if mark in held), "")


class Region(Whole):
    """Province or regency with the code of the Ministry of Home Affairs (Kepmendagri 300.2.2-2138/2025), not of BPS."""

    code = models.CharField(_("code"), max_length=5, primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    province = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="regencies", verbose_name=_("province")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("region"), _("regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Vocabulary(Whole):
    """A code with its name in every language."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = WordsField(_("name"))
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        abstract = True
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return str(Words(self.name))


class Scheme(Vocabulary):
    """A legal way of placement: P to P, G to G … (UU 18/2017 art. 49; the five schemes)."""

    description = WordsField(_("description"), rows=2)
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), blank=True)

    class Meta(Vocabulary.Meta):
        verbose_name, verbose_name_plural = _("scheme"), _("schemes")


class WorkGroup(Vocabulary):
    """A field of work, coarser than an occupation: domestic, caregiver, factory …"""

    class Meta(Vocabulary.Meta):
        verbose_name, verbose_name_plural = _("field of work"), _("fields of work")


class Occupation(Vocabulary):
    """ISCO-08 unit group; the table is ours and says so until checked (DECISIONS 23)."""

    work = models.ForeignKey(WorkGroup, models.PROTECT, related_name="occupations", verbose_name=_("field of work"))
    also = models.CharField(
        _("other names"),
        max_length=255,
        blank=True,
        help_text=_("What people type for it, in any language, with commas. It is found by these words too."),
    )
    zero_cost = models.BooleanField(
        _("one of the ten posts without placement cost"),
        default=False,
        help_text=_("As BP2MI Regulation 9/2020 names them."),
    )
    verified = models.BooleanField(_("code checked against ISCO-08"), default=False)

    class Meta(Vocabulary.Meta):
        verbose_name, verbose_name_plural = _("occupation"), _("occupations")


class CostComponent(Vocabulary):
    """A part of what a placement costs; ``free_by_law`` are the components of BP2MI Regulation 9/2020."""

    free_by_law = models.BooleanField(_("free for the ten posts"), default=False)
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), blank=True)

    class Meta(Vocabulary.Meta):
        verbose_name, verbose_name_plural = _("cost component"), _("cost components")


class Destination(Whole):
    """A country that pages and rules speak of. Its name comes from CLDR by the code."""

    country = models.CharField(_("country"), max_length=2, unique=True, help_text="ISO 3166-1 alpha-2")
    mission = WordsField(_("Indonesian mission"), blank=True)
    notes = WordsField(_("to know first"), blank=True, rows=3)

    class Meta:
        verbose_name, verbose_name_plural = _("destination"), _("destinations")
        ordering = ["country"]

    def __str__(self) -> str:
        return labels.country_name(self.country)


class RuleStatus(models.TextChoices):
    """Whether a way is open."""

    OPEN = "open", _("Open")
    RESTRICTED = "restricted", _("Open with conditions")
    CLOSED = "closed", _("Closed")


class DestinationRule(Whole):
    """Whether a kind of work in a country is open by a scheme, and for whom (DECISIONS 33)."""

    Status = RuleStatus
    ANY = "any"

    destination = models.ForeignKey(
        Destination, models.CASCADE, to_field="country", related_name="rules", verbose_name=_("destination")
    )
    work = models.CharField(_("field of work"), max_length=40, help_text=_("Code of a field of work, or “any”."))
    scheme = models.CharField(_("scheme"), max_length=40, help_text=_("Code of a scheme, or “any”."))
    status = models.CharField(_("status"), max_length=10, choices=Status)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day."))
    minimum_age = models.PositiveSmallIntegerField(_("minimum age"), null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(
        _("maximum age"), null=True, blank=True, help_text=_("The highest age that is still accepted.")
    )
    requirements = WordsField(_("requirements"), figures=True, blank=True, rows=3)
    note = WordsField(_("note"), figures=True, blank=True, rows=2)
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), related_name="rules")
    verified_on = models.DateField(_("checked on"))
    verify_by = models.DateField(_("check again by"))

    class Meta:
        verbose_name, verbose_name_plural = _("destination rule"), _("destination rules")
        ordering = ["destination", "work", "scheme"]
        # Asked of each listing that is counted: is the way closed, does a rule ask for more years.
        indexes = [
            models.Index(fields=["destination", "status"], name="destination_rule_status"),
            models.Index(fields=["destination", "minimum_age"], name="destination_rule_age"),
        ]
        constraints = [
            *coded("destination_rule", status=RuleStatus),
            models.UniqueConstraint(fields=["destination", "work", "scheme", "since"], name="one_rule_per_start"),
            models.UniqueConstraint(
                fields=["destination", "work", "scheme"], condition=models.Q(since=None), name="one_rule_without_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.destination_id} {self.work} {self.scheme}: {self.get_status_display()}"


class ExchangeRate(Whole):
    """What one unit of a currency was worth in rupiah on a day. An old one is not used: wages stay as they are paid."""

    DAYS = 30

    currency = models.CharField(_("currency"), max_length=3, unique=True, help_text=_("ISO 4217, for example TWD."))
    rupiah = NumberField(_("rupiah for one unit"), max_digits=14, decimal_places=4)
    on = models.DateField(_("rate of"), help_text=_("The day for which the source gives this rate."))
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    example = models.BooleanField(_("example (Contoh)"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("exchange rate"), _("exchange rates")
        ordering = ["currency"]
        constraints = [
            models.CheckConstraint(name="exchange_rate_is_positive", condition=models.Q(rupiah__gt=0)),
            models.CheckConstraint(
                name="exchange_rate_has_source_or_is_example",
                condition=models.Q(source__isnull=False) | models.Q(example=True),
            ),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {labels.money(self.rupiah, 'IDR')}"

    def clean(self) -> None:
        super().clean()
        errors = {}
        if self.currency == "IDR":
            errors["currency"] = _("Rupiah needs no rate.")
        elif self.currency and not labels.is_currency(self.currency):
            errors["currency"] = _("Write the three capital letters of ISO 4217, for example TWD.")
        if self.rupiah is not None and self.rupiah <= 0:
            errors["rupiah"] = _("Write how many rupiah one unit is worth.")
        if self.on and self.on > timezone.localdate():
            errors["on"] = _("This day has not come yet.")
        if not self.example and not self.source_id:
            errors["source"] = _("Name the source.")
        if errors:
            raise ValidationError(errors)

    @property
    def last_day(self) -> dt.date:
        """The last day on which readers are shown amounts by it."""
        return self.on + dt.timedelta(days=self.DAYS)

    def is_current(self, on: dt.date | None = None) -> bool:
        """Whether readers may be shown amounts by it: for :attr:`DAYS` days, the last one included."""
        return self.on <= (on or timezone.localdate()) <= self.last_day


class Service(Vocabulary):
    """An office one asks: Disnaker, BP3MI, immigration … as a kind, without an address."""

    purpose = WordsField(_("what it is for"), rows=2)
    needs = ChoicesField(_("helps with"), vocabulary=Need)

    class Meta(Vocabulary.Meta):
        verbose_name, verbose_name_plural = _("kind of office"), _("kinds of offices")


class OfficeQuerySet(models.QuerySet["Office"]):
    """Offices by what may be said of them."""

    def shown(self) -> OfficeQuerySet:
        """Those that readers may see: with a source of high or medium confidence, or marked as an example."""
        return self.filter(models.Q(source__confidence__in=Source.Confidence.values) | models.Q(example=True))

    def valid(self, on: dt.date | None = None) -> OfficeQuerySet:
        """Those whose last day is not over."""
        return self.filter(models.Q(valid_until=None) | models.Q(valid_until__gte=on or timezone.localdate()))

    def around(self, region: str) -> OfficeQuerySet:
        """Those of a province and its regencies, or of a regency and its province."""
        return self.filter(models.Q(region__in=(region, region[:2])) | models.Q(region__province=region))


class Office(Helping, Checked):
    """One office in one region. Only offices with a source, or examples marked so."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="offices", verbose_name=_("kind"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="offices", verbose_name=_("region"))
    name = models.CharField(_("name"), max_length=160)
    address = models.CharField(_("address"), max_length=255, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    example = models.BooleanField(_("example (Contoh)"), default=False)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name=_("source"))

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("office"), _("offices")
        ordering = ["region", "service"]
        constraints = [*coded("office", price=Price)]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.example and (self.address or self.phone):
            raise ValidationError(_("An example has no address and no number that can be dialled."))
        if not self.example and not self.source_id:
            raise ValidationError({"source": _("Name the source.")})
        if self.phone and not re.fullmatch(Channel.SHAPES[Channel.Kind.PHONE], self.phone):
            raise ValidationError({"phone": _("This does not look like a value of this kind. Check every sign of it.")})

    @property
    def helps_with(self) -> list[str]:
        """The codes of :class:`Need`: its own, else those of its kind."""
        return self.needs or self.service.needs

    @property
    def need_names(self) -> list[Any]:
        return [Need(code).label for code in self.helps_with]

    @property
    def confidence(self) -> str:
        """That of its source, in words; nothing without one."""
        return Source.Confidence(self.source.confidence).short if self.source else ""

    @property
    def phone_link(self) -> str:
        """``tel:`` and what of its number can be dialled."""
        from .tokens import phone_digits  # speaks of these models

        return f"tel:{phone_digits(self.phone)}"


class RedFlag(Whole):
    """Something recruiters say that should stop one (FACTS 5.5). Unsourced ones wait, unpublished."""

    class Group(models.TextChoices):
        VISA = "visa", _("Visa and journey")
        DOCUMENTS = "dokumen", _("Papers")
        MONEY = "uang", _("Money")
        PROMISE = "janji", _("Promises")
        PROCESS = "proses", _("Procedure")
        PLACE = "tempat", _("Place and people")
        MARRIAGE = "pernikahan", _("Marriage")
        INTERNSHIP = "magang", _("Internships")

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    group = models.CharField(_("group"), max_length=12, choices=Group)
    quote = WordsField(_("what is said"), figures=True, rows=2)
    why = WordsField(_("why it is dangerous"), rows=2)
    next = WordsField(_("what to do"), rows=2)
    sources = models.ManyToManyField(Source, verbose_name=_("sources"), blank=True, related_name="red_flags")
    published = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("red flag"), _("red flags")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {Words(self.quote)}"


class Term(Whole):
    """A word of law or trade with its plain meaning."""

    slug = models.CharField(_("code"), max_length=60, unique=True, validators=[slug_validator])
    term = WordsField(_("term"))
    meaning = WordsField(_("meaning"), rows=2)
    also = WordsField(
        _("other names"), blank=True, help_text=_("With commas. The term is found in articles by these words too.")
    )
    common = models.BooleanField(
        _("everybody knows it"), default=False, help_text=_("Explained in the glossary, not linked from articles.")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("term"), _("glossary")
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(Words(self.term))


def phrases_of(texts: Words) -> list[str]:
    """The phrases between commas or lines in every language, each once, in the order of the languages.

    PostgreSQL gives the keys of a JSON object in an order of its own.
    """
    written = (texts[code] for code, _name in settings.LANGUAGES if code in texts)
    phrases = (" ".join(phrase.split()) for text in written for phrase in re.split("[,\n]", text))
    return list(dict.fromkeys(phrase for phrase in phrases if phrase))


MOST_PHRASES, MOST_WORDS = 40, 5


def _wrong_with(phrases: list[str]) -> Any:
    """Why these phrases cannot be compared with what people type, in a sentence; empty where they can."""
    wrong = [phrase for phrase in phrases if not 0 < len(text_words(phrase)) <= MOST_WORDS]
    if len(phrases) > MOST_PHRASES:
        return _("These are more than %(count)s; make a second entry.") % {"count": MOST_PHRASES}
    if wrong:
        said = _("“%(phrase)s” cannot be searched for: write one to %(count)s words between commas.")
        return said % {"phrase": wrong[0], "count": MOST_WORDS}
    return ""


class Synonym(Whole):
    """Words and phrases that a search takes for one another, by the language of those who say them.

    ``words`` find whatever any of them finds. With ``finds`` they find that as well, but not the other way round: who
    types “TKW” looks for household jobs, who types “pengasuh lansia” does not look for every “TKW”.
    """

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[slug_validator])
    words = WordsField(
        _("words that mean the same"),
        partial=True,
        figures=True,
        rows=2,
        help_text=_("Words or phrases with commas, each beside the language of the people who say so."),
    )
    finds = WordsField(
        _("what they find besides"),
        partial=True,
        figures=True,
        blank=True,
        rows=2,
        help_text=_("One way: the words above find these too; these do not find the words above."),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("synonym"), _("synonyms")
        ordering = ["code"]

    def __str__(self) -> str:
        return ", ".join(self.phrases())

    def phrases(self) -> list[str]:
        """The words and phrases that mean the same."""
        return phrases_of(self.words)

    def found(self) -> list[str]:
        """What they find besides."""
        return phrases_of(self.finds)

    def clean(self) -> None:
        super().clean()
        checked = {"words": _wrong_with(self.phrases()), "finds": _wrong_with(self.found())}
        errors = {name: sentence for name, sentence in checked.items() if sentence}
        if not errors and len(self.phrases()) < 2 and not self.found():
            errors["words"] = _("One word alone is a synonym of nothing: add another one, or what it finds.")
        if errors:
            raise ValidationError(errors)


class Distress(Whole):
    """What people type to a search who are in danger, by the language of those who say so: help and the exit come first."""

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[slug_validator])
    words = WordsField(
        _("what is typed"),
        partial=True,
        figures=True,
        rows=2,
        help_text=_("Words or phrases with commas, each beside the language of the people who say so."),
    )
    alone = models.BooleanField(
        _("only when nothing else is typed"),
        default=False,
        help_text=_("For words that are also said without danger: “tolong carikan kerja”."),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("words of distress"), _("words of distress")
        ordering = ["code"]

    def __str__(self) -> str:
        return ", ".join(self.phrases())

    def phrases(self) -> list[str]:
        """Everything that is typed."""
        return phrases_of(self.words)

    def clean(self) -> None:
        super().clean()
        if sentence := _wrong_with(self.phrases()):
            raise ValidationError({"words": sentence})


class AvoidedWord(Whole):
    """Words that blame, belittle or expose somebody, by language, with what to write instead.

    Pages do not say them outside of quotations; the page editor and ``check_writing`` point at them. A search may well
    find them: people type what they have heard (:class:`Synonym`).
    """

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[slug_validator])
    words = WordsField(
        _("words to avoid"),
        partial=True,
        figures=True,
        rows=2,
        help_text=_(
            "Words or phrases with commas, each beside its language. Every form that should be found stands here."
        ),
    )
    better = WordsField(
        _("write instead"),
        partial=True,
        help_text=_("In each language that has words above; Indonesian is enough for regional ones."),
    )
    why = WordsField(_("why"), partial=True, blank=True, rows=2)
    sources = models.ManyToManyField(
        Source,
        verbose_name=_("sources"),
        blank=True,
        related_name="avoided_words",
        help_text=_("A law or guideline that says it so. None: advice of the authors."),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("word to avoid"), _("words to avoid")
        ordering = ["code"]

    def __str__(self) -> str:
        return ", ".join(phrases_of(self.words))

    def clean(self) -> None:
        super().clean()
        errors = {}
        if sentence := _wrong_with(phrases_of(self.words)):
            errors["words"] = sentence
        # A regional entry may be answered in Indonesian.
        better = Words(self.better)
        whole = settings.COMPLETE_LANGUAGES
        if missing := sorted(
            code for code in self.words if not (better.get(code) if code in whole else better.text(code))
        ):
            errors["better"] = _("Write what to say instead in: %(languages)s.") % {"languages": ", ".join(missing)}
        if errors:
            raise ValidationError(errors)


class BulletinSource(models.TextChoices):
    """Who warns."""

    TASK_FORCE = "tugas", _("Task force against trafficking")


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    """Bulletins by their days."""

    def public(self, on: dt.date | None = None) -> BulletinQuerySet:
        """Those that readers see: published by a second person, until their last day."""
        day = on or timezone.localdate()
        return self.filter(issued_on__lte=day, valid_until__gte=day)


class Bulletin(Whole):
    """A warning to everybody, written by one person and published by another, which ends by itself (DECISIONS 52).

    Nothing makes one but people, and nothing in it comes from a report: a region, a way, words of their own.
    """

    MOST_DAYS = 60
    MOST_SIGNS = 600

    title = WordsField(_("heading"))
    text = WordsField(_("text"), rows=4)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    modus = models.CharField(_("kind of case"), max_length=16, choices=Modus, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=BulletinSource, default=BulletinSource.TASK_FORCE)
    # None: a draft.
    issued_on = models.DateField(_("issued on"), null=True, blank=True, editable=False)
    valid_until = models.DateField(_("last day"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    example = models.BooleanField(_("example (Contoh)"), default=False)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("public warning"), _("public warnings")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            *coded("bulletin", source=BulletinSource),
            models.CheckConstraint(name="bulletin_modus_is_known", condition=models.Q(modus__in=["", *Modus.values])),
            models.CheckConstraint(
                name="bulletin_ends_after_it_begins",
                condition=models.Q(issued_on=None) | models.Q(valid_until__gte=models.F("issued_on")),
            ),
            # Without a second person nothing is public, whoever writes the row (DECISIONS 42).
            models.CheckConstraint(
                name="bulletin_is_published_by_another",
                condition=models.Q(issued_on=None)
                | models.Q(example=True)
                | (
                    models.Q(written_by__isnull=False)
                    & models.Q(published_by__isnull=False)
                    & ~models.Q(written_by=models.F("published_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(Words(self.title))

    def clean(self) -> None:
        super().clean()
        today = timezone.localdate()
        errors: dict[str, Any] = {}
        if self.valid_until and not today <= self.valid_until <= today + dt.timedelta(days=self.MOST_DAYS):
            errors["valid_until"] = _("Choose a day from today on, at most 60 days from now.")
        if any(len(text) > self.MOST_SIGNS for text in (self.text or {}).values()):
            errors["text"] = _("At most 600 signs: what happens, how one knows it, whom one asks.")
        if errors:
            raise ValidationError(errors)

    def is_public(self, on: dt.date | None = None) -> bool:
        """Whether readers see it on a day."""
        return self.issued_on is not None and self.issued_on <= (on or timezone.localdate()) <= self.valid_until


class SeedRecord(models.Model):
    """What a seed file put into the database: the state of one row, page or translation when it was loaded.

    A row whose state differs from its record was changed by an editor, and loading leaves it alone (DECISIONS 20).
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_record_per_seed")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
