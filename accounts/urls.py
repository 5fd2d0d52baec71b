"""Addresses below /akun/: signing in and out, passwords, the second factor. No sign-up, no change of address by oneself (DECISIONS 2)."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as paper
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from . import views

urlpatterns = [
    path("", views.home, name="account_home"),
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    # The second factor
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("kode/", mfa.index, name="mfa_index"),
    path("kode/masuk/", mfa.authenticate, name="mfa_authenticate"),
    path("kode/ulang/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("kode/pasang/", totp.activate_totp, name="mfa_activate_totp"),
    path("kode/lepas/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("kode/cadangan/", paper.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("kode/cadangan/baru/", paper.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]
