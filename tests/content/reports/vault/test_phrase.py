"""What a holder types: the phrase with its check digits, and the recovery code of the printed sheet."""

import json
from pathlib import Path

import pytest

from content.reports.vault import phrase, receipt
from content.reports.vault.phrase import Phrase, RecoveryCode, Slip, SlipError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "holders.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["phrase"], ids=lambda vector: vector["digits"][:4])
def test_a_phrase_is_stretched_to_the_known_key(vector):
    held = Phrase(vector["digits"])
    assert list(held.lines) == vector["lines"]
    assert phrase.phrase_key(held, bytes.fromhex(vector["salt"])).hex() == vector["key"]


@pytest.mark.parametrize("vector", VECTORS["refused_phrases"], ids=lambda vector: vector["slip"])
def test_a_slip_is_named(vector):
    with pytest.raises(SlipError) as error:
        Phrase.parse(vector["text"])
    assert error.value.slip == vector["slip"]
    assert vector["text"] not in str(error.value) or not vector["text"]


def test_every_wrong_digit_and_every_swap_of_neighbours_is_caught_in_its_line():
    digits = Phrase.generate().digits
    for place in range(phrase.DIGITS):
        line = Slip.FIRST_LINE if place < phrase.LINE else Slip.SECOND_LINE
        for other in set("0123456789") - {digits[place]}:
            with pytest.raises(SlipError) as error:
                Phrase.parse(digits[:place] + other + digits[place + 1 :])
            assert error.value.slip == line
        following = place + 1
        if following % phrase.LINE and digits[place] != digits[following]:
            swapped = digits[:place] + digits[following] + digits[place] + digits[following + 1 :]
            with pytest.raises(SlipError):
                Phrase.parse(swapped)


def test_a_phrase_is_read_in_any_script_and_with_any_spaces():
    held = Phrase.generate()
    arabic = "\n".join(held.lines).translate({ord("0") + n: 0x0660 + n for n in range(10)})
    assert Phrase.parse(arabic) == held
    assert Phrase.parse("-".join(held.digits)) == held


@pytest.mark.parametrize("between", [" / ", "\n", "\r\n", ".", " - ", ", ", " · ", "/"])
def test_a_phrase_is_read_as_sheets_print_it(between):
    held = Phrase.generate()
    assert Phrase.parse(between.join(held.lines)) == held
    assert RecoveryCode.parse(between.join(["ABCDE"] * 5)).text == "ABCDE" * 5


def test_phrases_differ_and_say_nothing_of_themselves():
    held = {Phrase.generate() for _time in range(200)}
    assert len(held) == 200
    assert not any(p.digits in repr(p) for p in held)


def test_a_salt_of_another_length_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        phrase.phrase_key(Phrase.generate(), bytes(15))


@pytest.mark.parametrize("vector", VECTORS["recovery"], ids=lambda vector: vector["text"][:5])
def test_a_recovery_code_gives_the_known_key(vector):
    held = RecoveryCode.parse(vector["text"])
    assert held.grouped == vector["grouped"]
    assert RecoveryCode.parse(held.grouped.lower()) == held
    assert phrase.recovery_key(held).hex() == vector["key"]


@pytest.mark.parametrize(
    ("text", "slip"),
    [("", Slip.LENGTH), ("A" * 24, Slip.LENGTH), ("A" * 100, Slip.LENGTH), ("U" * 25, Slip.CHARACTERS)],
)
def test_what_is_no_code_is_refused(text, slip):
    with pytest.raises(SlipError) as error:
        RecoveryCode.parse(text)
    assert error.value.slip == slip


def test_recovery_codes_use_the_whole_alphabet():
    held = "".join(RecoveryCode.generate().text for _time in range(100))
    assert set(held) == set(phrase.ALPHABET)


def test_the_check_digit_of_a_receipt_and_of_a_line_are_one_rule():
    assert receipt.check_digit("572") == 4
