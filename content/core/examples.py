"""The recording that the demonstration shows: a machine's voice, and it says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from content.registers.models import SeedRecord
from content.registers.seeding import Ledger, Verdict, read_text

from .models import Recording
from .services import forget_sound, put_sound
from .tree import tree

KIND = "recording example"
FOLDER = Path(__file__).parent / "recordings"
# The slug of the page and the language of what is read.
READ = (("hak-dan-biaya", "id"),)
# The words are those of the page as it is shipped; where that is published later, it is no newer than its recording.
RECORDED_ON = dt.date(2026, 11, 28)
Progress = Callable[[str, int, int], None]


def load(progress: Progress) -> dict[str, int]:
    """Load what is not there yet, where its page is; what somebody replaced or deleted stays so."""
    ledger, counts = Ledger(KIND), dict.fromkeys(map(str, Verdict), 0)
    for slug, language in READ:
        node = tree().find(slug, language)
        if node is None or node.language != language:
            continue
        held = Recording.objects.filter(page_id=node.id).first()
        words = read_text(FOLDER / f"{slug}.{language}.txt")
        made = Recording(
            page_id=node.id, voice=Recording.Voice.MACHINE, transcript=words, recorded_on=_recorded_on(node.id)
        )
        made.source_note, made.licence, made.consent = "espeak-ng 1.51", "CC0", Recording.Consent.NOT_NEEDED
        sound = (FOLDER / f"{slug}.{language}.mp3").read_bytes()
        put_sound(made, ContentFile(sound, "sound.mp3"))
        state = {"transcript": words, "size": made.size}
        verdict = ledger.verdict(
            f"{slug} {language}", {"transcript": held.transcript, "size": held.size} if held else None, state
        )
        if verdict in (Verdict.NEW, Verdict.UPDATED):
            with transaction.atomic():
                made.pk = held.pk if held else None
                made.save()
                if held:
                    forget_sound(held)
        if verdict != Verdict.KEPT:
            ledger.remember(f"{slug} {language}", state)
        counts[str(verdict)] += 1
    progress("Example recordings", len(READ), len(READ))
    return {verdict: count for verdict, count in counts.items() if count}


def _recorded_on(page: int) -> dt.date:
    published = Page.objects.get(pk=page).last_published_at
    return max(RECORDED_ON, timezone.localdate(published)) if published else RECORDED_ON


def remove(progress: Progress) -> dict[str, int]:
    """Delete the recordings that were loaded and are still a machine's."""
    keys = SeedRecord.objects.filter(kind=KIND).values_list("key", flat=True)
    places = [node.id for key in keys if (node := tree().find(*key.split(" "))) is not None]
    count = Recording.objects.filter(page__in=places, voice=Recording.Voice.MACHINE).delete()[0]
    SeedRecord.objects.filter(kind=KIND).delete()
    progress("Example recordings removed", count, count)
    return {"recordings": count}
