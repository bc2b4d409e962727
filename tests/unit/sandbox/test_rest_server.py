"""The server below every REST cloud of the sandbox, asked by plain HTTP clients."""

import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import pytest

from entrypoints.sandbox.rest.certificate import Certificate, self_signed
from entrypoints.sandbox.rest.faults import Fault
from entrypoints.sandbox.rest.listening import CannotListen
from entrypoints.sandbox.rest.server import RestServer
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply


def echo(request: Request) -> Reply:
    """Answer with what was asked."""
    told = {"line": request.line, "body": request.body.decode(), **request.headers}
    return json_reply(told, headers={"X-Sandbox": "echo"})


@contextmanager
def running(certificate: Certificate | None = None, *, delay: float = 0.0) -> Iterator[RestServer]:
    server = RestServer(echo, certificate=certificate, delay=delay)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def server() -> Iterator[RestServer]:
    with running() as server:
        yield server


@contextmanager
def connected(server: RestServer) -> Iterator[HTTPConnection]:
    with closing(HTTPConnection(urlsplit(server.endpoint).netloc, timeout=5)) as connection:
        yield connection


def ask(
    connection: HTTPConnection, method: str, target: str, body: bytes | None = None
) -> tuple[int, bytes]:
    connection.request(method, target, body, {"X-Mixed-Case": "Kept"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_method_path_query_headers_and_body_arrive(server: RestServer) -> None:
    with connected(server) as connection:
        status, body = ask(connection, "PUT", "/a%20b?%24skiptoken=x%2Fy&empty=", b"hello")
    told = json.loads(body)
    assert status == 200
    assert told["line"] == "PUT /a%20b?$skiptoken=x/y&empty="
    assert (told["body"], told["x-mixed-case"]) == ("hello", "Kept")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
def test_one_connection_serves_many_requests(server: RestServer, method: str) -> None:
    with connected(server) as connection:
        ask(connection, method, "/first")
        first = connection.sock
        status, body = ask(connection, method, "/second")
        assert (status, bool(body)) == (200, method != "HEAD")
        assert connection.sock is first is not None


def test_requests_are_remembered_until_they_are_forgotten(server: RestServer) -> None:
    with connected(server) as connection:
        ask(connection, "GET", "/one")
        ask(connection, "GET", "/two")
        assert [each.line for each in server.requests] == ["GET /one", "GET /two"]
        server.forget()
        assert server.requests == ()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(pattern="x"), (503, b"")),
        (Fault(pattern="x", status=200, body=b"not JSON"), (200, b"not JSON")),
        (Fault(pattern="x", status=404, document={"value": None}), (404, b'{"value": null}')),
        (Fault(pattern="^GET /x$", status=429, headers={"Retry-After": "1"}), (429, b"")),
    ],
)
def test_what_a_fault_says_is_answered(
    server: RestServer, fault: Fault, expected: tuple[int, bytes]
) -> None:
    server.fail(fault)
    with connected(server) as connection:
        assert ask(connection, "GET", "/x") == expected
        assert ask(connection, "GET", "/other")[0] == 200
        server.heal()
        assert ask(connection, "GET", "/x")[0] == 200


def test_a_fault_waits_strikes_and_ends_as_it_was_told(server: RestServer) -> None:
    server.fail(Fault(pattern="^GET /x", after=1, times=2))
    with connected(server) as connection:
        assert ask(connection, "GET", "/other")[0] == 200
        statuses = [ask(connection, "GET", "/x")[0] for _ in range(5)]
    assert statuses == [200, 503, 503, 200, 200]


def test_a_dropped_connection_has_no_answer(server: RestServer) -> None:
    server.fail(Fault(pattern="/x", dropped=True, times=1))
    with connected(server) as connection:
        with pytest.raises((HTTPException, OSError)):
            ask(connection, "GET", "/x")
        connection.close()
        assert ask(connection, "GET", "/x")[0] == 200


@pytest.mark.parametrize("slow", [lambda s: s.fail(Fault(pattern="/", delay=0.1)), None])
def test_a_slow_answer_takes_its_time(slow: Callable[[RestServer], None] | None) -> None:
    with running(delay=0.0 if slow else 0.1) as server, connected(server) as connection:
        if slow:
            slow(server)
        start = time.monotonic()
        ask(connection, "GET", "/x")
        assert time.monotonic() - start >= 0.1


def test_only_who_is_given_the_certificate_believes_it(capfd: pytest.CaptureFixture[str]) -> None:
    certificate = self_signed()
    trusting = ssl.create_default_context(cadata=certificate.pem)
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    with running(certificate) as server:
        place = urlsplit(server.endpoint)
        assert place.scheme == "https"
        for host in ("127.0.0.1", "localhost"):
            with closing(HTTPSConnection(host, place.port, context=trusting)) as connection:
                assert ask(connection, "GET", "/x")[0] == 200
        distrusting = HTTPSConnection("127.0.0.1", place.port)
        with closing(distrusting), pytest.raises(ssl.SSLCertVerificationError):
            ask(distrusting, "GET", "/x")
    assert capfd.readouterr().err == ""


def test_a_client_that_says_nothing_keeps_nobody_waiting() -> None:
    certificate = self_signed()
    trusting = ssl.create_default_context(cadata=certificate.pem)
    with running(certificate) as server:
        place = urlsplit(server.endpoint)
        with (
            socket.create_connection(("127.0.0.1", place.port or 0)),
            closing(HTTPSConnection("127.0.0.1", place.port, timeout=5, context=trusting)) as other,
        ):
            assert ask(other, "GET", "/x")[0] == 200


def test_the_key_of_a_certificate_is_not_shown() -> None:
    assert "PRIVATE" not in repr(self_signed())


def test_a_port_of_another_server_is_called_taken(server: RestServer) -> None:
    port = int(server.endpoint.rpartition(":")[2])
    with pytest.raises(CannotListen, match=f"^Port {port} is taken"):
        RestServer(echo, port=port).start()


def test_a_server_that_never_started_has_no_address_and_can_be_stopped() -> None:
    server = RestServer(echo)
    server.stop()
    with pytest.raises(RuntimeError, match="not started"):
        _ = server.endpoint
