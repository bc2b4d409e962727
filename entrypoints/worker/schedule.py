"""What beat asks for, and when; all times are UTC."""

from datetime import timedelta
from pathlib import Path

from celery.beat import PersistentScheduler
from celery.schedules import crontab

from adapters.queue.task_names import TaskName


def beat_schedule() -> dict[str, dict[str, object]]:
    """Return the schedule.

    A message expires before the next one of its kind is sent, so that a worker that was away
    finds one request to sync and not a hundred.
    """
    return {
        "sync everybody": _entry(
            TaskName.SYNC_ALL_USERS, timedelta(minutes=10), expires=timedelta(minutes=9)
        ),
        "find runs that nobody works on": _entry(
            TaskName.RECOVER_RUNS, timedelta(minutes=1), expires=timedelta(seconds=50)
        ),
        "tidy up where Terraform worked": _entry(
            TaskName.TIDY_WORKSPACES, timedelta(hours=1), expires=timedelta(minutes=50)
        ),
        "check the health of providers": _entry(
            TaskName.UPDATE_PROVIDER_HEALTH, timedelta(minutes=5), expires=timedelta(minutes=4)
        ),
        "forget what is old": _entry(
            TaskName.CLEAN_UP_OLD_LOGS, crontab(hour=0, minute=0), expires=timedelta(hours=12)
        ),
        "read what everybody is charged": _entry(
            TaskName.UPDATE_COST_DATA, crontab(hour=1, minute=0), expires=timedelta(hours=12)
        ),
    }


def _entry(name: TaskName, when: timedelta | crontab, *, expires: timedelta) -> dict[str, object]:
    return {
        "task": name.value,
        "schedule": when,
        "options": {"expires": expires.total_seconds()},
    }


class StoredSchedule(PersistentScheduler):
    """Remembers across restarts when it last asked, in a file whose folder it makes itself."""

    def setup_schedule(self) -> None:
        """Open the file.

        Raises:
            SystemExit: the folder cannot be written.
        """
        folder = Path(self.schedule_filename).resolve().parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            super().setup_schedule()
        except OSError as exc:
            raise SystemExit(
                f"Beat cannot keep its schedule in {folder} ({exc.strerror or exc}): correct its "
                "permissions or choose another folder with MULTICLOUD_DATA_DIR."
            ) from exc
