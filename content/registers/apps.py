from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "content.registers"
    label = "registers"
    verbose_name = _("Registers")

    def ready(self) -> None:
        from . import checks, generation, signals, usage  # noqa: F401
        from .models import SeedRecord

        shown = [model for model in self.get_models() if model is not SeedRecord]
        generation.watch(shown)
        signals.connect(shown)
        usage.register(usage.in_registers)
