"""The tokens of one application: asked for once, and once more when Azure refuses one."""

import json
import re
from collections.abc import Callable
from threading import RLock
from typing import Any
from urllib.parse import urlsplit

import requests
from azure.core.credentials import AccessToken
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy, SansIOHTTPPolicy, UserAgentPolicy
from azure.core.rest import HttpRequest, HttpResponse
from azure.identity import ClientSecretCredential

from adapters.azure.connections import transport
from adapters.azure.errors import SDK_ERRORS, Subject, TokenRefused
from adapters.azure.operations import Call, Operation, Service
from adapters.azure.pacing import TOKEN_API, Paced
from adapters.azure.retrying import Patience, PatientRetries
from adapters.azure.secret import PUBLIC_AUTHORITY, PUBLIC_RESOURCE_MANAGER, AzureSecret
from adapters.azure.waiting import asked_wait
from adapters.clouds.counting import counted_for
from application.ports.pacing import Pacing

USER_AGENT = "multi-cloud"

_SIGN_IN = Call(
    operation=Operation(
        service=Service.SUBSCRIPTIONS, path="", version="", permission="the sign-in", role=""
    )
)
_NUMBER = re.compile(r"AADSTS[0-9]{4,9}")
_WORD = re.compile(r"[a-z_]{1,40}")
_UNAUTHORIZED = 401


class Tokens:
    """Gives the application's token to every thread; the SDK takes it for a credential."""

    def __init__(
        self,
        secret: AzureSecret,
        *,
        session: requests.Session,
        patience: Patience,
        pacing: Pacing,
        subject: Subject,
        learn: Callable[[str], None],
    ) -> None:
        """*learn* is told each token, so that logs can hide it."""
        self._secret = secret
        self._session = session
        self._patience = patience
        self._pacing = pacing
        self._subject = subject
        self._learn = learn
        self._lock = RLock()
        self._credential: ClientSecretCredential | None = None
        self._latest: str | None = None
        audience = secret.resource_manager_url or PUBLIC_RESOURCE_MANAGER
        self._scope = f"{audience}/.default"

    def get_token(self, *_: str, **__: object) -> AccessToken:
        """Return a token that is good for some minutes at least.

        Raises:
            PortError: Entra ID gave none.
        """
        with self._lock:
            return self._ask(self._credential or self._make())

    def fresh(self, *, instead_of: str | None = None) -> AccessToken:
        """Return a token newer than *instead_of*; None: ask Entra ID now, whatever is there.

        Raises:
            PortError: Entra ID gave none.
        """
        with self._lock:
            known = self._credential if instead_of not in {None, self._latest} else None
            return self._ask(known or self._make())

    def _make(self) -> ClientSecretCredential:
        secret = self._secret
        authority = secret.authority_host or PUBLIC_AUTHORITY
        whose = f"{secret.tenant_id}/{secret.client_id}"
        self._credential = ClientSecretCredential(
            secret.tenant_id,
            secret.client_id,
            secret.client_secret,
            authority=authority,
            # Whom to trust is settled: the public cloud, or whom the operator allows.
            disable_instance_discovery=True,
            transport=transport(self._session, self._patience),
            policies=[
                UserAgentPolicy(user_agent=USER_AGENT, user_agent_use_env=False),
                _Refusals(authority),
                PatientRetries(self._patience),
                Paced(
                    self._pacing,
                    account=counted_for(whose, endpoint=authority, own=PUBLIC_AUTHORITY),
                    api=TOKEN_API,
                    longest_wait=self._patience.longest_wait,
                ),
            ],
        )
        # The environment may not move the sign-in to another host; there is no other way to say so.
        vars(self._credential)["_regional_authority"] = False
        return self._credential

    def _ask(self, credential: ClientSecretCredential) -> AccessToken:
        try:
            token = credential.get_token(self._scope)
        except SDK_ERRORS as exc:
            raise self._subject.failed(exc, _SIGN_IN) from exc
        if token.token != self._latest:
            self._latest = token.token
            self._learn(token.token)
        return token


class Authorized(HTTPPolicy[HttpRequest, HttpResponse]):
    """Puts the token on each request, and a fresh one where Azure refuses it."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens

    def send(
        self, request: PipelineRequest[HttpRequest]
    ) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Send *request* on its way."""
        token = self._tokens.get_token().token
        response = self._send(request, token)
        if response.http_response.status_code != _UNAUTHORIZED:
            return response
        return self._send(request, self._tokens.fresh(instead_of=token).token)

    def _send(
        self, request: PipelineRequest[HttpRequest], token: str
    ) -> PipelineResponse[HttpRequest, HttpResponse]:
        request.http_request.headers["Authorization"] = f"Bearer {token}"
        return self.next.send(request)


class _Refusals(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Stops at what is no token, before the SDK loses the reason or logs the answer.

    It stops too where the sign-in is sent on to another host: that one would be shown the secret.
    """

    def __init__(self, authority: str) -> None:
        super().__init__()
        self._host = urlsplit(authority).netloc.lower()

    def on_response(
        self,
        request: PipelineRequest[HttpRequest],  # noqa: ARG002 - as inherited
        response: PipelineResponse[HttpRequest, HttpResponse],
    ) -> None:
        answer = response.http_response
        document = _document(answer)
        if answer.status_code >= 400:  # noqa: PLR2004 - HTTP
            raise TokenRefused(
                code=_reason(document),
                status=answer.status_code,
                retry_after=asked_wait(answer.headers),
            )
        if document is None or "error" in document:
            raise ValueError("The answer is none that tells where tokens are, nor a token.")
        place = document.get("token_endpoint")
        if place is not None and not self._is_ours(place):
            raise ValueError("The answer sends the sign-in to another host.")

    def _is_ours(self, place: object) -> bool:
        parts = urlsplit(place) if isinstance(place, str) else None
        return parts is not None and (parts.scheme, parts.netloc.lower()) == ("https", self._host)


def _document(answer: HttpResponse) -> dict[str, Any] | None:
    try:
        document = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _reason(document: dict[str, Any] | None) -> str | None:
    """Return why Entra ID refuses: a number such as `AADSTS7000215`, or OAuth's own word."""
    said = document or {}
    text, word = said.get("error_description"), said.get("error")
    found = _NUMBER.search(text) if isinstance(text, str) else None
    if found:
        return found.group()
    return word if isinstance(word, str) and _WORD.fullmatch(word) else None
