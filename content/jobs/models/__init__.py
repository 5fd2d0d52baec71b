"""Who places workers, what they may fill, what is offered, how rows came in, and how offers are checked."""

from .agencies import Agency, AgencyAddress, AgencyContact, AgencyName, AgencyStatus
from .attention import NotDuplicate, OfficerDigest
from .imports import ImportChange, ImportRun
from .listings import CostLine, DeletedListing, JobListing, JobListingQuerySet, JobOrder, ListingChange
from .offers import OfferFlag, OfferRule, OfferWords
from .oversight import Hold, SuspectContact
from .validators import country_validator, currency_validator, number_validator, place_validator

__all__ = [
    "Agency",
    "AgencyAddress",
    "AgencyContact",
    "AgencyName",
    "AgencyStatus",
    "CostLine",
    "DeletedListing",
    "Hold",
    "ImportChange",
    "ImportRun",
    "JobListing",
    "JobListingQuerySet",
    "JobOrder",
    "ListingChange",
    "NotDuplicate",
    "OfferFlag",
    "OfferRule",
    "OfferWords",
    "OfficerDigest",
    "SuspectContact",
    "country_validator",
    "currency_validator",
    "number_validator",
    "place_validator",
]
