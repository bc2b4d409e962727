"""Tasks that look after the others."""

from typing import TYPE_CHECKING

from entrypoints.worker.tasks.base import Outcome

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


def recover_runs(container: "Container") -> Outcome:
    """Hand every run of Terraform that nobody works on to a worker."""
    report = container.recover_runs()()
    return report.as_dict()
