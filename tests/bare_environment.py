"""Fixtures for tests that read settings: nothing of the machine, nothing left behind."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting but an empty data folder."""
    for name in list(os.environ):
        if name.startswith("MULTICLOUD_") or name in {
            "DATABASE_URL",
            "CELERY_BROKER_URL",
            "CELERY_RESULT_BACKEND",
            "TERRAFORM_BIN",
        }:
            monkeypatch.delenv(name)
    monkeypatch.setenv("MULTICLOUD_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
