"""Files of listings on their way in: upload, columns, preview, confirm, go on, undo."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
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

from .. import exporters, import_runs, sheets, tasks
from ..import_forms import ColumnsForm, UploadForm
from ..import_rows import COLUMNS
from ..models import ImportRun, JobListing
from ..sheets import Format
from .columns import Placed
from .exports import download

State = ImportRun.State
TOKEN_SALT = "content.jobs.import"  # noqa: S105
TOKEN_AGE = dt.timedelta(days=1)
# What is taken up again of a run that was left in a state.
RESUMED: dict[str, str] = {State.READING: "rehearse", State.RUNNING: "apply", State.UNDOING: "undo"}
# More rows than anybody reads on a page; the file of refused rows holds all.
SHOWN = 200


def _meant(run: ImportRun) -> list[Any]:
    """Exactly what a confirmation confirms: the file, how its columns are read, and what becomes of its new listings."""
    return [run.pk, run.digest, run.publish, sorted(run.mapping.items())]


def confirmation(run: ImportRun) -> str:
    """The signed word for “write exactly this file, as previewed”."""
    return signing.dumps(_meant(run), salt=TOKEN_SALT, compress=True)


class _ImportView(Placed, PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """What the pages of imports share."""

    permission_policy = None
    permission_required = "add"
    index_label = gettext_lazy("Imports")
    run_url_name = ""
    columns_url_name = ""
    template_url_name = ""
    refused_url_name = ""
    header_icon = "download"
    page_title = gettext_lazy("Import listings")

    def to_run(self, run: ImportRun) -> HttpResponse:
        return redirect(reverse(self.run_url_name, args=[run.pk]))

    def to_columns(self, run: ImportRun) -> HttpResponse:
        return redirect(reverse(self.columns_url_name, args=[run.pk]))


class UploadView(_ImportView, FormView):
    """Choose a file; reading it writes no listing."""

    template_name = "jobs/admin/import_upload.html"
    form_class = UploadForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        templates = [
            (ending.upper(), reverse(self.template_url_name, args=[ending])) for ending in (Format.XLSX, Format.CSV)
        ]
        return super().get_context_data(**kwargs, columns=COLUMNS, templates=templates)

    def form_valid(self, form: UploadForm) -> HttpResponse:
        given = form.cleaned_data
        file = given["file"]
        try:
            sheets.check_size(file.size)
            run = import_runs.receive(file.read(), file.name, self.request.user, given["publish"], given["sheet"])
        except sheets.Unreadable as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        if run.state == State.COLUMNS:
            return self.to_columns(run)
        tasks.start(run, "rehearse")
        return self.to_run(run)


class _OfRun:
    """A page about one import."""

    run: ImportRun

    def setup(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.run = get_object_or_404(ImportRun.objects.defer("content").select_related("actor", "chosen_in"), pk=pk)

    def get_page_subtitle(self) -> str:
        return self.run.file_name


class ColumnsView(_OfRun, _ImportView, FormView):
    """Which column of the file is which of ours: asked where the headings do not say so, changed until it is written."""

    template_name = "jobs/admin/import_columns.html"
    form_class = ColumnsForm
    page_title = gettext_lazy("Columns of the file")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.run.state not in (State.COLUMNS, State.READING, State.PREVIEWED):
            return self.to_run(self.run)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "run": self.run}

    def form_valid(self, form: ColumnsForm) -> HttpResponse:
        try:
            import_runs.choose_columns(self.run, form.choice())
        except import_runs.Busy:
            messages.error(self.request, _("This import is being written; its columns stay as they are."))
        else:
            tasks.start(self.run, "rehearse")
        return self.to_run(self.run)


class RunView(_OfRun, _ImportView, TemplateView):
    """One import: its preview, its progress, its result. POST confirms, goes on, or takes back."""

    template_name = "jobs/admin/import_run.html"
    listing_url_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.to_columns(self.run) if self.run.state == State.COLUMNS else super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run, stalled = self.run, import_runs.is_stalled(self.run)
        return super().get_context_data(
            run=run,
            refused_url=reverse(self.refused_url_name, args=[run.pk]),
            columns_url=reverse(self.columns_url_name, args=[run.pk]),
            token=confirmation(run) if run.state == State.PREVIEWED else "",
            stalled=stalled,
            working=run.state in (State.READING, State.RUNNING, State.UNDOING) and not stalled,
            can_undo=run.state == State.DONE or (stalled and run.state != State.READING),
            # Listings are deleted: the button leads to what will happen, and only the next one does it.
            undo_asked="undo" in self.request.GET,
            read=run.state not in (State.COLUMNS, State.READING),
            good=run.created + run.changed + run.unchanged,
            shown=run.problems[:SHOWN],
            alike=self._alike(),
            most=SHOWN,
            **kwargs,
        )

    def _alike(self) -> list[dict[str, Any]]:
        """The rows that look like another opening, with the listing or the row that it is."""
        warnings = self.run.warnings[:SHOWN]
        listings = JobListing.objects.select_related("occupation", "agency").in_bulk(
            [listing for _row, listing, _other in warnings if listing]
        )
        return [
            {
                "row": row,
                "other": other,
                "listing": listings.get(listing),
                "url": reverse(self.listing_url_name, args=[listing]) if listing in listings else "",
            }
            for row, listing, other in warnings
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act")
        context = self.get_context_data()
        if act == "confirm":
            self._confirm(request.POST.get("token", ""))
        elif act == "resume" and context["stalled"]:
            self._start(RESUMED[self.run.state])
        elif act == "undo" and context["can_undo"]:
            self._start("undo")
        return self.to_run(self.run)

    def _confirm(self, token: str) -> None:
        try:
            held = signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_AGE)
        except signing.BadSignature:
            held = None
        if held != [*_meant(self.run)[:3], [list(pair) for pair in _meant(self.run)[3]]]:
            messages.error(self.request, _("This confirmation is no longer valid. Look at the preview again."))
        elif self.run.state == State.PREVIEWED:
            self._start("apply")

    def _start(self, work: str) -> None:
        # Who has it written or taken back answers for it in the log, not who brought the file.
        ImportRun.objects.filter(pk=self.run.pk).update(actor=self.request.user)
        tasks.start(self.run, work)


class RefusedFileView(PermissionCheckedMixin, TemplateView):
    """The refused rows with their reasons, as a file."""

    permission_policy = None
    permission_required = "add"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        run = get_object_or_404(ImportRun.objects.exclude(state=State.COLUMNS), pk=kwargs["pk"])
        file_format, pieces = import_runs.refused_file(run)
        return download(pieces, f"lowongan-ditolak-{run.pk}", file_format)


class TemplateFileView(PermissionCheckedMixin, TemplateView):
    """The headings and an example row, as a file."""

    permission_policy = None
    permission_required = "add"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["ending"] not in (Format.CSV, Format.XLSX):
            raise Http404
        file_format = Format(kwargs["ending"])
        return download(exporters.template(file_format), "lowongan-templat", file_format)


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
            "columns_url_name": self.get_url_name("columns"),
            "template_url_name": self.get_url_name("template"),
            "refused_url_name": self.get_url_name("refused"),
        }
        listing = JobListing.snippet_viewset.get_url_name("edit")
        run = self.construct_view(RunView, **common, listing_url_name=listing)
        return [
            *listed,
            path("new/", self.construct_view(UploadView, **common), name="add"),
            path("template/<str:ending>/", self.construct_view(TemplateFileView, **common), name="template"),
            path("<int:pk>/", run, name="edit"),
            path("<int:pk>/columns/", self.construct_view(ColumnsView, **common), name="columns"),
            path("<int:pk>/refused/", self.construct_view(RefusedFileView, **common), name="refused"),
        ]

    def get_form_class(self, for_update: bool = False) -> type:
        return UploadForm

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        own = {
            "queryset": ImportRun.objects.defer("content", "problems", "warnings", "sample").select_related("actor"),
            "delete_url_name": None,
            "copy_url_name": None,
            "inspect_url_name": None,
        }
        return {**super().get_index_view_kwargs(**kwargs), **own}
