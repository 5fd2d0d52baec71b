"""Writing the registers: what a person does to an entry besides editing it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from .models import Bulletin, Channel, Checked, DestinationRule, Fact, Office

# Days after which an entry is looked at again: numbers that people dial soonest (DECISIONS 29: 60 days).
_DAYS: dict[type[models.Model], int] = {Channel: 60, DestinationRule: 90, Fact: 180, Office: 180}
CHECK_ACTION = "registers.check"
PUBLISH_ACTION, TAKE_DOWN_ACTION = "registers.bulletin.publish", "registers.bulletin.take_down"


def check_again_on(model: type[models.Model], on: dt.date | None = None) -> dt.date:
    """The day by which an entry of ``model`` checked on ``on`` (default: today) should be checked again."""
    return (on or timezone.localdate()) + dt.timedelta(days=_DAYS[model])


def record_check(
    entry: Any, verify_by: dt.date, check_kind: str | None = None, user: Any = None, on: dt.date | None = None
) -> None:
    """Note that somebody compared ``entry`` with its source (or called the number) on ``on`` (default: today).

    The value stays as it is. Raises ValidationError when ``verify_by`` is not after that day.
    """
    day = on or timezone.localdate()
    if verify_by <= day:
        raise ValidationError({"verify_by": _("This is not after the date of the check.")})
    entry.verified_on, entry.verify_by = day, verify_by
    changed = ["verified_on", "verify_by"]
    if isinstance(entry, Checked) and check_kind:
        entry.check_kind = check_kind
        changed.append("check_kind")
    kind = entry.get_check_kind_display() if isinstance(entry, Checked) else ""
    with transaction.atomic():
        entry.save(update_fields=changed)
        log(entry, CHECK_ACTION, user=user, data={"kind": str(kind), "verify_by": verify_by.isoformat()})


# Warnings to everybody. What one person has written another one publishes; taking down is one person's right.


class NotPublished(Exception):
    """A warning does not become public; the text says why, in the language of the reader."""


def write_bulletin(bulletin: Bulletin, user: Any) -> None:
    """Keep these words as a draft of ``user``. What was public before no longer is: other words need another look."""
    bulletin.written_by, bulletin.published_by, bulletin.issued_on = user, None, None
    new = bulletin.pk is None
    with transaction.atomic():
        bulletin.save()
        log(bulletin, "wagtail.create" if new else "wagtail.edit", user=user)


def publish_bulletin(bulletin: Bulletin, user: Any, words: str) -> None:
    """Let everybody see it from today. ``words`` are those that ``user`` has read (:func:`mark_of`).

    NotPublished for whoever wrote it, for other words than were read, and once its last day is over.
    """
    today = timezone.localdate()
    with transaction.atomic():
        held = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
        if held.issued_on is not None:
            raise NotPublished(_("It is public already."))
        if held.written_by_id in (None, user.pk):
            raise NotPublished(_("You wrote this yourself: somebody else publishes it."))
        if mark_of(held) != words:
            raise NotPublished(_("Somebody has changed it in the meantime. Read it once more."))
        if held.valid_until < today:
            raise NotPublished(_("Its last day is over. Choose another one."))
        held.published_by, held.issued_on = user, today
        held.save(update_fields=["published_by", "issued_on"])
        log(held, PUBLISH_ACTION, user=user)


def take_down_bulletin(bulletin: Bulletin, user: Any) -> None:
    """Nobody sees it from now on. It is a draft again, which somebody else may publish."""
    with transaction.atomic():
        Bulletin.objects.select_for_update().get(pk=bulletin.pk)
        bulletin.published_by, bulletin.issued_on = None, None
        bulletin.save(update_fields=["published_by", "issued_on"])
        log(bulletin, TAKE_DOWN_ACTION, user=user)


def mark_of(bulletin: Bulletin) -> str:
    """What stands for all that a warning says: another text, region, way or last day has another mark."""
    said = [dict(bulletin.title), dict(bulletin.text), bulletin.region_id, bulletin.modus, str(bulletin.valid_until)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
