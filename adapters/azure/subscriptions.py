"""Where an application can see anything at all."""

import re

from adapters.azure.calls import ask, ask_pages
from adapters.azure.operations import GET_SUBSCRIPTION, LIST_SUBSCRIPTIONS, Call
from adapters.azure.session import AzureSession
from adapters.clouds.record import Record
from application.ports.errors import AccessDenied

_ID = re.compile(r"[0-9A-Fa-f-]{36}")
_CLOSED = frozenset({"disabled", "deleted"})
"""What is in other states, such as Warned and PastDue, can still be read."""


def open_subscriptions(session: AzureSession) -> tuple[str, ...]:
    """Return the ids of the subscriptions that can be read, in alphabetical order.

    Raises:
        AccessDenied: the application sees none that is open.
        PortError: Azure did not say.
    """
    call = Call(operation=LIST_SUBSCRIPTIONS)
    found: set[str] = set()
    for page in ask_pages(session, call):
        for payload in page:
            record = Record(payload)
            identity = record.identity("subscriptionId")
            if identity is None or not _ID.fullmatch(identity):
                # To pass it by would be to call it closed.
                raise session.subject.unreadable(call, lacking="a subscriptionId is no id")
            if (record.text("state") or "").lower() not in _CLOSED:
                found.add(identity.lower())
    if not found:
        raise _sees_none(session)
    return tuple(sorted(found))


def must_exist(session: AzureSession, subscription: str) -> None:
    """Return if the application can see the subscription.

    Raises:
        PortError: it cannot, or Azure did not say.
    """
    ask(session, Call(operation=GET_SUBSCRIPTION, subscription=subscription))


def _sees_none(session: AzureSession) -> AccessDenied:
    return AccessDenied(
        f"The application {session.client_id} sees no subscription that is open.",
        remedy=f"Grant the Reader role on a subscription to the application {session.client_id}, "
        "and check that the subscription is not disabled.",
        permission=LIST_SUBSCRIPTIONS.permission,
    )
