"""Listings of which the index says what does not hold: put right by a task, and known to every reader until then.

None of it may make a question fail: where the cache or the queue cannot be reached, the answer is as good without.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from django.core.cache import cache

from content.core import background
from content.jobs.tasks import write_copies

logger = logging.getLogger(__name__)
_KEY = "search-stale"
# For so long nobody else has a listing put right that is being put right.
_SECONDS = 60
# More than a page looks at in all.
_MOST = 5000


def begun() -> set[int]:
    """The keys that are being put right."""
    return set(_begun())


def begin(keys: Iterable[int]) -> None:
    """Have these put right, as far as nobody has yet."""
    known = _begun()
    if not (untold := sorted(set(keys) - known.keys())):
        return
    try:
        background.start(write_copies, untold, resumable=True)
        now = time.time()
        kept = dict(list({**known, **dict.fromkeys(untold, now)}.items())[-_MOST:])
        cache.set(_KEY, kept, _SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever a queue or a cache raises, a reader has an answer already
        logger.error("Listings that the index has wrong could not be put right now (%s).", type(error).__name__)


def _begun() -> dict[int, float]:
    """Each key that is being put right, and since when."""
    try:
        held: dict[int, float] = cache.get(_KEY, {})
    except Exception as error:  # noqa: BLE001 - see above
        logger.error("What is being put right could not be read (%s).", type(error).__name__)
        return {}
    oldest = time.time() - _SECONDS
    return {key: since for key, since in held.items() if since > oldest}
