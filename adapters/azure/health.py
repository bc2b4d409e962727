"""A cheap look at whether an Azure credential works, and for what."""

from collections.abc import Iterator, Sequence

from adapters.azure.calls import ask_pages
from adapters.azure.operations import (
    LIST_RESOURCE_GROUPS,
    LIST_STORAGE_ACCOUNTS,
    LIST_VIRTUAL_MACHINES,
    Call,
    Operation,
    Service,
)
from adapters.azure.session import AzureSession
from adapters.azure.subscriptions import must_exist, open_subscriptions
from adapters.clouds.probing import Question, check_by_asking
from application.ports.clock import Clock
from application.ports.clouds import HealthProbe
from domain.health import HealthCheck
from domain.inventory import Location, ResourceKind

_LISTS: dict[ResourceKind, Operation] = {
    ResourceKind.AZURE_VIRTUAL_MACHINE: LIST_VIRTUAL_MACHINES,
    ResourceKind.AZURE_STORAGE_ACCOUNT: LIST_STORAGE_ACCOUNTS,
    ResourceKind.AZURE_RESOURCE_GROUP: LIST_RESOURCE_GROUPS,
}

MOST_ASKED = 5
"""So many subscriptions that answer nothing stand for all, or a probe would not be cheap."""


class AzureHealthProbe(HealthProbe):
    """Asks for a token and the subscriptions, then for one page per kind in the first of them.

    Where that one is closed to the credential, the next is asked: it may be the only such one.
    """

    def __init__(self, *, session: AzureSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def check(self) -> HealthCheck:
        """Report whether the secret is accepted, how fast Azure answers, and what is refused."""
        visit = _Visit(self._session)
        return check_by_asking(
            clock=self._clock,
            enter=lambda: self._session.client(Service.SUBSCRIPTIONS),
            identify=visit.identify,
            questions=visit.questions,
            elsewhere=visit.elsewhere,
        )


class _Visit:
    """One check: what it learns on entering, it asks about then."""

    def __init__(self, session: AzureSession) -> None:
        self._session = session
        self._subscriptions: tuple[str, ...] = ()

    def identify(self) -> None:
        self._session.ask_identity()
        chosen = self._session.chosen_subscription
        if chosen is None:
            self._subscriptions = open_subscriptions(self._session)
        else:
            must_exist(self._session, chosen)
            self._subscriptions = (chosen,)

    def questions(self) -> Sequence[Question]:
        return [each for place in self._subscriptions[:1] for each in self._questions(place)]

    def elsewhere(self) -> Iterator[Sequence[Question]]:
        """Yield the questions of each further subscription, up to the last that is asked."""
        yield from map(self._questions, self._subscriptions[1:MOST_ASKED])

    def _questions(self, subscription: str) -> Sequence[Question]:
        return [self._question(kind, subscription) for kind in ResourceKind if kind in _LISTS]

    def _question(self, kind: ResourceKind, subscription: str) -> Question:
        call = Call(operation=_LISTS[kind], subscription=subscription)
        return Question(
            put=lambda: next(ask_pages(self._session, call)),
            kind=kind,
            location=Location(subscription),
        )
