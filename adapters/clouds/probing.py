"""The look at a credential's health that is the same for every cloud."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, takewhile

from application.diagnosis import trouble_from
from application.ports.clock import Clock
from application.ports.errors import PortError
from domain.health import HealthCheck, HealthStatus, Trouble, Witness, gravest
from domain.inventory import Location, ResourceKind

LONGEST_SEARCH = timedelta(seconds=20)
"""After so long no further place is asked: where everything hangs, a probe would take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A cheap question that shows whether a kind can be listed."""

    put: Callable[[], object]
    kind: ResourceKind | None = None
    location: Location | None = None


def check_by_asking(
    *,
    clock: Clock,
    enter: Callable[[], object],
    identify: Callable[[], object],
    questions: Callable[[], Sequence[Question]],
    elsewhere: Callable[[], Iterable[Sequence[Question]]] = tuple,
) -> HealthCheck:
    """Report whether the key is accepted, how fast the cloud answers, and what is refused.

    *enter* prepares what *identify* needs, so that the latency is the cloud's alone.
    *questions* are named and put once the key is accepted; it may ask the cloud itself. Those of
    each place *elsewhere* are put only while no question before got an answer, and not for long.
    """
    failure = _trouble(enter)
    if failure is not None:
        return HealthCheck(witness=Witness.PROBE, failure=failure)
    began = clock.now()
    failure = _trouble(identify)
    latency = clock.now() - began
    asked: Sequence[Question] = ()
    if failure is None:
        try:
            asked = questions()
        except PortError as error:
            failure = trouble_from(error)
    if failure is not None:
        return HealthCheck(witness=Witness.PROBE, failure=failure, latency=latency)
    further = takewhile(lambda _: clock.now() - began < LONGEST_SEARCH, elsewhere())
    answered, troubles = _put(chain((asked,), further))
    # A key that gets no answer anywhere is as good as none.
    failure = None if answered else gravest(troubles)
    return HealthCheck(witness=Witness.PROBE, failure=failure, troubles=troubles, latency=latency)


def _put(places: Iterable[Sequence[Question]]) -> tuple[bool, tuple[Trouble, ...]]:
    """Put the questions place by place until one is answered; return whether, and the troubles.

    Where there was nothing to ask, nothing was refused either.
    """
    troubles: list[Trouble] = []
    for questions in places:
        found = [trouble for each in questions if (trouble := _answer(each)) is not None]
        troubles += found
        if len(found) < len(questions):
            return True, tuple(troubles)
    return not troubles, tuple(troubles)


def _answer(question: Question) -> Trouble | None:
    trouble = _trouble(question.put, kind=question.kind, location=question.location)
    if trouble is not None and question.kind and trouble.cause is HealthStatus.EXPIRED:
        # The key was accepted a moment ago: it is this place that is closed to it.
        return replace(trouble, cause=HealthStatus.DENIED)
    return trouble


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
        return trouble_from(error, kind=kind, location=location)
    return None
