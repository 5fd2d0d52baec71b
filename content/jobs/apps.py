from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "content.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from content.registers import usage

        from . import checks, holds, receivers, views  # noqa: F401

        receivers.connect()
        usage.register(holds.undecided)
        usage.register(usage.named_by_code([views.SYSTEM], _("the page of every listing")))
