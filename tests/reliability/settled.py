"""A worker that does not wait for the cloud to settle: `celery -A tests.reliability.settled`.

As always, it waits for 15 seconds, which is far longer than the leases of these tests last.
"""

from datetime import timedelta

from entrypoints.bootstrap.container import Container
from entrypoints.worker import app

__all__ = ["app"]

Container.terraform_settling.override(timedelta(0))
