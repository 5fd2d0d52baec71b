"""The tags that link a page to the glossary."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content.core.glossary import linked
from content.core.templatetags.words import story

register = template.Library()


@register.simple_tag(takes_context=True)
def explained(context: dict[str, Any], page: Any, stream: Any) -> SafeString:
    """A body as ``{% story %}`` shows it, each term of the glossary as a link where it first stands."""
    return linked(story(context, page, stream), get_language() or settings.LANGUAGE_CODE, without=page.slug)


class ExplainedNode(template.Node):
    def __init__(self, inner: NodeList) -> None:
        self.inner = inner

    def render(self, context: template.Context) -> SafeString:
        language = get_language() or settings.LANGUAGE_CODE
        return linked(self.inner.render(context), language, without=context["page"].slug)


@register.tag
def allexplained(parser: Parser, token: Token) -> ExplainedNode:
    """``{% allexplained %}…{% endallexplained %}``: the same for several streams of one page, each term once."""
    inner = parser.parse(("endallexplained",))
    parser.delete_first_token()
    return ExplainedNode(inner)
