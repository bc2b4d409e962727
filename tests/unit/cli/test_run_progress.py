"""Whoever waits for a run sees what becomes of each of its objects."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from domain.provisioning import ResourceId, Run, RunAction, RunId, RunStatus, Stamp
from domain.terraform import Address, ChangeAction, EventType, LogLevel, LogRecord
from entrypoints.cli.moving_lines import MovingLines
from entrypoints.cli.run_progress import LastingLines, RunProgress

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
BUCKET = Address("aws_s3_bucket.this")
RUN = Run(
    id=RunId(3),
    resource_id=ResourceId(7),
    action=RunAction.PROVISION,
    status=RunStatus.QUEUED,
    history=(Stamp(status=RunStatus.QUEUED, at=NOW),),
)
PLANNING = RUN.moved_to(RunStatus.PLANNING, at=NOW)


def a_record(
    kind: EventType,
    action: ChangeAction | None = ChangeAction.CREATE,
    *,
    after: float = 0,
    cloud_id: str | None = None,
    message: str = "",
    level: LogLevel = LogLevel.INFO,
) -> LogRecord:
    return LogRecord(
        offset=0,
        length=1,
        at=NOW + timedelta(seconds=after),
        level=level,
        type=kind,
        message=message,
        address=BUCKET,
        action=action,
        cloud_id=cloud_id,
    )


STORY = (
    a_record(EventType.APPLY_START),
    a_record(EventType.APPLY_PROGRESS, after=10),
    a_record(EventType.APPLY_COMPLETE, after=12, cloud_id="invoices"),
)


def tell(progress: RunProgress, *records: LogRecord) -> None:
    with progress:
        progress.moved(PLANNING)
        for record in records:
            progress.said(PLANNING, record)


def test_elsewhere_than_on_a_terminal_each_thing_that_happens_is_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(LastingLines(), *STORY)
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.splitlines() == [
        "resource 7: planning",
        "resource 7: creating aws_s3_bucket.this",
        "resource 7: created aws_s3_bucket.this (invoices), 12 s",
    ]


def test_an_object_that_fails_is_told_with_the_reason_on_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(
        LastingLines(),
        a_record(EventType.APPLY_START, ChangeAction.DELETE),
        a_record(EventType.APPLY_ERRORED, ChangeAction.DELETE, after=1),
        a_record(EventType.DIAGNOSTIC, message="Quota:\n\x1b[2Jfull", level=LogLevel.ERROR),
        a_record(EventType.DIAGNOSTIC, message="deprecated", level=LogLevel.WARN),
    )
    assert capsys.readouterr().err.splitlines()[1:] == [
        "resource 7: destroying aws_s3_bucket.this",
        "resource 7: failed destroying aws_s3_bucket.this, 1 s",
        "resource 7: Quota: \\x1b[2Jfull",
    ]


def test_an_action_that_nobody_has_a_word_for_is_a_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(LastingLines(), a_record(EventType.APPLY_COMPLETE, ChangeAction.OTHER))
    assert "changed aws_s3_bucket.this" in capsys.readouterr().err


def test_on_a_terminal_the_line_of_an_object_says_what_became_of_it() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=90, color_system=None)
    trouble = a_record(EventType.DIAGNOSTIC, message="[b]full[/b]", level=LogLevel.ERROR)
    tell(MovingLines(console), *STORY, trouble)
    final = screen.getvalue().split("\x1b[2K")[-1]
    assert "created aws_s3_bucket.this (invoices), 12 s" in final
    assert "creating" not in final
    assert "[b]full[/b]" in screen.getvalue()


def test_a_long_id_is_cut_on_a_narrow_terminal_and_leaves_the_clock_where_it_is() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=50, color_system=None)
    tell(MovingLines(console), a_record(EventType.APPLY_COMPLETE, cloud_id="/subscriptions/" * 9))
    final = screen.getvalue().split("\x1b[2K")[-1]
    (line,) = [line for line in final.splitlines() if "created" in line]
    assert line.startswith("* 0:00:00   created aws_s3_bucket.this (/subscr")
    assert len(line.rstrip("\r")) <= 50


def test_two_runs_with_objects_of_one_address_are_told_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = Run(
        id=RunId(4),
        resource_id=ResourceId(8),
        action=RunAction.PROVISION,
        status=RunStatus.APPLYING,
        history=RUN.history,
    )
    progress = LastingLines()
    progress.said(PLANNING, a_record(EventType.APPLY_START))
    progress.said(other, a_record(EventType.APPLY_START, after=5))
    progress.said(other, a_record(EventType.APPLY_COMPLETE, after=6))
    assert capsys.readouterr().err.splitlines()[-1] == (
        "resource 8: created aws_s3_bucket.this, 1 s"
    )
