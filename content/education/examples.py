"""An invented campaign for the demonstration, running on the day it is loaded and marked as an example."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from content.core import translation
from content.core.models import PageSource
from content.registers.models import SeedRecord, Source
from content.registers.seeding import Ledger, Verdict

from .models import CampaignIndexPage, CampaignPage

KIND, KEY = "campaign example", "periksa-dulu"
# Running since, and for so many days more.
SINCE, LEFT = dt.timedelta(days=7), dt.timedelta(days=60)
TITLE = "Periksa dulu, baru berangkat (Contoh)"
SUMMARY = (
    "Satu percakapan di setiap rumah tentang tawaran kerja: siapa perusahaannya, apa kontraknya, siapa yang membayar."
)
BANNER = "Periksa dulu, baru berangkat: satu percakapan di setiap rumah."
BODY = (
    "Kampanye rekaan ini menunjukkan bentuknya. Ajak tetangga duduk bersama sebentar. Pilih satu cerita, bacalah bergantian, "
    "lalu bicarakan: di titik mana tokohnya masih bisa berhenti?"
)
MESSAGE = (
    "Ada tawaran kerja ke luar negeri? Tanya tiga hal: nama perusahaan, kontrak tertulis, siapa yang membayar.",
    "Periksa di {kanal:siskop2mi}. Tanya KP2MI, gratis: {kanal:kp2mi-telepon}. Dalam bahaya: {kanal:polisi-110}.",
)
POSTER = (
    "Siapa perusahaannya? Catat nama dan nomor izinnya.",
    "Mana kontraknya? Baca sebelum berangkat.",
    "Siapa yang membayar? Minta rincian tertulis.",
    "Tanya KP2MI: {kanal:kp2mi-telepon}",
)
ENGLISH = {
    TITLE: "Check first, then leave (Example)",
    SUMMARY: "One conversation in every home about job offers: which company, which contract, and who pays.",
    BANNER: "Check first, then leave: one conversation in every home.",
    BODY: "This invented campaign shows what one looks like. Sit down with your neighbours for a while. Choose a story, read it in "
    "turns, then talk: at which point could the person still have stopped?",
    "Untuk grup RT": "For the neighbourhood group",
    "Untuk papan desa": "For the village board",
    # localize writes the end of a line so.
    "<br/>".join(
        MESSAGE
    ): "An offer to work abroad? Ask three things: the name of the company, a written contract, who pays.<br/>"
    "Check in {kanal:siskop2mi}. Ask KP2MI, free of charge: {kanal:kp2mi-telepon}. In danger: {kanal:polisi-110}.",
    POSTER[0]: "Which company? Write down its name and licence number.",
    POSTER[1]: "Where is the contract? Read it before you leave.",
    POSTER[2]: "Who pays? Ask for a written breakdown.",
    POSTER[3]: "Ask KP2MI: {kanal:kp2mi-telepon}",
}
REGIONS = ("35.08", "33.01", "32.12", "63")
SOURCES = ("kp2mi-2026-01-09", "uu-18-2017")
Progress = Callable[[str, int, int], None]


def load(progress: Progress) -> dict[str, int]:
    """Make the campaign where it is not; what somebody changed or deleted stays so."""
    ledger = Ledger(KIND)
    room = CampaignIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE, alias_of=None).first()
    held = CampaignPage.objects.filter(slug=KEY, locale__language_code=settings.LANGUAGE_CODE).first()
    verdict = ledger.verdict(KEY, {"slug": KEY} if held else None, {"slug": KEY})
    if verdict == Verdict.NEW and room is not None:
        with transaction.atomic():
            _make(room)
            ledger.remember(KEY, {"slug": KEY})
    progress("Example campaigns", 1, 1)
    return {str(verdict): 1}


def _make(room: Page) -> None:
    today = timezone.localdate()
    page = CampaignPage(
        title=TITLE,
        slug=KEY,
        summary=SUMMARY,
        banner=BANNER,
        steward="Gugus Tugas TPPO (Contoh)",
        starts_on=today - SINCE,
        ends_on=today + LEFT,
        verified_on=today,
        verify_by=today + dt.timedelta(days=180),
        regions=",".join(REGIONS),
        example=True,
        live=False,
    )
    page.body = [("text", f"<p>{BODY}</p>")]
    page.materials = [
        ("message", {"title": "Untuk grup RT", "text": "\n".join(MESSAGE)}),
        ("poster", {"title": "Untuk papan desa", "lines": list(POSTER)}),
    ]
    made = room.add_child(instance=page)
    made.page_sources.set(
        PageSource(source=source, sort_order=number)
        for number, source in enumerate(Source.objects.filter(code__in=SOURCES).order_by("code"))
    )
    made.save_revision(log_action=False).publish(log_action=False)
    written = CampaignPage.objects.get(pk=made.pk)
    strings = [string.string.data for string in translation.strings(written)]
    translation.store(written, Locale.objects.get(language_code="en"), [ENGLISH[text] for text in strings])


def remove(progress: Progress) -> dict[str, int]:
    """Delete every example campaign in every language, and what was remembered of it."""
    keys = CampaignPage.objects.filter(example=True).values_list("translation_key", flat=True).distinct()
    pages = list(Page.objects.filter(translation_key__in=list(keys)))
    for page in pages:
        Page.objects.get(pk=page.pk).delete()
    SeedRecord.objects.filter(kind=KIND).delete()
    progress("Example campaigns removed", len(pages), len(pages))
    return {"campaigns": len(pages)}
