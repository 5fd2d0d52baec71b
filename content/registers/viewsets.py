"""The registers in the CMS: one group “Daftar rujukan”, one viewset a register, and the list of tokens."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column, StatusFlagColumn, StatusTagColumn
from wagtail.admin.views.generic import DeleteView, EditView, IndexView, InspectView, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.button import Button

from . import tokens
from .fields import Words
from .forms import (
    CheckForm,
    DestinationForm,
    DestinationRuleForm,
    ExchangeRateForm,
    RegisterForm,
    SourceSearchForm,
    SourcesWidget,
)
from .labels import currency_name, money
from .labels import date as long_date
from .models import (
    AvoidedWord,
    Channel,
    CostComponent,
    Destination,
    DestinationRule,
    Distress,
    ExchangeRate,
    Fact,
    Need,
    Occupation,
    Office,
    RedFlag,
    Region,
    Scheme,
    Service,
    Source,
    Synonym,
    Term,
    WorkGroup,
)
from .selectors import provinces, registers
from .services import record_check
from .usage import why_kept

CHECKED_TODAY = gettext_lazy("Checked today")


def _panel(name: str) -> Panel:
    return FieldPanel(name, widget=SourcesWidget) if name == "sources" else FieldPanel(name)


def words(name: str, label: Any) -> Column:
    """A column that shows the Indonesian text of a WordsField."""
    return Column(name, label=label, accessor=lambda row: Words(getattr(row, name)).text("id"))


def needs(label: Any) -> Column:
    """A column of what an entry helps with."""
    return Column("needs", label=label, accessor=lambda row: ", ".join(map(str, row.need_names)) or "–")


def mark(name: str, label: Any) -> Column:
    """A column that says something only where it is true: most entries are not, and nothing is wrong with them."""
    return StatusFlagColumn(name, label=label, true_label=label)


def named(name: str, label: Any, vocabulary: str) -> Column:
    """A column that shows the name of a code of the registers."""

    def text(row: Any) -> str:
        code = getattr(row, name)
        return _("Any") if code == DestinationRule.ANY else str(getattr(registers(), vocabulary).get(code, code))

    return Column(name, label=label, sort_key=name, accessor=text)


class DueColumn(StatusTagColumn):
    """When to check again; stands out once that day has passed."""

    def __init__(self) -> None:
        super().__init__(
            "verify_by",
            label=gettext_lazy("Check again by"),
            sort_key="verify_by",
            accessor=self._text,
            primary=lambda row: row.verify_by < timezone.localdate(),
        )

    @staticmethod
    def _text(row: Any) -> str:
        day = long_date(row.verify_by)
        return _("Overdue since %(day)s") % {"day": day} if row.verify_by < timezone.localdate() else day


class UsedUntilColumn(StatusTagColumn):
    """Until when readers see amounts by a rate; stands out once it is too old for that."""

    def __init__(self) -> None:
        super().__init__(
            "on",
            label=gettext_lazy("Used until"),
            sort_key="on",
            accessor=lambda row: long_date(row.last_day) if row.is_current() else _("Too old: not used"),
            primary=lambda row: not row.is_current(),
        )


# --- filters ----------------------------------------------------------------------------------------------------


class DueFilter(django_filters.ChoiceFilter):
    """What somebody has to look at: overdue, or within thirty days."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Needs a check"),
            method=self._due,
            choices=[("overdue", gettext_lazy("Overdue")), ("soon", gettext_lazy("Within 30 days"))],
        )

    @staticmethod
    def _due(queryset: QuerySet, name: str, value: str) -> QuerySet:
        today = timezone.localdate()
        if value == "overdue":
            return queryset.filter(verify_by__lt=today)
        return queryset.filter(verify_by__gte=today, verify_by__lte=today + dt.timedelta(days=30))


class _CheckedFilterSet(WagtailFilterSet):
    due = DueFilter()
    steward = django_filters.AllValuesFilter(label=gettext_lazy("Responsible agency"))


class FactFilterSet(_CheckedFilterSet):
    class Meta:
        model = Fact
        fields = ["due", "kind", "check_kind", "steward"]


class NeedFilter(django_filters.ChoiceFilter):
    """What helps with something. Rows are few, and no database reads lists as the other does."""

    def __init__(self) -> None:
        super().__init__(label=gettext_lazy("Helps with"), method=self._need, choices=Need.choices)

    @staticmethod
    def _need(queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(pk__in=[row.pk for row in queryset if value in getattr(row, "helps_with", row.needs)])


class ProvinceFilter(django_filters.ChoiceFilter):
    """A province with its regencies."""

    def __init__(self) -> None:
        super().__init__(label=gettext_lazy("Province"), method=self._province, choices=lambda: provinces().items())

    @staticmethod
    def _province(queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.around(value)


class ChannelFilterSet(_CheckedFilterSet):
    need = NeedFilter()

    class Meta:
        model = Channel
        fields = ["due", "need", "kind", "check_kind", "emergency", "abroad", "steward"]


class RuleFilterSet(WagtailFilterSet):
    due = DueFilter()

    class Meta:
        model = DestinationRule
        fields = ["due", "destination", "status"]


class ExchangeRateFilterSet(WagtailFilterSet):
    used = django_filters.ChoiceFilter(
        label=gettext_lazy("Used for readers"),
        method="_used",
        choices=[("yes", gettext_lazy("Used today")), ("no", gettext_lazy("Too old: not used"))],
    )

    class Meta:
        model = ExchangeRate
        fields = ["used", "example"]

    def _used(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        first = timezone.localdate() - dt.timedelta(days=ExchangeRate.DAYS)
        return queryset.filter(on__gte=first) if value == "yes" else queryset.filter(on__lt=first)


class OfficeFilterSet(_CheckedFilterSet):
    need = NeedFilter()
    province = ProvinceFilter()

    class Meta:
        model = Office
        fields = ["due", "province", "need", "service", "price", "check_kind", "example", "steward"]


# --- “checked today” --------------------------------------------------------------------------------------------


class CheckView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """One question, one button: somebody has compared this entry with its source, or called the number."""

    model: Any = None
    permission_policy = None
    permission_required = "change"
    index_url_name = ""
    form_class = CheckForm
    template_name = "registers/check.html"
    page_title = CHECKED_TODAY
    header_icon = "check"

    def setup(self, request: HttpRequest, *args: Any, pk: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.entry: Any = get_object_or_404(self.model, pk=pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "entry": self.entry}

    def get_page_subtitle(self) -> str:
        return str(self.entry)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        register = {"url": reverse(self.index_url_name), "label": capfirst(self.model._meta.verbose_name_plural)}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, register, here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "entry": self.entry}

    def form_valid(self, form: CheckForm) -> HttpResponse:
        record_check(
            self.entry, form.cleaned_data["verify_by"], form.cleaned_data.get("check_kind"), user=self.request.user
        )
        messages.success(
            self.request,
            _("Noted: '%(entry)s' was checked today, next by %(day)s.")
            % {"entry": self.entry, "day": long_date(form.cleaned_data["verify_by"])},
        )
        return redirect(reverse(self.index_url_name))


class _CheckButton:
    """Adds the button to the list and to the form of an entry."""

    check_url_name = ""

    def check_button(self, entry: Any, priority: int = 15) -> Button:
        return Button(
            CHECKED_TODAY,
            url=reverse(self.check_url_name, args=[entry.pk]),
            icon_name="check",
            priority=priority,
        )


class CheckedIndexView(_CheckButton, IndexView):
    """A list with “checked today” beside each entry."""

    def get_list_more_buttons(self, instance: Any) -> list:
        buttons = super().get_list_more_buttons(instance)
        return [*buttons, self.check_button(instance)] if self.user_has_permission("change") else buttons


class CheckedEditView(_CheckButton, EditView):
    """A form with “checked today” in its header."""

    @cached_property
    def header_more_buttons(self) -> list:
        return [*super().header_more_buttons, self.check_button(self.object)]


class RegisterInspectView(InspectView):
    """Texts in every language; what is empty says so."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = getattr(self.object, field_name)
        if isinstance(value, Words):
            held = [(name, value[code]) for code, name in settings.LANGUAGES if value.get(code)]
            return format_html_join("", "<p>{}: {}</p>", held) or "–"
        return "–" if value in (None, "") else super().get_field_display_value(field_name, field)


class KeptDeleteView(DeleteView):
    """Says why an entry in use cannot be deleted, instead of asking whether one is sure."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.user_has_permission(self.permission_required) and (reason := why_kept(self.object)):
            messages.error(request, reason)
            return redirect(reverse(self.index_url_name))
        return super().dispatch(request, *args, **kwargs)


# --- viewsets ---------------------------------------------------------------------------------------------------


class RegisterViewSet(ModelViewSet):
    """What all registers share: look at one, no copying, forms made of ``parts``: heading and names of fields."""

    inspect_view_enabled = True
    inspect_view_class = RegisterInspectView
    delete_view_class = KeptDeleteView
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    form_class = RegisterForm
    parts: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()
    # Fields of the form that are no columns.
    asked: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def url_prefix(self) -> str:
        return f"registers/{self.model_name}"

    def get_edit_handler(self) -> Panel:
        panels = [
            MultiFieldPanel([_panel(name) for name in names], heading=heading) if heading else row
            for heading, names in self.parts
            for row in ([None] if heading else [_panel(name) for name in names])
        ]
        panels += [FieldPanel(name) for name in self.asked]
        return ObjectList(panels, base_form_class=self.form_class).bind_to_model(self.model)


class CheckedViewSet(RegisterViewSet):
    """A register whose entries are checked again and again."""

    index_view_class = CheckedIndexView
    edit_view_class = CheckedEditView

    @property
    def check_view(self) -> Any:
        return self.construct_view(
            CheckView,
            model=self.model,
            permission_policy=self.permission_policy,
            index_url_name=self.get_url_name("index"),
        )

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(**{"check_url_name": self.get_url_name("check"), **kwargs})

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_edit_view_kwargs(**{"check_url_name": self.get_url_name("check"), **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("check/<int:pk>/", self.check_view, name="check")]


_CHECKS = (
    gettext_lazy("Checks and validity"),
    ("verified_on", "verify_by", "check_kind", "valid_until", "fallback", "steward", "claim"),
)

_HELP = (gettext_lazy("In the directory of help"), ("needs", "hours", "price", "price_note"))


class SourceViewSet(RegisterViewSet):
    model = Source
    icon = "link"
    # Pages and agencies refer to sources by foreign keys: “usage” lists them.
    add_to_reference_index = True
    list_display = ["title", "article", "kind", "confidence", "published", "accessed"]
    list_filter = ["kind", "confidence"]
    search_fields = ["code", "title", "article", "publisher", "url"]
    parts = (("", ("code", "kind", "title", "article", "publisher", "url", "published", "accessed", "confidence")),)


class FactViewSet(CheckedViewSet):
    model = Fact
    icon = "tag"
    ordering = "slug"
    list_display = [
        "slug",
        words("label", gettext_lazy("What it says")),
        Column("value", label=gettext_lazy("Value"), accessor=lambda fact: tokens.fact_words(fact, "id")),
        Column("verified_on", label=gettext_lazy("Checked on"), accessor=lambda row: long_date(row.verified_on)),
        DueColumn(),
        "steward",
    ]
    filterset_class = FactFilterSet
    search_fields = ["slug", "label__id", "label__en", "words__id", "url", "claim"]
    parts = (
        ("", ("slug", "kind", "label")),
        (gettext_lazy("Value"), ("number", "unit", "currency", "date", "url", "words", "caveat")),
        (gettext_lazy("Sources"), ("sources",)),
        _CHECKS,
    )


class ChannelViewSet(CheckedViewSet):
    model = Channel
    icon = "comment"
    list_display = [
        "slug",
        words("name", gettext_lazy("Name")),
        "value",
        needs(gettext_lazy("Helps with")),
        Column("how", label=gettext_lazy("How it was checked"), accessor=lambda row: row.get_check_kind_display()),
        mark("emergency", gettext_lazy("Emergency")),
        DueColumn(),
    ]
    filterset_class = ChannelFilterSet
    search_fields = ["slug", "value", "name__id", "name__en", "organisation__id", "purpose__id"]
    parts = (
        ("", ("slug", "kind", "organisation", "name", "value", "purpose")),
        _HELP,
        (gettext_lazy("Where it is shown"), ("emergency", "on_every_guide", "abroad", "country", "order")),
        (gettext_lazy("Sources"), ("sources",)),
        _CHECKS,
    )


class RedFlagViewSet(RegisterViewSet):
    model = RedFlag
    icon = "warning"
    list_display = [
        "number",
        words("quote", gettext_lazy("What is said")),
        "group",
        BooleanColumn("published", label=gettext_lazy("Published")),
    ]
    list_filter = ["group", "published"]
    search_fields = ["quote__id", "quote__en", "why__id", "next__id"]
    parts = (("", ("number", "group", "quote", "why", "next", "sources", "published")),)


class TermViewSet(RegisterViewSet):
    model = Term
    icon = "openquote"
    list_display = ["slug", words("term", gettext_lazy("Term")), words("meaning", gettext_lazy("Meaning"))]
    search_fields = ["slug", "term__id", "term__en", "meaning__id"]
    parts = (("", ("slug", "term", "meaning", "also", "common")),)


class SynonymViewSet(RegisterViewSet):
    """What people type, for the search; an entry works with the next question."""

    model = Synonym
    icon = "search"
    list_display = [
        "code",
        Column("words", label=gettext_lazy("Words that mean the same"), accessor=lambda row: ", ".join(row.phrases())),
        Column("finds", label=gettext_lazy("What they find besides"), accessor=lambda row: ", ".join(row.found())),
    ]
    search_fields = [
        "code",
        *(f"{field}__{code}" for field in ("words", "finds") for code, _name in settings.LANGUAGES),
    ]
    parts = (("", ("code", "words", "finds")),)


class DistressViewSet(RegisterViewSet):
    """What people in danger type: the search shows help and the exit above what it finds."""

    model = Distress
    icon = "warning"
    list_display = [
        "code",
        Column("words", label=gettext_lazy("What is typed"), accessor=lambda row: ", ".join(row.phrases())),
        mark("alone", gettext_lazy("only when nothing else is typed")),
    ]
    search_fields = ["code", *(f"words__{code}" for code, _name in settings.LANGUAGES)]
    parts = (("", ("code", "words", "alone")),)


class AvoidedWordViewSet(RegisterViewSet):
    """Words that pages do not say, with better ones; the page editor points at them from the next look on."""

    model = AvoidedWord
    icon = "comment"
    list_display = [
        "code",
        Column("words", label=gettext_lazy("Words to avoid"), accessor=str),
        words("better", gettext_lazy("Write instead")),
    ]
    search_fields = ["code", *(f"words__{code}" for code, _name in settings.LANGUAGES)]
    parts = (("", ("code", "words", "better", "why", "sources")),)


class DestinationViewSet(RegisterViewSet):
    model = Destination
    icon = "globe"
    form_class = DestinationForm
    list_display = ["__str__", "country", words("mission", gettext_lazy("Indonesian mission"))]
    search_fields = ["country", "mission__id"]
    parts = (("", ("country", "mission", "notes")),)


class DestinationRuleViewSet(CheckedViewSet):
    model = DestinationRule
    icon = "lock-open"
    form_class = DestinationRuleForm
    list_display = [
        "destination",
        named("work", gettext_lazy("Field of work"), "works"),
        named("scheme", gettext_lazy("Scheme"), "schemes"),
        "status",
        "since",
        "until",
        "minimum_age",
        DueColumn(),
    ]
    filterset_class = RuleFilterSet
    search_fields = ["destination__country", "work", "scheme", "note__id", "requirements__id"]
    parts = (
        ("", ("destination", "work", "scheme", "status")),
        (gettext_lazy("When and for whom"), ("since", "until", "minimum_age", "maximum_age", "requirements", "note")),
        (gettext_lazy("Sources"), ("sources",)),
        (gettext_lazy("Checks"), ("verified_on", "verify_by")),
    )


class ExchangeRateViewSet(RegisterViewSet):
    model = ExchangeRate
    icon = "order"
    form_class = ExchangeRateForm
    list_display = [
        "currency",
        Column("name", label=gettext_lazy("Name"), accessor=lambda row: currency_name(row.currency)),
        Column(
            "rupiah", label=gettext_lazy("Rupiah"), accessor=lambda row: money(row.rupiah, "IDR"), sort_key="rupiah"
        ),
        Column("of", label=gettext_lazy("Rate of"), accessor=lambda row: long_date(row.on), sort_key="on"),
        UsedUntilColumn(),
        mark("example", gettext_lazy("Example")),
    ]
    filterset_class = ExchangeRateFilterSet
    search_fields = ["currency", "source__title"]
    parts = (("", ("currency", "rupiah", "on", "source", "example")),)
    asked = ("confirmed",)


class _VocabularyViewSet(RegisterViewSet):
    """Codes with names; the code never changes."""

    list_display: ClassVar[list] = ["code", words("name", gettext_lazy("Name")), "order"]
    search_fields = ["code", "name__id", "name__en"]


class SchemeViewSet(_VocabularyViewSet):
    model = Scheme
    icon = "decimal"
    parts = (("", ("code", "name", "description", "sources", "order")),)


class WorkGroupViewSet(_VocabularyViewSet):
    model = WorkGroup
    icon = "group"
    parts = (("", ("code", "name", "order")),)


class OccupationViewSet(_VocabularyViewSet):
    model = Occupation
    icon = "user"
    list_display = [
        "code",
        words("name", gettext_lazy("Name")),
        "work",
        mark("zero_cost", gettext_lazy("Without placement cost")),
        BooleanColumn("verified", label=gettext_lazy("Code checked")),
    ]
    list_filter = ["work", "zero_cost", "verified"]
    parts = (("", ("code", "name", "also", "work", "zero_cost", "verified", "order")),)


class CostComponentViewSet(_VocabularyViewSet):
    model = CostComponent
    icon = "form"
    list_display = [
        "code",
        words("name", gettext_lazy("Name")),
        mark("free_by_law", gettext_lazy("Free for the ten posts")),
    ]
    list_filter = ["free_by_law"]
    parts = (("", ("code", "name", "free_by_law", "sources", "order")),)


class ServiceViewSet(_VocabularyViewSet):
    model = Service
    icon = "home"
    list_display = [
        "code",
        words("name", gettext_lazy("Name")),
        words("purpose", gettext_lazy("What it is for")),
        needs(gettext_lazy("Helps with")),
    ]
    parts = (("", ("code", "name", "purpose", "needs", "order")),)


class OfficeViewSet(CheckedViewSet):
    model = Office
    icon = "crosshairs"
    list_display = [
        "name",
        "service",
        "region",
        needs(gettext_lazy("Helps with")),
        "phone",
        Column("how", label=gettext_lazy("How it was checked"), accessor=lambda row: row.get_check_kind_display()),
        mark("example", gettext_lazy("Example")),
        DueColumn(),
    ]
    list_export: ClassVar[list] = [
        "service.code",
        "region.code",
        "name",
        "address",
        "phone",
        "needs",
        "hours",
        "price",
        "price_note",
        "example",
        "source.code",
        "verified_on",
        "verify_by",
        "check_kind",
        "steward",
    ]
    export_filename = "kantor"
    filterset_class = OfficeFilterSet
    search_fields = ["name", "address", "phone", "region__name", "service__name__id"]
    parts = (
        ("", ("service", "region", "name", "address", "phone", "example", "source")),
        _HELP,
        _CHECKS,
    )


class RegionViewSet(RegisterViewSet):
    """Read only: the codes of the Ministry come with a release (DECISIONS 24)."""

    model = Region
    icon = "site"
    list_display = ["name", "code", "province"]
    search_fields = ["name", "code"]
    parts = (("", ("code", "name", "province")),)

    def get_urlpatterns(self) -> list[URLPattern]:
        shown = {"index", "index_results", "inspect"}
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in shown]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        closed = {"add_url_name": None, "edit_url_name": None, "delete_url_name": None}
        return {**super().get_index_view_kwargs(**kwargs), **closed}

    def get_inspect_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_inspect_view_kwargs(**kwargs), "edit_url_name": None, "delete_url_name": None}


class RegisterGroup(ModelViewSetGroup):
    """One entry of the menu."""

    menu_label = gettext_lazy("Reference lists")
    menu_icon = "list-ul"
    menu_order = 250
    add_to_admin_menu = True
    items = (
        ChannelViewSet,
        FactViewSet,
        SourceViewSet,
        RedFlagViewSet,
        TermViewSet,
        SynonymViewSet,
        DistressViewSet,
        AvoidedWordViewSet,
        DestinationRuleViewSet,
        DestinationViewSet,
        ExchangeRateViewSet,
        SchemeViewSet,
        WorkGroupViewSet,
        OccupationViewSet,
        CostComponentViewSet,
        ServiceViewSet,
        OfficeViewSet,
        RegionViewSet,
    )


# --- choosing a source ------------------------------------------------------------------------------------------


class _SourceChoice:
    """Sources by a word; the article tells two rows of one law apart."""

    filter_form_class = SourceSearchForm

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,
            Column("article", label=_("Article")),
            Column("kind", label=_("Kind"), accessor="get_kind_display"),
        ]


class SourceChooseView(_SourceChoice, ChooseView):
    """The dialogue."""


class SourceChooseResultsView(_SourceChoice, ChooseResultsView):
    """Its list."""


class SourceWidget(BaseChooser):
    """Shows no source where something else than its number was sent; the field then says what is wrong."""

    def get_instance(self, value: Any) -> Any:
        if isinstance(value, str) and not (value.isascii() and value.isdecimal() and len(value) < 19):
            return None
        return super().get_instance(value)


class SourceChooserViewSet(ChooserViewSet):
    """Every form with a source chooses it in a dialogue instead of a list of all."""

    model = Source
    icon = "link"
    base_widget_class = SourceWidget
    choose_one_text = gettext_lazy("Choose a source")
    choose_another_text = gettext_lazy("Choose another source")
    edit_item_text = gettext_lazy("Edit this source")
    choose_view_class = SourceChooseView
    choose_results_view_class = SourceChooseResultsView
    per_page = 20


# --- tokens -----------------------------------------------------------------------------------------------------


def token_rows() -> list[dict[str, str]]:
    """Every token with what it says and what it shows today."""
    held = registers()
    rows = [
        {
            "token": f"{{{kind}:{slug}}}",
            "says": Words(entry.name if kind == "kanal" else entry.label).text("id"),
            "shows": tokens.value_words(entry, "id"),
        }
        for kind, entries in (("kanal", held.channels), ("fakta", held.facts))
        for slug, entry in sorted(entries.items())
    ]
    return rows


class TokenListView(WagtailAdminTemplateMixin, TemplateView):
    """All tokens, to copy; as JSON for the button in the editor (static/js/admin-tokens.js)."""

    template_name = "registers/token_list.html"
    page_title = gettext_lazy("Codes for texts")
    header_icon = "code"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "json":
            words = {"find": _("Find"), "close": _("Close")}
            return JsonResponse({"tokens": token_rows(), "words": words})
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "tokens": token_rows()}
