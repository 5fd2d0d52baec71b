"""A group holds exactly what accounts.permissions says, and each person can do just that."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import GroupApprovalTask, GroupPagePermission, Locale, Workflow

from accounts import permissions, services
from accounts.models import User
from accounts.permissions import BY_CODE, ROLES, Role
from content.core.models import HomePage, StandardPage
from tests.staff import Members, SignedIn


def _snapshot() -> dict[str, tuple]:
    return {
        group.name: (
            sorted(group.permissions.values_list("content_type__app_label", "codename")),
            sorted(group.page_permissions.values_list("page_id", "permission__codename")),
            sorted(group.collection_permissions.values_list("collection_id", "permission__codename")),
        )
        for group in Group.objects.all()
    }


def test_roles_can_be_synced_again_and_again(homes: dict) -> None:
    services.sync_roles()
    before = _snapshot()
    assert set(before) == {role.group for role in ROLES}
    services.sync_roles()
    assert _snapshot() == before


def test_what_was_added_by_hand_is_taken_away_and_what_is_missing_comes_back(homes: dict) -> None:
    services.sync_roles()
    before = _snapshot()
    group = Group.objects.get(name="Penerjemah")
    group.permissions.add(Permission.objects.get(codename="delete_fact"))
    group.permissions.remove(Permission.objects.get(codename="submit_translation"))
    GroupPagePermission.objects.create(
        group=group, page=homes["id"], permission=Permission.objects.get(codename="publish_page")
    )
    services.sync_roles()
    assert _snapshot() == before


def test_a_role_that_names_an_unknown_permission_is_refused(homes: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ROLES", (Role("x", "X", extra=("registers.add_nothing",)),))
    with pytest.raises(LookupError, match="add_nothing"):
        services.sync_roles()


def test_wagtails_stock_groups_go_unless_somebody_is_in_them(homes: dict) -> None:
    editors, _created = Group.objects.get_or_create(name="Editors")
    Group.objects.get_or_create(name="Moderators")
    User.objects.create_user("lama@lentera.example").groups.add(editors)
    services.sync_roles()
    assert Group.objects.filter(name="Editors").exists()
    assert not Group.objects.filter(name="Moderators").exists()


def test_a_new_language_gets_its_translators(member: Members, django_capture_on_commit_callbacks) -> None:
    user = member("translator")
    locale = Locale.objects.create(language_code="su")
    with django_capture_on_commit_callbacks(execute=True):
        home = HomePage.objects.get(slug="beranda").copy_for_translation(locale)
    assert home.permissions_for_user(User.objects.get(pk=user.pk)).can_edit()


def test_an_editor_writes_and_publishes_pages_of_every_language(member: Members, homes: dict) -> None:
    user = member("editor")
    for home in homes.values():
        may = home.permissions_for_user(user)
        assert may.can_edit()
        assert may.can_publish()
        assert may.can_add_subpage()
        assert not may.can_delete() or home.is_leaf()


def test_a_translator_edits_translations_and_publishes_nothing(member: Members, homes: dict) -> None:
    user = member("translator")
    for language, home in homes.items():
        may = home.permissions_for_user(user)
        assert may.can_edit() == (language != "id")
        assert not may.can_publish()
        assert not may.can_add_subpage()
        assert not may.can_delete()
        assert not may.can_unpublish()
        assert not may.can_move()


def test_a_translator_finds_the_source_pages(signed_in: SignedIn, homes: dict) -> None:
    page = homes["id"].add_child(instance=StandardPage(title="Tentang", slug="tentang"))
    client = signed_in("translator")
    listing = client.get(f"/akun/cms/pages/{homes['id'].pk}/")
    assert listing.status_code == 200
    assert "Tentang" in listing.content.decode()
    assert client.get(f"/akun/cms/pages/{page.pk}/edit/").status_code == 302


@pytest.mark.parametrize(
    ("role", "opens", "closed"),
    [
        (
            "editor",
            [
                "registers/fact/",
                "registers/channel/new/",
                "registers/source/",
                "registers/term/",
                "images/",
                "documents/",
                "tokens/",
                "registers/region/",
            ],
            [
                "users/",
                "groups/",
                "registers/scheme/new/",
                "registers/destinationrule/new/",
                "sites/",
                "redirects/",
                "locales/",
            ],
        ),
        (
            "translator",
            ["registers/fact/", "tokens/", "reports/workflow/"],
            [
                "users/",
                "registers/fact/new/",
                "registers/exchangerate/new/",
                "images/",
                "collections/",
                "rencana/planrule/",
            ],
        ),
        (
            "job_officer",
            [
                "registers/destinationrule/",
                "registers/destinationrule/new/",
                "registers/source/new/",
                "registers/exchangerate/new/",
                "registers/fact/",
                "rencana/planrule/new/",
                "rencana/planstep/",
                "rencana/usulan/",
            ],
            ["users/", "images/", "registers/fact/new/", "registers/redflag/"],
        ),
        (
            "admin",
            [
                "users/",
                "users/new/",
                "registers/scheme/new/",
                "registers/channel/new/",
                "images/",
                "collections/",
                "workflows/list/",
            ],
            ["groups/", "sites/", "redirects/", "registers/region/new/"],
        ),
    ],
)
def test_each_role_opens_its_own_rooms(signed_in: SignedIn, role: str, opens: list, closed: list) -> None:
    client = signed_in(role)
    assert client.get("/akun/cms/").status_code == 200
    for path in opens:
        assert client.get(f"/akun/cms/{path}").status_code == 200, path
    for path in closed:
        assert client.get(f"/akun/cms/{path}").status_code in (302, 404), path


def test_a_case_worker_has_no_business_in_the_cms(signed_in: SignedIn) -> None:
    client = signed_in("case_worker")
    for path in (
        "",
        "pages/",
        "images/",
        "registers/fact/",
        "tokens/",
        "users/",
        "reports/site-history/",
        "api/main/pages/",
    ):
        answer = client.get(f"/akun/cms/{path}")
        assert answer.status_code in (302, 401, 403), path
        if answer.status_code == 302:
            assert answer["Location"].startswith(("/akun/login/", "/akun/cms/login/")), path


def test_no_role_touches_the_vault_or_makes_itself_mighty() -> None:
    for role in ROLES:
        assert not [name for name in (*role.models, *role.extra) if name.startswith("vault.")]
        assert not [name for name in role.models if name.startswith("auth.")]
    assert "accounts.user" not in {name for role in ROLES if role.code != "admin" for name in role.models}


def test_nobody_deletes_what_pages_name(member: Members) -> None:
    for role in ROLES:
        user = member(role.code)
        for model in ("fact", "channel", "source"):
            assert not user.has_perm(f"registers.delete_{model}"), (role.code, model)


def test_every_named_model_exists(db: None) -> None:
    for role in ROLES:
        for name in role.models:
            app_label, model = name.split(".")
            assert list(apps.get_app_config(app_label).get_models()) if model == "*" else apps.get_model(name)


def test_translations_are_reviewed_by_those_who_publish(homes: dict) -> None:
    services.sync_roles()
    workflow = Workflow.objects.get(workflow_pages__page__depth=1)
    (task,) = GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow)
    assert set(task.groups.values_list("name", flat=True)) == {"Penyunting", "Pengelola"}
    assert homes["en"].get_workflow() == workflow
    assert workflow.name == task.name == services.WORKFLOW


def test_giving_an_unknown_role_is_refused(member: Members) -> None:
    with pytest.raises(ValidationError):
        services.give_role(member("editor"), "raja")


def test_every_role_has_a_name_of_its_own() -> None:
    assert len({role.group for role in ROLES}) == len(ROLES) == len(BY_CODE)
    assert permissions.BY_CODE["case_worker"].cms is False


class TestAdministrator:
    """An administrator looks after accounts, but cannot become a superuser through one."""

    @pytest.fixture
    def client(self, signed_in: SignedIn) -> Client:
        return signed_in("admin")

    @pytest.fixture
    def superuser(self, homes: dict) -> User:
        return User.objects.create_superuser("punca@lentera.example", "x" * 20)

    def test_lists_accounts_by_address_and_role(self, client: Client, superuser: User) -> None:
        page = client.get("/akun/cms/users/").content.decode()
        assert "punca@lentera.example" in page
        assert "Pengelola" in page

    def test_the_forms_have_neither_password_nor_superuser(self, client: Client, member: Members) -> None:
        for path in ("users/new/", f"users/edit/{member('editor').pk}/"):
            page = client.get(f"/akun/cms/{path}").content.decode()
            assert 'name="email"' in page
            assert 'name="agency"' in page
            assert "superuser" not in page
            assert 'type="password"' not in page

    def test_cannot_make_a_superuser_by_posting_the_field(self, client: Client, member: Members) -> None:
        user = member("editor")
        client.post(
            f"/akun/cms/users/edit/{user.pk}/",
            {
                "email": user.email,
                "first_name": "Contoh",
                "is_active": "on",
                "is_superuser": "on",
                "groups": [group.pk for group in user.groups.all()],
            },
        )
        user.refresh_from_db()
        assert not user.is_superuser

    def test_cannot_edit_invite_or_switch_off_a_superuser(self, client: Client, superuser: User) -> None:
        assert client.get(f"/akun/cms/users/edit/{superuser.pk}/").status_code == 302
        assert client.get(f"/akun/cms/users/delete/{superuser.pk}/").status_code == 302
        assert client.get(f"/akun/cms/users/invite/{superuser.pk}/").status_code == 404
        client.post(
            f"/akun/cms/bulk/accounts/user/set_active_state/?id={superuser.pk}",
            {"mark_as_active": "False"},
        )
        superuser.refresh_from_db()
        assert superuser.is_active

    def test_edits_an_account(self, client: Client, member: Members) -> None:
        user = member("editor")
        answer = client.post(
            f"/akun/cms/users/edit/{user.pk}/",
            {
                "email": "Baru@Lentera.example",
                "first_name": "Sari",
                "last_name": "",
                "agency": "Disnaker Contoh",
                "is_active": "on",
                "groups": [Group.objects.get(name="Petugas lowongan").pk],
            },
        )
        assert answer.status_code == 302, answer.content.decode()
        user.refresh_from_db()
        assert user.email == "baru@lentera.example"
        assert user.agency == "Disnaker Contoh"
        assert [group.name for group in user.groups.all()] == ["Petugas lowongan"]

    def test_edits_itself(self, member: Members) -> None:
        user = member("admin")
        client = Client()
        client.force_login(user)
        page = client.get(f"/akun/cms/users/edit/{user.pk}/")
        assert page.status_code == 200
        assert 'name="is_active"' not in page.content.decode()

    def test_the_page_of_ones_own_account_changes_neither_address_nor_password(self, client: Client) -> None:
        page = client.get("/akun/cms/account/").content.decode()
        assert 'name="name_email-email"' not in page
        assert 'type="password"' not in page
