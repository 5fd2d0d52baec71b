"""What the job room announces: ``listings_changed(keys)``, inside the transaction of the change (DECISIONS 36)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.dispatch import Signal

# Argument: keys, the sorted ids of listings that may have changed, appeared or gone.
listings_changed = Signal()


def announce(keys: Iterable[int]) -> None:
    """Tell the listeners in one transaction. Kept pages follow the rows themselves (``generation.watch``)."""
    with transaction.atomic():
        listings_changed.send(sender=None, keys=sorted(keys))
