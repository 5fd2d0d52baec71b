from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "content.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from . import receivers

        receivers.connect()
