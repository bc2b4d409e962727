"""Beat: any number of them may run, for each turn is taken in the database by one."""

from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING, Final

from celery.beat import Scheduler, SchedulingError
from celery.utils.log import get_logger

from adapters.queue.room import MOST_WAITING, queue_of, waiting_in
from adapters.queue.routes import QUEUES
from application.ports.errors import PortError
from domain.jobs import Urgency
from entrypoints.worker.schedule import ENTRIES
from entrypoints.worker.turns import headers_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from application.use_cases.claim_turns import ClaimedTurns
    from domain.schedule import EntryName, Turn

_LONGEST_SLEEP: Final = 5.0
_SHORTEST_SLEEP: Final = 0.05
_log = get_logger(__name__)


class TurnScheduler(Scheduler):
    """Asks for what is due by the clock of the database, if no other beat has.

    It keeps nothing itself, so it needs no file and can be replaced at any time. While it cannot
    reach the broker it leaves the turns to others: it takes none, and gives back what it took.
    It adds nothing to a queue where so much waits that nobody seems to take from it.
    """

    _full: frozenset[str] = frozenset()
    """The queues that were full when they were looked at last."""

    def tick(self, *_: object, **__: object) -> float:
        """Send what is due; return for how many seconds there is nothing to do."""
        from application.use_cases.claim_turns import ClaimTurnsRequest  # noqa: PLC0415 - loads much

        request = ClaimTurnsRequest(entries={name: each.every for name, each in ENTRIES.items()})
        if not self._broker_answers():
            return _LONGEST_SLEEP
        try:
            claimed = self.app.service.container().claim_turns()(request)
        except PortError as error:
            _log.warning("Beat cannot see whose turn it is: %s", error)
            return _LONGEST_SLEEP
        if not self._sent_all(claimed):
            return _LONGEST_SLEEP
        pause: float = claimed.next_in.total_seconds()
        return min(max(pause, _SHORTEST_SLEEP), _LONGEST_SLEEP)

    def _broker_answers(self) -> bool:
        connection = self.producer.connection
        try:
            with connection.default_channel.conn_or_acquire() as client:
                client.ping()
        except (*connection.connection_errors, *connection.channel_errors, OSError) as error:
            _log.warning("Beat takes no turn, as the broker does not answer: %s", error)
            return False
        return True

    def _sent_all(self, claimed: "ClaimedTurns") -> bool:
        """Send one after the other; at the first that fails give back what is left."""
        if not claimed.turns:
            return True
        self._look_for_full_queues()
        without_room = [turn for turn in claimed.turns if self._queue(turn) in self._full]
        turns = [turn for turn in claimed.turns if turn not in without_room]
        for position, turn in enumerate(turns):
            if not self._sent(turn):
                self._give_back([*without_room, *turns[position:]], claimed.before)
                return False
        self._give_back_the_rare(without_room, claimed.before)
        return True

    def _give_back_the_rare(
        self, turns: "Sequence[Turn]", before: "Mapping[EntryName, Turn]"
    ) -> None:
        """Let turns be made up as soon as there is room, but those that come round soon anyway."""
        from application.use_cases.claim_turns import PATIENCE  # noqa: PLC0415 - loads much

        rare = [turn for turn in turns if ENTRIES[turn.entry].every.period > PATIENCE]
        if rare:
            self._give_back(rare, before)

    def _give_back(self, turns: "Sequence[Turn]", before: "Mapping[EntryName, Turn]") -> None:
        from application.use_cases.give_back_turns import GiveBackTurnsRequest  # noqa: PLC0415

        request = GiveBackTurnsRequest(turns=turns, before=before)
        try:
            self.app.service.container().give_back_turns()(request)
        except PortError as error:
            _log.warning("Beat cannot give back what it could not ask for: %s", error)

    def _sent(self, turn: "Turn") -> bool:
        entry = copy(self.schedule[turn.entry])
        entry.options = {**entry.options, "headers": headers_of(turn)}
        try:
            self.apply_async(entry, producer=self.producer, advance=False)
        except SchedulingError as error:
            _log.error("Beat could not ask to %s: %s", turn.entry, error.__cause__ or error)
            return False
        _log.info("Beat asks to %s.", turn.entry)
        return True

    def _queue(self, turn: "Turn") -> str:
        entry = self.schedule[turn.entry]
        return queue_of(self.app, entry.task, entry.options)

    def _look_for_full_queues(self) -> None:
        connection = self.producer.connection
        full = self._full
        # that the broker is away shows when a message is sent
        with suppress(*connection.connection_errors, *connection.channel_errors, OSError):
            full = frozenset(
                queue
                for queue in QUEUES
                if waiting_in(connection, queue, Urgency.ASKED) >= MOST_WAITING
            )
        for queue in full - self._full:
            _log.warning(
                "Beat asks for nothing in the queue %s: %d messages wait there already. Start a "
                "worker for it, or more of them: celery -A entrypoints.worker worker -Q %s",
                queue,
                MOST_WAITING,
                queue,
            )
        for queue in self._full - full:
            _log.info("Beat goes on with the queue %s: it has room again.", queue)
        self._full = full
