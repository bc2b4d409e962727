"""Where the servers are that the service works with, as it is set from outside."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings

from adapters.embedded.folders import NAME_A_FOLDER, what_is_in_the_way
from entrypoints.bootstrap.data_folder import service_runs, usual_data_dir
from entrypoints.bootstrap.errors import SettingsError

_PACING_SCHEMES: Final = ("redis://", "rediss://", "redis+socket://")


class ConnectionSettings(BaseSettings):
    """The part of the settings that says where database and broker are.

    What is not set is known to the `multicloud up` that runs on the same data folder.
    """

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
    sentinel_master: str = Field(
        default="mymaster",
        min_length=1,
        description="The name of the master that Redis Sentinel watches, for sentinel:// URLs.",
    )
    data_dir: Path = Field(
        default_factory=usual_data_dir,
        description="The folder for everything kept on this machine. Default: "
        "/var/lib/multicloud for root, ~/.local/share/multicloud for anybody else.",
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

    def _configured(self, field: str, value: SecretStr | None) -> str:
        if value is None:
            raise self._unknown(str(type(self).model_fields[field].validation_alias))
        return value.get_secret_value()

    def _unknown(self, variable: str) -> SettingsError:
        if in_the_way := what_is_in_the_way(self.data_dir):
            summary = f"{variable} is not set, and {in_the_way}"
            return SettingsError(summary, remedy=NAME_A_FOLDER)
        if service_runs(self.data_dir):
            return SettingsError(
                f"`multicloud up` on {self.data_dir} is starting or stopping, and {variable} is "
                "not set.",
                remedy="Wait until it says that multicloud is up, then try again.",
            )
        return SettingsError(
            f"{variable} is not set and no `multicloud up` runs on {self.data_dir}.",
            remedy="Set it, or start `multicloud up` in another terminal.",
        )


def is_address(text: str) -> bool:
    """Tell whether *text* is written like scheme://user:password@host:port/path."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.scheme) and "://" in text
