"""The receipt: its digits, what a person may type, and what follows from it."""

import json
import re
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given, settings
from hypothesis import strategies as st

from content.reports.vault import keys, receipt
from content.reports.vault.receipt import Reason, Receipt, ReceiptError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "receipt.json").read_text(encoding="utf-8"))
SALT = bytes(16)


@pytest.fixture
def derivations(monkeypatch):
    """The calls of the slow derivation, which is replaced."""
    calls = []

    def spy(*args, **_):
        calls.append(args)
        return bytes(32)

    monkeypatch.setattr(receipt.argon2id, "kdf", spy)
    return calls


def look_up(text: str) -> bytes:
    """What the status page does with a typed number."""
    return receipt.credentials(receipt.stretch(Receipt.parse(text), SALT)).lookup_id


# Digits


def test_a_hundred_thousand_receipts_have_the_format_and_the_check_digit():
    shown = re.compile(r"\d{4}( \d{4}){4}", re.ASCII)
    seen = set()
    for _ in range(100_000):
        new = Receipt.generate()
        assert shown.fullmatch(new.grouped)
        seen.add(new.digits)
    assert len(seen) == 100_000
    assert all(map(receipt.check, seen))


def test_the_check_table_misses_no_wrong_digit_and_no_adjacent_swap():
    """Damm's conditions on the table itself, which hold for every receipt there can be."""
    table, digits = receipt._DAMM, range(10)
    assert all(sorted(row) == list(digits) for row in table)  # from one state, two digits never meet again
    assert all(sorted(column) == list(digits) for column in zip(*table, strict=True))  # nor do two states
    assert all(table[digit][digit] == 0 for digit in digits)  # so the check digit is the state it closes
    swaps = [(s, x, y) for s, x, y in product(digits, repeat=3) if x != y]
    assert all(table[table[s][x]][y] != table[table[s][y]][x] for s, x, y in swaps)


def test_every_wrong_digit_and_adjacent_swap_is_refused_without_derivation(derivations):
    tried = 0
    for _ in range(200):
        right = Receipt.generate().digits
        for place in range(20):
            for digit in "0123456789":
                if digit != right[place]:
                    with pytest.raises(ReceiptError) as caught:
                        look_up(right[:place] + digit + right[place + 1 :])
                    assert caught.value.reason is Reason.CHECK_DIGIT
                    tried += 1
        for place in range(19):
            if right[place] != right[place + 1]:
                with pytest.raises(ReceiptError) as caught:
                    look_up(right[:place] + right[place + 1] + right[place] + right[place + 2 :])
                assert caught.value.reason is Reason.CHECK_DIGIT
                tried += 1
    assert tried > 200 * 180
    assert derivations == []
    look_up(right)
    assert len(derivations) == 1


@pytest.mark.parametrize("vector", VECTORS["check_digit"], ids=lambda vector: vector["digits"])
def test_check_digit_is_the_documented_one(vector):
    assert receipt.check(vector["digits"] + vector["check_digit"])
    assert sum(receipt.check(vector["digits"] + digit) for digit in "0123456789") == 1


# What a person types


@pytest.mark.parametrize("vector", VECTORS["parse"], ids=lambda vector: ascii(vector["text"]))
def test_typed_numbers_are_read_in_every_script(vector):
    assert Receipt.parse(vector["text"]).digits == vector["digits"]


@pytest.mark.parametrize("vector", VECTORS["refuse"], ids=lambda vector: ascii(vector["text"]))
def test_other_texts_are_refused_with_the_reason_and_without_derivation(vector, derivations):
    with pytest.raises(ReceiptError) as caught:
        look_up(vector["text"])
    assert caught.value.reason == vector["reason"]
    assert derivations == []


@given(st.text(alphabet="0123456789 -\0\t\n\r٣３५²Ⅻ½A'\"<%\u200f\u202e\U0001f600", max_size=80) | st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_receipt_or_a_receipt_error(text):
    with suppress(ReceiptError):
        assert len(Receipt.parse(text).digits) == 20


def test_a_receipt_is_not_shown_by_repr_or_error():
    new = Receipt.generate()
    assert new.digits not in repr(new)
    with pytest.raises(ReceiptError) as caught:
        Receipt.parse(new.digits[:-1] + str((int(new.digits[-1]) + 1) % 10))
    assert new.digits[:-1] not in str(caught.value)
    derived = receipt.credentials(bytes(32))
    assert derived.lookup_id.hex() not in repr(derived)
    assert repr(derived.lookup_id) not in repr(derived)


# What follows from it


@pytest.mark.parametrize("vector", VECTORS["derivation"], ids=lambda vector: vector["receipt"])
def test_derivation_is_the_documented_one(vector):
    root = receipt.stretch(Receipt.parse(vector["receipt"]), bytes.fromhex(vector["salt"]))
    assert root.hex() == vector["root"]
    derived = receipt.credentials(root)
    assert derived.lookup_id.hex() == vector["lookup_id"]
    assert keys.hkdf(root, receipt.REPORTER_LABEL).hex() == vector["reporter_seed"]
    assert keys.public_bytes(derived.reporter_key.public_key()).hex() == vector["reporter_public"]
    assert f"{derived.reporter_key.private_numbers().private_value:064x}" == vector["reporter_private"]


def test_a_second_implementation_of_argon2_agrees():
    new, salt = Receipt.generate(), bytes(range(16))
    other = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=64 * 1024)
    assert receipt.stretch(new, salt) == other.derive(new.digits[:19].encode())


def test_the_salt_of_the_installation_matters_and_has_16_bytes():
    new = Receipt.generate()
    assert receipt.stretch(new, SALT) != receipt.stretch(new, b"\x01" * 16)
    with pytest.raises(ValueError, match="salt"):
        receipt.stretch(new, bytes(15))


# Made by the server for a form


@pytest.mark.parametrize("vector", VECTORS["form"], ids=lambda vector: vector["receipt"])
def test_receipt_of_a_form_is_the_documented_one(vector):
    made = Receipt.for_form(bytes.fromhex(vector["day_key"]), bytes.fromhex(vector["form_nonce"]))
    assert made.grouped == vector["receipt"]


def test_receipt_of_a_form_is_the_same_again_and_another_for_another_form_or_day():
    day, nonce = bytes(32), bytes(16)
    assert Receipt.for_form(day, nonce) == Receipt.for_form(day, nonce)
    others = {Receipt.for_form(day, b"\x01" * 16).digits, Receipt.for_form(b"\x01" * 32, nonce).digits}
    assert len(others | {Receipt.for_form(day, nonce).digits}) == 3
    with pytest.raises(ValueError, match="16 bytes"):
        Receipt.for_form(day, bytes(15))


def test_digits_of_form_receipts_are_even():
    """Chi-square over 20 000 receipts of a fixed key: 27.9 is p = 0.001 at 9 degrees of freedom.

    Bytes taken modulo 10 without rejection would give about 148.
    """
    tally = [0] * 10
    for number in range(20_000):
        for digit in Receipt.for_form(bytes(32), number.to_bytes(16)).digits[:19]:
            tally[int(digit)] += 1
    expected = sum(tally) / 10
    assert sum((seen - expected) ** 2 / expected for seen in tally) < 27.9
