"""Writing listings: publish, hold, close, reopen; keeping the copies of what the rules say.

Each change is one transaction with its log entry and its announcement. Publishing refuses what a rule forbids.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from content.core import background
from content.core.background import chunks

from . import holds, rules, signals
from .models import Agency, AgencyStatus, JobListing, JobOrder, ListingChange, NotDuplicate
from .vocabulary import HoldState, ListingAct

Status = JobListing.Status
What = ListingAct
Actor = Any  # settings.AUTH_USER_MODEL; this room does not know its class


class Refused(Exception):
    """A listing may not be published; ``outcomes`` are the rules that do not hold."""

    def __init__(self, outcomes: list[rules.Outcome]) -> None:
        super().__init__(outcomes)
        self.outcomes = outcomes

    @property
    def sentences(self) -> list[str]:
        """One sentence a rule, each naming its rule, in the active language."""
        return [str(outcome) for outcome in self.outcomes]

    def __str__(self) -> str:
        return " ".join(self.sentences)


@dataclass
class Published:
    """What a publishing did: how many became public, and what refused the others."""

    done: int = 0
    refused: list[tuple[JobListing, Refused]] = field(default_factory=list)


# From which states a listing is published, and from which it is reopened: a held one is not published by the way.
FROM = {What.PUBLISHED: (Status.DRAFT, Status.IN_REVIEW), What.REOPENED: (Status.ON_HOLD, Status.CLOSED)}


def _publish_chunk(keys: list[int], what: ListingAct, actor: Actor, note: str = "") -> Published:
    """Publish these listings as far as their states and the rules allow, in one transaction."""
    result = Published()
    with together():
        lock(keys)
        listings = list(JobListing.objects.with_parts().filter(pk__in=keys, status__in=FROM[what]))
        lock_orders(listing.job_order_id for listing in listings)
        ground = rules.Ground.load(listings)
        allowed = []
        for listing in listings:
            found = rules.refusals(listing, ground=ground)
            if found:
                result.refused.append((listing, Refused(found)))
                continue
            allowed.append(listing.pk)
            ground.take(listing.pk, listing.job_order_id, listing.places)
        JobListing.objects.filter(pk__in=allowed).update(
            status=Status.PUBLISHED, first_public_at=Coalesce("first_public_at", timezone.now())
        )
        ListingChange.objects.bulk_create(
            ListingChange(listing_id=pk, what=what, actor=actor, note=note[:255]) for pk in allowed
        )
        refresh(allowed)
        result.done = len(allowed)
    return result


def lock(listings: Iterable[int]) -> None:
    """Let nobody else write these listings before this transaction ends; what is read after this is what they are."""
    list(JobListing.objects.select_for_update().filter(pk__in=list(listings)).order_by("pk").values_list("pk"))


def lock_orders(orders: Iterable[int | None]) -> None:
    """Let nobody else give away places of these job orders before this transaction ends. In one order for everybody."""
    keys = {order for order in orders if order is not None}
    list(JobOrder.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def publish_many(keys: Iterable[int], actor: Actor = None) -> Published:
    """Publish those that may be, a chunk a transaction; the others are named with their refusals."""
    total = Published()
    for chunk in chunks(keys):
        result = _publish_chunk(chunk, What.PUBLISHED, actor)
        total.done += result.done
        total.refused += result.refused
    return total


def _publish(listing: JobListing, what: ListingAct, actor: Actor, note: str = "") -> None:
    for _listing, refused in _publish_chunk([listing.pk], what, actor, note).refused:
        raise refused
    _reload(listing)


def publish(listing: JobListing, actor: Actor = None) -> None:
    """Make a draft public. Raises :class:`Refused` when a rule does not hold today; then nothing has changed."""
    _publish(listing, What.PUBLISHED, actor)


def reopen(listing: JobListing, actor: Actor = None, note: str = "") -> None:
    """Make a held or closed listing public again, under the same rules as :func:`publish`.

    A held one, or one that a second person has closed, by another person than the one who put it on hold: raises
    :class:`holds.Refusal`.
    """
    with transaction.atomic(), together():  # what a rule refuses stays on hold
        match holds.status_of(listing):
            case Status.ON_HOLD:
                holds.end_of_listing(listing, actor, HoldState.LIFTED, note)
            case Status.CLOSED:
                holds.refuse_to_undo(listing, actor)
        _publish(listing, What.REOPENED, actor, note)


def _move(listing: JobListing, status: str, what: str, actor: Actor, note: str = "") -> None:
    with together():
        JobListing.objects.filter(pk=listing.pk).update(status=status)
        ListingChange.objects.create(listing=listing, what=what, actor=actor, note=note[:255])
        refresh([listing.pk])
    _reload(listing)


def keep_standing(listing: JobListing) -> None:
    """Before an edited listing is saved: its status and copies as they are by now, not as they were when it was read."""
    lock([listing.pk])
    _reload(listing)


def _reload(listing: JobListing) -> None:
    listing.refresh_from_db(fields=["status", "first_public_at", "public_from", "public_until"])


def send_to_review(listing: JobListing, actor: Actor = None) -> None:
    """Ask a colleague to look at a draft. Raises :class:`Refused` as :func:`publish` does; what is no draft stays."""
    found = rules.refusals(JobListing.objects.with_parts().get(pk=listing.pk))
    if found:
        raise Refused(found)
    with together():
        if holds.status_of(listing) in FROM[What.PUBLISHED]:
            _move(listing, Status.IN_REVIEW, What.REVIEW, actor)


def hold(listing: JobListing, actor: Actor = None, reason: str = "", review_on: dt.date | None = None) -> None:
    """Take a listing out of every place while somebody looks into it; its address says “sedang diperiksa”.

    Raises :class:`holds.AlreadyHeld`.
    """
    with transaction.atomic(), together():
        holds.begin(listing, actor, reason, review_on)
        _move(listing, Status.ON_HOLD, What.HELD, actor, reason)


def close(listing: JobListing, actor: Actor = None, reason: str = "") -> None:
    """End a listing; its address says so for 90 days. One on hold by a second person: raises :class:`holds.Refusal`."""
    with transaction.atomic(), together():
        lock([listing.pk])
        holds.end_of_listing(listing, actor, HoldState.CLOSED, reason)
        _move(listing, Status.CLOSED, What.CLOSED, actor, reason)


def keep_apart(one: JobListing, other: JobListing, actor: Actor = None) -> None:
    """Remember that two listings which look alike are two."""
    first, second = sorted((one.pk, other.pk))
    NotDuplicate.objects.get_or_create(first_id=first, second_id=second, defaults={"actor": actor})


def set_agency_status(
    agency: Agency, status: str, since: dt.date, actor: Actor = None, source: Any = None, note: str = ""
) -> AgencyStatus:
    """Record a decision on an agency with its date and source. The newest one takes effect, at once."""
    with together():
        decision = AgencyStatus.objects.create(
            agency=agency, status=status, since=since, source=source, note=note, actor=actor
        )
        newest = agency.statuses.first()  # the newest day first, and of one day what was recorded last
        agency.status = newest.status if newest is not None else status
        agency.save(update_fields=["status"])
    return decision


# --- copies -------------------------------------------------------------------------------------------------------


_collected: ContextVar[set[int] | None] = ContextVar("listings_to_refresh", default=None)


@contextmanager
def together() -> Iterator[set[int]]:
    """One transaction, one refresh and one announcement for all that is saved inside; yields the keys so far."""
    held = _collected.get()
    if held is not None:
        yield held
        return
    with transaction.atomic():
        keys: set[int] = set()
        mark = _collected.set(keys)
        try:
            yield keys
        finally:
            _collected.reset(mark)
        _refresh(keys)


def refresh(keys: Iterable[int]) -> None:
    """Write the copies of what the rules say for these listings, and announce them all."""
    with together() as held:
        held.update(keys)


def _refresh(keys: Collection[int]) -> None:
    """A few are dealt with at once, inside the transaction of the change; more than a chunk after its commit in the
    background, so that one edit of a destination keeps nobody waiting. Publicness does not wait for either.
    """
    from .tasks import write_copies  # the tasks speak of these services

    if len(keys) > background.CHUNK:
        transaction.on_commit(partial(background.start, write_copies, sorted(keys)))
    elif keys:
        _write(list(keys))


def write_copies(keys: Iterable[int]) -> None:
    """Write the copies of many listings and announce them, a chunk a transaction."""
    for chunk in chunks(keys):
        _write(chunk)


def _write(keys: list[int]) -> None:
    with transaction.atomic():
        _correct(keys)
        signals.announce(keys)


def repair() -> int:
    """Write the copies of the listings whose copies say another thing than the rules today; their number.

    Work of ``tick``: it catches what was written past every service, and what a midnight has ended.
    """
    today = timezone.localdate()
    public = JobListing.objects.public(today)
    says_public = Q(public_from__lte=today, public_until__gte=today, first_public_at__isnull=False)
    over = Q(status=Status.PUBLISHED, public_from__isnull=False, public_until__lt=today)
    appeared = public.exclude(says_public)
    ended = JobListing.objects.filter(says_public | over).exclude(pk__in=public.values("pk"))
    keys = sorted({*appeared.values_list("pk", flat=True), *ended.values_list("pk", flat=True)})
    write_copies(keys)
    return len(keys)


Copies = tuple[dt.date | None, dt.date | None, dt.datetime | None]


def _correct(keys: list[int]) -> None:
    """Write the copies of those of these listings where they are wrong; log those that have stopped being public."""
    listings = list(JobListing.objects.with_parts().filter(pk__in=keys))
    ground = rules.Ground.load(listings)
    stale: dict[Copies, list[int]] = defaultdict(list)
    ended = []
    for listing, copies in _copies(listings, ground):
        before = (listing.public_from, listing.public_until, listing.first_public_at)
        if before == copies:
            continue
        stale[copies].append(listing.pk)
        gone = _is_public(before, ground.on) and not _is_public(copies, ground.on)
        # What somebody looks into has not ended: that is a decision, with its own log and its own place in the queue.
        if gone and listing.status == Status.PUBLISHED and not ground.holds(listing):
            ended.append(listing)
    for (start, end, first), found in stale.items():
        JobListing.objects.filter(pk__in=found).update(public_from=start, public_until=end, first_public_at=first)
    if ended:
        notes = [(listing, ", ".join(_failing(listing, ground))) for listing in ended]
        ListingChange.objects.bulk_create(ListingChange(listing=one, what=What.ENDED, note=note) for one, note in notes)


def _is_public(copies: Copies, on: dt.date) -> bool:
    """Whether these copies stand for a listing that readers see, or that nobody has told yet that it is over."""
    start, _end, first = copies
    return start is not None and start <= on and first is not None


def _failing(listing: JobListing, ground: rules.Ground) -> list[str]:
    return [outcome.rule.id for outcome in rules.refusals(listing, ground=ground)]


def _copies(listings: list[JobListing], ground: rules.Ground) -> Iterator[tuple[JobListing, Copies]]:
    """The right copies of each listing today.

    Public, or public later by itself: the stretch of days. Not public: no first day, and the last public day it had,
    from which its address counts the 90 days (DECISIONS 34). Held: the last day that it would have without the hold, so
    that the days of looking into it are not taken from the 90.
    """
    unheld, now = ground.without_holds(), timezone.now()
    yesterday = ground.on - dt.timedelta(days=1)
    for listing in listings:
        held = listing.status == Status.ON_HOLD or ground.holds(listing)
        asked = listing.status in (Status.PUBLISHED, Status.ON_HOLD)
        interval = rules.public_interval(listing, ground=unheld) if asked else None
        if interval is not None and not held:
            is_public = ground.on in interval
            first = listing.first_public_at or (now if is_public else None)
            yield listing, (interval.start, interval.end, first)
        elif listing.first_public_at is None:
            yield listing, (None, None, None)
        elif interval is not None and ground.on in interval:
            yield listing, (None, interval.end, listing.first_public_at)
        else:
            last = min(listing.public_until or yesterday, yesterday)
            yield listing, (None, last, listing.first_public_at)
