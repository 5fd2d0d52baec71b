"""What a search field proposes while somebody types: words of the site itself, the same for everybody.

They are one small, cacheable file for each language, fetched when the field is entered. The browser chooses among them, so
that no letter is sent before the form is, and nothing that was typed is kept (DECISIONS 40). Without JavaScript, and for
readers who save data, the field is a plain one.
"""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from content.core.responses import in_complete_language, keep
from content.core.tree import tree
from content.registers import labels, tokens
from content.registers.fields import Words
from content.registers.models import Occupation, Term
from content.registers.selectors import registers
from content.reports.vault.frame import Inlined, script_of

# The pages that carry the script, for the policy.
_PAGES = re.compile(r"/[a-z]+/(cari|lowongan)/")


def script() -> Inlined:
    """The script that fetches the words (DECISIONS 10)."""
    return script_of("js/suggest.js")


def stand_on(request: HttpRequest) -> bool:
    """Whether the page that is asked for proposes words: one with a search field, unless data are saved."""
    return _PAGES.fullmatch(request.path_info) is not None and request.GET.get("hemat") != "1"


def words(language: str) -> list[str]:
    """Fields of work, occupations, countries, words of the glossary and titles of pages, each once, by the alphabet."""
    held = registers()
    names = [*(Words(row.name) for row in (*held.works.values(), *Occupation.objects.all()))]
    found = [name.text(language) for name in (*names, *(Words(row.term) for row in Term.objects.all()))]
    found += [labels.country_name(code, language) for code in held.destinations]
    found += [
        tokens.plain(node.title, language)
        for node in tree().by_id.values()
        if node.language == language and node.parent is not None
    ]
    return sorted({word for word in found if word}, key=str.casefold)


@require_safe
@in_complete_language
def answer(request: HttpRequest) -> HttpResponse:
    """All of them in the language of the address."""
    response = JsonResponse(words(request.LANGUAGE_CODE), safe=False, json_dumps_params={"ensure_ascii": False})
    response["X-Robots-Tag"] = "noindex"
    return keep(response)
