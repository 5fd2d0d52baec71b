"""What happens once a night (``reports_nightly``): run it twice and the second time does nothing; miss it and the next one catches up.

Every work asks the day and the state of the rows, so that one that was missed is made up for. Only that a day has its event and the file
is written anew after midnight is remembered: in the audit chain, and in the run directory. Each fails alone.

After a long pause nothing that goes by the calendar is done until a person says that the clock is right: one that stands far ahead
would delete what has weeks to live. That the message of the day goes out and a unit above is told does not wait for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from . import audit, backup, escalation, letters, retention, run, staff, statistics, tombstones
from .audit import Action
from .escalation import Trouble
from .models import AuditEvent, today

logger = logging.getLogger(__name__)


class NotDone(Exception):
    """A work that could not be done, in words of our own."""


@dataclass
class Night:
    """What one night did, or would do: a line for each thing, and what failed."""

    lines: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def last_run() -> AuditEvent | None:
    """The event of the newest night."""
    return AuditEvent.objects.filter(action=Action.NIGHTLY).order_by("-number").first()


def failures(night: AuditEvent) -> int:
    """How many works of this night failed before its event was written."""
    return int(dict(word.split("=", 1) for word in night.detail.split()).get("failed", 0))


def was_refused(night: AuditEvent) -> bool:
    """Whether nothing was deleted in this night, as the clock may have been wrong."""
    return f"{retention.REFUSED}=" in night.detail


def missed() -> int:
    """How many nights nobody ran this since it last ran; none where it never did."""
    last = last_run()
    return max(0, (today() - last.on).days - 1) if last else 0


def plan() -> Night:
    """What a run would do now; nothing is changed."""
    troubles = escalation.troubles()
    lines = [
        f"nights missed: {missed()}",
        f"left behind by interrupted backups, removed: {len(backup.leftovers())}",
        f"entries for the statistics mixed: {statistics.waiting()}",
        f"accounted for, as their time for an answer is over: {statistics.to_account().count()}",
        f"counts of weeks forgotten: {statistics.outdated().count()}",
        f"deleted, as their term has ended: {retention.due().count()}",
        f"deleted, as they were withdrawn: {retention.withdrawn().count()}",
        f"announced at the desk: {retention.to_warn().count()}",
        f"accounts that are switched off and lose their seats: {len(staff.switched_off())}",
        f"escalations begun or ended: {len(_changes(troubles))}",
        *map(_about, troubles),
        f"changes of holders to be told: {len(letters.untold())}",
        f"daily messages to send: {len(letters.addressees())}",
        f"daily messages of earlier days forgotten: {letters.of_earlier_days().count()}",
    ]
    if _held_back(False):
        lines.insert(0, "what is deleted, announced or accounted for waits for --after-long-pause")
    return Night(lines)


def _held_back(after_long_pause: bool) -> str:
    """Why nothing is done that goes by the calendar; empty where it is."""
    since = None if after_long_pause else retention.held_back_since()
    if since is None:
        return ""
    return (
        f"no night since {since} did this, and it is {today()} by the clock of this machine: if that is right, "
        "run `manage.py reports_nightly --after-long-pause` once"
    )


def work(*, after_long_pause: bool = False) -> Night:
    """Do it. ``after_long_pause``: somebody has looked, and the clock is right."""
    done = Night()
    nights = missed()
    if nights:
        done.lines.append(f"nights missed: {nights}; what was due in them is done now")
    _try(done, "left behind by interrupted backups, removed", backup.forget_leftovers)
    mixed = _try(done, "entries for the statistics mixed", statistics.mix)
    withdrawn = deleted = warned = 0
    if refused := _held_back(after_long_pause):

        def refuse() -> int:
            raise NotDone(refused)

        _try(done, "accounted for, deleted and announced", refuse)
    else:
        # Before anything is deleted: each report is in the account of its month.
        _try(done, "accounted for, as their time for an answer is over", statistics.account)
        _try(done, "counts of weeks forgotten", statistics.forget_weeks)
        withdrawn = _try(done, "deleted, as they were withdrawn", retention.delete_withdrawn)
        deleted = _try(done, "deleted, as their term has ended", retention.delete_due)
        _try(done, "marked, so that no backup brings it back", tombstones.gather)
        warned = _try(done, "announced at the desk", retention.warn)
    # What is deleted is gone once the file is written anew, and after a night that failed there it is done now.
    if mixed or withdrawn or deleted or not run.was_done_today(_ERASED):
        _try(done, "written anew without what was deleted", _erase)
    # Before anybody asks who reads.
    _try(done, "seats taken, as their accounts are switched off", staff.take_seats_of_switched_off)
    troubles: list[Trouble] | None = None

    def escalate() -> int:
        nonlocal troubles
        troubles = escalation.troubles()
        return _escalate(troubles)

    told = _try(done, "escalations begun or ended", escalate)
    done.lines += map(_about, troubles or [])
    counts = {"deleted": deleted + withdrawn, "announced": warned, "escalated": told, "missed": nights}
    if refused:
        counts[retention.REFUSED] = 1
    _try(done, "event of this night", lambda: _record(counts, len(done.failed)))
    _try(done, "changes of holders told", lambda: _sent(letters.tell_of_rosters()))
    _try(done, "daily messages sent", lambda: _send_daily(troubles))
    _try(done, "daily messages of earlier days forgotten", letters.forget_earlier_days)
    return done


def _record(counts: dict[str, int], failed: int) -> int:
    """The event of this night. Another run of the same day has one of its own only where more or less failed in it, or was refused."""
    last = last_run()
    if (
        last is not None
        and last.on == today()
        and failures(last) == failed
        and was_refused(last) == (retention.REFUSED in counts)
    ):
        return 0
    audit.record_all([audit.Entry(Action.NIGHTLY, detail={**counts, "failed": failed})])
    return 1


def _send_daily(troubles: list[Trouble] | None) -> int:
    if troubles is None:
        # There is one message a day: “nothing waits” could not be taken back.
        raise NotDone("nobody knows whether a unit below reads")
    return _sent(letters.send_daily(troubles))


_ERASED = "erased"


def _erase() -> int:
    if not retention.erase():
        raise NotDone("the database is being written to")
    run.done_today(_ERASED)
    return 1


def _sent(counts: tuple[int, int]) -> int:
    sent, failed = counts
    if failed:
        raise NotDone(f"{failed} could not be sent, {sent} were")
    return sent


def _try(done: Night, name: str, job: Callable[[], int]) -> int:
    try:
        count = job()
    except Exception as error:  # noqa: BLE001 - the other works are still to be done
        # A database may repeat the row in its complaint: only what we say ourselves is passed on.
        why = str(error) if isinstance(error, NotDone) else type(error).__name__
        logger.error("Nightly work of the reports failed: %s (%s)", name, why)
        done.failed.append(f"{name}: {why}")
        return 0
    done.lines.append(f"{name}: {count}")
    return count


def _about(trouble: Trouble) -> str:
    told = f"told to {trouble.told.code}" if trouble.told else "nobody above reads: telephone its holders"
    why = {
        escalation.NO_HOLDER: "no live holder",
        escalation.CONFLICT: f"{trouble.conflicts} reports concern all who could read them",
    }.get(trouble.reason, f"{trouble.unread} unread for {escalation.DUE_DAYS} days")
    return f"unit {trouble.unit.code}: {why}; {told}"


def _changes(troubles: list[Trouble]) -> list[audit.Entry]:
    """The escalations that begin or end, by what the chain says of each unit last."""
    now = {trouble.unit.code: trouble for trouble in troubles}
    kinds = (Action.ESCALATED, Action.ESCALATION_ENDED)
    last = {event.unit: event for event in AuditEvent.objects.filter(action__in=kinds).order_by("number")}
    open_ = {unit: event for unit, event in last.items() if event.action == Action.ESCALATED}
    changes = []
    for code, trouble in sorted(now.items()):
        detail: dict[str, object] = {"because": trouble.reason, "told": trouble.told.code if trouble.told else "nobody"}
        words = " ".join(f"{name}={detail[name]}" for name in sorted(detail))
        if code not in open_ or open_[code].detail != words:
            changes.append(audit.Entry(Action.ESCALATED, unit=code, detail=detail))
    ended = sorted(set(open_) - set(now))
    return [*changes, *(audit.Entry(Action.ESCALATION_ENDED, unit=code) for code in ended)]


def _escalate(troubles: list[Trouble]) -> int:
    return len(audit.record_all(_changes(troubles)))
