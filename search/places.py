"""Countries abroad that a text names, also by one of their towns: whoever cries from there needs other numbers.

From the names of all countries in CLDR, the cities that name the zones of time, and the towns below; a synonym is as good
as the name. Nothing is kept of what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from babel.core import get_global
from django.conf import settings

from content.registers import labels

from . import analysis, synonyms
from .types import Phrase

_HOME = "ID"
# Where Indonesians work or are held, and no zone of time says so.
_TOWNS = """
    HK: Kowloon, Sha Tin, Yuen Long, Tsuen Wan, Tuen Mun
    JP: Osaka, Nagoya, Yokohama, Kobe, Kyoto, Hokkaido, Fukuoka, Hiroshima
    KH: Sihanoukville, Sihanouk, Poipet, Bavet, Kampot, Siem Reap
    KR: Busan, Incheon, Ansan
    LA: Bokeo, Golden Triangle, Segitiga Emas
    MM: Myawaddy, Shwe Kokko, KK Park, Laukkaing, Tachileik
    MY: Johor, Penang, Melaka, Sabah, Sarawak, Tawau, Selangor, Kota Kinabalu
    PH: Pasay, Tarlac, Cebu
    SA: Jeddah, Jedah, Mekah, Makkah, Madinah, Dammam
    TH: Mae Sot
    TW: Taichung, Kaohsiung, Taoyuan, Hsinchu, Tainan
    AE: Abu Dhabi, Sharjah
"""
# What CLDR adds to the name that is said: “Hong Kong DAK Tiongkok”, “Myanmar (Burma)”.
_ADDED = re.compile(r" (?:DAK|SAR|\().*")
_AREAS = ("Asia", "Europe", "Africa", "Australia")


def abroad(*texts: str) -> frozenset[str]:
    """The ISO 3166 codes of the countries that are named, all but this one."""
    return frozenset(code for text in texts for code in _named(text))


def _named(text: str) -> Iterator[str]:
    names = _names()
    known = frozenset(names)
    for phrase, others in synonyms.spans(analysis.question_terms(text), known):
        # “dimalaysia”, “keTaiwan”: written in one.
        joined = (phrase[0][2:], *phrase[1:]) if phrase[0].startswith(("di", "ke")) else phrase
        yield from {names[one] for one in (phrase, joined, *others) if one in names}


@cache
def _names() -> Mapping[Phrase, str]:
    return {phrase: code for name, code in _written() if code != _HOME and (phrase := tuple(analysis.terms(name)))}


def _written() -> Iterator[tuple[str, str]]:
    for zone, code in get_global("zone_territories").items():
        area, _between, city = zone.partition("/")
        if area in _AREAS:
            yield city.replace("_", " "), code
    for line in _TOWNS.strip().splitlines():
        code, _between, towns = line.strip().partition(": ")
        yield from ((town, code) for town in towns.split(","))
    for language in settings.COMPLETE_LANGUAGES:
        for code, name in labels.babel_locale(language).territories.items():
            if len(code) == 2:
                yield _ADDED.sub("", name), code
