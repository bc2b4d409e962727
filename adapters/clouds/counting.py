"""Whose limits a call counts against."""

from urllib.parse import urlsplit


def counted_for(account: str, *, endpoint: str | None, own: str | None = None) -> str:
    """Return whose limits count: those of *account*, apart wherever *endpoint* is not the cloud's.

    None is the cloud's own endpoint, and so is whatever has the host of *own*. Any other may say
    that it is any account, and ask to wait: it may hold back only who asks the same host.
    """
    if endpoint is None or (own is not None and _host(endpoint) == _host(own)):
        return account
    return f"{account}@{_host(endpoint)}"


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()
