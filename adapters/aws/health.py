"""A cheap look at whether an AWS credential works, and for what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.aws.calls import ask
from adapters.aws.session import AwsSession
from adapters.clouds.probing import Question, check_by_asking
from application.ports.clock import Clock
from application.ports.clouds import HealthProbe
from domain.health import HealthCheck
from domain.inventory import EVERYWHERE, Location, ResourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """The cheapest question that shows whether a kind can be listed."""

    service: str
    method: str
    parameters: dict[str, Any] = field(default_factory=dict)
    kind: ResourceKind | None = None
    everywhere: bool = False


_REGIONS = _Call(service="ec2", method="describe_regions")
_CALLS = (
    _Call(
        service="ec2",
        method="describe_instances",
        parameters={"MaxResults": 5},
        kind=ResourceKind.AWS_EC2_INSTANCE,
    ),
    _Call(
        service="ec2",
        method="describe_vpcs",
        parameters={"MaxResults": 5},
        kind=ResourceKind.AWS_VPC,
    ),
    _Call(
        service="s3",
        method="list_buckets",
        parameters={"MaxBuckets": 1},
        kind=ResourceKind.AWS_S3_BUCKET,
        everywhere=True,
    ),
)


class AwsHealthProbe(HealthProbe):
    """Asks STS who we are, then one cheap question per service in the home region."""

    def __init__(self, *, session: AwsSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def check(self) -> HealthCheck:
        """Report whether the key is accepted, how fast AWS answers, and which permission lacks."""
        return check_by_asking(
            clock=self._clock,
            enter=lambda: self._session.client("sts", self._session.home),
            identify=self._session.ask_identity,
            questions=self._questions,
        )

    def _questions(self) -> Sequence[Question]:
        # Where regions are chosen nobody needs to ask which there are.
        regions = () if self._session.chosen_regions else (_REGIONS,)
        return [self._question(call) for call in (*regions, *_CALLS)]

    def _question(self, call: _Call) -> Question:
        home = self._session.home

        def put() -> object:
            client = self._session.client(call.service, home)
            return ask(client, call.method, **call.parameters)

        location = EVERYWHERE if call.everywhere else Location(home)
        return Question(put=put, kind=call.kind, location=location if call.kind else None)
