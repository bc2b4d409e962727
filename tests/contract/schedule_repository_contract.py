"""What every store of turns promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from application.ports.unit_of_work import OpenUnitOfWork
from domain.schedule import EntryName, Every, Turn
from tests.contract.leases_repository_contract import LetPass

SYNC = EntryName("sync everybody")
RARELY = Every(period=timedelta(days=36500))
OFTEN = Every(period=timedelta(seconds=1))


def claim(units: OpenUnitOfWork, every: Every = RARELY, *, by: str = "beat") -> Turn | None:
    with units() as work:
        taken = work.schedule.claim(SYNC, every, by=by)
        work.commit()
    return taken


def claimed(units: OpenUnitOfWork, every: Every = RARELY) -> Turn:
    taken = claim(units, every)
    assert taken is not None
    return taken


def give_back(units: OpenUnitOfWork, turn: Turn, *, before: Turn | None) -> bool:
    with units() as work:
        given = work.schedule.give_back(turn, before=before)
        work.commit()
    return given


def latest(units: OpenUnitOfWork) -> Turn:
    with units() as work:
        (turn,) = work.schedule.turns()
    return turn


class ScheduleRepositoryContract:
    """Subclasses bring `units` and `let_pass`."""

    def test_before_the_first_turn_there_is_none(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            assert list(work.schedule.turns()) == []

    def test_a_turn_is_taken_once(self, units: OpenUnitOfWork) -> None:
        taken = claimed(units)
        assert (taken.entry, taken.claimed_by, taken.sends, taken.ended_at) == (
            SYNC,
            "beat",
            1,
            None,
        )
        assert taken.turn == RARELY.turn(taken.claimed_at)
        assert claim(units, by="another beat") is None
        assert latest(units) == taken

    def test_the_next_turn_is_free_again_and_was_not_done_yet(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        first = claimed(units, OFTEN)
        with units() as work:
            work.schedule.end(SYNC, first.turn)
            work.commit()
        let_pass(timedelta(seconds=1))
        second = claimed(units, OFTEN)
        assert second.turn > first.turn
        assert second.ended_at is None

    def test_turns_that_nobody_took_are_counted_and_made_up_once(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        first = claimed(units, OFTEN)
        assert (first.missed, first.missed_at) == (0, None)
        let_pass(timedelta(seconds=3))
        second = claimed(units, OFTEN)
        assert second.missed == OFTEN.left_out(first.turn, second.turn) >= 2
        assert second.missed_at == second.claimed_at
        let_pass(timedelta(seconds=1))
        third = claimed(units, OFTEN)
        if third.turn - second.turn == OFTEN.period:
            assert (third.missed, third.missed_at) == (second.missed, second.missed_at)

    def test_of_many_beats_exactly_one_takes_a_turn(self, units: OpenUnitOfWork) -> None:
        with ThreadPoolExecutor(6) as threads:
            taken = list(threads.map(lambda name: claim(units, by=name), "abcdef"))
        assert sum(turn is not None for turn in taken) == 1

    def test_a_turn_that_nobody_did_is_taken_again_by_one(self, units: OpenUnitOfWork) -> None:
        first = claimed(units)

        def again(name: str) -> Turn | None:
            with units() as work:
                taken = work.schedule.claim_again(first, by=name)
                work.commit()
            return taken

        with ThreadPoolExecutor(4) as threads:
            taken = [turn for turn in threads.map(again, "abcd") if turn is not None]
        assert [turn.sends for turn in taken] == [2]
        assert latest(units) == taken[0]

    def test_a_turn_that_was_done_is_not_taken_again(self, units: OpenUnitOfWork) -> None:
        first = claimed(units)
        with units() as work:
            work.schedule.end(SYNC, first.turn)
            work.commit()
        with units() as work:
            assert work.schedule.claim_again(first, by="beat") is None
        assert latest(units).ended_at is not None

    def test_the_end_of_an_older_turn_says_nothing_of_the_newer_one(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        first = claimed(units, OFTEN)
        let_pass(timedelta(seconds=1))
        claimed(units, OFTEN)
        with units() as work:
            work.schedule.end(SYNC, first.turn)
            work.commit()
        assert latest(units).ended_at is None

    def test_a_turn_that_is_given_back_was_never_taken(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        assert give_back(units, claimed(units, OFTEN), before=None)
        with units() as work:
            assert list(work.schedule.turns()) == []
        claimed(units, OFTEN)
        let_pass(timedelta(seconds=3))
        before = latest(units)
        assert give_back(units, claimed(units, OFTEN), before=before)
        assert latest(units) == before
        assert claimed(units, OFTEN).missed >= 2

    def test_a_turn_that_was_taken_again_or_done_is_not_given_back(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        first = claimed(units)
        let_pass(timedelta(milliseconds=1))
        with units() as work:
            again = work.schedule.claim_again(first, by="beat")
            work.commit()
        assert again is not None
        assert not give_back(units, first, before=None)
        with units() as work:
            work.schedule.end(SYNC, first.turn)
            work.commit()
        assert not give_back(units, again, before=None)
        assert latest(units).turn == first.turn

    def test_a_turn_that_has_yet_to_begin_is_in_nobodys_way(self, units: OpenUnitOfWork) -> None:
        taken = claimed(units)
        ahead = replace(taken, turn=taken.turn + RARELY.period)
        assert give_back(units, taken, before=ahead)
        again = claimed(units)
        assert (again.turn, again.missed) == (taken.turn, 0)
        assert claim(units) is None
