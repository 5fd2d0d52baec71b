"""Writing pages: what happens to them without anybody pressing a button."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from . import audio
from .models import BasePage, Recording, TranslationReview
from .translation import fingerprint

logger = logging.getLogger(__name__)
NOT_PUBLISHED_ACTION = "core.not_published"


def review(page: BasePage, reviewer: str, reviewed_on: dt.date) -> None:
    """Record that somebody named has read this translation as it stands now."""
    TranslationReview.objects.update_or_create(
        page=page, defaults={"reviewer": reviewer, "reviewed_on": reviewed_on, "words": fingerprint(page)}
    )


def put_sound(recording: Recording, upload: File) -> None:
    """Give ``recording`` the sound of an uploaded MP3 and nothing else that is in it, its name neither.

    Raises ValidationError for what is no MP3, is too large or too long. It is not saved.
    """
    if upload.size > Recording.MOST_BYTES:
        raise ValidationError({"file": _("This file is larger than 3 MB. Save it with 32 kbit/s, mono.")})
    upload.seek(0)
    try:
        sound = audio.cleaned(upload.read())
    except audio.NotAudioError:
        raise ValidationError({"file": _("This is no MP3, or it is broken. Save the recording as MP3.")}) from None
    if not 1 <= sound.seconds <= Recording.MOST_SECONDS:
        raise ValidationError({"file": _("A recording has between one second and 15 minutes.")})
    name = f"{hashlib.sha256(sound.data).hexdigest()[:16]}.mp3"
    recording.file = ContentFile(sound.data, name)
    recording.seconds, recording.size = round(sound.seconds), len(sound.data)


def forget_sound(recording: Recording) -> None:
    """Delete the file of a recording that is gone, once that is settled. No two have one file: a storage gives new names."""
    if recording.file.name:
        transaction.on_commit(partial(recording.file.storage.delete, recording.file.name))


def withdraw_sounds(pages: Iterable[int]) -> None:
    """Give the recordings of these pages, which nobody may hear any more, an address that nobody knows."""
    for recording in Recording.objects.filter(page__in=pages).exclude(file=""):
        storage, name = recording.file.storage, str(recording.file.name)
        if not storage.exists(name):
            continue
        with storage.open(name) as file:
            recording.file = ContentFile(file.read(), f"{secrets.token_hex(8)}.mp3")
        recording.save(update_fields=["file"])
        transaction.on_commit(partial(storage.delete, name))


def expire_due() -> int:
    """Take down every page whose last moment has passed; how many."""
    count = 0
    for page in Page.objects.filter(live=True, expire_at__lt=timezone.now()).order_by("expire_at", "pk"):
        with _alone(page, "taken down"):
            page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
            count += 1
    return count


def publish_due() -> int:
    """Publish every revision whose day has come; how many were published or refused.

    One that may not become public (an unknown token, a text that is not translated) stays a draft without a day, and its
    history, the log and the doctor say why.
    """
    due = Revision.objects.filter(approved_go_live_at__lt=timezone.now()).order_by("approved_go_live_at", "pk")
    count = 0
    for revision in due:
        with _alone(revision.object_str, "published"):
            # The history is read by staff, whoever runs this.
            with translation.override(settings.LANGUAGE_CODE):
                if reason := _publish(revision):
                    refuse(revision, reason)
            count += 1
    return count


@contextmanager
def _alone(what: Any, act: str) -> Iterator[None]:
    """Each in its own transaction: one that fails is logged, tried again next time, and keeps no other from its turn."""
    try:
        with transaction.atomic():
            yield
    except Exception:
        logger.exception("%s could not be %s", what, act)


def _publish(revision: Revision) -> str:
    """Publish; the reason why not, where the page refuses."""
    try:
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
    except (ValidationError, PermissionDenied) as error:
        return " ".join(getattr(error, "messages", None) or [str(error)])
    # A page with untranslated text in it is left as it is, without an error.
    left = Revision.objects.filter(pk=revision.pk, approved_go_live_at__isnull=False).exists()
    return _("Not everything on this page is translated yet.") if left else ""


def refuse(revision: Revision, reason: str) -> None:
    """Take the day from ``revision`` and write into the history of its page why it was not published."""
    day = revision.approved_go_live_at
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    held = revision.content_object
    if isinstance(held, Page):
        log(held, NOT_PUBLISHED_ACTION, revision=revision, data={"reason": reason, "day": day.isoformat()})
    logger.error("%s is not published on its day: %s", revision.object_str, reason)
