"""Reports that a phone has sealed, answers, deleting and withdrawing (DECISIONS 45-47, 50)."""

from __future__ import annotations

import base64
import datetime as dt
import html
import json
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.http import HttpResponse

from content.reports.vault import envelope, holder, installation, keys, receipt, replies, services, staff, tokens
from content.reports.vault.envelope import Direction, Envelope, Header, Kind, Mode
from content.reports.vault.models import Holder, Message, Report, RosterSignature, Unit, today
from content.reports.vault.receipt import Receipt
from tests.content.reports.reporting import Person, Reporter, Team, hidden, make_unit, receipt_in, text_of

pytestmark = pytest.mark.django_db(databases=["reports"])

ANSWER = "Besok kami hubungi lewat nomor Anda, RQX-3310."


@pytest.fixture
def team(closed_vault: Path) -> Team:
    held = Team.of(staff.make_unit("provinsi", "Provinsi", "35"))
    held.found()
    return held


@dataclass
class Phone:
    """What the sealing script does, in Python (test_sealing.py holds both to one another)."""

    reporter: Reporter = field(default_factory=Reporter)
    number: Receipt = field(default_factory=Receipt.generate)

    def known(self, place: str = "35") -> dict:
        return json.loads(self.reporter.post(step="sealing", place=place).content)

    @property
    def credentials(self) -> receipt.Credentials:
        return receipt.credentials(receipt.stretch(self.number, installation.secrets_of_installation().salt))

    def sealed(self, unit: dict | None = None, **changed: object) -> Envelope:
        unit = unit or self.known()["units"][0]
        header = Header(
            **{
                "unit": envelope.UUID(unit["unit"]),
                "epoch": unit["epoch"],
                "mode": Mode.BROWSER,
                "kind": Kind.REPORT,
                "rid": secrets.token_bytes(16),
                **changed,
            }  # type: ignore[arg-type]
        )
        recipients = [keys.load_public(bytes.fromhex(key)) for key in unit["keys"]]
        return envelope.seal(b'{"story":"ZXQ-7781"}', header, recipients)

    def fields(self, sealed: Envelope) -> dict[str, str]:
        held = self.credentials
        return {
            "step": "sealed",
            **self.form(),
            "envelope": base64.urlsafe_b64encode(sealed.to_bytes()).decode(),
            "lookup": held.lookup_id.hex(),
            "reporter": keys.public_bytes(held.reporter_key.public_key()).hex(),
            "above": self.known()["units"][0]["above"],
        }

    def form(self, **asked: str) -> dict[str, str]:
        """The token that the page gives to the script, and the work for it where it is asked for."""
        held = json.loads(self.reporter.post(step="sealing", place="35", **asked).content)
        return {"token": held["token"], "work": solved(held["token"], held["bits"])}

    def send(self, sealed: Envelope | None = None, **changed: str) -> HttpResponse:
        return self.reporter.post(**{**self.fields(sealed or self.sealed()), **changed})

    def look(self) -> HttpResponse:
        return self.reporter.post(step="look", lookup=self.credentials.lookup_id.hex())


def solved(token: str, bits: int) -> str:
    """What sealing.js finds."""
    tries = map(str, range(10**7))
    return next(solution for solution in tries if tokens.is_solved(token, solution, bits)) if bits else ""


def unit_private(team: Team) -> EllipticCurvePrivateKey:
    return holder.unit_key(team.seeds[max(team.seeds)])


def test_a_sealed_report_is_stored_and_its_number_stays_on_the_phone(team: Team) -> None:
    phone = Phone()
    answer = phone.send()
    page = text_of(answer)
    assert answer.status_code == 200
    assert f"data-for={phone.credentials.lookup_id.hex()}" in page
    assert "Terkunci di HP Anda" in page
    assert "Terkunci di server kami" not in page
    assert not receipt_in(answer)
    assert phone.number.digits not in page
    report = Report.objects.get()
    assert (report.mode, report.unit) == ("browser", team.unit)
    assert b"ZXQ-7781" in services.open_report(report, unit_private(team))
    assert "Laporan Anda" in text_of(phone.look())
    assert "Laporan Anda" in text_of(phone.reporter.status(phone.number.grouped))


def test_the_same_again_is_the_same_report(team: Team) -> None:
    phone = Phone()
    sealed = phone.sealed()
    for _time in range(3):
        assert phone.send(sealed).status_code == 200
    assert Report.objects.count() == 1
    # Also once the key has changed: what was stored is stored.
    team.carry(team.next(team.people, new_key=True), *team.people)
    assert phone.send(sealed).status_code == 200


def test_a_withdrawn_report_is_not_the_same_again(team: Team) -> None:
    """Its number opens nothing: the phone takes another one, and what waits on it is dropped."""
    phone = Phone()
    sealed = phone.sealed()
    phone.send(sealed)
    Report.objects.update(withdrawn_on=dt.date.today())
    answer = phone.send(sealed)
    assert answer.status_code == 410
    assert "data-for" not in text_of(answer)
    # Nothing else is told by that: another envelope is refused as ever.
    assert phone.send(phone.sealed()).status_code == 422
    phone.number = Receipt.generate()
    assert phone.send().status_code == 200
    assert Report.objects.filter(withdrawn_on=None).count() == 1


def test_of_what_waited_and_was_withdrawn_nobody_says_that_it_was_never_stored(team: Team) -> None:
    """The script shows this sentence to whoever lets it wait on another phone."""
    phone = Phone()
    sealed = phone.sealed()
    phone.send(sealed)
    Report.objects.update(withdrawn_on=dt.date.today())
    page = text_of(phone.send(sealed, waited="1"))
    assert "sudah sampai lalu ditarik" in page
    assert "Tidak ada yang disimpan" not in page
    assert "tidak bisa dibuka siapa pun" in text_of(phone.send(phone.sealed(), waited="1"))


def test_something_else_under_the_same_number_is_refused(team: Team) -> None:
    phone = Phone()
    sealed = phone.sealed()
    phone.send(sealed)
    assert phone.send(phone.sealed()).status_code == 422
    # Nor does the same report come in under another number.
    assert Phone().send(sealed).status_code == 422
    assert Report.objects.count() == 1


def test_a_key_that_is_not_in_use_is_asked_for_again(team: Team) -> None:
    phone = Phone()
    old = phone.sealed()
    team.carry(team.next(team.people, new_key=True), *team.people)
    # Never again, as the unit has a newer one: what waits on a phone is deleted there. Any other may come back.
    assert phone.send(old).status_code == 410
    assert phone.send(phone.sealed(epoch=9)).status_code == 409
    assert not Report.objects.exists()
    assert phone.send(phone.sealed()).status_code == 200


BAD = {
    "no envelope": lambda phone: {"envelope": ""},
    "no base64": lambda phone: {"envelope": "%%%"},
    "letters of no alphabet": lambda phone: {"envelope": "ü"},
    "cut off": lambda phone: {"envelope": phone.fields(phone.sealed())["envelope"][:-400]},
    "server mode": lambda phone: phone.fields(phone.sealed(mode=Mode.SERVER)),
    "a message": lambda phone: phone.fields(
        phone.sealed(kind=Kind.MESSAGE, mid=bytes(16), direction=Direction.FROM_UNIT)
    ),
    "a short number": lambda phone: {"lookup": "00"},
    "no number": lambda phone: {"lookup": "zz"},
    "no key": lambda phone: {"reporter": ""},
    "no point": lambda phone: {"reporter": "04" + "00" * 64},
}


@pytest.mark.parametrize("way", BAD)
def test_what_no_phone_sends_is_refused(team: Team, way: str) -> None:
    phone = Phone()
    assert phone.send(**BAD[way](phone)).status_code == 400
    assert not Report.objects.exists()


@pytest.mark.parametrize("said", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
def test_only_our_own_script_may_send(team: Team, said: dict[str, str]) -> None:
    phone = Phone()
    fields = phone.fields(phone.sealed())
    phone.reporter.headers = said
    assert phone.reporter.post(**fields).status_code == 403
    assert not Report.objects.exists()


def test_to_a_closed_form_nothing_is_sent(team: Team) -> None:
    phone = Phone()
    fields = phone.fields(phone.sealed())
    RosterSignature.objects.all().delete()
    answer = phone.reporter.post(**fields)
    assert (answer.status_code, answer["X-Intake"]) == (503, "closed")
    assert "tel:110" in text_of(answer)


def test_the_phone_gets_the_keys_of_its_place_alone(closed_vault: Path) -> None:
    make_unit(closed_vault, "35", "Provinsi")
    make_unit(closed_vault, "35.09", "Jember")
    make_unit(closed_vault, "63", "Kalimantan Selatan")
    phone = Phone()
    held = phone.known("35")
    assert {unit["region"] for unit in held["units"]} == {"35", "35.09"}
    assert held["place"] == {"province": "35", "province_name": "Jawa Timur"}
    assert held["regencies"]["Jember"] == ["35.09", "Kabupaten Jember"]
    assert phone.known("KH")["units"] == []
    answer = phone.reporter.post(step="sealing", place="35")
    assert answer["Content-Type"] == "application/json"
    assert len(answer.content) < 8_000


# Sealed to one or to two


@pytest.fixture
def above(team: Team) -> Team:
    """The unit above, which reads what comes while one holder is left below."""
    held = Team.of(staff.make_unit("pusat", "Pusat", ""))
    held.found()
    Unit.objects.filter(pk=team.unit.pk).update(parent=held.unit)
    return held


def leave_alone(team: Team, days: int = 31) -> None:
    Holder.objects.filter(pk=team.people[1].id).update(opened_on=today() - dt.timedelta(days=days))


def sealed_then(phone: Phone) -> dict[str, str]:
    """What a phone makes now: the envelope, and what it says of it."""
    unit = next(unit for unit in phone.known()["units"] if unit["region"] == "35")
    return {**phone.fields(phone.sealed(unit)), "above": unit["above"]}


@pytest.mark.parametrize("alone_first", [True, False])
def test_a_form_that_is_open_seals_anew_for_whoever_reads_now(team: Team, above: Team, alone_first: bool) -> None:
    leave_alone(team, 31 if alone_first else 0)
    phone = Phone()
    before = sealed_then(phone)
    leave_alone(team, 0 if alone_first else 31)
    assert phone.reporter.post(**before).status_code == 409
    assert not Report.objects.exists()
    assert phone.reporter.post(**sealed_then(phone)).status_code == 200
    report = Report.objects.get()
    assert report.also == (None if alone_first else above.unit)
    assert opens_for(report, above) is not alone_first


@pytest.mark.parametrize("alone_first", [True, False])
def test_what_has_waited_is_said_to_open_where_it_does(team: Team, above: Team, alone_first: bool) -> None:
    leave_alone(team, 31 if alone_first else 0)
    phone = Phone()
    before = sealed_then(phone)
    leave_alone(team, 0 if alone_first else 31)
    assert phone.reporter.post(**before, waited="1").status_code == 200
    report = Report.objects.get()
    assert report.also == (above.unit if alone_first else None)
    assert opens_for(report, above) is alone_first
    assert opens_for(report, team)


def test_no_unit_is_named_by_a_phone_but_the_one_above(team: Team, above: Team) -> None:
    stranger = Team.of(staff.make_unit("lain", "Lain", "63"))
    stranger.found()
    leave_alone(team)
    phone = Phone()
    sent = {**sealed_then(phone), "above": f"{stranger.unit.pk}.1", "waited": "1"}
    assert phone.reporter.post(**sent).status_code == 200
    assert Report.objects.get().also is None


def test_what_waited_for_an_older_key_of_the_unit_above_is_not_taken(team: Team, above: Team) -> None:
    leave_alone(team)
    phone = Phone()
    sent = sealed_then(phone)
    above.carry(above.next(above.people, new_key=True), *above.people)
    assert phone.reporter.post(**sent, waited="1").status_code == 410
    assert phone.reporter.post(**sent).status_code == 409
    assert not Report.objects.exists()


def opens_for(report: Report, team: Team) -> bool:
    try:
        return b"ZXQ-7781" in services.open_report(report, unit_private(team))
    except envelope.EnvelopeError:
        return False


# Answers


def answer_to(report: Report, team: Team, by: Person | None = None, text: str = ANSWER, **changed: object) -> Envelope:
    header = Header(
        **{
            "unit": report.unit_id,
            "epoch": 1,
            "mode": Mode.BROWSER,
            "kind": Kind.MESSAGE,
            "rid": bytes(report.rid),
            "mid": secrets.token_bytes(16),
            "direction": Direction.FROM_UNIT,
            **changed,
        }  # type: ignore[arg-type]
    )
    recipients = [keys.load_public(services.key_of_reporter(report)), unit_private(team).public_key()]
    return envelope.seal(json.dumps({"v": 1, "text": text}).encode(), header, recipients)


def reply(report: Report, team: Team, by: Person, sealed: Envelope | None = None) -> Message:
    sealed = sealed or answer_to(report, team)
    return services.reply(report, by.row, sealed, by.key.sign(replies.to_sign(sealed, by.id)))


@pytest.fixture
def phone(team: Team) -> Phone:
    held = Phone()
    held.send()
    return held


def test_an_answer_is_read_with_the_number_and_never_the_report(team: Team, phone: Phone) -> None:
    message = reply(Report.objects.get(), team, team.people[0])
    for page in (text_of(phone.reporter.status(phone.number.grouped)), text_of(phone.look())):
        assert "ZXQ-7781" not in page
    assert html.escape(ANSWER) in text_of(phone.reporter.status(phone.number.grouped))
    # A phone that keeps its number gets it as it is sealed, and opens it.
    page = text_of(phone.look())
    assert "RQX-3310" not in page
    sealed = Envelope.from_bytes(base64.b64decode(re.search(r'data-sealed="([^"]+)"', page)[1]))  # type: ignore[index]
    assert json.loads(envelope.open_(sealed, phone.credentials.reporter_key))["text"] == ANSWER
    # The unit keeps a copy of what it said.
    assert json.loads(services.open_message(message, unit_private(team)))["text"] == ANSWER


def test_an_answer_reaches_who_reported_without_a_script(team: Team) -> None:
    reporter = Reporter()
    number = receipt_in(reporter.send()) or ""
    reply(Report.objects.get(), team, team.people[1])
    assert html.escape(ANSWER) in text_of(reporter.status(number))


def test_where_nobody_has_shown_the_number_an_answer_is_neither_blank_nor_offered_for_deletion(team: Team) -> None:
    """The page that gives an empty text back has no key to the answers."""
    reporter = Reporter()
    number = receipt_in(reporter.send()) or ""
    reply(Report.objects.get(), team, team.people[0])
    page = reporter.status(number)
    assert "Hapus jawaban" in text_of(page)
    again = text_of(reporter.post(**{**hidden_of(page, "add"), "text": ""}))
    assert "class=err" in again
    sealed, shown = re.search(r'data-sealed="([^"]+)">(.*?)</p>', again).groups()  # type: ignore[union-attr]
    assert shown == "Ketik angka Anda lagi untuk membacanya."
    assert "Hapus jawaban" not in again
    # A script that has kept the key opens it here.
    root = receipt.stretch(Receipt.parse(number), installation.secrets_of_installation().salt)
    opened = envelope.open_(Envelope.from_bytes(base64.b64decode(sealed)), receipt.credentials(root).reporter_key)
    assert json.loads(opened)["text"] == ANSWER


def hidden_of(page: HttpResponse, step: str) -> dict[str, str]:
    """The hidden fields of the form for a step."""
    form = next(f for f in re.findall(r"<form.*?</form>", text_of(page), re.DOTALL) if f"value={step}>" in f)
    return {n: v.strip('"') for n, v in re.findall(r"<input type=hidden name=(\w+) value=(\"[^\"]*\"|[^\s>]+)", form)}


FORGERIES = {
    "a signature of nothing": lambda m: {"signature": bytes(64)},
    "no signature": lambda m: {"signature": b""},
    "no signer": lambda m: {"signer": None},
    "another body": lambda m: {"body": bytes(m.body)[:-1] + bytes([bytes(m.body)[-1] ^ 1])},
    "other wraps": lambda m: {"wraps": bytes(m.wraps)[::-1]},
}


@pytest.mark.parametrize("way", FORGERIES)
def test_an_answer_that_somebody_wrote_into_the_database_is_not_shown(team: Team, phone: Phone, way: str) -> None:
    message = reply(Report.objects.get(), team, team.people[0])
    Message.objects.filter(pk=message.pk).update(**FORGERIES[way](message))
    assert "RQX-3310" not in text_of(phone.reporter.status(phone.number.grouped))
    assert "data-sealed" not in text_of(phone.look())


def test_a_thief_with_a_key_of_his_own_answers_nobody(team: Team, phone: Phone) -> None:
    """He may enrol himself in the database; the roster does not name him."""
    thief = Person(66)
    thief.enrol()
    staff.give_seat(team.unit, thief.user)
    reply(Report.objects.get(), team, thief)
    assert "RQX-3310" not in text_of(phone.reporter.status(phone.number.grouped))
    # Nor with the id of a holder and his own public key.
    Message.objects.all().delete()
    first = team.people[0]
    sealed = answer_to(Report.objects.get(), team)
    from content.reports.vault.models import Holder

    Holder.objects.filter(pk=first.id).update(signing_key=thief.key.signing_public)
    services.reply(Report.objects.get(), first.row, sealed, thief.key.sign(replies.to_sign(sealed, first.id)))
    assert "RQX-3310" not in text_of(phone.reporter.status(phone.number.grouped))


def test_an_answer_moved_to_another_report_is_not_shown(team: Team, phone: Phone) -> None:
    other = Phone()
    other.send()
    mine, theirs = (Report.objects.get(lookup_mac=mac) for mac in macs(phone, other))
    message = reply(theirs, team, team.people[0])
    Message.objects.filter(pk=message.pk).update(report=mine)
    assert "RQX-3310" not in text_of(phone.reporter.status(phone.number.grouped))


def macs(*phones: Phone) -> list[bytes]:
    storage = installation.secrets_of_installation().storage
    return [storage.lookup_mac(phone.credentials.lookup_id) for phone in phones]


def test_what_is_no_answer_to_this_report_is_not_taken(team: Team, phone: Phone) -> None:
    report, first = Report.objects.get(), team.people[0]
    wrong = [
        answer_to(report, team, rid=bytes(16)),
        answer_to(report, team, direction=Direction.FROM_REPORTER),
        answer_to(report, team, mode=Mode.SERVER),
        answer_to(report, team, unit=envelope.UUID(int=3)),
    ]
    for sealed in wrong:
        with pytest.raises(envelope.EnvelopeError):
            reply(report, team, first, sealed)
    sealed = answer_to(report, team)
    with pytest.raises(services.Unsigned):
        services.reply(report, first.row, sealed, team.people[1].key.sign(replies.to_sign(sealed, first.id)))
    assert not Message.objects.exists()
    # The same answer twice is one.
    assert reply(report, team, first, sealed).pk == reply(report, team, first, sealed).pk


def press(phone: Phone, name: str, page: HttpResponse) -> HttpResponse:
    """Send the form of a page whose step is ``name``."""
    form = next(f for f in re.findall(r"<form.*?</form>", text_of(page), re.DOTALL) if f"name=step value={name}>" in f)
    fields = re.findall(r"<input type=hidden name=(\w+) value=(\"[^\"]*\"|[^\s>]+)", form)
    return phone.reporter.post(**{key: value.strip('"') for key, value in fields})


def test_a_deleted_answer_leaves_no_byte_of_it(team: Team, phone: Phone) -> None:
    reply(Report.objects.get(), team, team.people[0])
    kept = reply(Report.objects.get(), team, team.people[0], answer_to(Report.objects.get(), team, text="Yang lain."))
    page = phone.reporter.status(phone.number.grouped)
    first = re.findall(r"name=reply value=(\w+)", text_of(page))
    wiped = Message.objects.exclude(pk=kept.pk).get()
    assert f"{wiped.pk:x}" in first
    answer = phone.reporter.post(step="delete", access=hidden_access(page), reply=f"{wiped.pk:x}")
    assert "sudah dihapus" in text_of(answer)
    wiped.refresh_from_db()
    assert (bytes(wiped.body), bytes(wiped.wraps), bytes(wiped.signature)) == (b"", b"", b"")
    page = text_of(phone.reporter.status(phone.number.grouped))
    assert "RQX-3310" not in page
    assert "Yang lain." in page


def hidden_access(page: HttpResponse) -> str:
    found = re.search(r'name=access value="([^"]+)"', text_of(page))
    assert found
    return found[1]


def test_access_to_one_report_deletes_nothing_of_another(team: Team, phone: Phone) -> None:
    other = Phone()
    other.send()
    mine, theirs = (Report.objects.get(lookup_mac=mac) for mac in macs(phone, other))
    message = reply(theirs, team, team.people[0])
    access = hidden_access(phone.reporter.status(phone.number.grouped))
    phone.reporter.post(step="delete", access=access, reply=f"{message.pk:x}")
    message.refresh_from_db()
    assert message.body
    # And what the reporter added is no answer: it stays.
    phone.reporter.post(**{**hidden(phone.reporter.status(phone.number.grouped)), "step": "add", "text": "Tambahan."})
    added = mine.messages.get()
    phone.reporter.post(step="delete", access=access, reply=f"{added.pk:x}")
    added.refresh_from_db()
    assert added.body


@pytest.mark.parametrize(("reply_name", "status"), [("", 400), ("zz", 400), ("-1", 200), ("0", 200), ("f" * 40, 200)])
def test_a_strange_name_of_an_answer_is_no_failure(phone: Phone, reply_name: str, status: int) -> None:
    """What is no number cannot be read; of a number that names no answer there is nothing to delete."""
    access = hidden_access(phone.reporter.status(phone.number.grouped))
    assert phone.reporter.post(step="delete", access=access, reply=reply_name).status_code == status


# Withdrawing


def test_withdrawing_asks_hides_at_once_and_deletes_after_14_days(team: Team, phone: Phone) -> None:
    asked = press(phone, "withdraw", phone.reporter.status(phone.number.grouped))
    assert "14 hari" in text_of(asked)
    # Where a hold is confirmed it stays longer: who withdraws is told that it may be so, of every report.
    assert "kecuali ada pihak berwenang" in text_of(asked)
    assert Report.objects.get().withdrawn_on is None
    done = press(phone, "withdraw", asked)
    assert "sudah ditarik" in text_of(done)
    unknown = phone.reporter.status(Receipt.generate().grouped)
    assert phone.reporter.status(phone.number.grouped).content == unknown.content
    # For 14 days the unit can still read it.
    assert services.open_report(Report.objects.get(), unit_private(team))
    made = dt.datetime.now(dt.UTC)
    with time_machine.travel(made + dt.timedelta(days=13)):
        services.tidy()
        assert Report.objects.exists()
    with time_machine.travel(made + dt.timedelta(days=14)):
        services.tidy()
        assert not Report.objects.exists()


def test_a_page_that_was_open_adds_nothing_to_a_withdrawn_report(team: Team, phone: Phone) -> None:
    page = phone.reporter.status(phone.number.grouped)
    press(phone, "withdraw", press(phone, "withdraw", page))
    answer = phone.reporter.post(**{**hidden(page), "step": "add", "text": "Masih ada."})
    assert "Waktunya sudah terlalu lama" in text_of(answer)
    assert not Message.objects.exists()


def test_a_second_tap_on_withdrawing_says_the_same_as_the_first(team: Team, phone: Phone) -> None:
    asked = press(phone, "withdraw", phone.reporter.status(phone.number.grouped))
    first, second = (press(phone, "withdraw", asked) for _tap in range(2))
    assert first.content == second.content
    assert "sudah ditarik" in text_of(second)
    # Its day stays that of the first.
    day = dt.date.today() - dt.timedelta(days=3)
    Report.objects.update(withdrawn_on=day)
    press(phone, "withdraw", asked)
    assert Report.objects.get().withdrawn_on == day


@pytest.mark.parametrize("step", ["withdraw", "delete"])
def test_without_access_nothing_changes(team: Team, phone: Phone, step: str) -> None:
    reply(Report.objects.get(), team, team.people[0])
    for access in ("", "x", phone.reporter.form()["token"]):
        answer = phone.reporter.post(step=step, access=access, sure="yes", reply=f"{Message.objects.get().pk:x}")
        assert "name=receipt" in text_of(answer)
    assert Report.objects.get().withdrawn_on is None
    assert Message.objects.get().body


@pytest.mark.parametrize("lookup", ["", "zz", "00", "00" * 32, "00" * 400])
def test_every_number_that_is_unknown_gets_the_same_page(team: Team, phone: Phone, lookup: str) -> None:
    unknown = phone.reporter.status(Receipt.generate().grouped)
    assert phone.reporter.post(step="look", lookup=lookup).content == unknown.content
