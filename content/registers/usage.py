"""Where an entry of the registers is named: asked before it is deleted, so that no text loses a word (DECISIONS 13).

Texts name entries by token, blocks and code by slug; no relation in the database knows of it. Each room that holds texts
registers a finder in ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from .fields import WordsField
from .models import Channel, DestinationRule, Fact, Scheme, WorkGroup

Finder = Callable[[models.Model], Iterator[str]]
_finders: list[Finder] = []
_SEED = Path(__file__).parent / "seed"
# So many places are named; whoever mends them finds the rest the next time.
_NAMED = 8


def register(finder: Finder) -> None:
    """Add ``finder(entry)``: the places that name ``entry``, each in words for people."""
    if finder not in _finders:
        _finders.append(finder)


def token_of(entry: models.Model) -> str:
    """The token that texts name ``entry`` by; empty for what has none."""
    kind = "fakta" if isinstance(entry, Fact) else "kanal" if isinstance(entry, Channel) else ""
    return f"{{{kind}:{entry.slug}}}" if kind else ""  # type: ignore[attr-defined]


def uses(entry: models.Model) -> Iterator[str]:
    """Every place that names ``entry``."""
    for finder in _finders:
        yield from finder(entry)


def why_kept(entry: models.Model) -> str:
    """Why ``entry`` must not be deleted, as a sentence; empty where nothing stands in the way."""
    if getattr(entry, "emergency", False):
        return _("“%(entry)s” cannot be deleted: an emergency number never disappears. Correct its value instead.") % {
            "entry": entry
        }
    places = list(islice(uses(entry), _NAMED + 1)) or list(islice(_related(entry), _NAMED + 1))
    if not places:
        return ""
    shown = ", ".join(places[:_NAMED]) + (" …" if len(places) > _NAMED else "")
    return _("“%(entry)s” cannot be deleted: it is used by %(places)s.") % {"entry": entry, "places": shown}


def _related(entry: models.Model) -> Iterator[str]:
    """What the database relates to ``entry`` and would not, or should not, lose."""
    for relation in entry._meta.related_objects:
        if relation.many_to_many and (name := relation.get_accessor_name()):
            yield from (_named(row) for row in getattr(entry, name).all())
    try:
        Collector(using=entry._state.db or "default", origin=entry).collect([entry])
    except ProtectedError as error:
        yield from sorted(_named(row) for row in error.protected_objects)
    except RestrictedError as error:
        yield from sorted(_named(row) for row in error.restricted_objects)


def _named(row: models.Model) -> str:
    return f"{row._meta.verbose_name} “{row}”"


def named_by_code(slugs: Iterable[str], place: Any) -> Finder:
    """A finder for channels that our own code shows at ``place``."""
    held = frozenset(slugs)

    def find(entry: models.Model) -> Iterator[str]:
        if isinstance(entry, Channel) and entry.slug in held:
            yield str(place)

    return find


def in_registers(entry: models.Model) -> Iterator[str]:
    """Texts of other entries, rules that name a code, and the files that the registers are loaded from."""
    if isinstance(entry, WorkGroup | Scheme):
        field = "work" if isinstance(entry, WorkGroup) else "scheme"
        yield from (_named(rule) for rule in DestinationRule.objects.filter(**{field: entry.code}))
    if not (token := token_of(entry)):
        return
    for model in apps.get_app_config("registers").get_models():
        fields = [field.attname for field in model._meta.concrete_fields if isinstance(field, WordsField)]
        for row in model._default_manager.all() if fields else ():
            texts = (text for name in fields for text in getattr(row, name).values())
            if row != entry and any(token in text for text in texts):
                yield _named(row)
    yield from (
        f"content/registers/seed/{path.name}"
        for path in sorted(_SEED.glob("*.toml"))
        if any(token in line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    )
