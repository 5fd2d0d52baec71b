"""What gives an example away: its flag, or, where somebody has cleared that, its nature (DECISIONS 29).

Invented records say what they are in their numbers, names and addresses: CONTOH/…, “Contoh”, “Jalan Contoh 1”, hosts
below ``.example``, numbers that begin with +62 000, accounts of bank 000, @contoh…. A key for practice is known by its
unit and by its fingerprint, which lies outside the database. Texts of pages may speak of examples, and of addresses;
only a link below ``.example`` in them is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast
from django.utils import translation
from wagtail.fields import StreamField
from wagtail.models import Page

from content.core.models import BasePage
from content.reports.vault import selectors as vault
from content.reports.vault.models import UnitKey

# Fields by which any model says that a row is no record of the real world.
FLAGS = ("example", "demo")
# Fields that name or number a record.
NAMES = frozenset(
    {
        "address",
        "code",
        "employer",
        "first_name",
        "last_name",
        "legal_name",
        "licence_number",
        "name",
        "number",
        "organisation",
        "reference",
        "slug",
    }
)
# Fields that hold a number to call and nothing else.
PHONES = frozenset({"phone", "value"})
# The rooms whose rows are records; of Wagtail only the hosts of the site.
ROOMS = ("registers", "jobs", "accounts", "account", "wagtailcore.Site")
# What is written about records, and gone with them.
LOGS = frozenset(
    {
        "registers.SeedRecord",
        "jobs.AgencyStatus",
        "jobs.Hold",
        "jobs.ImportChange",
        "jobs.ImportRun",
        "jobs.ListingChange",
    }
)

_WORD = re.compile(r"(?<![^\W\d_])contoh(?![^\W\d_])", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z0-9]\.example(?![\w-]|\.[\w-])", re.IGNORECASE)
_LINK = re.compile(rf"(?:https?://|mailto:)[^\s\"'<>]*{_ADDRESS.pattern}", re.IGNORECASE)
_NUMBER = re.compile(r"\+\s*62(?:[\s().-]*0){3}")
# What is kept of an account of no bank, and a name on a social network that says what it is.
_INVENTED = re.compile(rf"000 …|@\S*{_WORD.pattern}", re.IGNORECASE)
_SHOWN = 3


@dataclass
class Marked:
    """The rows of one kind that are examples: how many, and the first of them by name."""

    kind: str
    count: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, row: models.Model) -> None:
        """Count ``row``; name it if it is among the first."""
        self.count += 1
        if len(self.names) < _SHOWN:
            self.names.append(str(row))

    def __str__(self) -> str:
        return f"{self.count} {self.kind} ({', '.join(self.names)}{' …' if self.count > _SHOWN else ''})"


@lru_cache(maxsize=1)
def watched() -> tuple[type[models.Model], ...]:
    """Every model whose rows could be examples: of our rooms, with a flag, or a page."""
    chosen = []
    for model in apps.get_models():
        label, room = model._meta.label, model._meta.app_label
        record = (room in ROOMS or label in ROOMS) and label not in LOGS
        if record or flags(model) or issubclass(model, BasePage):
            chosen.append(model)
    return tuple(chosen)


def flags(model: type[models.Model]) -> list[str]:
    """The fields by which ``model`` says that a row is an example."""
    held = model._meta.local_fields
    return [column.name for column in held if column.name in FLAGS and isinstance(column, models.BooleanField)]


def _texts(model: type[models.Model]) -> list[models.Field]:
    """The columns that hold words, numbers or addresses that somebody wrote."""
    kinds = (models.CharField, models.TextField, models.JSONField, StreamField)
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, kinds) and not column.choices and not (column.is_relation or column.primary_key)
    ]


def _speaks(name: str, text: str, page: bool) -> bool:
    """Whether ``text`` in a column called ``name`` gives an example away."""
    if page:
        return _LINK.search(text) is not None
    if _ADDRESS.search(text):
        return True
    if name in PHONES and (re.sub(r"\D", "", text).startswith("62000") or _INVENTED.match(text)):
        return True
    return bool(_NUMBER.search(text)) or (name in NAMES and _WORD.search(text) is not None)


def is_example(row: models.Model) -> bool:
    """Whether ``row`` is an example by its flag or by its nature."""
    model = type(row)
    if any(getattr(row, name, False) for name in flags(model)):
        return True
    if isinstance(row, UnitKey):
        return vault.is_for_practice(row)
    page = isinstance(row, Page)
    return any(_speaks(column.name, _words(getattr(row, column.attname)), page) for column in _texts(model))


def _words(value: Any) -> str:
    if hasattr(value, "get_prep_value"):
        value = value.get_prep_value()
    # Not str(): texts in several languages would answer in one.
    return value if isinstance(value, str) else json.dumps(value, default=str)


def examples_of(model: type[models.Model]) -> Iterable[models.Model]:
    """The rows of ``model`` that are examples: one query finds what might be, the rows themselves say what is."""
    if model is UnitKey:
        return [key for key in UnitKey.objects.select_related("unit") if is_example(key)]
    columns = {f"text_of_{column.name}": column.name for column in _texts(model)}
    hints = [models.Q(**{name: True}) for name in flags(model)]
    for alias, name in columns.items():
        hints.append(models.Q(**{f"{alias}__icontains": ".example"}))
        if not issubclass(model, Page):
            hints += [models.Q(**{f"{alias}__contains": "62"}) & models.Q(**{f"{alias}__contains": "000"})]
            hints += [models.Q(**{f"{alias}__icontains": "contoh"})] if name in NAMES else []
            hints += [models.Q(**{f"{alias}__startswith": sign}) for sign in ("000 …", "@")] if name in PHONES else []
    if not hints:
        return []
    read_as_text = {alias: Cast(name, models.TextField()) for alias, name in columns.items()}
    found = model._base_manager.annotate(**read_as_text).filter(reduce(or_, hints))
    return (row for row in found.iterator() if is_example(row))


def marked() -> list[Marked]:
    """Every kind of which there is an example, in every database."""
    found = []
    with translation.override("en"):
        for model in watched():
            kind = Marked(str(model._meta.verbose_name_plural))
            for row in examples_of(model):
                kind.add(row)
            found.append(kind)
    return [kind for kind in found if kind.count]


def any_marked() -> bool:
    """Whether there is any example."""
    return any(True for model in watched() for _row in examples_of(model))
