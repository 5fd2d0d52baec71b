"""What a person fills in. Whatever is typed comes back on every error; nothing typed is refused for its characters."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import attachment, cleaning
from .attachment import Manifest, SealedFile
from .snapshot import Snapshot

# “Tolong” is a report.
MIN_STORY = 3
MAX_STORY = 8_000
MAX_CONTACT = 200
CONTENT_VERSION = 1

_LISTING = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
# What most names begin with: 38 times these letters would be bytes that everybody pays for.
REGENCY = "Kabupaten "
# Places that no list of regions or countries holds.
OTHER_COUNTRY = "other"
UNKNOWN_PLACE = "unknown"


class About(models.TextChoices):
    """What a report is about."""

    JOB_OFFER = "job-offer", _("A suspicious job offer")
    HELD = "held", _("Someone is held or forced to work")
    CHILD_MARRIAGE = "child-marriage", _("A child will be or has been married off")
    OTHER = "other", _("Something else")


class Who(models.TextChoices):
    """Whose situation it is."""

    RATHER_NOT_SAY = "", _("I would rather not say")
    SELF = "self", _("My own")
    KNOWN = "known", _("Someone I know")
    SEVERAL = "several", _("Several people")
    HEARD = "heard", _("I saw it or heard of it")


class When(models.TextChoices):
    """When it happens, coarsely: a date could point at somebody."""

    UNKNOWN = "", _("I do not know or would rather not say")
    NOW = "now", _("It is happening now")
    SOON = "soon", _("It will happen soon")
    DAYS = "days", _("In the last few days")
    MONTHS = "months", _("In the last few months")
    LONGER = "longer", _("Longer ago")


def clean_text(value: str) -> str:
    """``value`` with the line ends of Unix and without control characters; every other character is the person's own."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def clean_data(posted: QueryDict) -> dict[str, str]:
    """The last value of each field, cleaned."""
    return {name: clean_text(posted.get(name) or "") for name in posted}


def clean_listing(text: str) -> str:
    """The code of a job that the link on its page carried, or nothing."""
    return text if _LISTING.fullmatch(text) else ""


class Place:
    """Where it happens: a province of Indonesia, a country, or neither; read from one choice."""

    def __init__(self, snapshot: Snapshot, value: str) -> None:
        provinces, countries = dict(snapshot.provinces), dict(snapshot.countries)
        self.value = value
        self.province = value if value in provinces else ""
        self.country = value if value in countries else ""
        self.is_abroad = bool(self.country) or value == OTHER_COUNTRY
        self.is_known = bool(self.province) or self.is_abroad or value == UNKNOWN_PLACE
        self.name = provinces.get(value) or countries.get(value) or ""
        # By what the form sends: the short name of a regency, the whole name of a city (both may be called Kediri).
        self.regencies = {
            name.removeprefix(REGENCY): (code, name) for code, name in snapshot.regencies.get(self.province, ())
        }

    def as_content(self, regency: str) -> dict[str, str]:
        """The place as it stands in the sealed report, codes and names."""
        if self.province:
            held = {"province": self.province, "province_name": self.name}
            if not regency:
                return held
            code, name = self.regencies[regency]
            return {**held, "regency": code, "regency_name": name}
        return {"country": self.country or self.value, "country_name": self.name} if self.is_abroad else {}


class DetailsForm(forms.Form):
    """The page after the place. Only what it is about and the story are required."""

    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=About.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    who = forms.ChoiceField(label=_("Whose situation is it?"), choices=Who.choices, required=False)
    when = forms.ChoiceField(label=_("When?"), choices=When.choices, required=False)
    regency = forms.ChoiceField(label=_("Which regency or city?"), required=False)
    contact = forms.CharField(
        label=_("How may we reach you?"),
        required=False,
        max_length=MAX_CONTACT,
        error_messages={"max_length": _("At most %(limit_value)d characters, this has %(show_value)d.")},
    )
    province_only = forms.BooleanField(required=False)
    with_listing = forms.BooleanField(required=False)
    countable = forms.BooleanField(label=_("It may be counted without identity"), required=False)
    story = forms.CharField(
        label=_("What is happening?"),
        min_length=MIN_STORY,
        max_length=MAX_STORY,
        error_messages={
            "required": _("Write what is happening."),
            "min_length": _("Write a little more: at least %(limit_value)d characters."),
            "max_length": _("At most %(limit_value)d characters, this has %(show_value)d. Send the rest afterwards."),
        },
    )

    def __init__(self, place: Place, listing: str, data: dict[str, str] | None = None, *, above: str = "") -> None:
        """``above`` are those who read what officers of the regency shall not; without one nobody is offered that.

        Who has asked for it all the same (the unit has closed meanwhile) is not sent to the regency in silence.
        """
        super().__init__(data, auto_id="%s")
        self.place, self.listing = place, listing
        self.fields["province_only"].label = format_lazy(
            _("Do not send it to officers of my regency or city, only to {unit}"), unit=above or _("the province")
        )
        names = [(name, name) for name in place.regencies]
        self.fields["regency"].choices = [("", _("I do not know or would rather not say")), *names]  # type: ignore[attr-defined]
        if not place.province:
            del self.fields["regency"]
        if not place.province or not (above or self.data.get("province_only")):
            del self.fields["province_only"]
        for name in ("who", "when"):
            # A browser that shows an older list loses an answer nobody needs, not the report.
            self.fields[name].error_messages["invalid_choice"] = _("Choose one.")

    @property
    def regency_code(self) -> str:
        """The code of the chosen regency, if one was chosen."""
        return self.place.regencies.get(self.cleaned_data.get("regency", ""), ("", ""))[0]

    @property
    def regency_names(self) -> list[str]:
        """The short names of regencies, to show below one heading."""
        return [short for short, (_code, name) in self.place.regencies.items() if short != name]

    @property
    def other_names(self) -> list[str]:
        """The whole names of cities."""
        return [short for short, (_code, name) in self.place.regencies.items() if short == name]

    def content(self, language: str) -> bytes:
        """What is sealed: codes and the person's own words, no time and nothing about the phone."""
        data = self.cleaned_data
        held: dict[str, Any] = {
            "v": CONTENT_VERSION,
            "language": language,
            "about": data["about"],
            "who": data["who"],
            "when": data["when"],
            "place": self.place.as_content(data.get("regency", "")),
            "province_only": data.get("province_only", False),
            "countable": data["countable"],
            "listing": self.listing if data["with_listing"] else "",
            "contact": data["contact"],
            "story": data["story"],
        }
        return to_bytes(held)


class AddForm(forms.Form):
    """A further text under a receipt."""

    text = forms.CharField(
        label=_("What do you want to add?"),
        max_length=MAX_STORY,
        error_messages={
            "required": _("Write what you want to add, or choose a photo or recording."),
            "max_length": _("At most %(limit_value)d characters, this has %(show_value)d. Send the rest afterwards."),
        },
    )

    def __init__(self, data: dict[str, str] | None = None, *, with_file: bool = False) -> None:
        super().__init__(data, auto_id="%s")
        self.fields["text"].required = not with_file

    def content(self, language: str, file: Manifest | None = None) -> bytes:
        """What is sealed, with what opens the file that came along."""
        held: dict[str, Any] = {"v": CONTENT_VERSION, "language": language, "text": self.cleaned_data["text"]}
        return to_bytes(held if file is None else {**held, "file": file.to_content()})

    def parts(self, language: str, files: list[bytes]) -> list[tuple[bytes, SealedFile]]:
        """A message for each file that the server has cleaned; the text stands in the first."""
        made = []
        for file in files:
            sealed = attachment.seal(file, cleaning.ending_of(file), attachment.Cleaned.SERVER)
            made.append((self.content(language, sealed.manifest), sealed))
            self.cleaned_data["text"] = ""
        return made


def to_bytes(held: dict[str, Any]) -> bytes:
    """JSON as it is sealed. The same answers give the same bytes, so that a repeated form is recognised."""
    return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
