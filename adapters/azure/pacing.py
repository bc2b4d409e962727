"""Every request to Azure waits for its turn, each retry anew, and a throttle is told to all."""

from typing import Final

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse

from adapters.azure.waiting import asked_wait
from application.ports.pacing import Pacing
from domain.accounts import Provider
from domain.pacing import ApiCall

API_OPTION: Final = "multi_cloud_api"
"""What is asked, as an option of the request: the action that a role must allow."""
TOKEN_API: Final = "entra.token"  # noqa: S105 - a name

_TOO_MANY_REQUESTS: Final = 429


class Paced(HTTPPolicy[HttpRequest, HttpResponse]):
    """Stands behind the retries and in front of the network."""

    def __init__(
        self, pacing: Pacing, *, account: str, longest_wait: float, api: str = "arm"
    ) -> None:
        """*account* is whose limits count; *api* is what is asked where a request does not say."""
        super().__init__()
        self._pacing = pacing
        self._account = account
        self._longest_wait = longest_wait
        self._api = api

    def send(
        self, request: PipelineRequest[HttpRequest]
    ) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Send *request* when it is its turn.

        Raises:
            Throttled: that is too far away.
        """
        call = self._call(request)
        self._pacing.wait(call, at_most=self._longest_wait)
        response = self.next.send(request)
        answer = response.http_response
        if answer.status_code == _TOO_MANY_REQUESTS:
            self._pacing.throttled(call, retry_after=asked_wait(answer.headers))
        return response

    def _call(self, request: PipelineRequest[HttpRequest]) -> ApiCall:
        # Options are for one attempt, and what is left of them goes to the network; the context
        # lasts for all attempts.
        context = request.context
        api = context.options.pop(API_OPTION, None) or context.get(API_OPTION) or self._api
        context[API_OPTION] = api
        return ApiCall(provider=Provider.AZURE, account_id=self._account, api=api)
