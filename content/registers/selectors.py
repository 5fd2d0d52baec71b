"""Reading the registers. Facts, channels and vocabularies are few and used on every page, so each process keeps them
for one generation: a page costs no query for them, and an edit is seen by every process at its next request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from . import generation
from .models import (
    Channel,
    CostComponent,
    Destination,
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

T = TypeVar("T")


class PerGeneration(Generic[T]):
    """A value computed once per process and generation. The generation is read before the value is computed."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._lock = Lock()
        self._held: tuple[str, T] | None = None
        self._own: ContextVar[T | None] = ContextVar("own", default=None)

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Inside the block this thread reads the value anew, with what its transaction has changed; nobody else sees it.

        For listeners inside a transaction: the generation is replaced only after commit, so the held value is old there.
        """
        mark = self._own.set(self._load())
        try:
            yield
        finally:
            self._own.reset(mark)

    def __call__(self) -> T:
        own = self._own.get()
        if own is not None:
            return own
        now = generation.current()
        held = self._held
        if held is None or held[0] != now:
            with self._lock:
                value = self._load()
                self._held = held = (now, value)
        return held[1]


@dataclass(frozen=True)
class Registers:
    """Everything that pages name by code."""

    facts: dict[str, Fact] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    sources: dict[int, Source] = field(default_factory=dict)
    red_flags: list[RedFlag] = field(default_factory=list)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    works: dict[str, WorkGroup] = field(default_factory=dict)
    occupations: dict[str, Occupation] = field(default_factory=dict)
    components: dict[str, CostComponent] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    destinations: dict[str, Destination] = field(default_factory=dict)


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
        occupations=_by_code(Occupation),
        components=_by_code(CostComponent),
        services=_by_code(Service),
        destinations={d.country: d for d in Destination.objects.all()},
    )


registers = PerGeneration(_load)


def provinces() -> list[Region]:
    """All provinces by code."""
    return list(Region.objects.filter(province=None))
