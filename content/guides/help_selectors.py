"""Who helps, by region and need: offices that a source names, else whom everybody can reach.

An empty region is never a dead end: it says that its numbers are not filled in, and names the national lines and the kinds
of office that one asks (DECISIONS 13, 43).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils import timezone

from content.registers import labels
from content.registers.models import Channel, Need, Office, Region, Service
from content.registers.selectors import from_abroad, provinces, registers

PATH = "bantuan/"
# The choice that stands beside the provinces.
ABROAD = "luar-negeri"
# The choice below the countries of which something is recorded.
OTHER = "lain"
REGION, REGENCY, COUNTRY, NEED = "wilayah", "kabupaten", "negara", "butuh"
MISSION, VILLAGE = "perwakilan", "desa"
_DIALLED = (Channel.Kind.PHONE, Channel.Kind.WHATSAPP)


@dataclass(frozen=True)
class Asked:
    """What somebody has chosen; what is no choice of ours is not chosen."""

    region: str = ""
    regency: str = ""
    country: str = ""
    need: str = ""

    @property
    def place(self) -> str:
        """The narrowest region."""
        return self.regency or self.region

    @property
    def abroad(self) -> bool:
        return self.region == ABROAD


@dataclass(frozen=True)
class Help:
    """What the page shows. ``elsewhere``: nobody of this region is known for this need, but for others.

    ``wanted``: whom somebody abroad reaches for this very need. ``village``: the village office may be asked. It helps with
    papers; whoever hides from somebody there, and does not say so, must not be sent to it.
    """

    offices: list[Office] = field(default_factory=list)
    elsewhere: bool = False
    village: bool = False
    mission: list[Channel] = field(default_factory=list)
    wanted: list[Channel] = field(default_factory=list)
    lines: list[Channel] = field(default_factory=list)
    emergency: list[Channel] = field(default_factory=list)
    kinds: list[Service] = field(default_factory=list)


def asked(query: Mapping[str, str]) -> tuple[Asked, dict[str, str]]:
    """What a query chooses, and the regencies of its province by code. One query where a province is named."""
    region, need = query.get(REGION, ""), query.get(NEED, "")
    need = need if need in Need.values else ""
    if region == ABROAD:
        country = query.get(COUNTRY, "")
        return Asked(ABROAD, country=country if country == OTHER or country in countries() else "", need=need), {}
    if region not in provinces():
        return Asked(need=need), {}
    inside = dict(Region.objects.filter(province=region).order_by("name").values_list("code", "name"))
    regency = query.get(REGENCY, "")
    return Asked(region, regency if regency in inside else "", need=need), inside


def countries() -> dict[str, str]:
    """The countries of which something is recorded, by code in the order of their names in the reader's language."""
    held = registers()
    codes = {*held.destinations, *(channel.country for channel in held.channels.values() if channel.country)}
    return dict(sorted(((code, labels.country_name(code)) for code in codes), key=lambda pair: pair[1]))


def find(said: Asked) -> Help:
    """Who helps today. One query where a region is chosen, none else."""
    day = timezone.localdate()
    held = registers()
    channels = {slug: channel for slug, channel in held.channels.items() if channel.is_valid(day)}
    emergency = [channel for channel in channels.values() if channel.emergency]
    if said.abroad:
        mission = [channel for channel in channels.values() if said.country and channel.country == said.country]
        wanted = [channel for channel in _lines(channels.values(), said.need) if said.need and channel.abroad]
        lines = [channel for channel in from_abroad(channels) if channel not in wanted]
        return Help(mission=mission, wanted=wanted, lines=lines, emergency=emergency, kinds=_mission_kind())
    kinds = [kind for kind in held.services.values() if said.need and said.need in kind.needs]
    known = _offices(said.place) if said.place else []
    offices = [office for office in known if not said.need or said.need in office.helps_with]
    return Help(
        offices=offices,
        elsewhere=bool(known and not offices),
        village=any(kind.code == VILLAGE for kind in kinds),
        lines=_lines(channels.values(), said.need),
        emergency=emergency,
        kinds=kinds,
    )


def _mission_kind() -> list[Service]:
    """Whom one asks abroad, whatever the need."""
    held = registers().services
    return [held[MISSION]] if MISSION in held else []


def _offices(place: str) -> list[Office]:
    """The region itself before what lies around it. One that is no longer valid shows its sentence instead."""
    found = Office.objects.shown().around(place).select_related("service", "source", "region")
    return sorted(found, key=lambda office: (office.region_id != place, office.region_id, office.service.order))


def _lines(channels: Iterable[Channel], need: str) -> list[Channel]:
    """The national lines for a need; without one all that can be called or written to, the emergency numbers aside."""
    national = [channel for channel in channels if not channel.country]
    if need:
        return [channel for channel in national if need in channel.needs]
    return [channel for channel in national if channel.needs and channel.kind in _DIALLED and not channel.emergency]


def address(language: str, region: str = "") -> str:
    """The directory, with a region of the planner (3508 or 35.08) chosen."""
    code = region.replace(".", "")
    chosen = {REGION: code[:2], **({REGENCY: f"{code[:2]}.{code[2:]}"} if len(code) > 2 else {})} if code else {}
    return f"/{language}/{PATH}" + (f"?{urlencode(chosen)}" if chosen else "")
