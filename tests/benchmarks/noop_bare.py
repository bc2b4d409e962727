"""Celery with our settings, and nothing else of ours: `celery -A tests.benchmarks.noop_bare`.

The settings come as JSON, in a variable: to import them would bring our worker in, which ties
itself to the signals of Celery.
"""

import json
import os

from celery import Celery

from tests.benchmarks.noop import CONFIGURATION, TASK

app = Celery("bare", set_as_current=False)
app.conf.update(json.loads(os.environ[CONFIGURATION]))


@app.task(name=TASK)  # type: ignore[untyped-decorator]
def noop(user_id: int, credential_id: int) -> dict[str, int | str]:
    """Do nothing."""
    del user_id
    return {"credential_id": credential_id, "status": "succeeded"}
