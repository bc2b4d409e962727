"""When a question is put to Azure once more, and how long to wait until then."""

import random
import time
from dataclasses import dataclass
from typing import Any

from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import RetryPolicy
from azure.core.rest import HttpRequest, HttpResponse

from adapters.azure.waiting import asked_wait

_WORTH_RETRYING = frozenset({408, 429, 500, 502, 503, 504})
_DEADLINE = "multi_cloud_deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for Azure, in seconds, and how often to ask again."""

    attempts: int
    connect_timeout: float
    read_timeout: float
    longest_wait: float
    """Whoever is asked to wait longer gives up at once and is told how long."""
    total: float
    """All attempts at one question together, the waits between them included."""
    backoff: float = 0.8
    """The first wait where Azure does not say how long; each further one is twice as long."""


LISTING = Patience(
    attempts=7, connect_timeout=10, read_timeout=60, longest_wait=45, total=240, backoff=1.0
)
ENTERING = Patience(attempts=3, connect_timeout=5, read_timeout=15, longest_wait=5, total=40)
"""For a token: whoever starts a sync should not wait a minute to learn it cannot."""
PROBING = Patience(attempts=2, connect_timeout=3, read_timeout=10, longest_wait=2, total=20)


class PatientRetries(RetryPolicy[HttpRequest, HttpResponse]):
    """Tries again as often and as long as *patience* allows.

    The SDK's own way sleeps for as long as the server says, were it a day.
    """

    def __init__(self, patience: Patience) -> None:
        again = patience.attempts - 1
        super().__init__(
            retry_total=again, retry_connect=again, retry_read=again, retry_status=again
        )
        self._patience = patience

    def configure_retries(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what the attempts at one question have in common."""
        settings = super().configure_retries(options)
        settings["timeout"] = self._patience.total
        settings[_DEADLINE] = time.monotonic() + self._patience.total
        return settings

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        """Tell whether to ask again after *response*."""
        if response.http_response.status_code not in _WORTH_RETRYING:
            return False
        if response.http_request.method.upper() not in settings["methods"]:
            return False
        wait = self.get_retry_after(response) or 0.0
        in_time = time.monotonic() + wait < settings[_DEADLINE]
        return in_time and wait <= self._patience.longest_wait

    def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
        """Return how many seconds *response* asks to wait; None if it does not say."""
        return asked_wait(response.http_response.headers)

    def get_backoff_time(self, settings: dict[str, Any]) -> float:
        """Return how many seconds to wait where Azure does not say."""
        doubled = self._patience.backoff * 2.0 ** max(0, len(settings["history"]) - 1)
        # Threads that were refused together had better not come back together.
        jittered = doubled * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        return min(jittered, self._patience.longest_wait)
