"""What a cell of this room may hold, whoever writes it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from content.registers import labels

country_validator = RegexValidator(r"^[A-Z]{2}\Z", _("Write the two capital letters of ISO 3166, for example TW."))
number_validator = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9 ./_()-]*\Z", _("Use letters, digits, spaces and the signs . / - _ ( ).")
)
# Letters of any script and the signs in names; no digit, invisible direction sign, picture sign or formula.
# A dot ends a short word (“St. Gallen”) and a slash has no place: “bit.ly/x” is an address to lure readers to.
place_validator = RegexValidator(
    r"^[^\W\d_](?:[^\W\d_]|[\u0300-\u036f ,'’()-]|\.(?![^\W\d_]))*\Z",
    _("Write the name of a place, without digits or special signs."),
)


def currency_validator(code: str) -> None:
    """Refuse what is no code of ISO 4217, or one that is no money (XXX, XAU)."""
    if not labels.is_currency(code):
        raise ValidationError(_("Write the three capital letters of ISO 4217, for example TWD."))
