"""The key of a holder, its locks, the shares of a unit's key, and what she signs."""

import base64
import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from content.reports.vault import envelope, holder, keys, replies
from content.reports.vault.holder import HolderKey, Lock
from content.reports.vault.keys import VaultKeyError

FOLDER = Path(__file__).parent / "vectors"
VECTORS = json.loads((FOLDER / "holders.json").read_text(encoding="utf-8"))
ENVELOPES = json.loads((FOLDER / "envelope.json").read_text(encoding="utf-8"))
HOLDERS = VECTORS["holders"]


def flipped(raw: bytes, place: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


@pytest.mark.parametrize("vector", HOLDERS, ids=lambda vector: vector["id"][:8])
def test_both_pairs_follow_from_the_seed(vector):
    key = HolderKey(bytes.fromhex(vector["seed"]))
    assert key.exchange_public.hex() == vector["exchange"]
    assert key.signing_public.hex() == vector["signing"]
    assert vector["seed"] not in repr(key)


@pytest.mark.parametrize("vector", HOLDERS, ids=lambda vector: vector["id"][:8])
def test_a_lock_opens_for_its_holder_and_kind_alone(vector):
    locked, key = bytes.fromhex(vector["lock"]["locked"]), bytes.fromhex(vector["lock"]["key"])
    me = UUID(vector["id"])
    assert holder.unlock(locked, key, me, Lock.PHRASE).seed.hex() == vector["seed"]
    wrong = [
        (locked, flipped(key, 0), me, Lock.PHRASE),
        (locked, key, uuid4(), Lock.PHRASE),
        (locked, key, me, Lock.RECOVERY),
        *((flipped(locked, place), key, me, Lock.PHRASE) for place in range(len(locked))),
        (b"", key, me, Lock.PHRASE),
    ]
    for arguments in wrong:
        with pytest.raises(VaultKeyError):
            holder.unlock(*arguments)


def test_a_fresh_lock_has_the_known_length_and_opens():
    key, me = HolderKey.generate(), uuid4()
    locked = holder.lock(key.seed, bytes(32), me, Lock.RECOVERY)
    assert len(locked) == holder.LOCK_BYTES
    assert holder.unlock(locked, bytes(32), me, Lock.RECOVERY) == key


@pytest.mark.parametrize("vector", VECTORS["shares"], ids=lambda v: f"{v['epoch']}-{v['holder']}")
def test_a_share_opens_for_its_holder_unit_and_epoch_alone(vector):
    sealed, unit, epoch = bytes.fromhex(vector["sealed"]), UUID(vector["unit"]), vector["epoch"]
    mine = HolderKey(bytes.fromhex(HOLDERS[vector["holder"]]["seed"]))
    assert len(sealed) == holder.SHARE_BYTES
    assert holder.open_share(sealed, unit, epoch, mine).hex() == vector["seed"]
    for arguments in (
        (sealed, unit, epoch, HolderKey.generate()),
        (sealed, uuid4(), epoch, mine),
        (sealed, unit, epoch + 1, mine),
        (flipped(sealed, 70), unit, epoch, mine),
        (b"", unit, epoch, mine),
    ):
        with pytest.raises(VaultKeyError):
            holder.open_share(*arguments)


@pytest.mark.parametrize("vector", VECTORS["unit_keys"], ids=lambda v: v["seed"][:6])
def test_the_key_of_a_unit_follows_from_its_seed(vector):
    assert keys.public_bytes(holder.unit_key(bytes.fromhex(vector["seed"])).public_key()).hex() == vector["public"]


@pytest.mark.parametrize("make", [HolderKey, holder.unit_key])
def test_a_seed_of_another_length_is_refused(make):
    with pytest.raises(ValueError, match="32 bytes"):
        make(bytes(31))


def test_what_is_signed_is_exactly_that():
    key, other = HolderKey.generate(), HolderKey.generate()
    signature = key.sign(b"words")
    assert holder.is_signed(b"words", signature, key.signing_public)
    assert not holder.is_signed(b"word", signature, key.signing_public)
    assert not holder.is_signed(b"words", signature, other.signing_public)
    assert not holder.is_signed(b"words", signature, key.exchange_public)
    for place in range(len(signature)):
        assert not holder.is_signed(b"words", flipped(signature, place), key.signing_public)
    for broken in (b"", bytes(64), b"\xff" * 64, signature + b"\0"):
        assert not holder.is_signed(b"words", broken, key.signing_public)
    assert not holder.is_signed(b"words", signature, bytes(65))


def test_the_signature_of_a_reply_holds_for_the_whole_envelope_and_its_writer():
    vector = VECTORS["reply"]
    sealed = envelope.Envelope.from_bytes(base64.b64decode(ENVELOPES["complete"]["envelope"]))
    me, signature = UUID(vector["holder"]), bytes.fromhex(vector["signature"])
    public = bytes.fromhex(next(h["signing"] for h in HOLDERS if h["id"] == vector["holder"]))
    assert replies.to_sign(sealed, me).hex() == vector["to_sign"]
    assert replies.is_from(sealed, me, signature, public)
    assert not replies.is_from(sealed, uuid4(), signature, public)
    swapped = envelope.Envelope(sealed.raw_header, (sealed.wraps[1], sealed.wraps[0]), sealed.body)
    altered = envelope.Envelope(sealed.raw_header, sealed.wraps, flipped(sealed.body, 40))
    for other in (swapped, altered):
        assert not replies.is_from(other, me, signature, public)
