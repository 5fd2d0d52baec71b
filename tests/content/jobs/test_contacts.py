"""What one presses to reach a contact."""

from __future__ import annotations

import pytest

from content.jobs import contacts


@pytest.mark.parametrize(
    ("kind", "value", "address"),
    [
        ("phone", "0812-3456 7890", "tel:+6281234567890"),
        ("phone", "+62 (21) 390 3963", "tel:+62213903963"),
        ("phone", "+62 0812 3456 7890", "tel:+6281234567890"),
        ("phone", "+62 (0)812-3456-7890", "tel:+6281234567890"),
        ("phone", "0062 812 3456 7890", "tel:+6281234567890"),
        ("phone", "62-0812-3456-7890", "tel:+6281234567890"),
        ("phone", "+886 2 8752 6170", "tel:+886287526170"),
        ("phone", "1500 123", "tel:1500123"),  # a short number: no country is known
        ("phone", "https://wa.me/6281234567890", "tel:+6281234567890"),
        ("phone", "call me", ""),
        ("email", "Info@Bahari.co.id", "mailto:Info@Bahari.co.id"),
        ("email", "a?bcc=x&y@bahari.co.id", "mailto:a%3Fbcc%3Dx%26y@bahari.co.id"),
        ("email", "bahari", ""),
        ("link", "bahari.co.id", "https://bahari.co.id"),
        ("link", "http://www.bahari.co.id/lowongan", "https://www.bahari.co.id/lowongan"),
        ("link", "javascript://bahari.co.id/%0aalert(1)", "https://bahari.co.id/%0aalert(1)"),
        ("link", "javascript:alert(1)", ""),
        ("handle", "@bahari", ""),
        ("account", "002 ••••••890", ""),
    ],
)
def test_a_contact_is_pressed_where_that_does_what_it_says(kind: str, value: str, address: str) -> None:
    assert contacts.address(kind, value) == address


@pytest.mark.parametrize(
    "written",
    [
        "PT Contoh Bahari",
        "P T  C o n t o h  B a h a r i",
        "PT Con\u034ftoh Ba\u3164hari",
        "PT C\ufe0fontoh Bahari",
        "P.T. CONTOH BAHARI",
    ],
)
def test_a_name_that_is_drawn_apart_or_stuffed_is_the_name_that_people_read(written: str) -> None:
    assert contacts.name_key(written) == "contoh bahari"


AGENCIES = [
    contacts.Named(1, ("PT Contoh Bahari Sentosa", "Contoh Bahari"), "CONTOH/SIP3MI/001"),
    contacts.Named(2, ("PT Contoh Intan Jaya", "CIJ"), "CONTOH/SIP3MI/008"),
]


@pytest.mark.parametrize(
    ("text", "exact", "near"),
    [
        ("info loker PT Contoh Intan Jaya taiwan pabrik", (2,), ()),
        ("p.t. contoh intan jaya di taiwan", (2,), ()),
        ("contoh intan jaya buka lagi", (2,), ()),
        ("PT CIJ buka lagi", (2,), ()),
        ("cij buka lagi", (), ()),
        ("PT Contoh Bahari Sentoza buka loker", (), (1,)),
        ("PT C0ntoh Bahari Sentosa buka loker", (), (1,)),
        ("PT ContohBahari Sentosa", (), (1,)),
        ("PT Contoh Bahari buka loker", (1,), ()),
        ("PT Contoh Bahari Sentosa dan PT Contoh Intan Jaya", (1, 2), ()),
        ("izin CONTOH/SIP3MI/008, datang ke kantor", (2,), ()),
        ("izin contoh / sip3mi / 008", (2,), ()),
        ("PT Contoh Bahari Sentoza, izin CONTOH/SIP3MI/001", (1,), ()),
        ("PT Maju Mundur Sejahtera kirim ke Taiwan", (), ()),
        ("contoh surat, bahari", (), ()),
        ("", (), ()),
    ],
)
def test_which_companies_a_text_names(text: str, exact: tuple[int, ...], near: tuple[int, ...]) -> None:
    read = contacts.read_names(text, AGENCIES)
    assert (read.exact, read.near) == (exact, near)
