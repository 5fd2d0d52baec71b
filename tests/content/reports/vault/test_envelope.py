"""Envelope v1: known answers, and every way an envelope must not open."""

import base64
import dataclasses
import hashlib
import hmac
import json
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from content.reports.vault import envelope, keys, receipt
from content.reports.vault.envelope import Direction, Envelope, EnvelopeError, Header, Kind, Mode, Reason

VECTORS = json.loads((Path(__file__).parent / "vectors" / "envelope.json").read_text(encoding="utf-8"))
UNIT, PARENT, REPORTER, STRANGER = (keys.derive_private_key(bytes([number]) * 32) for number in range(1, 5))
UNIT_ID = UUID("6f1c2a58-9d3e-4b7a-8c05-1e2f3a4b5c6d")


def report_header(**fields) -> Header:
    return dataclasses.replace(Header.for_report(unit=UNIT_ID, epoch=1, mode=Mode.SERVER), **fields)


def message_header(direction: Direction = Direction.FROM_REPORTER) -> Header:
    return Header.for_message(unit=UNIT_ID, epoch=1, mode=Mode.BROWSER, rid=bytes(16), direction=direction)


def sealed(content: bytes = b"Saya takut pulang.", *recipients: ec.EllipticCurvePrivateKey) -> Envelope:
    return envelope.seal(content, report_header(), [key.public_key() for key in recipients or (UNIT,)])


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def refusal(call, *args, **kwargs) -> EnvelopeError:
    with pytest.raises(EnvelopeError) as caught:
        call(*args, **kwargs)
    return caught.value


# A second HPKE, written from RFC 9180 sections 4.1, 5.1.1 and 7.1 with a chosen ephemeral key, so that the
# wraps of the vectors can be made again byte for byte.


def reference_hpke(secret: bytes, recipient, info: bytes, ephemeral_seed: bytes, *, aead=0x0002, aad=b"") -> bytes:
    key_bytes = {0x0001: 16, 0x0002: 32}[aead]

    def expand(prk: bytes, info: bytes, length: int) -> bytes:
        output, block = b"", b""
        while len(output) < length:
            block = hmac.digest(prk, block + info + bytes([len(output) // 32 + 1]), "sha256")
            output += block
        return output[:length]

    def labelled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")

    def labelled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
        return expand(prk, length.to_bytes(2) + b"HPKE-v1" + suite + label + info, length)

    kem = b"KEM\x00\x10"
    ephemeral = keys.derive_private_key(ephemeral_seed)
    encapsulated = keys.public_bytes(ephemeral.public_key())
    shared = ephemeral.exchange(ec.ECDH(), recipient)
    kem_context = encapsulated + keys.public_bytes(recipient)
    shared_secret = labelled_expand(
        kem, labelled_extract(kem, b"", b"eae_prk", shared), b"shared_secret", kem_context, 32
    )
    suite = b"HPKE\x00\x10\x00\x01" + aead.to_bytes(2)
    context = (
        b"\x00" + labelled_extract(suite, b"", b"psk_id_hash", b"") + labelled_extract(suite, b"", b"info_hash", info)
    )
    schedule = labelled_extract(suite, shared_secret, b"secret", b"")
    key = labelled_expand(suite, schedule, b"key", context, key_bytes)
    nonce = labelled_expand(suite, schedule, b"base_nonce", context, 12)
    return encapsulated + AESGCM(key).encrypt(nonce, secret, aad)


def test_the_second_hpke_is_that_of_the_standard():
    """RFC 9180, appendix A.3.1, first encryption."""
    vector = VECTORS["rfc_9180_a_3_1"]
    recipient = keys.derive_private_key(bytes.fromhex(vector["recipient_seed"])).public_key()
    made = reference_hpke(
        bytes.fromhex(vector["plaintext"]),
        recipient,
        bytes.fromhex(vector["info"]),
        bytes.fromhex(vector["ephemeral_seed"]),
        aead=0x0001,
        aad=bytes.fromhex(vector["aad"]),
    )
    assert made.hex() == vector["encapsulated"] + vector["ciphertext"]


# Known answers


def vector_key(name: str) -> ec.EllipticCurvePrivateKey:
    return keys.derive_private_key(bytes.fromhex(VECTORS["keys"][name]["seed"]))


def vector_content(vector: dict) -> bytes:
    return (vector["text"] * vector.get("times", 1)).encode()


def vector_envelope(vector: dict) -> Envelope:
    """The envelope of a vector, with its body made again from the inputs."""
    raw_header = vector["header"].encode("ascii")
    dek, nonce = bytes.fromhex(vector["dek"]), bytes.fromhex(vector["nonce"])
    body = envelope.seal_body(dek, nonce, raw_header, vector_content(vector))
    return Envelope(raw_header, tuple(bytes.fromhex(wrap["wrap"]) for wrap in vector["wraps"]), body)


each_vector = pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=lambda vector: vector["name"])


def test_keys_of_the_vectors_follow_from_their_seeds():
    for name, vector in VECTORS["keys"].items():
        assert keys.public_bytes(vector_key(name).public_key()).hex() == vector["public"]


@each_vector
def test_vector_has_the_recorded_bytes(vector):
    known = vector_envelope(vector)
    assert known.body[:64].hex() == vector["body_start"]
    assert known.body[-16:].hex() == vector["body_tag"]
    assert hashlib.sha256(known.body).hexdigest() == vector["body_sha256"]
    assert hashlib.sha256(known.to_bytes()).hexdigest() == vector["envelope_sha256"]
    assert len(known.body) == 12 + vector["bucket"] + 16
    assert known.header.encode() == known.raw_header


@each_vector
def test_vector_opens_for_its_recipients_alone(vector):
    known = vector_envelope(vector)
    recipients = {wrap["recipient"] for wrap in vector["wraps"]}
    for name in VECTORS["keys"]:
        if name in recipients:
            assert envelope.open_(known, vector_key(name)) == vector_content(vector)
        else:
            assert refusal(envelope.open_, known, vector_key(name)).reason is Reason.WRONG_KEY


@each_vector
def test_wraps_of_the_vector_are_those_of_the_standard(vector):
    info = b"lentera/dek/v1|" + hashlib.sha256(vector["header"].encode()).digest()
    assert info.hex() == vector["info"]
    for wrap in vector["wraps"]:
        if wrap["recipient"]:
            public, seed = vector_key(wrap["recipient"]).public_key(), bytes.fromhex(wrap["ephemeral_seed"])
            assert reference_hpke(bytes.fromhex(vector["dek"]), public, info, seed).hex() == wrap["wrap"]


def test_the_complete_envelope_opens():
    complete = VECTORS["complete"]
    known = Envelope.from_bytes(base64.b64decode(complete["envelope"], validate=True))
    (vector,) = (vector for vector in VECTORS["envelopes"] if vector["name"] == complete["name"])
    assert known == vector_envelope(vector)
    assert envelope.open_(known, vector_key("unit")) == vector_content(vector)


@pytest.mark.parametrize("vector", VECTORS["chunks"], ids=lambda vector: str(vector["index"]))
def test_chunks_are_the_recorded_ones(vector):
    attachment_id, place = bytes.fromhex(vector["attachment_id"]), {"last": vector["last"]}
    key = envelope.file_key(bytes.fromhex(vector["file_dek"]), attachment_id)
    assert key.hex() == vector["key"]
    made = envelope.seal_chunk(key, attachment_id, vector["index"], chunk=vector["text"].encode(), **place)
    assert made.hex() == vector["sealed"]
    opened = envelope.open_chunk(key, attachment_id, vector["index"], sealed=made, **place)
    assert opened == vector["text"].encode()


def test_format_strings_are_frozen():
    assert (envelope.DEK_LABEL, envelope.FILE_LABEL) == (b"lentera/dek/v1", b"lentera/file/v1")
    assert (receipt.LOOKUP_LABEL, receipt.REPORTER_LABEL) == (b"lentera/lookup/v1", b"lentera/reporter/v1")
    assert (envelope.VERSION, envelope.SUITE) == (1, "P256-SHA256-A256GCM")


# Sealing and opening


@given(content=st.binary(max_size=2_000), both=st.booleans(), message=st.booleans())
@settings(max_examples=40, deadline=None)
def test_what_is_sealed_opens_and_survives_the_journey(content, both, message):
    recipients = [UNIT.public_key(), PARENT.public_key()][: 1 + both]
    made = envelope.seal(content, message_header() if message else report_header(), recipients)
    arrived = Envelope.from_bytes(made.to_bytes())
    assert arrived == made
    assert envelope.open_(arrived, UNIT) == content
    if both:
        assert envelope.open_(arrived, PARENT) == content
    assert refusal(envelope.open_, arrived, STRANGER).reason is Reason.WRONG_KEY


def test_short_and_long_reports_have_the_same_size():
    short, long = sealed(b"x" * 30), sealed(b"x" * 9000, UNIT, PARENT)
    assert len(short.body) == len(long.body) == 12 + 16 * 1024 + 16
    assert len(short.to_bytes()) == len(long.to_bytes())


@pytest.mark.parametrize(
    ("length", "bucket"),
    [(0, 16), (16_380, 16), (16_381, 64), (65_532, 64), (65_533, 256), (262_140, 256)],
)
def test_content_fills_the_smallest_bucket(length, bucket):
    made = sealed(b"\xff" * length)
    assert len(made.body) == 12 + bucket * 1024 + 16
    assert envelope.open_(made, UNIT) == b"\xff" * length


def test_content_over_the_limit_is_refused_with_the_limit():
    error = refusal(sealed, b"x" * 262_141)
    assert (error.reason, error.limit) == (Reason.TOO_LARGE, 262_140)
    assert "262140" in str(error)
    assert "262141" in str(error)


@pytest.mark.parametrize("count", [0, 3])
def test_an_envelope_has_one_or_two_recipients(count):
    with pytest.raises(ValueError, match="recipients"):
        envelope.seal(b"", report_header(), [UNIT.public_key()] * count)


def test_nothing_is_random_twice():
    first, second = sealed(), sealed()
    assert first.header.rid != second.header.rid
    assert first.body[:12] != second.body[:12]
    assert envelope.unwrap_dek(first, UNIT) != envelope.unwrap_dek(second, UNIT)
    assert len({wrap[:65] for made in (first, second) for wrap in made.wraps}) == 4
    assert message_header().mid != message_header().mid


def test_an_unused_wrap_looks_like_a_used_one():
    """It begins with a point of the curve; loose random bytes would betray themselves there."""
    for _ in range(20):
        used, unused = sealed(b"", UNIT).wraps
        assert len(used) == len(unused) == 113
        assert keys.load_public(unused[:65]) != keys.load_public(used[:65])


# Whatever is altered does not open


def test_every_altered_byte_of_header_and_own_wrap_is_noticed():
    made = sealed(b"Saya takut pulang.", UNIT, PARENT)
    data = made.to_bytes()
    first_wrap = 3 + len(made.raw_header)
    second_wrap, body = first_wrap + 113, first_wrap + 226
    for key, places in (
        (UNIT, (*range(second_wrap), *range(body, body + 64), *range(len(data) - 64, len(data)))),
        (PARENT, (*range(first_wrap), *range(second_wrap, body + 64), *range(len(data) - 64, len(data)))),
    ):
        for place in places:
            refusal(lambda data, key=key: envelope.open_(Envelope.from_bytes(data), key), flipped(data, place))


def test_every_altered_byte_of_the_body_is_noticed():
    made = sealed()
    dek = envelope.unwrap_dek(made, UNIT)
    for place in range(len(made.body)):
        error = refusal(envelope.open_body, dek, made.raw_header, flipped(made.body, place))
        assert error.reason is Reason.ALTERED


@pytest.mark.parametrize(
    "change",
    [
        {"mode": Mode.BROWSER},
        {"epoch": 2},
        {"unit": UUID(int=1)},
        {"rid": bytes(16)},
        {"kind": Kind.MESSAGE, "mid": bytes(16), "direction": Direction.FROM_UNIT},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_header_does_not_open_even_with_the_right_dek(change):
    made = sealed()
    claimed = dataclasses.replace(made.header, **change).encode()
    assert refusal(envelope.open_, dataclasses.replace(made, raw_header=claimed), UNIT).reason is Reason.WRONG_KEY
    dek = envelope.unwrap_dek(made, UNIT)
    assert refusal(envelope.open_body, dek, claimed, made.body).reason is Reason.ALTERED


def test_a_part_moved_to_another_report_does_not_open():
    report_a, report_b = sealed(b"A"), sealed(b"B")
    wraps_moved = dataclasses.replace(report_b, wraps=report_a.wraps)
    body_moved = dataclasses.replace(report_b, body=report_a.body)
    both_moved = dataclasses.replace(wraps_moved, body=report_a.body)
    assert refusal(envelope.open_, wraps_moved, UNIT).reason is Reason.WRONG_KEY
    assert refusal(envelope.open_, body_moved, UNIT).reason is Reason.ALTERED
    assert refusal(envelope.open_, both_moved, UNIT).reason is Reason.WRONG_KEY


def test_a_dek_can_be_wrapped_again_for_a_new_key_of_the_same_report():
    made = sealed(b"isi", UNIT)
    dek = envelope.unwrap_dek(made, UNIT)
    rewrapped = envelope.wrap_dek(dek, made.raw_header, REPORTER.public_key())
    renewed = dataclasses.replace(made, wraps=(rewrapped, made.wraps[1]))
    assert envelope.open_(renewed, REPORTER) == b"isi"
    assert refusal(envelope.open_, renewed, UNIT).reason is Reason.WRONG_KEY


@pytest.mark.parametrize(
    "padded",
    [
        (16 * 1024 - 3).to_bytes(4) + bytes(16 * 1024 - 4),
        b"\xff" * (16 * 1024),
        (1).to_bytes(4) + b"xy" + bytes(16 * 1024 - 6),
        (0).to_bytes(4) + bytes(16 * 1024 - 5) + b"x",
    ],
    ids=["one too long", "far too long", "text after the content", "a byte at the end"],
)
def test_wrong_padding_is_refused(padded):
    raw_header, dek, nonce = report_header().encode(), bytes(32), bytes(12)
    body = nonce + AESGCM(dek).encrypt(nonce, padded, raw_header)
    assert refusal(envelope.open_body, dek, raw_header, body).reason is Reason.BAD_PADDING


def test_a_larger_bucket_than_necessary_is_read():
    raw_header, dek, nonce = report_header().encode(), bytes(32), bytes(12)
    padded = (2).to_bytes(4) + b"ya" + bytes(64 * 1024 - 6)
    body = nonce + AESGCM(dek).encrypt(nonce, padded, raw_header)
    assert envelope.open_body(dek, raw_header, body) == b"ya"


# Strict reading


@pytest.mark.parametrize("vector", VECTORS["refused_headers"], ids=lambda vector: vector["why"])
def test_other_headers_are_refused_with_the_reason(vector):
    raw_header = vector["header"].encode()
    assert refusal(Header.decode, raw_header).reason == vector["reason"]
    assert refusal(dataclasses.replace, sealed(), raw_header=raw_header).reason == vector["reason"]


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe{\0}\0", b"[" * 400, b'{"epoch":' + b"9" * 400, b"null", b"[]"])
def test_other_bytes_are_no_header(raw):
    assert refusal(Header.decode, raw).reason is Reason.MALFORMED


@given(raw=st.binary(max_size=600))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_an_envelope_or_an_envelope_error(raw):
    for data in (raw, b"\x01" + raw):
        refusal(Envelope.from_bytes, data)


@pytest.mark.parametrize(
    "fields",
    [{"epoch": 0}, {"epoch": 2**31}, {"epoch": True}, {"epoch": 1.0}, {"rid": bytes(15)}, {"mid": bytes(16)}],
    ids=lambda fields: repr(fields),
)
def test_a_header_cannot_be_made_from_wrong_values(fields):
    assert refusal(report_header, **fields).reason is Reason.MALFORMED


def test_a_message_needs_mid_and_direction():
    whole = message_header()
    for missing in ("mid", "direction"):
        assert refusal(dataclasses.replace, whole, **{missing: None}).reason is Reason.MALFORMED


def test_framing_is_strict():
    made = sealed()
    data = made.to_bytes()
    assert refusal(Envelope.from_bytes, b"").reason is Reason.UNKNOWN_VERSION
    assert refusal(Envelope.from_bytes, b"\x02" + data[1:]).reason is Reason.UNKNOWN_VERSION
    for length in (1, 2, 3, 100, len(data) - 1):
        assert refusal(Envelope.from_bytes, data[:length]).reason is Reason.MALFORMED
    assert refusal(Envelope.from_bytes, data + b"\0").reason is Reason.MALFORMED
    assert refusal(dataclasses.replace, made, wraps=made.wraps[:1]).reason is Reason.MALFORMED
    assert refusal(dataclasses.replace, made, wraps=(made.wraps[0], b"")).reason is Reason.MALFORMED


def test_oversize_is_refused_with_the_limit():
    largest = sealed(b"x" * envelope.MAX_CONTENT)
    assert Envelope.from_bytes(largest.to_bytes()) == largest
    for call, value, limit in (
        (Envelope.from_bytes, bytes(envelope.MAX_ENVELOPE + 1), envelope.MAX_ENVELOPE),
        (Header.decode, bytes(513), 512),
        (lambda body: dataclasses.replace(largest, body=body), largest.body + b"\0", len(largest.body)),
    ):
        error = refusal(call, value)
        assert (error.reason, error.limit) == (Reason.TOO_LARGE, limit)


def test_errors_and_repr_show_nothing_of_what_is_inside():
    made = sealed(b"isi rahasia")
    assert "isi rahasia" not in repr(made)
    assert len(repr(made)) < 300
    assert "rahasia" not in str(refusal(Header.decode, made.raw_header.replace(b"report", b"rahasia")))


# Attachments


def test_a_moved_cut_or_continued_chunk_does_not_open():
    attachment_id, other_id = envelope.new_id(), envelope.new_id()
    key = envelope.file_key(bytes(32), attachment_id)
    chunk = envelope.seal_chunk(key, attachment_id, 0, last=False, chunk=b"foto")
    assert envelope.open_chunk(key, attachment_id, 0, last=False, sealed=chunk) == b"foto"
    for place in (
        {"attachment_id": attachment_id, "index": 1, "last": False},
        {"attachment_id": attachment_id, "index": 0, "last": True},
        {"attachment_id": other_id, "index": 0, "last": False},
    ):
        assert refusal(envelope.open_chunk, key, sealed=chunk, **place).reason is Reason.ALTERED
    other_key = envelope.file_key(bytes(32), other_id)
    assert refusal(envelope.open_chunk, other_key, attachment_id, 0, last=False, sealed=chunk).reason is Reason.ALTERED
    for spoiled in (b"", chunk[:-1], flipped(chunk, 0)):
        assert refusal(envelope.open_chunk, key, attachment_id, 0, last=False, sealed=spoiled).reason is Reason.ALTERED
