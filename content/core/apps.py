from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "content.core"
    label = "core"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from content.registers import generation, usage

        from . import models, selectors, signals
        from .writing import selectors as writing

        signals.connect()
        generation.watch([models.Recording, models.PortalImage, models.PortalDocument])
        # Whether a page says that a newer original exists, and who has checked its words.
        generation.watch([models.OutdatedString, models.TranslationReview])
        usage.register(selectors.places_naming)
        usage.register(writing.places_citing)
