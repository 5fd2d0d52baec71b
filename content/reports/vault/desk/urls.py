"""Addresses of the desk, below /akun/laporan/."""

import datetime as dt

from django.urls import path, register_converter

from . import actions, board, packages, paper, views


class Hexadecimal:
    """The number of a row as it is written in addresses."""

    regex = "[0-9a-f]{1,16}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: int | str) -> str:
        return value if isinstance(value, str) else f"{value:x}"


class Day:
    """A day of the calendar; an address with another has no page."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date | str) -> str:
        return str(value)


register_converter(Hexadecimal, "row")
register_converter(Day, "day")

urlpatterns = [
    path("", views.units, name="desk_units"),
    path("<slug:code>/", views.inbox, name="desk_inbox"),
    path("<slug:code>/kunci/", views.keys_page, name="desk_keys"),
    path("<slug:code>/kunci/buat/", views.enrol, name="desk_enrol"),
    path("<slug:code>/kunci/buka/", views.opened, name="desk_opened"),
    path("<slug:code>/kunci/sandi/", views.change_phrase, name="desk_phrase"),
    path("<slug:code>/kunci/usul/", views.propose, name="desk_propose"),
    path("<slug:code>/kunci/tanda/", views.sign, name="desk_sign"),
    path("<slug:code>/kunci/batal/", views.withdraw_proposal, name="desk_withdraw"),
    path("<slug:code>/kunci/amplop/", paper.envelope, name="desk_paper"),
    path("<slug:code>/kunci/amplop/buat/", paper.make, name="desk_paper_make"),
    path("<slug:code>/kunci/amplop/buka/", paper.hand_out, name="desk_paper_open"),
    path("<slug:code>/riwayat/", views.history, name="desk_history"),
    path("<slug:code>/lonjakan/<day:on>/", views.burst, name="desk_burst"),
    path("<slug:code>/pilah/", actions.decide, name="desk_decide"),
    path("<slug:code>/angka/", board.board, name="desk_board"),
    path("<slug:code>/<row:name>/hitung/", board.count, name="desk_count"),
    path("<slug:code>/<row:name>/", views.report, name="desk_report"),
    path("<slug:code>/<row:name>/berkas/<row:file>/<int:index>/", views.chunk, name="desk_chunk"),
    path("<slug:code>/<row:name>/status/", actions.set_status, name="desk_status"),
    path("<slug:code>/<row:name>/simpan/", actions.keep, name="desk_keep"),
    path("<slug:code>/<row:name>/tahan/", actions.hold, name="desk_hold"),
    path("<slug:code>/<row:name>/tugas/", actions.assign, name="desk_assign"),
    path("<slug:code>/<row:name>/tenggat/", actions.set_due, name="desk_due"),
    path("<slug:code>/<row:name>/kembar/", actions.duplicate, name="desk_duplicate"),
    path("<slug:code>/<row:name>/konflik/", actions.conflict, name="desk_conflict"),
    path("<slug:code>/<row:name>/serahkan/", actions.hand_over, name="desk_hand_over"),
    path("<slug:code>/<row:name>/catatan/", views.note, name="desk_note"),
    path("<slug:code>/<row:name>/jawab/", views.reply, name="desk_reply"),
    path("<slug:code>/<row:name>/paket/", packages.package, name="desk_package"),
    path("<slug:code>/<row:name>/paket/kirim/", packages.refer, name="desk_refer"),
    path("<slug:code>/<row:name>/paket/serah/", packages.hand_over, name="desk_hand"),
    path("<slug:code>/<row:name>/paket/ekspor/", packages.export, name="desk_export"),
]
