"""The worker and the command line with an AWS library that crashes and tells the secret.

As a worker: `celery -A tests.reliability.crashing`; as a command: `python -m
tests.reliability.crashing sync`. It crashes while the file that `CRASH_WHILE` names exists.
"""

import os
from pathlib import Path
from typing import Any, Final

from botocore.client import BaseClient

from entrypoints.worker import app

__all__ = ["CRASH_WHILE", "app"]

CRASH_WHILE: Final = "TEST_CRASH_WHILE"

_as_it_is = BaseClient._make_api_call


def _crash(client: Any, *arguments: Any) -> Any:  # noqa: ANN401 - boto's own
    if Path(os.environ[CRASH_WHILE]).exists():
        keys = client._request_signer._credentials
        raise LookupError(f"{keys.secret_key} and {keys.token} are odd")
    return _as_it_is(client, *arguments)


if CRASH_WHILE in os.environ:  # not where only the name is wanted
    BaseClient._make_api_call = _crash

if __name__ == "__main__":
    from entrypoints.cli.main import main

    main()
