"""A listing as schema.org JobPosting, for search engines. Every value also stands in the visible text of the page.

Only an official site emits it, and never for an example (DECISIONS 29): the template tag ``job_posting`` asks.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from .models import JobListing
from .vocabulary import WagePeriod

_UNITS = {WagePeriod.HOUR: "HOUR", WagePeriod.DAY: "DAY", WagePeriod.WEEK: "WEEK", WagePeriod.MONTH: "MONTH"}


def _end_of(day: dt.date) -> dt.datetime:
    """The last second of a day, which counts in the zone of the site (DECISIONS 6)."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))


def job_posting(listing: JobListing, address: str) -> dict[str, Any]:
    """The JobPosting of a public listing fetched ``with_parts``; ``address`` is its canonical one."""
    highest = listing.wage_max if listing.wage_max is not None else listing.wage_min
    place = {"@type": "PostalAddress", "addressCountry": listing.country}
    if listing.place:
        place["addressLocality"] = listing.place
    order = listing.job_order
    return {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": str(listing.occupation),
        "description": f"{listing.title}. {listing.scheme}. {listing.agency}.",
        "url": address,
        "identifier": {
            "@type": "PropertyValue",
            "name": listing.agency.legal_name,
            "value": f"{listing.agency.licence_number}, {order.number if order else ''}",
        },
        "datePosted": timezone.localtime(listing.first_public_at).date().isoformat() if listing.first_public_at else "",
        "validThrough": _end_of(listing.closing_date).isoformat(),
        "hiringOrganization": {"@type": "Organization", "name": order.employer if order else ""},
        "jobLocation": {"@type": "Place", "address": place},
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": listing.currency,
            "value": {
                "@type": "QuantitativeValue",
                "minValue": float(listing.wage_min),
                "maxValue": float(highest),
                "unitText": _UNITS[WagePeriod(listing.wage_period)],
            },
        },
        "totalJobOpenings": listing.places,
        "directApply": False,
    }
