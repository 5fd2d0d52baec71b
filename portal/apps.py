from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from content.core import slots
        from content.jobs import components, services
        from content.reports import services as reports
        from search import indexing

        from . import checks, doctor, ticking  # noqa: F401

        doctor.watch()
        slots.fill("home_jobs", components.home_jobs)
        ticking.register("Listings put right", services.repair)
        ticking.register("Words of the report form put right", reports.write_snapshots)
        ticking.register("Search documents put right", indexing.repair)
