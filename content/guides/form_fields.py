"""How officers write what the planner is made of: answers, codes, conditions and amounts, without writing JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.registers.selectors import registers

from . import planning

KNOWN, ASK, ADVICE = "known", "ask", "advice"
LANGUAGES = settings.COMPLETE_LANGUAGES


class _LabelledWidget(forms.MultiWidget):
    """Several inputs, each under its own label."""

    template_name = "guides/admin/labelled_widget.html"

    def __init__(self, parts: Mapping[str, tuple[Any, forms.Widget]], attrs: dict[str, Any] | None = None) -> None:
        self.names = tuple(parts)
        self.labels = {name: label for name, (label, _widget) in parts.items()}
        super().__init__({name: widget for name, (_label, widget) in parts.items()}, attrs)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for widget, part in zip(context["widget"]["subwidgets"], self.names, strict=True):
            widget["part_label"] = self.labels[part]
            widget["several"] = widget["template_name"].endswith(("checkbox_select.html", "multiple_input.html"))
        return context


# --- one answer of a step -------------------------------------------------------------------------------------------


def _offices() -> Any:
    return [("", "–"), *((code, str(service)) for code, service in registers().services.items())]


ASKED: Any = _offices
_STATES = [(KNOWN, _("Known from the source")), (ASK, _("Not known: ask …")), (ADVICE, _("Advice of the authors"))]


def _told_parts() -> dict[str, tuple[Any, forms.Widget]]:
    names = dict(settings.LANGUAGES)
    return {
        "state": (_("How we know"), forms.Select(choices=_STATES)),
        "ask": (_("Ask"), forms.Select(choices=ASKED)),
        **{code: (names[code], forms.Textarea({"rows": 2, "lang": code})) for code in LANGUAGES},
    }


class ToldWidget(_LabelledWidget):
    """How it is known, whom to ask, and the words in each complete language."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(_told_parts(), attrs)

    def decompress(self, value: Mapping[str, Any] | None) -> list[str]:
        held = value or {}
        words = held.get("advice", held)
        state = ADVICE if "advice" in held else ASK if "ask" in held else KNOWN
        return [state, held.get("ask", ""), *(words.get(code, "") for code in LANGUAGES)]


class ToldFormField(forms.MultiValueField):
    """Gives the answer as it is stored; what is left over of another state is dropped."""

    def __init__(self, **kwargs: Any) -> None:
        fields = [
            forms.ChoiceField(choices=_STATES),
            forms.ChoiceField(choices=_offices, required=False),
            *(forms.CharField(required=False) for _code in LANGUAGES),
        ]
        super().__init__(fields, require_all_fields=False, widget=ToldWidget(), **_without_widget(kwargs))

    def compress(self, values: list[Any]) -> dict[str, Any]:
        state, ask, *texts = values or [KNOWN, ""]
        if state == ASK:
            if not ask:
                raise ValidationError(_("Choose whom readers can ask."))
            return {"ask": ask}
        words = {code: text for code, text in zip(LANGUAGES, texts, strict=False) if text}
        if not words:
            raise ValidationError(_("Write the answer, or choose “Not known”."))
        return {"advice": words} if state == ADVICE else words


def _without_widget(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kwargs.items() if name not in ("widget", "max_length", "empty_value")}


# --- codes ----------------------------------------------------------------------------------------------------------


def _codes_of(model: str) -> list[tuple[str, str]]:
    rows = apps.get_model("guides", model)._default_manager.all()
    return [(row.code, f"{row} ({row.code})") for row in rows]


class CodesFormField(forms.MultipleChoiceField):
    """Rows of the planner, ticked."""

    def __init__(self, *, of: str, **kwargs: Any) -> None:
        super().__init__(
            choices=lambda: _codes_of(of), widget=forms.CheckboxSelectMultiple(), **_without_widget(kwargs)
        )


# --- conditions -----------------------------------------------------------------------------------------------------

_FIELD_LABELS: Mapping[str, Any] = {
    "destination": _("Country (codes of ISO 3166, with commas)"),
    "work": _("Field of work"),
    "route": _("Way"),
    "been_abroad": _("Worked there before"),
    "marital": _("Marital status"),
    "age": _("Age"),
    "sex": _("Woman or man"),
    "employer": _("Employer known"),
    "zero_cost": _("Post free of placement cost"),
}


def _choices_of(field: str) -> Any:
    """The codes of a field with what readers see for them."""

    def choices() -> Any:
        from . import plan_forms  # reads the database, which this module must not at import

        if field == "work":
            return [(code, str(work)) for code, work in registers().works.items()]
        table = plan_forms.LISTED.get(field, plan_forms.YES_NO_LABELS)
        return list(table.items())

    return choices


class ConditionsWidget(_LabelledWidget):
    """One list of boxes for each field; none ticked is no condition."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes = {
            name: (label, forms.CheckboxSelectMultiple(choices=_choices_of(name)))
            for name, label in _FIELD_LABELS.items()
            if name != "destination"
        }
        super().__init__({"destination": (_FIELD_LABELS["destination"], forms.TextInput()), **boxes}, attrs)

    def decompress(self, value: Mapping[str, list[str]] | None) -> list[Any]:
        held = value or {}
        return [", ".join(held.get("destination", ())), *(held.get(name, []) for name in self.names[1:])]


class ConditionsFormField(forms.MultiValueField):
    """Gives ``{field: [codes]}`` of the fields that somebody has filled in."""

    def __init__(self, **kwargs: Any) -> None:
        fields: list[forms.Field] = [forms.CharField(required=False)]
        fields += [forms.MultipleChoiceField(choices=_choices_of(n), required=False) for n in list(_FIELD_LABELS)[1:]]
        super().__init__(fields, require_all_fields=False, widget=ConditionsWidget(), **_without_widget(kwargs))

    def compress(self, values: list[Any]) -> dict[str, list[str]]:
        countries, *rest = values or [""]
        codes = [code for code in re.split(r"[\s,]+", countries.strip().upper()) if code]
        held = {"destination": codes, **dict(zip(list(_FIELD_LABELS)[1:], rest, strict=False))}
        return {name: list(chosen) for name, chosen in held.items() if chosen}


# --- attributes and amounts -----------------------------------------------------------------------------------------

_ATTRIBUTE_LABELS: Mapping[str, Any] = {
    "permission": _("Who gives the family permission"),
    "visa": _("Paper that lets one work"),
    "bpjs": _("How BPJS is paid"),
}
_VALUE_LABELS: Mapping[str, Any] = {
    "spouse": _("Husband or wife"),
    "parents": _("Parents or guardian"),
    "work_visa": _("Work visa"),
    "approval_letter": _("Letter of approval"),
    "two_stages": _("In two stages"),
    "at_once": _("At once"),
}


def _values_of(name: str) -> list[tuple[str, Any]]:
    return [("", "–"), *((value, _VALUE_LABELS[value]) for value in planning.ATTRIBUTES[name])]


class AttributesWidget(_LabelledWidget):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {name: (label, forms.Select(choices=_values_of(name))) for name, label in _ATTRIBUTE_LABELS.items()}, attrs
        )

    def decompress(self, value: Mapping[str, str] | None) -> list[str]:
        return [(value or {}).get(name, "") for name in self.names]


class AttributesFormField(forms.MultiValueField):
    """Gives ``{attribute: value}`` of those that are set."""

    def __init__(self, **kwargs: Any) -> None:
        fields = [forms.ChoiceField(choices=_values_of(name), required=False) for name in _ATTRIBUTE_LABELS]
        super().__init__(fields, require_all_fields=False, widget=AttributesWidget(), **_without_widget(kwargs))

    def compress(self, values: list[str]) -> dict[str, str]:
        return {name: value for name, value in zip(_ATTRIBUTE_LABELS, values, strict=False) if value}


class AmountsFormField(forms.CharField):
    """One fact a line, and the length of contract it holds for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": 3}), **_without_widget(kwargs))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{row['fact']} {row.get('months', '')}".strip() for row in value)

    def to_python(self, value: Any) -> Any:
        rows: list[dict[str, Any]] = []
        for line in str(value or "").splitlines():
            if not line.strip():
                continue
            fact, _space, months = line.strip().partition(" ")
            if fact not in registers().facts or (months.strip() and not months.strip().isdigit()):
                raise ValidationError(_("“%(text)s” is no fact with months."), params={"text": line.strip()})
            rows.append({"fact": fact, **({"months": int(months)} if months.strip() else {})})
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Those of CharField look at text."""
