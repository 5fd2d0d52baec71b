"""Numbers are read as Indonesians write them, and refused where two readings are possible."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from content.registers.models import ExchangeRate
from content.registers.numbers import read_number


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20000", 20000), ("20.000", 20000), ("1.250.000", 1250000), ("1.250.000,50", "1250000.50"),
        ("1500,5", "1500.5"), ("1500.50", "1500.50"), (" 20 000 ", 20000), ("0", 0),
    ],
)  # fmt: skip
def test_numbers_are_read_the_indonesian_way(written: str, meant: object) -> None:
    assert read_number(written) == Decimal(str(meant))


@pytest.mark.parametrize(
    "written", ["1,500", "1,500.75", "-5", "1.50.000", "dua", "1e6", "٢٠٠", "", "1.2345", "9" * 40]
)
def test_numbers_that_are_unclear_are_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        read_number(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("16.250", 16250), ("16.250,5", "16250.5"), ("490.5", "490.5"), ("510.5000", "510.5"), ("0,6321", "0.6321")],
)
def test_a_form_reads_a_rate_the_same_way(written: str, meant: object) -> None:
    field = ExchangeRate._meta.get_field("rupiah").formfield()
    assert field.clean(written) == Decimal(str(meant))
    assert field.widget.input_type == "text"


@pytest.mark.parametrize("written", ["16,250", "1.2345.6", "NaN", "Infinity", "1e3", "0,63215", "--5"])
def test_a_form_refuses_a_rate_that_is_unclear(written: str) -> None:
    with pytest.raises(ValidationError):
        ExchangeRate._meta.get_field("rupiah").formfield().clean(written)


@pytest.mark.parametrize("number", ["16250", "510.5", "510.5000", "0.6321", "1.505", "1250000.25", "12.0000"])
def test_what_is_shown_again_is_read_as_the_same(number: str) -> None:
    shown = ExchangeRate._meta.get_field("rupiah").formfield().prepare_value(Decimal(number))
    assert read_number(shown, 4) == Decimal(number)
