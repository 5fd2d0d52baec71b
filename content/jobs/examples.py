"""Invented agencies, job orders and listings for the demonstration (DECISIONS 20, 29).

All are marked “Contoh” and lie below licence numbers that begin with CONTOH. Loading again renews their days and leaves
alone what an editor changed; removing takes away exactly these agencies and everything they offer, and these contacts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from content.registers.models import CostComponent, Occupation, Region, SeedRecord, WorkGroup
from content.registers.seeding import Ledger, SeedError, Verdict, read_text, read_toml

from . import bank_accounts, importers, oversight, services
from .models import (
    Agency,
    AgencyAddress,
    AgencyContact,
    AgencyName,
    AgencyStatus,
    CostLine,
    JobListing,
    JobOrder,
    ListingChange,
    OfferFlag,
    SuspectContact,
)
from .vocabulary import ContactKind, Moment

FILE = Path(__file__).parent / "seed" / "examples.toml"
KIND = "job example"
MARK = "CONTOH/"
Progress = Callable[[str, int, int], None]
Status = JobListing.Status


def _file() -> dict[str, Any]:
    return read_toml(read_text(FILE), FILE.name)


def _days(offset: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=offset)


def _state(row: models.Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: importers.plain(getattr(row, name)) for name in names}


class Loader:
    """One loading: what it did, and what it did before."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.counts: Counter[Verdict] = Counter()
        self.new: set[str] = set()
        self.ledger = Ledger(KIND)
        self.file = _file()

    def load(self) -> Counter[Verdict]:
        """Agencies and orders first, then listings, then what officers would have done with them."""
        groups = self.file["group"]
        total = sum(len(group["jobs"]) for group in groups)
        done = 0
        with services.together():
            agencies = {row["code"]: self._agency(row) for row in self.file["agency"]}
            for row in self.file["suspect"]:
                self._suspect(row)
        for group in groups:
            with services.together():
                order = self._order(group, agencies[group["agency"]])
                for number, job in enumerate(group["jobs"], 1):
                    self._listing(group, order, number, job)
                    done += 1
            self.progress("Example listings", done, total)
        with services.together():
            for row in self.file["agency"]:
                self._hold(row)
        return self.counts

    def _to_write(self, key: str, before: Any, wanted: Any) -> bool:
        """Whether an entry is to be written; counts what is done with it."""
        verdict = self.ledger.verdict(key, before, wanted)
        self.counts[verdict] += 1
        return verdict in (Verdict.NEW, Verdict.UPDATED)

    def _agency(self, row: dict[str, Any]) -> Agency:
        names = (
            "kind",
            "legal_name",
            "licence_number",
            "valid_from",
            "valid_until",
            "status",
            "site",
            "email",
            "example",
        )
        found = Agency.objects.filter(licence_number=row["code"]).first()
        before = _state(found, names) if found else None
        agency = found or Agency(licence_number=row["code"])
        agency.legal_name, agency.example = row["name"], True
        agency.kind = Agency.Kind.GOVERNMENT if row.get("government") else Agency.Kind.COMPANY
        agency.valid_from = _days(row["from"]) if "from" in row else None
        agency.valid_until = _days(row["until"]) if "until" in row else None
        agency.status = row.get("status", Agency.Status.ACTIVE)
        agency.site, agency.email = f"https://{row['host']}/", f"info@{row['host']}"
        agency.checked_on = _days(-2)
        if self._to_write(row["code"], before, _state(agency, names)):
            agency.full_clean()
            agency.save()
            self.ledger.remember(row["code"], _state(agency, names))
            if found is None:
                _write_parts(agency, row)
                self.new.add(row["code"])
        return Agency.objects.get(licence_number=row["code"])

    def _hold(self, row: dict[str, Any]) -> None:
        """What officers would look into: once its listings are out."""
        if row["code"] in self.new and "hold" in row:
            agency = Agency.objects.get(licence_number=row["code"])
            oversight.place_hold(agency, None, row["hold"], _days(row["review"]))

    def _suspect(self, row: dict[str, Any]) -> None:
        """A contact that was reported; ``decided``: so many days ago a second person confirmed it."""
        if row["kind"] == ContactKind.ACCOUNT and not bank_accounts.keys():
            return  # this server can keep no account
        key, finding = f"suspect {row['value']}", _known(OfferFlag, row["finding"])
        found = oversight.known(row["kind"], row["value"])
        if not self._to_write(key, {"value": row["value"]} if found else None, {"value": row["value"]}):
            return
        hold = oversight.suspect(row["kind"], row["value"], None, row["reason"], _days(9), finding)
        if "decided" in row:
            oversight.close(hold, None, "Contoh: sudah dicocokkan dengan tangkapan layar")
            SuspectContact.objects.filter(pk=hold.contact_id).update(confirmed_on=_days(row["decided"]))
        self.ledger.remember(key, {"value": row["value"]})

    def _order(self, group: dict[str, Any], agency: Agency) -> JobOrder:
        names = (
            "number",
            "employer",
            "country",
            "work_id",
            "scheme_id",
            "places",
            "valid_from",
            "valid_until",
            "mission",
        )
        number = f"{MARK}JO/{group['code']}"
        found = JobOrder.objects.filter(agency=agency, number=number).first()
        before = _state(found, names) if found else None
        order = found or JobOrder(agency=agency, number=number)
        order.employer, order.country = group["employer"], group["country"]
        order.work = _known(WorkGroup, group["work"])
        order.scheme_id = group["scheme"]
        order.places = sum(job[2] for job in group["jobs"])
        order.valid_from, order.valid_until = _days(-30), _days(150)
        order.verified, order.verified_on, order.mission = True, _days(-5), group.get("mission", "")
        if self._to_write(number, before, _state(order, names)):
            order.full_clean()
            order.save()
            self.ledger.remember(number, _state(order, names))
        return JobOrder.objects.get(agency=agency, number=number)

    def _listing(self, group: dict[str, Any], order: JobOrder, number: int, job: list[Any]) -> None:
        reference = f"{MARK}{group['code']}-{number:02}"
        found = JobListing.objects.with_parts().filter(agency=order.agency, reference=reference).first()
        before = _listing_state(found) if found else None
        wanted = job[6] if len(job) > 6 else Status.PUBLISHED
        listing = found or JobListing(agency=order.agency, reference=reference)
        _fill(listing, group, order, job)
        state = {**_listing_state(listing), "status": Status.PUBLISHED if wanted == "ended" else wanted}
        if not self._to_write(reference, before, state):
            return
        listing.full_clean()
        listing.save()
        if found is None:
            ListingChange.objects.create(listing=listing, what=ListingChange.What.CREATED)
            _bring_to(listing, wanted)
        self.ledger.remember(reference, _listing_state(JobListing.objects.with_parts().get(pk=listing.pk)))


def _write_parts(agency: Agency, row: dict[str, Any]) -> None:
    """What belongs to a new agency: decisions, names, addresses, contacts; accounts where the server can keep them."""
    for status, since, note in row.get("decisions", []):
        AgencyStatus.objects.create(agency=agency, status=status, since=_days(since), note=note)
    parts: list[models.Model] = [AgencyName(agency=agency, name=name) for name in row.get("names", [])]
    for kind, address, region in row.get("addresses", []):
        here = Region.objects.filter(code=region).first()
        parts.append(AgencyAddress(agency=agency, kind=kind, address=address, region=here))
    for kind, value in row.get("contacts", []):
        if kind != ContactKind.ACCOUNT or bank_accounts.keys():
            parts.append(AgencyContact(agency=agency, kind=kind, value=value))
    for part in parts:
        part.full_clean()
        part.save()


def _known(model: Any, code: str) -> Any:
    try:
        return model.objects.get(code=code)
    except model.DoesNotExist:
        raise SeedError([f"{FILE.name}: no {model._meta.model_name} “{code}”. Run load_reference first."]) from None


def _listing_state(listing: JobListing) -> dict[str, Any]:
    contact = listing.contact.normal if listing.contact else ""
    return {**importers.snapshot(listing), "contact": contact, "status": listing.status}


def _fill(listing: JobListing, group: dict[str, Any], order: JobOrder, job: list[Any]) -> None:
    occupation, place, places, low, high, closes = job[:6]
    listing.job_order, listing.country, listing.scheme_id = order, group["country"], group["scheme"]
    listing.occupation = _known(Occupation, occupation)
    listing.place, listing.places = place, places
    listing.wage_min, listing.wage_max, listing.currency = low, high or None, group["currency"]
    listing.contract_months, listing.hours_per_week = group["months"], group.get("hours")
    listing.education = group["school"]
    listing.minimum_age, listing.maximum_age = group["ages"]
    listing.requirements, listing.benefits = group.get("requirements", []), group.get("benefits", [])
    listing.closing_date, listing.checked_on, listing.example = _days(closes), _days(-2), True
    listing.contact = order.agency.contacts.filter(kind=group["contact"]).first() if "contact" in group else None
    listing.cost_lines = [_cost_line(*row) for row in group.get("costs", [])]


def _cost_line(
    component: str, payer: str, amount: Decimal, currency: str = "IDR", when: str = Moment.BEFORE
) -> CostLine:
    part = _known(CostComponent, component)
    return CostLine(component=part, payer=payer, amount=amount, currency=currency, when=when)


def _bring_to(listing: JobListing, wanted: str) -> None:
    """What officers and days would have made of a new example."""
    if wanted == Status.IN_REVIEW:
        services.send_to_review(listing)
    elif wanted == "ended":
        # Public once: published while its closing date lay ahead, which then passed.
        last = listing.closing_date
        JobListing.objects.filter(pk=listing.pk).update(closing_date=_days(0))
        services.publish(listing)
        JobListing.objects.filter(pk=listing.pk).update(closing_date=last, public_until=last)
        services.refresh([listing.pk])
    elif wanted != Status.DRAFT:
        services.publish(listing)
        if wanted == Status.ON_HOLD:
            services.hold(listing, reason="Contoh: nomor telepon pada iklan tidak cocok")
        elif wanted == Status.CLOSED:
            services.close(listing, reason="Contoh: tempat sudah terisi")


def load(progress: Progress) -> dict[str, int]:
    """Load or renew the examples; how many entries were new, updated, unchanged, kept. Raises :class:`SeedError`."""
    counts = Loader(progress).load()
    return {str(verdict): counts[verdict] for verdict in Verdict if counts[verdict]}


def remove(progress: Progress) -> dict[str, int]:
    """Delete exactly the example agencies with their job orders and listings, whatever their flag says by now."""
    agencies = Agency.objects.filter(licence_number__startswith=MARK)
    keys = list(JobListing.objects.filter(agency__in=agencies).values_list("pk", flat=True))
    done = 0
    for chunk in services.chunks(keys):
        with services.together():
            JobListing.objects.filter(pk__in=chunk).delete()
        done += len(chunk)
        progress("Example listings removed", done, len(keys))
    with transaction.atomic():
        orders = JobOrder.objects.filter(agency__in=agencies).delete()[0]
        names = agencies.count()
        agencies.delete()
        suspects = _suspects()
        reported = suspects.count()
        suspects.delete()
        SeedRecord.objects.filter(kind=KIND).delete()
    return {"listings": len(keys), "job orders": orders, "agencies": names, "reported contacts": reported}


def _suspects() -> models.QuerySet[SuspectContact]:
    """The reported contacts of the file, accounts by what is shown of them: their key may be gone."""
    rows = _file()["suspect"]
    written = {(row["kind"], row["value"]) for row in rows if row["kind"] != ContactKind.ACCOUNT}
    written |= {
        (row["kind"], bank_accounts.shown_form(row["value"])) for row in rows if row["kind"] == ContactKind.ACCOUNT
    }
    invented = [contact.pk for contact in SuspectContact.objects.all() if (contact.kind, contact.value) in written]
    return SuspectContact.objects.filter(pk__in=invented)
