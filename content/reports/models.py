"""The page that stands for the report form in the CMS: editors write the words around it, nothing else (DECISIONS 42)."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail_localize.fields import SynchronizedField

from content.core.models import BasePage
from content.registers.tokens import TOKEN

from .vault import pages, substatus

# Neutral on purpose: they stand in the browser's history. No editor changes them.
SLUG = "formulir"
TITLES = {"en": "Form"}
TITLE = "Formulir"

_MARKUP = re.compile(r"[<>@]|://|\bwww\.|\w\.(?:id|com|org|net)\b", re.IGNORECASE)
# A figure inside a name (KP2MI) is none that one could dial.
_DIGIT = re.compile(r"(?<![^\W\d_])\d|\d(?![^\W\d_])")


def plain_words(value: str) -> None:
    """Words and tokens only: a typed number goes stale, a link leads away, markup has no place on that page."""
    text = TOKEN.sub("", value)
    if _MARKUP.search(text):
        raise ValidationError(_("Plain words only: no link, address or markup."))
    if _DIGIT.search(text):
        raise ValidationError(_("No typed numbers: insert a fact or a channel, or write the number in words."))


def _sentence(state: Any) -> models.TextField:
    """What may stand below the state of a report; left empty, a sentence of ours does (vault.substatus)."""
    return models.TextField(state, max_length=200, blank=True, validators=[plain_words])


class ReportPage(BasePage):
    """The report form. Its address in the tree leads to the plain path; its texts live there as a snapshot.

    Two people publish it: whoever controls these words could send reporters elsewhere.
    """

    heading = models.CharField(_("heading"), max_length=60, validators=[plain_words])
    lead = models.TextField(
        _("first sentences"),
        max_length=240,
        validators=[plain_words],
        help_text=_("What one need not give, and what one gets."),
    )
    readers = models.TextField(_("who reads it"), max_length=240, blank=True, validators=[plain_words])
    after = models.TextField(
        _("after sending"), max_length=300, blank=True, validators=[plain_words], help_text=_("Shown below the number.")
    )
    closed = models.TextField(
        _("while the form is closed"),
        max_length=300,
        blank=True,
        validators=[plain_words],
        help_text=_("Where to turn instead."),
    )

    # Whoever has the number may not be the reporter: they speak of what is done, never of what was told.
    sub_queued = _sentence(_("new: waits its turn"))
    sub_examined = _sentence(_("read: being examined"))
    sub_need_more = _sentence(_("we need to know more"))
    sub_with_others = _sentence(_("in work: with another office"))
    sub_waiting = _sentence(_("in work: waiting for an answer from elsewhere"))
    sub_help_given = _sentence(_("closed: help was given"))
    sub_passed_on = _sentence(_("closed: passed on"))
    sub_no_action = _sentence(_("closed: nothing more can be done"))
    sub_no_answer = _sentence(_("closed: asked, no answer"))

    two_person = True
    WORDS: ClassVar[tuple[str, ...]] = ("heading", "lead", "readers", "after", "closed")
    SENTENCES: ClassVar[tuple[str, ...]] = tuple(substatus.text_name(code) for code in substatus.CODES)
    TEXTS: ClassVar[tuple[str, ...]] = (*WORDS, *SENTENCES)

    content_panels: ClassVar[list] = [
        *(FieldPanel(name) for name in WORDS),
        MultiFieldPanel(
            [FieldPanel(name) for name in SENTENCES],
            heading=_("Below the state of a report"),
            help_text=_(
                "One short sentence for each. Whoever has the number of a report reads it, perhaps not the reporter: never say what was reported. Left empty, a sentence of ours stands there."
            ),
        ),
    ]
    promote_panels: ClassVar[list] = []
    settings_panels: ClassVar[list] = [PublishingPanel(), *BasePage.check_panels]
    override_translatable_fields: ClassVar[list] = [
        SynchronizedField(name) for name in ("title", "slug", "summary", "steward", "seo_title", "search_description")
    ]
    parent_page_types: ClassVar[list] = ["core.HomePage"]
    subpage_types: ClassVar[list] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name, verbose_name_plural = _("report form"), _("report forms")

    @property
    def language(self) -> str:
        """The language of these words."""
        return self.locale.language_code if self.locale_id else settings.LANGUAGE_CODE

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [
            (pages.PREVIEW_FORM, _("Form")),
            (pages.PREVIEW_SENT, _("After sending")),
            (pages.PREVIEW_CLOSED, _("Closed form")),
        ]

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Title and address are fixed by code, and leaving quickly is always possible."""
        self.title = self.draft_title = TITLES.get(self.language, TITLE)
        self.slug = SLUG
        self.sensitive = True
        self.show_in_menus = False
        super().full_clean(*args, **kwargs)

    def text_of_all_fields(self) -> str:
        return "\n".join([super().text_of_all_fields(), *(getattr(self, name) for name in self.TEXTS)])

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """To the plain path, in the language that was asked for."""
        wanted = getattr(request, "fallback_from", None) or self.language
        return HttpResponseRedirect(pages.address(wanted))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The form as it will look, switched off: nothing can be sent from the CMS."""
        from .services import snapshot_of  # reads the models of this module

        return pages.preview(request, snapshot_of(self), mode_name)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """In no sitemap."""
        return []


class PublishedQuarter(models.Model):
    """The figures of a quarter as they were published: safe by then, and never published anew (DECISIONS 52).

    The database itself refuses to change or delete a row, or to put another in its place (frozen.py); an example may be removed.
    """

    quarter = models.CharField(max_length=7, unique=True)
    published_on = models.DateField()
    # As vault.statistics makes them: nothing below ten, everything rounded to 5.
    figures = models.JSONField()
    account = models.JSONField()
    example = models.BooleanField(default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("published quarter"), _("published quarters")
        ordering = ["-quarter"]

    def __str__(self) -> str:
        return self.quarter
