"""Accounts in the CMS, for those who hold the role of an administrator."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.users.views.users import CreateView, EditView, IndexView, UserColumn, UserViewSet

from .forms import AccountCreationForm, AccountEditForm
from .services import send_invitation

User = get_user_model()


def _host(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


class AccountIndexView(IndexView):
    """Who works here, in which roles."""

    @cached_property
    def columns(self) -> list:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            self._get_title_column_class(UserColumn)(
                "name",
                accessor=get_user_display_name,
                label=gettext_lazy("Name"),
                sort_key="name",
                get_url=self.get_edit_url,
            ),
            Column("email", label=gettext_lazy("E-mail"), sort_key="email"),
            Column("roles", label=gettext_lazy("Roles"), accessor=lambda user: self._roles(user)),
            BooleanColumn("is_active", label=gettext_lazy("Active"), sort_key="is_active"),
            DateColumn("last_login", label=gettext_lazy("Last sign-in"), sort_key="last_login"),
        ]

    @staticmethod
    def _roles(user: Any) -> str:
        roles = [group.name for group in user.groups.all()]
        return ", ".join([_("Superuser"), *roles] if user.is_superuser else roles) or "–"

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().prefetch_related("groups")


class AccountCreateView(CreateView):
    """Saving sends the invitation."""

    success_message = gettext_lazy("An invitation was sent to '%(object)s'.")

    def save_instance(self) -> Any:
        user = super().save_instance()
        send_invitation(user, _host(self.request))
        return user


class AccountEditView(EditView):
    """Whoever could change a superuser's address could become one."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied


class InviteView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Send the link to set a password again, to somebody who never signed in."""

    permission_policy = None
    permission_required = "change"
    template_name = "wagtailusers/users/invite.html"
    page_title = gettext_lazy("Send the invitation again")
    header_icon = "mail"

    def setup(self, request: HttpRequest, *args: Any, pk: int, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(User, pk=pk, last_login=None, is_active=True, is_superuser=False)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        accounts = {"url": reverse("wagtailusers_users:index"), "label": _("Users")}
        return [*self.breadcrumbs_items, accounts, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "account": self.object}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        send_invitation(self.object, _host(request))
        messages.success(request, _("An invitation was sent to '%(object)s'.") % {"object": self.object.email})
        return redirect(reverse("wagtailusers_users:index"))


class AccountViewSet(UserViewSet):
    """Replaces Wagtail's user administration (apps.StaffUsersConfig)."""

    index_view_class = AccountIndexView
    add_view_class = AccountCreateView
    edit_view_class = AccountEditView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type:
        return AccountEditForm if for_update else AccountCreationForm

    @cached_property
    def invite_view(self) -> Any:
        return self.construct_view(InviteView, permission_policy=self.permission_policy)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("invite/<int:pk>/", self.invite_view, name="invite")]
