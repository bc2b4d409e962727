"""Every request to Google Cloud waits for its turn, and a throttle is told to all."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from google.api_core.exceptions import GoogleAPICallError

from adapters.gcp.errors import asked_wait
from adapters.gcp.operations import Call
from adapters.gcp.retrying import is_throttle
from application.ports.pacing import Pacing
from domain.accounts import Provider
from domain.pacing import GLOBAL, ApiCall

_TOKEN_API: Final = "oauth2.token"  # noqa: S105 - a name


@contextmanager
def in_turn(pacing: Pacing, call: Call, *, account: str, longest_wait: float) -> Iterator[None]:
    """Begin when *call* may be sent, and tell everybody if Google then asks to slow down.

    *account* is whose limits count.

    Raises:
        Throttled: it is too long until then.
    """
    sent = ApiCall(
        provider=Provider.GCP,
        account_id=account,
        region=call.zone.rpartition("-")[0] or GLOBAL,
        api=call.operation.permission or _TOKEN_API,
    )
    pacing.wait(sent, at_most=longest_wait)
    try:
        yield
    except GoogleAPICallError as exc:
        if is_throttle(exc):
            pacing.throttled(sent, retry_after=asked_wait(exc))
        raise
