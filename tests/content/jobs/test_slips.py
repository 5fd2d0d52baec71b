"""The signed summary: frozen bytes, days that count to their end, and no sign of it that can be changed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from content.jobs import codes, slips
from content.jobs.slip_keys import Key, Keyring, _from_seed
from content.jobs.slips import Reading, Slip, Verdict, read, sign
from content.jobs.vocabulary import WagePeriod

VECTORS = json.loads((Path(__file__).parent / "vectors" / "slips.json").read_text(encoding="utf-8"))
KEY = _from_seed("2026-11", bytes(range(32)))
OTHER = _from_seed("2025-11", bytes(range(1, 33)))
KEYS = Keyring((KEY,))
DAY = dt.date(2026, 11, 22)
SLIP = Slip(
    code="tahanany",
    occupation="5322",
    place="Taichung",
    country="TW",
    agency="PT Contoh Bahari Sentosa",
    licence="CONTOH/SIP3MI/001",
    licence_until=dt.date(2028, 5, 21),
    order="CONTOH/JO/TW-A",
    employer="Contoh Home Care Taiwan",
    wage_min=Decimal("20000"),
    wage_max=Decimal("22000.50"),
    currency="TWD",
    period="month",
    pays=(("IDR", Decimal("1150000")), ("TWD", Decimal("0.01"))),
    taken=(("TWD", Decimal("2500")),),
    closes=dt.date(2026, 12, 31),
    issued=DAY,
    expires=dt.date(2026, 12, 22),
    example=True,
)


def token(**changes: Any) -> str:
    return sign(replace(SLIP, **changes), KEY)


def slip_of(vector: dict[str, Any]) -> Slip:
    """A slip as the file of known answers writes it."""
    held = dict(vector["slip"])
    for name in ("licence_until", "closes", "issued", "expires"):
        held[name] = dt.date.fromisoformat(held[name]) if held[name] else None
    for name in ("wage_min", "wage_max"):
        held[name] = Decimal(held[name]) if held[name] else None
    for name in ("pays", "taken"):
        held[name] = tuple((currency, Decimal(amount)) for currency, amount in held[name])
    return Slip(**held)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_known_answers_never_change(vector: dict[str, Any]) -> None:
    key, slip = _from_seed(vector["key"], bytes.fromhex(vector["seed"])), slip_of(vector)
    raw = int(vector["token"]).to_bytes(len(vector["summary"]) // 2 + slips.SIGNATURE_BYTES)
    assert raw.hex().startswith(vector["summary"])
    assert sign(slip, key) == vector["token"]
    # Read with the public half alone, as anybody can.
    public = Keyring.parse([vector["public"]])
    assert public.keys[0].public_bytes == key.public_bytes
    assert read(vector["token"], public, slip.expires) == Reading(Verdict.VALID, slip)
    # And by another library, as docs/slip-v1.md tells it.
    summary, signature = raw[: -slips.SIGNATURE_BYTES], raw[-slips.SIGNATURE_BYTES :]
    VerifyKey(public.keys[0].public_bytes).verify(b"lentera/slip/v1|" + summary, signature)


def test_the_known_answers_show_every_part() -> None:
    held = [slip_of(vector) for vector in VECTORS]
    for name in ("licence_until", "wage_max", "pays", "taken", "example", "place"):
        assert {bool(getattr(slip, name)) for slip in held} == {True, False}, name
    assert {slip.period for slip in held} == set(slips.PERIODS)
    assert any(len(slip.agency) == slips.MAX_TEXT for slip in held)


def test_the_periods_are_those_of_the_vocabulary() -> None:
    assert set(slips.PERIODS) == set(WagePeriod.values)


# --- days ----------------------------------------------------------------------------------------------------------


def test_the_last_day_counts() -> None:
    for day in (DAY, SLIP.expires):
        assert read(token(), KEYS, day).verdict is Verdict.VALID
    late = read(token(), KEYS, SLIP.expires + dt.timedelta(days=1))
    assert late == Reading(Verdict.EXPIRED, SLIP)


# --- what cannot be believed ---------------------------------------------------------------------------------------


def changed(raw: bytes, place: int, byte: int) -> str:
    held = bytearray(raw)
    held[place] = byte
    return str(int.from_bytes(held))


def test_no_byte_can_be_changed() -> None:
    """Every other value of every byte of the summary and the signature; nothing of it is shown."""
    raw = int(token()).to_bytes((int(token()).bit_length() + 7) // 8)
    key_at = range(9, 10 + len(KEY.id))
    for place in range(len(raw)):
        for byte in {raw[place] ^ 1, raw[place] ^ 0x80, 0, 255, raw[place] ^ 0x20} - {raw[place]}:
            found = read(changed(raw, place, byte), KEYS, DAY)
            assert found.slip is None
            if place == 0:
                assert found.verdict in (Verdict.UNREADABLE, Verdict.ALTERED)
            elif place in key_at:
                assert found.verdict in (Verdict.UNKNOWN_KEY, Verdict.UNREADABLE)
            else:
                assert found.verdict is Verdict.ALTERED, place


def test_no_digit_can_be_changed() -> None:
    held = token()
    for place in range(len(held)):
        digit = str((int(held[place]) + 1) % 10)
        found = read(held[:place] + digit + held[place + 1 :], KEYS, DAY)
        assert found.slip is None
        assert found.verdict is not Verdict.VALID


def test_an_altered_slip_tells_which_listing_it_claims() -> None:
    raw = int(token()).to_bytes((int(token()).bit_length() + 7) // 8)
    assert read(changed(raw, len(raw) - 1, raw[-1] ^ 1), KEYS, DAY) == Reading(Verdict.ALTERED, claimed="tahanany")
    assert read(changed(raw, 3, ord("b")), KEYS, DAY) == Reading(Verdict.ALTERED)


def test_the_signature_of_one_slip_fits_no_other() -> None:
    one, other = (int(held).to_bytes((int(held).bit_length() + 7) // 8) for held in (token(), token(place="Taipei")))
    mixed = other[: -slips.SIGNATURE_BYTES] + one[-slips.SIGNATURE_BYTES :]
    assert read(str(int.from_bytes(mixed)), KEYS, DAY).verdict is Verdict.ALTERED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "1",
        "7" * 50,
        "12a",
        "-5",
        "+5",
        "1_0" * 90,
        "٣" * 200,
        "0" + "1" * 300,
        "1" * 4_001,
        "1" * 100_000,
        " 12",
    ],
)
def test_what_is_no_token_cannot_be_read(text: str) -> None:
    assert read(text, KEYS, DAY) == Reading(Verdict.UNREADABLE)


@settings(deadline=None)
@given(st.binary(max_size=260))
def test_any_bytes_are_answered(raw: bytes) -> None:
    """Also those that begin like a summary of the known key."""
    head = b"\x01tahanany\x072026-11"
    for held in (raw, head + raw):
        assert read(str(int.from_bytes(held)), KEYS, DAY).slip is None
        assert read(str(int.from_bytes(held)), Keyring(), DAY).slip is None


def test_a_token_cut_off_anywhere_is_never_believed() -> None:
    held = token()
    assert {read(held[:length], KEYS, DAY).slip for length in range(len(held))} == {None}


def test_another_version_is_not_guessed_at() -> None:
    raw = int(token()).to_bytes((int(token()).bit_length() + 7) // 8)
    summary = b"\x02" + raw[1 : -slips.SIGNATURE_BYTES]
    assert KEY.private is not None
    for label in (slips.LABEL, b"lentera/slip/v2|"):
        signed = summary + KEY.private.sign(label + summary)
        # Not altered either: a later version may be signed in another way.
        assert read(str(int.from_bytes(signed)), KEYS, DAY) == Reading(Verdict.UNREADABLE)


@pytest.mark.parametrize("more", [b"\x00", b"x"])
def test_bytes_that_no_slip_writes_are_refused_though_signed(more: bytes) -> None:
    raw = int(token()).to_bytes((int(token()).bit_length() + 7) // 8)
    summary = raw[: -slips.SIGNATURE_BYTES] + more
    assert KEY.private is not None
    signed = summary + KEY.private.sign(slips.LABEL + summary)
    assert read(str(int.from_bytes(signed)), KEYS, DAY) == Reading(Verdict.UNREADABLE)


# --- keys ----------------------------------------------------------------------------------------------------------


def test_after_a_rotation_old_slips_are_believed_and_new_ones_signed_anew() -> None:
    old = token()
    rotated = KEYS.rotated("2027-11")
    assert rotated.signing is not None
    assert rotated.signing.id == "2027-11"
    assert read(old, rotated, DAY) == Reading(Verdict.VALID, SLIP)
    new = sign(SLIP, rotated.signing)
    assert new != old
    assert read(new, rotated, DAY) == Reading(Verdict.VALID, SLIP)
    assert read(new, KEYS, DAY) == Reading(Verdict.UNKNOWN_KEY)


def test_a_revoked_key_makes_its_slips_worth_nothing() -> None:
    left = Keyring((OTHER, KEY)).without(KEY.id)
    assert read(token(), left, DAY) == Reading(Verdict.REVOKED)
    assert read(sign(SLIP, OTHER), left, DAY).verdict is Verdict.VALID


def test_an_id_alone_convinces_nobody() -> None:
    impostor = Key(KEY.id, OTHER.seed, OTHER.public_bytes)
    assert read(sign(SLIP, impostor), KEYS, DAY) == Reading(Verdict.ALTERED, claimed="tahanany")


def test_a_public_half_does_not_sign() -> None:
    with pytest.raises(ValueError, match="only verifies"):
        sign(SLIP, Key(KEY.id, None, KEY.public_bytes))


# --- values --------------------------------------------------------------------------------------------------------

days = st.dates()
amounts = st.integers(0, 10**14 - 1).map(lambda value: Decimal(value) / 100)
sums = st.lists(st.tuples(st.sampled_from(["IDR", "USD"]), amounts), max_size=3).map(tuple)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=slips.MAX_TEXT)
made = st.builds(
    Slip,
    code=st.builds(codes.new_code),
    occupation=texts,
    place=texts,
    country=st.sampled_from(["TW", "HK"]),
    agency=texts,
    licence=texts,
    licence_until=st.none() | days,
    order=texts,
    employer=texts,
    wage_min=amounts,
    wage_max=st.none() | amounts,
    currency=st.sampled_from(["TWD", "HKD"]),
    period=st.sampled_from(slips.PERIODS),
    pays=sums,
    taken=sums,
    closes=days,
    issued=days,
    expires=days,
    example=st.booleans(),
)


@settings(deadline=None)
@given(made)
def test_what_is_signed_is_read_back(slip: Slip) -> None:
    held = sign(slip, KEY)
    assert slips.is_token(held)
    assert read(held, KEYS, slip.expires) == Reading(Verdict.VALID, slip)


def test_every_field_is_signed() -> None:
    """Two slips that differ in anything have different tokens."""
    other = {
        "code": "tamatanb", "occupation": "5321", "place": "Taipei", "country": "HK", "agency": "PT Lain",
        "licence": "x", "licence_until": None, "order": "y", "employer": "z", "wage_min": Decimal("1"),
        "wage_max": None, "currency": "HKD", "period": "day", "pays": (), "taken": (), "closes": DAY,
        "issued": SLIP.closes, "expires": DAY, "example": False,
    }  # fmt: skip
    assert set(other) == {field.name for field in fields(Slip)}
    held = {token(**{name: value}) for name, value in other.items()} | {token()}
    assert len(held) == len(other) + 1


@pytest.mark.parametrize(
    "values",
    [
        {"wage_min": Decimal("-5")}, {"currency": "€"}, {"currency": "EURO"}, {"country": ""}, {"period": "year"},
        {"code": "tahanan"}, {"wage_min": Decimal("0.001")}, {"place": "\ud800"},
    ],
)  # fmt: skip
def test_a_value_without_a_place_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        token(**values)


def test_long_names_are_cut() -> None:
    assert slips.cut("x" * 80) == "x" * 80
    assert slips.cut("x" * 81) == "x" * 79 + "…"
