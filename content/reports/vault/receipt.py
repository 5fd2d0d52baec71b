"""The receipt of a report: 20 digits that only the reporter keeps.

19 random digits (63.1 bits) and a Damm check digit, in the everyday shape of an electricity token: dictated
over a bad line, noted without raising questions. From it follow, in one direction only, the number the report
is looked up by and the key that opens replies. With JavaScript the receipt never leaves the phone.
"""

import secrets
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from nacl.exceptions import RuntimeError as NaclRuntimeError
from nacl.pwhash import argon2id

from .keys import derive_private_key, hkdf

LOOKUP_LABEL = b"lentera/lookup/v1"
REPORTER_LABEL = b"lentera/reporter/v1"

RANDOM_DIGITS = 19
DIGITS = RANDOM_DIGITS + 1
GROUP = 4
SALT_BYTES = 16
LOOKUP_BYTES = 32
FORM_NONCE_BYTES = 16
ARGON2_MEMORY = 64 * 1024 * 1024
ARGON2_PASSES = 3

# Longer input is no receipt, whatever it holds; generous for two separators after every digit.
MAX_TEXT = 3 * DIGITS

# Never part of anything stored: the day key lives for two days.
_FORM_LABEL = b"lentera/receipt/v1"

# H. Michael Damm's totally anti-symmetric quasigroup of order 10: catches every wrong digit and every
# adjacent swap.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class Reason(StrEnum):
    """Why a text is not a receipt."""

    CHARACTERS = "characters"
    LENGTH = "length"
    CHECK_DIGIT = "check digit"


class ReceiptError(ValueError):
    """A text is not a receipt. `reason` says what to tell the person; nothing repeats what was typed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"Not a receipt: {reason}.")
        self.reason = reason


@dataclass(frozen=True)
class Receipt:
    """Twenty digits whose check digit holds: nothing else can be stretched. Its repr shows no digit."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.digits) != DIGITS:
            raise ReceiptError(Reason.LENGTH)
        if not (self.digits.isascii() and self.digits.isdigit()):
            raise ReceiptError(Reason.CHARACTERS)
        if not check(self.digits):
            raise ReceiptError(Reason.CHECK_DIGIT)

    @classmethod
    def generate(cls) -> Self:
        """A new receipt from the system's randomness."""
        return cls._complete(f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}")

    @classmethod
    def for_form(cls, day_key: bytes, form_nonce: bytes) -> Self:
        """The receipt of the one form that carries `form_nonce` (16 bytes), for a phone without JavaScript.

        The same key and nonce give the same receipt, so sending the form again repairs a lost answer.
        ValueError for a nonce of another length.
        """
        if len(form_nonce) != FORM_NONCE_BYTES:
            raise ValueError(f"A form nonce has {FORM_NONCE_BYTES} bytes, not {len(form_nonce)}.")
        stream = hkdf(day_key, _FORM_LABEL + b"|" + form_nonce, 64)
        # 250 to 255 would make 0 to 5 likelier. The chance that 64 bytes do not suffice is below 1e-59.
        digits = [str(byte % 10) for byte in stream if byte < 250]
        return cls._complete("".join(digits[:RANDOM_DIGITS]))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The receipt that a person typed or pasted, in digits of any script; ReceiptError with the reason.

        Spaces, dashes and the invisible marks of right-to-left text are passed over.
        """
        if len(text) > MAX_TEXT:
            raise ReceiptError(Reason.LENGTH)
        digits = read_digits(text)
        if digits is None:
            raise ReceiptError(Reason.CHARACTERS)
        return cls(digits)

    @classmethod
    def _complete(cls, random_digits: str) -> Self:
        return cls(f"{random_digits}{check_digit(random_digits)}")

    @property
    def grouped(self) -> str:
        """Five groups of four digits, as it is shown."""
        return " ".join(self.digits[start : start + GROUP] for start in range(0, DIGITS, GROUP))


@dataclass(frozen=True)
class Credentials:
    """What a receipt gives: `lookup_id` (32 bytes) finds the report, `reporter_key` opens its replies."""

    lookup_id: bytes = field(repr=False)
    reporter_key: EllipticCurvePrivateKey = field(repr=False)


def check(digits: str) -> bool:
    """Whether the last of these ASCII digits is the check digit of those before it."""
    return check_digit(digits) == 0


def check_digit(digits: str) -> int:
    """The Damm check digit of these ASCII digits."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def read_digits(text: str, most: int = MAX_TEXT) -> str | None:
    """The decimal digits of any script in a typed text, separators skipped; None where something else is there."""
    digits = [unicodedata.decimal(character, None) for character in text[: most + 1] if not is_separator(character)]
    return None if None in digits or len(text) > most else "".join(map(str, digits))


def stretch(receipt: Receipt, salt: bytes) -> bytes:
    """The 32-byte root of a receipt under the salt (16 bytes) of this installation.

    Argon2id, version 1.3, 64 MiB, 3 passes, 1 lane, over the 19 random digits. Slow and large on purpose
    (about 0.1 s): the caller limits how many run at once. ValueError for a salt of another length, MemoryError where
    the memory is not to be had.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, not {len(salt)}.")
    password = receipt.digits[:RANDOM_DIGITS].encode("ascii")
    try:
        return argon2id.kdf(32, password, salt, opslimit=ARGON2_PASSES, memlimit=ARGON2_MEMORY)
    except NaclRuntimeError as error:
        raise MemoryError from error


def credentials(root: bytes) -> Credentials:
    """Look-up number and reporter key of a root."""
    return Credentials(hkdf(root, LOOKUP_LABEL), derive_private_key(hkdf(root, REPORTER_LABEL)))


def is_separator(character: str) -> bool:
    """Spaces, dashes and invisible marks, which people put between figures."""
    return character.isspace() or character == "\N{MINUS SIGN}" or unicodedata.category(character) in {"Pd", "Cf"}
