"""The short public code of a listing: what stands in its address and what people read out or copy by hand.

Seven random signs and one check sign from an alphabet without the signs that are mixed up (0 and O; 1, I and L). The
weighted sum modulo 31, a prime, finds every single wrong sign and every swap of two signs.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from itertools import product

from content.registers.text import fold

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 8
# In no code. Whoever types one of them has misread another sign: which one, the check sign tells.
NEVER_PRINTED = "01ilo"
# As it stands on the slip before the code.
_LABEL = re.compile(r"\A\s*(?:kode|code)\b")
# With more of them the check sign tells too little.
MOST_MISREAD = 2


def check_sign(signs: str) -> str:
    """The sign that comes after ``signs`` and tells whether one of them was misread."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, 2))
    return ALPHABET[total % len(ALPHABET)]


def new_code() -> str:
    """A code that nobody can guess from another one."""
    signs = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1))
    return signs + check_sign(signs)


def is_well_formed(code: str) -> bool:
    """Whether ``code`` could be one of ours: right length, right signs, right check sign."""
    if len(code) != LENGTH or any(sign not in ALPHABET for sign in code):
        return False
    return check_sign(code[:-1]) == code[-1]


def grouped(code: str) -> str:
    """As it stands on paper: capitals in two groups.

    >>> grouped("tahanany")
    'TAHA NANY'
    """
    return f"{code[:4]} {code[4:]}".upper()


@dataclass(frozen=True)
class Typed:
    """What somebody typed as a code: every code that it can be; none where a sign is wrong, missing or too many.

    ``misread``: a sign was typed that is in no code, so that more than the code itself was not there to compare.
    """

    codes: tuple[str, ...] = ()
    misread: bool = False


def read(text: str) -> Typed:
    """The code that was typed, in any case, with any spaces, dashes and dots between its signs, and “Kode:” before it.

    One sign that is never printed is put right by the check sign; with two of them one code of 31 fits for each.
    """
    signs = re.sub(r"[\W_]+", "", _LABEL.sub("", fold(text)))
    if len(signs) != LENGTH:
        return Typed()
    places = [place for place, sign in enumerate(signs) if sign in NEVER_PRINTED]
    if len(places) > MOST_MISREAD:
        return Typed(misread=True)
    filled = list(signs)
    found = []
    for choice in product(ALPHABET, repeat=len(places)):
        for place, sign in zip(places, choice, strict=True):
            filled[place] = sign
        if is_well_formed(code := "".join(filled)):
            found.append(code)
    return Typed(tuple(found), bool(places))
