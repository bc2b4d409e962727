"""The connections to Azure that everything said with one credential shares."""

import ssl
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from azure.core.pipeline.transport import RequestsTransport

from adapters.azure.retrying import Patience
from adapters.clouds.bounded_http import BoundedAdapter

_CONNECTIONS = 64  # to each host, so that no thread waits for a connection


def connections(trust: ssl.SSLContext | None) -> requests.Session:
    """Return a pool of connections; *trust* replaces who this machine trusts.

    Proxies and REQUESTS_CA_BUNDLE still count: they are the network's, not the credential's.
    """
    session = requests.Session()
    session.mount("https://", _Adapter() if trust is None else _TrustingAdapter(trust))
    # A .netrc on this machine would otherwise put its own password in the token's place.
    session.auth = _as_it_is
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def transport(session: requests.Session, patience: Patience) -> RequestsTransport:
    """Return a way through *session* that no client can close."""
    return RequestsTransport(
        session=session,
        session_owner=False,
        connection_timeout=patience.connect_timeout,
        read_timeout=patience.read_timeout,
    )


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _Adapter(BoundedAdapter):
    def __init__(self) -> None:
        super().__init__(pool_maxsize=_CONNECTIONS, max_retries=0)


class _TrustingAdapter(_Adapter):
    """Trusts what its context does, whatever this machine trusts."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        self._trust = trust
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as inherited
        super().init_poolmanager(*args, ssl_context=self._trust, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as inherited
        return super().proxy_manager_for(proxy, ssl_context=self._trust, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ANN401
        """Leave the matter to the context."""

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: Any,  # noqa: ANN401, ARG002 - as inherited
        cert: Any = None,  # noqa: ANN401 - as inherited
    ) -> Any:  # noqa: ANN401 - as inherited
        return super().build_connection_pool_key_attributes(request, True, cert)
