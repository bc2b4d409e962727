"""`multicloud up`: the whole service on this machine."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import typer

from entrypoints.cli.children import Child, running
from entrypoints.cli.failures import CommandFailed
from entrypoints.cli.signals import treat_sigterm_as_interrupt

_SERVICE: Final = "entrypoints.bootstrap.service"


def up() -> None:
    """Run the whole service on this machine: database, broker, worker and beat.

    Nothing else needs to be installed. DATABASE_URL and CELERY_BROKER_URL, where set, are used
    instead of the servers that come along. Ctrl-C stops it; what it knows is kept.
    """
    data_dir = prepare_data_folder()
    treat_sigterm_as_interrupt()
    with service_process(data_dir) as service:
        try:
            _follow(service, data_dir)
        except KeyboardInterrupt:
            typer.echo("Stopping ...", err=True)
            service.ask_to_stop()
            _follow(service, data_dir, unsaid={"up", "down"})


def prepare_data_folder() -> Path:
    """Return the data folder with a secret key in it, unless one comes from the environment.

    Raises:
        SettingsError: the folder cannot be used.
    """
    from entrypoints.bootstrap.data_folder import ensure_secret_key  # noqa: PLC0415 - slow
    from entrypoints.bootstrap.settings import load_settings  # noqa: PLC0415 - slow

    settings = load_settings()
    data_dir = settings.data_dir.absolute()
    if settings.secret_key is None:
        ensure_secret_key(data_dir)
    return data_dir


@contextmanager
def service_process(data_dir: Path) -> Iterator[Child]:
    """Run the service on *data_dir*; what it says beside its events goes to a log file there.

    Raises:
        SettingsError: the folder cannot be written.
    """
    from entrypoints.bootstrap.data_folder import unusable  # noqa: PLC0415 - slow

    logs = data_dir / "logs"
    try:
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (logs / "service.log").open("ab")
    except OSError as exc:
        raise unusable(logs, exc, folder=logs) from exc
    with file, running(_SERVICE, ["--data-dir", str(data_dir)], errors=file) as service:
        yield service


def _follow(service: Child, data_dir: Path, *, unsaid: Collection[str] = ("down",)) -> None:
    """Tell what happens until the service ends, *unsaid* events aside.

    Its end is told too as soon as something of it has stopped.

    Raises:
        CommandFailed: the service failed, or ended without saying why.
    """
    failure, silent = "", set(unsaid)
    for event in service.events():
        failure = failure or str(event.get("sentence", ""))
        if event.get("event") == "stopped":
            silent.discard("down")
        if event.get("event") not in silent and (line := _line(event)):
            typer.echo(line)
    code = service.exit_code()
    if failure or code:
        raise CommandFailed(failure or ended_unasked(code, data_dir))


def ended_unasked(code: int, data_dir: Path) -> str:
    """Say that the service ended without a reason, and where to look if that says anything."""
    how = f"was killed (signal {-code})" if code < 0 else f"ended with exit code {code}"
    log = data_dir / "logs" / "service.log"
    with suppress(OSError):
        if log.stat().st_size:
            return f"The service {how}; see {log}."
    return f"The service {how}. Start it again; its data is kept."


def _line(event: dict[str, object]) -> str:
    """Return *event* in words; empty if it is not worth any."""
    name = str(event.get("event"))
    if event.get("embedded") is False:
        name = "configured"
    return _WORDS.get(name, "").format_map(defaultdict(str, event))


_WHAT_NEXT: Final = """
multicloud is up; Ctrl-C stops it. Data: {data_dir}; logs: {logs}
In another terminal:

  multicloud users add you@example.org
  multicloud credentials add --user you@example.org --provider aws --name main --from-env
  multicloud sync
  multicloud inventory
  multicloud doctor
"""
_WORDS: Final = {
    "starting": "  {part} is starting ...",
    "ready": "  {part} is ready",
    "configured": "  {part} is the configured one",
    "died": "  {part} is down: {why} It is started again in {restart_in:g} s.",
    "stopped": "  {part} has stopped",
    "up": _WHAT_NEXT,
    "down": "Everything has stopped; the data is kept.",
}
