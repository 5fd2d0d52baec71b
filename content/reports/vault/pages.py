"""What a page of the path is made of: who asks in which language, what could be received, the words around the form.

Here too are the pages that need no step of the form: one that says one thing, the one for a web server to keep, the
preview in the CMS. Pages are rendered without the request, so no other database is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from . import cleaning, envelope, frame, installation, readiness, selectors, services, snapshot
from .forms import Place, clean_data
from .receipt import Receipt
from .snapshot import TOKEN, Number, Snapshot

# Which of the editors' texts a page shows.
TEXTS_OF = {"start": ("lead", "readers"), "stored": ("after",)}


@dataclass(frozen=True)
class Visit:
    """One request: its language, the words around the form, and who could receive a report now."""

    request: HttpRequest
    language: str
    # After a failure of our own nothing is asked that could fail again.
    failed: bool = False
    # In the CMS: the words that an editor is writing.
    draft: Snapshot | None = None

    @cached_property
    def interface(self) -> str:
        """The language of the form itself: Indonesian where no native speaker has read another (DECISIONS 22)."""
        source = settings.LANGUAGE_CODE
        if self.language not in settings.COMPLETE_LANGUAGES:
            return source
        has_words = self.draft or snapshot.read(self.language) or not snapshot.read(source)
        return self.language if has_words else source

    @cached_property
    def words(self) -> Snapshot:
        """The snapshot behind the form."""
        if self.draft is not None:
            return self.draft
        return snapshot.read(self.interface) or snapshot.bare(self.interface)

    @cached_property
    def own_words(self) -> Snapshot | None:
        """The snapshot of a regional language, for its heading."""
        return snapshot.read(self.language) if self.language != self.interface else None

    @cached_property
    def receivers(self) -> selectors.Receivers:
        """Who can be sealed to. Nobody while there are no words or nothing can be stored; no practice on an official site."""
        if self.failed or not self.words.texts:
            return selectors.Receivers()
        try:
            held = selectors.receivers() if readiness.can_store() else selectors.Receivers()
        except (AnyDatabaseError, OSError):
            return selectors.Receivers()
        return held.without_demo() if self._is_proven else held

    def says(self, sentence: str) -> SafeString:
        """A sentence of ours with the numbers to call in the place of ``{numbers}``."""
        numbers = format_html_join(", ", "{}", ((number.html(),) for number in self._to_call))
        return format_html(sentence, numbers=numbers)

    @property
    def _is_proven(self) -> bool:
        """Whether ``check_site --official`` has passed for these settings; by whichever host one has come."""
        mine = (settings.SITE_OWNER, settings.SITE_DECREE, settings.SITE_HOST)
        return all(mine) and mine in self.words.proofs

    @property
    def _is_official(self) -> bool:
        """Proven, and reached by its own host (DECISIONS 29). The host may be forged or missing, so it is only compared."""
        here = self.request.META.get("HTTP_HOST", "").partition(":")[0]
        return self._is_proven and here == settings.SITE_HOST and here.endswith(".go.id")

    @property
    def place(self) -> Place | None:
        """Where it happens, once that was posted and read: a page about what was too large or broken reads no body for it."""
        return Place(self.words, self.posted("place")) if "_post" in vars(self.request) else None

    @property
    def away(self) -> list[Number]:
        """What is reached from where it happens, the mission first; nothing but from abroad."""
        place = self.place
        if place is None or not place.is_abroad:
            return []
        return self.words.shown([*self.words.missions.get(place.country, []), *self.words.abroad])

    @property
    def _lacks_mission(self) -> bool:
        place = self.place
        shown = self.words.shown(self.words.missions.get(place.country, [])) if place and place.country else []
        return bool(place and place.country and not any(number.phone for number in shown))

    @property
    def _to_call(self) -> list[Number]:
        """110 rings nowhere but in Indonesia, so what is reached from the place comes first."""
        here = self.words.shown(self.words.help) or list(snapshot.BARE.values())
        return [*(number for number in self.away if number.phone), *here]

    @cached_property
    def data(self) -> dict[str, str]:
        """The posted fields, cleaned."""
        return clean_data(self.request.POST)

    def posted(self, name: str) -> str:
        """A posted field, or nothing."""
        return self.data.get(name, "")

    def page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """A whole page. Rendered without the request: no context processor, so no other database is asked."""
        heading, heading_language = self._heading
        held = {
            "language": self.interface,
            "action": address(self.language),
            "words": self.words,
            "texts": self.texts,
            "heading": heading,
            "heading_language": heading_language,
            "help": self.words.shown(self.words.help),
            "away": self.away,
            "lacks_mission": self._lacks_mission,
            # A form that goes on from here carries it: the numbers of the place stay on the page that follows.
            "abroad": place.value if (place := self.place) is not None and place.is_abroad else "",
            "noted": self.words.shown([*self.words.help, *self._named(template, context.get("named", ()))]),
            "demo": self.receivers.demo,
            "open": bool(self.receivers),
            "official": self._is_official,
            "preview": self.draft is not None,
            "proxy_browser": self.request.headers.get("X-Proxy-Browser") == "1",
            "site_name": settings.SITE_NAME,
            "style": frame.stylesheet().text,
            "sealer": f"/{settings.REPORTS_PATH}/{frame.sealer().name}",
            "script": frame.script().text,
            # Told to whoever asks for a report that may be lost.
            "restored": installation.restored_from() if template in ("ask", "status") else None,
            # What the server can clean.
            "takes": "image/*,audio/*,video/*"
            + (",application/pdf" if "form" in context and cleaning.can_clean(cleaning.Kind.PDF) else ""),
            **context,
        }
        response = HttpResponse(render_to_string(f"vault/{template}.html", held), status=status)
        response["X-Intake"] = "open" if self.receivers else "closed"
        return response

    def answer(self, data: dict[str, Any]) -> HttpResponse:
        """What the sealing script asks for."""
        response = HttpResponse(json.dumps(data, ensure_ascii=False), content_type="application/json")
        response["X-Intake"] = "open" if self.receivers else "closed"
        return response

    def refusal(self, status: int, sentence: str) -> HttpResponse:
        """What the sealing script shows instead of what it asked for."""
        response = self.answer({"says": sentence})
        response.status_code = status
        return response

    def plain(self, sentence: str) -> str:
        """A sentence of ours with the numbers to call as mere words."""
        return sentence.format(
            numbers=", ".join(number.words if number.is_valid else number.fallback for number in self._to_call)
        )

    def notice(self, status: int, title: str, sentence: str) -> HttpResponse:
        """A page that says one thing, with the phone numbers and the way back to the form."""
        return self.page("notice", status, title=title, sentence=sentence)

    def _named(self, template: str, more: Iterable[str]) -> list[str]:
        """The numbers that the editors' texts on this page name: the foot says which of them nobody has called."""
        names = ("closed",) if template == "start" and not self.receivers else (*TEXTS_OF.get(template, ()), *more)
        named = [token[1:-1] for name in names for token in TOKEN.findall(self.words.texts.get(name, ""))]
        return [token for token in dict.fromkeys(named) if token not in self.words.help]

    @cached_property
    def texts(self) -> dict[str, SafeString]:
        """The editors' texts: in a regional language only once a native speaker has read them."""
        texts = {name: self.words.html(name) for name in self.words.texts}
        own = self.own_words
        if own is not None and own.reviewed:
            for name in own.texts:
                texts[name] = format_html('<div lang="{}">{}</div>', own.language, own.html(name))
        return texts

    @property
    def _heading(self) -> tuple[str, str]:
        own = self.own_words
        if own is not None and own.texts.get("heading"):
            return own.words("heading"), self.language
        return self.words.words("heading") or gettext("Report without a name"), self.interface


def address(language: str) -> str:
    """The plain address of the form in a language."""
    first = f"/{settings.REPORTS_PATH}/"
    return first if language == settings.LANGUAGE_CODE else f"{first}{language}/"


def visit_of(request: HttpRequest, *, failed: bool = False) -> Visit:
    """The visit in the language of its address, Indonesian where the address names none."""
    named = request.path_info.removeprefix(f"/{settings.REPORTS_PATH}").strip("/").partition("/")[0]
    return Visit(request, named if named in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE, failed)


def bad_request(request: HttpRequest) -> HttpResponse:
    """The request cannot be read at all."""
    visit = visit_of(request)
    with translation.override(visit.interface):
        sentence = gettext("Nothing was stored. Open the form again and send it once more.")
        return visit.notice(400, gettext("We could not read that"), sentence)


def too_large(request: HttpRequest) -> HttpResponse:
    """The request is larger than any report."""
    visit = visit_of(request)
    with translation.override(visit.interface):
        sentence = gettext(
            "Nothing of it was stored. What you sent before is safe. Send a shorter text, or a file of at most 10 MB."
        )
        return visit.notice(413, gettext("That was too much at once"), sentence)


def busy(request: HttpRequest) -> HttpResponse:
    """Others are sending files: this one has not even been read."""
    visit = visit_of(request)
    with translation.override(visit.interface):
        sentence = gettext(
            "Many people are sending files right now. Nothing of it was stored; what you sent before is safe. Try again in a moment."
        )
        return visit.notice(503, gettext("Please wait a moment"), sentence)


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed on our side: no detail, the phone numbers, nothing from a database."""
    visit = visit_of(request, failed=True)
    with translation.override(visit.interface):
        return visit.notice(500, gettext("Something broke on our side"), _again())


def unreachable(language: str) -> bytes:
    """The page for the time in which the portal does not answer at all: for a web server to keep on disk."""
    visit = Visit(HttpRequest(), language, failed=True)
    with translation.override(visit.interface):
        return visit.notice(503, gettext("We cannot be reached right now"), _again()).content


def _again() -> str:
    # Whether something was stored before the failure is not known here; sending again settles it (DECISIONS 45).
    return gettext("Reload this page to try again: the same form is never stored twice. Or call.")


PREVIEW_FORM, PREVIEW_SENT, PREVIEW_CLOSED = "", "sent", "closed"


def preview(request: HttpRequest, words: Snapshot, mode: str) -> HttpResponse:
    """A page as the CMS shows it before publishing: switched off, whatever state the vault is in."""
    visit = Visit(request, words.language, failed=True, draft=words)
    with translation.override(visit.interface):
        if mode == PREVIEW_SENT:
            example = services.Stored(envelope.Mode.SERVER, Receipt.generate())
            return visit.page("stored", stored=example)
        return visit.page("start", open=mode != PREVIEW_CLOSED)
