"""The pages below /akun/ that are not allauth's: the door, and the way to the right room behind it."""

from __future__ import annotations

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache


@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The CMS for whoever works there; for others the page of their account."""
    if request.user.has_perm("wagtailadmin.access_admin"):
        return redirect("wagtailadmin_home")
    # The CMS has refused somebody who only came by its address; this page says it in words of ours.
    list(messages.get_messages(request))
    return render(
        request, "account/home.html", {"messages": (), "roles": request.user.groups.values_list("name", flat=True)}
    )


class SignInView(LoginView):
    """Whoever is signed in already goes to their own room, never back to ``next``: the CMS sends those it refuses here."""

    def get_authenticated_redirect_url(self) -> str:
        return settings.PRIVATE_PATH
