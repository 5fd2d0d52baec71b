"""How the cluster is, for people who look after it."""

from __future__ import annotations

from search import outbox
from search.outer import IndexStatus, Status, wanted

from . import indices
from .client import looking, reading
from .telling import KINDS


def status(waiting: outbox.Waiting) -> Status:
    """Health, nodes and indices; raises Unavailable."""
    with reading():
        health = looking().cluster.health()
        colour, nodes = str(health["status"]), int(health["number_of_data_nodes"])
    held = []
    for kind in KINDS:
        found = indices.state(kind)
        count = indices.count(found.serving) if found.serving else 0
        held.append(IndexStatus(kind, found.serving, count, wanted(kind), found.others, found.is_current))
    return Status(colour, nodes, tuple(held), waiting)
