"""People come in by a link that works once; nobody chooses a password for somebody else."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.permissions import ROLES
from tests.staff import PASSWORD, Members, SignedIn

NEW = "rumah ladang laut gunung"


def _link() -> str:
    return re.search(r"https?://[^/\s]+(/akun/password/reset/key/\S+)", mail.outbox[-1].body)[1]


def _choose(client: Client, link: str, password: str = NEW):
    form = client.get(link, follow=True)
    return client.post(form.redirect_chain[-1][0], {"password1": password, "password2": password})


def test_the_command_mails_a_link_that_opens_an_account(client: Client, homes: dict, capsys) -> None:
    call_command("invite", "Ibu.Sari@Lentera.example", role="editor")
    user = User.objects.get(email="ibu.sari@lentera.example")
    assert not user.has_usable_password()
    assert [group.name for group in user.groups.all()] == ["Penyunting"]
    (message,) = mail.outbox
    assert message.to == ["ibu.sari@lentera.example"]
    assert _choose(client, _link())["Location"] == "/akun/password/reset/key/done/"
    answer = client.post("/akun/login/", {"login": user.email, "password": NEW}, follow=True)
    assert answer.redirect_chain[-1][0] == "/akun/cms/"


def test_the_mail_is_indonesian_also_when_english_is_asked_for(homes: dict) -> None:
    from django.utils import translation

    services.sync_roles()
    with translation.override("en"):
        services.invite("baru@lentera.example", "editor", "https://lentera.example")
    (message,) = mail.outbox
    assert "Akun Anda" in message.subject
    assert "https://lentera.example/akun/password/reset/key/" in message.body


def test_a_link_works_once(client: Client, homes: dict) -> None:
    services.invite("baru@lentera.example", "editor")
    link = _link()
    _choose(client, link)
    again = Client().get(link, follow=True).content.decode()
    assert 'type="password"' not in again
    assert 'href="/akun/password/reset/"' in again


def test_a_link_that_is_too_old_says_so(client: Client, homes: dict, settings) -> None:
    services.invite("baru@lentera.example", "editor")
    link = _link()
    late = timezone.now() + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT, days=1)
    with time_machine.travel(late, tick=False):
        page = client.get(link, follow=True)
    assert page.status_code == 200
    assert 'type="password"' not in page.content.decode()
    assert 'href="/akun/password/reset/"' in page.content.decode()


@pytest.mark.parametrize("address", ["bukan alamat", "", "a@b"])
def test_a_bad_address_is_refused(homes: dict, address: str) -> None:
    with pytest.raises(ValidationError):
        services.invite(address, "editor")
    assert not User.objects.exists()
    assert not mail.outbox


def test_the_command_says_what_is_wrong(homes: dict) -> None:
    with pytest.raises(CommandError):
        call_command("invite", "bukan alamat", role="editor")


def test_an_account_in_use_is_not_invited_again(member: Members) -> None:
    user = member("editor", last_login=timezone.now())
    with pytest.raises(ValidationError, match=user.email):
        services.invite(user.email, "admin")
    assert [group.name for group in user.groups.all()] == ["Penyunting"]


def test_an_invitation_that_was_lost_is_sent_again(homes: dict) -> None:
    services.invite("baru@lentera.example", "editor")
    services.invite("baru@lentera.example", "editor")
    assert len(mail.outbox) == 2
    assert User.objects.filter(email="baru@lentera.example").count() == 1


def test_an_administrator_invites_in_the_cms(signed_in: SignedIn, client: Client) -> None:
    admin = signed_in("admin")
    role = Group.objects.get(name="Penerjemah")
    answer = admin.post(
        "/akun/cms/users/new/",
        {"email": "Baru@Lentera.example", "first_name": "Sari", "last_name": "", "agency": "", "groups": [role.pk]},
    )
    assert answer.status_code == 302, answer.content.decode()
    user = User.objects.get(email="baru@lentera.example")
    assert not user.has_usable_password()
    assert "http://testserver/akun/password/reset/key/" in mail.outbox[-1].body
    _choose(client, _link())
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_an_account_needs_a_role(signed_in: SignedIn) -> None:
    answer = signed_in("admin").post(
        "/akun/cms/users/new/", {"email": "baru@lentera.example", "first_name": "Sari", "last_name": "", "agency": ""}
    )
    assert answer.status_code == 200
    assert not User.objects.filter(email="baru@lentera.example").exists()
    assert not mail.outbox


def test_the_button_sends_the_link_again_to_whoever_never_came(signed_in: SignedIn, member: Members) -> None:
    admin = signed_in("admin")
    user = services.invite("baru@lentera.example", "editor")
    mail.outbox.clear()
    address = f"/akun/cms/users/invite/{user.pk}/"
    assert address in admin.get("/akun/cms/users/").content.decode()
    assert admin.get(address).status_code == 200
    assert not mail.outbox
    assert admin.post(address).status_code == 302
    assert mail.outbox[-1].to == [user.email]
    known = member("editor", last_login=timezone.now())
    assert admin.post(f"/akun/cms/users/invite/{known.pk}/").status_code == 404


def test_only_administrators_send_invitations(signed_in: SignedIn) -> None:
    user = services.invite("baru@lentera.example", "editor")
    mail.outbox.clear()
    assert signed_in("editor").post(f"/akun/cms/users/invite/{user.pk}/").status_code == 302
    assert not mail.outbox


def test_demo_accounts_are_marked_have_every_role_and_can_be_removed(homes: dict) -> None:
    services.sync_roles()
    made = services.load_demo_staff()
    assert {role for _email, _password, role in made} == {role.group for role in ROLES}
    assert len({password for _email, password, _role in made}) == len(made) == len(ROLES) + 2
    # What one job officer puts on hold another one decides; a unit has two holders.
    for role in ("Petugas lowongan", "Petugas kasus"):
        assert sum(held == role for _email, _password, held in made) == 2
    assert len({str(User.objects.get(email=email)) for email, _password, _role in made}) == len(made)
    assert set(services.desk_of_demo()) < {email for email, _password, _role in made}
    for email, password, role in made:
        user = User.objects.get(email=email)
        assert user.demo
        assert user.check_password(password)
        assert not user.is_superuser
        assert [group.name for group in user.groups.all()] == [role]
        assert email.endswith(".example")
    assert services.load_demo_staff() == []
    keep = User.objects.create_user("asli@lentera.example", PASSWORD)
    assert services.remove_demo_staff() == len(made)
    assert list(User.objects.all()) == [keep]
