"""Signing in and passwords, in our own words; accounts in the CMS: an address, a name, an agency and roles.

Nobody types a password for somebody else, and a superuser is made on the server only (``manage.py createsuperuser``).
"""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

from .models import User

_ROLES_HELP = _("What this person may do. The roles themselves are fixed.")


class _AccountForm(forms.ModelForm):
    """What both forms share."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("is_superuser", None)
        self.fields["groups"].label = _("Roles")
        self.fields["groups"].help_text = _ROLES_HELP
        self.fields["last_name"].required = False

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class AccountCreationForm(_AccountForm, UserCreationForm):
    """A new account has no password: its owner chooses one by the invitation."""

    field_order = ("email", "first_name", "last_name", "agency", "groups")

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("email", "first_name", "last_name", "agency", "groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].required = True

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


class AccountEditForm(_AccountForm, UserEditForm):
    """An account that exists."""

    field_order = ("email", "first_name", "last_name", "agency", "is_active", "groups")

    class Meta(UserEditForm.Meta):
        model = User
        fields = ("email", "first_name", "last_name", "agency", "is_active", "groups")


class SignInForm(LoginForm):
    """E-mail and password; the labels say it, not grey words inside the fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, login=_("E-mail"), password=_("Password"))


class NewPasswordForm(ResetPasswordKeyForm):
    """The password of an invitation, or after forgetting one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, password1=_("New password"), password2=_("New password again"))


class OtherPasswordForm(ChangePasswordForm):
    """Replacing the password one knows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(
            self,
            oldpassword=_("Password until now"),
            password1=_("New password"),
            password2=_("New password again"),
        )


class ForgottenPasswordForm(ResetPasswordForm):
    """Where to send the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_fields(self, email=_("E-mail"))


def name_fields(form: forms.Form, **labels: Any) -> None:
    """Give each field its label and take the placeholder away: it vanishes while one types."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)
