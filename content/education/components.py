"""What other pages show of this room, through slots."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from content.core.tree import tree
from content.registers.generation import PerGeneration
from content.registers.models import Region

from .models import CampaignPage


@dataclass(frozen=True)
class Banner:
    """A campaign as the banner says it, in one language."""

    page: int
    key: str
    language: str
    words: str
    starts_on: dt.date
    ends_on: dt.date
    regions: tuple[str, ...]
    example: bool


def _load() -> list[Banner]:
    pages = CampaignPage.objects.live().filter(alias_of=None).select_related("locale").order_by("ends_on", "path")
    names = dict(Region.objects.values_list("pk", "name")) if pages else {}
    return [
        Banner(
            page.pk,
            str(page.translation_key),
            page.locale.language_code,
            page.banner,
            page.starts_on,
            page.ends_on,
            tuple(names[code] for code in page.region_codes if code in names),
            page.example,
        )
        for page in pages
    ]


_banners = PerGeneration(_load)


def banners(language: str, on: dt.date | None = None) -> list[Banner]:
    """What runs on the day, each in ``language`` where it exists, the one that ends first before others."""
    today = on or timezone.localdate()
    running = [one for one in _banners() if one.starts_on <= today <= one.ends_on]
    own = {one.key: one for one in running if one.language == language}
    shown = {one.key: own.get(one.key) or one for one in running if one.language == "id" or one.key in own}
    return list(shown.values())


def banner(context: dict[str, Any]) -> str:
    """The banners of today; nothing where no campaign runs. Costs no query in a process that knows the generation."""
    held = tree().by_id
    found = [(one, held[one.page].url) for one in banners(context["request"].LANGUAGE_CODE) if one.page in held]
    return render_to_string("education/banner.html", {"found": found}) if found else ""


def home_learning(context: dict[str, Any]) -> str:
    """The ways into the stories and quizzes, for the front page."""
    return render_to_string("education/home_learning.html", context)
