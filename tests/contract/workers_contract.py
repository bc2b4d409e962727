"""What everybody promises who reaches the workers."""

from collections.abc import Callable
from typing import TypeAlias

from application.ports.workers import Workers
from domain.queues import WorkerName

Come: TypeAlias = Callable[[str], object]
"""Lets a worker of that name come."""


class WorkersContract:
    """Subclasses bring `workers` and `come`."""

    def test_nobody_is_named_where_nobody_is(self, workers: Workers) -> None:
        assert list(workers.names()) == []

    def test_whoever_answers_is_named_in_order(self, workers: Workers, come: Come) -> None:
        come("sync@two")
        come("sync@one")
        assert list(workers.names()) == ["sync@one", "sync@two"]

    def test_who_is_named_is_who_is_seen_and_answers(self, workers: Workers, come: Come) -> None:
        come("sync@one")
        assert [seen.name for seen in workers.look()] == list(workers.names())
        assert workers.answers(WorkerName("sync@one"))
