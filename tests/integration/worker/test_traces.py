"""What a real worker tells a collector of traces."""

from pathlib import Path

from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.task_names import TaskName
from adapters.secrets.box import new_key
from tests.collector import Collector, collector
from tests.integration.worker.rig import running_worker
from tests.waiting import soon

__all__ = ["collector"]


def test_spans_of_a_pool_process_reach_the_collector_before_it_ends(
    migrated_database_url: str,
    valkey: EmbeddedValkey,
    valkey_url: str,
    tmp_path: Path,
    collector: Collector,
) -> None:
    environment = {
        "DATABASE_URL": migrated_database_url,
        "CELERY_BROKER_URL": valkey_url,  # with nothing in it that others left
        "CELERY_RESULT_BACKEND": valkey.result_backend,
        "MULTICLOUD_DATA_DIR": str(tmp_path / "data"),
        "MULTICLOUD_SECRET_KEY": new_key().reveal(),
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "3600000",
    }
    arguments = ["--pool", "prefork", "--concurrency", "1"]
    with running_worker("traced", arguments, environment=environment, folder=tmp_path) as worker:
        worker.call(TaskName.CLEAN_UP_OLD_LOGS.value)
        soon(lambda: '"use_case": "CleanUpOldLogs"' in worker.log.read_text(encoding="utf-8"))
        assert collector.spans == []
        worker.stop()
    assert sorted(collector.spans) == ["CleanUpOldLogs", TaskName.CLEAN_UP_OLD_LOGS.value]
