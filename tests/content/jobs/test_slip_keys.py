"""The keys that sign slips: the setting, its change by command, the check that names what is wrong, kept pages."""

from __future__ import annotations

import base64
import re
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command

from content.jobs import checks, slip_selectors, slip_services
from content.jobs.slip_keys import BadKeys, Key, Keyring, encode, new
from content.registers import generation

SEED = encode(bytes(range(32)))
PUBLIC = encode(Keyring.parse([f"a:{SEED}"]).keys[0].public_bytes or b"")


def test_each_kind_of_entry_is_read() -> None:
    keys = Keyring.parse([f"old:pub:{PUBLIC}", " gone:revoked ", f"now:{SEED}", f"next:{encode(bytes(32))}"])
    assert [(key.id, key.seed is not None, key.public is not None, key.revoked) for key in keys.keys] == [
        ("old", False, True, False), ("gone", False, False, True), ("now", True, True, False), ("next", True, True, False)
    ]  # fmt: skip
    assert keys.signing is keys.keys[2]
    assert keys.find("gone") is keys.keys[1]
    assert keys.find("never") is None
    assert Keyring.parse(keys.setting.split(",")) == keys


def test_both_alphabets_of_base64_and_padding_are_read() -> None:
    seed = b"\xfb\xff" * 16
    for text in (base64.b64encode(seed), base64.urlsafe_b64encode(seed), base64.b64encode(seed).rstrip(b"=")):
        assert Keyring.parse([f"a:{text.decode()}"]).keys[0].seed == seed


@pytest.mark.parametrize(
    "entry",
    [
        "", "a", "a:", "a:x", f"A:{SEED}", f":{SEED}", f"{'a' * 17}:{SEED}", f"a b:{SEED}", f"a:{SEED}x", "a:" + encode(b"x" * 31),
        "a:pub", "a:pub:", f"a:secret:{SEED}", f"a:pub:{PUBLIC}:x", "a:revoked:x", "a:" + "é" * 43, f"a:{SEED[:-1]}!",
    ],
)  # fmt: skip
def test_what_is_no_entry_is_named_without_its_key(entry: str) -> None:
    with pytest.raises(BadKeys) as refused:
        Keyring.parse([f"good:{SEED}", entry])
    (problem,) = refused.value.problems
    assert problem.startswith("Entry 2")
    assert SEED[:20] not in problem


def test_an_id_stands_once() -> None:
    with pytest.raises(BadKeys, match=r"Entry 2 \(a\): its id is there twice"):
        Keyring.parse([f"a:{SEED}", "a:revoked"])


def test_no_seed_is_shown_by_accident() -> None:
    key = new("a")
    assert key.seed is not None
    shown = repr(Keyring((key,))) + str(key)
    assert encode(key.seed) not in shown
    assert repr(key.seed) not in shown


def test_a_rotation_leaves_one_seed() -> None:
    keys = Keyring.parse([f"a:{SEED}", "z:revoked"]).rotated("b")
    assert [(key.id, key.seed is not None) for key in keys.keys] == [("b", True), ("a", False), ("z", False)]
    assert keys.keys[1].entry == f"a:pub:{PUBLIC}"
    assert keys.keys[2].revoked
    assert keys.without("a").keys[1] == Key("a")


# --- command -------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("slip_keys", *arguments, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue()


def test_the_command_shows_no_seed(settings: Any) -> None:
    settings.SLIP_KEYS = [f"now:{SEED}", f"old:pub:{PUBLIC}", "gone:revoked"]
    out, _err = run()
    assert re.sub(" +", " ", out).splitlines() == [f"now signs {PUBLIC}", f"old verifies {PUBLIC}", "gone revoked"]
    assert run("show")[0] == out


def test_the_first_key_and_each_after_it_are_made_by_rotation(settings: Any) -> None:
    settings.SLIP_KEYS = []
    assert "No key signs" in run()[0]
    with time_machine.travel("2026-11-22 12:00+07:00"):
        out, err = run("rotate")
        assert re.fullmatch(r"2026-11:[\w-]{43}", out)
        assert "SLIP_KEYS" in err
        settings.SLIP_KEYS = out.split(",")
        second, _err = run("rotate")
        assert re.fullmatch(r"2026-11-2:[\w-]{43},2026-11:pub:[\w-]{43}", second)
        assert run("rotate", "--id", "kepala")[0].startswith("kepala:")


def test_a_revocation_keeps_the_others(settings: Any) -> None:
    settings.SLIP_KEYS = [f"now:{SEED}", f"old:pub:{PUBLIC}"]
    out, err = run("revoke", "old")
    assert out == f"now:{SEED},old:revoked"
    assert "rotate first" not in err
    assert "rotate first" in run("revoke", "now")[1]


@pytest.mark.parametrize(
    ("held", "arguments"),
    [
        ([f"a:{SEED}"], ["revoke", "b"]), ([f"a:{SEED}"], ["rotate", "--id", "a"]),
        ([f"a:{SEED}"], ["rotate", "--id", "Ä"]), (["a:x"], ["show"]),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(settings: Any, held: list[str], arguments: list[str]) -> None:
    settings.SLIP_KEYS = held
    with pytest.raises(CommandError):
        run(*arguments)


# --- check and kept pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "found"),
    [
        ([f"a:{SEED}"], []),
        ([], ["jobs.W001"]),
        ([f"a:pub:{PUBLIC}", "b:revoked"], ["jobs.W001"]),
        ([f"a:{SEED}", "b:x", "c"], ["jobs.E001", "jobs.E001"]),
    ],
)
def test_the_check_says_what_is_wrong_with_the_setting(settings: Any, held: list[str], found: list[str]) -> None:
    settings.SLIP_KEYS = held
    messages = checks.slips_can_be_signed()
    assert [message.id for message in messages] == found
    assert all(message.hint for message in messages)


def test_a_setting_that_cannot_be_read_offers_nothing(settings: Any) -> None:
    settings.SLIP_KEYS = [f"a:{SEED}", "b:x"]
    assert slip_selectors.keyring() == Keyring()
    assert not slip_selectors.are_offered()


def test_kept_pages_are_forgotten_once_when_another_key_signs(settings: Any) -> None:
    cache.clear()
    settings.SLIP_KEYS = [f"a:{SEED}"]
    slip_services.follow_keys()
    before = generation.current()
    assert slip_services.follow_keys() == 0
    settings.SLIP_KEYS = [f"b:{encode(bytes(32))}", f"a:pub:{PUBLIC}"]
    assert slip_services.follow_keys() == 1
    assert generation.current() != before
    assert slip_services.follow_keys() == 0
    settings.SLIP_KEYS = []
    assert slip_services.follow_keys() == 1
