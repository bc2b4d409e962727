"""The sandbox as a program: clouds in a box, and small changes in them."""

import argparse
import sys
from collections.abc import Sequence

from entrypoints.sandbox.lifetime import announce, port_number, refuse, wait_for_the_end

DEFAULT_CHANGE = "stop-instance"


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
        "`change --endpoint URL [NAME]` changes one thing in a running sandbox.",
    )
    parser.add_argument("--clouds", choices=["aws"], default="aws")
    parser.add_argument("--port", type=port_number, default=0, help="0 takes any that is free")
    parser.add_argument("--seed", choices=["demo", "empty"], default="demo")
    return parser


def _change_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m entrypoints.sandbox change")
    parser.add_argument("--endpoint", required=True, help="as the sandbox printed it")
    parser.add_argument("name", nargs="?", default=DEFAULT_CHANGE)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from entrypoints.sandbox.aws.clients import KEYS  # noqa: PLC0415 - `--help` does without boto3
    from entrypoints.sandbox.aws.seed import REGIONS, furnish  # noqa: PLC0415
    from entrypoints.sandbox.aws.server import (  # noqa: PLC0415
        AwsServer,
        CannotListen,
        forget_aws_settings,
    )

    forget_aws_settings()
    server = AwsServer(options.port)
    try:
        server.start()
    except CannotListen as trouble:
        return refuse(str(trouble))
    if options.seed == "demo":
        furnish(server.endpoint)
    credential = {**KEYS, "regions": list(REGIONS), "endpoint_url": server.endpoint}
    announce({"endpoints": {"aws": server.endpoint}, "credentials": {"aws": credential}})
    wait_for_the_end()
    server.stop()
    return 0


def _change(options: argparse.Namespace) -> int:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above

    from entrypoints.sandbox.aws.changes import CHANGES, NothingToChange  # noqa: PLC0415
    from entrypoints.sandbox.aws.server import forget_aws_settings  # noqa: PLC0415

    forget_aws_settings()
    change = CHANGES.get(options.name)
    if change is None:
        return refuse(f"There is no change {options.name!r}; choose one of {', '.join(CHANGES)}.")
    try:
        announce(change(options.endpoint).as_dict())
    except NothingToChange as nothing:
        return refuse(str(nothing))
    except (BotoCoreError, ClientError, ValueError):
        return refuse(f"No sandbox answers at {options.endpoint}; start it, or mend --endpoint.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
