"""How much is done at a time, as it is set from outside."""

from pydantic import Field
from pydantic_settings import BaseSettings


class CapacitySettings(BaseSettings):
    """The part of the settings that says how much one process takes upon itself."""

    worker_concurrency: int = Field(
        default=4,
        ge=1,
        le=256,
        description="How many jobs one worker does at a time.",
    )
    sync_concurrency: int = Field(
        default=16,
        ge=1,
        le=128,
        description="How many listings one sync of one credential runs at a time.",
    )
    health_concurrency: int = Field(
        default=8,
        ge=1,
        le=128,
        description="How many credentials are probed at a time.",
    )
    database_pool_size: int = Field(
        default=5,
        ge=1,
        le=100,
        description="How many database connections one process keeps open.",
    )
    page_size: int = Field(
        default=1000,
        ge=1,
        le=100_000,
        description="How many rows are read at a time where many are walked through.",
    )
    cleanup_batch_size: int = Field(
        default=5000,
        ge=1,
        le=100_000,
        description="How many old records the clean-up deletes per transaction.",
    )
