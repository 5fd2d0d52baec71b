"""The signed summary of a listing that stands on a printed slip: everything printed, in as few digits as possible.

docs/slip-v1.md describes the bytes; known answers lie in tests/content/jobs/vectors/slips.json. What has been printed is
in people's hands for weeks: later work may add versions, never change what these bytes mean. No Django.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature

from .codes import LENGTH, is_well_formed
from .slip_keys import Key, Keyring

VERSION = 1
LABEL = b"lentera/slip/v1|"
SIGNATURE_BYTES = 64
# Longer names are cut, or the squares of the QR code would become too small for paper.
MAX_TEXT = 80
# More than any summary needs, and fewer than Python refuses to turn into a number.
MAX_DIGITS = 4000
# The order is part of the format.
PERIODS = ("hour", "day", "week", "month")

_CODE = slice(1, 1 + LENGTH)
_DIGITS = re.compile(rf"[1-9][0-9]{{1,{MAX_DIGITS - 1}}}")
_EXAMPLE, _HAS_HIGHEST, _HAS_LICENCE_END = 1, 2, 4
_PERIOD_AT = 3


Sums: TypeAlias = "tuple[tuple[str, Decimal], ...]"


@dataclass(frozen=True)
class Slip:
    """What a slip says. Days are inclusive. ``licence_until`` is open for a government body.

    ``pays`` and ``taken``: sums by currency, what the worker pays in all and what is taken from each month's wage.
    """

    code: str
    occupation: str
    place: str
    country: str
    agency: str
    licence: str
    licence_until: dt.date | None
    order: str
    employer: str
    wage_min: Decimal
    wage_max: Decimal | None
    currency: str
    period: str
    pays: Sums
    taken: Sums
    closes: dt.date
    issued: dt.date
    expires: dt.date
    example: bool


class Verdict(Enum):
    """What a token turned out to be."""

    VALID = "valid"
    EXPIRED = "expired"
    ALTERED = "altered"
    REVOKED = "revoked"
    UNKNOWN_KEY = "unknown key"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Reading:
    """``slip`` is there only where the signature fits. ``claimed`` is the code that an altered one names, if it is one."""

    verdict: Verdict
    slip: Slip | None = None
    claimed: str = ""


def is_token(text: str) -> bool:
    """Whether ``text`` could be a token by its signs alone."""
    return _DIGITS.fullmatch(text) is not None


def cut(text: str) -> str:
    """As it stands on a slip: whole, or its beginning."""
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def sign(slip: Slip, key: Key) -> str:
    """The token of ``slip``: decimal digits, the same ones each time.

    ValueError for a key that cannot sign, and for a slip that could not be read back as it is.
    """
    if key.private is None:
        raise ValueError(f"The key {key.id} only verifies.")
    summary = _summary(slip, key.id)
    if _slip(summary) != slip:
        raise ValueError("A value of this slip has no place in a summary.")
    return str(int.from_bytes(summary + key.private.sign(LABEL + summary)))


def read(token: str, keys: Keyring, on: dt.date) -> Reading:
    """What ``token`` says on that day, as far as it can be believed. Never raises."""
    raw = _bytes_of(token)
    summary, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    try:
        name = _Reader(summary, _CODE.stop).text()
    except _Broken:
        return Reading(Verdict.UNREADABLE)
    if summary[0] != VERSION:
        return Reading(Verdict.UNREADABLE)
    key = keys.find(name)
    if key is None or key.public is None:
        if _slip(summary) is None:
            return Reading(Verdict.UNREADABLE)
        return Reading(Verdict.UNKNOWN_KEY if key is None else Verdict.REVOKED)
    try:
        key.public.verify(signature, LABEL + summary)
    except InvalidSignature:
        claimed = summary[_CODE].decode("ascii", "replace")
        return Reading(Verdict.ALTERED, claimed=claimed if is_well_formed(claimed) else "")
    slip = _slip(summary)
    if slip is None:
        return Reading(Verdict.UNREADABLE)
    return Reading(Verdict.VALID if on <= slip.expires else Verdict.EXPIRED, slip)


def _bytes_of(token: str) -> bytes:
    if not is_token(token):
        return b""
    number = int(token)
    return number.to_bytes((number.bit_length() + 7) // 8)


# --- bytes --------------------------------------------------------------------------------------------------------


class _Broken(Exception):
    """These bytes are no summary."""


def _summary(slip: Slip, key: str) -> bytes:
    flags = _EXAMPLE * slip.example
    flags |= _HAS_HIGHEST * (slip.wage_max is not None) | _HAS_LICENCE_END * (slip.licence_until is not None)
    flags |= PERIODS.index(slip.period) << _PERIOD_AT
    days = [day for day in (slip.licence_until, slip.closes, slip.issued, slip.expires) if day is not None]
    wages = [wage for wage in (slip.wage_min, slip.wage_max) if wage is not None]
    parts = [
        bytes([VERSION]),
        slip.code.encode("ascii"),
        _text(key),
        bytes([flags]),
        slip.country.encode("ascii"),
        slip.currency.encode("ascii"),
        *(day.toordinal().to_bytes(3) for day in days),
        *(_number(_hundredths(wage)) for wage in wages),
        _sums(slip.pays),
        _sums(slip.taken),
    ]
    texts = (slip.occupation, slip.place, slip.agency, slip.licence, slip.order, slip.employer)
    return b"".join((*parts, *map(_text, texts)))


def _slip(summary: bytes) -> Slip | None:
    """The summary in words; nothing where the bytes are none, or none that :func:`_summary` writes."""
    reader = _Reader(summary, 1)
    try:
        code, key, flags = reader.ascii(LENGTH), reader.text(), reader.take(1)[0]
        country, currency = reader.ascii(2), reader.ascii(3)
        licence_until = reader.day() if flags & _HAS_LICENCE_END else None
        closes, issued, expires = reader.day(), reader.day(), reader.day()
        wage_min = reader.amount()
        wage_max = reader.amount() if flags & _HAS_HIGHEST else None
        pays, taken = reader.sums(), reader.sums()
        occupation, place, agency, licence, order, employer = (reader.text() for _text in range(6))
        slip = Slip(
            code=code,
            occupation=occupation,
            place=place,
            country=country,
            agency=agency,
            licence=licence,
            licence_until=licence_until,
            order=order,
            employer=employer,
            wage_min=wage_min,
            wage_max=wage_max,
            currency=currency,
            period=PERIODS[flags >> _PERIOD_AT & len(PERIODS) - 1],
            pays=pays,
            taken=taken,
            closes=closes,
            issued=issued,
            expires=expires,
            example=bool(flags & _EXAMPLE),
        )
    except _Broken:
        return None
    return slip if _summary(slip, key) == summary else None


class _Reader:
    """Takes a summary apart from the front; :class:`_Broken` where it ends too early or says what cannot be."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data, self._at = data, start

    def take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise _Broken
        taken, self._at = self._data[self._at : end], end
        return taken

    def ascii(self, count: int) -> str:
        return _decoded(self.take(count), "ascii")

    def text(self) -> str:
        return _decoded(self.take(self.number()), "utf-8")

    def day(self) -> dt.date:
        try:
            return dt.date.fromordinal(int.from_bytes(self.take(3)))
        except ValueError:
            raise _Broken from None

    def amount(self) -> Decimal:
        return Decimal(self.number()) / 100

    def sums(self) -> Sums:
        return tuple((self.ascii(3), self.amount()) for _sum in range(self.number()))

    def number(self) -> int:
        """Seven bits a byte, the lowest first; the top bit says that more follow (LEB128)."""
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise _Broken from None


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _text(text: str) -> bytes:
    raw = text.encode("utf-8")
    return _number(len(raw)) + raw


def _sums(sums: Sums) -> bytes:
    each = (currency.encode("ascii") + _number(_hundredths(amount)) for currency, amount in sums)
    return _number(len(sums)) + b"".join(each)


def _hundredths(amount: Decimal) -> int:
    return int(amount * 100)
