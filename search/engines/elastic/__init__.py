"""Elasticsearch: where a province has outgrown the database (ADR 2). Nothing outside this package speaks to it.

It is told of changes by the outbox, answers questions by copies of what a listing is filtered and counted by, and is never
believed: what is shown is asked of the listings themselves once more (DECISIONS 31). Whatever goes wrong with it becomes
:class:`search.engines.base.Unavailable`, and the database answers.

Only what the core of the server and a full one have in common is used; all analysis is ours.
"""

from __future__ import annotations

from .engine import ElasticEngine

__all__ = ["ElasticEngine"]
