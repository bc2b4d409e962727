import logging
from typing import get_args

import pytest

from adapters.queue.inline import InlineJobQueue
from application.ports.errors import NotFound
from application.ports.job_queue import Job, SyncUserJob
from domain.accounts import UserId
from tests.contract.job_queue_contract import Arrived, JobQueueContract, a_user_job


class TestInlineJobQueue(JobQueueContract):
    @pytest.fixture
    def done(self) -> list[Job]:
        return []

    @pytest.fixture
    def queue(self, done: list[Job]) -> InlineJobQueue:
        return InlineJobQueue(dict.fromkeys(get_args(Job), done.append))

    @pytest.fixture
    def arrived(self, done: list[Job]) -> Arrived:
        return lambda: list(done)

    def test_a_job_that_fails_is_logged_and_keeps_no_other_from_being_done(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        done: list[UserId] = []

        def sync(job: SyncUserJob) -> None:
            if job.user_id == 1:
                raise NotFound("There is no user 1.")
            done.append(job.user_id)

        with caplog.at_level(logging.ERROR):
            InlineJobQueue({SyncUserJob: sync}).enqueue([a_user_job(1), a_user_job(2)])

        assert done == [2]
        assert [record.__dict__["error"] for record in caplog.records] == ["There is no user 1."]
