"""What each role may do in the CMS. Roles are code: a group holds exactly what is written here (services.sync_roles).

Nobody but a superuser deletes facts, channels or sources: pages name them, and what is no longer true ends by its
date (DECISIONS 13). No role reaches the report vault; there membership in a unit decides (DECISIONS 49).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Action = Literal["add", "change", "delete", "view"]
PageAction = Literal["add", "change", "publish", "bulk_delete", "lock", "unlock"]

EDIT: tuple[Action, ...] = ("add", "change", "view")
ALL: tuple[Action, ...] = ("add", "change", "delete", "view")
LOOK: tuple[Action, ...] = ("view",)

# Statements about the world, which editors keep true.
STATEMENTS = ("registers.source", "registers.fact", "registers.channel")
TEXTS = (
    "registers.redflag",
    "registers.term",
    "registers.synonym",
    "registers.distress",
    "registers.avoidedword",
    "registers.service",
    "registers.office",
)
# Codes that rules and listings are built of.
CODES = ("registers.scheme", "registers.workgroup", "registers.occupation", "registers.costcomponent")
DESTINATIONS = ("registers.destination", "registers.destinationrule")
REGIONS = ("registers.region",)
RATES = ("registers.exchangerate",)
# On pages of their own below /akun/; whoever has a seat in a unit writes them without any permission.
BULLETINS = ("registers.bulletin",)
# The offer check: its rules are words, which editors extend.
OFFERS = ("jobs.offerflag", "jobs.offerrule", "jobs.offerwords")
# The planner: its rules are proposed by one person and published by another, whoever may do both.
PLANS = ("guides.planstep", "guides.plandocument", "guides.planwarning", "guides.planrule", "guides.planproposal")
# What the contract reader looks for.
CLAUSES = ("guides.contractclause",)
# Every model of the app: the rooms below know their own models.
JOBS = "jobs.*"

WRITE_PAGES: tuple[PageAction, ...] = ("add", "change", "publish", "lock", "unlock")


@dataclass(frozen=True)
class Role:
    """One role: the name of its group (Indonesian, as staff read it) and what it may do.

    ``models`` maps ``app.model`` or ``app.*`` to actions; ``extra`` are single permissions ``app.codename``;
    ``source_pages`` / ``target_pages`` hold on the home pages of the source language / of all other languages;
    ``all_pages`` holds on the root of the tree; ``files`` and ``folders`` are permissions on images and documents, and on
    the collections they lie in.
    """

    code: str
    group: str
    cms: bool = True
    models: dict[str, tuple[Action, ...]] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    all_pages: tuple[PageAction, ...] = ()
    source_pages: tuple[PageAction, ...] = ()
    target_pages: tuple[PageAction, ...] = ()
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    approves: bool = False


def _each(names: tuple[str, ...], actions: tuple[Action, ...]) -> dict[str, tuple[Action, ...]]:
    return dict.fromkeys(names, actions)


ROLES: tuple[Role, ...] = (
    Role(
        "editor",
        "Penyunting",
        models={
            **_each(STATEMENTS + TEXTS + OFFERS + RATES + BULLETINS, EDIT),
            **_each(CODES + DESTINATIONS + REGIONS, LOOK),
            "core.translationreview": ALL,
            "core.recording": ALL,
        },
        extra=("wagtail_localize.submit_translation",),
        source_pages=WRITE_PAGES,
        target_pages=WRITE_PAGES,
        files=("add", "change", "choose"),
        approves=True,
    ),
    Role(
        "translator",
        "Penerjemah",
        models=_each(STATEMENTS + TEXTS + CODES + DESTINATIONS + REGIONS + RATES, LOOK),
        extra=("wagtail_localize.submit_translation",),
        # Wagtail has no permission to look at a page. This one lets the source pages be found in the page list, and by
        # itself allows nothing else: deleting also needs "change" (a test holds this).
        source_pages=("bulk_delete",),
        target_pages=("change",),
        files=("choose",),
    ),
    Role(
        "job_officer",
        "Petugas lowongan",
        models={
            JOBS: ALL,
            **_each(DESTINATIONS + RATES + PLANS + CLAUSES, EDIT),
            "registers.source": EDIT,
            "registers.occupation": EDIT,
            **_each(("registers.fact", "registers.channel", *REGIONS), LOOK),
            **_each(tuple(code for code in CODES if code != "registers.occupation"), LOOK),
        },
    ),
    # Reads reports on pages of their own below /akun/ and has no business in the CMS.
    Role("case_worker", "Petugas kasus", cms=False),
    Role(
        "admin",
        "Pengelola",
        models={
            **_each(STATEMENTS + BULLETINS, EDIT),
            **_each(TEXTS + CODES + DESTINATIONS + RATES + CLAUSES, ALL),
            **_each(PLANS, EDIT),
            **_each(REGIONS, LOOK),
            JOBS: ALL,
            "accounts.user": ALL,
            "core.translationreview": ALL,
            "core.recording": ALL,
            "search.searchchange": LOOK,
            "wagtailcore.workflow": ("add", "change", "delete"),
            "wagtailcore.task": ("add", "change", "delete"),
        },
        extra=("wagtail_localize.submit_translation",),
        all_pages=(*WRITE_PAGES, "bulk_delete"),
        files=("add", "change", "choose"),
        folders=("add", "change", "delete"),
        approves=True,
    ),
)

BY_CODE = {role.code: role for role in ROLES}
