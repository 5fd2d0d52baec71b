"""Tags of the page of a listing."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from content.jobs import selectors, structured
from content.jobs.models import JobListing

register = template.Library()
# A data block may hold no sign that ends it or begins markup.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def job_posting(context: dict[str, Any], listing: JobListing) -> SafeString:
    """The JobPosting of a real listing on an official site; nothing anywhere else (DECISIONS 29)."""
    if not context.get("official") or listing.is_example:
        return mark_safe("")
    address = f"{context.get('base_url', '')}{selectors.address(listing.code)}"
    text = json.dumps(structured.job_posting(listing, address), ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))
