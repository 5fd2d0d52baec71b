"""What a browser would do with pages of the CMS: send back their forms, read their messages."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from django.urls import reverse

from content.jobs.models import JobListing


def listing_url(name: str, *args: Any) -> str:
    """The address of a page of the listings in the CMS."""
    return reverse(JobListing.snippet_viewset.get_url_name(name), args=args)


def form_of(page: bytes) -> dict[str, list[str]]:
    """What the browser would send of the form with the most fields."""
    soup = BeautifulSoup(page, "html.parser")
    form = max(soup.select("form"), key=lambda form: len(form.select("[name]")))
    data: dict[str, list[str]] = {}
    for field in form.select("[name]"):
        name = str(field["name"])
        if "__prefix__" in name or (field.get("type") in ("checkbox", "radio") and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = [option["value"] for option in field.select("option[selected]")]
            data.setdefault(name, []).extend(map(str, chosen))
        elif field.name == "textarea":
            data.setdefault(name, []).append(field.text)
        elif field.get("type") != "submit":
            box = field.get("type") == "checkbox"
            data.setdefault(name, []).append(str(field.get("value", "on" if box else "")))
    return data


def errors_of(page: bytes) -> str:
    """Everything a page of the CMS says is wrong, and its messages."""
    soup = BeautifulSoup(page, "html.parser")
    return " ".join(part.get_text(" ", strip=True) for part in soup.select(".error-message, .errorlist, .messages"))
