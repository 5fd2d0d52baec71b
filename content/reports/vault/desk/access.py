"""Who may see the pages of a unit: an account with a seat there and a second factor. Everybody else finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from .. import recusal
from ..models import Holder, Seat, Unit

View = Callable[..., HttpResponse]


def only_for(may: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Signed in, of those who ``may``, with a second factor; never kept by a browser. For everybody else there is no such page.

    It stands before the decorators that name methods: a 405 would tell everybody else that there is one.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may(request):
                raise Http404
            if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
                return redirect("mfa_activate_totp")
            response = view(request, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            response["Cross-Origin-Resource-Policy"] = "same-origin"
            return response

        return guarded

    return guard


def _has_a_seat(request: HttpRequest) -> bool:
    return Seat.objects.filter(user=request.user.pk or 0).exists()


# With a seat in any unit.
for_staff = only_for(_has_a_seat)


def in_unit(view: View) -> View:
    """The same with a seat in the unit that the address names; the view gets the unit. A superuser is nobody here.

    Where the address names a report, whoever is kept from it finds nothing there (recusal.py).
    """

    @for_staff
    @wraps(view)
    def guarded(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        seat = Seat.objects.filter(user=request.user.pk or 0, unit__code=code).select_related("unit__parent").first()
        if seat is None or _is_kept_from(kwargs.get("name"), request.user.pk or 0):
            raise Http404
        return view(request, seat.unit, *args, **kwargs)

    return guarded


def _is_kept_from(name: str | None, user: int) -> bool:
    number = int(name, 16) if name else 2**63
    return number < 2**63 and recusal.excludes(number, user)


def holder_of(request: HttpRequest) -> Holder | None:
    """The key that this account has made."""
    return Holder.objects.filter(user=request.user.pk or 0, left_on=None).first()


def seated_in(unit: Unit) -> list[int]:
    """The accounts that see the pages of the unit."""
    return list(Seat.objects.filter(unit=unit).values_list("user", flat=True))
