"""Forms of the registers: names that pages use do not change, codes are chosen, sources are ticked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from . import labels, tokens
from .fields import Words
from .models import Checked, DestinationRule, ExchangeRate, Scheme, WorkGroup
from .services import check_again_on

# What texts, rules and listings name an entry by.
KEYS = ("slug", "code")


class SourcesWidget(forms.CheckboxSelectMultiple):
    """All sources with a box to find one by a word (static/js/admin-sources.js); without script a long list."""

    template_name = "registers/sources_widget.html"

    class Media:
        js = ["js/admin-sources.js"]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["find"] = _("Find a source")
        return context


class RegisterForm(WagtailAdminModelForm):
    """Base of every form of the registers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in KEYS:
                if name in self.fields:
                    self.fields[name].disabled = True
                    self.fields[name].help_text = _("Pages use this name, so it stays.")

    def clean(self) -> dict[str, Any]:
        """What is saved here is public at once, so an unknown token is refused at once (DECISIONS 14)."""
        cleaned = super().clean()
        for name, value in list(cleaned.items()):
            if isinstance(value, Words) and (strange := tokens.unknown("\n".join(value.values()))):
                self.add_error(name, tokens.UNKNOWN % {"tokens": ", ".join(sorted(set(strange)))})
        return cleaned


def _countries() -> list[tuple[str, str]]:
    """ISO 3166 countries with their names in the active language."""
    territories = labels.babel_locale(get_language()).territories
    pairs = [(code, name) for code, name in territories.items() if len(code) == 2 and code.isalpha()]
    outside = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
    return sorted((pair for pair in pairs if pair[0] not in outside), key=lambda pair: pair[1])


def _codes(model: type[Scheme | WorkGroup]) -> list[tuple[str, str]]:
    return [(DestinationRule.ANY, str(_("Any"))), *((row.code, str(row)) for row in model.objects.all())]


class SourceSearchForm(BaseFilterForm):
    """Words of the title, the code, the article or the publisher."""

    q = forms.CharField(label=_("Search"), required=False)

    def filter(self, objects: QuerySet) -> QuerySet:
        """The sources that hold every word."""
        self.search_query = self.cleaned_data.get("q", "")
        self.is_searching = bool(self.search_query)
        for word in self.search_query.split():
            fields = ("title", "code", "article", "publisher")
            objects = objects.filter(reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields)))
        return objects


class DestinationForm(RegisterForm):
    """A destination is a country of ISO 3166."""

    country = forms.ChoiceField(label=_("country"), choices=lambda: [("", "–"), *_countries()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].disabled = bool(self.instance.pk)


class DestinationRuleForm(RegisterForm):
    """A rule names existing codes only."""

    work = forms.ChoiceField(label=_("field of work"), choices=lambda: _codes(WorkGroup))
    scheme = forms.ChoiceField(label=_("scheme"), choices=lambda: _codes(Scheme))


class ExchangeRateForm(RegisterForm):
    """A rate. The first of a currency, and one that is far from the rate before, are asked back once: a slip of a digit
    would be in every wage.
    """

    # A currency hardly ever moves by more than this between two rates.
    JUMP = Decimal("0.2")
    # What a first rate is tried with, so that a wrong digit is seen.
    TRIED = 1000

    confirmed = forms.BooleanField(
        label=_("The rate is right: I have compared it with the source"), required=False, initial=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].disabled = bool(self.instance.pk)
        self._before = self.instance.rupiah if self.instance.pk else Decimal(0)
        if not (self.is_bound and (self._jump() or not self._before)):
            del self.fields["confirmed"]

    def _jump(self) -> Decimal:
        """The share by which the rate that was sent differs from the one before; nothing where that is not much."""
        field = self.fields["rupiah"]
        try:
            sent = field.clean(field.widget.value_from_datadict(self.data, self.files, self.add_prefix("rupiah")))
        except forms.ValidationError:
            return Decimal(0)
        share = sent / self._before - 1 if self._before else Decimal(0)
        return share if abs(share) > self.JUMP else Decimal(0)

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()

    def clean_on(self) -> dt.date:
        day = self.cleaned_data["on"]
        if "on" in self.changed_data and day < timezone.localdate() - dt.timedelta(days=ExchangeRate.DAYS):
            said = _("A rate is used for %(days)s days: this one would never be shown. Take one that is newer.")
            raise forms.ValidationError(said % {"days": ExchangeRate.DAYS})
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "confirmed" in self.fields and not cleaned.get("confirmed") and cleaned.get("rupiah"):
            self.add_error("rupiah", self._asked_back(cleaned))
        return cleaned

    def _asked_back(self, cleaned: dict[str, Any]) -> str:
        if not self._before:
            said = _("So %(amount)s would be %(rupiah)s. Compare it with the source, then tick the box below.")
            amount = labels.money(self.TRIED, cleaned.get("currency", ""))
            return said % {"amount": amount, "rupiah": labels.money(cleaned["rupiah"] * self.TRIED, "IDR")}
        said = _(
            "Before it was %(before)s: a change of %(percent)s. Compare it with the source, then tick the box below."
        )
        return said % {"before": labels.money(self._before, "IDR"), "percent": labels.percent(self._jump() * 100)}


class CheckForm(forms.Form):
    """“I have checked this today”: how, and when to look again."""

    check_kind = forms.ChoiceField(
        label=_("How it was checked"), choices=Checked.CheckKind.choices, widget=forms.RadioSelect
    )
    verify_by = forms.DateField(label=_("Check again by"), widget=AdminDateInput)

    def __init__(self, *args: Any, entry: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verify_by"].initial = check_again_on(type(entry))
        if isinstance(entry, Checked):
            self.fields["check_kind"].initial = entry.check_kind
        else:
            del self.fields["check_kind"]

    def clean_verify_by(self) -> Any:
        day = self.cleaned_data["verify_by"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("This is not after the date of the check."))
        return day
