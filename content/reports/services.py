"""Writing what the form shows: one snapshot a language, beside the vault (DECISIONS 42)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from content.core.interface import held_by
from content.core.models import SiteProof
from content.core.selectors import review_of
from content.registers import labels, tokens
from content.registers.fields import Words
from content.registers.models import Channel, Destination, Fact, Region
from content.registers.selectors import from_abroad, registers

from .models import ReportPage
from .vault import pages, snapshot
from .vault.snapshot import Number, Snapshot

# In the catalogues of the regional languages (docs/guides/interface-words.csv).
_HEADING = gettext_noop("Report without a name")
_DIALLED = (Channel.Kind.PHONE, Channel.Kind.WHATSAPP)


def write_snapshots() -> int:
    """Write the snapshot of every live report form, remove those of languages without one; the number that changed.

    Reads the database directly: it runs after commit, when what processes hold of the registers may still be old.
    """
    shown = ReportPage.objects.live().filter(alias_of=None).select_related("locale")
    live = {page.language: page for page in shown}
    changed = 0
    for code, _name in settings.LANGUAGES:
        held = snapshot.read(code)
        made = snapshot_of(live[code]) if code in live else _heading_alone(code, bool(live))
        if made is not None and made != held:
            snapshot.write(made)
            changed += 1
        elif made is None and held is not None:
            snapshot.remove(code)
            changed += 1
    complete = settings.COMPLETE_LANGUAGES
    return changed + sum(snapshot.write_page(pages.unreachable(language), language) for language in complete)


def _heading_alone(language: str, open_: bool) -> Snapshot | None:
    """For a regional language without a page of its own: a heading over the Indonesian form (DECISIONS 22)."""
    if not open_ or language in settings.COMPLETE_LANGUAGES or _HEADING not in held_by(language):
        return None
    with translation.override(language):
        return Snapshot(language=language, texts={"heading": gettext(_HEADING)})


def write_snapshots_after_commit() -> None:
    """Write them once what this transaction changes is settled; once, however much it changes."""
    connection = transaction.get_connection()
    if not any(function is write_snapshots for _savepoints, function, _robust in connection.run_on_commit):
        transaction.on_commit(write_snapshots, robust=True)


def snapshot_of(page: ReportPage) -> Snapshot:
    """The words of ``page`` in its language, with every number and place that the form may show beside them."""
    language = page.language
    texts = {name: getattr(page, name) for name in ReportPage.TEXTS}
    channels = {channel.slug: channel for channel in Channel.objects.all()}
    help_ = [c.slug for c in channels.values() if c.emergency and c.kind == Channel.Kind.PHONE]
    abroad = [channel.slug for channel in from_abroad(channels)]
    missions: dict[str, list[str]] = {}
    for channel in channels.values():
        # A page to read is no help: in its place the form says that there is no number for this country.
        if channel.country and channel.kind in _DIALLED:
            missions.setdefault(channel.country, []).append(_name_of(channel.slug))
    regions = list(Region.objects.order_by("code"))
    regencies: dict[str, list[tuple[str, str]]] = {}
    for region in regions:
        if region.province_id:
            regencies.setdefault(region.province_id, []).append((region.code, region.name))
    countries = {
        *Destination.objects.values_list("country", flat=True),
        *(c.country for c in channels.values() if c.country),
    }
    # The sentence that stands in for a number may name another one.
    with translation.override(language), registers.fresh():
        return Snapshot(
            language=language,
            reviewed=review_of(page) is not None,
            texts={name: text for name, text in texts.items() if text},
            numbers=_numbers("\n".join(texts.values()), channels, help_, abroad, missions.values(), language),
            help=[_name_of(slug) for slug in help_],
            abroad=[_name_of(slug) for slug in abroad],
            missions=missions,
            provinces=[(region.code, region.name) for region in regions if not region.province_id],
            regencies=regencies,
            countries=sorted(((code, labels.country_name(code, language)) for code in countries), key=lambda c: c[1]),
            proofs=list(SiteProof.objects.values_list("owner", "decree", "host")),
        )


def _name_of(slug: str) -> str:
    return f"kanal:{slug}"


def _numbers(
    text: str,
    channels: dict[str, Channel],
    help_: list[str],
    abroad: list[str],
    missions: Iterable[list[str]],
    language: str,
) -> dict[str, Number]:
    used = tokens.find(text)
    slugs = {slug for kind, slug in used if kind == "kanal"}.union(
        help_, abroad, (n.partition(":")[2] for m in missions for n in m)
    )
    numbers = {_name_of(slug): _of_channel(channels[slug], language) for slug in sorted(slugs) if slug in channels}
    # Whoever is abroad dials, or saves, nothing that begins with 0.
    for slug in abroad:
        numbers[_name_of(slug)] = replace(numbers[_name_of(slug)], words=tokens.value_from_abroad(channels[slug]))
    for fact in Fact.objects.filter(slug__in=[slug for kind, slug in used if kind == "fakta"]):
        numbers[f"fakta:{fact.slug}"] = Number(
            words=tokens.fact_words(fact, language),
            link=fact.url if fact.kind == Fact.Kind.URL else "",
            **_dates(fact, language),
        )
    return numbers


def _of_channel(channel: Channel, language: str) -> Number:
    return Number(
        words=channel.value,
        name=Words(channel.name).text(language),
        hours=Words(channel.hours).text(language),
        link=tokens.channel_address(channel),
        phone=channel.kind in _DIALLED,
        called=channel.check_kind == Channel.CheckKind.CALLED,
        emergency=channel.emergency,
        **_dates(channel, language),
    )


def _dates(entry: Fact | Channel, language: str) -> dict[str, Any]:
    return {
        "verified_on": entry.verified_on.isoformat(),
        "verify_by": entry.verify_by.isoformat(),
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else "",
        "fallback": tokens.plain(Words(entry.fallback).text(language), language),
    }
