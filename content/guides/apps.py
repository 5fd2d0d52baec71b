from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidesConfig(AppConfig):
    name = "content.guides"
    label = "guides"
    verbose_name = _("Guides")

    def ready(self) -> None:
        from content.registers import generation, usage

        from . import models, selectors

        generation.watch([models.PlanStep, models.PlanDocument, models.PlanWarning, models.PlanRule])
        usage.register(selectors.named_in_planner)
