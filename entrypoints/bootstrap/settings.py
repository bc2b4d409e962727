"""Everything that can be set from outside, and where it is looked for."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from application.ports.secret_box import SecretText
from entrypoints.bootstrap.capacity_settings import CapacitySettings
from entrypoints.bootstrap.connection_settings import ConnectionSettings
from entrypoints.bootstrap.data_folder import read_connections, read_secret_key
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.bootstrap.retention_settings import RetentionSettings
from entrypoints.bootstrap.setting_faults import faults
from entrypoints.bootstrap.terraform_settings import TerraformSettings
from entrypoints.bootstrap.work_settings import WorkSettings

_PREFIX = "MULTICLOUD_"
DEBUG_VARIABLE = "MULTICLOUD_DEBUG"
"""Set to anything, it makes the command line show the report of an unexpected error at once."""


class Settings(
    ConnectionSettings, TerraformSettings, CapacitySettings, WorkSettings, RetentionSettings
):
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

    secret_key: SecretStr | None = Field(
        default=None,
        description="The keys that seal stored secrets, comma-separated, newest first; each 32 "
        "bytes in URL-safe base64. Default: the file secret.key in the data folder.",
    )
    allow_custom_endpoints: bool = Field(
        default=False,
        description="Whether credentials may name their own cloud endpoints: needed for "
        "sovereign clouds and the sandbox, unwise where users are not trusted.",
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
    soft_shutdown_seconds: int = Field(
        default=50,
        ge=1,
        le=3600,
        description="How long a worker that is told to stop waits for what it is doing; a sync "
        "gives way after a fifth of it. Whoever stops it must give it 10 seconds more before it is "
        "killed.",
    )

    @property
    def stop_grace(self) -> timedelta:
        """How long a job goes on that could end by itself: a fifth of what its worker waits."""
        return timedelta(seconds=self.soft_shutdown_seconds / 5)

    @property
    def secret_keys(self) -> SecretText | None:
        """The keys of the secret box, newest first, or None if there are none."""
        return SecretText(self.secret_key.get_secret_value()) if self.secret_key else None


def environment_name(field: str) -> str:
    """Return the environment variable that sets *field* of `Settings`."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else _PREFIX + field.upper()


def load_settings(data_dir: Path | None = None) -> Settings:
    """Read the environment; where it is silent, ask the data folder.

    *data_dir*, if given, is the data folder whatever the environment says.

    Raises:
        SettingsError: values are not acceptable, each in a sentence; or the data folder cannot be
            read.
    """
    try:
        settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
        _ = settings.retention, settings.cost_history
    except ValidationError as exc:
        raise SettingsError(faults(exc, Settings.model_fields, variable=environment_name)) from None
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


def unknown_variables() -> list[str]:
    """Return the MULTICLOUD_ variables of the environment that set nothing, by name."""
    known = {environment_name(field) for field in Settings.model_fields} | {DEBUG_VARIABLE}
    return sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)
