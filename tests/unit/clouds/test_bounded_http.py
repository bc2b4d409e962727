"""What a server sends without end, or without haste, costs neither memory nor a day."""

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest
import requests

from adapters.clouds.bounded import TooLarge
from adapters.clouds.bounded_http import BoundedAdapter

Say = Callable[[socket.socket], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def serving(say: Say) -> Iterator[str]:
    """Let *say* answer every connection, and give the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    caller.recv(65_536)
                    with suppress(OSError):
                        say(caller)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def ask(address: str, *, timeout: float = 5.0) -> bytes:
    with requests.Session() as session:
        session.mount("http://", BoundedAdapter())
        return session.get(address, timeout=timeout).content


def test_an_answer_is_read_whatever_its_form() -> None:
    body = b'{"value": []}' * 100
    packed = gzip.compress(body)
    forms = (
        HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body,
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n",
        HEAD + b"Connection: close\r\n\r\n" + body,
    )
    for form in forms:
        with serving(lambda caller, form=form: caller.sendall(form)) as address:  # type: ignore[misc]
            assert ask(address) == body


def test_a_small_answer_that_unpacks_to_more_than_we_use_is_given_up() -> None:
    packed = gzip.compress(b"0" * 200_000_000)
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with serving(lambda caller: caller.sendall(head + packed)) as address, pytest.raises(TooLarge):
        ask(address)


def test_an_answer_that_drips_is_given_up() -> None:
    def drip(caller: socket.socket) -> None:
        caller.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        for _ in range(1000):
            caller.sendall(b" ")
            time.sleep(0.05)

    began = time.monotonic()
    with serving(drip) as address, pytest.raises(TimeoutError):
        ask(address, timeout=0.2)
    assert time.monotonic() - began < 5


def test_an_answer_that_breaks_off_is_an_error_of_the_connection() -> None:
    half = HEAD + b"Content-Length: 100\r\n\r\nhalf"
    with (
        serving(lambda caller: caller.sendall(half)) as address,
        pytest.raises(requests.exceptions.ChunkedEncodingError),
    ):
        ask(address)
