"""Looking into agencies, listings and contacts: placed by one person, lifted or closed by another.

What is held is out of sight at once and accused of nothing. Lifting brings it back as far as the rules allow; closing
ends the listing, or all listings of the agency, or says of the contact what it was used for. Holds are their own log;
listings keep theirs besides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import bank_accounts, contacts, holds, services
from .holds import Actor, Refusal, Target
from .models import Agency, Hold, JobListing, ListingChange, OfferFlag, SuspectContact
from .vocabulary import ContactKind, HoldState, ListingAct

Status = JobListing.Status


class NoFinding(Refusal):
    sentence = _("Say what this contact was used for: readers are told that, and nothing else.")


class NoContact(Refusal):
    sentence = _("This does not look like a value of this kind. Check every sign of it.")


def place_hold(target: Target, actor: Actor, reason: str, review_on: dt.date | None = None) -> Hold:
    """Take ``target`` out of sight while somebody looks into it, until ``review_on`` at the latest.

    Raises :class:`holds.AlreadyHeld`.
    """
    if isinstance(target, JobListing):
        services.hold(target, actor, reason, review_on)
        return holds.of(target).get(state=HoldState.OPEN)
    return holds.begin(target, actor, reason, review_on)


def suspect(
    kind: str, value: str, actor: Actor, reason: str, review_on: dt.date | None = None, finding: OfferFlag | None = None
) -> Hold:
    """Put a contact from an offer on hold; one that is known already is looked into again.

    Raises :class:`NoContact` and :class:`holds.AlreadyHeld`.
    """
    with transaction.atomic():
        contact = known(kind, value)
        if contact is None:
            contact = SuspectContact(kind=kind, value=value, example=contacts.is_invented(kind, value))
            account = kind == ContactKind.ACCOUNT
            if not (bank_accounts.keep(value) if account else contacts.normal(kind, value)):
                raise NoContact
            contact.save()
        hold = place_hold(contact, actor, reason, review_on)
        if finding is not None and finding.pk != contact.finding_id:
            contact.finding = finding
            contact.save(update_fields=["finding"])
    return hold


def known(kind: str, value: str) -> SuspectContact | None:
    """The reported contact that this is, also an account that was hashed with an older key."""
    same_kind = SuspectContact.objects.filter(kind=kind)
    if kind != ContactKind.ACCOUNT:
        return same_kind.filter(normal=contacts.normal(kind, value)).first()
    named = bank_accounts.readings(value)
    held = same_kind.filter(normal__in=[digest for _bank, digest in named])
    return next((row for row in held if (bank_accounts.bank_of(row.value), row.normal) in named), None)


def lift(hold: Hold, actor: Actor, note: str) -> None:
    """Nothing stands against it: it is shown again as far as the rules allow, and of a contact nobody hears.

    Raises :class:`holds.Refusal`, and :class:`services.Refused` where a rule forbids that the listing is shown.
    """
    with transaction.atomic():
        _wait_for(hold)
        if hold.listing is not None and holds.status_of(hold.listing) == Status.ON_HOLD:
            services.reopen(hold.listing, actor, note)
        else:
            holds.end(hold, actor, HoldState.LIFTED, note)
        if hold.contact is not None:
            SuspectContact.objects.filter(pk=hold.contact.pk).update(confirmed_on=None)
    hold.refresh_from_db()


def _wait_for(hold: Hold) -> None:
    """The listing first, then its hold: so does whoever closes many, and two who decide at once wait in one order."""
    if hold.listing_id is not None:
        services.lock([hold.listing_id])
    holds.wait_for(hold)


def close(hold: Hold, actor: Actor, note: str, finding: OfferFlag | None = None) -> int:
    """Decide against it; how many listings that ended.

    A listing is closed; so are all listings of an agency, whose licence is another matter
    (:func:`services.set_agency_status`). A contact is confirmed, with what it was used for: raises :class:`NoFinding`
    without. Raises :class:`holds.Refusal`.
    """
    with transaction.atomic(), services.together():
        _wait_for(hold)
        if hold.listing is not None:
            services.close(hold.listing, actor, note)
            ended = 1
        else:
            holds.end(hold, actor, HoldState.CLOSED, note)
            ended = _close_listings(hold.agency, actor, note) if hold.agency is not None else 0
        if hold.contact is not None:
            _confirm(hold.contact, finding)
    hold.refresh_from_db()
    return ended


def _confirm(contact: SuspectContact, finding: OfferFlag | None) -> None:
    contact.finding = finding or contact.finding
    if contact.finding is None:
        raise NoFinding
    contact.confirmed_on = timezone.localdate()
    contact.save(update_fields=["finding", "confirmed_on"])


def _close_listings(agency: Agency, actor: Actor, note: str) -> int:
    """Close what ``agency`` has on offer. A listing that ``actor`` has put on hold stays so: a second person decides."""
    found = agency.listings.filter(status__in=(Status.PUBLISHED, Status.ON_HOLD)).select_related("agency")
    # A hold of the same moment is waited for and read, or the listing would be closed and its hold stay open.
    services.lock(found.values_list("pk", flat=True))
    own = set(held_by(actor, found))
    keys = []
    for listing in found:
        if listing.pk in own:
            continue
        if listing.status == Status.ON_HOLD:
            holds.end_of_listing(listing, actor, HoldState.CLOSED, note)
        keys.append(listing.pk)
    JobListing.objects.filter(pk__in=keys).update(status=Status.CLOSED)
    ListingChange.objects.bulk_create(
        ListingChange(listing_id=key, what=ListingAct.CLOSED, actor=actor, note=note[:255]) for key in keys
    )
    services.refresh(keys)
    return len(keys)


def held_by(actor: Actor, listings: Iterable[JobListing]) -> list[int]:
    """Those of these listings on hold that ``actor`` may not decide, because they are on hold by him or her."""
    on_hold = [listing for listing in listings if listing.status == Status.ON_HOLD]
    placed = dict(
        Hold.objects.filter(listing__in=on_hold, state=HoldState.OPEN).values_list("listing_id", "placed_by_id")
    )
    return [
        listing.pk
        for listing in on_hold
        if holds.is_of(placed[listing.pk] if listing.pk in placed else _logged(listing), actor)
    ]


def _logged(listing: JobListing) -> int | None:
    entry = holds.by_log(listing)
    return entry.actor_id if entry is not None else None


def without_row() -> QuerySet[JobListing]:
    """Listings on hold that no hold explains: written past the services."""
    explained = Hold.objects.filter(state=HoldState.OPEN, listing__isnull=False).values("listing")
    return JobListing.objects.filter(status=Status.ON_HOLD).exclude(pk__in=explained)


def repair() -> int:
    """Write the hold of each listing that is on hold without one, so that somebody is asked to look at it; their number.

    Work of ``tick``. Who put it on hold, and why, is read in its log, as far as that says.
    """
    found = list(without_row())
    for listing in found:
        entry = holds.by_log(listing)
        holds.begin(listing, entry.actor if entry else None, entry.note if entry else "")
    return len(found)
