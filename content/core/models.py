"""How a page is built: the abstract page of every family, the home page, the plain page, images and documents."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.documents.models import AbstractDocument, Document
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Orderable, Page, PagePermissionTester, PageViewRestriction, Revision
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.registers import tokens
from content.registers.constraints import coded
from content.registers.models import Source

from .blocks import StoryBlock
from .forms import PageForm
from .panels import WritingPanel
from .permissions import NotPublishable, PublicPageTester, SecondPersonTester, written_by_another

logger = logging.getLogger(__name__)


class PageSource(Orderable):
    """A source of a page. Plain, not translated: every language names the same sources."""

    page = ParentalKey(Page, on_delete=models.CASCADE, related_name="page_sources")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("source"))

    panels: ClassVar[list] = [FieldPanel("source")]


class BasePage(Page):
    """What every public page has: a summary, a responsible agency, sources, and the dates of its last and next check.

    It adds no view restriction (a public page that asks for a password would need a cookie), keeps tokens that no
    register answers and bare numbers in drafts, and renders inside a collector so that its foot can name the source of each number shown.
    """

    summary = models.CharField(
        _("summary"), max_length=320, blank=True, help_text=_("One or two sentences for cards, search and the top.")
    )
    steward = models.CharField(_("responsible agency"), max_length=120, blank=True)
    verified_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day on which somebody read the whole page against its sources."),
    )
    verify_by = models.DateField(_("check again by"), null=True, blank=True)
    sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_("Shows the quick exit and keeps the page out of the browser's memory."),
    )

    base_form_class = PageForm
    private_page_options: ClassVar[list] = []
    # Publishing needs somebody who did not write it (permissions.py).
    two_person: ClassVar[bool] = False
    # Addresses one step below its own belong to this page, too (a scene of a story).
    has_parts: ClassVar[bool] = False
    content_panels: ClassVar[list] = [
        *Page.content_panels,
        FieldPanel("summary"),
        WritingPanel(heading=_("Hints on the writing")),
    ]
    check_panels: ClassVar[list] = [
        MultiFieldPanel(
            [FieldPanel("steward"), FieldPanel("verified_on"), FieldPanel("verify_by"), FieldPanel("sensitive")],
            heading=_("Responsibility and checks"),
        ),
        InlinePanel("page_sources", label=_("source"), heading=_("Sources")),
    ]
    settings_panels: ClassVar[list] = [*Page.settings_panels, *check_panels]

    search_fields: ClassVar[list] = [*Page.search_fields, index.SearchField("summary")]
    override_translatable_fields: ClassVar[list] = [
        TranslatableField("title"),
        TranslatableField("summary"),
        SynchronizedField("slug"),
        SynchronizedField("steward"),
    ]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.verified_on and self.verify_by and self.verify_by < self.verified_on:
            raise ValidationError({"verify_by": _("This is before the date of the check.")})
        if self.pk and self.live:
            self._refuse_source_text()

    def save(self, clean: bool = True, **kwargs: Any) -> None:
        """The last wall: the row that readers get never holds what :meth:`obstacles` names."""
        if clean and self.live:
            self.refuse_obstacles()
        super().save(clean=clean, **kwargs)

    def unknown_tokens(self) -> list[str]:
        """The tokens of this page that no register answers. A draft may hold them."""
        return sorted(set(tokens.unknown(self.text_of_all_fields())))

    def obstacles(self) -> list[str]:
        """Why this must not become public as it stands, in sentences for editors (DECISIONS 14). A draft may be so."""
        from .writing import selectors as writing  # reads the models of this module

        return writing.sentences(self.unknown_tokens(), writing.bare_digits(self))

    def refuse_obstacles(self) -> None:
        """Raise :class:`NotPublishable` with the sentences of :meth:`obstacles`."""
        if sentences := self.obstacles():
            raise NotPublishable(self, "%(reasons)s", {"reasons": " ".join(sentences)})

    def _refuse_source_text(self) -> None:
        """localize saves the public row before it publishes; with source text in it that must fail (DECISIONS 21)."""
        from .translation import source_text_in  # reads the models of this module

        if untranslated := source_text_in(self):
            raise ValidationError(
                _("%(count)s texts are not translated yet, for example “%(text)s”."),
                params={"count": len(untranslated), "text": untranslated[0][:60]},
            )

    def text_of_all_fields(self) -> str:
        """Every text a reader could see, raw, with its tokens: for checks and for the search document."""
        parts = [self.title, self.summary]
        for field in self._meta.get_fields():
            if isinstance(field, StreamField):
                stream = getattr(self, field.name)
                parts.extend(str(text) for text in stream.stream_block.get_searchable_content(stream))
        return "\n".join(parts)

    def get_view_restrictions(self) -> models.QuerySet:
        """None, ever: a restricted page is refused at publishing, not asked a password for (docs/adr/0005)."""
        return PageViewRestriction.objects.none()

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return (SecondPersonTester if self.two_person else PublicPageTester)(user, self)

    def publish(self, revision: Revision, user: Any = None, **kwargs: Any) -> None:
        """Every way to publish or schedule but the editor's own button passes here; that one asks ``before_publish_page``.

        :meth:`obstacles` are refused with their sentences. A translation with source text in it stays a draft
        (DECISIONS 21).
        """
        from .translation import source_text_in, translated_by_others  # reads the models of this module

        # Some ways name nobody: then it is whoever wrote the revision, unless its day was set, which was asked before.
        publisher = user if user is not None or revision.approved_go_live_at else revision.user
        written = revision.as_object()
        if (
            self.two_person
            and publisher is not None
            and not written_by_another(self, revision.content, publisher)
            and not translated_by_others(self, publisher, written)
        ):
            raise PermissionDenied(_("Another person has to publish this page, without changing it."))
        written.refuse_obstacles()
        if source_text_in(written):
            logger.warning("%s is not published: it is not fully translated", self)
            return
        super().publish(revision, user=user, **kwargs)

    def update_aliases(self, **kwargs: Any) -> None:
        """Aliases follow only a live page; else a scheduled page would go live in English at once."""
        if self.live:
            super().update_aliases(**kwargs)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The rendered page; ``response.page`` tells the cache how long it may be kept."""
        with tokens.collecting():
            response = super().serve(request, *args, **kwargs)
            response.render()
        response.page = self
        return response

    def serve_part(self, request: HttpRequest, part: str) -> HttpResponse:
        """The answer at the address ``part`` below this page; only of types with :attr:`has_parts`."""
        raise Http404

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        with tokens.collecting():
            response = super().serve_preview(request, mode_name)
            if hasattr(response, "render"):
                response.render()
        return response

    def make_preview_request(
        self, original_request: Any = None, preview_mode: Any = None, extra_request_attrs: Any = None
    ) -> Any:
        """The checks panel asks who looks, so the preview request carries the editor (TRIALS)."""
        attrs = dict(extra_request_attrs or {})
        if original_request is not None and hasattr(original_request, "user"):
            attrs["user"] = original_request.user
        return super().make_preview_request(original_request, preview_mode, attrs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .bilingual import state_of  # reads the models of this module

        context = super().get_context(request, *args, **kwargs)
        context["translation_state"] = state_of(self)
        context["sources"] = [row.source for row in self.page_sources.select_related("source").order_by("sort_order")]
        return context

    @property
    def expires_at(self) -> dt.datetime | None:
        """When this page will go by itself (Wagtail's expiry)."""
        return self.expire_at


class HomePage(BasePage):
    """The front door: a promise, the search, the ways in. What it lists is composed by the portal (slots)."""

    lead = models.CharField(_("promise"), max_length=200, blank=True, help_text=_("The one sentence at the top."))
    body = StreamField(StoryBlock(), blank=True, verbose_name=_("body"))

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types: ClassVar[list] = ["wagtailcore.Page"]
    max_count_per_parent = 6

    class Meta:
        verbose_name, verbose_name_plural = _("home page"), _("home pages")

    def text_of_all_fields(self) -> str:
        return "\n".join([super().text_of_all_fields(), self.lead])


class StandardPage(BasePage):
    """A plain page: about, privacy, accessibility, corrections."""

    body = StreamField(StoryBlock(), blank=True, verbose_name=_("body"))

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("body")]
    parent_page_types: ClassVar[list] = ["core.HomePage"]
    subpage_types: ClassVar[list] = []

    class Meta:
        verbose_name, verbose_name_plural = _("plain page"), _("plain pages")


class OutdatedString(models.Model):
    """A translated string whose Indonesian source is newer (DECISIONS 21). It goes when somebody translates it.

    ``position`` counts the strings of one path: the paragraphs of a text stand at the same path. ``string`` is localize's
    hash of the source string, empty where the page is not translated string by string.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="outdated_strings")
    path = models.CharField(max_length=255)
    position = models.PositiveSmallIntegerField(default=0)
    string = models.UUIDField(null=True, blank=True)
    since = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "path", "position"], name="one_outdated_mark_per_string")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.path}"


class TranslationReview(models.Model):
    """A named native speaker has read this translation (DECISIONS 22). Without it, a regional page says “unreviewed”.

    It vouches for exactly the words that were read: ``words`` is their fingerprint (services.review stores it,
    selectors.review_of compares it). One without a fingerprint vouches for nothing.
    """

    page = models.OneToOneField(Page, models.CASCADE, related_name="translation_review")
    reviewer = models.CharField(_("reviewer"), max_length=120)
    reviewed_on = models.DateField(_("reviewed on"))
    words = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("translation review"), _("translation reviews")

    def __str__(self) -> str:
        return f"{self.page}: {self.reviewer}"


class Licensed(models.Model):
    """Nobody publishes a picture or file without knowing whose it is and who agreed."""

    class Consent(models.TextChoices):
        NOT_NEEDED = "none", _("No person can be recognised")
        WRITTEN = "written", _("Written consent is on file")

    source_note = models.CharField(_("made by"), max_length=160)
    licence = models.CharField(_("licence"), max_length=80, help_text=_("For example: own work, CC BY 4.0."))
    consent = models.CharField(_("consent of the people shown"), max_length=8, choices=Consent)

    class Meta:
        abstract = True


class PortalImage(Licensed, AbstractImage):
    """An image; its description is its alternative text and is required."""

    description = models.CharField(
        _("description"), max_length=255, help_text=_("What the picture shows, for people who do not see it.")
    )

    admin_form_fields = (*(f for f in Image.admin_form_fields if f != "tags"), "source_note", "licence", "consent")

    class Meta(AbstractImage.Meta):
        verbose_name, verbose_name_plural = _("image"), _("images")
        permissions: ClassVar[list] = [("choose_image", "Can choose image")]

    @property
    def default_alt_text(self) -> str:
        return self.description


class PortalRendition(AbstractRendition):
    image = models.ForeignKey(PortalImage, models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class PortalDocument(Licensed, AbstractDocument):
    """A file to download."""

    admin_form_fields = (*(f for f in Document.admin_form_fields if f != "tags"), "source_note", "licence", "consent")

    class Meta(AbstractDocument.Meta):
        verbose_name, verbose_name_plural = _("document"), _("documents")
        permissions: ClassVar[list] = [("choose_document", "Can choose document")]


class Voice(models.TextChoices):
    """Who speaks."""

    HUMAN = "human", _("A person speaks")
    MACHINE = "machine", _("A machine speaks")


class Recording(Licensed):
    """A page read aloud. What it cannot be checked for by a machine stands beside it: who speaks, and the words."""

    MOST_BYTES = 3_000_000
    MOST_SECONDS = 15 * 60
    FOLDER = "suara"

    Voice = Voice

    page = models.OneToOneField(Page, models.CASCADE, related_name="recording", verbose_name=_("page"))
    file = models.FileField(
        _("file"),
        upload_to=FOLDER,
        help_text=_("MP3, at most 3 MB and 15 minutes. Names and places inside the file are removed."),
    )
    voice = models.CharField(_("voice"), max_length=8, choices=Voice)
    transcript = models.TextField(_("transcript"), help_text=_("Every word that is said, for who cannot hear it."))
    recorded_on = models.DateField(_("recorded on"), default=timezone.localdate)
    seconds = models.PositiveSmallIntegerField(_("seconds"), editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("recording"), _("recordings")
        constraints: ClassVar[list] = [*coded("recording", voice=Voice)]

    def __str__(self) -> str:
        return str(self.page)

    def clean(self) -> None:
        super().clean()
        if self.recorded_on and self.recorded_on > timezone.localdate():
            raise ValidationError({"recorded_on": _("This day has not come yet.")})

    @property
    def newer_page(self) -> bool:
        """Whether the page has been published on a later day, so that its words may differ."""
        published = self.page.last_published_at
        return bool(published and timezone.localdate(published) > self.recorded_on)


class SiteProof(models.Model):
    """The stored result of ``check_site --official`` (DECISIONS 29). Any new example record ends it."""

    owner = models.CharField(max_length=200)
    decree = models.CharField(max_length=200)
    host = models.CharField(max_length=200)
    passed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.host} {self.passed_at:%Y-%m-%d}"
