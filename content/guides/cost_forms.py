"""The form of the cost simulator, sent by GET: what one is asked to pay, the wage, and a debt."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.registers import labels
from content.registers.fields import Words
from content.registers.generation import PerGeneration
from content.registers.models import CostComponent, Occupation
from content.registers.rates import RUPIAH
from content.registers.selectors import registers

# Nobody's wage or debt has more figures; what has is a slip of the finger.
_MOST = Decimal(10) ** 12
_MONEY = re.compile(r"^(rp|idr|nt\$|hk\$|rm|s\$|us\$|\$|€)\.?")
_GROUPED = re.compile(r"^(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d{1,2}))?$")
_PLAIN = re.compile(r"^(\d+)(?:[.,](\d{1,2}))?$")
_SCALES = {"juta": 1_000_000, "jt": 1_000_000, "ribu": 1_000, "rb": 1_000}


def amount_of(text: str) -> Decimal | None:
    """An amount as people type it: 5.000.000, 5000000, “Rp 5.000.000”, 1.500,50, “5,5 juta”. None where it is none."""
    text = _MONEY.sub("", "".join(text.casefold().split()))
    scale = next((word for word in _SCALES if text.endswith(word)), "")
    text = text.removesuffix(scale)
    if grouped := _GROUPED.match(text):
        whole, fraction = re.sub(r"[.,]", "", grouped[1]), grouped[3]
    elif plain := _PLAIN.match(text):
        whole, fraction = plain[1], plain[2]
    else:
        return None
    amount = Decimal(f"{whole}.{fraction or 0}") * _SCALES.get(scale, 1)
    return amount if amount <= _MOST else None


def _load() -> tuple[list[CostComponent], list[Occupation]]:
    components = list(CostComponent.objects.prefetch_related("sources"))
    return components, list(Occupation.objects.select_related("work").order_by("work__order", "order", "code"))


_held = PerGeneration(_load)


def components() -> list[CostComponent]:
    return _held()[0]


def occupations() -> list[Occupation]:
    return _held()[1]


class AmountField(forms.CharField):
    """Money in figures; left open it is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, required=False, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        amount = amount_of(text) if text else None
        if text and amount is None:
            raise forms.ValidationError(_("Write an amount in figures, for example 5.000.000."))
        return amount


class CostForm(forms.Form):
    """What is left open is not known. An amount that cannot be read says so and stays in its field."""

    use_required_attribute = False

    kerja = forms.ChoiceField(
        label=gettext_lazy("Which work?"),
        required=False,
        help_text=gettext_lazy("For ten posts a regulation names what must be free for you."),
    )
    diminta = forms.MultipleChoiceField(
        label=gettext_lazy("What are you asked to pay for?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    jumlah = AmountField(
        label=gettext_lazy("How much in all, in rupiah?"),
        help_text=gettext_lazy("The sum of everything that you ticked. What a single one costs is not asked here."),
    )
    upah = AmountField(label=gettext_lazy("The wage of a month"))
    mata = forms.ChoiceField(label=gettext_lazy("In which money is the wage paid?"), required=False)
    utang = AmountField(
        label=gettext_lazy("If you borrow: how much must you give back, in rupiah?"),
        help_text=gettext_lazy("With interest and every fee."),
    )
    cicil = AmountField(label=gettext_lazy("How much can you pay back each month, in rupiah?"))
    kontrak = forms.IntegerField(
        label=gettext_lazy("How many months is the contract?"), required=False, min_value=1, max_value=120
    )

    def __init__(self, query: QueryDict, *, bound: bool) -> None:
        super().__init__(query if bound else None, auto_id="%s", initial=None if bound else query.dict())
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in occupations():
            groups.setdefault(str(row.work), []).append((row.code, str(Words(row.name))))
        fields: Any = self.fields
        fields["kerja"].choices = [("", _("I do not know")), *groups.items()]
        fields["diminta"].choices = [(row.code, str(Words(row.name))) for row in components()]
        fields["mata"].choices = [
            (RUPIAH, labels.currency_name(RUPIAH)),
            *sorted(((code, labels.currency_name(code)) for code in registers().rates), key=lambda pair: pair[1]),
        ]
        for name in ("kerja", "mata", "diminta"):
            # A code from an older address is nothing, not a mistake of the reader.
            fields[name].validate = lambda value: None
