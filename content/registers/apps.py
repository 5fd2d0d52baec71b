from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "content.registers"
    label = "registers"
    verbose_name = _("Registers")

    def ready(self) -> None:
        from . import checks, signals  # noqa: F401
        from .models import SeedRecord

        signals.connect([model for model in self.get_models() if model is not SeedRecord])
