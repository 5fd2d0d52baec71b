"""What a change of the keys means for slips that are kept as pages."""

from __future__ import annotations

from django.core.cache import cache

from content.registers import generation

from . import slip_selectors

_SIGNED_WITH = "slips-signed-with"


def follow_keys() -> int:
    """Forget kept pages once another key signs: nobody prints a slip of the old one any more. Work of ``tick``.

    A cache that has lost the mark makes it forget them once too often.
    """
    key = slip_selectors.keyring().signing
    signs = key.public_entry if key else "none"
    if cache.get(_SIGNED_WITH) == signs:
        return 0
    generation.replace()
    cache.set(_SIGNED_WITH, signs, timeout=None)
    return 1
