"""What a holder types to open her key: the phrase that she uses daily, and the recovery code on paper.

Both are made in her browser and never sent; this is the same in Python, for the vectors and the unit for practice.

The phrase has 26 figures in two lines of 13, each twelve random ones and a Damm check digit (79.7 bits together), so that a
slip is told by its line before anything is stretched. The recovery code has 25 letters and figures of Crockford's
alphabet (125 bits): long enough to need no stretching.
"""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from nacl.pwhash import argon2id

from . import receipt
from .keys import hkdf

LINE_RANDOM = 12
LINE = LINE_RANDOM + 1
LINES = 2
DIGITS = LINES * LINE
SALT_BYTES = 16
ARGON2_MEMORY = 128 * 1024 * 1024
ARGON2_PASSES = 4
PHRASE_LABEL = b"lentera/phrase/v1"
RECOVERY_LABEL = b"lentera/recovery/v1"

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 25
CODE_GROUP = 5
# Between groups of figures, beside spaces and dashes: as a sheet prints two lines on one.
_BETWEEN = str.maketrans("", "", "./,|·")
# What people read instead of what is printed.
_LOOKALIKES = str.maketrans("OIL", "011")


class Slip(StrEnum):
    """What is wrong with a phrase or code that was typed."""

    LENGTH = "length"
    CHARACTERS = "characters"
    FIRST_LINE = "first line"
    SECOND_LINE = "second line"


class SlipError(ValueError):
    """What was typed cannot be right. Nothing repeats it."""

    def __init__(self, slip: Slip) -> None:
        super().__init__(f"Not usable: {slip}.")
        self.slip = slip


@dataclass(frozen=True)
class Phrase:
    """26 figures whose two check digits hold. Its repr shows none of them."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (self.digits.isascii() and self.digits.isdigit()):
            raise SlipError(Slip.CHARACTERS)
        if len(self.digits) != DIGITS:
            raise SlipError(Slip.LENGTH)
        for start, slip in ((0, Slip.FIRST_LINE), (LINE, Slip.SECOND_LINE)):
            if not receipt.check(self.digits[start : start + LINE]):
                raise SlipError(slip)

    @classmethod
    def generate(cls) -> Self:
        """A new phrase from the system's randomness."""
        lines = (f"{secrets.randbelow(10**LINE_RANDOM):0{LINE_RANDOM}d}" for _line in range(LINES))
        return cls("".join(f"{line}{receipt.check_digit(line)}" for line in lines))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The phrase that somebody typed, in figures of any script; SlipError says what is wrong."""
        digits = receipt.read_digits(text.translate(_BETWEEN), most=3 * DIGITS)
        if digits is None:
            raise SlipError(Slip.CHARACTERS)
        return cls(digits)

    @property
    def lines(self) -> tuple[str, ...]:
        """As it is shown: each line in groups of 4, 4 and 5."""
        held = (self.digits[start : start + LINE] for start in range(0, DIGITS, LINE))
        return tuple(f"{line[:4]} {line[4:8]} {line[8:]}" for line in held)


@dataclass(frozen=True)
class RecoveryCode:
    """25 characters of Crockford's base 32, as printed on the recovery sheet."""

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.text) != CODE_LENGTH:
            raise SlipError(Slip.LENGTH)
        if not set(self.text) <= set(ALPHABET):
            raise SlipError(Slip.CHARACTERS)

    @classmethod
    def generate(cls) -> Self:
        """A new code from the system's randomness."""
        return cls("".join(secrets.choice(ALPHABET) for _character in range(CODE_LENGTH)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The code that somebody typed: case, spaces and dashes do not matter, O is 0, I and L are 1."""
        if len(text) > 3 * CODE_LENGTH:
            raise SlipError(Slip.LENGTH)
        kept = "".join(character for character in text.translate(_BETWEEN) if not receipt.is_separator(character))
        return cls(kept.upper().translate(_LOOKALIKES))

    @property
    def grouped(self) -> str:
        """Five groups of five."""
        return " ".join(self.text[start : start + CODE_GROUP] for start in range(0, CODE_LENGTH, CODE_GROUP))


def phrase_key(phrase: Phrase, salt: bytes) -> bytes:
    """The key that a phrase opens the holder's seed with.

    Argon2id 1.3, 128 MiB, 4 passes, 1 lane, over the 26 figures. ValueError for a salt that has not 16 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, not {len(salt)}.")
    root = argon2id.kdf(32, phrase.digits.encode("ascii"), salt, opslimit=ARGON2_PASSES, memlimit=ARGON2_MEMORY)
    return hkdf(root, PHRASE_LABEL)


def recovery_key(code: RecoveryCode) -> bytes:
    """The key that the printed code opens the holder's seed with."""
    return hkdf(code.text.encode("ascii"), RECOVERY_LABEL)
