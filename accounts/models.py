"""Who: one account per person, known by e-mail address. Citizens need none (docs/adr/0009)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccountManager(UserManager["User"]):
    """Creates people by e-mail address."""

    def _create_user_object(self, username: str | None, email: str | None, password: str | None, **extra: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        return user

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        return super().create_user(username=email, email=email, password=password, **extra)

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return super().create_superuser(username=email, email=email, password=password, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A member of staff: editor, translator, job officer, case worker or administrator."""

    username = None
    email = models.EmailField(_("e-mail address"), unique=True)
    agency = models.CharField(pgettext_lazy("of a person", "agency"), max_length=120, blank=True)
    demo = models.BooleanField(
        _("demonstration account"), default=False, help_text=_("Keeps the site from being called official.")
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name, verbose_name_plural = _("account"), _("accounts")
        ordering = ["email"]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Signing in compares lower-case addresses.
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)
