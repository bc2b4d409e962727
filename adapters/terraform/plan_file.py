"""Looking into a plan, in memory only: it holds secrets."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from adapters.terraform.command import PLAN_FILE
from adapters.terraform.events import Redact
from adapters.terraform.process import PRIVATE
from application.ports.errors import NotFound, Rejected, TimedOut
from domain.inventory import Json

_LAST_WORDS: Final = 500  # characters


def plan_document(
    argv: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    patience: float,
    redact: Redact,
) -> Mapping[str, Json]:
    """Return the last plan in *folder* as *argv* prints it.

    Raises:
        NotFound: there is no plan.
        TimedOut: no answer within *patience* seconds.
        Rejected: Terraform cannot read the plan.
        OSError: it cannot be started.
    """
    if not (folder / PLAN_FILE).exists():
        raise NotFound(f"There is no plan in {folder}.", remedy="Make one first.")
    code, output, complaint = _run(argv, folder, environment, patience)
    try:
        document = json.loads(output) if code == 0 else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        words = " ".join(redact(complaint.decode(errors="replace"))[-_LAST_WORDS:].split())
        raise Rejected(
            f"Terraform cannot read the plan in {folder}: {words or 'it does not say why'}",
            remedy="Make a new plan.",
        )
    return document


def _run(
    argv: Sequence[str], folder: Path, environment: Mapping[str, str], patience: float
) -> tuple[int, bytes, bytes]:
    with subprocess.Popen(  # noqa: S603 - our own words, no shell
        argv,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        umask=PRIVATE,
    ) as process:
        try:
            output, complaint = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired as exc:
            raise TimedOut(
                f"Terraform did not show the plan in {folder} within {patience:.0f} seconds.",
                remedy="See whether this machine is overloaded.",
            ) from exc
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, output, complaint
