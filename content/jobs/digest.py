"""Telling officers, once a day at most, which listings have ended by themselves and what needs attention.

The message holds numbers and addresses of the CMS: nothing of a citizen, and nothing that a forwarded mail would give away.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from . import attention
from .models import JobListing, ListingChange, OfficerDigest

logger = logging.getLogger(__name__)
# Listings end at midnight. Who comes into the office finds the message of this day.
HOUR = 6
# Whoever may change listings is told, by the permission and not by the role, which this room does not know.
PERMISSION = "jobs.change_joblisting"
_BACKEND = "django.contrib.auth.backends.ModelBackend"
# What makes somebody the one who knows a listing.
_TOUCHED = [ListingChange.What.CREATED, ListingChange.What.EDITED, ListingChange.What.IMPORTED]


def recipients() -> QuerySet:
    """The active people whose role lets them change listings. Not superusers without a role: they keep the machine."""
    users = get_user_model()._default_manager.with_perm(PERMISSION, backend=_BACKEND, include_superusers=False)
    return users.exclude(email="").select_related("wagtail_userprofile").order_by("pk")


def ended_since(moment: dt.datetime) -> QuerySet[Any]:
    """The listings that have stopped being public by themselves since then and are not public again.

    ``owner`` is who made, edited or imported it last.
    """
    ended = ListingChange.objects.filter(what=ListingChange.What.ENDED, when__gt=moment)
    last = ListingChange.objects.filter(listing=OuterRef("pk"), what__in=_TOUCHED, actor__isnull=False)
    found = JobListing.objects.filter(pk__in=ended.values("listing")).exclude(
        pk__in=JobListing.objects.public().order_by().values("pk")
    )
    return found.annotate(owner=Subquery(last.order_by("-when", "-pk").values("actor")[:1])).order_by()


def send_due() -> int:
    """Send today's messages that are due; how many. Work of ``tick``.

    Everybody's day is looked at once; who has nothing new to read gets no message.
    """
    now = timezone.localtime()
    if now.hour < HOUR:
        return 0
    waiting = recipients().exclude(pk__in=OfficerDigest.objects.filter(on=now.date()).values("recipient"))
    people = list(waiting)
    if not people:
        return 0
    counts = attention.counts(now.date())
    last = _last(people)
    since = {one.pk: last[one.pk].at if one.pk in last else now - dt.timedelta(days=1) for one in people}
    ended = {moment: list(ended_since(moment).values_list("pk", "owner")) for moment in set(since.values())}
    sent = 0
    failed: Exception | None = None
    for one in people:
        before = last[one.pk].counts if one.pk in last else {}
        news = bool(ended[since[one.pk]]) or any(count > before.get(code, 0) for code, count in counts.items())
        try:
            sent += _look(one, now, counts, [owner for _pk, owner in ended[since[one.pk]]], news)
        except (OSError, SMTPException) as error:
            failed = error  # one mailbox keeps nobody else's message back
    if failed is not None:
        raise failed
    return sent


def _last(people: Iterable[Any]) -> dict[int, OfficerDigest]:
    rows = OfficerDigest.objects.filter(recipient__in=[one.pk for one in people]).order_by("on")
    return {row.recipient_id: row for row in rows}


def _look(person: Any, now: dt.datetime, counts: dict[str, int], owners: list[int | None], news: bool) -> bool:
    """Note that this person's day was looked at, and send the message if there is news. One process does it."""
    try:
        with transaction.atomic():
            row = OfficerDigest.objects.create(recipient=person, on=now.date(), at=now, sent=news, counts=counts)
    except IntegrityError:
        return False  # another process has just done it
    if not news:
        return False
    try:
        subject, body = message(person, counts, owners)
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email])
    except SMTPRecipientsRefused:
        logger.error("No mail server takes the daily message for account %s", person.pk)
        OfficerDigest.objects.filter(pk=row.pk).update(sent=False)
        return False
    except (OSError, SMTPException):
        row.delete()  # nobody can be told now: the next tick tries again
        raise
    return True


def message(person: Any, counts: dict[str, int], owners: list[int | None]) -> tuple[str, str]:
    """Subject and text, in the language in which this person uses the CMS. ``owners``: one for each ended listing."""
    profile = getattr(person, "wagtail_userprofile", None)
    language = profile.get_preferred_language() if profile else settings.LANGUAGE_CODE
    queue = f"{settings.BASE_URL}{reverse('jobs_attention:index')}"
    with override(language):
        waits, mine = sum(counts.values()), owners.count(person.pk)
        ended = ngettext(
            "%(count)s listing is no longer shown.", "%(count)s listings are no longer shown.", len(owners)
        ) % {"count": len(owners)}
        needs = ngettext("%(count)s entry needs attention.", "%(count)s entries need attention.", waits) % {
            "count": waits
        }
        lines = [f"{ended} {needs}"]
        if mine:
            own = ngettext(
                "Of them %(count)s was last edited by you.", "Of them %(count)s were last edited by you.", mine
            )
            lines.append(own % {"count": mine})
        lines += ["", *(f"{section.title}: {counts[section.code]}" for section in _filled(counts)), ""]
        lines += [_("Open the queue:"), queue]
        subject = _("%(site)s: %(ended)s ended, %(waits)s need attention") % {
            "site": settings.SITE_NAME, "ended": len(owners), "waits": waits,
        }  # fmt: skip
    return subject, "\n".join(lines) + "\n"


def _filled(counts: dict[str, int]) -> list[attention.Section]:
    return [section for section in attention.SECTIONS if counts.get(section.code)]
