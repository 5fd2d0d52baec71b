"""The chain of rosters: what may follow what, and whose signatures count (DECISIONS 47)."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from content.reports.vault import keys, rosters
from content.reports.vault.holder import HolderKey, unit_key
from content.reports.vault.rosters import Member, Roster, RosterError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "holders.json").read_text(encoding="utf-8"))
CHAIN = [
    (row["raw"].encode(), {UUID(name): bytes.fromhex(value) for name, value in row["signatures"].items()})
    for row in VECTORS["rosters"]
]
ROSTERS = [Roster.read(raw) for raw, _signatures in CHAIN]
UNIT = ROSTERS[0].unit
KEYS = {UUID(row["id"]): HolderKey(bytes.fromhex(row["seed"])) for row in VECTORS["holders"]}
FOUNDERS = set(ROSTERS[0].members)


def public(seed: bytes) -> bytes:
    return keys.public_bytes(unit_key(seed).public_key())


def member(key: HolderKey, id_: UUID | None = None) -> Member:
    return Member(id_ or uuid4(), key.exchange_public, key.signing_public)


def signed(roster: Roster, *holders: UUID) -> tuple[bytes, dict[UUID, bytes]]:
    return roster.raw, {name: KEYS[name].sign(roster.to_sign) for name in holders}


@pytest.mark.parametrize("row", VECTORS["rosters"], ids=["first", "one more", "one less"])
def test_a_roster_is_written_and_named_as_known(row):
    roster = Roster.read(row["raw"].encode())
    assert roster.raw.decode() == row["raw"]
    assert roster.digest.hex() == row["digest"]


def test_the_known_chain_holds_to_its_end():
    for length in (1, 2, 3):
        assert rosters.newest(CHAIN[:length], UNIT, FOUNDERS) == ROSTERS[length - 1]


def test_without_founders_in_the_file_nothing_holds():
    assert rosters.newest(CHAIN, UNIT, set()) is None
    assert rosters.newest(CHAIN, UNIT, {min(FOUNDERS)}) is None
    assert rosters.newest(CHAIN, UNIT, {member(HolderKey.generate())}) is None


def test_a_chain_of_another_unit_holds_nothing():
    assert rosters.newest(CHAIN, uuid4(), FOUNDERS) is None


def test_a_thief_of_the_database_cannot_begin_a_chain_of_his_own():
    mine = HolderKey.generate(), HolderKey.generate()
    members = tuple(sorted(member(key) for key in mine))
    forged = Roster(UNIT, 1, 1, public(bytes(32)), members)
    signatures = {m.id: key.sign(forged.to_sign) for key in mine for m in members if m.signing == key.signing_public}
    assert len(signatures) == 2
    assert rosters.newest([(forged.raw, signatures)], UNIT, FOUNDERS) is None


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("left", [0, 1])
def test_one_signature_is_not_enough(place, left):
    raw, signatures = CHAIN[place]
    one = dict([sorted(signatures.items())[left]])
    held = rosters.newest([*CHAIN[:place], (raw, one), *CHAIN[place + 1 :]], UNIT, FOUNDERS)
    assert held == (ROSTERS[place - 1] if place else None)


def test_the_same_holder_twice_is_one_signature():
    raw, signatures = CHAIN[1]
    first, second = sorted(signatures)
    doubled = {first: signatures[first], second: signatures[first]}
    assert rosters.newest([CHAIN[0], (raw, doubled)], UNIT, FOUNDERS) == ROSTERS[0]


def test_a_newcomer_does_not_vouch_for_herself():
    (newcomer,) = {m.id for m in ROSTERS[1].members} - {m.id for m in ROSTERS[0].members}
    old = ROSTERS[0].members[0].id
    assert rosters.newest([CHAIN[0], signed(ROSTERS[1], old, newcomer)], UNIT, FOUNDERS) == ROSTERS[0]
    # Unless her key was read out and stands in the file: the way back for a unit with one holder left.
    founders = {*FOUNDERS, ROSTERS[1].member(newcomer)}
    assert rosters.newest([CHAIN[0], signed(ROSTERS[1], old, newcomer)], UNIT, founders) == ROSTERS[1]


def test_who_has_left_signs_nothing_more():
    (gone,) = {m.id for m in ROSTERS[1].members} - {m.id for m in ROSTERS[2].members}
    after = replace(ROSTERS[2], number=4, epoch=3, key=public(b"3" * 32), previous=ROSTERS[2].digest)
    stays = ROSTERS[2].members[0].id
    assert rosters.newest([*CHAIN, signed(after, stays, gone)], UNIT, FOUNDERS) == ROSTERS[2]
    assert rosters.newest([*CHAIN, signed(after, *(m.id for m in after.members))], UNIT, FOUNDERS) == after


def test_any_flipped_letter_ends_the_chain():
    raw, signatures = CHAIN[1]
    for place in range(0, len(raw), 7):
        spoilt = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert rosters.newest([CHAIN[0], (spoilt, signatures), CHAIN[2]], UNIT, FOUNDERS) == ROSTERS[0]


def test_a_missing_or_moved_link_ends_the_chain():
    assert rosters.newest([CHAIN[0], CHAIN[2]], UNIT, FOUNDERS) == ROSTERS[0]
    assert rosters.newest([CHAIN[1], CHAIN[2]], UNIT, FOUNDERS) is None
    assert rosters.newest([CHAIN[0], CHAIN[0]], UNIT, FOUNDERS) == ROSTERS[0]


# A holder more; a holder less with a new key; a new key alone.
FOLLOWING = {
    "key changes, epoch does not": ({"key": public(b"4" * 32)}, "needs a new epoch"),
    "epoch changes, key does not": ({"epoch": 2}, "needs a new key"),
    "epoch skips": ({"epoch": 3, "key": public(b"4" * 32)}, "counted"),
    "number skips": ({"number": 3}, "does not follow"),
    "another past": ({"previous": b"\1" * 32}, "does not follow"),
    "another unit": ({"unit": uuid4()}, "does not follow"),
    "one leaves with the key": ({"members": ROSTERS[0].members[:1]}, "the key must change"),
    "a holder's key is swapped": (
        {"members": tuple(sorted([ROSTERS[0].members[0], replace(ROSTERS[0].members[1], signing=public(b"5" * 32))]))},
        "the key must change",
    ),
}


@pytest.mark.parametrize("name", FOLLOWING)
def test_what_may_not_follow(name):
    changed, reason = FOLLOWING[name]
    following = replace(ROSTERS[0], **{"number": 2, "previous": ROSTERS[0].digest, **changed})
    with pytest.raises(RosterError, match=reason):
        rosters.check_follows(following, ROSTERS[0])
    # However many have signed it.
    signatures = {name: key.sign(following.to_sign) for name, key in KEYS.items()}
    assert rosters.newest([CHAIN[0], (following.raw, signatures)], UNIT, FOUNDERS) == ROSTERS[0]


def test_a_unit_begins_with_two():
    with pytest.raises(RosterError, match="2 holders"):
        rosters.check_follows(replace(ROSTERS[0], members=ROSTERS[0].members[:1]), None)
    with pytest.raises(RosterError, match="not the first"):
        rosters.check_follows(ROSTERS[1], None)


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 0},
        {"number": True},
        {"epoch": 2**31},
        {"key": bytes(65)},
        {"previous": b""},
        {"members": ()},
        {"members": ROSTERS[0].members[::-1]},
        {"members": (ROSTERS[0].members[0], replace(ROSTERS[0].members[0], id=ROSTERS[0].members[1].id))},
    ],
)
def test_what_is_no_roster(changed):
    with pytest.raises(RosterError):
        replace(ROSTERS[0], **changed)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        CHAIN[0][0] + b" ",
        CHAIN[0][0].replace(b'"v":1', b'"v":2'),
        CHAIN[0][0].replace(b'"number":1', b'"number":"1"'),
        CHAIN[0][0].replace(b'"holders":[', b'"holders":[null,'),
        CHAIN[0][0][:-1] + b',"x":1}',
        b"[" * 5000,
        b"x" * 20_000,
    ],
)
def test_what_cannot_be_read(raw):
    with pytest.raises(RosterError):
        Roster.read(raw)
