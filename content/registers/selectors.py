"""Reading the registers. Facts, channels and vocabularies are few and used on every page, so each process keeps them
for one generation: a page costs no query for them, and an edit is seen by every process at its next request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from .generation import PerGeneration
from .models import (
    Bulletin,
    Channel,
    CostComponent,
    Destination,
    ExchangeRate,
    Fact,
    Occupation,
    RedFlag,
    Region,
    Scheme,
    Service,
    Source,
    Vocabulary,
    WorkGroup,
)


@dataclass(frozen=True)
class Registers:
    """Everything that pages name by code, and what rows of other rooms refer to, by key."""

    facts: dict[str, Fact] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    red_flags: list[RedFlag] = field(default_factory=list)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    works: dict[str, WorkGroup] = field(default_factory=dict)
    occupations: dict[int, Occupation] = field(default_factory=dict)
    components: dict[int, CostComponent] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    destinations: dict[str, Destination] = field(default_factory=dict)
    rates: dict[str, ExchangeRate] = field(default_factory=dict)


def _by_code(model: type[Vocabulary]) -> dict:
    return {row.code: row for row in model._default_manager.all()}


def _load() -> Registers:
    return Registers(
        facts={f.slug: f for f in Fact.objects.prefetch_related("sources")},
        channels={c.slug: c for c in Channel.objects.prefetch_related("sources")},
        sources={s.pk: s for s in Source.objects.all()},
        red_flags=list(RedFlag.objects.filter(published=True).prefetch_related("sources")),
        schemes=_by_code(Scheme),
        works=_by_code(WorkGroup),
        occupations={occupation.pk: occupation for occupation in Occupation.objects.select_related("work")},
        components={component.pk: component for component in CostComponent.objects.all()},
        services=_by_code(Service),
        destinations={d.country: d for d in Destination.objects.all()},
        rates={rate.currency: rate for rate in ExchangeRate.objects.all()},
    )


registers = PerGeneration(_load)


def _provinces() -> dict[str, str]:
    return dict(Region.objects.filter(province=None).order_by("name").values_list("code", "name"))


# By code, in the order of their names.
provinces = PerGeneration(_provinces)


def _bulletins() -> list[Bulletin]:
    return list(Bulletin.objects.filter(issued_on__isnull=False).select_related("region__province"))


_issued = PerGeneration(_bulletins)


def bulletins(on: dt.date | None = None) -> list[Bulletin]:
    """The warnings that readers see on a day, the newest first."""
    return [bulletin for bulletin in _issued() if bulletin.is_public(on)]


# Whom one reaches from abroad (DECISIONS 43); the last only once somebody has called it.
ABROAD = ("kp2mi-luar-negeri", "kp2mi-wa", "peduli-wni")
ABROAD_ONCE_CALLED = ("kemlu-pwni",)


def from_abroad(channels: Mapping[str, Channel]) -> list[Channel]:
    """Of ``channels`` those for everybody abroad, whatever the country, in the order in which one tries them."""
    held = [channels[slug] for slug in (*ABROAD, *ABROAD_ONCE_CALLED) if slug in channels]
    called = Channel.CheckKind.CALLED
    return [channel for channel in held if channel.slug in ABROAD or channel.check_kind == called]
