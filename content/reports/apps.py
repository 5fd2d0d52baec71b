from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "content.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from . import checks, signals  # noqa: F401

        signals.connect()
