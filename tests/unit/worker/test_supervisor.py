"""How the supervisor treats parts that end."""

import io
import json
from threading import Event

import pytest

from application.ports.errors import Unavailable
from entrypoints.bootstrap import supervisor
from entrypoints.bootstrap.supervisor import MOST_DEATHS, Supervisor, seconds_before_restart
from entrypoints.bootstrap.supervisor_progress import Progress


class Mayfly:
    """A part that ends as soon as it has started."""

    def __init__(self) -> None:
        self.started = 0
        self.stopped = 0

    @property
    def exit_code(self) -> int | None:
        return 3 if self.started else None

    def start(self) -> None:
        self.started += 1

    def stop(self) -> None:
        self.stopped += 1


def test_the_wait_before_a_restart_doubles_up_to_half_a_minute() -> None:
    assert [seconds_before_restart(n) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_part_that_ends_again_and_again_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "seconds_before_restart", lambda _: 0.0)
    told = io.StringIO()
    part = Mayfly()
    watched = Supervisor(progress=Progress(told), asked_to_stop=Event())

    def run() -> None:
        with watched.stopping_at_the_end():
            watched.begin("worker", part)
            watched.watch()

    with pytest.raises(Unavailable, match="The worker ended 6 times in a row"):
        run()

    events = [json.loads(line)["event"] for line in told.getvalue().splitlines()]
    assert events.count("died") == MOST_DEATHS
    assert events[-2:] == ["stopping", "stopped"]
    assert part.started == MOST_DEATHS + 1


def test_a_reader_who_has_gone_away_disturbs_nothing() -> None:
    closed = io.StringIO()
    closed.close()

    Progress(closed).tell("up")
