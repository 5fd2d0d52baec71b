"""Fields of the planner: codes, conditions, and answers that are known, unknown with somebody to ask, or advice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.registers.fields import SaidField

from . import form_fields, planning

_SHAPES = _("Write the answer, or name whom to ask.")


def told(value: Mapping[str, Any] | None) -> planning.Told:
    """The stored answer: a text by language is known, ``{"ask"}`` names an office, ``{"advice": …}`` is advice by language."""
    held = dict(value or {})
    if "advice" in held:
        return planning.Told(dict(held["advice"]), advice=True)
    return planning.Told({code: text for code, text in held.items() if code != "ask"}, held.get("ask", ""))


def _formfield(field: models.Field, form_class: type, **kwargs: Any) -> Any:
    """The form field of a column; JSONField would ask for JSON."""
    kwargs.pop("encoder", None)
    kwargs.pop("decoder", None)
    return models.Field.formfield(field, form_class=form_class, required=not field.blank, **kwargs)


def _lacking(words: Any) -> list[str]:
    """The languages that an answer must have and has not."""
    held = words if isinstance(words, dict) else {}
    return [code for code in settings.COMPLETE_LANGUAGES if not str(held.get(code) or "").strip()]


class ToldField(SaidField):
    """One answer of a step. Blank is refused: what is not known says so and names whom to ask (DECISIONS 17)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not value:
            return
        languages = {code for code, _name in settings.LANGUAGES}
        if not isinstance(value, dict) or not value.keys() <= {"ask", "advice", *languages}:
            raise ValidationError(_SHAPES)
        if "ask" in value:
            if len(value) > 1 or not isinstance(value["ask"], str) or not value["ask"]:
                raise ValidationError(_SHAPES)
            return
        if "advice" in value and len(value) > 1:
            raise ValidationError(_SHAPES)
        if missing := _lacking(value.get("advice", value)):
            raise ValidationError(_("Also write it in: %(languages)s."), params={"languages": ", ".join(missing)})
        self.refuse_figures(value)

    def said(self, value: Any) -> Mapping[str, str]:
        return told(value).words

    def formfield(self, **kwargs: Any) -> Any:
        return _formfield(self, form_fields.ToldFormField, **kwargs)


class CodesField(models.JSONField):
    """A list of codes, each once. ``of``: the model of this room that the codes belong to."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(code, str) and code for code in value):
            raise ValidationError(_("Write a list of codes."))
        if len(set(value)) < len(value):
            raise ValidationError(_("A code stands twice."))

    def formfield(self, **kwargs: Any) -> Any:
        return _formfield(self, form_fields.CodesFormField, of=self.of, **kwargs)


class ConditionsField(models.JSONField):
    """``{field: [codes]}``, all of which must hold."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, dict):
            raise ValidationError(_("Write conditions as fields with lists of codes."))
        for name, codes in value.items():
            if name not in planning.FIELDS:
                raise ValidationError(_("“%(text)s” is no field of a condition."), params={"text": name})
            if not isinstance(codes, list) or not codes or not all(isinstance(code, str) and code for code in codes):
                raise ValidationError(_("Choose at least one code for “%(text)s”."), params={"text": name})
            allowed = planning.AGES if name == "age" else planning.ANSWERS.get(name)
            if allowed and (strange := sorted(set(codes) - set(allowed))):
                raise ValidationError(_("“%(text)s” is no code of this field."), params={"text": ", ".join(strange)})

    def formfield(self, **kwargs: Any) -> Any:
        return _formfield(self, form_fields.ConditionsFormField, **kwargs)


class AttributesField(models.JSONField):
    """``{attribute: value}`` of :data:`.planning.ATTRIBUTES`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        for name, set_to in (value if isinstance(value, dict) else {"?": value}).items():
            if set_to not in planning.ATTRIBUTES.get(name, ()):
                text = f"{name}: {set_to}"
                raise ValidationError(_("“%(text)s” is no attribute with such a value."), params={"text": text})

    def formfield(self, **kwargs: Any) -> Any:
        return _formfield(self, form_fields.AttributesFormField, **kwargs)


class AmountsField(models.JSONField):
    """Facts whose amounts are added up: ``[{"fact": slug, "months": 12}]``, with the length of contract they hold for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        for row in value if isinstance(value, list) else [None]:
            known = isinstance(row, dict) and row.keys() <= {"fact", "months"} and isinstance(row.get("fact"), str)
            months = row.get("months", 1) if isinstance(row, dict) else None
            if not known or not isinstance(months, int) or months < 1:
                raise ValidationError(_("Write the name of a fact, and its months if it holds only for that."))

    def formfield(self, **kwargs: Any) -> Any:
        return _formfield(self, form_fields.AmountsFormField, **kwargs)
