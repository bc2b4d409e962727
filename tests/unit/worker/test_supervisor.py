"""How the supervisor treats parts that end, or do not come up."""

import io
from collections.abc import Callable
from threading import Event, current_thread

import pytest

from application.ports.errors import Unavailable
from entrypoints.bootstrap import supervisor
from entrypoints.bootstrap.supervisor import MOST_DEATHS, seconds_before_restart
from entrypoints.bootstrap.supervisor_progress import Progress
from tests.unit.worker.watched import (
    Bound,
    Hesitant,
    Mayfly,
    Scripted,
    Watched,
    comes_up,
    does_not_come_up,
    the_disk_is_full,
)
from tests.waiting import soon


@pytest.fixture
def no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "seconds_before_restart", lambda _: 0.0)


def test_the_wait_before_a_restart_doubles_up_to_half_a_minute() -> None:
    assert [seconds_before_restart(n) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.usefixtures("no_delay")
def test_a_part_that_ends_again_and_again_is_given_up() -> None:
    part = Mayfly()
    watched = Watched()

    def run() -> None:
        with watched.supervisor.stopping_at_the_end():
            watched.supervisor.begin("worker", part)
            watched.supervisor.watch()

    with pytest.raises(
        Unavailable,
        match=r"The worker is given up: it failed 6 times .* code 3\. Its log is worker\.log\.",
    ):
        run()

    assert len(watched.all_told("died")) == MOST_DEATHS
    assert [told["event"] for told in watched.told[-2:]] == ["stopping", "stopped"]
    assert part.started == MOST_DEATHS + 1


@pytest.mark.usefixtures("no_delay")
def test_a_part_that_ran_for_long_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STEADY_SECONDS", 0.0)
    part = Mayfly()
    watched = Watched()
    watched.supervisor.begin("worker", part)

    with watched.running():
        soon(lambda: part.started > MOST_DEATHS + 2)


@pytest.mark.usefixtures("no_delay")
def test_a_part_that_does_not_come_up_again_is_tried_again_and_then_given_up() -> None:
    part = Scripted(comes_up, *[does_not_come_up] * MOST_DEATHS)
    watched = Watched()

    def run() -> None:
        with watched.supervisor.stopping_at_the_end():
            watched.supervisor.begin("worker", part)
            part.exit_code = -9
            watched.supervisor.watch()

    with pytest.raises(Unavailable, match=r"failed 6 times .* not ready\. Its log is x\."):
        run()

    codes = [told["exit_code"] for told in watched.all_told("died")]
    assert codes == [-9] + [None] * (MOST_DEATHS - 1)
    assert part.started == MOST_DEATHS + 1


@pytest.mark.usefixtures("no_delay")
@pytest.mark.parametrize("failing", [does_not_come_up, the_disk_is_full])
def test_a_restart_that_fails_is_told_as_one_more_death_with_what_may_lie_behind_it(
    failing: Callable[[Callable[[], bool]], None],
) -> None:
    part = Scripted(comes_up, failing, comes_up)
    watched = Watched(circumstances=lambda: "It rains.")
    watched.supervisor.begin("valkey", part)
    part.exit_code = 1

    with watched.running():
        soon(lambda: part.started == 3)

    first, second = watched.all_told("died")
    assert first["why"] == "It ended with exit code 1. It rains."
    assert second["why"] in {
        "It was not ready. Its log is x. It rains.",
        "No space left on device: valkey.conf. It rains.",
    }
    assert second["restart_in"] == 0.0


def test_each_failure_in_a_row_makes_the_wait_longer() -> None:
    part = Scripted(comes_up, does_not_come_up)
    watched = Watched()
    watched.supervisor.begin("worker", part)
    part.exit_code = 1

    with watched.running():
        soon(lambda: len(watched.all_told("died")) == 2)

    assert [told["restart_in"] for told in watched.all_told("died")] == [1.0, 2.0]


@pytest.mark.usefixtures("no_delay")
def test_a_part_is_brought_back_while_another_one_is_slow_to_come_up() -> None:
    valkey, release = Scripted(), Event()

    def needs_valkey(given_up: Callable[[], bool]) -> None:
        valkey.exit_code = -9
        while not release.wait(0.01):
            assert not given_up()

    worker = Scripted(comes_up, needs_valkey)
    watched = Watched()
    watched.supervisor.begin("valkey", valkey)
    watched.supervisor.begin("worker", worker, needs=["valkey"])
    worker.exit_code = -9

    with watched.running():
        soon(lambda: valkey.started == 2)
        release.set()
        soon(lambda: len(watched.all_told("ready")) == 4)

    assert [told["part"] for told in watched.all_told("died")] == ["worker", "valkey"]


@pytest.mark.usefixtures("no_delay")
def test_a_part_is_not_started_again_before_what_it_needs_runs() -> None:
    release, tried = Event(), Event()

    def recovers(_: Callable[[], bool]) -> None:
        tried.set()
        assert release.wait(10)

    postgresql, worker = Scripted(comes_up, recovers), Scripted()
    watched = Watched()
    watched.supervisor.begin("postgresql", postgresql)
    watched.supervisor.begin("worker", worker, needs=["postgresql", "one that is not ours"])
    postgresql.exit_code = 2

    with watched.running():
        assert tried.wait(10)
        worker.exit_code = 1
        soon(lambda: worker.stopped == 1)
        release.set()
        soon(lambda: worker.started == 2)

    back = [told["part"] for told in watched.all_told("ready")][2:]
    assert back == ["postgresql", "worker"]
    assert [told["part"] for told in watched.all_told("died")] == ["postgresql", "worker"]


@pytest.mark.usefixtures("no_delay")
def test_what_runs_but_does_not_answer_is_started_again_once_somebody_fails_for_it() -> None:
    valkey, worker = Scripted(), Scripted(comes_up, does_not_come_up)
    watched = Watched()
    watched.supervisor.begin("valkey", valkey)
    watched.supervisor.begin("worker", worker, needs=["valkey"])
    valkey.silent = True

    with watched.running():
        worker.exit_code = -9
        soon(lambda: (valkey.started, worker.started) == (2, 3))

    [death] = [told for told in watched.all_told("died") if told["part"] == "valkey"]
    assert death["why"] == "It runs, but does not answer."
    assert death["exit_code"] is None


@pytest.mark.usefixtures("no_delay")
def test_what_answers_again_is_left_alone() -> None:
    valkey, worker = Hesitant(), Scripted(comes_up, does_not_come_up)
    watched = Watched()
    watched.supervisor.begin("valkey", valkey)
    watched.supervisor.begin("worker", worker, needs=["valkey"])

    with watched.running():
        worker.exit_code = -9
        soon(lambda: (valkey.asked, worker.started) == (2, 3))

    assert valkey.started == 1


@pytest.mark.usefixtures("no_delay")
def test_what_was_started_again_is_not_ended_by_the_end_of_who_watched_it() -> None:
    part = Bound()
    watched = Watched()
    watched.supervisor.begin("worker", part)
    part.exit_code = 1

    with watched.running():
        soon(lambda: len(watched.all_told("ready")) == 2)

    assert part.starter is not current_thread()
    assert not part.ended_by_the_kernel


def test_whoever_asks_for_the_end_does_not_wait_for_what_still_starts() -> None:
    watched = Watched()

    def asked_meanwhile(given_up: Callable[[], bool]) -> None:
        watched.asked_to_stop.set()
        assert given_up()
        raise Unavailable("It was not waited for.")

    with watched.supervisor.stopping_at_the_end():
        watched.supervisor.begin("valkey", Scripted())
        watched.supervisor.begin("worker", Scripted(asked_meanwhile))

    assert watched.all_told("stopping") == [{"event": "stopping", "reason": "asked"}]
    assert [told["part"] for told in watched.all_told("stopped")] == ["worker", "valkey"]


@pytest.mark.usefixtures("no_delay")
def test_the_end_comes_while_a_part_is_being_started_again() -> None:
    begun = Event()
    stopped_meanwhile: list[int] = []

    def slow(given_up: Callable[[], bool]) -> None:
        before = part.stopped
        begun.set()
        soon(given_up)
        soon(lambda: watched.all_told("stopping"))
        Event().wait(0.1)  # time enough for a stop that does not wait for us
        stopped_meanwhile.append(part.stopped - before)
        raise Unavailable("It was not waited for.")

    part = Scripted(comes_up, slow)
    watched = Watched()
    watched.supervisor.begin("worker", part)
    part.exit_code = 1

    with watched.running():
        assert begun.wait(10)

    assert len(watched.all_told("died")) == 1
    assert stopped_meanwhile == [0]
    assert [told["event"] for told in watched.told[-2:]] == ["stopping", "stopped"]


def test_a_reader_who_has_gone_away_disturbs_nothing() -> None:
    closed = io.StringIO()
    closed.close()

    Progress(closed).tell("up")
