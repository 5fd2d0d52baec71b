"""The form of every page: a draft may hold anything, what would become public may not."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.forms.pages import WagtailAdminPageForm

from .permissions import HOME_IS_KEPT, NotPublishable, is_home


class PageForm(WagtailAdminPageForm):
    """Refuses to publish, schedule or approve what has obstacles (DECISIONS 14); what was typed stays in the form.

    A draft with them is saved, and the editor says so (``wagtail_hooks``). The home page of a language has no day on
    which it expires, unless a superuser sets one.
    """

    def _post_clean(self) -> None:
        super()._post_clean()
        if self._would_be_public():
            try:
                self.instance.refuse_obstacles()
            except NotPublishable as refusal:
                self.add_error(None, refusal.messages)
        if self.instance.expire_at and self._keeps_home():
            self.add_error(None, HOME_IS_KEPT % {"title": self.instance.title})

    def _would_be_public(self) -> bool:
        approves = "action-workflow-action" in self.data and self.data.get("workflow-action-name") == "approve"
        return approves or "action-publish" in self.data

    def _keeps_home(self) -> bool:
        home = self.instance.pk is not None and is_home(self.instance)
        return home and not getattr(self.for_user, "is_superuser", False)


class RecordingForm(WagtailAdminModelForm):
    """Takes an MP3 as it comes and keeps its sound alone."""

    def clean(self) -> dict[str, Any]:
        from .services import put_sound  # reads the models, whose forms stand here
        from .writing.selectors import obstacles_in

        cleaned = super().clean()
        page = cleaned.get("page")
        if page is not None and getattr(page.specific, "sensitive", False):
            self.add_error("page", _("This page is sensitive: what is heard of it would stay on the phone."))
        # The transcript is public like a page; what is heard cannot be mended when a number changes.
        for sentence in obstacles_in([cleaned.get("transcript") or ""]):
            self.add_error("transcript", sentence)
        if isinstance(cleaned.get("file"), UploadedFile):
            try:
                put_sound(self.instance, cleaned["file"])
                cleaned["file"] = self.instance.file
            except ValidationError as refusal:
                self.add_error(None, refusal)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """The sound that it replaces is deleted."""
        from .services import forget_sound

        before = type(self.instance).objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        saved = super().save(commit)
        if before is not None and before.file.name != saved.file.name:
            forget_sound(before)
        return saved
