"""The shapes of the answers. Each names its fields one by one: what is added to a model is not public by that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from content.jobs import selectors as jobs
from content.jobs.models import Agency, JobListing
from content.jobs.vocabulary import (
    AgencyKind,
    AgencyStanding,
    Benefit,
    ContactKind,
    Education,
    Moment,
    Payer,
    Requirement,
    WagePeriod,
)
from content.registers import labels
from content.registers.models import Source
from search.open_data import address

from . import addresses


def money(**kwargs: Any) -> serializers.DecimalField:
    """An amount as text, so that no reader rounds it."""
    return serializers.DecimalField(max_digits=14, decimal_places=2, **kwargs)


# --- codes ---------------------------------------------------------------------------------------------------------


class CodedSerializer(serializers.Serializer):
    """A code and its label in the language of the answer."""

    code = serializers.CharField()
    label = serializers.CharField()


@extend_schema_field(CodedSerializer)
class CodedField(serializers.Field):
    """A code of a vocabulary of this portal, or of ISO, beside its label."""

    def __init__(self, label_of: Callable[[str], Any], **kwargs: Any) -> None:
        self.label_of = label_of
        super().__init__(**kwargs)

    def to_representation(self, value: str) -> dict[str, str]:
        return {"code": str(value), "label": str(self.label_of(value))}


@extend_schema_field(CodedSerializer)
class RowField(serializers.Field):
    """An entry of a register: its code and name."""

    def to_representation(self, value: Any) -> dict[str, str]:
        return {"code": value.code, "label": str(value)}


@extend_schema_field(CodedSerializer(many=True))
class CodesField(serializers.Field):
    """Codes of a vocabulary; those that it no longer holds are left out."""

    def __init__(self, vocabulary: type[TextChoices], **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(**kwargs)

    def to_representation(self, value: list[str]) -> list[dict[str, str]]:
        held = dict(self.vocabulary.choices)
        return [{"code": code, "label": str(held[code])} for code in value if code in held]


def coded(vocabulary: type[TextChoices], **kwargs: Any) -> CodedField:
    """A code of ``vocabulary``."""
    return CodedField(lambda code: vocabulary(code).label, **kwargs)


# --- listings ------------------------------------------------------------------------------------------------------


class SourceSerializer(serializers.Serializer):
    """Where something was read."""

    title = serializers.CharField()
    article = serializers.CharField()
    publisher = serializers.CharField()
    url = serializers.CharField()
    published = serializers.CharField(help_text="Year, year-month or date; empty where the source names none.")
    accessed = serializers.DateField()


class OfferingAgencySerializer(serializers.Serializer):
    """Who places the worker."""

    kind = coded(AgencyKind)
    legal_name = serializers.CharField()
    licence_number = serializers.CharField(help_text="SIP3MI; of a government body its short name.")
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(
        allow_null=True, help_text="The last day of the licence; none for a government."
    )
    checked_on = serializers.DateField()
    example = serializers.BooleanField()
    api_url = serializers.SerializerMethodField()

    def get_api_url(self, agency: Agency) -> str:
        return addresses.agency(agency.licence_number)


class JobOrderSerializer(serializers.Serializer):
    """The approved request of an employer abroad, under which the listing stands."""

    number = serializers.CharField()
    employer = serializers.CharField()
    places = serializers.IntegerField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(help_text="The last day.")
    verified_on = serializers.DateField(allow_null=True)


class WageSerializer(serializers.Serializer):
    """In the currency in which it is paid; never converted."""

    minimum = money(source="wage_min")
    maximum = money(source="wage_max", allow_null=True)
    currency = serializers.CharField(help_text="ISO 4217.")
    period = coded(WagePeriod, source="wage_period")


class AmountSerializer(serializers.Serializer):
    """A sum in one currency."""

    amount = money()
    currency = serializers.CharField(help_text="ISO 4217.")


class CostSerializer(serializers.Serializer):
    """A part of what the placement costs, and who pays it. That a line stands here does not say that it is lawful."""

    component = RowField()
    payer = coded(Payer)
    amount = money()
    currency = serializers.CharField(help_text="ISO 4217.")
    when = coded(Moment)


class ListingSerializer(serializers.Serializer):
    """A job on offer today. Everything in it is coded, so that it reads the same in every language."""

    code = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="The page for people, in the language of the answer.")
    api_url = serializers.SerializerMethodField()
    title = serializers.CharField()
    example = serializers.BooleanField(
        source="is_example", help_text="Invented: nobody can apply. Do not show it as a job."
    )
    occupation = RowField(help_text="ISCO-08 unit group.")
    work = RowField(source="occupation.work")
    country = CodedField(labels.country_name)
    place = serializers.CharField()
    scheme = RowField()
    agency = OfferingAgencySerializer()
    job_order = JobOrderSerializer()
    wage = WageSerializer(source="*")
    worker_pays = serializers.SerializerMethodField(
        help_text="The sums of the costs that the worker pays, besides `taken_monthly`; empty: nothing."
    )
    taken_monthly = serializers.SerializerMethodField(
        help_text="The sums that are taken from each month's wage; empty: nothing."
    )
    costs = CostSerializer(source="cost_lines", many=True)
    contract_months = serializers.IntegerField()
    hours_per_week = serializers.IntegerField(allow_null=True, help_text="Null: not known.")
    places = serializers.IntegerField()
    education = coded(Education)
    minimum_age = serializers.IntegerField()
    maximum_age = serializers.IntegerField(allow_null=True)
    requirements = CodesField(Requirement)
    benefits = CodesField(Benefit)
    closing_date = serializers.DateField(help_text="The last day on which one can apply, in the zone of the site.")
    published_on = serializers.SerializerMethodField()
    checked_on = serializers.DateField(help_text="The day on which somebody looked at the source.")
    source = SourceSerializer(allow_null=True, help_text="Null for an example, which has none.")

    def get_url(self, listing: JobListing) -> str:
        return address(jobs.address(listing.code))

    def get_api_url(self, listing: JobListing) -> str:
        return addresses.listing(listing.code)

    def get_published_on(self, listing: JobListing) -> dt.date | None:
        return timezone.localdate(listing.first_public_at) if listing.first_public_at else None

    @extend_schema_field(AmountSerializer(many=True))
    def get_worker_pays(self, listing: JobListing) -> list[dict[str, Any]]:
        return _amounts(jobs.worker_pays(listing))

    @extend_schema_field(AmountSerializer(many=True))
    def get_taken_monthly(self, listing: JobListing) -> list[dict[str, Any]]:
        return _amounts(jobs.taken_monthly(listing))


def _amounts(sums: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    return [dict(AmountSerializer({"amount": amount, "currency": code}).data) for code, amount in sums.items()]


class LawSerializer(serializers.Serializer):
    """A law or source that carries a rule, with the article."""

    title = serializers.CharField()
    article = serializers.CharField()
    url = serializers.CharField()


class RuleSerializer(serializers.Serializer):
    """A rule that the listing passes today, and why. One that names no law is a rule of this portal."""

    id = serializers.CharField()
    name = serializers.CharField()
    sentence = serializers.CharField()
    laws = serializers.SerializerMethodField()
    checked_on = serializers.DateField(allow_null=True)

    @extend_schema_field(LawSerializer(many=True))
    def get_laws(self, reason: jobs.Reason) -> list[dict[str, Any]]:
        return [_law(source, article) for source, article in reason.laws]


def _law(source: Source, article: str) -> dict[str, Any]:
    return {"title": source.title, "article": article or source.article, "url": source.url}


class AnswerSerializer(serializers.Serializer):
    """What every answer says of itself."""

    on = serializers.DateField(help_text="The day for which this holds, in the zone of the site.")
    notice = serializers.CharField(help_text="To be shown beside the data.")


class OneListingSerializer(AnswerSerializer):
    """A job on offer today, with every rule that lets it stand here."""

    listing = ListingSerializer()
    rules = RuleSerializer(many=True)


# --- agencies ------------------------------------------------------------------------------------------------------


class DecisionSerializer(serializers.Serializer):
    """A decision that gave an agency a status, with its day and where it was read."""

    status = coded(AgencyStanding)
    since = serializers.DateField()
    source = SourceSerializer(allow_null=True)


class ContactSerializer(serializers.Serializer):
    """A way in which the agency says that it can be reached."""

    kind = coded(ContactKind)
    value = serializers.CharField()


class AgencySerializer(OfferingAgencySerializer):
    """A company or government body that places workers, as it is recorded here. Recorded is not the same as safe."""

    status = coded(
        AgencyStanding, help_text="As at the day of `checked_on` or of the newest decision; it may have changed."
    )
    on_hold = serializers.BooleanField(
        help_text="Somebody is looking into it. That says nothing against it; until it is decided, nobody should pay."
    )
    decisions = DecisionSerializer(source="statuses", many=True, help_text="The newest first.")
    contacts = serializers.SerializerMethodField()
    source = SourceSerializer(allow_null=True)

    @extend_schema_field(ContactSerializer(many=True))
    def get_contacts(self, agency: Agency) -> list[dict[str, Any]]:
        return [dict(row) for row in ContactSerializer(jobs.official_contacts(agency), many=True).data]


class StandingSerializer(serializers.Serializer):
    """What a rule says of the agency today, apart from any listing."""

    holds = serializers.BooleanField(source="ok")
    sentence = serializers.CharField()
    checked_on = serializers.DateField(allow_null=True)


class OneAgencySerializer(AnswerSerializer):
    """An agency with what the rules say of its licence and standing today."""

    agency = AgencySerializer()
    standing = StandingSerializer(many=True)


# --- lists ---------------------------------------------------------------------------------------------------------


class PageSerializer(AnswerSerializer):
    """A page of a list."""

    total = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    next = serializers.CharField(allow_null=True, help_text="The address of the next page.")
    previous = serializers.CharField(allow_null=True)


class ListingsSerializer(PageSerializer):
    """A page of the listings that are public today and fit the question."""

    facets = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="For each filter, how many listings each of its values would show, every other filter kept.",
    )
    listings = ListingSerializer(many=True)


class AgenciesSerializer(PageSerializer):
    """A page of the agencies by name."""

    agencies = AgencySerializer(many=True)


# --- vocabularies --------------------------------------------------------------------------------------------------


class LabelsSerializer(serializers.Serializer):
    """A code with its label in every complete language."""

    code = serializers.CharField()
    labels = serializers.DictField(child=serializers.CharField(), help_text="By language.")


class OccupationSerializer(LabelsSerializer):
    """An occupation: ISCO-08 unit group, field of work, and what the law says of its cost."""

    work = serializers.CharField(help_text="Code of the field of work.")
    zero_cost = serializers.BooleanField(help_text="One of the ten posts without placement cost (BP2MI 9/2020).")
    verified = serializers.BooleanField(help_text="Somebody has checked the code against ISCO-08.")


class CostComponentSerializer(LabelsSerializer):
    """A part of what a placement costs."""

    free_by_law = serializers.BooleanField(help_text="Free for the ten posts without placement cost.")


class VocabulariesSerializer(serializers.Serializer):
    """Every list of codes that occurs in the data."""

    countries = LabelsSerializer(many=True)
    occupations = OccupationSerializer(many=True)
    work_groups = LabelsSerializer(many=True)
    schemes = LabelsSerializer(many=True)
    education = LabelsSerializer(many=True)
    requirements = LabelsSerializer(many=True)
    benefits = LabelsSerializer(many=True)
    cost_components = CostComponentSerializer(many=True)
    payers = LabelsSerializer(many=True)
    moments = LabelsSerializer(many=True)
    wage_periods = LabelsSerializer(many=True)
    agency_kinds = LabelsSerializer(many=True)
    agency_statuses = LabelsSerializer(many=True)
    contact_kinds = LabelsSerializer(many=True)


class ProblemSerializer(serializers.Serializer):
    """What is wrong with a request (RFC 9457), in one sentence."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
