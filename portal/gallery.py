"""``/akun/gaya/``: every part of the frame in every state, for staff, so that a new part is compared before it is added.

What stands here is shown with the public stylesheet by the very includes that pages use (docs/guides/components.md).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from content.registers.selectors import registers

from . import drawings


class _SampleForm(forms.Form):
    """One field of each kind; shown untouched and filled in wrongly."""

    words = forms.CharField(label=_("One line"), help_text=_("What is meant, before one types."), max_length=20)
    story = forms.CharField(label=_("Many lines"), widget=forms.Textarea({"rows": 3}), required=False)
    choice = forms.ChoiceField(label=_("A list"), choices=[("a", _("First")), ("b", _("Second"))])
    one = forms.ChoiceField(
        label=_("One of a few"), choices=[("a", _("First")), ("b", _("Second"))], widget=forms.RadioSelect
    )
    many = forms.MultipleChoiceField(
        label=_("Several of a few"),
        choices=[("a", _("First")), ("b", _("Second"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label=_("A single tick"))


def parts() -> dict[str, Any]:
    """What the sample page needs: forms in both states, a long list in pages, contacts, names of drawings."""
    pages = Paginator(range(240), 20)
    return {
        "empty_form": _SampleForm(prefix="kosong"),
        "wrong_form": _SampleForm({"salah-words": "x" * 30, "salah-choice": "z"}, prefix="salah"),
        "first_page": pages.page(1),
        "middle_page": pages.page(6),
        "channels": list(registers().channels.values())[:4],
        "rows": [(_("Label"), _("The answer is bold and wraps; the label never does.")), (_("Cost"), "Rp0")],
        "filters": [("Taiwan", "?a=1"), ("Rp0", "?b=1")],
        "icons": sorted(drawings.names(drawings.ICONS)),
        "drawings": sorted(drawings.names(drawings.DRAWINGS)),
    }


@permission_required("wagtailadmin.access_admin")
def gallery(request: HttpRequest) -> HttpResponse:
    """All parts in all states; never cached, never indexed."""
    response = render(request, "gallery.html", parts())
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
