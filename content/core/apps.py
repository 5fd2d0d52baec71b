from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "content.core"
    label = "core"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from . import signals

        signals.connect()
