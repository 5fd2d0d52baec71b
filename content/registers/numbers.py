"""Numbers as people in Indonesia write them: dots between thousands, a comma before decimals.

A browser's own field for numbers reads “16.250” as sixteen and a quarter; a rate or a wage would be a thousand times too
small. So every number that an officer types, in a form or in a file, is read here, and refused where it is unclear.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def read_number(text: str, places: int = 2) -> Decimal:
    """“1.250.000,50”, “1250000,5”, “1250000.50” and “20.000” (twenty thousand).

    ``places``: so many decimals at most. Three of them are thousands behind a dot, and refused behind a comma. Raises
    ``ValidationError`` for anything else.
    """
    plain = re.sub(r"[\s\u00a0]", "", text)
    decimals = rf"(?![0-9]{{3}}\Z)[0-9]{{1,{places}}}"
    if re.fullmatch(rf"[0-9]{{1,3}}(\.[0-9]{{3}})+(,{decimals})?", plain):
        return Decimal(plain.replace(".", "").replace(",", "."))
    if re.fullmatch(rf"[0-9]{{1,14}}([.,]{decimals})?", plain):
        return Decimal(plain.replace(",", "."))
    raise ValidationError(
        _("“%(text)s” is no clear number. Write 1.250.000 or 1250000,50."), params={"text": text[:40]}
    )


def plain_number(number: Decimal) -> str:
    """The number with a decimal comma and no thousands: “1,505” is refused later, “1.505” would be read as thousands."""
    whole, _dot, rest = f"{number:f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole},{rest}" if rest else whole


class NumberFormField(forms.DecimalField):
    """A decimal number as :func:`read_number` reads it; shown again as :func:`plain_number` writes it."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if not isinstance(value, str):
            return super().to_python(value)
        # A number below nought is read, to be told why it cannot be.
        sign, digits = (-1, value.strip()[1:]) if value.strip().startswith("-") else (1, value.strip())
        return sign * read_number(digits, self.decimal_places or 0) if digits else None

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        # With a nought behind them three decimals are read again as what they are.
        return re.sub(r",[0-9]{3}\Z", r"\g<0>0", plain_number(value))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal"}


class NumberField(models.DecimalField):
    """A decimal column whose form reads numbers the Indonesian way."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        # To the database it is what it was.
        return name, "django.db.models.DecimalField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": NumberFormField, **kwargs})
