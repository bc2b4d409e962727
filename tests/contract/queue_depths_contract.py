"""What everybody promises who counts what waits in the broker."""

from collections.abc import Callable
from typing import TypeAlias

from application.ports.queue_depths import QueueDepth, QueueDepths

Put: TypeAlias = Callable[[str, int, int], None]
"""Lets messages wait: the queue, their priority, how many."""


def waiting(depth: QueueDepth) -> dict[tuple[str, int], int]:
    """Return what waits, by queue and priority, the empty ones left out."""
    return {(each.queue, each.priority): each.waiting for each in depth.waiting if each.waiting}


class QueueDepthsContract:
    """Subclasses bring `depths` and `put`."""

    def test_where_nothing_waits_each_queue_is_there_and_empty(self, depths: QueueDepths) -> None:
        depth = depths.read()
        assert {each.queue for each in depth.waiting} == {"celery", "sync", "terraform"}
        assert waiting(depth) == {}
        assert depth.unacknowledged == 0

    def test_what_waits_is_counted_by_queue_and_priority(
        self, depths: QueueDepths, put: Put
    ) -> None:
        put("sync", 6, 3)
        put("sync", 0, 1)
        put("terraform", 0, 2)
        assert waiting(depths.read()) == {("sync", 6): 3, ("sync", 0): 1, ("terraform", 0): 2}
