"""The holder's half in Chromium against the vectors (docs/unit-keys-v1.md)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from content.reports.vault import envelope, frame, holder, keys, replies
from content.reports.vault.holder import HolderKey, Lock
from content.reports.vault.phrase import Phrase, RecoveryCode, SlipError
from content.reports.vault.rosters import Roster
from tests.chromium import chromium as chromium

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FOLDER = Path(__file__).parent / "vault" / "vectors"
VECTORS = json.loads((FOLDER / "holders.json").read_text(encoding="utf-8"))
ENVELOPES = json.loads((FOLDER / "envelope.json").read_text(encoding="utf-8"))
STATIC = Path(frame.settings.BASE_DIR) / "static" / "formulir"
SCRIPTS = ("vendor/hpke-1.1.7.js", "vendor/argon2-4.13.0.js", "sealing.js", "holder.js")


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    held = context.new_page()
    held.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<!doctype html>"))
    held.goto("https://vektor.example/")
    for name in SCRIPTS:
        held.add_script_tag(path=STATIC / name)
    yield held
    context.close()


def run(page: Page, body: str, **given: object) -> object:
    """The value of an asynchronous body, with ``L``, ``H`` and the given values."""
    names = ", ".join(given)
    return page.evaluate(
        f"async given => {{ const L = lentera, H = holder; const {{{names}}} = given; {body} }}", given
    )


@pytest.mark.parametrize("vector", VECTORS["phrase"], ids=lambda vector: vector["digits"][:4])
def test_phrases(page: Page, vector: dict) -> None:
    body = """
      const { phrase } = H.readPhrase(typed);
      return [phrase, H.phraseLines(phrase), L.hex(await H.phraseKey(phrase, L.unhex(salt)))]"""
    typed = " - ".join(vector["lines"])
    assert run(page, body, typed=typed, salt=vector["salt"]) == [vector["digits"], vector["lines"], vector["key"]]


@pytest.mark.parametrize("between", [" / ", "\n", ".", " - ", ", ", " · ", "/"])
def test_a_phrase_is_read_as_sheets_print_it(page: Page, between: str) -> None:
    held = Phrase.generate()
    assert run(page, "return H.readPhrase(typed)", typed=between.join(held.lines)) == {"phrase": held.digits}


@pytest.mark.parametrize("vector", VECTORS["refused_phrases"], ids=lambda vector: vector["slip"])
def test_slips(page: Page, vector: dict) -> None:
    assert run(page, "return H.readPhrase(typed)", typed=vector["text"]) == {"slip": vector["slip"]}


@pytest.mark.parametrize("vector", VECTORS["recovery"], ids=lambda vector: vector["text"][:5])
def test_recovery_codes(page: Page, vector: dict) -> None:
    body = "const { code } = H.readCode(typed); return [H.codeGroups(code), L.hex(await H.recoveryKey(code))]"
    assert run(page, body, typed=vector["text"].lower()) == [vector["grouped"], vector["key"]]
    assert run(page, "return H.readCode(typed)", typed="U" * 25) == {"slip": "characters"}


def test_new_phrases_and_codes_are_ones(page: Page) -> None:
    made = run(page, "return [...Array(200)].map(() => [H.newPhrase(), H.newCode(), H.uuid()])")
    assert len({Phrase(phrase) for phrase, _code, _id in made}) == 200  # type: ignore[union-attr]
    assert len({RecoveryCode(code) for _phrase, code, _id in made}) == 200  # type: ignore[union-attr]
    assert {(UUID(name).version, str(UUID(name)) == name) for _p, _c, name in made} == {(4, True)}  # type: ignore[union-attr]
    with pytest.raises(SlipError):
        Phrase("1" * 26)


@pytest.mark.parametrize("vector", VECTORS["holders"], ids=lambda vector: vector["id"][:8])
def test_keys_and_locks(page: Page, vector: dict) -> None:
    lock = vector["lock"]
    body = """
      const keys = await H.unlock(L.unhex(locked), L.unhex(key), id, 'phrase');
      const again = await H.lock(keys.seed, L.unhex(key), id, 'recovery');
      let refused = 0;
      for (const [k, i, kind] of [[key, id, 'recovery'], [key, id + 'x', 'phrase'], ['00'.repeat(32), id, 'phrase']])
        try { await H.unlock(L.unhex(locked), L.unhex(k), i, kind) } catch (error) { refused++ }
      return [L.hex(keys.seed), L.hex(keys.exchangePublic), L.hex(keys.signingPublic), L.hex(again), refused,
        await H.fingerprint(L.concat(keys.exchangePublic, keys.signingPublic))]"""
    found = run(page, body, locked=lock["locked"], key=lock["key"], id=vector["id"])
    assert found[:3] == [vector["seed"], vector["exchange"], vector["signing"]]  # type: ignore[index]
    again, refused, fingerprint = found[3:]  # type: ignore[index]
    key = holder.unlock(bytes.fromhex(again), bytes.fromhex(lock["key"]), UUID(vector["id"]), Lock.RECOVERY)
    assert (key.seed.hex(), refused) == (vector["seed"], 3)
    assert fingerprint == keys.fingerprint_of(bytes.fromhex(vector["exchange"] + vector["signing"]))


@pytest.mark.parametrize("vector", VECTORS["shares"], ids=lambda v: f"{v['epoch']}-{v['holder']}")
def test_shares(page: Page, vector: dict) -> None:
    mine = VECTORS["holders"][vector["holder"]]
    body = """
      const keys = await H.keysOf(L.unhex(seed)), opened = await H.openShare(L.unhex(sealed), unit, epoch, keys);
      const other = await H.sealShare(opened, unit, epoch, keys.exchangePublic);
      let refused = 0;
      try { await H.openShare(L.unhex(sealed), unit, epoch + 1, keys) } catch (error) { refused = 1 }
      return [L.hex(opened), L.hex(await L.publicBytes((await H.unitPair(opened)).publicKey)), L.hex(other), refused]"""
    given = {"seed": mine["seed"], "sealed": vector["sealed"], "unit": vector["unit"], "epoch": vector["epoch"]}
    opened, public, other, refused = run(page, body, **given)  # type: ignore[misc]
    assert (opened, refused) == (vector["seed"], 1)
    assert public == next(row["public"] for row in VECTORS["unit_keys"] if row["seed"] == vector["seed"])
    key = HolderKey(bytes.fromhex(mine["seed"]))
    assert holder.open_share(bytes.fromhex(other), UUID(vector["unit"]), vector["epoch"], key).hex() == vector["seed"]


@pytest.mark.parametrize("row", VECTORS["rosters"], ids=["first", "one more", "one less"])
def test_rosters(page: Page, row: dict) -> None:
    seed = VECTORS["holders"][0]["seed"]
    body = """
      const held = H.readRoster(L.utf8(raw));
      held.holders.reverse();
      const bytes = H.rosterBytes(held), keys = await H.keysOf(L.unhex(seed));
      return [new TextDecoder().decode(bytes), L.hex(await H.signRoster(keys, bytes))]"""
    raw, signature = run(page, body, raw=row["raw"], seed=seed)  # type: ignore[misc]
    assert raw == row["raw"]
    roster = Roster.read(raw.encode())
    assert holder.is_signed(roster.to_sign, bytes.fromhex(signature), HolderKey(bytes.fromhex(seed)).signing_public)


def test_replies(page: Page) -> None:
    vector = VECTORS["reply"]
    key = HolderKey(bytes.fromhex(VECTORS["holders"][0]["seed"]))
    sealed = envelope.Envelope.from_bytes(base64.b64decode(ENVELOPES["complete"]["envelope"]))
    body = """
      const keys = await H.keysOf(L.unhex(seed)), bytes = L.unhex(sealed);
      return [L.hex(await H.replyWords(bytes, id)), L.hex(await H.signReply(keys, id, bytes))]"""
    given = {"seed": key.seed.hex(), "sealed": sealed.to_bytes().hex(), "id": vector["holder"]}
    words, signature = run(page, body, **given)  # type: ignore[misc]
    assert words == vector["to_sign"]
    assert replies.is_from(sealed, UUID(vector["holder"]), bytes.fromhex(signature), key.signing_public)
