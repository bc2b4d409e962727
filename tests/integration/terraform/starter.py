"""A worker that starts one step and then only waits to be killed.

Call it with a folder, the number of the step and its command.
"""

import signal
import sys
import time
from pathlib import Path

from domain.provisioning import ResourceId
from domain.terraform import Command
from tests.contract.terraform_workspace_contract import begin
from tests.integration.terraform.runners import workspaces_in


def main() -> None:
    folder, number, command = sys.argv[1:]
    # as Celery's children do, whose terminal is none of their business
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    workspace = workspaces_in(Path(folder)).of(ResourceId(12))
    begin(workspace, int(number), Command(command))
    sys.stdout.write("started\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    main()
