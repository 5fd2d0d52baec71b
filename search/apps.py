from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from content.registers import usage

        from . import checks, offices, signals  # noqa: F401

        signals.connect(self)
        usage.register(usage.named_by_code(offices.CHANNELS, _("the search where nothing was found")))
