"""How allauth behaves here: nobody registers themselves, and mail is our own (DECISIONS 2)."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
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


_NONCE_BYTES = 12


class SecondFactorAdapter(DefaultMFAAdapter):
    """What codes are made of is locked in the database, by a key that follows from SECRET_KEY.

    Whoever has the database alone makes no code. After a change of SECRET_KEY everybody sets up their app anew, unless the
    old key is among SECRET_KEY_FALLBACKS.
    """

    def encrypt(self, text: str) -> str:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + AESGCM(_second_factor_key(settings.SECRET_KEY)).encrypt(nonce, text.encode(), None)
        return base64.b64encode(sealed).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                opened = AESGCM(_second_factor_key(secret)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
            except InvalidTag:
                continue
            return opened.decode()
        # No code matches a secret that nobody knows: the person is told that the code is wrong, nothing fails.
        return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def _second_factor_key(secret: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"lentera/second-factor/v1")
    return kdf.derive(secret.encode())
