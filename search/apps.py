from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from content.registers import generation, usage

        from . import checks, models, offices, signals  # noqa: F401

        signals.connect(self)
        # Of documents nothing is kept; of their words each process keeps all.
        generation.watch([models.SearchWord])
        usage.register(usage.named_by_code(offices.CHANNELS, _("the search where nothing was found")))
