"""The short public code of a listing: what stands in its address and what people read out or copy by hand.

Seven random signs and one check sign from an alphabet without the pairs that are mixed up (0/O, 1/I/L). The weighted
sum modulo 31, a prime, finds every single wrong sign and every swap of two signs.
"""

from __future__ import annotations

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 8


def _check_sign(signs: str) -> str:
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, 2))
    return ALPHABET[total % len(ALPHABET)]


def new_code() -> str:
    """A code that nobody can guess from another one."""
    signs = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1))
    return signs + _check_sign(signs)


def is_well_formed(code: str) -> bool:
    """Whether ``code`` could be one of ours: right length, right signs, right check sign."""
    if len(code) != LENGTH or any(sign not in ALPHABET for sign in code):
        return False
    return _check_sign(code[:-1]) == code[-1]
