"""The least legal world around a listing. Every factory makes something legal today; a test breaks one thing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from content.jobs.models import (
    Agency,
    AgencyAddress,
    AgencyContact,
    CostLine,
    Hold,
    JobListing,
    JobOrder,
    OfferFlag,
    OfferRule,
    SuspectContact,
)
from content.registers.models import (
    CostComponent,
    Destination,
    DestinationRule,
    Occupation,
    Scheme,
    Source,
    WorkGroup,
)


def day(offset: int) -> dt.date:
    """Today moved by so many days, in the zone of the site."""
    return timezone.localdate() + dt.timedelta(days=offset)


def later(offset: int) -> factory.LazyFunction:
    """:func:`day` at the moment the row is made."""
    return factory.LazyFunction(lambda: day(offset))


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source
        django_get_or_create = ("code",)

    code = "source-of-tests"
    kind = Source.Kind.OFFICIAL
    title = "Halaman resmi"
    confidence = Source.Confidence.HIGH


class WorkGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkGroup
        django_get_or_create = ("code",)

    code = "caregiver"
    name = factory.LazyAttribute(lambda work: {"id": f"Bidang {work.code}", "en": f"Field {work.code}"})


class OccupationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Occupation
        django_get_or_create = ("code",)

    code = "5322"
    name = {"id": "Pengasuh lansia", "en": "Carer of older people"}
    work = factory.SubFactory(WorkGroupFactory)
    zero_cost = True


class SchemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Scheme
        django_get_or_create = ("code",)

    code = "p2p"
    name = factory.LazyAttribute(lambda scheme: {"id": f"Skema {scheme.code}", "en": f"Scheme {scheme.code}"})


class ComponentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CostComponent
        django_get_or_create = ("code",)

    code = "medical_exam"
    name = factory.LazyAttribute(lambda part: {"id": f"Biaya {part.code}", "en": f"Cost {part.code}"})
    free_by_law = True


class DestinationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Destination
        django_get_or_create = ("country",)

    country = "TW"


class RuleFactory(factory.django.DjangoModelFactory):
    """An open way: caregivers to Taiwan, P to P, from a source."""

    class Meta:
        model = DestinationRule
        skip_postgeneration_save = True

    destination = factory.SubFactory(DestinationFactory)
    work = "caregiver"
    scheme = "p2p"
    status = DestinationRule.Status.OPEN
    verified_on = later(-30)
    verify_by = later(150)

    @factory.post_generation
    def sources(rule: DestinationRule, create: bool, given: list[Source] | None, **kwargs: Any) -> None:
        if create:
            rule.sources.set([SourceFactory()] if given is None else given)


class AgencyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agency

    legal_name = factory.Sequence(lambda n: f"PT Contoh Bahari {n}")
    licence_number = factory.Sequence(lambda n: f"CONTOH/SIP3MI/{n}")
    valid_from = later(-400)
    valid_until = later(400)
    checked_on = later(-3)
    example = True


class AgencyContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgencyContact

    agency = factory.SubFactory(AgencyFactory)
    kind = "phone"
    value = factory.Sequence(lambda n: f"+62 000 {4000 + n}")


class JobOrderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = JobOrder

    agency = factory.SubFactory(AgencyFactory)
    number = factory.Sequence(lambda n: f"CONTOH/JO/{n}")
    employer = "Contoh Care Home"
    country = "TW"
    work = factory.SubFactory(WorkGroupFactory)
    scheme = factory.SubFactory(SchemeFactory)
    places = 50
    valid_from = later(-60)
    valid_until = later(120)
    verified = True
    verified_on = later(-10)


class ListingFactory(factory.django.DjangoModelFactory):
    """A legal draft; ``status="published"`` writes a published row past the services."""

    class Meta:
        model = JobListing

    reference = factory.Sequence(lambda n: f"REF-{n}")
    job_order = factory.SubFactory(JobOrderFactory)
    agency = factory.SelfAttribute("job_order.agency")
    occupation = factory.SubFactory(OccupationFactory)
    country = "TW"
    place = "Taichung"
    scheme = factory.SubFactory(SchemeFactory)
    places = 5
    wage_min = 20000
    currency = "TWD"
    contract_months = 36
    minimum_age = 21
    closing_date = later(30)
    checked_on = later(-2)
    example = True


class CostLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CostLine

    listing = factory.SubFactory(ListingFactory)
    component = factory.SubFactory(ComponentFactory)
    payer = "employer"
    amount = 500000


def legal_listing(**values: Any) -> JobListing:
    """A draft that every rule allows, in a world with its rule."""
    if not DestinationRule.objects.filter(destination="TW", work="caregiver").exists():
        RuleFactory()
    return ListingFactory(**values)


def published_listing(**values: Any) -> JobListing:
    """A listing that was published by the service and is public now."""
    from content.jobs import services

    listing = legal_listing(**values)
    services.publish(listing)
    return listing


class OfferFlagFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OfferFlag
        django_get_or_create = ("code",)

    code = "fee_upfront"
    gravity = 76
    name = {"id": "Diminta membayar", "en": "Asked to pay"}
    reason = {"id": "Biaya dilarang.", "en": "Charging is forbidden."}
    next = {"id": "Jangan bayar.", "en": "Do not pay."}
    source = factory.SubFactory(SourceFactory)


class OfferRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OfferRule
        django_get_or_create = ("code",)

    code = "rule-of-tests"
    flag = factory.SubFactory(OfferFlagFactory)
    patterns = "bayar <3> dulu"


class SuspectContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SuspectContact

    kind = "phone"
    value = factory.Sequence(lambda n: f"+62 000 {7000 + n}")
    example = True


class HoldFactory(factory.django.DjangoModelFactory):
    """An open hold; on a contact unless told otherwise."""

    class Meta:
        model = Hold

    contact = factory.SubFactory(SuspectContactFactory)
    reason = "Nomor ini dipakai di iklan lain"
    review_on = later(14)


class AgencyAddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgencyAddress

    agency = factory.SubFactory(AgencyFactory)
    address = "Jalan Contoh 1"
