from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "content.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from content.registers import generation, selectors, usage

        from . import checks, signals  # noqa: F401
        from .models import PublishedQuarter

        signals.connect()
        generation.watch([PublishedQuarter])
        shown = (*selectors.ABROAD, *selectors.ABROAD_ONCE_CALLED)
        usage.register(usage.named_by_code(shown, _("the report form, for people abroad")))
