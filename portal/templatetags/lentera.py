"""Tags of the frame: the language switcher, canonical and hreflang addresses."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

register = template.Library()
