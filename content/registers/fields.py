"""One text in several languages, as one field: Indonesian and English are required, the others optional.

Register entries are data, not pages: a label has no blocks and no workflow, so its languages stand side by side in one
row and the page that shows it picks by the language of the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Words(dict[str, str]):
    """Texts by language code. ``str()`` gives the one for the active language, else the Indonesian one."""

    def text(self, language: str | None = None) -> str:
        """The text in ``language`` (default: the active one), Indonesian where it is missing."""
        return self.get(language or get_language() or "id") or self.get("id", "")

    def language(self, language: str | None = None) -> str:
        """The code of the language in which :meth:`text` really answers."""
        wanted = language or get_language() or "id"
        return wanted if self.get(wanted) else "id"

    def __str__(self) -> str:
        return self.text()


class WordsWidget(forms.MultiWidget):
    """One input per language, each under the name of its language."""

    template_name = "registers/words_widget.html"

    def __init__(self, rows: int = 1, attrs: Mapping[str, Any] | None = None, *, partial: bool = False) -> None:
        self.partial = partial
        make = forms.TextInput if rows == 1 else lambda attrs=None: forms.Textarea({**(attrs or {}), "rows": rows})
        super().__init__({code: make() for code, _name in settings.LANGUAGES}, attrs)

    def decompress(self, value: Mapping[str, str] | None) -> list[str]:
        return [(value or {}).get(code, "") for code, _name in settings.LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for widget, (code, label) in zip(context["widget"]["subwidgets"], settings.LANGUAGES, strict=True):
            widget["language"], widget["language_name"] = code, label
            required = self.is_required and not self.partial
            widget["required_language"] = required and code in settings.COMPLETE_LANGUAGES
        return context


class WordsFormField(forms.MultiValueField):
    """Refuses an entry that lacks Indonesian or English, and says which."""

    def __init__(self, *, rows: int = 1, partial: bool = False, required: bool = True, **kwargs: Any) -> None:
        self.partial = partial
        for unused in ("encoder", "decoder", "max_length"):
            kwargs.pop(unused, None)
        kwargs["widget"] = WordsWidget(rows, partial=partial)
        fields = [forms.CharField(required=False) for _code in settings.LANGUAGES]
        super().__init__(fields, required=required, require_all_fields=False, **kwargs)

    def compress(self, values: list[str]) -> Words:
        words = Words(
            {code: text for (code, _name), text in zip(settings.LANGUAGES, values or [], strict=False) if text}
        )
        missing = [
            name for code, name in settings.LANGUAGES if code in settings.COMPLETE_LANGUAGES and code not in words
        ]
        if words and missing and not self.partial:
            raise ValidationError(_("Also write it in: %(languages)s."), params={"languages": ", ".join(missing)})
        return words


class SaidField(models.JSONField):
    """A column whose value is said to readers in several languages.

    ``figures``: numbers may be typed, because the row is itself a statement with a source, a quotation, or words to
    search with. Everywhere else a number stands as a token (DECISIONS 14).
    """

    partial = False
    figures = False

    def said(self, value: Any) -> Mapping[str, str]:
        """What ``value`` says, by language."""
        raise NotImplementedError

    def refuse_figures(self, value: Any) -> None:
        """Raise ``ValidationError`` for a number that nothing answers for."""
        if not self.figures:
            from .figures import refuse_bare  # reads the models, which have these fields

            refuse_bare(self.said(value).values())


class WordsField(SaidField):
    """Model field that holds :class:`Words`. With ``partial`` it may be said in any of the languages alone."""

    def __init__(self, *args: Any, rows: int = 1, partial: bool = False, figures: bool = False, **kwargs: Any) -> None:
        self.rows, self.partial, self.figures = rows, partial, figures
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.rows != 1:
            kwargs["rows"] = self.rows
        if self.partial:
            kwargs["partial"] = True
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Words:
        return Words(super().from_db_value(value, expression, connection) or {})

    def to_python(self, value: Any) -> Words:
        return Words(value or {})

    def validate(self, value: Any, model_instance: models.Model) -> None:
        super().validate(value, model_instance)
        missing = [code for code in settings.COMPLETE_LANGUAGES if value and not value.get(code)]
        if missing and not self.partial:
            raise ValidationError(_("Also write it in: %(languages)s."), params={"languages": ", ".join(missing)})
        self.refuse_figures(value)

    def said(self, value: Any) -> Mapping[str, str]:
        return value or {}

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(
            self,
            **{
                "form_class": WordsFormField,
                "rows": self.rows,
                "partial": self.partial,
                "required": not self.blank,
                **kwargs,
            },
        )


class ChoicesField(models.JSONField):
    """A list of codes of a vocabulary, each once and in its order. The vocabulary is code, so no migration names it."""

    def __init__(self, *args: Any, vocabulary: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        known = self.vocabulary.values if self.vocabulary else []
        if isinstance(value, list) and set(map(str, value)) <= set(known):
            return [code for code in known if code in value]
        return value

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        known = set(self.vocabulary.values) if self.vocabulary else set()
        if not isinstance(value, list) or not set(map(str, value)) <= known:
            raise ValidationError(_("Write a list of codes: %(codes)s."), params={"codes": ", ".join(sorted(known))})

    def formfield(self, **kwargs: Any) -> Any:
        kwargs = {name: value for name, value in kwargs.items() if name not in ("encoder", "decoder")}
        chosen = {
            "form_class": forms.MultipleChoiceField,
            "choices": self.vocabulary.choices if self.vocabulary else [],
            "widget": forms.CheckboxSelectMultiple,
            "required": not self.blank,
        }
        return models.Field.formfield(self, **{**chosen, **kwargs})
