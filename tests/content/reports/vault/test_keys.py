"""Unit keys, storage keys and the files they live in."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from content.reports.vault import keys
from content.reports.vault.keys import StorageKeys, VaultKeyError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "keys.json").read_text(encoding="utf-8"))
OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def private_hex(key: ec.EllipticCurvePrivateKey) -> str:
    return f"{key.private_numbers().private_value:064x}"


# Key pairs


@pytest.mark.parametrize("vector", VECTORS["derive_key_pair"], ids=lambda vector: vector["name"])
def test_derived_key_pair_is_that_of_the_standard(vector):
    key = keys.derive_private_key(bytes.fromhex(vector["seed"]))
    assert private_hex(key) == vector["private"]
    assert keys.public_bytes(key.public_key()).hex() == vector["public"]


def test_short_seed_is_refused():
    with pytest.raises(ValueError, match="at least 32 bytes"):
        keys.derive_private_key(bytes(31))


def test_public_key_survives_its_raw_form():
    public = keys.generate().public_key()
    raw = keys.public_bytes(public)
    assert (len(raw), raw[0]) == (65, 4)
    assert keys.load_public(raw) == public


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"\0",
        lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),  # no longer on the curve
        lambda raw: b"\x05" + raw[1:],
        lambda _: bytes(65),
        lambda raw: bytes([2 + raw[-1] % 2]) + raw[1:33],  # the compressed form of the same point
    ],
)
def test_anything_but_an_uncompressed_point_is_no_public_key(spoil):
    raw = keys.public_bytes(keys.generate().public_key())
    with pytest.raises(VaultKeyError):
        keys.load_public(spoil(raw))


@pytest.mark.parametrize("vector", VECTORS["fingerprint"], ids=lambda vector: vector["fingerprint"])
def test_fingerprint_is_the_documented_one(vector):
    assert keys.fingerprint(keys.load_public(bytes.fromhex(vector["public"]))) == vector["fingerprint"]


# Files


def test_private_key_file_is_pem_pkcs8_for_its_owner_alone(tmp_path):
    path, key = tmp_path / "unit.pem", keys.generate()
    keys.write_private(path, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert private_hex(keys.read_private(path)) == private_hex(key)


@pytest.mark.parametrize(
    "write",
    [lambda path: keys.write_private(path, keys.generate()), keys.write_storage_key],
    ids=["unit", "storage"],
)
def test_no_key_file_is_ever_overwritten(tmp_path, write):
    path, link = tmp_path / "key", tmp_path / "link"
    write(path)
    before = path.read_bytes()
    link.symlink_to(tmp_path / "elsewhere")
    for taken in (path, link):
        with pytest.raises(FileExistsError):
            write(taken)
    assert path.read_bytes() == before
    assert not (tmp_path / "elsewhere").exists()


def test_a_full_disk_leaves_no_half_key(tmp_path, monkeypatch):
    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space left"):
        keys.write_private(tmp_path / "unit.pem", keys.generate())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o600 | 0o002])
def test_key_files_that_others_may_touch_are_refused_with_the_remedy(tmp_path, mode):
    path = tmp_path / "key"
    keys.write_storage_key(path)
    path.chmod(mode)
    for read in (keys.read_private, StorageKeys.read):
        with pytest.raises(VaultKeyError, match=f"chmod 400 {path}"):
            read(path)


def pem(key, password: bytes | None = None) -> bytes:
    cover = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, cover)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(ec.generate_private_key(ec.SECP256R1()), password=b"secret"),
    ],
    ids=["empty", "garbage", "another curve", "password"],
)
def test_other_content_is_no_unit_key(tmp_path, content):
    path = tmp_path / "unit.pem"
    path.write_bytes(content)
    path.chmod(0o400)
    with pytest.raises(VaultKeyError, match="private key"):
        keys.read_private(path)


# The storage layer


def test_what_is_stored_opens_again_and_is_29_bytes_longer():
    storage = StorageKeys((NEW,))
    sealed = storage.seal_at_rest(b"value", context=b"report.wrap:1")
    assert len(sealed) == len(b"value") + 29
    assert storage.open_at_rest(sealed, context=b"report.wrap:1") == b"value"
    assert storage.seal_at_rest(b"value", context=b"report.wrap:1") != sealed


def test_the_first_key_writes_and_all_read():
    before, during, after = StorageKeys((OLD,)), StorageKeys((NEW, OLD)), StorageKeys((NEW,))
    written_before = before.seal_at_rest(b"old", context=b"c")
    written_during = during.seal_at_rest(b"new", context=b"c")
    assert during.open_at_rest(written_before, context=b"c") == b"old"
    assert after.open_at_rest(written_during, context=b"c") == b"new"
    for storage, sealed in ((before, written_during), (after, written_before)):
        with pytest.raises(VaultKeyError, match="its storage key is missing"):
            storage.open_at_rest(sealed, context=b"c")


def test_an_altered_cut_or_moved_value_does_not_open():
    storage = StorageKeys((NEW, OLD))
    sealed = storage.seal_at_rest(b"value", context=b"report.wrap:1")
    spoiled = [sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :] for place in range(len(sealed))]
    spoiled += [sealed[:length] for length in range(len(sealed))]
    for value in spoiled:
        with pytest.raises(VaultKeyError):
            storage.open_at_rest(value, context=b"report.wrap:1")
    with pytest.raises(VaultKeyError):
        storage.open_at_rest(sealed, context=b"report.wrap:2")


@pytest.mark.parametrize("vector", VECTORS["at_rest"], ids=lambda vector: vector["context"])
def test_values_stored_by_an_earlier_release_open(vector):
    storage = StorageKeys.parse(vector["storage_keys"])
    value = storage.open_at_rest(bytes.fromhex(vector["sealed"]), context=vector["context"].encode())
    assert value == vector["value"].encode()


@pytest.mark.parametrize("vector", VECTORS["lookup_mac"], ids=lambda vector: vector["mac"][:8])
def test_lookup_mac_is_the_documented_one(vector):
    storage = StorageKeys.parse(vector["storage_key"])
    assert storage.lookup_mac(bytes.fromhex(vector["lookup_id"])).hex() == vector["mac"]


def test_a_report_is_found_under_every_key_and_stored_under_the_first():
    lookup_id = bytes(32)
    macs = StorageKeys((NEW, OLD)).lookup_macs(lookup_id)
    assert macs == (StorageKeys((NEW,)).lookup_mac(lookup_id), StorageKeys((OLD,)).lookup_mac(lookup_id))
    assert StorageKeys((NEW, OLD)).lookup_mac(lookup_id) == macs[0]
    assert len(set(macs)) == 2


def test_storage_key_file_holds_one_fresh_key_and_takes_a_second(tmp_path):
    first, second, both = tmp_path / "first", tmp_path / "second", tmp_path / "both"
    keys.write_storage_key(first)
    keys.write_storage_key(second)
    assert stat.S_IMODE(first.stat().st_mode) == 0o400
    (old,), (new,) = StorageKeys.read(first).keys, StorageKeys.read(second).keys
    assert old != new
    both.write_text(f"# since November\n{new.hex()}\n\n{old.hex()}\n")
    both.chmod(0o400)
    assert StorageKeys.read(both).keys == (new, old)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no storage key"),
        ("# only a remark\n", "no storage key"),
        ("00" * 31, "32 bytes"),
        (f"{'00' * 32}\n{'00' * 16}", "32 bytes"),
        (f"{'00' * 32}\nnot a key", "Line 2"),
        ("ключ", "Line 1"),
    ],
)
def test_faulty_storage_keys_are_refused_with_the_reason(text, reason):
    with pytest.raises(VaultKeyError, match=reason):
        StorageKeys.parse(text)


def test_a_storage_key_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(b"\xff" * 64)
    path.chmod(0o400)
    with pytest.raises(VaultKeyError, match="hexadecimal"):
        StorageKeys.read(path)


def test_no_storage_key_is_shown_by_repr_or_error():
    storage = StorageKeys((NEW,))
    assert NEW.hex() not in repr(storage)
    assert repr(NEW) not in repr(storage)
    with pytest.raises(VaultKeyError) as caught:
        StorageKeys.parse(f"{NEW.hex()}zz")
    assert NEW.hex() not in str(caught.value)
