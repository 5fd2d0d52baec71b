"""Fields of the planner: codes, conditions, and answers that are known, unknown with somebody to ask, or advice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import planning

_SHAPES = _("Write the answer, or name whom to ask.")


def told(value: Mapping[str, Any] | None) -> planning.Told:
    """The stored answer: ``{"id", "en"}`` is known, ``{"ask"}`` names an office, ``{"advice": {"id", "en"}}`` is advice."""
    held = dict(value or {})
    if "advice" in held:
        return planning.Told(dict(held["advice"]), advice=True)
    return planning.Told({code: text for code, text in held.items() if code != "ask"}, held.get("ask", ""))


def _lacking(words: Any) -> list[str]:
    """The languages that an answer must have and has not."""
    held = words if isinstance(words, dict) else {}
    return [code for code in settings.COMPLETE_LANGUAGES if not str(held.get(code) or "").strip()]


class ToldField(models.JSONField):
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


class CodesField(models.JSONField):
    """A list of codes, each once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(code, str) and code for code in value):
            raise ValidationError(_("Write a list of codes."))
        if len(set(value)) < len(value):
            raise ValidationError(_("A code stands twice."))


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
