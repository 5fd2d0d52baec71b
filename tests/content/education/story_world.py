"""A story of four scenes, and a room to put it in."""

from __future__ import annotations

import uuid
from typing import Any

from bs4 import BeautifulSoup
from django.test import Client

from content.education.models import EducationIndexPage, StoryIndexPage, StoryPage
from content.registers import generation
from tests.site import World


def scene(code: str, *choices: tuple[str, str], ending: str = "", advice: str = "", text: str = "") -> dict[str, Any]:
    """A scene as the stream holds it; choices are (label, code) pairs."""
    return {
        "type": "scene",
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, code)),
        "value": {
            "code": code,
            "title": f"Adegan {code}",
            "text": f"<p>{text or f'Terjadi di {code}.'}</p>",
            "choices": [{"label": label, "to": to} for label, to in choices],
            "ending": ending,
            "advice": f"<p>{advice}</p>" if advice else "",
            "channels": [],
        },
    }


WHOLE = [
    scene("awal", ("Bertanya dulu", "tanya"), ("Ikut saja", "ikut")),
    scene("tanya", ("Tidak jadi", "selamat")),
    scene("ikut", ("Minta tolong", "ditolong"), ("Kembali ke rumah", "awal")),
    scene("selamat", ending="safe", advice="Periksa dulu."),
    scene("ditolong", ending="harmed", advice="Bantuan ada."),
]


def room(site: World) -> StoryIndexPage:
    """The room of stories below the Indonesian home page."""
    index = site.homes["id"].add_child(instance=EducationIndexPage(title="Pendidikan", slug="pendidikan"))
    return index.add_child(instance=StoryIndexPage(title="Cerita", slug="cerita"))


def story(site: World, scenes: list[dict[str, Any]] = WHOLE, *, live: bool = True) -> StoryPage:
    """A story in its room, published or as a draft."""
    page = StoryPage(title="Di desa", slug="di-desa", sensitive=True, live=live)
    page.scenes = StoryPage._meta.get_field("scenes").stream_block.to_python(scenes)
    made = room(site).add_child(instance=page)
    generation.replace()
    return made


def choices(html: bytes | str, start: str) -> list[str]:
    """Where the links of the main part lead inside this story."""
    found = BeautifulSoup(html, "html5lib").select("main a[href]")
    return list(dict.fromkeys(str(link["href"]) for link in found if str(link["href"]).startswith(start)))


def walk(client: Client, start: str) -> dict[str, BeautifulSoup]:
    """Every scene that choices lead to, by address, as a reader gets it without a script or a cookie."""
    seen: dict[str, BeautifulSoup] = {}
    open_ = [start]
    while open_:
        address = open_.pop()
        if address in seen:
            continue
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not answer.cookies
        seen[address] = BeautifulSoup(answer.content, "html5lib")
        open_.extend(choices(answer.content, start))
    return seen


def endings(seen: dict[str, BeautifulSoup]) -> set[str]:
    return {address for address, document in seen.items() if document.select_one("main .tip")}
