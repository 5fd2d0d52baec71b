"""Signing in and out below /akun/, and nowhere else."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.services import invite
from tests.staff import PASSWORD, Members, SignedIn


def _sign_in(client: Client, email: str, password: str, **more: str):
    return client.post("/akun/login/", {"login": email, "password": password, **more})


def test_the_cms_sends_strangers_to_our_own_door(client: Client, homes: dict) -> None:
    answer = client.get("/akun/cms/pages/")
    assert answer.status_code == 302
    assert answer["Location"] == "/akun/login/?next=/akun/cms/pages/"
    page = client.get(answer["Location"]).content.decode()
    assert 'name="login"' in page
    assert 'type="email"' in page


def test_wagtails_own_door_leads_to_ours(client: Client, homes: dict) -> None:
    for method in (client.get, client.post):
        answer = method("/akun/cms/login/?next=/akun/cms/")
        assert answer.status_code == 302
        assert answer["Location"] == "/akun/login/?next=/akun/cms/"


@pytest.mark.parametrize(("short", "target"), [("/akun", "/akun/cms/"), ("/admin/", "/akun/cms/")])
def test_short_addresses_lead_to_the_cms(client: Client, homes: dict, short: str, target: str) -> None:
    answer = client.get(short)
    assert answer.status_code == 302
    assert answer["Location"] == target
    assert not answer.cookies


def test_an_editor_signs_in_and_arrives_where_they_wanted(client: Client, member: Members) -> None:
    user = member("editor")
    answer = _sign_in(client, user.email.upper(), PASSWORD, next="/akun/cms/images/")
    assert answer.status_code == 302
    assert answer["Location"] == "/akun/cms/images/"
    assert client.get("/akun/cms/images/").status_code == 200


def test_a_wrong_password_is_told_in_indonesian(client: Client, member: Members) -> None:
    user = member("editor")
    answer = _sign_in(client, user.email, "salah")
    assert answer.status_code == 200
    assert "Alamat e-mail dan/atau kata sandi" in answer.content.decode()
    assert not get_user(client).is_authenticated


def test_a_closed_account_does_not_come_in(client: Client, member: Members) -> None:
    user = member("editor", is_active=False)
    answer = _sign_in(client, user.email, PASSWORD)
    assert answer["Location"] == "/akun/inactive/"
    assert client.get("/akun/inactive/").status_code == 200
    assert not get_user(client).is_authenticated


def test_a_case_worker_is_not_sent_round_in_a_circle(client: Client, member: Members) -> None:
    user = member("case_worker")
    answer = client.post("/akun/login/", {"login": user.email, "password": PASSWORD, "next": "/akun/cms/"}, follow=True)
    assert answer.status_code == 200
    assert [step[0] for step in answer.redirect_chain][-1] == "/akun/"
    assert "Petugas kasus" in answer.content.decode()


def test_nobody_registers_themselves(client: Client, homes: dict) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    for path in ("signup/", "email/", "confirm-email/", "password/set/", "login/code/"):
        assert client.get(f"/akun/{path}").status_code == 404
    assert client.get("/akun/cms/password_reset/").status_code == 404
    assert client.get("/id/_util/login/").status_code == 404


def test_signing_out(signed_in: SignedIn) -> None:
    client = signed_in("editor")
    assert client.get("/akun/logout/").status_code == 200
    assert client.post("/akun/logout/")["Location"] == "/akun/login/"
    assert not get_user(client).is_authenticated


def test_the_cms_signs_out_too(signed_in: SignedIn) -> None:
    client = signed_in("editor")
    answer = client.post("/akun/cms/logout/", follow=True)
    assert answer.redirect_chain[-1][0] == "/akun/login/"
    assert not get_user(client).is_authenticated


def test_changing_the_password(client: Client, member: Members) -> None:
    user = member("editor")
    client.force_login(user)
    answer = client.post(
        "/akun/password/change/",
        {"oldpassword": PASSWORD, "password1": "rumah ladang laut gunung", "password2": "rumah ladang laut gunung"},
    )
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.check_password("rumah ladang laut gunung")
    assert get_user(client).is_authenticated


def test_the_cms_leads_to_the_password_page(signed_in: SignedIn) -> None:
    assert 'href="/akun/password/change/"' in signed_in("editor").get("/akun/cms/account/").content.decode()


def test_guessing_passwords_is_slowed_down(client: Client, member: Members) -> None:
    cache.clear()
    user = member("editor")
    for _attempt in range(5):
        _sign_in(client, user.email, "salah")
    answer = _sign_in(client, user.email, PASSWORD)
    assert answer.status_code == 200
    assert not get_user(client).is_authenticated
    cache.clear()


@pytest.mark.parametrize("letters", [str.lower, str.upper])
def test_a_stranger_locks_nobody_out(member: Members, letters) -> None:
    """Who guesses is refused; who knows the password comes in from elsewhere."""
    cache.clear()
    user = member("editor")
    for _attempt in range(6):
        _sign_in(Client(REMOTE_ADDR="203.0.113.7"), letters(user.email), "salah")
    guess = Client(REMOTE_ADDR="203.0.113.7")
    _sign_in(guess, user.email, PASSWORD)
    assert not get_user(guess).is_authenticated
    known = Client(REMOTE_ADDR="198.51.100.4")
    _sign_in(known, user.email, PASSWORD)
    assert get_user(known).is_authenticated
    cache.clear()


def test_guesses_for_unknown_addresses_refuse_nobody(client: Client, member: Members) -> None:
    """Behind a proxy everybody may seem to come from one address."""
    cache.clear()
    user = member("editor")
    for attempt in range(12):
        _sign_in(Client(), f"tidak.ada{attempt}@lentera.example", "salah")
    _sign_in(client, user.email, PASSWORD)
    assert get_user(client).is_authenticated
    cache.clear()


def test_the_client_is_whom_the_trusted_proxy_names(member: Members, settings) -> None:
    """Not what the client writes before it."""
    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = member("editor")
    for attempt in range(6):
        _sign_in(Client(HTTP_X_FORWARDED_FOR=f"192.0.2.{attempt}, 203.0.113.7"), user.email, "salah")
    guess = Client(HTTP_X_FORWARDED_FOR="192.0.2.99, 203.0.113.7")
    _sign_in(guess, user.email, PASSWORD)
    assert not get_user(guess).is_authenticated
    known = Client(HTTP_X_FORWARDED_FOR="198.51.100.4")
    _sign_in(known, user.email, PASSWORD)
    assert get_user(known).is_authenticated
    cache.clear()


def test_a_short_password_is_refused(client: Client, member: Members) -> None:
    user = member("editor")
    client.force_login(user)
    answer = client.post(
        "/akun/password/change/", {"oldpassword": PASSWORD, "password1": "pendek", "password2": "pendek"}
    )
    assert answer.status_code == 200
    assert "12" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def _link(message: str) -> str:
    return re.search(r"https?://[^/\s]+(/akun/password/reset/key/\S+)", message)[1]


def test_a_forgotten_password_is_replaced_once(client: Client, member: Members) -> None:
    user = member("editor")
    assert client.post("/akun/password/reset/", {"email": user.email}).status_code == 302
    (message,) = mail.outbox
    assert message.to == [user.email]
    assert "kata sandi" in message.subject.lower()
    assert "Buka alamat ini" in message.body
    link = _link(message.body)
    form = client.get(link, follow=True)
    assert form.redirect_chain
    answer = client.post(
        form.redirect_chain[-1][0], {"password1": "rumah ladang laut gunung", "password2": "rumah ladang laut gunung"}
    )
    assert answer["Location"] == "/akun/password/reset/key/done/"
    user.refresh_from_db()
    assert user.check_password("rumah ladang laut gunung")
    again = Client().get(link, follow=True)
    assert again.status_code == 200
    assert 'href="/akun/password/reset/"' in again.content.decode()
    assert 'type="password"' not in again.content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: Client, member: Members) -> None:
    user = member("editor")
    known = client.post("/akun/password/reset/", {"email": user.email})
    unknown = client.post("/akun/password/reset/", {"email": "tidak.ada@lentera.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [[user.email]]


def test_a_link_dies_when_the_password_is_set_otherwise(client: Client, homes: dict) -> None:
    user = invite("baru@lentera.example", "editor")
    link = _link(mail.outbox[-1].body)
    user.set_password(PASSWORD)
    user.save()
    page = client.get(link, follow=True).content.decode()
    assert 'type="password"' not in page
    assert 'href="/akun/password/reset/"' in page


def test_a_changed_address_closes_the_old_one(client: Client, member: Members) -> None:
    from allauth.account.models import EmailAddress

    user = member("editor")
    EmailAddress.objects.create(user=user, email="lama@lentera.example", verified=True)
    user.email = "Baru@Lentera.example"
    user.save()
    assert user.email == "baru@lentera.example"
    assert not EmailAddress.objects.filter(user=user).exists()
    client.post("/akun/password/reset/", {"email": "lama@lentera.example"})
    assert not mail.outbox
    assert User.objects.get(pk=user.pk).email == "baru@lentera.example"


def test_a_case_worker_is_told_in_our_words_what_the_account_is_for(client: Client, homes: dict) -> None:
    user = User.objects.create_user("petugas@contoh.go.id", "kata-sandi-panjang")
    client.force_login(user)
    page = client.get("/akun/cms/", follow=True)
    assert "Peran Anda tidak bekerja di sistem konten" in page.content.decode()
    assert "izin untuk" not in page.content.decode()
