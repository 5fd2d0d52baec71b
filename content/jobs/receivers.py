"""What a written row means: kept pages end with it, and what is saved has its listings' copies written and announced.

A fixture is ``raw``: what it refers to may come later. Nobody is told then; publicness depends on no copy, and ``tick``
repairs them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save

from content.registers import generation
from content.registers.models import DestinationRule
from content.registers.signals import registers_changed

from . import services
from .models import (
    Agency,
    AgencyAddress,
    AgencyContact,
    AgencyName,
    AgencyStatus,
    CostLine,
    DeletedListing,
    Hold,
    JobListing,
    JobOrder,
    ListingChange,
    OfferFlag,
    OfferRule,
    OfferWords,
    SuspectContact,
)


def _refresh(condition: Q) -> None:
    """Refresh the listings that are or were public under ``condition``."""
    held = JobListing.objects.filter(Q(status=JobListing.Status.PUBLISHED) | Q(first_public_at__isnull=False))
    services.refresh(held.filter(condition).values_list("pk", flat=True))


def _listing_saved(sender: Any, instance: JobListing, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        services.refresh([instance.pk])


def _listing_deleted(sender: Any, instance: JobListing, **kwargs: Any) -> None:
    if instance.first_public_at is not None:
        DeletedListing.objects.get_or_create(code=instance.code)
    services.refresh([instance.pk])


def _cost_line_changed(sender: Any, instance: CostLine, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        services.refresh([instance.listing_id])


def _agency_saved(sender: Any, instance: Agency, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        _refresh(Q(agency=instance))


def _job_order_saved(sender: Any, instance: JobOrder, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        _refresh(Q(job_order=instance))


def _destination_rule_changed(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    # The far side of the many-to-many names sources, not rules; ``tick`` finds those.
    if isinstance(instance, DestinationRule) and not raw:
        _refresh(Q(country=instance.destination_id))


def _hold_changed(sender: Any, instance: Hold, raw: bool = False, **kwargs: Any) -> None:
    if raw:
        return
    if instance.agency_id:
        _refresh(Q(agency=instance.agency_id))
    elif instance.listing_id:
        services.refresh([instance.listing_id])


def _register_changed(sender: Any, kind: str, keys: list[Any], **kwargs: Any) -> None:
    if kind == "occupation":
        _refresh(Q(occupation__code__in=keys))
    elif kind == "costcomponent":
        _refresh(Q(cost_lines__component__code__in=keys))


def connect() -> None:
    """Listen to every row that a rule reads (called once, in AppConfig.ready)."""
    generation.watch(
        [
            Agency,
            AgencyAddress,
            AgencyContact,
            AgencyName,
            AgencyStatus,
            JobOrder,
            JobListing,
            ListingChange,
            CostLine,
            DeletedListing,
            Hold,
            SuspectContact,
            OfferFlag,
            OfferRule,
            OfferWords,
        ]
    )
    post_save.connect(_listing_saved, sender=JobListing, dispatch_uid="jobs-listing-saved")
    post_delete.connect(_listing_deleted, sender=JobListing, dispatch_uid="jobs-listing-deleted")
    post_save.connect(_cost_line_changed, sender=CostLine, dispatch_uid="jobs-cost-line-saved")
    post_delete.connect(_cost_line_changed, sender=CostLine, dispatch_uid="jobs-cost-line-deleted")
    post_save.connect(_agency_saved, sender=Agency, dispatch_uid="jobs-agency-saved")
    post_save.connect(_job_order_saved, sender=JobOrder, dispatch_uid="jobs-job-order-saved")
    post_save.connect(_destination_rule_changed, sender=DestinationRule, dispatch_uid="jobs-rule-saved")
    post_delete.connect(_destination_rule_changed, sender=DestinationRule, dispatch_uid="jobs-rule-deleted")
    post_save.connect(_hold_changed, sender=Hold, dispatch_uid="jobs-hold-saved")
    post_delete.connect(_hold_changed, sender=Hold, dispatch_uid="jobs-hold-deleted")
    m2m_changed.connect(
        _destination_rule_changed, sender=DestinationRule.sources.through, dispatch_uid="jobs-rule-sources"
    )
    registers_changed.connect(_register_changed, dispatch_uid="jobs-register")
