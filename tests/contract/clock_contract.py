"""What every clock promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from itertools import pairwise

from application.ports.clock import Clock


class ClockContract:
    """Subclasses bring `clock`."""

    def test_the_present_is_aware_and_in_utc(self, clock: Clock) -> None:
        now = clock.now()
        assert now.tzinfo is UTC
        assert now.utcoffset() == timedelta(0)

    def test_time_never_goes_back(self, clock: Clock) -> None:
        moments = [clock.now() for _ in range(1000)]
        assert all(earlier <= later for earlier, later in pairwise(moments))

    def test_time_passes_while_one_sleeps(self, clock: Clock) -> None:
        before = clock.now()
        clock.sleep(0.02)
        assert clock.now() - before >= timedelta(seconds=0.02)

    def test_time_goes_back_for_no_thread(self, clock: Clock) -> None:
        def look(_: int) -> bool:
            moments = [clock.now() for _ in range(200)]
            return all(earlier <= later for earlier, later in pairwise(moments))

        with ThreadPoolExecutor(4) as threads:
            assert all(threads.map(look, range(16)))
