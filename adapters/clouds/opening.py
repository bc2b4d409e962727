"""What opening a cloud with a sealed credential takes, whichever cloud it is."""

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar, Generic

from adapters.clouds.secret_documents import Document
from application.ports.clock import Clock
from application.ports.clouds import Clouds, SecretFormat
from application.ports.errors import Rejected
from application.ports.pacing import Pacing
from application.ports.secret_box import SecretBox, SecretText
from domain.accounts import Credential, Provider, SealedSecret


class _OfOneCloud(Generic[Document]):
    """Reads documents of one cloud and of no other."""

    provider: ClassVar[Provider]
    title: ClassVar[str]
    """The cloud as people call it."""

    _allow_custom_endpoints: bool

    @abstractmethod
    def parse(self, document: object, *, allow_custom_endpoints: bool) -> Document:
        """Return *document*, a JSON object or its text, as a secret of this cloud.

        Raises:
            Rejected: it is none; the text names the field, never its value.
        """

    def _must_be_ours(self, provider: Provider) -> None:
        if provider is not self.provider:
            raise Rejected(
                f"This is a credential for {provider}, not for {self.title}.",
                remedy="Choose the provider that the credential is for.",
            )

    def _parsed(self, document: object) -> Document:
        return self.parse(document, allow_custom_endpoints=self._allow_custom_endpoints)


class SealedClouds(_OfOneCloud[Document], Clouds):
    """Unseals a credential of its provider at the last moment, and checks it once more."""

    def __init__(
        self,
        *,
        secret_box: SecretBox,
        clock: Clock,
        pacing: Pacing,
        allow_custom_endpoints: bool,
        learn: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Each request waits for *pacing*.

        *learn* is told the tokens that the cloud hands out, so that logs can hide them.
        """
        self._secret_box = secret_box
        self._clock = clock
        self._pacing = pacing
        self._allow_custom_endpoints = allow_custom_endpoints
        self._learn = learn

    def _open(self, credential: Credential, secret: SealedSecret) -> Document:
        self._must_be_ours(credential.provider)
        return self._parsed(self._secret_box.open(secret).reveal())


class CheckedFormat(_OfOneCloud[Document], SecretFormat):
    """Knows what the secret of a credential of its provider must look like."""

    def __init__(self, *, allow_custom_endpoints: bool) -> None:
        self._allow_custom_endpoints = allow_custom_endpoints

    def canonical(self, provider: Provider, document: object) -> SecretText:
        """Return *document* as text, without what is null."""
        self._must_be_ours(provider)
        return self._parsed(document).canonical()
