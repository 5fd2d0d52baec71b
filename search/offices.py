"""Where to ask when nothing was found: the offices of a province, else the official channels.

Only what a source says is shown (DECISIONS 16, 17): an office has a source of high or medium confidence and is no
example. For most provinces nobody has entered one yet; then the kinds of office are named, and the channels that are
official for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from content.registers.models import Channel, Office, Service
from content.registers.selectors import provinces, registers

# Whom one asks about work abroad, and how: codes of the registers, so none of them can be deleted (search.apps).
SERVICES = ("disnaker", "bp3mi")
CHANNELS = ("siskop2mi", "kp2mi-telepon", "kp2mi-wa")
_MOST = 6


@dataclass(frozen=True)
class Nearest:
    """The offices of the province that was chosen; without any, the kinds of office and the channels."""

    province: str
    offices: list[Office]
    services: list[Service]
    channels: list[Channel]


def nearest(province: str) -> Nearest:
    """Whom to ask in ``province`` (a code, or nothing). One query where a province is named."""
    held, on = registers(), timezone.localdate()
    offices = list(_with_source(province)[:_MOST]) if province else []
    channels = [held.channels[code] for code in CHANNELS if code in held.channels]
    return Nearest(
        provinces().get(province, ""),
        offices,
        [] if offices else [held.services[code] for code in SERVICES if code in held.services],
        [channel for channel in channels if channel.is_valid(on)],
    )


def _with_source(province: str) -> QuerySet[Office]:
    """The offices of a province and its regencies of which a source says enough."""
    found = Office.objects.shown().valid().around(province).filter(example=False, service__code__in=SERVICES)
    return found.select_related("service", "source", "region")
