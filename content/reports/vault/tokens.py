"""What a form carries instead of a session: signed tokens that any worker can read, for a day and no longer.

They are tied to nobody. A form token fixes the receipt of its form, so that sending it again repairs a lost answer.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
import time
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from . import keys, run
from .receipt import FORM_NONCE_BYTES, Receipt

_MAC_BYTES = 16
_FORM = struct.Struct(f">I{FORM_NONCE_BYTES}s")
_CONFIRMED = struct.Struct(">I")
_ACCESS = struct.Struct(f">IQ{FORM_NONCE_BYTES}s")
_ACCESS_LABEL = b"lentera/access/v1"
_MAX_TEXT = 200
# A clock that was set back by a moment is no forgery.
_SET_BACK = 60


# What a token is for; one is never taken for another.
_FORM_PURPOSE, _CONFIRM_PURPOSE = b"form|", b"confirm|"

FORM_SECONDS = 24 * 3600
ACCESS_SECONDS = CONFIRM_SECONDS = 15 * 60
# How long the same form shows its receipt again (DECISIONS 45).
RECEIPT_SECONDS = 15 * 60
# How long the page with the number takes a file, and the page after it shows the number once more. It holds both itself, so
# nobody gets more by it than by looking at it; a photo has to be looked for, or taken.
ADDING_SECONDS = 2 * 3600


class TokenError(Exception):
    """The token is forged, from the future or too old; the person gets a fresh form with what was typed."""


@dataclass(frozen=True)
class Token:
    """A form as it was given out: its number, and the day key that everything about it derives from."""

    nonce: bytes
    day_key: bytes = field(repr=False)

    @property
    def receipt(self) -> Receipt:
        """The one receipt of this form."""
        return Receipt.for_form(self.day_key, self.nonce)

    @property
    def nonce_mac(self) -> bytes:
        """The number of the form as the database may know it."""
        return hmac.digest(self.day_key, b"nonce|" + self.nonce, "sha256")

    def body_mac(self, content: bytes) -> bytes:
        """A mark of what was sent. Keyed: a plain hash would let a thief of the database test guesses."""
        return hmac.digest(self.day_key, b"body|" + self.nonce + content, "sha256")

    def moment_mac(self, second: int | None = None) -> bytes:
        """A mark of when it was sent, now if nothing is said. Only whoever sends the form again can have it checked."""
        moment = int(time.time()) if second is None else second
        return hmac.digest(self.day_key, b"moment|" + self.nonce + moment.to_bytes(8), "sha256")

    def was_sent_within(self, seconds: int, moment_mac: bytes) -> bool:
        """Whether this mark is of a second so short a time ago: each of them is tried."""
        now = int(time.time())
        return any(
            hmac.compare_digest(moment_mac, self.moment_mac(second)) for second in range(now - seconds, now + _SET_BACK)
        )


def issue() -> str:
    """A token for a fresh form."""
    return _form(run.day_keys()[0].key, int(time.time()), secrets.token_bytes(FORM_NONCE_BYTES))


def read(text: str) -> Token:
    """The token that :func:`issue` gave out; TokenError for every other text and once it is too old."""
    day_key, _issued, nonce = _read(text)
    return Token(nonce, day_key)


def _form(day_key: bytes, issued: int, nonce: bytes) -> str:
    body = _FORM.pack(issued, nonce)
    return _text(body + _mac(day_key, _FORM_PURPOSE + body))


def _read(text: str) -> tuple[bytes, int, bytes]:
    raw = _bytes(text)
    body, mac = raw[: _FORM.size], raw[_FORM.size :]
    for held in run.day_keys():
        if hmac.compare_digest(mac, _mac(held.key, _FORM_PURPOSE + body)):
            issued, nonce = _FORM.unpack(body)
            _check_age(issued, FORM_SECONDS)
            return held.key, issued, nonce
    raise TokenError


def _mac(day_key: bytes, labelled: bytes) -> bytes:
    return hmac.digest(day_key, labelled, "sha256")[:_MAC_BYTES]


# The page in between, for a browser too old to say where a form comes from (origin.py says what it is good for)


def successor(text: str, content: bytes) -> str:
    """The token under which a form is stored once its reader has confirmed ``content``; TokenError as :func:`read`.

    Who gave out the form does not know it without knowing the content, and so cannot ask for the receipt of what
    somebody else has written into it. An equal form with equal content gives an equal one: it is stored once.
    """
    day_key, issued, nonce = _read(text)
    return _form(day_key, issued, hmac.digest(day_key, b"successor|" + nonce + content, "sha256")[:FORM_NONCE_BYTES])


def confirmation(content: bytes) -> str:
    """That somebody has been shown exactly ``content`` and asked whether it is theirs."""
    issued = _CONFIRMED.pack(int(time.time()))
    return _text(issued + _mac(run.day_keys()[0].key, _CONFIRM_PURPOSE + issued + content))


@dataclass(frozen=True)
class Confirmation:
    """What :func:`confirmation` gave out for a content; a stale one was given for it, too long ago."""

    stale: bool


def confirmed(text: str, content: bytes) -> Confirmation | None:
    """The confirmation of exactly ``content``; None for every other text and for another content."""
    try:
        raw = _bytes(text)
    except TokenError:
        return None
    issued, mac = raw[: _CONFIRMED.size], raw[_CONFIRMED.size :]
    if not any(hmac.compare_digest(mac, _mac(k.key, _CONFIRM_PURPOSE + issued + content)) for k in run.day_keys()):
        return None
    (moment,) = _CONFIRMED.unpack(issued)
    try:
        _check_age(moment, CONFIRM_SECONDS)
    except TokenError:
        return Confirmation(stale=True)
    return Confirmation(stale=False)


# The form of a phone that seals by itself: it stores one report, and in a burst it costs work.

_PHONE = struct.Struct(f">IB{FORM_NONCE_BYTES}s")
_PHONE_PURPOSE, _WORK_LABEL = b"phone|", b"lentera/work/v1|"
_MAX_SOLUTION = 20


@dataclass(frozen=True)
class PhoneToken:
    """A form of a phone with its work done; ``bits`` says how much that was."""

    token: Token
    bits: int


def issue_for_phone(bits: int) -> str:
    """A token for one report. Whoever sends it back adds a number: with it the hash begins with so many zero bits."""
    day_key = run.day_keys()[0].key
    body = _PHONE.pack(int(time.time()), bits, secrets.token_bytes(FORM_NONCE_BYTES))
    return _text(body + _mac(day_key, _PHONE_PURPOSE + body))


def read_for_phone(text: str, solution: str) -> PhoneToken:
    """The token with its work; TokenError where it is forged or too old, or where the work was not done."""
    raw = _bytes(text)
    body, mac = raw[: _PHONE.size], raw[_PHONE.size :]
    for held in run.day_keys():
        if hmac.compare_digest(mac, _mac(held.key, _PHONE_PURPOSE + body)):
            issued, bits, nonce = _PHONE.unpack(body)
            _check_age(issued, FORM_SECONDS)
            if bits and not is_solved(text, solution, bits):
                raise TokenError
            return PhoneToken(Token(nonce, held.key), bits)
    raise TokenError


def is_solved(text: str, solution: str, bits: int) -> bool:
    """Whether the SHA-256 of token and solution begins with so many zero bits."""
    if not (solution.isascii() and solution.isdigit() and len(solution) <= _MAX_SOLUTION):
        return False
    digest = hashlib.sha256(_WORK_LABEL + f"{text}|{solution}".encode("ascii")).digest()
    return int.from_bytes(digest) >> (256 - bits) == 0


# Access: what the status page carries so that nobody types the receipt twice within a quarter of an hour.


@dataclass(frozen=True)
class Access:
    """Somebody has just shown the receipt of this report. Its number makes an added message single-use."""

    report: int
    token: Token


def grant(report: int) -> str:
    """Access to one report for a quarter of an hour, unreadable to whoever holds the page."""
    plain = _ACCESS.pack(int(time.time()), report, secrets.token_bytes(FORM_NONCE_BYTES))
    nonce = secrets.token_bytes(keys.NONCE_BYTES)
    return _text(nonce + AESGCM(_access_key(run.day_keys()[0].key)).encrypt(nonce, plain, None))


def accept(text: str, seconds: int = ACCESS_SECONDS) -> Access:
    """The access that :func:`grant` gave; TokenError for every other text and once it is older than so many seconds."""
    raw = _bytes(text)
    nonce, sealed = raw[: keys.NONCE_BYTES], raw[keys.NONCE_BYTES :]
    for held in run.day_keys():
        try:
            issued, report, number = _ACCESS.unpack(AESGCM(_access_key(held.key)).decrypt(nonce, sealed, None))
        except (InvalidTag, ValueError):
            continue
        _check_age(issued, seconds)
        return Access(report, Token(number, held.key))
    raise TokenError


def _access_key(day_key: bytes) -> bytes:
    return keys.hkdf(day_key, _ACCESS_LABEL)


def _check_age(issued: int, seconds: int) -> None:
    if not -_SET_BACK <= time.time() - issued <= seconds:
        raise TokenError


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _bytes(text: str) -> bytes:
    if not text or len(text) > _MAX_TEXT or not text.isascii():
        raise TokenError
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise TokenError from error
