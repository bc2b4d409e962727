"""Everything that a run of the service leaves for others to see, gathered while it runs."""

import base64
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from celery import Celery

from tests.broker import redis_client

_LARGEST_FILE = 20_000_000


@dataclass(kw_only=True)
class Traces:
    """What was seen, by where it was seen."""

    commands: set[str] = field(default_factory=set)
    """The command line of every process on this machine."""
    spoken: list[str] = field(default_factory=list)
    """Every command that reached the broker."""
    events: list[str] = field(default_factory=list)
    """What the worker tells whoever watches it, such as Flower."""
    files: set[tuple[str, str]] = field(default_factory=set)
    """Where a wanted text was found in a file, however short its life: the file, and the text."""
    stop: threading.Event = field(default_factory=threading.Event)

    def places(self, wanted: str, *, database_url: str, folder: Path) -> set[str]:
        """Return where *wanted* was found, in any spelling."""
        self._look_into_files(folder, [wanted])
        seen = {
            "process list": self.commands,
            "broker": self.spoken,
            "events": self.events,
            "database": set(_database(database_url)),
        }
        found = {where for where, texts in seen.items() if any(holds(t, wanted) for t in texts)}
        return found | {f"file {name}" for name, text in self.files if text == wanted}

    def _look_at_processes(self) -> None:
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    self.commands.add((entry / "cmdline").read_bytes().decode(errors="replace"))
                except OSError:
                    continue  # it has just ended

    def _look_into_files(self, folder: Path, wanted: list[str]) -> None:
        for path in folder.rglob("*"):
            try:
                if not path.is_file() or path.stat().st_size > _LARGEST_FILE:
                    continue
                text = path.read_bytes().decode(errors="replace")
            except OSError:
                continue  # it was removed while we looked
            self.files |= {(path.name, each) for each in wanted if holds(text, each)}


def spellings(text: str) -> Iterator[str]:
    """Yield *text* as it is, as hexadecimal digits and as it is found within base64."""
    raw = text.encode()
    yield text
    yield raw.hex()
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw).decode()
        yield whole[(0, 2, 3)[shift] : len(raw) // 3 * 4 - 4]


def holds(text: str, wanted: str) -> bool:
    """Tell whether *wanted* stands in *text*, in any spelling."""
    return any(spelling in text for spelling in spellings(wanted))


def _database(url: str) -> Iterator[str]:
    """Yield every row of every table as text."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT whole::text FROM "{table}" AS whole')
            yield from (row[0] for row in cursor.fetchall())
    connection.close()


@contextmanager
def traced(
    environment: Mapping[str, str], sender: Celery, *, folder: Path, wanted: list[str]
) -> Iterator[Traces]:
    """Gather what is left for others to see until the end of the block."""
    traces = Traces()
    tasks = (
        lambda: _watch(traces, folder, wanted),
        lambda: _listen(traces, environment["CELERY_BROKER_URL"]),
        lambda: _attend(traces, sender),
    )
    threads = [_started(task) for task in tasks]
    try:
        yield traces
    finally:
        traces.stop.set()
        with redis_client(environment["CELERY_BROKER_URL"]) as client:
            client.ping()  # or the monitor would wait for a next command
        for thread in threads:
            thread.join()


def _started(task: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=task)
    thread.start()
    return thread


def _watch(traces: Traces, folder: Path, wanted: list[str]) -> None:
    while not traces.stop.wait(0.1):
        traces._look_at_processes()
        traces._look_into_files(folder, wanted)


def _listen(traces: Traces, url: str) -> None:
    with redis_client(url) as client, client.monitor() as monitor:
        while not traces.stop.is_set():
            traces.spoken.append(monitor.next_command()["command"])


def _attend(traces: Traces, sender: Celery) -> None:
    with sender.connection_for_read() as connection:
        heard = sender.events.Receiver(
            connection, handlers={"*": lambda event: traces.events.append(repr(event))}
        )
        while not traces.stop.is_set():
            try:
                heard.capture(limit=None, timeout=0.5, wakeup=False)
            except TimeoutError:
                continue
