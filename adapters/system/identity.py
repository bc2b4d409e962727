"""Who this process is, in the eyes of others who want the same work."""

import os
import secrets
import socket


def process_identity() -> str:
    """Return a new `host:pid:random` name; the random part tells apart pids that come again."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
