"""The providers by name; each is imported when it is asked for, and not before."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from entrypoints.sandbox.terraform.resource_type import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A provider that can be had: the version it claims to be, and where it stands."""

    version: str
    module: str
    """Has a `PROVIDER`."""

    def load(self) -> Provider[Any]:
        """Import it; every terraform command starts a process that does so for one provider."""
        provider = import_module(self.module).PROVIDER
        assert isinstance(provider, Provider)  # noqa: S101 - a mistake of this folder's
        return provider


PROVIDERS: Final[Mapping[str, Offered]] = {
    "aws": Offered(version="6.69.1", module="entrypoints.sandbox.terraform.aws.provider"),
    "azurerm": Offered(version="5.10.0", module="entrypoints.sandbox.terraform.azurerm.provider"),
    "google": Offered(version="8.7.0", module="entrypoints.sandbox.terraform.google.provider"),
}
