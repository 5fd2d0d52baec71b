from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from content.core import slots
        from content.education import components as education
        from content.guides import components as guides
        from content.jobs import components as jobs
        from content.jobs import digest, oversight, services, slip_services
        from content.reports import components as warnings
        from content.reports import services as reports
        from content.reports.vault import services as vault
        from content.schools import components as schools
        from search import indexing, outer

        from . import checks, doctor, reconnecting, ticking  # noqa: F401

        doctor.watch()
        reconnecting.watch()
        slots.fill("banner", warnings.warnings)
        slots.fill("banner", education.banner)
        slots.fill("warnings", warnings.warnings)
        slots.fill("home_jobs", jobs.home_jobs)
        slots.fill("home_learning", education.home_learning)
        slots.fill("home_planner", guides.home_planner)
        slots.fill("home_schools", schools.home_schools)
        slots.fill("papers_of_listing", guides.papers_of_listing)
        slots.fill("onward", guides.help_nearby)
        slots.fill("before_signing", guides.before_signing)
        ticking.register("Listings put right", services.repair)
        ticking.register("Slips signed with another key", slip_services.follow_keys)
        ticking.register("Holds put right", oversight.repair)
        ticking.register("Messages to job officers", digest.send_due)
        ticking.register("Words of the report form put right", reports.write_snapshots)
        ticking.register("Traces of reports forgotten", vault.tidy)
        ticking.register("Search documents put right", indexing.repair)
        ticking.register("Search index outside the database put right", outer.keep_up)
