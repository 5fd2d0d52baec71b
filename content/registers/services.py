"""Writing the registers: what a person does to an entry besides editing it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from .models import Channel, Checked, DestinationRule, Fact, Office

# Days after which an entry is looked at again: numbers that people dial soonest (DECISIONS 29: 60 days).
_DAYS: dict[type[models.Model], int] = {Channel: 60, DestinationRule: 90, Fact: 180, Office: 180}
CHECK_ACTION = "registers.check"


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
