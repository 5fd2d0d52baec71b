"""The doctor of the vault: what must hold before and while reports are taken, each with what to do (``reports_check``)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import Error as AnyDatabaseError

from . import (
    audit,
    backup,
    cleaning,
    envelope,
    escalation,
    installation,
    keys,
    nightly,
    paper,
    readiness,
    receipt,
    run,
    selectors,
    staff,
    standing,
)
from .models import Holder, Unit, today

SWAPS = Path("/proc/swaps")
MOUNTS = Path("/proc/mounts")
# Where the kernel says what a service of systemd may use, and those that hold what people type: nginx has it in clear too.
CGROUPS = Path("/sys/fs/cgroup/system.slice")
SERVICES = ("lentera.service", "lentera-reports.service", "nginx.service")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``advice`` says what to do; it is empty where nothing is wrong."""

    name: str
    advice: str = ""


def examine() -> list[Finding]:
    """Everything, in the order in which to mend it."""
    return [*_machine(), *_storing(), *_sealing(), *_files(), *_units(), *_nights()]


def _machine() -> Iterator[Finding]:
    yield Finding("debug pages", "set DEBUG off: its error pages show what was typed" if settings.DEBUG else "")
    yield Finding("swap", _swap())
    yield Finding("run directory", _run_directory())


def _swap() -> str:
    """None on this machine, or none for the services: asked of the kernel, which knows the limit that holds."""
    swaps = SWAPS.read_text().splitlines()[1:] if SWAPS.exists() else []
    limits = [CGROUPS / name / "memory.swap.max" for name in SERVICES]
    if not swaps or all(limit.is_file() and limit.read_text().strip() == "0" for limit in limits):
        return ""
    return "turn swap off, or give nginx MemorySwapMax=0 as both services have it (docs/runbooks/deploy.md): memory holds what was typed"


def _run_directory() -> str:
    """Day keys must be gone after a reboot."""
    if not settings.BASE_URL.startswith("https://") or not MOUNTS.exists():
        return ""
    folder = str(run.folder())
    mounted = [line.split()[1:3] for line in MOUNTS.read_text().splitlines()]
    _point, kind = max(
        ((p, k) for p, k in mounted if f"{folder}/".startswith(f"{p.rstrip('/')}/")), key=lambda m: len(m[0])
    )
    return "" if kind == "tmpfs" else f"mount a tmpfs at {settings.VAR_DIR}/run (docs/runbooks/nginx-reports.md)"


def _storing() -> Iterator[Finding]:
    yield Finding("everything that storing needs", " ".join(readiness.obstacles()))


def _sealing() -> Iterator[Finding]:
    """Seal to a key that is thrown away and open it, with a receipt stretched at its full cost."""
    try:
        key, text = keys.generate(), b"self-test"
        header = envelope.Header.for_report(unit=UUID(int=1), epoch=1, mode=envelope.Mode.SERVER)
        opened = envelope.open_(envelope.seal(text, header, [key.public_key()]), key)
        receipt.credentials(receipt.stretch(receipt.Receipt.generate(), bytes(receipt.SALT_BYTES)))
        yield Finding("sealing", "" if opened == text else "what was sealed opens as something else")
    except MemoryError:
        yield Finding("sealing", "there are not 64 MiB of memory for a receipt")
    yield Finding("scripts that others wrote", _altered())


def _altered() -> str:
    """What others wrote and seals here must be, byte for byte, what was reviewed."""
    folder = Path(settings.BASE_DIR) / "static" / "formulir" / "vendor"
    reviewed = {name: about["sha256"] for name, about in json.loads((folder / "vendored.json").read_text()).items()}
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.js")}
    names = sorted(name for name in reviewed if there.get(name) != reviewed[name])
    return f"not what was reviewed: {', '.join(names)}: install the release anew" if names else ""


def _files() -> Iterator[Finding]:
    """Nothing is wrong where a kind is refused: its sender is told what to send instead. Whoever installs should know."""
    cleaned = [kind for kind in cleaning.Kind if cleaning.can_clean(kind)]
    refused = [f"{kind} (install {package})" for kind, package in cleaning.NEEDED.items() if kind not in cleaned]
    yield Finding(f"files: {', '.join(cleaned)}" + (f"; refused: {', '.join(refused)}" if refused else ""))


def _units() -> Iterator[Finding]:
    try:
        units = list(Unit.objects.all())
        off = staff.switched_off()
        newest = selectors.newest_keys()
    except AnyDatabaseError:
        return
    if not units:
        yield Finding("units", "nobody reads yet: run `manage.py reports_setup --unit CODE --name NAME`")
    for unit in units:
        key = newest.get(unit.pk)
        if key is not None and selectors.is_for_practice(key):
            yield Finding(f"unit {unit.code} (practice)", selectors.fault_of(key))
            continue
        held = standing.standing_of(unit.pk)
        known = [user for user in unit.seats.values_list("user", flat=True) if staff.is_of_practice(user)]
        if known or any(map(installation.is_practice_holder, held.roster.members if held.roster else ())):
            advice = "accounts or keys for practice, whose phrases everybody knows, are among its people: take their seats, and make a new key without them"
            yield Finding(f"unit {unit.code}, people", advice)
        if off & set(unit.seats.values_list("user", flat=True)):
            advice = (
                "accounts that are switched off still have seats: run `manage.py reports_nightly`, which takes them"
            )
            yield Finding(f"unit {unit.code}, seats", advice)
        fault = selectors.fault_of(key, held) if key else held.fault
        if not fault and held.alone:
            fault = f"one holder is left; the form closes after {held.alone_until}: add one"
        about = f", epoch {held.roster.epoch}, {held.live} live holders" if held.roster else ""
        yield Finding(f"unit {unit.code}{about}", fault or _stale_trust(unit, held))
        if held.roster:
            yield Finding(f"unit {unit.code}, sealed paper envelope", paper.fault_of(unit, held.roster))


def _stale_trust(unit: Unit, held: standing.Standing) -> str:
    """Who is trusted outside the database and holds nothing any more could still sign."""
    others = {holder.member for holder in Holder.objects.all()}
    stale = installation.founders_among(unit.pk, others.difference(held.roster.members if held.roster else ()))
    options = " ".join(sorted(f'--distrust "{member.fingerprint}"' for member in stale))
    return (
        f"is trusted and holds nothing any more: `manage.py reports_setup --unit {unit.code} {options}`"
        if stale
        else ""
    )


def _nights() -> Iterator[Finding]:
    """The audit chain, the work of the nights, and units that do not read."""
    try:
        chain, last = audit.verify(), nightly.last_run()
        troubles = escalation.troubles()
    except AnyDatabaseError:
        return
    yield Finding(f"audit chain, {chain.count} events", chain.fault)
    if not Unit.objects.filter(demo=False).exists():
        return
    if last is None:
        yield Finding(
            "nights", "`manage.py reports_nightly` has never run: let a timer run it (docs/runbooks/report-units.md)"
        )
    else:
        advice = ""
        if (today() - last.on).days > 1:
            advice = f"`manage.py reports_nightly` last ran on {last.on}: look at its timer"
        elif nightly.was_refused(last):
            advice = f"nothing was deleted on {last.on}, as the clock may be wrong: compare it, then run `manage.py reports_nightly`, it says how to go on"
        elif failed := nightly.failures(last):
            advice = f"{failed} works of `manage.py reports_nightly` failed on {last.on}: run it again, it says which"
        yield Finding("nights", advice)
    yield Finding("backups", "; ".join(backup.faults()))
    for trouble in troubles:
        if trouble.told is None and trouble.reason == escalation.UNREAD:
            advice = f"{trouble.unread} reports wait for more than {escalation.DUE_DAYS} days, and no unit above reads: telephone its holders"
            yield Finding(f"unit {trouble.unit.code} reads", advice)
        elif trouble.told is None and trouble.reason == escalation.CONFLICT:
            advice = f"{trouble.conflicts} reports concern all who could read them, and no unit above reads: add holders from elsewhere"
            yield Finding(f"unit {trouble.unit.code} reads", advice)
