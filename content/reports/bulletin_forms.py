"""What somebody fills in to warn everybody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.registers import tokens
from content.registers.fields import Words
from content.registers.models import Bulletin, Region

_NAMES = {"id": _("Indonesian"), "en": _("English")}


class BulletinForm(forms.ModelForm):
    """Heading and text in the complete languages; numbers only by token (DECISIONS 14)."""

    class Meta:
        model = Bulletin
        fields = ["region", "modus", "valid_until"]
        widgets = {"valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in settings.COMPLETE_LANGUAGES:
            said = {"language": _NAMES[code]}
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Heading, %(language)s") % said,
                max_length=80,
                initial=self.instance.title.get(code, "") if self.instance.pk else "",
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text, %(language)s") % said,
                max_length=Bulletin.MOST_SIGNS,
                widget=forms.Textarea(attrs={"rows": 4}),
                initial=self.instance.text.get(code, "") if self.instance.pk else "",
            )
        regions = Region.objects.select_related("province").order_by("province__name", "name")
        region: Any = self.fields["region"]
        region.choices = [
            ("", _("The whole country")),
            *((row.pk, f"{row.province.name}: {row.name}" if row.province else row.name) for row in regions),
        ]
        modus: Any = self.fields["modus"]
        modus.choices = [("", _("No single one")), *modus.choices[1:]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("title", "text"):
            words = Words({code: cleaned.get(f"{name}_{code}", "") for code in settings.COMPLETE_LANGUAGES})
            setattr(self.instance, name, words)
            if strange := tokens.unknown("\n".join(words.values())):
                self.add_error(f"{name}_id", tokens.UNKNOWN % {"tokens": ", ".join(sorted(set(strange)))})
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.instance.full_clean(exclude=["written_by", "published_by", "issued_on"], validate_constraints=False)
        except ValidationError as error:
            for name, said in error.message_dict.items():
                known = name in self.fields
                self.add_error(name if known else f"{name}_id" if f"{name}_id" in self.fields else None, said)
