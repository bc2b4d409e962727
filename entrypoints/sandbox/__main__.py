"""The sandbox as a program: clouds in a box, and small changes in them."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from entrypoints.sandbox.changing import NoSandbox, UnknownChange, change
from entrypoints.sandbox.clouds import CLOUDS, Cloud
from entrypoints.sandbox.happening import NothingToChange
from entrypoints.sandbox.lifetime import (
    LARGEST_PORT,
    announce,
    port_number,
    refuse,
    wait_for_the_end,
)
from entrypoints.sandbox.rest.listening import CannotListen


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve clouds until standard input closes or SIGTERM comes, or change one thing in them."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["change"]:
        return _change(_change_parser().parse_args(given[1:]))
    return _serve(_serve_parser().parse_args(given))


def _serve_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m entrypoints.sandbox",
        description="Print one line of JSON when ready; serve until standard input closes. "
        "`change --endpoint URL [CHANGE] [--name NAME]` changes one thing in a running sandbox.",
    )
    parser.add_argument(
        "--clouds", type=_clouds, default=list(CLOUDS), help=f"some of {','.join(CLOUDS)}"
    )
    parser.add_argument(
        "--port",
        type=port_number,
        default=0,
        help="AWS has this one, Azure the next, GCP the one after; 0 takes any that are free",
    )
    parser.add_argument("--seed", choices=["demo", "empty"], default="demo")
    return parser


def _clouds(text: str) -> list[str]:
    """Return the clouds that *text* names, in the order of their ports."""
    wanted = set(text.split(","))
    if unknown := sorted(wanted - set(CLOUDS)):
        raise argparse.ArgumentTypeError(
            f"there is no cloud {unknown[0]!r}; choose some of {','.join(CLOUDS)}"
        )
    return [name for name in CLOUDS if name in wanted]


def _change_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m entrypoints.sandbox change")
    parser.add_argument("--endpoint", required=True, help="as the sandbox printed it")
    parser.add_argument("change", nargs="?", help="if left out, the usual one of that cloud")
    parser.add_argument("--name", help="the resource to change; if left out, the demo's usual one")
    return parser


def _serve(options: argparse.Namespace) -> int:
    ports = {name: options.port and options.port + place for place, name in enumerate(CLOUDS)}
    if max(ports[name] for name in options.clouds) > LARGEST_PORT:
        return refuse(f"There are too few ports from {options.port} on; choose a lower --port.")
    clouds = {
        name: CLOUDS[name](ports[name], furnished=options.seed == "demo") for name in options.clouds
    }
    try:
        with _running(clouds):
            announce(
                {
                    "endpoints": {name: each.server.endpoint for name, each in clouds.items()},
                    "credentials": {name: each.credential() for name, each in clouds.items()},
                }
            )
            wait_for_the_end()
    except CannotListen as trouble:
        return refuse(str(trouble))
    return 0


@contextmanager
def _running(clouds: Mapping[str, Cloud]) -> Iterator[None]:
    try:
        for cloud in clouds.values():
            cloud.server.start()
        for cloud in clouds.values():
            cloud.furnish()
        yield
    finally:
        for cloud in clouds.values():
            cloud.server.stop()


def _change(options: argparse.Namespace) -> int:
    try:
        announce(change(options.endpoint, options.change, resource=options.name))
    except (NothingToChange, UnknownChange) as trouble:
        return refuse(str(trouble))
    except NoSandbox:
        return refuse(f"No sandbox answers at {options.endpoint}; start it, or mend --endpoint.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
