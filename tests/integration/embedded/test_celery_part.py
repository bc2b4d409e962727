"""The Celery processes of a service, one by one."""

import os
from pathlib import Path

import pytest

from application.ports.errors import Unavailable
from entrypoints.bootstrap.supervisor_parts import CeleryPart
from tests.integration.embedded.processes import processes_about


def test_of_a_part_that_does_not_become_ready_nothing_is_left(tmp_path: Path) -> None:
    seen: list[int] = []

    def never() -> bool:
        seen.extend(processes_about("celery -A entrypoints.worker".replace(" ", "\0")))
        raise Unavailable("It does not answer.")

    part = CeleryPart(
        ["beat"],
        folder=tmp_path,
        log=tmp_path / "beat.log",
        environment={**os.environ, "MULTICLOUD_DATA_DIR": str(tmp_path)},
        grace=5.0,
        ready=never,
    )

    with pytest.raises(Unavailable):
        part.start()

    assert part.exit_code is None
    assert seen != []
    assert [pid for pid in processes_about(str(tmp_path)) if pid in seen] == []
