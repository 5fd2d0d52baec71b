"""The one connection of a process to the cluster, and what its failures are called."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from elastic_transport import NodeConfig, Transport, TransportApiResponse, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch, TransportError

from search.engines import deadlines
from search.engines.base import Unanswerable, Unavailable

# Writing may take longer than a reader waits; so may a person who looks after the cluster, but his page must come.
_SECONDS_TO_WRITE = 30.0
_SECONDS_TO_LOOK = 5.0
# Of what was asked it says that it cannot be answered so.
_BAD_REQUEST = 400


class _Heard(io.RawIOBase):
    """What comes from a socket until a time is over. Its own time-out begins anew with every byte."""

    def __init__(self, source: socket.socket, raw: io.RawIOBase, until: float) -> None:
        self._source, self._raw, self._until = source, raw, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._source.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """Whose head and body together come in time."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        until = time.monotonic() + deadlines.left()
        self.fp = io.BufferedReader(_Heard(sock, self.fp.detach(), until))


class _Node(Urllib3HttpNode):
    """A node that is heard until the time of a call is over, however slowly it speaks."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        connection = self.pool.ConnectionCls
        self.pool.ConnectionCls = type("Connection", (connection,), {"response_class": _Response})

    def perform_request(
        self, method: str, target: str, body: Any = None, headers: Any = None, request_timeout: Any = DEFAULT
    ) -> Any:
        seconds = self.config.request_timeout if request_timeout is DEFAULT else request_timeout
        with deadlines.ending(time.monotonic() + float(seconds or 0)):
            if not (left := deadlines.left()):
                raise ConnectionTimeout("no time is left")
            return super().perform_request(method, target, body, headers, left)


class NotAnAnswer(TransportError):
    """Something else answers in the place of the server: a page of a proxy, say."""


class _Transport(Transport):
    """All that the server says is an object of JSON."""

    def perform_request(self, method: str, target: str, **options: Any) -> TransportApiResponse:
        answer = super().perform_request(method, target, **options)
        if answer.meta.status < _BAD_REQUEST and method != "HEAD" and not isinstance(answer.body, dict):
            raise NotAnAnswer("no object of JSON")
        return answer


def asking() -> Elasticsearch:
    """The client for questions: gives up after ELASTICSEARCH_SECONDS, all questions of a request together."""
    return _client(
        tuple(settings.ELASTICSEARCH_URL),
        settings.ELASTICSEARCH_USER,
        settings.ELASTICSEARCH_PASSWORD,
        settings.ELASTICSEARCH_API_KEY,
        settings.ELASTICSEARCH_CA_FILE,
        settings.ELASTICSEARCH_SECONDS,
    )


def writing() -> Elasticsearch:
    """The client for what nobody waits for."""
    return asking().options(request_timeout=_SECONDS_TO_WRITE)


def looking() -> Elasticsearch:
    """The client for the first look of a person: one that is busy still answers, one that is down is soon known to be."""
    return asking().options(request_timeout=_SECONDS_TO_LOOK)


@cache
def _client(
    hosts: tuple[str, ...], user: str, password: str, api_key: str, ca_file: str, seconds: float
) -> Elasticsearch:
    chosen: dict = {}
    if api_key:
        chosen["api_key"] = api_key
    elif user:
        chosen["basic_auth"] = (user, password)
    if ca_file:
        chosen["ca_certs"] = ca_file
    return Elasticsearch(
        list(hosts),
        transport_class=_Transport,
        node_class=_Node,
        request_timeout=seconds,
        # A node that does not answer is asked of another one; a slow one is not asked twice.
        max_retries=len(hosts) - 1,
        retry_on_timeout=False,
        **chosen,
    )


def forget() -> None:
    """The next question is asked by the settings of then (for tests)."""
    _client.cache_clear()


@contextmanager
def speaking() -> Iterator[None]:
    """Around everything that is said to the server: its failures become :class:`Unavailable`.

    Their text may repeat the question, so only their kind is passed on. One that is our own fault is :class:`Unanswerable`.
    """
    try:
        yield
    except ApiError as error:
        kind = error.message if error.message.isidentifier() else type(error).__name__
        found = Unanswerable if error.status_code == _BAD_REQUEST else Unavailable
        raise found(f"{kind}, {error.status_code}") from None
    except TransportError as error:
        raise Unavailable(type(error).__name__) from None


@contextmanager
def reading() -> Iterator[None]:
    """:func:`speaking`, and around what takes an answer apart: one that is none becomes :class:`Unavailable` as well.

    Nothing else is done within it, so that no fault of our own is taken for one of the server.
    """
    try:
        with speaking():
            yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise Unavailable("an answer that cannot be read") from None
