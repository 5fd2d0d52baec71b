"""A number that a text of a register says by itself is refused wherever the row comes from."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from content.guides.models import PlanStep
from content.registers.fields import SaidField
from content.registers.models import Service, Source

pytestmark = pytest.mark.django_db

# Where numbers may be typed: the row is itself a statement with a source and a date, a quotation, or words to search with.
ANSWERED_FOR = {
    "Channel": {"fallback", "hours", "name", "price_note", "purpose"},
    "DestinationRule": {"note", "requirements"},
    "Distress": {"words"},
    "AvoidedWord": {"words"},
    "Fact": {"caveat", "fallback", "label", "words"},
    "Office": {"fallback", "hours", "price_note"},
    "RedFlag": {"quote"},
    "Synonym": {"finds", "words"},
}


def _fields() -> list[tuple[type[models.Model], SaidField]]:
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SaidField)
    ]


def test_where_numbers_may_be_typed_is_a_reviewed_list() -> None:
    found: dict[str, set[str]] = {}
    for model, field in _fields():
        if field.figures:
            found.setdefault(model.__name__, set()).add(field.name)
    assert found == ANSWERED_FOR


@pytest.mark.parametrize(
    ("model", "field"), [(model, field) for model, field in _fields() if not field.figures], ids=str
)
def test_every_other_field_refuses_a_bare_number(model: type[models.Model], field: SaidField) -> None:
    said = {"id": "Bayar 50 ribu.", "en": "Pay 50 thousand."}
    with pytest.raises(ValidationError, match="50 ribu"):
        field.clean(said, model())
    field.clean({"id": "Bayar {fakta:biaya}.", "en": "Pay {fakta:biaya}."}, model())


@pytest.mark.parametrize(
    "said", [{"advice": {"id": "Kira-kira 3 hari", "en": "Some days"}}, {"id": "a", "en": "50 USD"}]
)
def test_advice_and_english_alone_are_read_too(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PlanStep._meta.get_field("duration").clean(said, PlanStep())


def test_a_law_answers_for_its_number_once_it_is_a_source() -> None:
    said = {"id": "Menurut PP 9/2008.", "en": "By Government Regulation 9/2008."}
    field = Service._meta.get_field("purpose")
    with pytest.raises(ValidationError, match="9/2008"):
        field.clean(said, Service())
    Source.objects.create(code="pp-9-2008", kind="regulation", title="PP 9/2008", confidence="H")
    assert field.clean(said, Service()) == said
