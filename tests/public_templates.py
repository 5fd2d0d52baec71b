"""Every public template and every state it can be in: what axe sees, what runs without JavaScript, whose fields are
attacked (DECISIONS 59).

A state says how a reader gets there, in terms of a :class:`Walker`: go to an address, fill in a form and send it. Browser
and test client both walk. ``test_every_public_template_has_a_state`` compares this list with the template folders, so a new
public template without a state fails.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from django.conf import settings

from content.jobs.slip_keys import Keyring
from content.jobs.slips import Slip, sign
from tests.servers import ROOT

# The templates that are whole pages by themselves; what extends one of them is a page of that room.
PUBLIC_FRAMES = frozenset({"base.html", "vault/page.html"})
PRIVATE_FRAMES = frozenset({"account/frame.html", "vault/desk/base.html"})
# The page of all parts wears the public frame below /akun/.
STAFF_ONLY = frozenset({"gallery.html"})
STORY = "Seorang tetangga diminta membayar lima juta untuk berangkat tanpa kontrak kerja."
RECEIPT = re.compile(r"\b(\d{4}(?:[ \u00a0-]\d{4}){4})\b")


class Walker(Protocol):
    """Somebody who reads pages and fills in forms, in one language."""

    language: str

    def go(self, address: str) -> None:
        """Open an address of the site."""

    def send(self, **fields: str) -> None:
        """Fill in the form on this page that has all these fields, and send it."""

    def follow(self, pattern: str) -> None:
        """Press the first link whose address matches ``pattern`` as a whole."""

    def text(self) -> str:
        """The page that is shown, as HTML."""


Way = Callable[[Walker], None]


@dataclass(frozen=True)
class State:
    """A template in one of its states, and the way there. ``site`` names the site that shows it."""

    template: str
    name: str
    way: Way
    site: str = "demo"

    def __str__(self) -> str:
        return f"{self.template}: {self.name}"


def page(path: str) -> Way:
    """An address below the language of the reader."""
    return lambda walker: walker.go(f"/{walker.language}/{path}")


def report_address(language: str) -> str:
    """The report path in a language (DECISIONS 42)."""
    return f"/{settings.REPORTS_PATH}/" + ("" if language == settings.LANGUAGE_CODE else f"{language}/")


def report(walker: Walker) -> None:
    walker.go(report_address(walker.language))


def report_with(**fields: str) -> Way:
    def way(walker: Walker) -> None:
        report(walker)
        walker.send(**fields)

    return way


def details(place: str) -> Way:
    return report_with(place=place)


def details_with(place: str, **fields: str) -> Way:
    def way(walker: Walker) -> None:
        details(place)(walker)
        walker.send(**fields)

    return way


stored = details_with("33", about="job-offer", story=STORY)


def status(walker: Walker) -> None:
    stored(walker)
    found = RECEIPT.search(walker.text())
    assert found, "the page shows no receipt"
    report(walker)
    walker.send(receipt=found[1])


def status_with(text: str) -> Way:
    def way(walker: Walker) -> None:
        status(walker)
        walker.send(text=text)

    return way


def withdrawing(walker: Walker) -> None:
    status(walker)
    walker.send(sure="")


def listing_among(query: str) -> Way:
    """The first listing of a list."""

    def way(walker: Walker) -> None:
        walker.go(f"/{walker.language}/lowongan/{query}")
        walker.follow(r"/\w+/lowongan/[^/?]+/")

    return way


listing = listing_among("")


def figures_of_the_rest(walker: Walker) -> None:
    walker.go(f"/{walker.language}/angka/")
    walker.follow(r"/\w+/angka/[\w-]+/lain/")


def heard(walker: Walker) -> None:
    """The page that the demonstration reads aloud, in the one language in which it does."""
    walker.go("/id/pendidikan/migrasi-aman/hak-dan-biaya/")
    walker.follow(r"/id/dengar/\w+/")


KNOWN = (
    "PT Contoh Bahari Sentosa, WA +62 000 7777 0001, transfer ke rekening 777700 0123 atau tulis @contoh_kerja_cepat."
)
OFFER = "Loker admin Kamboja gaji 15jt, bayar DP 2 juta ke rekening pribadi saya, kontrak nyusul."


def offer_with(**fields: str) -> Way:
    def way(walker: Walker) -> None:
        walker.go(f"/{walker.language}/cek/")
        walker.send(**fields)

    return way


# The site that is closed knows listings by these codes: one on hold, one of a company on hold, one that has ended, one on
# offer. It has these keys (tests/demo.py).
HELD, HELD_COMPANY, ENDED, OPEN = "tahanany", "tahanpty", "tamatanb", "tawaran4"
SLIP_KEYS = "uji:hanya-untuk-uji-hanya-untuk-uji-hanya-untuk,hilang:revoked"


def slip(walker: Walker) -> None:
    listing(walker)
    walker.follow(r"/\w+/lowongan/\w+/slip/")


def scanned(walker: Walker) -> None:
    slip(walker)
    walker.follow(r"/\w+/cek/slip/\d+/")


def altered(walker: Walker) -> None:
    slip(walker)
    found = re.search(r'href="(/\w+/cek/slip/\d+)(\d)/"', walker.text())
    assert found, "the slip leads nowhere"
    walker.go(f"{found[1]}{(int(found[2]) + 1) % 10}/")


def old_slip(key: str, days_left: int) -> Way:
    """A slip of the listing on offer from a day when everything about it was different."""

    def way(walker: Walker) -> None:
        on = dt.date.today() + dt.timedelta(days=days_left)
        texts = dict.fromkeys(("occupation", "place", "agency", "licence", "order", "employer"), "Dulu lain")
        days = dict.fromkeys(("licence_until", "closes", "issued", "expires"), on)
        codes = {"code": OPEN, "country": "JP", "currency": "JPY", "period": "hour"}
        sums = {"wage_min": Decimal(1), "wage_max": Decimal(2), "pays": (("IDR", Decimal(5)),), "taken": ()}
        made = Slip(**texts, **days, **codes, **sums, example=True)
        (signing, *_others) = Keyring.parse(SLIP_KEYS.split(",")).keys
        walker.go(f"/{walker.language}/cek/slip/{sign(made, replace(signing, id=key))}/")

    return way


def code_typed(code: str) -> Way:
    def way(walker: Walker) -> None:
        walker.go(f"/{walker.language}/cek/slip/")
        walker.send(kode=code)

    return way


CONTRACT = "kerja=upah&kerja=pekerja&bahaya=umur_diubah&bahaya=dana_talangan&penempatan=salinan"
COSTS = (
    "kerja=5152&diminta=placement_service&diminta=training&diminta=passport_new"
    "&jumlah=25.000.000&upah=20000&mata=TWD&utang=40jt&cicil=1.000.000&kontrak=36"
)
STATES: tuple[State, ...] = (
    State("core/home_page.html", "normal", page("")),
    State("core/home_page.html", "data saver", page("?hemat=1")),
    State("core/standard_page.html", "normal", page("tentang/")),
    State("core/standard_page.html", "sensitive", page("keamanan-digital/")),
    State("education/education_index_page.html", "normal", page("pendidikan/")),
    State("education/topic_page.html", "normal", page("pendidikan/perdagangan-orang/")),
    State("education/article_page.html", "normal", page("pendidikan/perdagangan-orang/cara-perekrut-bekerja/")),
    State("education/article_page.html", "regional", page("pendidikan/migrasi-aman/keamanan/")),
    State("education/story_index_page.html", "normal", page("pendidikan/cerita/")),
    State("education/story_page.html", "normal", page("pendidikan/cerita/kabar-dari-tetangga/")),
    State("education/story_page.html", "scene", page("pendidikan/cerita/kabar-dari-tetangga/berkas/")),
    State("education/story_page.html", "ending", page("pendidikan/cerita/admin-bergaji-dolar/di-dalam/")),
    State("education/quiz_index_page.html", "normal", page("pendidikan/kuis/")),
    State("education/quiz_page.html", "normal", page("pendidikan/kuis/tawaran-kerja/")),
    State("education/quiz_page.html", "answered", page("pendidikan/kuis/menikah-muda/?q1=1&q2=2&q4=3")),
    State("education/glossary_page.html", "normal", page("pendidikan/kamus/")),
    State("education/campaign_index_page.html", "normal", page("pendidikan/kampanye/")),
    State("education/campaign_page.html", "normal", page("pendidikan/kampanye/periksa-dulu/")),
    State("guides/guide_index_page.html", "normal", page("panduan/")),
    State("guides/guide_page.html", "normal", page("panduan/p-ke-p/")),
    State("guides/guide_page.html", "unknown costs", page("panduan/mandiri/")),
    State("guides/planner_questions.html", "normal", page("rencana/")),
    State("guides/planner_questions.html", "person", page("rencana/?k=1.SG.5152.p2p")),
    State("guides/planner_questions.html", "papers", page("rencana/?k=1.KR.8121.g2g.23..s")),
    State("guides/planner_questions.html", "old code", page("rencana/?k=0.SG")),
    State("guides/plan.html", "plan", page("rencana/?k=1.HK.5152.p2p.23..m..y...3508.ktp~kk&per=20260101")),
    State("guides/plan.html", "open answers", page("rencana/?k=1.MY.8121.p2p.x.x.x.x.x.24.x.x.x")),
    State("guides/plan.html", "not yet", page("rencana/?k=1.HK.5152.p2p.0.x.x.x.x")),
    State("guides/plan.html", "do not go", page("rencana/?k=1.KH.x.online_offer")),
    State("guides/plan.html", "no rule", page("rencana/?k=1.HK.5152.x.23")),
    State("guides/plan_details.html", "normal", page("rencana/rincian/?k=1.HK.5152.p2p.23..m..y...3508.ktp~kk")),
    State("guides/plan_ticks.html", "normal", page("rencana/centang/?k=1.HK.5152.p2p.23..m..y...3508.ktp~kk")),
    State("guides/contract.html", "normal", page("cek-kontrak/")),
    State("guides/contract.html", "answered", page(f"cek-kontrak/?{CONTRACT}")),
    State("guides/costs.html", "normal", page("hitung-biaya/")),
    State("guides/costs.html", "answered", page(f"hitung-biaya/?{COSTS}")),
    State("guides/costs.html", "error", page("hitung-biaya/?jumlah=banyak&upah=20000")),
    State("guides/help.html", "normal", page("bantuan/")),
    State("guides/help.html", "answered", page("bantuan/?wilayah=35&kabupaten=35.08&butuh=rumah-aman")),
    State("guides/help.html", "empty", page("bantuan/?wilayah=11&butuh=reintegrasi")),
    State("guides/help.html", "person", page("bantuan/?wilayah=luar-negeri&negara=KH")),
    State("guides/family.html", "normal", page("salinan-keluarga/")),
    State("reports/warning_list.html", "normal", page("peringatan/")),
    State("reports/figures.html", "normal", page("angka/")),
    State("reports/figures.html", "places together", figures_of_the_rest),
    State("reports/accountability.html", "normal", page("angka/jawaban/")),
    State("schools/session_index_page.html", "normal", page("sekolah/")),
    State("schools/session_page.html", "normal", page("sekolah/sesi-45-menit/")),
    State("site_map.html", "normal", page("peta-situs/")),
    State("languages.html", "normal", page("bahasa/")),
    State("listen.html", "normal", heard),
    State("error.html", "not found", page("tidak-pernah-ada/")),
    State("search/job_list.html", "normal", page("lowongan/")),
    State("search/job_list.html", "filtered", page("lowongan/?q=pengasuh&negara=TW&biaya=0")),
    State("search/job_list.html", "empty", page("lowongan/?q=astronot&negara=TW")),
    State("search/job_list.html", "error", page("lowongan/?negara=%3Cx%3E&hal=abc&urut=tidak&q=%22")),
    State("search/job_list.html", "distress", page("lowongan/?q=saya+disekap&wilayah=35")),
    State("search/job_list.html", "link typed", page("lowongan/?q=https://www.instagram.com/p/C9xYzAbCdEf/loker")),
    State("search/job_list.html", "last page", page("lowongan/?hal=3")),
    State("search/open_data.html", "normal", page("data-terbuka/")),
    State("search/everything.html", "normal", page("cari/?q=paspor")),
    State("search/everything.html", "empty", page("cari/?q=xqzzyv")),
    State("search/everything.html", "groups", page("cari/?q=contoh")),
    State("search/everything.html", "distress", page("cari/?q=saya+disekap")),
    State("search/everything.html", "nothing asked", page("cari/")),
    State("jobs/listing.html", "normal", listing),
    State("jobs/listing.html", "costs and deductions", listing_among("?q=operator+mesin+jahit&biaya=ada&negara=TW")),
    State("jobs/listing.html", "no rate", listing_among("?negara=BN&biaya=ada")),
    State("jobs/check_offer.html", "normal", page("cek/")),
    State("jobs/check_offer.html", "error", offer_with(tawaran="")),
    State("jobs/check_offer.html", "signs", offer_with(tawaran=OFFER, jawaban="paspor")),
    State("jobs/check_offer.html", "empty", offer_with(tawaran="Selamat pagi", perusahaan="Xqzzyv", kontak="@xqzzyv")),
    State(
        "jobs/check_offer.html",
        "companies",
        offer_with(perusahaan="PT Contoh Baharl Sentosa", kontak="+62 000 0001 0001"),
    ),
    State("jobs/check_offer.html", "company", offer_with(perusahaan="PT Contoh Harapan Kita")),
    State("jobs/slip.html", "normal", slip),
    State("jobs/check_slip.html", "normal", page("cek/slip/")),
    State("jobs/check_slip.html", "error", code_typed("")),
    State("jobs/check_slip.html", "as printed", scanned),
    State("jobs/check_slip.html", "altered", altered),
    State("jobs/check_slip.html", "unreadable", page("cek/slip/1/")),
    State("jobs/check_slip.html", "mistyped", code_typed("TAHA NANX")),
    State("jobs/check_slip.html", "unknown", code_typed("TAHA NANY")),
    State("jobs/check_slip.html", "elsewhere", code_typed("https://contoh.example/id/cek/slip/123456/")),
    State("jobs/check_slip.html", "changed", old_slip("uji", 1), site="closed"),
    State("jobs/check_slip.html", "expired", old_slip("uji", -1), site="closed"),
    State("jobs/check_slip.html", "revoked", old_slip("hilang", 1), site="closed"),
    State("jobs/check_slip.html", "unknown key", old_slip("tak-ada", 1), site="closed"),
    State("jobs/check_slip.html", "put right", code_typed("tawarOn4"), site="closed"),
    State("jobs/check_slip.html", "on hold", code_typed(HELD), site="closed"),
    State("jobs/check_slip.html", "ended", code_typed(ENDED), site="closed"),
    State(
        "jobs/check_offer.html",
        "company on hold",
        offer_with(perusahaan="Contoh Jangkar", kontak="@contoh_kerja_cepat"),
    ),
    State("jobs/check_offer.html", "known contacts", offer_with(tawaran=KNOWN, kontak="000 7777 0001 23")),
    State("jobs/listing_ended.html", "on hold", page(f"lowongan/{HELD}/"), site="closed"),
    State("jobs/listing_ended.html", "company on hold", page(f"lowongan/{HELD_COMPANY}/"), site="closed"),
    State("jobs/listing_ended.html", "ended", page(f"lowongan/{ENDED}/"), site="closed"),
    State("vault/start.html", "normal", report),
    State("vault/start.html", "error", report_with(place="")),
    State("vault/start.html", "closed", report, site="closed"),
    State("vault/details.html", "province", details("33")),
    State("vault/details.html", "abroad", details("TW")),
    State("vault/details.html", "error", details_with("33", story="ya")),
    State("vault/stored.html", "normal", stored),
    State("vault/confirm.html", "normal", stored, site="old browser"),
    State("vault/ask.html", "error", report_with(receipt="1234")),
    State("vault/status.html", "normal", status),
    State("vault/status.html", "error", status_with("")),
    State("vault/withdraw.html", "normal", withdrawing),
    State("vault/added.html", "normal", status_with("Mereka berangkat hari Senin.")),
    State("vault/notice.html", "not found", lambda walker: walker.go(f"/{settings.REPORTS_PATH}/tidak-ada/")),
)

_EXTENDS = re.compile(r"{%\s*extends\s+['\"]([^'\"]+)['\"]")


def templates() -> dict[str, Path]:
    """Every template of the rooms by its name: portal, content, search, accounts."""
    folders = [
        path
        for path in ROOT.glob("**/templates")
        if path.relative_to(ROOT).parts[0] in ("portal", "content", "search", "accounts")
    ]
    return {str(path.relative_to(folder)): path for folder in folders for path in folder.glob("**/*.html")}


def frame_of(name: str, held: dict[str, Path]) -> str | None:
    """The whole page that a template extends in the end; None where it is a part, or Wagtail's."""
    text = held[name].read_text(encoding="utf-8")
    if parent := _EXTENDS.search(text):
        # One that extends its own name dresses up the page of a library.
        return frame_of(parent[1], held) if parent[1] in held and parent[1] != name else None
    return name if re.search(r"<html\b", text) else None


def frames() -> set[str]:
    """Every template of ours that is a whole page by itself."""
    held = templates()
    return {name for name in held if frame_of(name, held) == name}


def public_templates() -> set[str]:
    """Every template that a reader can be shown, the frames themselves left out."""
    held = templates()
    return {name for name in held if frame_of(name, held) in PUBLIC_FRAMES} - PUBLIC_FRAMES - STAFF_ONLY
