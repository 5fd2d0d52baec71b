"""Files of listings on their way in: upload, preview, confirm, go on, undo."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet

from .. import import_runs, importers, tasks
from ..forms import UploadForm
from ..import_rows import COLUMNS
from ..models import ImportRun
from .columns import Placed

TOKEN_SALT = "content.jobs.import"  # noqa: S105
TOKEN_AGE = dt.timedelta(days=1)


def confirmation(run: ImportRun) -> str:
    """The signed word for “write exactly this file, as previewed”."""
    return signing.dumps([run.pk, run.digest, run.publish], salt=TOKEN_SALT)


class _ImportView(Placed, PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """What the pages of imports share."""

    permission_policy = None
    permission_required = "add"
    index_label = gettext_lazy("Imports")
    run_url_name = ""
    template_url_name = ""
    refused_url_name = ""
    header_icon = "download"
    page_title = gettext_lazy("Import listings")

    def to_run(self, run: ImportRun) -> HttpResponse:
        return redirect(reverse(self.run_url_name, args=[run.pk]))


class UploadView(_ImportView, FormView):
    """Choose a file; reading it writes no listing."""

    template_name = "jobs/admin/import_upload.html"
    form_class = UploadForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, columns=COLUMNS, template_url=reverse(self.template_url_name))

    def form_valid(self, form: UploadForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            if file.size > importers.MAX_BYTES:
                raise importers.Unreadable(
                    gettext_lazy("The file is larger than %(limit)s MB."), limit=importers.MAX_BYTES // 1024 // 1024
                )
            run, _preview = import_runs.prepare(file.read(), file.name, self.request.user, form.cleaned_data["publish"])
        except importers.Unreadable as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return self.to_run(run)


class RunView(_ImportView, TemplateView):
    """One import: its preview, its progress, its result. POST confirms, goes on, or takes back."""

    template_name = "jobs/admin/import_run.html"

    def setup(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.run = get_object_or_404(ImportRun.objects.defer("content").select_related("actor"), pk=pk)

    def get_page_subtitle(self) -> str:
        return self.run.file_name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run, stalled = self.run, import_runs.is_stalled(self.run)
        State = ImportRun.State
        return super().get_context_data(
            run=run,
            refused_url=reverse(self.refused_url_name, args=[run.pk]),
            token=confirmation(run) if run.state == State.PREVIEWED else "",
            stalled=stalled,
            working=run.state in (State.RUNNING, State.UNDOING) and not stalled,
            can_undo=run.state == State.DONE or stalled,
            good=run.created + run.changed + run.unchanged,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act")
        if act == "confirm":
            self._confirm(request.POST.get("token", ""))
        elif act == "resume" and import_runs.is_stalled(self.run):
            undoing = self.run.state == ImportRun.State.UNDOING
            tasks.start(self.run, "undo" if undoing else "apply")
        elif act == "undo" and self.get_context_data()["can_undo"]:
            tasks.start(self.run, "undo")
        return self.to_run(self.run)

    def _confirm(self, token: str) -> None:
        try:
            held = signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_AGE)
        except signing.BadSignature:
            held = None
        if held != [self.run.pk, self.run.digest, self.run.publish]:
            messages.error(self.request, _("This confirmation is no longer valid. Upload the file again."))
        elif self.run.state == ImportRun.State.PREVIEWED:
            tasks.start(self.run, "apply")


def _download(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text.encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class RefusedFileView(PermissionCheckedMixin, TemplateView):
    """The refused rows with their reasons, as a file."""

    permission_policy = None
    permission_required = "add"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        run = get_object_or_404(ImportRun, pk=kwargs["pk"])
        return _download(import_runs.refused_file(run), f"lowongan-ditolak-{run.pk}.csv")


class TemplateFileView(PermissionCheckedMixin, TemplateView):
    """The headings and an example row, as a file."""

    permission_policy = None
    permission_required = "add"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _download(importers.template_file(), "lowongan-templat.csv")


class ImportRunViewSet(ModelViewSet):
    model = ImportRun
    icon = "download"
    menu_label = gettext_lazy("Imports")
    list_per_page = 50
    list_display: ClassVar[list] = [
        "file_name",
        StatusTagColumn("state", label=gettext_lazy("State"), accessor="get_state_display",
                        primary=lambda row: row.state == ImportRun.State.DONE),
        "rows_total", "created", "changed", "unchanged", "refused", "created_at", "actor",
    ]  # fmt: skip
    list_filter: ClassVar[list] = ["state"]
    search_fields: ClassVar[list] = ["file_name"]

    def get_urlpatterns(self) -> list[URLPattern]:
        listed = [pattern for pattern in super().get_urlpatterns() if pattern.name in ("index", "index_results")]
        common = {
            "permission_policy": self.permission_policy,
            "index_url_name": self.get_url_name("index"),
            "run_url_name": self.get_url_name("edit"),
            "template_url_name": self.get_url_name("template"),
            "refused_url_name": self.get_url_name("refused"),
        }
        return [
            *listed,
            path("new/", self.construct_view(UploadView, **common), name="add"),
            path("template/", self.construct_view(TemplateFileView, **common), name="template"),
            path("<int:pk>/", self.construct_view(RunView, **common), name="edit"),
            path("<int:pk>/refused/", self.construct_view(RefusedFileView, **common), name="refused"),
        ]

    def get_form_class(self, for_update: bool = False) -> type:
        return UploadForm

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        own = {
            "queryset": ImportRun.objects.defer("content", "problems").select_related("actor"),
            "delete_url_name": None,
            "copy_url_name": None,
            "inspect_url_name": None,
        }
        return {**super().get_index_view_kwargs(**kwargs), **own}
