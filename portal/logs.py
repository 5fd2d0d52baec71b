"""Logging that never repeats what a person typed: no query string, no body, no address (DECISIONS 40, 44)."""

from __future__ import annotations

import logging


class BareRequest(logging.Filter):
    """Drops the request object and everything after a question mark from a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.pop("request", None)
        if isinstance(record.args, tuple):
            record.args = tuple(a.partition("?")[0] if isinstance(a, str) else a for a in record.args)
        return True
