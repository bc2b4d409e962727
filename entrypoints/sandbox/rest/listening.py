"""A place on the loopback interface to listen on."""

import errno
import os
import socket

HOST = "127.0.0.1"


class CannotListen(Exception):
    """The sandbox cannot have the port it should listen on; the text says why, and what to do."""

    def __init__(self, port: int, error: OSError) -> None:
        if error.errno == errno.EADDRINUSE:
            trouble = f"Port {port} is taken by another program"
        else:
            trouble = f"The sandbox cannot listen on port {port}: {os.strerror(error.errno or 0)}"
        super().__init__(f"{trouble}; choose another one with --port, or 0 for any that is free.")


def listen(port: int) -> socket.socket:
    """Return a socket that listens on *port*; 0 takes any that is free.

    Raises:
        CannotListen: another program uses the port, or this machine does not allow it.
    """
    try:
        return socket.create_server((HOST, port), backlog=128)
    except OSError as error:
        raise CannotListen(port, error) from error
