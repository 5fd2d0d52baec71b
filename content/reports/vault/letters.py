"""Mail to holders. It says nothing that a stranger who reads it may not know: no number, no address of a report, no unit's inbox.

Everybody who holds a key gets one message a day, of the same subject and the same length, whether anything waits or not, with the
head of the audit chain (DECISIONS 52): who alters the chain would have to alter what lies in every holder's mailbox.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, override

from . import audit, escalation, recusal, referrals, retention, staff
from .models import DATABASE, DailyMessage, Holder, RosterMessage, RosterSignature, Seat, Unit, UnitRoster, today
from .rosters import Roster, RosterError

logger = logging.getLogger(__name__)


def holders() -> list[int]:
    """The accounts that get the daily message: with a key, and a seat in a unit that is not for practice."""
    seats = Seat.objects.filter(unit__demo=False).values_list("user", flat=True)
    return sorted(set(Holder.objects.filter(user__in=list(seats), left_on=None).values_list("user", flat=True)))


def something_waits(user: int, troubles: Iterable[escalation.Trouble]) -> bool:
    """Whether there is anything to open or decide in one of the account's units, or a unit below does not read."""
    troubles = list(troubles)
    return any(_waits_in(unit, user, troubles) for unit in Unit.objects.filter(seats__user=user, demo=False))


def _waits_in(unit: Unit, user: int, troubles: list[escalation.Trouble]) -> bool:
    """What she is kept from does not wait for her."""
    own = recusal.visible(retention.of_unit(unit), user)
    return (
        escalation.unread(recusal.visible(escalation.reports_of(unit), user)).exists()
        or referrals.unopened(unit).exclude(report__in=recusal.hidden_from(user)).exists()
        or retention.warned_today(own)
        or retention.undecided(own).exists()
        or bool(escalation.below(unit, troubles))
        or staff.proposal_of(unit) is not None
    )


def daily(waits: bool, head: bytes) -> tuple[str, str]:
    """Subject and text of the daily message: equally long with either answer."""
    with override(settings.LANGUAGE_CODE):
        # Words of the same length (the tests hold that); padded all the same, should a deployment change them.
        words = [gettext("something waits"), gettext("nothing waits")]
        longest = max(map(len, words))
        answer = words[0 if waits else 1].ljust(longest, ".")
        subject = gettext("%(site)s: message of the day") % {"site": settings.SITE_NAME}
        lines = [
            gettext("This message comes every day, whatever happens."),
            "",
            gettext("State: %(answer)s") % {"answer": answer},
            "",
            gettext("Mark of the day (keep these messages; the IT officer compares them):"),
            head.hex(),
        ]
    return subject, "\n".join(lines) + "\n"


def addressees() -> list[int]:
    """Who has not had today's message yet."""
    had = set(DailyMessage.objects.filter(on=today()).values_list("user", flat=True))
    return [user for user in holders() if user not in had]


def of_earlier_days() -> QuerySet[DailyMessage]:
    """What says nothing any more: today's rows alone keep a message from being sent twice."""
    return DailyMessage.objects.filter(on__lt=today())


def forget_earlier_days() -> int:
    """Delete them; how many."""
    return of_earlier_days().delete()[0]


def send_daily(troubles: Iterable[escalation.Trouble]) -> tuple[int, int]:
    """Send today's message to whoever has not had it; how many were sent, and how many could not be."""
    troubles, head = list(troubles), audit.head()
    sent = failed = 0
    for user in addressees():
        # What cannot be asked leaves no row behind that says that it was answered.
        message = daily(something_waits(user, troubles), head)
        try:
            with transaction.atomic(using=DATABASE):
                row = DailyMessage.objects.create(user=user)
        except IntegrityError:
            continue  # another process has just done it
        if _mail(user, *message):
            sent += 1
        else:
            row.delete()
            failed += 1
    return sent, failed


def _mail(user: int, subject: str, body: str) -> bool:
    """Whether nothing is left to be done: it went out, or there is no mailbox to which it ever could."""
    person = get_user_model().objects.filter(pk=user, is_active=True).first()
    if person is None or not person.email:
        return True
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email])
    except SMTPRecipientsRefused:
        logger.error("No mail server takes messages for account %s", user)
    except (OSError, SMTPException):
        return False
    return True


# When the holders of a unit change


def tell_of_roster(row: UnitRoster) -> bool:
    """Tell everybody who held the key of a unit before or holds it now that this has changed; whether all have been told.

    Each once, however often somebody else cannot be reached. The text is the same for every change: who has come or gone
    stands on the page of keys.
    """
    people = _people(row) | _people(UnitRoster.objects.filter(unit=row.unit, number=row.number - 1).first())
    people -= set(row.told.values_list("user", flat=True))
    with override(settings.LANGUAGE_CODE):
        subject = gettext("%(site)s: the keys of your unit have changed") % {"site": settings.SITE_NAME}
        lines = [
            gettext("Two holders have signed a new list of those who hold the key of your unit."),
            gettext(
                "Sign in, open the page of keys and look at who stands there. If you do not know of this change, telephone the other holders and the IT officer today."
            ),
        ]
    done = True
    for user in sorted(people):
        if _mail(user, subject, "\n\n".join(lines) + "\n"):
            RosterMessage.objects.get_or_create(roster=row, user=user)
        else:
            done = False
    if done:
        UnitRoster.objects.filter(pk=row.pk).update(told_on=today())
        row.told.all().delete()
    return done


def untold() -> list[UnitRoster]:
    """Accepted rosters of which somebody has not been told."""
    return list(UnitRoster.objects.filter(told_on=None).exclude(accepted_on=None).select_related("unit"))


def tell_of_rosters() -> tuple[int, int]:
    """Tell of each of them; how many went through, and how many did not."""
    done = [tell_of_roster(row) for row in untold()]
    return done.count(True), done.count(False)


def _people(row: UnitRoster | None) -> set[int]:
    if row is None:
        return set()
    try:
        names = [member.id for member in Roster.read(bytes(row.raw)).members]
    except RosterError:
        return set()
    signed = RosterSignature.objects.filter(roster=row).values_list("holder", flat=True)
    return set(Holder.objects.filter(pk__in=[*names, *signed]).values_list("user", flat=True))
