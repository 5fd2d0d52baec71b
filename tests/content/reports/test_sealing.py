"""The browser's half in Chromium against the vectors: Python and JavaScript make and open the same envelopes (check 7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from content.reports.vault import attachment, envelope, frame, keys, receipt
from content.reports.vault.receipt import Receipt
from tests.chromium import chromium as chromium

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FOLDER = Path(__file__).parent / "vault" / "vectors"
ENVELOPES, RECEIPTS, KEYS, FILES = (
    json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("envelope", "receipt", "keys", "attachment")
)
STATIC = Path(frame.settings.BASE_DIR) / "static" / "formulir"
POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page with the sealing script as it is served, but for what wires it to a form, under the policy of the path."""
    script = frame.sealer().forms[""]
    answers = {
        "/": ("text/html", b"<!doctype html><script src=/s.js></script>"),
        "/s.js": (
            "text/javascript",
            script.replace(b"const lentera=", b"var lentera=").replace(b"const lentera =", b"var lentera ="),
        ),
    }
    context = chromium.new_context()
    held = context.new_page()

    def answer(route) -> None:
        kind, body = answers[route.request.url.removeprefix("https://vektor.example")]
        route.fulfill(content_type=kind, body=body, headers={"Content-Security-Policy": POLICY, "Content-Type": kind})

    held.route("**/*", answer)
    held.goto("https://vektor.example/")
    yield held
    context.close()


def run(page: Page, body: str, **given: object) -> object:
    """The value of an asynchronous body of JavaScript, with ``L`` and the given values."""
    return page.evaluate(f"async given => {{ const L = lentera; const {{{', '.join(given)}}} = given; {body} }}", given)


def test_what_is_vendored_is_what_was_reviewed() -> None:
    vendored = json.loads((STATIC / "vendor" / "vendored.json").read_text())
    assert {path.name for path in (STATIC / "vendor").glob("*[0-9].js")} == set(vendored)
    for name, about in vendored.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == about["sha256"]
        assert about["version"] in name


def test_all_that_seals_is_small() -> None:
    """At most 26 KB after the first paint."""
    assert len(frame.sealer().forms["gzip"]) <= 26_000
    assert len(frame.sealer().forms["br"]) < len(frame.sealer().forms["gzip"])


def test_the_whole_self_test_passes(page: Page) -> None:
    assert run(page, "await L.selfTest(); return 'passed'") == "passed"


@pytest.mark.parametrize("vector", KEYS["derive_key_pair"], ids=lambda vector: vector["name"])
def test_derived_key_pairs_are_those_of_the_standard(page: Page, vector: dict) -> None:
    body = "const keys = await L.pair(L.unhex(seed)); return L.hex(await L.publicBytes(keys.publicKey))"
    assert run(page, body, seed=vector["seed"]) == vector["public"]


def test_a_wrap_of_the_standard_opens(page: Page) -> None:
    """RFC 9180, appendix A.3.1: P-256, HKDF-SHA256, but AES-128-GCM; so here with the suite that the vectors name."""
    vector = ENVELOPES["rfc_9180_a_3_1"]
    body = "return L.hex(await L.publicBytes((await L.pair(L.unhex(seed))).publicKey))"
    assert run(page, body, seed=vector["ephemeral_seed"]) == vector["encapsulated"]


@pytest.mark.parametrize("vector", RECEIPTS["check_digit"], ids=lambda vector: vector["digits"])
def test_check_digits(page: Page, vector: dict) -> None:
    assert run(page, "return L.checkDigit(digits)", digits=vector["digits"]) == int(vector["check_digit"])


@pytest.mark.parametrize("vector", RECEIPTS["derivation"], ids=lambda vector: vector["receipt"])
def test_a_receipt_gives_the_same_number_and_key(page: Page, vector: dict) -> None:
    body = """
      const root = await L.stretch(receipt, L.unhex(salt)), found = await L.credentials(root);
      return [root, found.lookup, found.publicKey].map(L.hex)"""
    given = {"receipt": vector["receipt"].replace(" ", ""), "salt": vector["salt"]}
    assert run(page, body, **given) == [vector["root"], vector["lookup_id"], vector["reporter_public"]]


def test_new_receipts_are_receipts(page: Page) -> None:
    made = run(page, "return Array.from({ length: 500 }, L.newReceipt)")
    assert len({Receipt(digits).digits for digits in made}) == 500
    counts = {digit: sum(held[:19].count(digit) for held in made) for digit in "0123456789"}
    assert min(counts.values()) > 800


OPEN = """
  const keys = await L.pair(L.unhex(seed));
  try { return new TextDecoder().decode(await L.open(L.unhex(sealed), keys)) } catch (error) { return { refused: error.message } }
"""


def sealed_in_python(text: str = "Cerita saya.", wraps: int = 1) -> tuple[envelope.Envelope, str]:
    seeds = [bytes([n]) * 32 for n in range(1, 1 + wraps)]
    header = envelope.Header.for_report(unit=UUID(int=7), epoch=3, mode=envelope.Mode.SERVER)
    recipients = [keys.derive_private_key(seed).public_key() for seed in seeds]
    return envelope.seal(text.encode(), header, recipients), seeds[-1].hex()


@pytest.mark.parametrize("wraps", [1, 2])
@pytest.mark.parametrize("length", [0, 30, 9_000, 16_380, 16_381, 65_000])
def test_what_python_seals_javascript_opens(page: Page, wraps: int, length: int) -> None:
    text = "ü" * (length // 2)
    sealed, seed = sealed_in_python(text, wraps)
    assert run(page, OPEN, seed=seed, sealed=sealed.to_bytes().hex()) == text


SEAL = """
  const recipients = await Promise.all(publics.map(key => L.loadPublic(L.unhex(key))));
  return L.hex(await L.seal(L.utf8(text), fields, recipients))
"""
FIELDS = {"epoch": 3, "kind": "report", "mode": "browser", "rid": "0e" * 16, "unit": str(UUID(int=7))}


@pytest.mark.parametrize("wraps", [1, 2])
@pytest.mark.parametrize("length", [30, 9_000, 16_381])
def test_what_javascript_seals_python_opens(page: Page, wraps: int, length: int) -> None:
    privates = [keys.generate() for _wrap in range(wraps)]
    text = "x" * length
    publics = [keys.public_bytes(private.public_key()).hex() for private in privates]
    made = bytes.fromhex(str(run(page, SEAL, publics=publics, text=text, fields=FIELDS)))
    held = envelope.Envelope.from_bytes(made)
    assert (
        held.raw_header
        == envelope.Header(UUID(int=7), 3, envelope.Mode.BROWSER, envelope.Kind.REPORT, b"\x0e" * 16).encode()
    )
    for private in privates:
        assert envelope.open_(held, private).decode() == text
    assert len(made) == len(envelope.seal(b"y" * length, held.header, [privates[0].public_key()]).to_bytes())
    # Whether one or two can read is not to be seen: the second wrap is a point of the curve as well.
    for wrap in held.wraps:
        keys.load_public(wrap[:65])


@pytest.mark.parametrize("vector", ENVELOPES["envelopes"], ids=lambda vector: vector["name"])
def test_the_known_envelopes_open(page: Page, vector: dict) -> None:
    """Their bodies are not in the vectors: made here of what they name, then opened in the browser by each recipient."""
    raw, dek, nonce = vector["header"].encode(), bytes.fromhex(vector["dek"]), bytes.fromhex(vector["nonce"])
    text = vector["text"] * vector.get("times", 1)
    body = envelope.seal_body(dek, nonce, raw, text.encode())
    assert hashlib.sha256(body).hexdigest() == vector["body_sha256"]
    sealed = envelope.Envelope(raw, tuple(bytes.fromhex(wrap["wrap"]) for wrap in vector["wraps"]), body)
    for wrap in vector["wraps"]:
        if wrap["recipient"]:
            seed = ENVELOPES["keys"][wrap["recipient"]]["seed"]
            assert run(page, OPEN, seed=seed, sealed=sealed.to_bytes().hex()) == text


def test_a_flipped_byte_anywhere_is_refused(page: Page) -> None:
    sealed, seed = sealed_in_python()
    raw = sealed.to_bytes()
    # Of the two wraps the one that is not ours may be anything.
    start = 3 + len(sealed.raw_header)
    places = [*range(start + 113), *range(start + 226, len(raw), 997), len(raw) - 1]
    body = """
      const keys = await L.pair(L.unhex(seed)), bytes = L.unhex(sealed), opened = [];
      for (const place of places) {
        bytes[place] ^= 1;
        try { await L.open(bytes, keys); opened.push(place) } catch (error) { /* as it must be */ }
        bytes[place] ^= 1
      }
      await L.open(bytes, keys);
      return opened"""
    assert run(page, body, seed=seed, sealed=raw.hex(), places=places) == []


def test_a_moved_wrap_and_another_mode_are_refused(page: Page) -> None:
    one, seed = sealed_in_python()
    other, _seed = sealed_in_python()
    moved = envelope.Envelope(one.raw_header, other.wraps, one.body)
    changed = envelope.Envelope(one.raw_header.replace(b'"server"', b'"browser"'), one.wraps, one.body)
    for spoilt in (moved, changed):
        assert run(page, OPEN, seed=seed, sealed=spoilt.to_bytes().hex()) == {"refused": "wrong key"}


@pytest.mark.parametrize("vector", ENVELOPES["refused_headers"], ids=lambda vector: vector["why"])
def test_a_header_that_python_refuses_javascript_does_not_open(page: Page, vector: dict) -> None:
    """Where it parses at all, it belongs to no wrap."""
    raw = vector["header"].encode()
    good, seed = sealed_in_python()
    if len(raw) > envelope.MAX_HEADER:
        return
    spoilt = b"\x01" + len(raw).to_bytes(2) + raw + b"".join(good.wraps) + good.body
    assert "refused" in run(page, OPEN, seed=seed, sealed=spoilt.hex())  # type: ignore[operator]


@pytest.mark.parametrize("vector", FILES["files"], ids=lambda vector: str(vector["bytes"]))
def test_files_are_sealed_and_opened_as_python_does(page: Page, vector: dict) -> None:
    body = """
      const held = L.unhex(pattern), bytes = Uint8Array.from({ length: size }, (_, n) => held[n % held.length]);
      const made = await L.sealFile(bytes, type, 'phone', L.unhex(id), L.unhex(key));
      const hashes = await Promise.all(made.chunks.map(async chunk => L.hex(await L.sha256(chunk))));
      const opened = L.equal(await L.openFile(manifest, made.chunks), bytes);
      return { hashes, opened, size: made.size, digest: made.digest, manifest: made.manifest }"""
    given = {name: vector[name] for name in ("pattern", "type", "id", "key", "manifest")}
    assert run(page, body, size=vector["bytes"], **given) == {
        "hashes": vector["chunks_sha256"],
        "opened": True,
        "size": vector["padded"],
        "digest": vector["digest"],
        "manifest": vector["manifest"],
    }


def test_padded_sizes_are_those_of_python(page: Page) -> None:
    sizes = [*range(1, 70_000, 97), *(2**n + d for n in range(14, 23) for d in (-1, 0, 1)), attachment.MAX_FILE]
    sizes += [size for size, _padded in FILES["padded_sizes"]]
    found = run(page, "return sizes.map(L.padded)", sizes=sizes)
    assert found == [attachment.padded_size(size) for size in sizes]


def test_check_30_chunks_that_are_not_the_file_do_not_open(page: Page) -> None:
    made = attachment.seal(bytes(range(256)) * 700, "jpg", attachment.Cleaned.PHONE)
    first, second, third = (chunk.hex() for chunk in made.chunks)
    ways = {
        "right": [first, second, third],
        "missing": [first, third],
        "reordered": [second, first, third],
        "repeated": [first, first, third],
        "cut": [first, second],
        "longer": [first, second, third, third],
        "flipped": [first, second, third[:-2] + f"{int(third[-2:], 16) ^ 1:02x}"],
    }
    body = """
      const opened = [];
      for (const [way, chunks] of Object.entries(ways)) {
        try { await L.openFile(manifest, chunks.map(L.unhex)); opened.push(way) } catch (error) { /* as it must be */ }
      }
      try { await L.openFile({ ...manifest, sha256: '00'.repeat(32) }, ways.right.map(L.unhex)); opened.push('hash') } catch (error) { /* too */ }
      return opened"""
    assert run(page, body, ways=ways, manifest=made.manifest.to_content()) == ["right"]


def test_a_wrong_argon2_fails_the_self_test(chromium: Browser) -> None:
    context = chromium.new_context()
    held = context.new_page()
    held.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<!doctype html>"))
    held.goto("https://vektor.example/")
    script = frame.sealer().forms[""].decode()
    held.add_script_tag(content=script)
    spoilt = "(async () => { hashwasm.argon2id = async () => new Uint8Array(32); try { await lentera.selfTest(); return 1 } catch (e) { return e.message } })()"
    assert held.evaluate(spoilt) == "argon2"
    context.close()


def test_receipts_stretched_in_python_are_the_reference() -> None:
    """So that the vectors above say something about both."""
    vector = RECEIPTS["derivation"][0]
    root = receipt.stretch(Receipt.parse(vector["receipt"]), bytes.fromhex(vector["salt"]))
    assert root.hex() == vector["root"]
