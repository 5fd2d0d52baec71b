"""How allauth behaves here: nobody registers themselves, and mail is our own (DECISIONS 2)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.http import HttpRequest

from . import services


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Of this account from this client: the right password from elsewhere is never refused."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{get_ip(request)}"

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        services.send_reset(user, context["password_reset_url"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return settings.PRIVATE_PATH
