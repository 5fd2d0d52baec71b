"""Reading the registers. Facts, channels and vocabularies are few and used on every page, so each process keeps them
for one generation: a page costs no query for them, and an edit is seen by every process at its next request."""

from __future__ import annotations

from dataclasses import dataclass, field

from .generation import PerGeneration
from .models import (
    Channel,
    Destination,
    ExchangeRate,
    Fact,
    RedFlag,
    Scheme,
    Service,
    Source,
    Vocabulary,
    WorkGroup,
)


@dataclass(frozen=True)
class Registers:
    """Everything that pages name by code."""

    facts: dict[str, Fact] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    red_flags: list[RedFlag] = field(default_factory=list)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    works: dict[str, WorkGroup] = field(default_factory=dict)
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
        services=_by_code(Service),
        destinations={d.country: d for d in Destination.objects.all()},
        rates={rate.currency: rate for rate in ExchangeRate.objects.all()},
    )


registers = PerGeneration(_load)
