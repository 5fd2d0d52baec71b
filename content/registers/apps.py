from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "content.registers"
    label = "registers"
    verbose_name = _("Registers")

    def ready(self) -> None:
        from . import checks, signals  # noqa: F401

        signals.connect(list(self.get_models()))
