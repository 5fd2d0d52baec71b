"""Writing accounts: roles as groups, invitations, the accounts of the demonstration."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowTask,
)

from content.core.models import HomePage

from .models import User
from .permissions import BY_CODE, ROLES, PageAction, Role

# Made by Wagtail's own migrations. They would be a second, unwritten set of roles.
_STOCK_GROUPS = ("Editors", "Moderators")
WORKFLOW = "Pemeriksaan sebelum terbit"


# --- roles ------------------------------------------------------------------------------------------------------


@transaction.atomic
def sync_roles() -> None:
    """Give the group of each role exactly the permissions of :mod:`accounts.permissions`. Can be repeated at any time.

    Raises LookupError when a role names a permission that does not exist.
    """
    for role in ROLES:
        group, _created = Group.objects.get_or_create(name=role.group)
        group.permissions.set(_model_permissions(role))
        _sync_pages(group, role)
        _sync_files(group, role)
    _sync_workflow()
    for stock in Group.objects.filter(name__in=_STOCK_GROUPS, user=None):
        stock.delete()


def _model_permissions(role: Role) -> list[Permission]:
    wanted = set(role.extra)
    if role.cms:
        wanted.add("wagtailadmin.access_admin")
    for name, actions in role.models.items():
        app_label, _dot, model_name = name.partition(".")
        models = (
            [model._meta.model_name for model in apps.get_app_config(app_label).get_models()]
            if model_name == "*"
            else [model_name]
        )
        wanted |= {f"{app_label}.{action}_{model}" for model in models for action in actions}
    found = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.filter(
            codename__in={name.partition(".")[2] for name in wanted}
        ).select_related("content_type")
    }
    missing = wanted - found.keys()
    if missing:
        raise LookupError(f"The role {role.code} names unknown permissions: {', '.join(sorted(missing))}")
    return [found[name] for name in wanted]


def _page_grants(role: Role) -> Iterator[tuple[Page, tuple[PageAction, ...]]]:
    root = Page.get_first_root_node()
    if role.all_pages and root is not None:
        yield root, role.all_pages
    for home in HomePage.objects.filter(depth=2).select_related("locale"):
        source = home.locale.language_code == settings.LANGUAGE_CODE
        actions = role.source_pages if source else role.target_pages
        if actions:
            yield home, actions


def _sync_pages(group: Group, role: Role) -> None:
    page_permissions = {
        permission.codename: permission.pk
        for permission in Permission.objects.filter(content_type__app_label="wagtailcore", content_type__model="page")
    }
    wanted = {
        (page.pk, page_permissions[f"{action}_page"]) for page, actions in _page_grants(role) for action in actions
    }
    held = {(row.page_id, row.permission_id): row for row in GroupPagePermission.objects.filter(group=group)}
    for key in held.keys() - wanted:
        held[key].delete()
    for page_id, permission_id in wanted - held.keys():
        GroupPagePermission.objects.create(group=group, page_id=page_id, permission_id=permission_id)


def _sync_files(group: Group, role: Role) -> None:
    root = Collection.get_first_root_node()
    # Wagtail asks for the permissions of its own models, also where the site has others.
    names = {"wagtailimages": "image", "wagtaildocs": "document"}
    wanted = set(
        Permission.objects.filter(
            Q(
                content_type__app_label__in=names,
                codename__in=[f"{action}_{name}" for action in role.files for name in names.values()],
            )
            | Q(content_type__app_label="wagtailcore", codename__in=[f"{action}_collection" for action in role.folders])
        ).values_list("pk", flat=True)
    )
    held = {
        (row.collection_id, row.permission_id): row for row in GroupCollectionPermission.objects.filter(group=group)
    }
    for key, row in held.items():
        if key[0] == root.pk and key[1] not in wanted:
            row.delete()
    for permission_id in wanted:
        if (root.pk, permission_id) not in held:
            GroupCollectionPermission.objects.create(group=group, collection=root, permission_id=permission_id)


def _sync_workflow() -> None:
    """One review before publishing, by those who may publish; it holds for the whole tree."""
    workflow = Workflow.objects.filter(workflow_pages__page=Page.get_first_root_node()).first()
    if workflow is None:
        return
    if workflow.name != WORKFLOW:
        workflow.name = WORKFLOW
        workflow.save(update_fields=["name"])
    task = GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=WORKFLOW)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    elif task.name != WORKFLOW:
        task.name = WORKFLOW
        task.save(update_fields=["name"])
    task.groups.set(Group.objects.filter(name__in=[role.group for role in ROLES if role.approves]))


def give_role(user: User, role_code: str) -> None:
    """Put ``user`` into the group of the role. Raises ValidationError for an unknown role."""
    role = BY_CODE.get(role_code)
    if role is None:
        raise ValidationError(gettext("Unknown role: %(role)s."), params={"role": role_code})
    user.groups.add(Group.objects.get_or_create(name=role.group)[0])


# --- invitations ------------------------------------------------------------------------------------------------


def set_password_path(user: User) -> str:
    """The address, without host, at which ``user`` sets a password. Works once and for PASSWORD_RESET_TIMEOUT."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )


def send_invitation(user: User, base_url: str | None = None) -> None:
    """Mail ``user`` a link to set a password. ``base_url`` is scheme and host; default: BASE_URL."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    with translation.override(settings.LANGUAGE_CODE):
        subject = gettext("Your account at %(site)s") % {"site": settings.SITE_NAME}
        body = gettext(
            "An account was made for you at %(site)s. Open this address to choose your password:\n\n%(link)s\n\n"
            "The address works once, for %(days)s days. Nobody will ask you for your password.\n"
            "If you did not expect this message, ignore it."
        ) % {
            "site": settings.SITE_NAME,
            "link": f"{base_url or settings.BASE_URL}{set_password_path(user)}",
            "days": days,
        }
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email])


def send_reset(user: User, link: str) -> None:
    """Mail ``user`` the address at which a forgotten password is replaced."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    with translation.override(settings.LANGUAGE_CODE):
        subject = gettext("Choose a new password for %(site)s") % {"site": settings.SITE_NAME}
        body = gettext(
            "Somebody, probably you, asked for a new password for this account. Open this address:\n\n%(link)s\n\n"
            "The address works once, for %(days)s days. If it was not you, ignore this message; nothing has changed."
        ) % {"link": link, "days": days}
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email])


def invite(email: str, role_code: str, base_url: str | None = None) -> User:
    """Make an account without a password, give it the role and mail the link.

    An account that exists and never signed in gets a new link; one in use is refused with ValidationError.
    """
    email = email.strip().lower()
    validate_email(email)
    with transaction.atomic():
        user = User.objects.filter(email=email).first()
        if user is not None and user.last_login is not None:
            raise ValidationError(gettext("%(email)s already has an account in use."), params={"email": email})
        if user is None:
            user = User(email=email)
            user.set_unusable_password()
            user.save()
        give_role(user, role_code)
    send_invitation(user, base_url)
    return user


# --- demonstration ----------------------------------------------------------------------------------------------


# Nobody receives mail below .example (RFC 2606).
DEMO_DOMAIN = "lentera.example"


# What one officer puts on hold another one decides, and a unit has at least two holders: so there are two of each.
_IN_TWOS = ("job_officer", "case_worker")


def _demo_staff() -> list[tuple[str, Role]]:
    """The addresses of the demonstration, each with its role."""
    names = [(role.code.replace("_", "-"), role) for role in ROLES]
    names += [(f"{name}-2", role) for name, role in names if role.code in _IN_TWOS]
    return [(f"{name}@{DEMO_DOMAIN}", role) for name, role in names]


def load_demo_staff() -> list[tuple[str, str, str]]:
    """An account for each role, two where two must decide, ``(e-mail, password, name of the role)``; those made now.

    Passwords are random and known only to the caller, who prints them once.
    """
    made = []
    for email, role in _demo_staff():
        if User.objects.filter(email=email).exists():
            continue
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            name = f"{role.group} 2" if email.partition("@")[0].endswith("-2") else role.group
            user = User.objects.create_user(email, password, first_name="Contoh", last_name=name, demo=True)
            give_role(user, role.code)
        made.append((email, password, role.group))
    return made


def desk_of_demo() -> list[str]:
    """The addresses of the case workers of the demonstration."""
    return [email for email, role in _demo_staff() if role.code == "case_worker"]


def remove_demo_staff() -> int:
    """Delete the accounts of the demonstration, whatever their flag says by now; how many."""
    held = User.objects.filter(Q(demo=True) | Q(email__in=[email for email, _role in _demo_staff()]))
    count = held.count()
    held.delete()
    return count
