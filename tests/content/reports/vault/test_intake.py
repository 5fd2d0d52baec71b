"""Sending a report without JavaScript: what is stored, what is shown, and what a repeated form does (DECISIONS 43, 45)."""

from __future__ import annotations

import datetime as dt
import json
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError, OperationalError, models
from django.db import connections as databases

from content.reports.vault import envelope, keys, run, selectors, services, snapshot, tokens
from content.reports.vault.models import FormToken, Holder, Message, Report, Seat, Unit, UnitKey, today
from tests.content.reports.reporting import (
    NUMBERS_TO_CALL,
    STORY,
    Reporter,
    assert_closed,
    errors_in,
    hidden,
    kept_in,
    key_path,
    make_unit,
    on_sqlite,
    receipt_in,
    text_of,
    words,
)

pytestmark = pytest.mark.django_db(databases=["reports"])


def opened(folder: Path, report: Report | None = None) -> dict:
    key = keys.read_private(key_path(folder))
    return json.loads(services.open_report(report or Report.objects.get(), key))


def everything_stored() -> str:
    """Every value of every row of the vault, bytes as hexadecimal; not the days of the migrations."""
    told = []
    with databases["reports"].cursor() as cursor:
        for table in databases["reports"].introspection.table_names(cursor):
            if table != "django_migrations":
                cursor.execute(f'SELECT * FROM "{table}"')
                told += [value for row in cursor.fetchall() for value in row]
    return "\n".join(
        bytes(value).hex().upper() if isinstance(value, bytes | memoryview) else str(value) for value in told
    )


def test_a_report_is_sealed_and_only_the_unit_opens_it(vault: Path, reporter: Reporter) -> None:
    answer = reporter.send(
        who="self", when="now", regency="Jember", contact="di warung", province_only="on", countable="on"
    )
    assert answer.status_code == 200
    assert receipt_in(answer)
    assert opened(vault) == {
        "v": 1,
        "language": "id",
        "about": "held",
        "who": "self",
        "when": "now",
        "place": {
            "province": "35",
            "province_name": "Jawa Timur",
            "regency": "35.09",
            "regency_name": "Kabupaten Jember",
        },
        "province_only": True,
        "countable": True,
        "listing": "",
        "contact": "di warung",
        "story": STORY,
    }
    with pytest.raises(envelope.EnvelopeError):
        services.open_report(Report.objects.get(), keys.generate())


def test_no_column_holds_a_word_of_it(vault: Path, reporter: Reporter) -> None:
    number = receipt_in(reporter.send(contact="ZXQ-7781"))
    dump = everything_stored().encode()
    assert Report.objects.get().header.hex().upper().encode() in dump
    for secret in ("ZXQ-7781", number, number.replace(" ", ""), "held", "Jawa Timur"):
        assert secret.encode() not in dump
        assert secret.encode().hex().upper().encode() not in dump.upper()


def test_nothing_says_at_what_time(vault: Path, reporter: Reporter) -> None:
    reporter.send()
    moment = dt.datetime.now(dt.UTC)
    for model in (Report, Message, FormToken):
        for row in model.objects.all():
            for field in model._meta.concrete_fields:
                assert not isinstance(getattr(row, field.attname), dt.datetime), field
    assert f"{moment:%H:%M}" not in everything_stored()


def test_short_and_long_reports_are_equally_long(vault: Path, reporter: Reporter) -> None:
    reporter.send(story="x" * 20)
    reporter.send(story="x" * 8000)
    assert {(len(row.body), len(row.wraps), len(row.header)) for row in Report.objects.all()} == {(16412, 255, 166)}


def test_the_real_derivation_fits_too(vault: Path, reporter: Reporter, full_derivation: None) -> None:
    number = receipt_in(reporter.send())
    assert "Laporan Anda" in text_of(reporter.status(number))


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"story": ""}, "story"),
        ({"story": "a "}, "story"),
        ({"story": "x" * 8001}, "story"),
        ({"about": ""}, "about"),
        ({"about": "lain"}, "about"),
        ({"contact": "x" * 201}, "contact"),
        ({"when": "kemarin"}, "when"),
        ({"regency": "Banjar"}, "regency"),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(
    reporter: Reporter, answers: dict[str, str], name: str
) -> None:
    answer = reporter.send(**{"contact": "surau <b>", **answers})
    assert f'<a href="#{name}">' in text_of(answer)
    assert kept_in(answer, "story") == answers.get("story", STORY)
    if "contact" not in answers:
        assert 'value="surau &lt;b&gt;"' in text_of(answer)
    assert not receipt_in(answer)
    assert not Report.objects.exists()


def test_an_error_can_be_mended_with_the_page_it_came_with(vault: Path, reporter: Reporter) -> None:
    wrong = reporter.send(about="")
    assert receipt_in(reporter.send(hidden(wrong)))


def test_line_ends_count_once_and_control_characters_go(vault: Path, reporter: Reporter) -> None:
    reporter.send(story="a\r\nb\x00c\x1b\u202e" + "é" * 7995)
    assert opened(vault)["story"] == "a\nbc\u202e" + "é" * 7995


def test_the_place_comes_first_and_nothing_is_stored(reporter: Reporter) -> None:
    page = text_of(reporter.get())
    assert "<option value=35>Jawa Timur" in page
    assert "Jember" not in page
    form = text_of(reporter.post(step="place", place="35"))
    assert "<option>Kota Kediri<optgroup label=Kabupaten><option>Jember</optgroup></select>" in form
    assert form.index("name=regency") < form.index("name=contact") < form.index("name=story")
    assert not FormToken.objects.exists()


@pytest.mark.parametrize("place", ["", "99", "<script>", "35.09", "KHM"])
def test_a_place_that_is_none_is_asked_again(reporter: Reporter, place: str) -> None:
    assert "Pilih tempat" in errors_in(reporter.post(step="place", place=place))
    kept = reporter.post(step="send", place=place, story=STORY, token=tokens.issue())
    assert kept_in(kept, "kept") == STORY
    assert not Report.objects.exists()


def test_abroad_the_help_that_works_from_there_comes_first(reporter: Reporter) -> None:
    page = text_of(reporter.post(step="place", place="KH"))
    assert page.index("+855 000 1") < page.index("+62 000 1") < page.index("name=about")
    assert "belum diuji telepon" in page
    assert "name=regency" not in page
    assert "name=province_only" not in page


@pytest.mark.parametrize("story", ["tolong aku", "SOS"])
def test_a_cry_for_help_is_a_report(vault: Path, reporter: Reporter, story: str) -> None:
    assert receipt_in(reporter.send(story=story))
    assert opened(vault)["story"] == story


@pytest.mark.parametrize("story", [STORY, ""])
def test_what_is_reached_from_abroad_stands_before_110_on_every_page_after_the_place(
    reporter: Reporter, story: str
) -> None:
    page = text_of(reporter.send(reporter.form("KH"), story=story))
    assert page.index("tel:+8550001") < page.index("tel:+620001") < page.index("tel:110")
    # In the box, and in the place of “In danger now?”.
    assert page.count("tel:+8550001") == 2
    assert "+855 000 1</a></b> <span" in page.replace("&#32;", " ")


def test_the_sentences_of_the_form_name_what_is_reached_from_the_place(reporter: Reporter) -> None:
    says = reporter.post(step="sealing", place="KH").json()["says"]
    assert "+855 000 1, +62 000 1, 110, 129" in says["failed"]
    assert "+855" not in reporter.post(step="sealing", place="35").json()["says"]["failed"]


def test_a_phone_that_seals_tells_no_place_and_is_given_no_mission(reporter: Reporter) -> None:
    assert "+855 000 1" not in text_of(reporter.get())
    assert "tel:+8550001" not in text_of(reporter.send(reporter.form("35")))


def test_a_country_without_a_number_says_so(reporter: Reporter) -> None:
    assert "Kami belum punya nomor" in text_of(reporter.post(step="place", place="MY"))
    assert "Kami belum punya nomor" not in text_of(reporter.post(step="place", place="KH"))


@pytest.mark.parametrize(("place", "held"), [("MY", {"country": "MY", "country_name": "Malaysia"}), ("unknown", {})])
def test_a_report_from_elsewhere_is_stored_too(vault: Path, reporter: Reporter, place: str, held: dict) -> None:
    assert receipt_in(reporter.send(reporter.form(place)))
    assert opened(vault)["place"] == held


@pytest.mark.parametrize(
    ("code", "box", "held"),
    [("L-2026.7", "on", "L-2026.7"), ("L-2026.7", "", ""), ("<b>", "on", ""), ("x" * 41, "on", "")],
)
def test_the_code_of_a_job_is_carried_if_wanted(
    vault: Path, reporter: Reporter, code: str, box: str, held: str
) -> None:
    start = reporter.get(f"/layanan/?l={code}")
    first = hidden(start)
    second = hidden(reporter.post(**{**first, "place": "35"}))
    reporter.send(second, with_listing=box)
    assert opened(vault)["listing"] == held


# Who reads


def test_the_nearest_unit_receives_and_the_province_alone_if_wanted(closed_vault: Path) -> None:
    make_unit(closed_vault, "35", "Provinsi")
    make_unit(closed_vault, "35.09", "Jember")
    reporter = Reporter()
    reporter.send(regency="Jember")
    reporter.send(regency="Jember", province_only="on")
    reporter.send(regency="Kota Kediri")
    reporter.send()
    names = sorted(Report.objects.values_list("unit__name", flat=True))
    assert names == ["Jember", "Provinsi", "Provinsi", "Provinsi"]
    alone = Report.objects.filter(unit__name="Provinsi").first()
    with pytest.raises(envelope.EnvelopeError):
        services.open_report(alone, keys.read_private(closed_vault / "keys" / "35.09.pem"))


def test_who_else_reads_is_named_and_without_one_nobody_is_offered_that(closed_vault: Path) -> None:
    make_unit(closed_vault, "35.09", "Jember")
    reporter = Reporter()
    assert "name=province_only" not in text_of(reporter.post(step="place", place="35"))
    make_unit(closed_vault, "", "Pusat")
    assert "cukup ke Pusat" in text_of(reporter.post(step="place", place="35"))
    make_unit(closed_vault, "35", "Provinsi")
    assert "cukup ke Provinsi" in text_of(reporter.post(step="place", place="35"))


def test_who_wanted_somebody_else_is_not_sent_to_the_regency_in_silence(closed_vault: Path) -> None:
    make_unit(closed_vault, "35.09", "Jember")
    above = make_unit(closed_vault, "35", "Provinsi")
    reporter = Reporter()
    form = reporter.form()
    UnitKey.objects.filter(pk=above.pk).update(retired_on=dt.date(2026, 1, 1))
    page = text_of(reporter.send(form, regency="Jember", province_only="on"))
    assert "Selain petugas kabupaten atau kota Anda" in page
    assert "name=province_only checked" in page
    assert STORY in page
    assert not Report.objects.exists()
    assert receipt_in(
        reporter.send({**form, "token": hidden(reporter.post(step="place", place="35"))["token"]}, regency="Jember")
    )


@pytest.mark.parametrize(
    ("before", "after", "unit"),
    [
        ({"regency": "Jember"}, {"regency": "Jember", "province_only": "on"}, "Provinsi"),
        ({"regency": "Jember"}, {}, "Provinsi"),
        ({"regency": "Jember", "province_only": "on"}, {"regency": "Jember"}, "Jember"),
    ],
)
def test_what_another_unit_shall_read_is_never_added_to_what_this_one_has(
    closed_vault: Path, before: dict[str, str], after: dict[str, str], unit: str
) -> None:
    """With Back, somebody ticks "not to officers of my regency" under a form that was sent to them already."""
    make_unit(closed_vault, "35", "Provinsi")
    make_unit(closed_vault, "35.09", "Jember")
    reporter = Reporter()
    form = reporter.form()
    number = receipt_in(reporter.send(form, **before))
    (first,) = Report.objects.all()
    again = reporter.send(form, **after, story="Pelakunya petugas di sini.")
    assert receipt_in(again) is None
    assert f"untuk {unit}" in errors_in(again)
    # It may be the first that its sender sees of it.
    assert number in errors_in(again)
    assert kept_in(again, "story") == "Pelakunya petugas di sini."
    assert not Message.objects.exists()
    assert Report.objects.count() == 1
    other = receipt_in(reporter.send(hidden(again), **after, story="Pelakunya petugas di sini."))
    assert other not in (None, number)
    assert Report.objects.exclude(pk=first.pk).get().unit.name == unit
    assert not Message.objects.exists()


def test_after_a_quarter_of_an_hour_the_number_of_what_went_elsewhere_is_not_shown(closed_vault: Path) -> None:
    make_unit(closed_vault, "35", "Provinsi")
    make_unit(closed_vault, "35.09", "Jember")
    reporter = Reporter()
    with time_machine.travel("2026-11-22T05:00:00+00:00", tick=False) as clock:
        form = reporter.form()
        number = receipt_in(reporter.send(form))
        clock.shift(dt.timedelta(minutes=16))
        again = reporter.send(form, regency="Jember")
    assert "untuk Jember" in errors_in(again)
    assert number
    assert number not in text_of(again)


def test_the_form_says_who_reads_before_sending(closed_vault: Path) -> None:
    make_unit(closed_vault, "35", "Gugus Tugas Provinsi")
    make_unit(closed_vault, "35.09", "Gugus Tugas Jember")
    page = text_of(Reporter().post(step="place", place="35"))
    # The province for a place without a unit of its own, and which places have one.
    assert page.index("Gugus Tugas Provinsi") < page.index("Gugus Tugas Jember") < page.index(">Kirim<")
    assert "Latihan" not in page


def test_while_one_holder_is_left_the_unit_above_is_named_beside_hers(closed_vault: Path) -> None:
    """What is sent then is sealed to both: whoever is in danger from one of them must know."""
    above = make_unit(closed_vault, "", "Pusat").unit
    left_alone(make_unit(closed_vault, "35", "Provinsi", parent=above).unit)
    left_alone(make_unit(closed_vault, "35.09", "Jember", parent=above).unit)
    page = text_of(Reporter().post(step="place", place="35"))
    both = "{0} dan, selama hanya satu orang di sana yang bisa membukanya, Pusat"
    assert f"Dibaca oleh: {both.format('Provinsi')}." in page
    assert f"cukup ke {both.format('Provinsi')}</label>" in page
    assert both.format("Jember") in page
    assert receipt_in(Reporter().send(province_only="on"))
    opened_by(closed_vault, "")
    opened_by(closed_vault, "35")


def founded(folder: Path, unit: Unit) -> None:
    make_unit(folder, "35.09", "Jember")


def left_alone_below(folder: Path, unit: Unit) -> None:
    above = make_unit(folder, "", "Pusat").unit
    Unit.objects.filter(pk=unit.pk).update(parent=above)
    left_alone(unit)


@pytest.mark.parametrize(("change", "reader"), [(founded, "Jember"), (left_alone_below, "Pusat")])
def test_a_reader_whom_the_form_has_not_named_is_named_before_anything_is_stored(
    closed_vault: Path, change: Callable[[Path, Unit], None], reader: str
) -> None:
    unit = make_unit(closed_vault, "35", "Provinsi").unit
    reporter = Reporter()
    form = reporter.form()
    change(closed_vault, unit)
    # Another error on the way does not count as having been told.
    wrong = hidden(reporter.send(form, story=""))
    asked = reporter.send(wrong, regency="Jember")
    assert receipt_in(asked) is None
    assert f"{reader}. Belum ada yang dikirim" in errors_in(asked)
    assert kept_in(asked, "story") == STORY
    assert not Report.objects.exists()
    assert receipt_in(reporter.send(hidden(asked), regency="Jember"))
    assert Report.objects.count() == 1


def test_whoever_is_named_already_or_reads_no_longer_is_no_reason_to_ask(closed_vault: Path) -> None:
    above = make_unit(closed_vault, "", "Pusat").unit
    unit = make_unit(closed_vault, "35", "Provinsi", parent=above).unit
    make_unit(closed_vault, "35.09", "Jember")
    left_alone(unit)
    reporter = Reporter()
    forms = [reporter.form() for _time in range(3)]
    assert receipt_in(reporter.send(forms[0], regency="Jember"))
    # A second holder is back: fewer read than the page has said.
    Holder.objects.update(opened_on=today())
    assert receipt_in(reporter.send(forms[1]))
    # The unit of the regency is gone: its place goes to another than was said.
    UnitKey.objects.filter(unit__region="35.09").update(retired_on=today())
    assert "kini Provinsi" in errors_in(reporter.send(forms[2], regency="Jember"))


def test_a_form_that_names_nobody_is_shown_anew(closed_vault: Path) -> None:
    """A page that was kept from before it carried that."""
    make_unit(closed_vault, "35", "Provinsi")
    reporter = Reporter()
    asked = reporter.send({**reporter.form(), "readers": ""})
    assert "kini Provinsi" in errors_in(asked)
    assert receipt_in(reporter.send(hidden(asked)))


def test_what_was_stored_before_the_reader_changed_gives_its_number_again(closed_vault: Path) -> None:
    make_unit(closed_vault, "35", "Provinsi")
    reporter = Reporter()
    form = reporter.form()
    number = receipt_in(reporter.send(form, regency="Jember"))
    make_unit(closed_vault, "35.09", "Jember")
    assert receipt_in(reporter.send(form, regency="Jember")) == number
    assert Report.objects.count() == 1


def left_alone(unit: Unit) -> None:
    """One of its two holders has not opened her key for too long."""
    gone = Seat.objects.filter(unit=unit).values("user")[:1]
    Holder.objects.filter(user__in=gone).update(opened_on=today() - dt.timedelta(days=31))


def opened_by(folder: Path, region: str) -> dict:
    return json.loads(services.open_report(Report.objects.get(), keys.read_private(folder / "keys" / f"{region}.pem")))


def test_a_place_that_nobody_answers_for_gets_the_numbers(closed_vault: Path) -> None:
    make_unit(closed_vault, "35", "Provinsi")
    answer = Reporter().post(step="place", place="63")
    assert "Belum ada" in text_of(answer)
    assert "tel:110" in text_of(answer)
    assert not tokens_given(answer)


def tokens_given(answer: object) -> bool:
    return "name=token" in text_of(answer)  # type: ignore[arg-type]


# The same form again


def test_the_same_form_gives_the_same_number_and_one_row(reporter: Reporter) -> None:
    form = reporter.form()
    numbers = {receipt_in(reporter.send(form)) for _time in range(3)}
    assert len(numbers) == 1
    assert Report.objects.count() == 1
    assert not Message.objects.exists()


@pytest.mark.parametrize(("seconds", "shown"), [(0, True), (899, True), (901, False), (7 * 3600, False)])
def test_after_a_quarter_of_an_hour_it_only_says_received(reporter: Reporter, seconds: int, shown: bool) -> None:
    with time_machine.travel("2026-11-22T05:00:00+00:00", tick=False) as clock:
        form = reporter.form()
        clock.shift(dt.timedelta(hours=3))
        number = receipt_in(reporter.send(form))
        clock.shift(dt.timedelta(seconds=seconds))
        answer = reporter.send(form)
    assert number
    assert receipt_in(answer) == (number if shown else None)
    assert ("sudah masuk" in text_of(answer)) is not shown
    assert Report.objects.count() == 1


def test_a_changed_text_is_added_to_the_same_report_once(vault: Path, reporter: Reporter) -> None:
    form = reporter.form()
    number = receipt_in(reporter.send(form))
    for _time in range(2):
        assert receipt_in(reporter.send(form, story=f"{STORY} Lagi.")) == number
    message = Message.objects.get()
    assert message.report == Report.objects.get()
    key = keys.read_private(key_path(vault))
    assert json.loads(services.open_message(message, key))["story"] == f"{STORY} Lagi."


@pytest.mark.parametrize("story", [STORY, f"{STORY} Lagi."])
def test_the_form_of_a_withdrawn_report_is_not_taken_again(vault: Path, reporter: Reporter, story: str) -> None:
    """Its number opens nothing: what is sent now is a report of its own, with a number of its own."""
    form = reporter.form()
    number = receipt_in(reporter.send(form))
    Report.objects.update(withdrawn_on=dt.date.today())
    answer = reporter.send(form, story=story)
    assert receipt_in(answer) is None
    assert "sudah masuk" not in text_of(answer)
    assert kept_in(answer, "story") == story
    assert not Message.objects.exists()
    again = receipt_in(reporter.send(hidden(answer), story=story))
    assert again not in (None, number)
    assert opened(vault, Report.objects.get(withdrawn_on=None))["story"] == story
    assert "Laporan Anda" in text_of(reporter.status(again or ""))


def test_what_is_withdrawn_while_something_is_added_takes_nothing(
    vault: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, real = reporter.form(), services.mark_used
    reporter.send(form)

    def late(*args: object, **kwargs: object) -> None:
        Report.objects.update(withdrawn_on=dt.date.today())
        real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "mark_used", late)
    answer = reporter.send(form, story=f"{STORY} Lagi.")
    assert kept_in(answer, "story") == f"{STORY} Lagi."
    assert not Message.objects.exists()


@pytest.mark.parametrize("by", ["next report", "tick"])
def test_rows_of_used_forms_are_forgotten(reporter: Reporter, by: str) -> None:
    reporter.send()
    FormToken.objects.update(made_on=dt.date.today() - dt.timedelta(days=3))
    if by == "tick":
        assert services.tidy() == 1
    else:
        reporter.send()
    assert FormToken.objects.count() == (by == "next report")


def test_what_cannot_be_forgotten_keeps_nothing_else_and_is_named_by_its_kind_alone(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError(STORY)

    reporter.send()
    FormToken.objects.update(made_on=dt.date.today() - dt.timedelta(days=3))
    monkeypatch.setattr(services.run, "prepare", fail)
    assert services.tidy() == 1
    assert [record.getMessage() for record in caplog.records] == ["Forgetting traces of reports failed: fail (OSError)"]
    assert STORY not in caplog.text


def test_a_fault_of_ours_in_forgetting_is_raised_once_the_rest_is_forgotten(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise TypeError(STORY)

    reporter.send()
    FormToken.objects.update(made_on=dt.date.today() - dt.timedelta(days=3))
    monkeypatch.setattr(services.run, "prepare", fail)
    with pytest.raises(RuntimeError) as raised:
        services.tidy()
    assert not FormToken.objects.exists()
    assert STORY not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("age", [dt.timedelta(hours=24, seconds=1), dt.timedelta(days=3), dt.timedelta(minutes=-2)])
def test_a_form_too_old_or_from_the_future_comes_back_with_the_text(reporter: Reporter, age: dt.timedelta) -> None:
    now = dt.datetime.now(dt.UTC)
    with time_machine.travel(now - age, tick=False):
        form = reporter.form()
    answer = reporter.send(form)
    assert "tekan Kirim sekali lagi" in errors_in(answer)
    assert kept_in(answer, "story") == STORY
    assert not Report.objects.exists()
    assert receipt_in(reporter.send(hidden(answer)))


@pytest.mark.parametrize("forged", ["", "x", "é", "A" * 48, "A" * 5000])
def test_a_forged_form_comes_back_with_the_text(reporter: Reporter, forged: str) -> None:
    answer = reporter.send({**reporter.form(), "token": forged})
    assert kept_in(answer, "story") == STORY
    assert not Report.objects.exists()


def test_a_form_of_yesterday_evening_is_taken_this_morning(vault: Path, reporter: Reporter) -> None:
    with time_machine.travel("2026-11-22T16:59:00+00:00", tick=False) as clock:  # 23.59 in Jakarta
        form = reporter.form()
        clock.shift(dt.timedelta(hours=8))
        number = receipt_in(reporter.send(form))
        assert number
        clock.shift(dt.timedelta(minutes=5))
        assert receipt_in(reporter.send(form)) == number


def test_two_day_keys_are_kept(vault: Path) -> None:
    held = []
    for day in (22, 23, 24, 25):
        with time_machine.travel(f"2026-11-{day}T05:00:00+00:00", tick=False):
            held.append(run.day_keys())
    assert [len(keys) for keys in held] == [1, 2, 2, 2]
    assert held[1][1] == held[0][0]
    assert (vault / "run" / "reports" / "day-keys").stat().st_mode & 0o777 == 0o600


def test_a_clock_that_ran_ahead_leaves_no_key_for_later(vault: Path) -> None:
    """It would be the key of every form until that day comes, or the machine is started anew."""
    with time_machine.travel("2026-03-02T05:00:00+00:00", tick=False) as clock:
        held = []
        for day in ("2026-03-02", "2027-03-02", "2026-03-02", "2026-03-03", "2026-03-04", "2026-09-02"):
            clock.move_to(dt.datetime.fromisoformat(f"{day}T05:00:00+00:00"))
            first, *rest = run.day_keys()
            assert str(first.day) == day
            held.append(first.key)
            if not day.startswith("2027"):
                assert not [key for key in rest if key.day.year == 2027]
    assert len(set(held)) == 6


def test_a_clock_that_is_set_back_over_midnight_finds_the_key_that_it_had(vault: Path, reporter: Reporter) -> None:
    with time_machine.travel("2026-11-22T16:59:00+00:00", tick=False) as clock:  # 23.59 in Jakarta
        form, before = reporter.form(), run.day_keys()
        clock.shift(dt.timedelta(minutes=2))
        after = run.day_keys()
        clock.shift(dt.timedelta(minutes=-2))
        assert run.day_keys() == (*before[:1], after[0])
        assert receipt_in(reporter.send(form))
        clock.shift(dt.timedelta(minutes=2))
        assert run.day_keys() == after


# When the form must be closed


def test_without_a_unit_the_form_is_closed_and_the_numbers_stay(closed_vault: Path) -> None:
    answer = Reporter().get()
    assert_closed(answer)
    assert "Sedang tutup." in text_of(answer)


@pytest.mark.parametrize("way", ["unpinned", "swapped", "no point", "retired", "newer and unpinned", "no pins"])
def test_a_key_that_is_not_the_pinned_one_closes_the_form(vault: Path, reporter: Reporter, way: str) -> None:
    held = UnitKey.objects.all()
    other = keys.public_bytes(keys.generate().public_key())
    match way:
        case "unpinned":
            (vault / "keys" / "reports-units.pins").chmod(0o600)
            (vault / "keys" / "reports-units.pins").write_text("")
        case "swapped":
            held.update(public_key=other)
        case "no point":
            held.update(public_key=bytes(65))
        case "retired":
            held.update(retired_on=dt.date.today())
        case "newer and unpinned":
            UnitKey.objects.bulk_create([UnitKey(unit=Unit.objects.get(), epoch=2, public_key=other)])
        case "no pins":
            (vault / "keys" / "reports-units.pins").unlink()
    assert_closed(reporter.get())
    assert_closed(reporter.post(step="place", place="35"))
    answer = reporter.send({"step": "send", "token": tokens.issue(), "place": "35"})
    assert_closed(answer)
    assert kept_in(answer, "kept") == STORY
    assert not Report.objects.exists()


def test_without_words_the_form_is_closed(vault: Path, reporter: Reporter) -> None:
    for path in (vault / "reports" / "snapshots").iterdir():
        path.unlink()
    assert_closed(reporter.get())


def test_with_its_database_down_the_form_is_closed(
    vault: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr(selectors, "receivers", down)
    assert_closed(reporter.get())


def test_practice_says_so_on_every_page(reporter: Reporter) -> None:
    form = reporter.form()
    stored = reporter.send(form)
    pages = [
        reporter.get(),
        reporter.get("/layanan/en/"),
        reporter.get("/layanan/tidak-ada/"),
        reporter.post(step="place", place="35"),
        reporter.send(form, story=""),
        stored,
        reporter.status(receipt_in(stored)),
        reporter.status("1"),
    ]
    for page in pages:
        assert "Practice: nobody reads this." in text_of(page) or "Latihan: tidak dibaca siapa pun." in text_of(page)


def test_an_official_site_closes_practice(vault: Path, reporter: Reporter, settings) -> None:
    settings.SITE_OWNER, settings.SITE_DECREE, settings.SITE_HOST = "Pemkab Contoh", "SK 1", "contoh.go.id"
    assert reporter.get()["X-Intake"] == "open"
    snapshot.write(words(proofs=[("Pemkab Contoh", "SK 1", "contoh.go.id")]))
    assert_closed(reporter.get())
    make_unit(vault, "35", "Provinsi")
    answer = reporter.get()
    assert answer["X-Intake"] == "open"
    assert "Latihan" not in text_of(answer)


@pytest.mark.parametrize(
    "failure",
    [
        OperationalError("database or disk is full"),
        OSError(28, "No space left"),
        MemoryError(),
        envelope.EnvelopeError(envelope.Reason.MALFORMED, "x"),
        run.Busy(),
    ],
)
def test_what_cannot_be_stored_comes_back_without_a_number(
    reporter: Reporter, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **more: object) -> None:
        raise failure

    form = reporter.form()
    with monkeypatch.context() as broken:
        broken.setattr(services, "submit", fail)
        answer = reporter.send(form, contact="surau")
    assert answer.status_code == 503
    assert kept_in(answer, "story") == STORY
    assert 'value="surau"' in text_of(answer)
    assert "tidak ada yang tersimpan" in errors_in(answer).lower() or "Belum ada yang tersimpan" in errors_in(answer)
    assert NUMBERS_TO_CALL in errors_in(answer)
    assert not receipt_in(answer)
    assert receipt_in(reporter.send(hidden(answer)))


def test_a_failure_at_the_very_end_promises_neither(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    real, lost = databases["reports"].savepoint_commit, [True]

    def commit(savepoint: str) -> None:
        if lost and lost.pop():
            raise OperationalError("the connection broke")
        real(savepoint)

    form = reporter.form()
    # The transaction of the test lies around it: what ends here is a savepoint.
    monkeypatch.setattr(databases["reports"], "savepoint_commit", commit)
    answer = reporter.send(form)
    assert answer.status_code == 503
    assert "Kami tidak tahu" in errors_in(answer)
    assert NUMBERS_TO_CALL in errors_in(answer)
    assert kept_in(answer, "story") == STORY
    assert receipt_in(reporter.send(hidden(answer)))


def test_a_failure_between_report_and_token_leaves_neither(
    vault: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError

    form = reporter.form()
    with monkeypatch.context() as broken:
        broken.setattr(services, "mark_used", fail)
        assert reporter.send(form).status_code == 503
    assert not Report.objects.exists()
    assert receipt_in(reporter.send(form))


# What a thief of the files learns of when and in which order


def numbers_of(model: type[models.Model]) -> list[int]:
    return list(model._base_manager.order_by().values_list("pk", flat=True))


@on_sqlite
def test_rows_have_no_order(vault: Path, reporter: Reporter) -> None:
    for _time in range(12):
        form = reporter.form()
        reporter.send(form)
        reporter.send(form, story=f"{STORY} Lagi.")
    cursor = databases["reports"].cursor()
    for model, count in ((Report, 12), (Message, 12), (FormToken, 24)):
        table = model._meta.db_table
        rows = cursor.execute(f"SELECT rowid, id FROM {table}").fetchall()
        # SQLite's own number of a row, which would count up by arrival, is the random one.
        assert all(row == number for row, number in rows)
        numbers = numbers_of(model)
        assert len(numbers) == count
        assert len(bin(max(numbers))) > 50
        # All together the first and last halves of a counter would be apart by the number of rows.
        assert max(numbers) - min(numbers) > 2**40
    assert not cursor.execute("SELECT * FROM sqlite_sequence WHERE name LIKE 'vault%' AND seq > 1").fetchall()


def test_sending_leaves_no_trace_in_the_run_directory(vault: Path, reporter: Reporter) -> None:
    """Neither a file nor a time: whoever looks at the form makes them all, whether a report follows or not."""

    def state() -> dict[str, tuple[int, int, int, int]]:
        held = {path: path.stat() for path in (vault / "run").rglob("*")}
        return {str(p): (s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for p, s in held.items()}

    reporter.get()
    before = state()
    form = reporter.form()
    for story in (STORY, STORY, f"{STORY} Lagi."):
        number = receipt_in(reporter.send(form, story=story))
    assert number
    page = reporter.status(number)
    assert "ditambahkan" in text_of(reporter.post(**{**hidden(page), "text": STORY}))
    assert state() == before


def test_the_keys_of_the_day_are_made_without_a_reporter(vault: Path) -> None:
    with time_machine.travel("2026-11-22T17:00:30+00:00", tick=False):  # half a minute after midnight in Jakarta
        services.tidy()
        assert f"{dt.date(2026, 11, 23)}" in (vault / "run" / "reports" / "day-keys").read_text()


@pytest.mark.parametrize("content", ["", "x", "2026-11-22 zz\n", "2026-11-22", "\x00\xff"])
def test_keys_of_the_day_that_are_spoilt_are_made_anew(vault: Path, reporter: Reporter, content: str) -> None:
    form = reporter.form()
    (vault / "run" / "reports" / "day-keys").write_text(content)
    answer = reporter.send(form)
    assert kept_in(answer, "story") == STORY
    assert receipt_in(reporter.send(hidden(answer)))


def test_a_lost_race_is_no_error_of_the_database(
    vault: Path, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL writes every statement that fails into its log, with the row and the time."""
    form = reporter.form()
    number = receipt_in(reporter.send(form))
    real, blind = services._first_use, [True]

    def sees_late(token: tokens.Token) -> FormToken | None:
        return None if blind and blind.pop() else real(token)

    failed: list[str] = []

    def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        try:
            return execute(sql, params, many, context)
        except DatabaseError:
            failed.append(sql)
            raise

    monkeypatch.setattr(services, "_first_use", sees_late)
    with databases["reports"].execute_wrapper(watch):
        assert receipt_in(reporter.send(form)) == number
        for _time in range(2):
            assert receipt_in(reporter.send(form, story=f"{STORY} Lagi.")) == number
    assert failed == []
    assert not blind
    assert (Report.objects.count(), Message.objects.count(), FormToken.objects.count()) == (1, 1, 2)
