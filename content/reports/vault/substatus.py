"""What stands below the state for whoever holds the number: one of few sentences, chosen by code.

Editors write the sentences, in each language, on the page of the report form (content.reports.models); two people publish
them, and they reach the vault in the snapshot. Where they wrote none, ours stands. No case worker types here, so that no
sentence repeats a report or tells its holder more than that something is done.
"""

from __future__ import annotations

from django.utils.translation import gettext

from .models import Report

_Status = Report.Status
_OF: dict[str, tuple[str, ...]] = {
    _Status.RECEIVED: ("queued",),
    _Status.READ: ("examined", "need-more"),
    _Status.IN_PROGRESS: ("with-others", "waiting", "need-more"),
    _Status.CLOSED: ("help-given", "passed-on", "no-action", "no-answer"),
}
CODES = tuple(dict.fromkeys(code for codes in _OF.values() for code in codes))


def of(state: str) -> tuple[str, ...]:
    """The codes that fit to a state."""
    return _OF.get(state, ())


def text_name(code: str) -> str:
    """What the sentence of a code is called in the snapshot and on the editors' page."""
    return f"sub_{code.replace('-', '_')}"


def sentence(code: str) -> str:
    """Our own sentence, where the editors wrote none."""
    return {
        "queued": gettext("It waits its turn to be read."),
        "examined": gettext("We are finding out what can be done."),
        "need-more": gettext("We need to know more: read the answer below, then add what you can."),
        "with-others": gettext("Another office works on it with us."),
        "waiting": gettext("We are waiting for an answer from elsewhere."),
        "help-given": gettext("Help was given."),
        "passed-on": gettext("Another office goes on with it."),
        "no-action": gettext("We can do no more about it. If something changes, add it below."),
        "no-answer": gettext("We asked and nobody answered. You can still add something below."),
    }[code]
