"""Own drawn pictures that pages carry inside themselves: line icons and the drawings of the home page and the topics.

The files lie in ``static/icons`` and ``static/drawings``. Each is read once per process. A drawing has at most 600 bytes
(tests/portal/test_styles.py), so that a picture never costs a request.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

ICONS, DRAWINGS = "icons", "drawings"
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


@cache
def svg(folder: str, name: str) -> SafeString:
    """The markup of one file as it stands in a page (HTML needs no namespace); FileNotFoundError for a strange name."""
    path = Path(settings.BASE_DIR) / "static" / folder / f"{name}.svg"
    return mark_safe(path.read_text(encoding="utf-8").strip().replace(_NAMESPACE, ""))


@cache
def names(folder: str) -> frozenset[str]:
    """The names that :func:`svg` knows in ``folder``."""
    return frozenset(path.stem for path in (Path(settings.BASE_DIR) / "static" / folder).glob("*.svg"))


def drawing(name: str) -> SafeString:
    """The drawing of a topic by its slug; the lantern where a topic has none of its own."""
    return svg(DRAWINGS, name if name in names(DRAWINGS) else "lentera")
