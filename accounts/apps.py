from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from . import signals

        signals.connect()


class StaffUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration with our forms: no passwords, no superusers, an invitation instead."""

    user_viewset = "accounts.viewsets.AccountViewSet"
