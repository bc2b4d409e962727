"""What comes round is asked for once in each turn, by whoever comes first."""

from dataclasses import replace
from datetime import timedelta

from application.use_cases.claim_turns import ClaimedTurns, ClaimTurns, ClaimTurnsRequest
from application.use_cases.end_turn import EndTurn, EndTurnRequest
from application.use_cases.give_back_turns import GiveBackTurns, GiveBackTurnsRequest
from domain.schedule import MOST_SENDS, EntryName, Every
from tests.unit.application.world import World

SYNC = EntryName("sync everybody")
ENTRIES = {SYNC: Every(period=timedelta(minutes=10))}
PATIENCE = timedelta(minutes=5, seconds=1)


def beat(world: World, name: str = "beat") -> ClaimedTurns:
    claim = ClaimTurns(unit_of_work=world.unit_of_work, holder=name)
    return claim(ClaimTurnsRequest(entries=ENTRIES))


def test_of_two_beats_one_asks(world: World) -> None:
    assert [turn.entry for turn in beat(world).turns] == [SYNC]
    assert beat(world, "another beat").turns == ()


def test_each_turn_is_asked_for(world: World) -> None:
    first = beat(world)
    world.clock.advance(first.next_in)
    (turn,) = beat(world).turns
    assert turn.turn - first.turns[0].turn == timedelta(minutes=10)
    assert turn.missed == 0


def test_it_is_known_for_how_long_there_is_nothing_to_do(world: World) -> None:
    waits = beat(world).next_in
    assert timedelta(0) < waits <= timedelta(minutes=10)
    EndTurn(unit_of_work=world.unit_of_work)(
        EndTurnRequest(entry=SYNC, turn=ENTRIES[SYNC].turn(world.clock.now()))
    )
    world.clock.advance(waits - timedelta(seconds=1))
    assert beat(world).turns == ()


def test_turns_missed_while_no_beat_ran_are_counted_and_the_latest_is_made_up(
    world: World,
) -> None:
    beat(world)
    world.clock.advance(timedelta(hours=1))
    (turn,) = beat(world).turns
    assert turn.missed == 5
    assert beat(world).turns == ()


def test_a_turn_that_nobody_did_is_asked_for_again_but_not_for_ever() -> None:
    world = World()
    daily = {SYNC: Every(period=timedelta(days=1))}
    claim = ClaimTurns(unit_of_work=world.unit_of_work, holder="beat")
    asked = 0
    world.clock.advance(claim(ClaimTurnsRequest(entries=daily)).next_in)  # a fresh day
    for _ in range(10):
        asked += len(claim(ClaimTurnsRequest(entries=daily)).turns)
        world.clock.advance(PATIENCE)
    assert asked == MOST_SENDS


def test_a_turn_that_was_done_is_not_asked_for_again(world: World) -> None:
    (turn,) = beat(world).turns
    EndTurn(unit_of_work=world.unit_of_work)(EndTurnRequest(entry=SYNC, turn=turn.turn))
    world.clock.advance(min(PATIENCE, beat(world).next_in - timedelta(seconds=1)))
    assert beat(world).turns == ()


def give_back(world: World, claimed: ClaimedTurns) -> None:
    request = GiveBackTurnsRequest(turns=claimed.turns, before=claimed.before)
    GiveBackTurns(unit_of_work=world.unit_of_work)(request)


def test_a_turn_that_could_not_be_asked_for_is_free_for_another_beat(world: World) -> None:
    give_back(world, beat(world))
    (turn,) = beat(world, "another beat").turns
    world.clock.advance(timedelta(minutes=10))
    give_back(world, beat(world))
    (again,) = beat(world, "another beat").turns
    assert again.turn - turn.turn == timedelta(minutes=10)
    assert (again.sends, again.missed) == (1, 0)


def test_turns_that_no_beat_could_ask_for_are_counted_as_missed(world: World) -> None:
    beat(world)
    for _ in range(3):
        world.clock.advance(timedelta(minutes=10))
        give_back(world, beat(world))
    (turn,) = beat(world).turns
    assert turn.missed == 2


def test_a_turn_from_before_the_clock_was_set_back_keeps_nobody_waiting(world: World) -> None:
    (first,) = (taken := beat(world)).turns
    hour = timedelta(hours=1)
    ahead = replace(first, turn=first.turn + hour, claimed_at=first.claimed_at + hour)
    give_back(world, replace(taken, before={SYNC: ahead}))
    assert [(turn.turn, turn.missed) for turn in beat(world).turns] == [(first.turn, 0)]
    assert beat(world).turns == ()
