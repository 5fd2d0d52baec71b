"""The tag that links an article to the glossary."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content.core.templatetags.words import story
from content.education.glossary import linked

register = template.Library()


@register.simple_tag(takes_context=True)
def explained(context: dict[str, Any], page: Any, stream: Any) -> SafeString:
    """A body as ``{% story %}`` shows it, each term of the glossary as a link where it first stands."""
    return linked(story(context, page, stream), get_language() or settings.LANGUAGE_CODE, without=page.slug)
