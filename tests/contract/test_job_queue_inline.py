import logging
from typing import get_args

import pytest

from adapters.queue.inline import InlineJobQueue
from application.ports.errors import NotFound
from application.ports.job_queue import Job, SyncCredentialJob
from domain.accounts import CredentialId
from tests.contract.job_queue_contract import Arrived, JobQueueContract, a_job


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
        done: list[CredentialId] = []

        def sync(job: SyncCredentialJob) -> None:
            if job.credential_id == 1:
                raise NotFound("There is no credential 1.")
            done.append(job.credential_id)

        with caplog.at_level(logging.ERROR):
            InlineJobQueue({SyncCredentialJob: sync}).enqueue([a_job(1), a_job(2)])

        assert done == [2]
        assert [record.__dict__["error"] for record in caplog.records] == [
            "There is no credential 1."
        ]
