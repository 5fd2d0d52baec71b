"""How the portal signs in to Elasticsearch: TLS, a user and a certificate on a real server, an API key as it is sent."""

from __future__ import annotations

import base64
import ipaddress
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography import x509

from search import outer
from search.engines.base import Unavailable
from search.engines.elastic import client
from tests.certificates import self_signed
from tests.elasticsearch import Elasticsearch, serving
from tests.servers import Quiet, answering

USER, PASSWORD = "lentera", "kata-sandi-panjang"


def prepare(server: Elasticsearch) -> None:
    """A certificate and a user, before the server is started."""
    self_signed(server.folder / "config", x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    server.run("elasticsearch-users", "useradd", USER, "-p", PASSWORD, "-r", "superuser")


@pytest.fixture(scope="module")
def secured() -> Iterator[Elasticsearch]:
    settings = {
        "xpack.security.enabled": "true",
        "xpack.security.http.ssl.enabled": "true",
        "xpack.security.http.ssl.key": "server.key",
        "xpack.security.http.ssl.certificate": "server.crt",
    }
    with serving(prepare, **settings) as server:
        yield server


@pytest.fixture
def chosen(settings: Any) -> Any:
    """The settings of this test, whose clients are not those of another one."""
    client.forget()
    yield settings
    client.forget()


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
@pytest.mark.django_db
def test_a_user_comes_in_over_a_certificate_that_is_known(secured: Elasticsearch, chosen: Any) -> None:
    chosen.ELASTICSEARCH_URL = [secured.url.replace("http:", "https:")]
    chosen.ELASTICSEARCH_SECONDS = 20
    chosen.ELASTICSEARCH_USER, chosen.ELASTICSEARCH_PASSWORD = USER, PASSWORD
    assert outer.status().trouble == "TlsError", "nobody has said whom to believe"
    chosen.ELASTICSEARCH_CA_FILE = str(secured.folder / "config" / "server.crt")
    deadline = time.monotonic() + 60
    while (found := outer.status()).health != "green" and time.monotonic() < deadline:
        time.sleep(0.5)  # it has only just been started
    assert (found.trouble, found.health) == ("", "green")
    assert outer.rebuild_all(lambda done, total: None) == 0
    assert all(one.is_current for one in outer.status().indices)
    chosen.ELASTICSEARCH_PASSWORD = "falsch"
    assert "401" in outer.status().trouble
    assert PASSWORD not in outer.status().trouble


@pytest.mark.parametrize(
    ("setting", "values", "sent"),
    [
        ("API key", {"ELASTICSEARCH_API_KEY": "a2V5OnNlY3JldA=="}, "ApiKey a2V5OnNlY3JldA=="),
        (
            "user",
            {"ELASTICSEARCH_USER": USER, "ELASTICSEARCH_PASSWORD": PASSWORD},
            f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}",
        ),
        ("nobody", {}, ""),
    ],
)
def test_what_is_sent_says_who_asks(chosen: Any, setting: str, values: dict[str, str], sent: str) -> None:
    seen: list[tuple[str, str]] = []

    class Server(Quiet):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers.get("Authorization") or ""))
            headers = [("X-Elastic-Product", "Elasticsearch"), ("Content-Type", "application/json")]
            self.answer(200, headers, b'{"status": "green"}')

    with answering(Server) as port:
        chosen.ELASTICSEARCH_URL = [f"http://127.0.0.1:{port}"]
        for name, value in values.items():
            setattr(chosen, name, value)
        with client.speaking():
            client.asking().cluster.health()
    assert seen == [("/_cluster/health", sent)]


def test_what_failed_is_named_without_what_was_asked(chosen: Any) -> None:
    class Server(Quiet):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = b'{"error": {"type": "parsing_exception", "reason": "rahasiaketikan"}, "status": 400}'
            self.answer(400, [("X-Elastic-Product", "Elasticsearch"), ("Content-Type", "application/json")], body)

    with answering(Server) as port:
        chosen.ELASTICSEARCH_URL = [f"http://127.0.0.1:{port}"]
        with pytest.raises(Unavailable, match=r"^parsing_exception, 400$") as raised, client.speaking():
            client.asking().search(index="x", query={"match": {"terms_a": "rahasiaketikan"}})
    assert raised.value.__cause__ is None
