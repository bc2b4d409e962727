"""A cheap look at whether an AWS credential works, and for what."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from adapters.aws.calls import ask
from adapters.aws.session import AwsSession
from application.diagnosis import trouble_from
from application.ports.clock import Clock
from application.ports.clouds import HealthProbe
from application.ports.errors import PortError
from domain.health import HealthCheck, HealthStatus, Trouble, Witness, gravest
from domain.inventory import EVERYWHERE, Location, ResourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """The cheapest question that shows whether a kind can be listed."""

    service: str
    method: str
    parameters: dict[str, Any] = field(default_factory=dict)
    kind: ResourceKind | None = None
    everywhere: bool = False


_REGIONS = _Question(service="ec2", method="describe_regions")
_QUESTIONS = (
    _Question(
        service="ec2",
        method="describe_instances",
        parameters={"MaxResults": 5},
        kind=ResourceKind.AWS_EC2_INSTANCE,
    ),
    _Question(
        service="ec2",
        method="describe_vpcs",
        parameters={"MaxResults": 5},
        kind=ResourceKind.AWS_VPC,
    ),
    _Question(
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
        failure = _trouble(self._enter)
        if failure is not None:
            return HealthCheck(witness=Witness.PROBE, failure=failure)
        began = self._clock.now()
        failure = _trouble(self._session.ask_identity)
        latency = self._clock.now() - began
        if failure is not None:
            return HealthCheck(witness=Witness.PROBE, failure=failure, latency=latency)
        return self._findings(latency)

    def _enter(self) -> None:
        """Make the client beforehand, so that the latency is AWS's alone."""
        self._session.client("sts", self._session.home)

    def _findings(self, latency: timedelta) -> HealthCheck:
        """Put every question; a key that gets no answer at all is as good as none."""
        # Where regions are chosen nobody needs to ask which there are.
        regions = () if self._session.chosen_regions else (_REGIONS,)
        answers = [self._answer(question) for question in (*regions, *_QUESTIONS)]
        troubles = tuple(trouble for trouble in answers if trouble is not None)
        failure = gravest(troubles) if len(troubles) == len(answers) else None
        return HealthCheck(
            witness=Witness.PROBE, failure=failure, troubles=troubles, latency=latency
        )

    def _answer(self, question: _Question) -> Trouble | None:
        home = self._session.home
        location = EVERYWHERE if question.everywhere else Location(home)

        def put() -> object:
            client = self._session.client(question.service, home)
            return ask(client, question.method, **question.parameters)

        return _trouble(put, kind=question.kind, location=location if question.kind else None)


def _trouble(
    put: Callable[[], object],
    *,
    kind: ResourceKind | None = None,
    location: Location | None = None,
) -> Trouble | None:
    """Return what went wrong when the question was put, if anything did."""
    try:
        put()
    except PortError as error:
        trouble = trouble_from(error, kind=kind, location=location)
        if kind is not None and trouble.cause is HealthStatus.EXPIRED:
            # STS has just accepted the key: it is this place that is closed to it.
            return replace(trouble, cause=HealthStatus.DENIED)
        return trouble
    return None
