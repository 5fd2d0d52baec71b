"""Where people who work with reports warn everybody: below /akun/peringatan/, plain pages as those of the desk.

The address may carry a region and a way from what stood out at the desk. Nothing else comes from there, and nobody is led back.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.registers import services
from content.registers.models import Bulletin, Region
from content.registers.modus import Modus

from .bulletin_forms import BulletinForm
from .vault.desk.access import only_for
from .vault.models import Seat

PERMISSION = "registers.change_bulletin"
# How long a warning runs unless somebody chooses another day.
USUAL_DAYS = 21


def _may_write(request: HttpRequest) -> bool:
    """Whoever has a seat in a unit or may edit warnings."""
    seats = Seat.objects.filter(user=request.user.pk or 0, unit__demo=False)
    return request.user.has_perm(PERMISSION) or seats.exists()


for_writers = only_for(_may_write)


@for_writers
@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """Every warning there is: what runs, what waits for a second person, what is over."""
    today = timezone.localdate()
    held = list(Bulletin.objects.select_related("region", "written_by", "published_by"))
    groups = {
        "waiting": [row for row in held if row.issued_on is None and row.valid_until >= today],
        "running": [row for row in held if row.is_public(today)],
        "over": [row for row in held if row.valid_until < today],
    }
    return render(request, "reports/bulletins.html", groups)


@for_writers
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The words of a warning. Saving makes them a draft of whoever saves."""
    held = get_object_or_404(Bulletin, pk=number) if number else Bulletin()
    if request.method == "POST":
        form = BulletinForm(request.POST, instance=held)
        if form.is_valid():
            services.write_bulletin(form.instance, request.user)
            return redirect("bulletin", form.instance.pk)
    else:
        form = BulletinForm(instance=held, initial={} if number else _asked(request))
    was_public = number is not None and Bulletin.objects.filter(pk=number, issued_on__isnull=False).exists()
    return render(request, "reports/bulletin_form.html", {"form": form, "number": number, "was_public": was_public})


def _asked(request: HttpRequest) -> dict[str, Any]:
    """A region and a way that the address names, if there are such; else nothing of it."""
    region, modus = request.GET.get("region", ""), request.GET.get("modus", "")
    return {
        "region": region if Region.objects.filter(pk=region).exists() else None,
        "modus": modus if modus in Modus.values else "",
        "valid_until": timezone.localdate() + dt.timedelta(days=USUAL_DAYS),
    }


@for_writers
@require_safe
def bulletin(request: HttpRequest, number: int) -> HttpResponse:
    """One warning as readers see it, and what may be done about it."""
    return _shown(request, number)


def _shown(request: HttpRequest, number: int, refused: str = "") -> HttpResponse:
    """The page of one warning; with what was ``refused``, if anything."""
    held = get_object_or_404(Bulletin.objects.select_related("region", "written_by", "published_by"), pk=number)
    context = {
        "bulletin": held,
        "mark": services.mark_of(held),
        "may_publish": held.issued_on is None and held.written_by_id not in (None, request.user.pk),
        "is_public": held.is_public(),
        "refused": refused,
    }
    return render(request, "reports/bulletin.html", context, status=400 if refused else 200)


@for_writers
@require_POST
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """The second person."""
    held = get_object_or_404(Bulletin, pk=number)
    try:
        services.publish_bulletin(held, request.user, request.POST.get("mark", ""))
    except services.NotPublished as error:
        return _shown(request, number, str(error))
    return redirect("bulletin", number)


@for_writers
@require_POST
def take_down(request: HttpRequest, number: int) -> HttpResponse:
    """Nobody sees it from now on."""
    services.take_down_bulletin(get_object_or_404(Bulletin, pk=number), request.user)
    return redirect("bulletin", number)
