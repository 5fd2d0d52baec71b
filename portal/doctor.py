"""The doctor: what a person can find wrong with a running site, each finding with what to do.

``examine`` looks at every site. ``examine_official`` adds what an official site must be (DECISIONS 29); when all of that
holds, ``certify`` stores the proof that :mod:`portal.identity` asks for. A new example record, demonstration account or
demonstration key ends it, whichever way it was written (``watch`` and the work of ``tick``) and whatever its flag says
(:mod:`portal.nature`).
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import checks
from django.db import DatabaseError, connections, models, router
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from accounts.permissions import ROLES
from content.core.models import BasePage, SiteProof
from content.core.services import NOT_PUBLISHED_ACTION
from content.core.tree import tree
from content.core.writing.pages import public_pages
from content.core.writing.registers import texts
from content.core.writing.selectors import bare_digits
from content.registers import generation
from content.registers.figures import bare_in
from content.registers.models import Channel, Checked
from content.registers.selectors import registers
from content.reports import checks as laws
from content.reports.vault import readiness

from . import nature, ticking

# Days within which somebody must have called every number of the help block.
CALLED_WITHIN = 60


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``advice`` says what to do; it is empty where nothing is wrong."""

    name: str
    advice: str = ""

    @property
    def ok(self) -> bool:
        return not self.advice


# --- every site -------------------------------------------------------------------------------------------------


def _laws() -> Finding:
    broken = [message for message in checks.run_checks() if message.level >= checks.ERROR]
    return Finding("project checks", "; ".join(f"{m.id}: {m.msg}" for m in broken))


def _migrations() -> Finding:
    """Only what the router sends to a database can be missing in it."""
    waiting, silent = [], []
    for alias in connections:
        try:
            executor = MigrationExecutor(connections[alias])
        except DatabaseError:
            silent.append(alias)
            continue
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if any(router.allow_migrate(alias, migration.app_label) for migration, _backwards in plan):
            waiting.append(f"`manage.py migrate --database {alias}`")
    advice = [f"{' and '.join(silent)} cannot be reached"] if silent else []
    if waiting:
        advice.append(f"run {' and '.join(waiting)}")
    return Finding("databases", "; ".join(advice))


# What keeps a log of PostgreSQL from holding statements: only a superuser can set it, for the role that connects.
UNWRITTEN = {"log_min_error_statement": "panic", "log_statement": "none", "log_min_duration_statement": "-1"}


def _statements() -> Finding:
    """In a failed or slow statement stands what somebody searched for or sent."""
    wanted = []
    for alias in connections:
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            role = connection.ops.quote_name(cursor.fetchone()[0])
            for name, value in UNWRITTEN.items():
                cursor.execute(f"SHOW {name}")
                if cursor.fetchone() != (value,):
                    wanted.append(f"ALTER ROLE {role} SET {name} = {value};")
    advice = f"let a superuser of PostgreSQL say {' '.join(dict.fromkeys(wanted))} and restart the portal"
    return Finding("statements in the log of the database", advice if wanted else "")


def _homes() -> Finding:
    missing = [code for code in settings.COMPLETE_LANGUAGES if code not in tree().homes]
    return Finding(
        "home pages", f"no live home page in {', '.join(missing)}: run `manage.py load_content`" if missing else ""
    )


def _roles() -> Finding:
    known = set(Group.objects.values_list("name", flat=True))
    missing = [role.group for role in ROLES if role.group not in known]
    return Finding("roles", f"{', '.join(missing)}: run `manage.py load_reference`" if missing else "")


def _administrators() -> Finding:
    people = apps.get_model(settings.AUTH_USER_MODEL).objects.filter(is_active=True)
    admins = people.filter(models.Q(is_superuser=True) | models.Q(groups__name="Pengelola")).exists()
    return Finding("administrator", "" if admins else "run `manage.py invite EMAIL --role admin`")


def _tokens() -> Finding:
    found = {
        f"{token} on /akun/cms/pages/{page.pk}/edit/"
        for model in apps.get_models()
        if issubclass(model, BasePage)
        for page in model.objects.filter(live=True)
        for token in page.unknown_tokens()
    }
    return Finding("codes in texts", f"no register answers {', '.join(sorted(found))}" if found else "")


def _numbers() -> Finding:
    found = [
        f"/akun/cms/pages/{page.pk}/edit/ ({'; '.join(numbers)})"
        for page in public_pages()
        if (numbers := bare_digits(page))
    ]
    found += [
        f"{text.place} ({'; '.join(numbers)})"
        for text in texts()
        if not text.figures and (numbers := bare_in([text.words]))
    ]
    return Finding("numbers in texts", f"no fact or source answers for those on {', '.join(found)}" if found else "")


def _scheduled() -> Finding:
    """Pages that were not published on their day and have not been touched since, and those that will not be."""
    refused = {
        entry.page_id: str(entry.data.get("reason", ""))
        for entry in PageLogEntry.objects.filter(
            action=NOT_PUBLISHED_ACTION, page__latest_revision_created_at__lt=models.F("timestamp")
        ).order_by("timestamp")
    }
    for revision in Revision.objects.filter(approved_go_live_at__isnull=False):
        page = revision.as_object()
        if isinstance(page, BasePage) and (sentences := page.obstacles()):
            refused[page.pk] = " ".join(sentences)
    shown = "; ".join(f"/akun/cms/pages/{pk}/edit/ ({reason})" for pk, reason in sorted(refused.items()))
    return Finding("pages with a day", f"not published: {shown}" if shown else "")


def _overdue() -> Finding:
    today = timezone.localdate()
    late = [
        entry.slug
        for model in apps.get_models()
        if issubclass(model, Checked)
        for entry in model.objects.filter(verify_by__lt=today)
    ]
    shown = ", ".join(late[:5]) + (" …" if len(late) > 5 else "")
    return Finding("facts and channels", f"{len(late)} overdue: {shown} (CMS, Daftar rujukan)" if late else "")


def _mail() -> Finding:
    real = settings.BASE_URL.startswith("https://")
    console = settings.EMAIL_BACKEND.endswith("console.EmailBackend")
    return Finding("mail", "set EMAIL_URL: invitations are printed, not sent" if real and console else "")


def _report_form() -> Finding:
    """Closed by right while no unit is there to read; closed for any other reason, somebody has to know why."""
    if not readiness.has_units():
        return Finding("report form (closed: no unit has been set up that reads reports)")
    return Finding("report form", " ".join(readiness.closed_because()))


def _private_files() -> Finding:
    return Finding("files of the reports", "; ".join(str(message.hint) for message in laws.secrets_are_private()))


def examine() -> list[Finding]:
    """What must hold on every site."""
    return [
        _migrations(),
        _laws(),
        _statements(),
        _homes(),
        _roles(),
        _administrators(),
        _tokens(),
        _numbers(),
        _scheduled(),
        _overdue(),
        _mail(),
        _report_form(),
        _private_files(),
    ]


# --- an official site -------------------------------------------------------------------------------------------


def help_channels() -> list[Channel]:
    """The contacts of the help block, on every page."""
    return [channel for channel in registers().channels.values() if channel.emergency]


def _uncalled() -> list[str]:
    since = timezone.localdate() - dt.timedelta(days=CALLED_WITHIN)
    return [
        channel.slug
        for channel in help_channels()
        if channel.check_kind != Channel.CheckKind.CALLED or channel.verified_on < since
    ]


def asks_to_be_official() -> bool:
    """Somebody has begun to name the owner."""
    return any((settings.SITE_OWNER, settings.SITE_DECREE, settings.SITE_HOST))


def examine_official() -> list[Finding]:
    """What an official site must be besides (DECISIONS 29)."""
    missing = [name for name in ("SITE_OWNER", "SITE_DECREE", "SITE_HOST") if not getattr(settings, name)]
    host = settings.SITE_HOST
    parts = urlsplit(settings.BASE_URL)
    address = host.endswith(".go.id") and (parts.scheme, parts.netloc) == ("https", host)
    marked = ", ".join(map(str, nature.marked()))
    uncalled = _uncalled()
    return [
        Finding("owner, decree and host", f"set {', '.join(missing)} (docs/settings.md)" if missing else ""),
        Finding("address", "" if address else "SITE_HOST must end in .go.id and BASE_URL be https:// with that host"),
        Finding(
            "no examples",
            f"{marked}: run `manage.py remove_examples`, and delete in the CMS what is left" if marked else "",
        ),
        Finding(
            "help numbers called",
            f"call, then note “Sudah diperiksa hari ini” in the CMS: {', '.join(uncalled)}" if uncalled else "",
        ),
        Finding("help numbers present", "" if help_channels() else "no channel is marked as emergency"),
    ]


def certify() -> None:
    """Store that everything holds for this owner, decree and host; the site calls itself official from now on."""
    SiteProof.objects.all().delete()
    SiteProof.objects.create(owner=settings.SITE_OWNER, decree=settings.SITE_DECREE, host=settings.SITE_HOST)
    generation.replace_after_commit()


def withdraw() -> int:
    """End the official state; how many proofs there were."""
    count, _models = SiteProof.objects.all().delete()
    if count:
        generation.replace_after_commit()
    return count


def withdraw_if_marked() -> int:
    """End the official state when an example has come in by a way that sends no signal (work of ``tick``)."""
    return withdraw() if SiteProof.objects.exists() and nature.any_marked() else 0


def _saved(sender: Any, instance: models.Model, **kwargs: Any) -> None:
    if nature.is_example(instance):
        withdraw()


def watch() -> None:
    """Listen to every model that can hold an example (called once, in AppConfig.ready)."""
    for model in nature.watched():
        post_save.connect(_saved, sender=model, dispatch_uid=f"doctor-{model._meta.label}")
    ticking.register("official state ended", withdraw_if_marked)
