"""The connections to Google Cloud that everything said with one credential shares."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Any, Self, TypeAlias

import requests
from google.auth.transport import DEFAULT_RETRYABLE_STATUS_CODES
from google.auth.transport.requests import AuthorizedSession, Request
from google.cloud.bigquery.client import Client as BigQueryClient
from google.cloud.compute_v1.services.instances.transports.rest import InstancesRestTransport
from google.cloud.storage.client import Client  # type: ignore[import-untyped]
from google.oauth2 import service_account

from adapters.clouds.bounded_http import BoundedAdapter
from adapters.gcp.errors import refusal

Turn: TypeAlias = Callable[[], AbstractContextManager[None]]

USER_AGENT = "multi-cloud (gzip)"
"""Some of Google's services compress their answers only for clients that say so here."""

_CONNECTIONS = 64  # to each host, so that no thread waits for a connection


class AccountCredentials(service_account.Credentials):
    """The service account; threads that need a token at the same time get one together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as inherited
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        self._fetching = Lock()
        self._learn: Callable[[str], None] | None = None

    @classmethod
    def reading(
        cls, info: Mapping[str, str], *, scopes: Sequence[str], learn: Callable[[str], None]
    ) -> Self:
        """Return the account of the key file *info*; *learn* is told its tokens.

        Raises:
            ValueError: the file holds no usable key.
        """
        made: Self = cls.from_service_account_info(  # type: ignore[no-untyped-call]
            info, scopes=[*scopes]
        )
        made._learn = learn
        return made

    def refresh(self, request: Any) -> None:  # noqa: ANN401 - as inherited
        """Get a new access token, unless another thread just did."""
        known = self.token
        with self._fetching:
            if self.token == known:
                super().refresh(request)  # type: ignore[no-untyped-call]
                if self._learn is not None:
                    self._learn(str(self.token))

    def _after_refresh(self, *_: object) -> None:
        """Do not look up, in the background, from where the account may be used.

        The SDK would send the token to an address of Google's, whatever the endpoints are.
        """


class TokenRequest(Request):
    """Asks for tokens, each in its turn, and lets our own patience decide about asking again."""

    def __init__(self, session: requests.Session, turn: Turn) -> None:
        super().__init__(session)
        self._turn = turn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as inherited
        """Return the answer.

        Raises:
            GoogleAPICallError: the token service has trouble, or asks to slow down.
        """
        with self._turn():
            answer = super().__call__(*args, **kwargs)  # type: ignore[no-untyped-call]
            if answer.status in {*DEFAULT_RETRYABLE_STATUS_CODES, 502}:
                raise refusal(answer._response)  # noqa: SLF001 - a thin cover of requests' own
        return answer


class ComputeConnection(InstancesRestTransport):
    """Asks the compute service for JSON over the SDK's transport.

    The SDK's own methods make a typed message of every record. That costs a listing of thousands
    most of its time, and one value that does not fit its type costs the whole page.
    """

    def __init__(self, *, endpoint: str, session: AuthorizedSession) -> None:
        super().__init__(host=endpoint, credentials=session.credentials)
        self._session = session

    def fetch(
        self,
        path: str,
        *,
        params: Mapping[str, str],
        **options: Any,  # noqa: ANN401 - of requests
    ) -> requests.Response:
        """Return the answer, whatever its status."""
        asked = {**params, "prettyPrint": "false"}
        answer: requests.Response = self._session.get(
            f"{self._host}{path}", params=asked, **options
        )
        return answer


class StorageConnection(Client):  # type: ignore[misc]
    """Asks the storage service for JSON over the SDK's connection."""

    def __init__(self, *, endpoint: str, project: str, session: AuthorizedSession) -> None:
        super().__init__(
            project=project,
            credentials=session.credentials,
            client_options={"api_endpoint": endpoint},
            _http=session,
        )
        self._endpoint = endpoint  # said again with each request, or the environment is asked

    def fetch(
        self,
        path: str,
        *,
        params: Mapping[str, str],
        **options: Any,  # noqa: ANN401 - of requests
    ) -> requests.Response:
        """Return the answer, whatever its status."""
        url = self._connection.build_api_url(
            path, query_params=dict(params), api_base_url=self._endpoint, api_version="v1"
        )
        answer: requests.Response = self._connection.http.get(url, **options)
        return answer


class BigQueryConnection(BigQueryClient):
    """Asks BigQuery for JSON over the SDK's connection."""

    def __init__(self, *, endpoint: str, project: str, session: AuthorizedSession) -> None:
        super().__init__(
            project=project,
            credentials=session.credentials,
            client_options={"api_endpoint": endpoint},
            _http=session,
        )
        self._endpoint = endpoint  # said again with each request, or the environment is asked

    def fetch(
        self,
        path: str,
        *,
        params: Mapping[str, str],
        json: Mapping[str, object] | None = None,
        **options: Any,  # noqa: ANN401 - of requests
    ) -> requests.Response:
        """Return the answer, whatever its status; with *json*, that is posted."""
        url = self._connection.build_api_url(  # type: ignore[no-untyped-call]
            path, query_params=dict(params), api_base_url=self._endpoint, api_version="v2"
        )
        method = "GET" if json is None else "POST"
        answer: requests.Response = self._connection.http.request(method, url, json=json, **options)
        return answer


def token_request(turn: Turn) -> TokenRequest:
    """Return a way to the token service; each request is sent within a *turn*."""
    session = requests.Session()
    _prepare(session)
    return TokenRequest(session, turn)


def authorized(credentials: AccountCredentials, request: TokenRequest) -> AuthorizedSession:
    """Return a pool of connections over which *credentials* are shown."""
    session = AuthorizedSession(  # type: ignore[no-untyped-call]
        credentials, auth_request=request
    )
    _prepare(session)
    return session


def _prepare(session: requests.Session) -> None:
    """Let *session* know nothing of this machine but its network: proxies, REQUESTS_CA_BUNDLE."""
    session.headers["User-Agent"] = USER_AGENT
    adapter = BoundedAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # A .netrc on this machine would otherwise put its own password in the token's place.
    session.auth = _as_it_is
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # None of Google's answers leads elsewhere, and what was signed for Google may not either.
    session.max_redirects = 0


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
