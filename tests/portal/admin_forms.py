"""Filling the forms of the CMS as a browser would: everything the page holds, then what a person changes."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.test import Client
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield


def fields_of(html: str, form: str = "form[data-edit-form]") -> dict[str, Any]:
    """Names and values of a form as it stands; a required field that is empty gets the first thing that fits."""
    found = BeautifulSoup(html, "html.parser").select_one(form)
    assert found is not None, html[:2000]
    data: dict[str, Any] = {}
    for field in found.select("input[name], select[name], textarea[name]"):
        name = str(field["name"])
        if field.name == "select" and field.has_attr("multiple"):
            if chosen := [str(option["value"]) for option in field.select("option[selected]")]:
                data[name] = chosen
        elif field.name == "select":
            data[name] = _chosen(field)
        elif field.get("type") in ("checkbox", "radio"):
            if field.has_attr("checked"):
                data[name] = field.get("value", "on")
        elif field.get("type") not in ("submit", "file"):
            data[name] = field.get("value", "") if field.name == "input" else field.text.strip()
            if not data[name] and field.has_attr("required") and "__prefix__" not in name:
                data[name] = "10" if field.get("type") == "number" else "contoh"
    return data


def _chosen(select: Tag) -> str:
    options = select.select("option")
    chosen = [option for option in options if option.has_attr("selected") and option.get("value")]
    offered = [option for option in options if option.get("value")] if select.has_attr("required") else []
    return str((chosen or offered or [{"value": ""}])[0]["value"])


def streams_of(model: type[Page]) -> dict[str, str]:
    """Every StreamField of the page, empty: the browser builds their inputs by script."""
    return {f"{field.name}-count": "0" for field in model._meta.get_fields() if isinstance(field, StreamField)}


def listed(items: list[Any]) -> dict[str, Any]:
    """The items of a ListBlock as the browser sends them."""
    return {
        "count": str(len(items)),
        **{str(n): {"value": v, "order": str(n), "deleted": ""} for n, v in enumerate(items)},
    }


def _prose(text: str) -> str:
    return rich_text(f"<p>{text}</p>", features=["bold"])


def needed(model: type[Page]) -> dict[str, Any]:
    """What a page type cannot be published without, in the least form."""
    match model._meta.label:
        case "education.StoryPage":
            scene = {
                "code": "akhir",
                "title": "Akhir",
                "text": _prose("Selesai."),
                "choices": listed([]),
                "ending": "safe",
                "advice": _prose("Bertanya."),
                "channels": listed([]),
            }
            return nested_form_data({"scenes": streamfield([("scene", scene)])})
        case "education.QuizPage":
            answers = [
                {"text": "Ya", "right": "on", "feedback": _prose("Tepat.")},
                {"text": "Tidak", "feedback": _prose("Belum.")},
            ]
            question = {"question": "Benar?", "answers": listed(answers)}
            return nested_form_data({"questions": streamfield([("question", question)])})
        case "education.CampaignPage":
            return {"banner": "Ayo!", "starts_on": "2026-12-01", "ends_on": "2026-12-31"}
    return {}


def page_form(client: Client, address: str, model: type[Page], **changed: Any) -> dict[str, Any]:
    """The form of a page at ``address``, ready to post."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.get("Location"))
    return {**fields_of(answer.content.decode()), **streams_of(model), **needed(model), **changed}


def errors_of(answer: Any) -> str:
    """What the CMS says is wrong, for the message of a failing test."""
    page = BeautifulSoup(answer.content, "html.parser")
    return " | ".join(" ".join(found.text.split()) for found in page.select(".error-message, .messages li"))
