"""Workers that each do one job and can be killed: run as a module, it forks one for each line.

A line is `provision 7` or `destroy 7`; the answer is the process id of the worker.
"""

import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from adapters.terraform.workspaces import SubprocessWorkspaces
from domain.provisioning import ResourceId, RunAction
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import load_settings

LEASE = timedelta(seconds=2)
SETTLING = timedelta(seconds=0)
ATTACHED = "TEST_ATTACHED_PROVIDER"
"""Set to what TF_REATTACH_PROVIDERS is to be; Terraform then starts no provider of its own."""
MODULES = "TEST_MODULES"
"""Set to the folder of the modules that are to be used in the place of the service's own."""


def impatient_container() -> Container:
    """Return the service of this environment, which waits for seconds where others wait longer."""
    hasty = load_settings().model_copy(update={"lease_seconds": LEASE.seconds})
    container = build_container(hasty)
    container.terraform_settling.override(SETTLING)
    if attached := os.environ.get(ATTACHED):
        container.terraform_environment.override({"TF_REATTACH_PROVIDERS": attached})
    if modules := os.environ.get(MODULES):
        own = container.workspaces()
        around = replace(own._around, modules=Path(modules))
        container.workspaces.override(SubprocessWorkspaces(own._root, around))
    return container


def work(action: str, resource_id: int) -> None:
    """Do one job, as a worker process does."""
    container = impatient_container()
    container.terraform_work()(ResourceId(resource_id), RunAction(action))
    container.shutdown_resources()


def main() -> None:
    """Fork a worker for each line of standard input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        action, resource_id = line.split()
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            work(action, int(resource_id))
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
