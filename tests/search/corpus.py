"""Invented listings in any number, the same for each seed: what the judged queries and the benchmark search in.

They follow the rules that the registers hold (who may go where by which way, and what may be charged), so that nearly
all of them are public; a few are closed, held, or of a suspended company, and must never be found. Occupations, towns
and wages are spread as those of real lists are: many household jobs and Taiwan, few bricklayers in Brunei.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.utils import timezone

from content.jobs import codes
from content.jobs.models import Agency, CostLine, JobListing, JobOrder
from content.registers.models import CostComponent, ExchangeRate, Occupation, WorkGroup

SEED = 20261122
# How many listings the judged queries are judged for.
JUDGED = 4_000
MARK = "CORPUS/"
_CHUNK = 2_000

# Invented rates, so that a wage in rupiah can be compared; the real ones are kept by an editor.
RATES = {
    "TWD": "520", "HKD": "2100", "MYR": "3700", "SGD": "12500", "JPY": "108", "KRW": "11.8", "EUR": "18000",
    "BND": "12500", "AED": "4450",
}  # fmt: skip


@dataclass(frozen=True)
class Market:
    """Jobs of one field of work in one country by one way: how many of all, and what they look like.

    ``jobs`` holds occupation codes with their share; ``wage`` the lowest and highest monthly wage and its step.
    """

    share: int
    country: str
    work: str
    scheme: str
    currency: str
    wage: tuple[int, int, int]
    ages: tuple[int, int]
    school: str
    months: int
    jobs: dict[str, int]
    requirements: tuple[str, ...] = ()
    hourly: tuple[int, int, int] | None = None


_MARKETS = (
    Market(150, "TW", "caregiver", "p2p", "TWD", (20000, 24000, 500), (21, 50), "smp", 36,
           {"5322": 9, "5321": 2}, ("language_basic",)),
    Market(70, "TW", "domestic", "p2p", "TWD", (20000, 23000, 500), (21, 50), "smp", 36,
           {"5152": 8, "9111": 2, "5311": 4, "8322": 1, "6113": 1}, ("language_basic",)),
    Market(90, "TW", "factory", "p2p", "TWD", (27500, 34000, 10), (19, 40), "sma", 36,
           {"8212": 5, "8142": 3, "7223": 4, "8153": 2, "8211": 3, "8160": 3, "7212": 2, "9321": 2, "8152": 1,
            "8122": 2, "9329": 2}, ("colour_vision",)),
    Market(30, "TW", "fishing", "p2p", "TWD", (27000, 31000, 250), (20, 48), "sd", 24,
           {"6223": 5, "6222": 4, "6221": 1}, ("seafarer_papers",)),
    Market(130, "HK", "domestic", "p2p", "HKD", (5100, 6200, 10), (21, 50), "smp", 24,
           {"5152": 9, "5311": 4, "9111": 2, "8322": 1}, ("english_basic",)),
    Market(50, "MY", "domestic", "p2p", "MYR", (1500, 2000, 50), (21, 50), "sd", 24, {"5152": 6, "9111": 4, "5311": 2}),
    Market(70, "MY", "plantation", "p2p", "MYR", (1700, 2400, 50), (20, 45), "none", 24, {"9211": 7, "6112": 4}),
    Market(60, "MY", "factory", "p2p", "MYR", (1700, 2500, 50), (19, 38), "smp", 24,
           {"8212": 6, "8142": 3, "9321": 3, "8219": 3, "8141": 2, "8183": 2, "8172": 1}, ("colour_vision",)),
    Market(70, "SG", "domestic", "p2p", "SGD", (600, 850, 10), (23, 49), "smp", 24, {"5152": 8, "5311": 3, "9111": 2},
           ("english_basic",)),
    Market(50, "JP", "caregiver", "ssw", "JPY", (165000, 225000, 1000), (18, 40), "sma", 60, {"5321": 3, "5322": 5},
           ("japanese_a2", "skill_test"), (1050, 1450, 10)),
    Market(40, "JP", "factory", "ssw", "JPY", (165000, 230000, 1000), (18, 38), "sma", 60,
           {"8160": 6, "7212": 4, "7223": 3, "8122": 1, "8212": 2, "8142": 1}, ("japanese_a2", "skill_test"),
           (1000, 1400, 10)),
    Market(25, "JP", "agriculture", "ssw", "JPY", (160000, 205000, 1000), (18, 40), "sma", 36,
           {"6111": 5, "6121": 3, "6122": 2}, ("japanese_a2", "skill_test"), (1000, 1250, 10)),
    Market(15, "JP", "fishing", "ssw", "JPY", (165000, 215000, 1000), (18, 40), "sma", 36, {"6221": 3, "6222": 3},
           ("japanese_a2", "skill_test")),
    Market(25, "JP", "construction", "ssw", "JPY", (185000, 260000, 1000), (18, 40), "sma", 60,
           {"7114": 3, "7126": 2, "7115": 2, "7131": 2, "7214": 2, "7411": 2, "8342": 2, "7123": 1},
           ("japanese_a2", "skill_test")),
    Market(25, "JP", "hospitality", "ssw", "JPY", (165000, 215000, 1000), (18, 35), "sma", 60,
           {"5131": 4, "4224": 2, "9412": 3, "9112": 3, "5120": 3}, ("japanese_a2", "skill_test"), (1050, 1350, 10)),
    Market(12, "JP", "nurse", "g2g", "JPY", (185000, 240000, 1000), (21, 35), "d3", 36, {"2221": 3, "3221": 1},
           ("nurse_licence", "experience_2y", "japanese_n5")),
    Market(12, "JP", "caregiver", "g2g", "JPY", (175000, 210000, 1000), (21, 35), "d3", 36, {"5321": 3, "5322": 1},
           ("japanese_n5",)),
    Market(60, "KR", "factory", "g2g", "KRW", (2060000, 2900000, 10000), (18, 39), "smp", 36,
           {"8219": 4, "8142": 3, "7212": 3, "7223": 3, "8141": 1, "8152": 1, "8122": 2, "9329": 2},
           ("eps_topik", "never_deported", "colour_vision")),
    Market(16, "DE", "nurse", "g2g", "EUR", (2500, 3300, 50), (18, 38), "d3", 36, {"2221": 5, "3221": 1},
           ("nurse_licence", "german_b1")),
    Market(14, "BN", "hospitality", "p2p", "BND", (550, 950, 10), (20, 40), "smp", 24, {"5120": 3, "5131": 4, "9412": 2},
           ("experience_1y",)),
    Market(8, "BN", "construction", "p2p", "BND", (500, 900, 10), (20, 50), "sd", 24,
           {"7112": 3, "7115": 2, "7131": 1, "7411": 1, "9313": 3}, ("experience_1y",)),
    Market(6, "BN", "domestic", "p2p", "BND", (400, 600, 10), (21, 45), "sd", 24, {"5152": 3, "5311": 1}),
    Market(4, "BN", "other", "p2p", "BND", (500, 800, 10), (20, 45), "smp", 24, {"5223": 2, "8332": 1}),
    Market(20, "AE", "hospitality", "p2p", "AED", (1500, 3200, 50), (21, 38), "sma", 24,
           {"5131": 4, "5120": 3, "9112": 3, "4224": 2, "9412": 2, "9121": 1}, ("english_basic", "experience_1y")),
)  # fmt: skip

# Towns from the most jobs to the fewest.
_TOWNS = {
    "TW": "Taipei, Taichung, Kaohsiung, Taoyuan, Tainan, Hsinchu, New Taipei, Changhua, Chiayi, Pingtung, Keelung, "
          "Yilan, Miaoli, Nantou, Hualien, Penghu",
    "HK": "Kowloon, Hong Kong Island, Sha Tin, Tuen Mun, Yuen Long, Tsuen Wan, Tai Po, Sai Kung, Mong Kok",
    "MY": "Kuala Lumpur, Selangor, Johor Bahru, Penang, Sabah, Sarawak, Pahang, Melaka, Perak, Negeri Sembilan, Kedah",
    "SG": "Tampines, Jurong, Bedok, Woodlands, Ang Mo Kio, Bukit Timah, Punggol, Yishun, Clementi",
    "JP": "Osaka, Tokyo, Nagoya, Fukuoka, Saitama, Hiroshima, Yokohama, Sapporo, Kobe, Nagano, Kagoshima, Kyoto, "
          "Chiba, Okinawa, Ibaraki, Sendai, Kitakyushu, Obihiro",
    "KR": "Ansan, Gimhae, Ulsan, Busan, Incheon, Hwaseong, Siheung, Daegu, Changwon",
    "DE": "Berlin, Hamburg, Leipzig, Stuttgart, Hannover, Dresden",
    "BN": "Bandar Seri Begawan, Kuala Belait, Tutong, Seria",
    "AE": "Dubai, Abu Dhabi, Sharjah, Ras Al Khaimah",
}  # fmt: skip
_EMPLOYERS = {
    "caregiver": "Care Home, Nursing Home, Senior Residence, Elderly Care Centre, Kaigo Group",
    "domestic": "Family Services, Household Services, Home Helpers, Family Office",
    "factory": "Electronics, Precision Works, Plastics, Foods, Metal Industry, Manufacturing, Textiles",
    "fishing": "Ocean Fisheries, Marine, Deep Sea Fishery, Aquaculture",
    "plantation": "Plantations, Estates, Palm Oil, Agro",
    "agriculture": "Farm, Dairy, Green Fields, Poultry",
    "construction": "Builders, Kensetsu, Construction, Steel Structures",
    "hospitality": "Hotels, Restaurants, Resort, Catering",
    "nurse": "Medical Centre, Hospital, Klinikum",
    "other": "Trading, Retail, Logistics",
}
_NAMES = """
    Jade Lotus Golden Sunrise Pearl Harbour Maple Cedar Orchid Silver Crystal Evergreen Bright Ruby Amber Willow Coral
    Summit Meadow Pine Sakura Hikari Midori Formosa Orient Pacific Union Star Royal Grand Noble Unity Horizon Delta
"""
_AGENCIES = """
    Bahari Cakrawala Dermaga Eka Fajar Gapura Harapan Intan Jaya Karya Lestari Mandala Nusa Pertiwi Rahayu Sentosa
    Tirta Utama Wahana Abadi Sejahtera Mulia Prima Buana Samudra Mitra Cipta Bintang Surya Kencana
"""
_ALWAYS = ("health_check",)
_BENEFITS = ("housing", "meals", "health_insurance", "social_security", "weekly_rest", "paid_leave", "overtime",
             "transport", "work_clothes", "language_course", "return_ticket")  # fmt: skip
# Components that a worker may be asked to pay for a post that is not one of the ten, and what else is charged.
_CHARGED = (("personal_needs", 250_000), ("medical_exam", 850_000), ("selection_test", 450_000))
_CHARGED_ALWAYS = (("personal_needs", 200_000), ("personal_needs", 350_000))
_PAID_FOR = (
    ("medical_exam", 900_000),
    ("work_visa", 1_100_000),
    ("ticket_departure", 4_500_000),
    ("training", 2_000_000),
)

Progress = Callable[[int, int], None]


def _no_progress(done: int, total: int) -> None:
    """For callers that do not watch."""


def load(count: int, seed: int = SEED, progress: Progress = _no_progress) -> None:
    """Write ``count`` listings with their companies and orders past the services. The registers must be loaded.

    The search documents are made by ``search.indexing.rebuild`` afterwards.
    """
    Writer(count, seed).write(progress)


class Writer:
    """One corpus: everything that chance decides comes from one seed, in one order."""

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self.dice = random.Random(seed)
        self.today = timezone.localdate()
        self.works = {row.code: row for row in WorkGroup.objects.all()}
        self.occupations = {row.code: row for row in Occupation.objects.all()}
        self.components = {row.code: row for row in CostComponent.objects.all()}
        self.names, self.firms = _NAMES.split(), _AGENCIES.split()
        self.towns = {country: names.split(", ") for country, names in _TOWNS.items()}

    def write(self, progress: Progress) -> None:
        """Rates and companies first, then orders with their listings, a few thousand at a time."""
        for currency, rupiah in RATES.items():
            ExchangeRate.objects.update_or_create(
                currency=currency, defaults={"rupiah": Decimal(rupiah), "on": self.today, "example": True}
            )
        self.companies, self.government = self._agencies()
        listings, done = self._listings(), 0
        while chunk := list(islice(listings, _CHUNK)):
            JobOrder.objects.bulk_create({id(row.job_order): row.job_order for row, _costs in chunk}.values())
            for row, _costs in chunk:
                row.job_order = row.job_order  # it has its key now
            JobListing.objects.bulk_create([row for row, _costs in chunk])
            lines = [CostLine(listing=row, **cost) for row, costs in chunk for cost in costs]
            CostLine.objects.bulk_create(lines, batch_size=5_000)
            done += len(chunk)
            progress(done, self.count)

    def _agencies(self) -> tuple[list[Agency], Agency]:
        """Some hundred companies, one in thirty of them suspended, and the government."""
        number = max(30, min(450, self.count // 60))
        companies = [
            Agency(
                legal_name=f"PT Contoh {' '.join(self.dice.sample(self.firms, self.dice.choice((2, 2, 3))))}",
                licence_number=f"{MARK}SIP3MI/{place:04}",
                valid_from=self._day(-900),
                valid_until=self._day(self.dice.randint(120, 900)),
                status=Agency.Status.SUSPENDED if place % 30 == 29 else Agency.Status.ACTIVE,
                checked_on=self._day(-2),
                example=True,
            )
            for place in range(number)
        ]
        government = Agency(
            kind=Agency.Kind.GOVERNMENT,
            legal_name="Badan Contoh Penempatan Pemerintah",
            licence_number=f"{MARK}PEMERINTAH",
            checked_on=self._day(-2),
            example=True,
        )
        *made, last = Agency.objects.bulk_create([*companies, government])
        return made, last

    def _listings(self) -> Iterator[tuple[JobListing, list[dict]]]:
        """Listings with their cost lines, those of one order together."""
        shares = [market.share for market in _MARKETS]
        number = 0
        while number < self.count:
            market = self.dice.choices(_MARKETS, shares)[0]
            order = self._order(market, number)
            # An order is never split over two chunks.
            size = min(self.dice.randint(1, 7), self.count - number, _CHUNK - number % _CHUNK)
            for _place in range(size):
                yield self._listing(market, order, number)
                number += 1

    def _order(self, market: Market, number: int) -> JobOrder:
        return JobOrder(
            agency=self.government if market.scheme == "g2g" else self.dice.choice(self.companies),
            number=f"{MARK}JO/{number:07}",
            employer=f"Contoh {self.dice.choice(self.names)} {self.dice.choice(_EMPLOYERS[market.work].split(', '))}",
            country=market.country,
            work=self.works[market.work],
            scheme_id=market.scheme,
            places=1_000,
            valid_from=self._day(-self.dice.randint(5, 60)),
            valid_until=self._day(self.dice.randint(90, 200)),
            verified=True,
            verified_on=self._day(-5),
        )

    def _listing(self, market: Market, order: JobOrder, number: int) -> tuple[JobListing, list[dict]]:
        dice = self.dice
        occupation = self.occupations[dice.choices(list(market.jobs), list(market.jobs.values()))[0]]
        hourly = market.hourly if market.hourly and dice.random() < 0.1 else None
        low, high, step = hourly or market.wage
        wage = dice.randrange(low, high + 1, step)
        most = min(high, wage + step * dice.randint(1, 8)) if dice.random() < 0.35 else None
        towns = self.towns[market.country]
        public_from = self._day(-dice.randint(0, 40))
        listing = JobListing(
            code=_code(number),
            reference=f"{MARK}{number:07}",
            agency=order.agency,
            job_order=order,
            occupation=occupation,
            country=market.country,
            place=dice.choices(towns, range(2 * len(towns), len(towns), -1))[0] if dice.random() < 0.95 else "",
            scheme_id=market.scheme,
            places=dice.randint(1, 60),
            wage_min=wage,
            wage_max=most if most != wage else None,
            currency=market.currency,
            wage_period="hour" if hourly else "month",
            hours_per_week=dice.choice((40, 44, 45, 48, None)),
            contract_months=market.months,
            education=market.school,
            minimum_age=market.ages[0],
            maximum_age=market.ages[1],
            requirements=[*market.requirements, *_ALWAYS],
            benefits=sorted(dice.sample(_BENEFITS, dice.randint(2, 5))),
            closing_date=self._day(dice.randint(1, 75)),
            checked_on=self._day(-2),
            example=True,
            status=JobListing.Status.PUBLISHED,
            first_public_at=timezone.now(),
            public_from=public_from,
        )
        listing.public_until = listing.closing_date
        chance = dice.random()
        if chance < 0.02:
            listing.status = JobListing.Status.ON_HOLD
        elif chance < 0.04:
            listing.closing_date = listing.public_until = self._day(-dice.randint(1, 60))
        return listing, self._costs(occupation)

    def _costs(self, occupation: Occupation) -> list[dict]:
        """What the employer bears, and in one listing of four something that the worker does."""
        lines = [
            {"component": self.components[code], "payer": "employer", "amount": amount}
            for code, amount in self.dice.sample(_PAID_FOR, self.dice.randint(1, 3))
        ]
        if self.dice.random() < 0.25:
            code, amount = self.dice.choice(_CHARGED_ALWAYS if occupation.zero_cost else _CHARGED)
            lines.append({"component": self.components[code], "payer": "worker", "amount": amount})
        return lines

    def _day(self, offset: int) -> dt.date:
        return self.today + dt.timedelta(days=offset)


def _code(number: int) -> str:
    """A well-formed code of its own for each number, spread over all codes as real ones are."""
    base = len(codes.ALPHABET)
    rest = (number + 1) * 7_368_787_003 % base ** (codes.LENGTH - 1)
    signs = ""
    for _place in range(codes.LENGTH - 1):
        rest, sign = divmod(rest, base)
        signs += codes.ALPHABET[sign]
    return next(signs + last for last in codes.ALPHABET if codes.is_well_formed(signs + last))
