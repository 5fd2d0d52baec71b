"""The response headers of the report path: these and no others (DECISIONS 44, REPORTING 5.10).

``HEADERS`` is the whole list. The middleware fills in the values that are not fixed: what it is (``KINDS``), the hashes of
the inlined sheet and script, and whether the form is open. A test compares every answer with it. A file of the path that
comes compressed says so in a ``Content-Encoding``, the one header more.

``'self'`` lets the sealing script of the path be loaded, ``'wasm-unsafe-eval'`` its Argon2id; neither lets anything inline
or of another host run.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .vault import frame

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Type": "{kind}",
        "Content-Security-Policy": (
            "default-src 'none'; style-src {style}; script-src {script} 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        # Not no-referrer: with that, browsers send “Origin: null” with our own forms (REPORTING 4.8).
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": (
            "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), gyroscope=(), "
            "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
        ),
        "Strict-Transport-Security": "max-age=31536000",
        "X-Intake": "{intake}",
    }
)
OPEN, CLOSED = "open", "closed"
PAGE = "text/html; charset=utf-8"
KINDS: Final = (PAGE, "application/json", "text/javascript; charset=utf-8")


def headers(intake: str, kind: str = PAGE) -> dict[str, str]:
    """``HEADERS`` with their values; anything but “open” is closed, anything but ``KINDS`` a page."""
    values = {
        "kind": kind if kind in KINDS else PAGE,
        "style": frame.stylesheet().source,
        "script": frame.script().source,
        "intake": OPEN if intake == OPEN else CLOSED,
    }
    return {name: value.format(**values) for name, value in HEADERS.items()}
