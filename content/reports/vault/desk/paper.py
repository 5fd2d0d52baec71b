"""The page on which a unit makes its sealed paper envelope, and comes back by it. Codes and seeds stay in the browser."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from .. import paper, staff, standing
from ..models import Holder, Unit, today
from .access import holder_of, in_unit
from .views import answers, holder_of_today, own_key, page_of, roster_data


@in_unit
@require_GET
def envelope(request: HttpRequest, unit: Unit) -> HttpResponse:
    """Both ceremonies: making it, for a holder; opening it, for people who are to be holders."""
    roster = standing.roster_of(unit.pk)
    own = holder_of(request)
    return page_of(
        request,
        unit,
        "paper",
        paper=paper.of(unit),
        roster=roster,
        member=bool(own and roster and roster.member(own.pk)),
        today=today(),
        waits=staff.proposal_of(unit) is not None,
        data=roster_data(unit, roster, None),
        paper_words=_paper_words(),
    )


@answers
def make(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, Any]) -> dict[str, Any]:
    """The lock of a new envelope, signed by its maker."""
    own, roster = holder_of_today(unit, held)
    paper.store(unit, own, roster, int(sent["epoch"]), bytes.fromhex(sent["lock"]), bytes.fromhex(sent["signature"]))
    return {}


@answers
def hand_out(request: HttpRequest, unit: Unit, held: Holder | None, sent: dict[str, Any]) -> dict[str, Any]:
    """The lock, for whoever is trusted as a founder and has both sheets before her."""
    lock, epoch = paper.hand_out(unit, own_key(held))
    return {"lock": lock.hex(), "epoch": epoch}


def _paper_words() -> dict[str, str]:
    return {
        "made": gettext("The envelope is in force."),
        "missing": gettext("You do not hold every key that the unit has had: let another holder make the envelope."),
        "not_open": gettext("The envelope does not open with these codes. Compare both sheets once more."),
        "proposed": gettext("The envelope is open. The other new holder signs on the page “Keys” now."),
        "partly": gettext(
            "The envelope is open, but it is older than the unit’s key: what came since cannot be brought back. The other new holder signs on the page “Keys” now."
        ),
    }
