"""Everything that can be set from outside, and where it is looked for."""

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import SettingsConfigDict

from application.ports.secret_box import SecretText
from application.ports.stopping import OnStop
from domain.errors import InvalidValue
from entrypoints.bootstrap.data_folder import (
    read_connections,
    read_secret_key,
    usual_data_dir,
)
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.bootstrap.retention_settings import RetentionSettings

_PREFIX = "MULTICLOUD_"
DEBUG_VARIABLE = "MULTICLOUD_DEBUG"
"""Set to anything, it makes the command line show the report of an unexpected error at once."""


_PACING_SCHEMES = ("redis://", "rediss://", "redis+socket://")


class Settings(RetentionSettings):
    """What the service was told by its environment; secrets never show in its repr."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    database: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL, as postgresql://user:password@host:port/name. "
        "Default: the database of the `multicloud up` that runs on the same data folder.",
    )
    broker: SecretStr | None = Field(
        default=None,
        validation_alias="CELERY_BROKER_URL",
        description="Redis or Valkey that carries the jobs: redis://, rediss://, redis+socket:// "
        "or sentinel://. Default: the broker of the running `multicloud up`.",
    )
    results: SecretStr | None = Field(
        default=None,
        validation_alias="CELERY_RESULT_BACKEND",
        description="Where errors of jobs are kept for an hour: their class and one redacted text. "
        "Default: the broker.",
    )
    pacing: SecretStr | None = Field(
        default=None,
        validation_alias="MULTICLOUD_PACING_URL",
        description="Redis or Valkey in which all processes pace their calls to the clouds "
        "together: redis://, rediss:// or redis+socket://. Default: the broker; if that is "
        "sentinel:// or there is none, each process keeps a pace of its own.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="The keys that seal stored secrets, comma-separated, newest first; each 32 "
        "bytes in URL-safe base64. Default: the file secret.key in the data folder.",
    )
    terraform_bin: str = Field(
        default="terraform",
        validation_alias="TERRAFORM_BIN",
        description="The Terraform or OpenTofu program, by name or path.",
    )
    terraform_mirror: Path | None = Field(
        default=None,
        description="A folder of provider plugins in Terraform's filesystem-mirror layout. "
        "Default: providers are downloaded from their registry.",
    )
    terraform_on_stop: OnStop = Field(
        default=OnStop.LEAVE,
        description="What a worker that is told to stop does with Terraform at work. leave: it "
        "goes on without its worker; interrupt: it ends in an orderly way, for a worker in a "
        "container, whose end is Terraform's too.",
    )
    data_dir: Path = Field(
        default_factory=usual_data_dir,
        description="The folder for everything kept on this machine. Default: "
        "/var/lib/multicloud for root, ~/.local/share/multicloud for anybody else.",
    )
    allow_custom_endpoints: bool = Field(
        default=False,
        description="Whether credentials may name their own cloud endpoints: needed for "
        "sovereign clouds and the sandbox, unwise where users are not trusted.",
    )
    sentinel_master: str = Field(
        default="mymaster",
        min_length=1,
        description="The name of the master that Redis Sentinel watches, for sentinel:// URLs.",
    )
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto",
        description="json: one object a line; console: coloured text; auto: console on a "
        "terminal, json elsewhere.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="The least grave log lines to show. The command line shows none unless this is "
        "set: it tells what goes wrong in a sentence.",
    )
    worker_concurrency: int = Field(
        default=4,
        ge=1,
        le=256,
        description="How many jobs one worker does at a time.",
    )
    soft_shutdown_seconds: int = Field(
        default=50,
        ge=1,
        le=3600,
        description="How long a worker that is told to stop waits for what it is doing. Whoever "
        "stops it must give it 10 seconds more before it is killed.",
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

    @field_validator("database", "broker", "results", "pacing")
    @classmethod
    def _is_an_address(cls, value: SecretStr | None) -> SecretStr | None:
        for address in value.get_secret_value().split(";") if value else ():
            if not is_address(address):
                raise PydanticCustomError("address", "it is not written like an address")
        return value

    @field_validator("pacing")
    @classmethod
    def _leads_to_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(_PACING_SCHEMES):
            raise PydanticCustomError("scheme", "it does not lead to one Redis or Valkey")
        return value

    @property
    def database_url(self) -> str:
        """The database to use.

        Raises:
            SettingsError: none is configured, and no `multicloud up` runs here.
        """
        return self._configured("database", self.database)

    @property
    def broker_url(self) -> str:
        """The broker to use.

        Raises:
            SettingsError: none is configured, and no `multicloud up` runs here.
        """
        return self._configured("broker", self.broker)

    @property
    def result_backend(self) -> str:
        """Where results go: the broker unless configured otherwise.

        Raises:
            SettingsError: neither is configured, and no `multicloud up` runs here.
        """
        return self._configured("results", self.results or self.broker)

    @property
    def pacing_url(self) -> str | None:
        """Where calls to the clouds are paced; None: in each process by itself."""
        if self.pacing is not None:
            return self.pacing.get_secret_value()
        broker = self.broker.get_secret_value() if self.broker else ""
        return broker if broker.startswith(_PACING_SCHEMES) else None

    @property
    def secret_keys(self) -> SecretText | None:
        """The keys of the secret box, newest first, or None if there are none."""
        return SecretText(self.secret_key.get_secret_value()) if self.secret_key else None

    def _configured(self, field: str, value: SecretStr | None) -> str:
        if value is None:
            raise SettingsError(
                f"{environment_name(field)} is not set and no `multicloud up` runs on "
                f"{self.data_dir}: set it, or start `multicloud up` in another terminal."
            )
        return value.get_secret_value()


def environment_name(field: str) -> str:
    """Return the environment variable that sets *field* of `Settings`."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else _PREFIX + field.upper()


def is_address(text: str) -> bool:
    """Tell whether *text* is written like scheme://user:password@host:port/path."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.scheme) and "://" in text


def load_settings(data_dir: Path | None = None) -> Settings:
    """Read the environment; where it is silent, ask the data folder.

    *data_dir*, if given, is the data folder whatever the environment says.

    Raises:
        SettingsError: a value is not acceptable, or the data folder cannot be read.
    """
    try:
        settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
        _ = settings.retention, settings.cost_history
    except ValidationError as exc:
        raise SettingsError(_sentence(exc)) from None
    except InvalidValue as exc:
        raise SettingsError(f"{exc} See the MULTICLOUD_KEEP_..._DAYS settings.") from exc
    return settings.model_copy(update=_found_in_data_folder(settings))


def _found_in_data_folder(settings: Settings) -> dict[str, SecretStr]:
    """Return what the environment left open and the data folder knows."""
    known = read_connections(settings.data_dir)
    key = read_secret_key(settings.data_dir) if settings.secret_key is None else None
    found = {
        "database": known.get("database_url"),
        "broker": known.get("broker_url"),
        "results": known.get("result_backend") if settings.broker is None else None,
        "secret_key": key,
    }
    return {
        field: SecretStr(value)
        for field, value in found.items()
        if value and getattr(settings, field) is None
    }


def _sentence(error: ValidationError) -> str:
    """Name the first variable that is wrong and the rule, never the value."""
    first = error.errors(include_input=False, include_url=False)[0]
    field = str(first["loc"][0])
    name = environment_name(field) if field in Settings.model_fields else field
    return f"{name} is not valid: {first['msg']}."


def unknown_variables() -> list[str]:
    """Return the MULTICLOUD_ variables of the environment that set nothing, by name."""
    known = {environment_name(field) for field in Settings.model_fields} | {DEBUG_VARIABLE}
    return sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)
