"""The laws of this room: with which keys its slips are signed and its accounts are known again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from . import bank_accounts
from .slip_keys import BadKeys, Keyring


@register(Tags.security)
def slips_can_be_signed(**kwargs: Any) -> list[CheckMessage]:
    """E001: an entry that cannot be read would turn every slip that it signed into a forgery. W001: no key signs."""
    try:
        keys = Keyring.parse(settings.SLIP_KEYS)
    except BadKeys as error:
        hint = "docs/settings.md says how an entry is written; until then neither slips nor their QR codes are offered."
        return [Error(f"SLIP_KEYS: {problem}", hint=hint, id="jobs.E001") for problem in error.problems]
    if keys.signing is not None:
        return []
    return [
        Warning(
            "No key signs slips: listings cannot be printed as a slip.",
            hint="Put the value that `manage.py slip_keys rotate` prints into SLIP_KEYS.",
            id="jobs.W001",
        )
    ]


@register(Tags.security)
def accounts_can_be_known_again(**kwargs: Any) -> list[CheckMessage]:
    """E002: an entry that cannot be read would stop every question about an account. W002: no key, so none is kept."""
    try:
        held = bank_accounts.keys()
    except ValueError:
        return [
            Error(
                "CONTACT_HASH_KEY: an entry is not “version:key”, or a version stands there twice.",
                hint="docs/settings.md says how an entry is written: 2:long-random-text,1:older-text",
                id="jobs.E002",
            )
        ]
    if held:
        return []
    return [
        Warning(
            "Bank accounts of offers cannot be recorded or known again.",
            hint="Put 1:long-random-text into CONTACT_HASH_KEY and keep it apart from the database.",
            id="jobs.W002",
        )
    ]
