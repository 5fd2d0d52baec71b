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
