"""Whether this site may call itself official (DECISIONS 29). Anything less shows “Situs contoh, bukan situs resmi”."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from content.core.models import SiteProof
from content.registers.generation import PerGeneration


def _proven() -> bool:
    return SiteProof.objects.filter(
        owner=settings.SITE_OWNER, decree=settings.SITE_DECREE, host=settings.SITE_HOST
    ).exists()


_proof = PerGeneration(_proven)


def is_official(request: HttpRequest) -> bool:
    """True only with owner, decree and host set, on that .go.id host, and after ``check_site --official`` has passed."""
    if not (settings.SITE_OWNER and settings.SITE_DECREE and settings.SITE_HOST.endswith(".go.id")):
        return False
    # Only compared: asking Django for it refuses a forged host, and the page that says so is rendered by this too.
    return request.META.get("HTTP_HOST", "").partition(":")[0] == settings.SITE_HOST and _proof()
