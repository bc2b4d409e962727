"""The sandbox's Terraform providers as a program: terraform starts it, and a person may not."""

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from entrypoints.sandbox.terraform.providers import PROVIDERS

_WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve one provider to the terraform that started this, or write the mirror of them all."""
    options = _parser().parse_args(arguments)
    if options.what == "mirror":
        return _mirror(options.folder)
    # Terraform's whole group gets a Ctrl-C; terraform ends its providers when it has had its say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return _serve(options.what, options.trouble)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m entrypoints.sandbox.terraform")
    what = parser.add_subparsers(dest="what", required=True)
    mirror = what.add_parser("mirror", help="write a folder to install the providers from")
    mirror.add_argument("folder", type=Path)
    for name in PROVIDERS:
        provider = what.add_parser(name, help="serve this provider; only terraform can")
        provider.add_argument("--trouble", type=Path, help="a script of what is slow and fails")
    return parser


def _mirror(folder: Path) -> int:
    from entrypoints.sandbox.terraform.mirror import write_mirror  # noqa: PLC0415 - start-up time

    try:
        print(write_mirror(folder))  # noqa: T201 - the answer
    except OSError as trouble:
        sys.stderr.write(f"The mirror cannot be written: {trouble}. Choose another folder.\n")
        return 1
    return 0


def _serve(name: str, trouble: Path | None) -> int:
    gc.disable()  # terraform starts several for each run, which live for seconds and load a lot
    # Imported here: gRPC takes a tenth of a second, which the mirror need not wait for.
    from entrypoints.sandbox.terraform.plugin import COOKIE, serve  # noqa: PLC0415
    from entrypoints.sandbox.terraform.service import ProviderService  # noqa: PLC0415
    from entrypoints.sandbox.terraform.trouble import Trouble  # noqa: PLC0415

    key, value = COOKIE
    if os.environ.get(key) != value:
        sys.stderr.write(
            "This is a Terraform provider, which terraform starts by itself. Write a mirror with "
            "`python -m entrypoints.sandbox.terraform mirror FOLDER` and install from there.\n"
        )
        return _WRONG_USE
    serve(ProviderService(PROVIDERS[name].load(), Trouble(file=trouble)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
