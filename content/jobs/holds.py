"""The rows of holds: begun by one person, ended by another.

What else moves with them, the status of a listing or the standing of a reported contact, is written by ``services`` and
``oversight``; nothing else writes these rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Agency, Hold, JobListing, ListingChange, SuspectContact
from .vocabulary import HoldState, ListingAct

Actor = Any  # settings.AUTH_USER_MODEL; this room does not know its class
Target = Agency | JobListing | SuspectContact

# Somebody looks again within two weeks unless another day is named; nothing is kept out of sight for long unseen.
REVIEW_WITHIN = dt.timedelta(days=14)
LONGEST = dt.timedelta(days=90)
# What brings a listing into its state, in its log.
_MOVES = (ListingAct.REVIEW, ListingAct.PUBLISHED, ListingAct.HELD, ListingAct.REOPENED, ListingAct.CLOSED)


class Refusal(Exception):
    """A hold is not begun or not ended; ``sentences`` say why, in the language of the reader."""

    sentence: Promise | str = ""

    @property
    def sentences(self) -> list[str]:
        return [str(self.sentence)]

    def __str__(self) -> str:
        return str(self.sentence)


class SamePerson(Refusal):
    """Whoever placed a hold does not end it: not by a button, not in bulk, not as a superuser."""

    sentence = _("You placed this hold yourself. A second person lifts or closes it.")


class AlreadyHeld(Refusal):
    sentence = _("This is being looked into already.")


class AlreadyDecided(Refusal):
    sentence = _("Somebody else has decided this in the meantime.")


def default_review() -> dt.date:
    """The day by which somebody should look again when nobody names one."""
    return timezone.localdate() + REVIEW_WITHIN


def _field_of(target: Target) -> str:
    match target:
        case Agency():
            return "agency"
        case JobListing():
            return "listing"
    return "contact"


def of(target: Target) -> QuerySet[Hold]:
    """Every hold there ever was on ``target``, the newest first."""
    return Hold.objects.filter(**{_field_of(target): target}).select_related("placed_by", "ended_by").order_by("-pk")


def open_on(target: Target) -> Hold | None:
    """The hold on ``target`` that waits for a decision."""
    return of(target).filter(state=HoldState.OPEN).first()


def undecided(entry: Model) -> Iterator[str]:
    """What keeps an agency or listing from being deleted: a hold that waits for a second person."""
    if (isinstance(entry, JobListing) and entry.status == JobListing.Status.ON_HOLD) or (
        isinstance(entry, Agency | JobListing) and open_on(entry) is not None
    ):
        yield gettext("a hold that nobody has decided yet")


def begin(target: Target, actor: Actor, reason: str, review_on: dt.date | None = None) -> Hold:
    """Write that somebody looks into ``target``. Raises :class:`AlreadyHeld`."""
    try:
        with transaction.atomic():
            return Hold.objects.create(
                **{_field_of(target): target},
                reason=reason[:255],
                review_on=review_on or default_review(),
                placed_by=actor,
            )
    except IntegrityError:
        if open_on(target) is None:
            raise
        raise AlreadyHeld from None


def is_of(placed_by: int | None, actor: Actor) -> bool:
    """Whether ``actor`` may be who placed it: the same person, or nobody in particular where somebody did."""
    return placed_by is not None and (actor is None or actor.pk == placed_by)


def wait_for(hold: Hold) -> None:
    """Let nobody else decide ``hold`` before this transaction ends. Raises :class:`AlreadyDecided`."""
    if not Hold.objects.select_for_update().filter(pk=hold.pk, state=HoldState.OPEN).exists():
        raise AlreadyDecided


def end(hold: Hold, actor: Actor, state: HoldState, note: str = "") -> None:
    """Write the decision. Raises :class:`SamePerson` and :class:`AlreadyDecided`; then nothing has changed."""
    if is_of(hold.placed_by_id, actor):
        raise SamePerson
    with transaction.atomic():
        held = Hold.objects.select_for_update().filter(pk=hold.pk, state=HoldState.OPEN).first()
        if held is None:
            raise AlreadyDecided
        held.state, held.note, held.ended_by, held.ended_at = state, note[:255], actor, timezone.now()
        held.save(update_fields=["state", "note", "ended_by", "ended_at"])
    hold.refresh_from_db()


def end_of_listing(listing: JobListing, actor: Actor, state: HoldState, note: str = "") -> None:
    """End the hold on a listing, if there is one. Raises :class:`SamePerson`.

    A listing may have been put on hold past every service, without a row: then whoever its log names did it, and where
    the log names nobody, anybody may decide.
    """
    hold = open_on(listing)
    if hold is not None:
        end(hold, actor, state, note)
    elif status_of(listing) == JobListing.Status.ON_HOLD:
        logged = by_log(listing)
        if logged is not None and is_of(logged.actor_id, actor):
            raise SamePerson


def refuse_to_undo(listing: JobListing, actor: Actor) -> None:
    """Raises :class:`SamePerson` for whoever placed the hold by which a second person has closed ``listing``."""
    last = of(listing).first()
    if last is not None and last.state == HoldState.CLOSED and is_of(last.placed_by_id, actor):
        raise SamePerson


def status_of(listing: JobListing) -> str:
    """What the row says now, whatever the object in hand says; nobody moves it before this transaction ends."""
    return JobListing.objects.select_for_update().values_list("status", flat=True).get(pk=listing.pk)


def by_log(listing: JobListing) -> ListingChange | None:
    """The entry of its log by which a listing was put on hold, if that is the last that became of it."""
    last = ListingChange.objects.filter(listing=listing, what__in=_MOVES).select_related("actor").first()
    return last if last is not None and last.what == ListingAct.HELD else None
