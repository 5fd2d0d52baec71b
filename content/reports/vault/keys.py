"""Keys of the vault: the P-256 key pair of a unit, and the storage keys of the database layer.

A unit key opens reports; it lives with the unit, never on the server. The storage keys live on the server,
outside the database and its backup, so that a leaked dump alone offers nothing to guess receipts against.
Both travel in files that only their owner may read and that are never overwritten.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

PUBLIC_KEY_BYTES = 65
KEY_BYTES = 32
NONCE_BYTES = 12

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_KEM_SUITE = b"KEM" + (0x0010).to_bytes(2)  # DHKEM(P-256, HKDF-SHA256), RFC 9180 section 7.1
_AT_REST_VERSION = b"\x01"
_AT_REST_LABEL = b"lentera/at-rest/v1|"


class VaultKeyError(Exception):
    """A key, a key file or a value under a key cannot be used; the text says why and holds no key bytes."""


def hkdf(secret: bytes, info: bytes, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA256 (RFC 5869) with an empty salt: `length` bytes of `secret` for the purpose `info`."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info).derive(secret)


# Key pairs


def generate() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 private key from the system's randomness."""
    return ec.generate_private_key(ec.SECP256R1())


def derive_private_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The P-256 private key that DeriveKeyPair of RFC 9180 (section 7.1.3) makes of `seed`.

    Every implementation derives the same. ValueError for a seed below 32 bytes.
    """
    if len(seed) < KEY_BYTES:
        raise ValueError(f"A seed has at least {KEY_BYTES} bytes, this one has {len(seed)}.")
    extracted = hmac.digest(b"", b"HPKE-v1" + _KEM_SUITE + b"dkp_prk" + seed, "sha256")
    for counter in range(256):
        info = KEY_BYTES.to_bytes(2) + b"HPKE-v1" + _KEM_SUITE + b"candidate" + counter.to_bytes(1)
        candidate = HKDFExpand(algorithm=hashes.SHA256(), length=KEY_BYTES, info=info).derive(extracted)
        scalar = int.from_bytes(candidate)
        if 0 < scalar < _P256_ORDER:
            return ec.derive_private_key(scalar, ec.SECP256R1())
    # RFC 9180 names this error; one candidate fails with a chance of 2**-32, 256 in a row never do.
    raise ValueError("No private key can be derived from this seed.")


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """The public key as 65 raw bytes (SEC 1, uncompressed: 0x04, x, y), as stored and given to browsers."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def load_public(raw: bytes) -> ec.EllipticCurvePublicKey:
    """The public key that `public_bytes` wrote; VaultKeyError unless it is an uncompressed point of P-256."""
    if len(raw) != PUBLIC_KEY_BYTES:
        raise VaultKeyError(f"A public key has {PUBLIC_KEY_BYTES} bytes, this one has {len(raw)}.")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError as error:
        raise VaultKeyError("The public key is not a point of P-256.") from error


def fingerprint(key: ec.EllipticCurvePublicKey) -> str:
    """Six groups of five digits (about 99 bits) that people compare by eye on posters, the page and paper.

    Group n is bytes 5n to 5n+4 of the SHA-256 of `public_bytes(key)`, read big-endian, modulo 100 000: small
    enough for the plain numbers of an old browser.
    """
    return fingerprint_of(public_bytes(key))


def fingerprint_of(public: bytes) -> str:
    """The same of these bytes: of both keys of a holder."""
    digest = hashlib.sha256(public).digest()
    return " ".join(f"{int.from_bytes(digest[start : start + 5]) % 100_000:05d}" for start in range(0, 30, 5))


def write_private(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write `key` as PEM PKCS#8 to a new file with mode 0400; FileExistsError if anything has that name."""
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _create_secret_file(path, pem)


def read_private(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key that `write_private` wrote; VaultKeyError if it is no P-256 key or others may read the file."""
    try:
        key = serialization.load_pem_private_key(_read_secret_file(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise VaultKeyError(f"{path} holds no private key in PEM PKCS#8 without a password.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise VaultKeyError(f"{path} holds a private key of another kind than P-256.")
    return key


def write_seed(path: Path, seed: bytes) -> None:
    """Write a seed in hexadecimal to a new file with mode 0400; FileExistsError if anything has that name."""
    _create_secret_file(path, f"{seed.hex()}\n".encode("ascii"))


def read_seed(path: Path) -> bytes:
    """The seed that `write_seed` wrote; VaultKeyError if it is none or others may read the file."""
    try:
        return bytes.fromhex(_read_secret_file(path).decode("ascii"))
    except ValueError:
        # Not chained: the error may carry the content of the file.
        raise VaultKeyError(f"{path} holds no seed.") from None


# The storage layer


@dataclass(frozen=True)
class StorageKeys:
    """The storage keys of this installation, newest first: the first writes, all read.

    A new key is put in front of the list. An old one may go only when no row written under it is left: what
    it sealed can be sealed again, but a lookup MAC cannot, because the server does not know the receipt.
    """

    keys: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys:
            raise VaultKeyError("There is no storage key.")
        if any(len(key) != KEY_BYTES for key in self.keys):
            raise VaultKeyError(f"Every storage key has {KEY_BYTES} bytes.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Keys from lines of 64 hexadecimal digits; empty lines and lines beginning with # are skipped."""
        return cls(tuple(_storage_key_lines(text)))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Keys from a file that only its owner may read; VaultKeyError otherwise."""
        try:
            text = _read_secret_file(path).decode("ascii")
        except UnicodeDecodeError:
            # Not chained: that error carries the content of the file.
            raise VaultKeyError(f"{path} holds other characters than hexadecimal digits.") from None
        return cls.parse(text)

    def seal_at_rest(self, value: bytes, *, context: bytes) -> bytes:
        """`value` encrypted for the database, to open only in `context`: its table, column and row.

        Version byte, nonce of 12 bytes, AES-256-GCM: 29 bytes longer than `value`.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        return _AT_REST_VERSION + nonce + AESGCM(self.keys[0]).encrypt(nonce, value, _AT_REST_LABEL + context)

    def open_at_rest(self, sealed: bytes, *, context: bytes) -> bytes:
        """What `seal_at_rest` was given; VaultKeyError if altered, moved, or sealed under an unknown key."""
        if not sealed.startswith(_AT_REST_VERSION):
            raise VaultKeyError("The stored value has an unknown version.")
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if len(nonce) == NONCE_BYTES:
            for key in self.keys:
                try:
                    return AESGCM(key).decrypt(nonce, ciphertext, _AT_REST_LABEL + context)
                except InvalidTag:
                    continue
        raise VaultKeyError("The stored value was altered, belongs elsewhere, or its storage key is missing.")

    def lookup_mac(self, lookup_id: bytes) -> bytes:
        """HMAC-SHA256 of `lookup_id` under the first key: the column that a new report is stored with."""
        return _lookup_mac(self.keys[0], lookup_id)

    def lookup_macs(self, lookup_id: bytes) -> tuple[bytes, ...]:
        """The MAC under every key, newest first: what a report is looked up by."""
        return tuple(_lookup_mac(key, lookup_id) for key in self.keys)


def write_storage_key(path: Path) -> None:
    """Write one fresh storage key to a new file with mode 0400; FileExistsError if anything has that name."""
    _create_secret_file(path, f"{secrets.token_hex(KEY_BYTES)}\n".encode("ascii"))


def _lookup_mac(key: bytes, lookup_id: bytes) -> bytes:
    return hmac.digest(key, lookup_id, "sha256")


def _storage_key_lines(text: str) -> Iterator[bytes]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            try:
                yield bytes.fromhex(line)
            except ValueError as error:
                raise VaultKeyError(f"Line {number} of the storage keys is not hexadecimal.") from error


# Files that hold a secret


def _create_secret_file(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o400)  # whatever the umask has left
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()  # half a key is none, and its name would block the next attempt
        raise
    # The name must survive a power cut too: reports may be sealed to this key from now on.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_secret_file(path: Path) -> bytes:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise VaultKeyError(f"Others may read {path}. Give it to its owner alone: chmod 400 {path}")
        return file.read()
