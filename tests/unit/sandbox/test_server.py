"""Where the sandbox listens, and what it says when it cannot."""

import errno
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from entrypoints.sandbox.aws.server import AwsServer
from entrypoints.sandbox.rest.listening import HOST, CannotListen


@contextmanager
def no_more_files() -> Iterator[None]:
    """Let this process open nothing more; what it has open may still be waited for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    next_one = os.dup(0)
    os.close(next_one)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_one, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_port_of_another_program_is_called_taken() -> None:
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListen, match=f"^Port {port} is taken by another program; choose"):
            AwsServer(port).start()


def test_what_else_keeps_it_from_listening_is_called_by_its_name() -> None:
    with pytest.raises(CannotListen, match="cannot listen on port 0: Too many"), no_more_files():
        AwsServer().start()


def test_a_port_for_the_superuser_alone_is_not_called_taken() -> None:
    refused = CannotListen(80, OSError(errno.EACCES, "Permission denied"))
    assert str(refused).startswith("The sandbox cannot listen on port 80: Permission denied; ")
