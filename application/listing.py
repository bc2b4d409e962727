"""List many scopes of one cloud at once, a bounded number at a time."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from threading import Event
from typing import TypeAlias, TypeVar

from application.ports.clouds import CloudInventory
from application.ports.errors import Rejected, Unavailable
from application.subject import SubjectThreads
from domain.inventory import ObservedResource, Scope, UnreadableRecord
from domain.sightings import Sightings


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Everything that one scope contained, read to the end."""

    resources: Sightings
    unreadable: tuple[UnreadableRecord, ...] = ()


Outcome: TypeAlias = Listing | Exception
"""A whole listing, or what kept it from being whole."""

LARGEST_SCOPE = 1_000_000
"""More resources than any cloud lets one account have of one kind in one place."""

Answer = TypeVar("Answer")
_Pending: TypeAlias = dict[Future[Listing], Scope]


def list_concurrently(
    inventory: CloudInventory,
    scopes: Sequence[Scope],
    *,
    at_once: int,
    while_waiting: Callable[[], None],
    every: timedelta,
    on_start: Callable[[Scope], None],
) -> Generator[tuple[Scope, Outcome], None, None]:
    """Yield each of *scopes* with its outcome, in the order in which they end.

    At most *at_once* listings are under way or waiting to be taken, so memory is bounded by
    the largest scopes, not by their number. *while_waiting* is called whenever nothing ended
    for *every*. Closing the iterator starts no further listing and lets those under way end
    at their next record.
    """
    waiting = iter(scopes)
    pending: _Pending = {}
    closed = Event()
    executor = SubjectThreads(max_workers=at_once, thread_name_prefix="listing")
    try:
        while True:
            for scope in islice(waiting, at_once - len(pending)):
                on_start(scope)
                pending[executor.submit(_listing, inventory, scope, closed)] = scope
            if not pending:
                return
            ended, _ = wait(pending, every.total_seconds(), return_when=FIRST_COMPLETED)
            if not ended:
                while_waiting()
            for future in ended:
                yield pending.pop(future), _outcome(future)
    finally:
        closed.set()
        executor.shutdown(wait=False, cancel_futures=True)


def ask(
    question: Callable[[], Answer], *, while_waiting: Callable[[], None], every: timedelta
) -> Answer:
    """Return the answer to *question*, or raise what it raises.

    *while_waiting* is called whenever there is no answer for another *every*; what it raises
    ends the waiting, not the question.
    """
    executor = SubjectThreads(max_workers=1, thread_name_prefix="question")
    try:
        answer = executor.submit(question)
        while not wait([answer], every.total_seconds()).done:
            while_waiting()
        return answer.result()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _listing(inventory: CloudInventory, scope: Scope, closed: Event) -> Listing:
    resources = Sightings()
    unreadable: list[UnreadableRecord] = []
    for number, record in enumerate(inventory.list_resources(scope)):
        if closed.is_set():
            raise Unavailable(f"The listing of {scope} was given up.")
        if number == LARGEST_SCOPE:
            raise Rejected(
                f"{scope} has more than {LARGEST_SCOPE:,} resources, or its listing has no end.",
                remedy="Check what answers in the cloud's place; nothing was changed there.",
            )
        if isinstance(record, ObservedResource):
            resources.add(record)
        else:
            unreadable.append(record)
    return Listing(resources=resources, unreadable=tuple(unreadable))


def _outcome(future: Future[Listing]) -> Outcome:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, Exception):
        return error
    raise error
