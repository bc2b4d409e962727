"""The modules on the sandbox's clouds, each with what the service itself would give it."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.aws.clouds import AwsClouds
from adapters.azure.clouds import AzureClouds
from adapters.fakes.clock import FakeClock
from adapters.fakes.pacing import FakePacing
from adapters.fakes.secret_box import FakeSecretBox
from adapters.gcp.clouds import GcpClouds
from application.ports.clouds import Clouds
from application.ports.secret_box import SecretText
from domain.accounts import (
    Credential,
    CredentialId,
    CredentialName,
    Provider,
    SealedSecret,
    UserId,
)
from domain.inventory import Location, ObservedResource, ResourceKind, Scope
from domain.specs.base import Spec
from entrypoints.sandbox.azure.shop import PRODUCTION
from entrypoints.sandbox.clouds import CLOUDS
from entrypoints.sandbox.terraform.mirror import write_mirror
from tests.integration.terraform.provider_rig import ProviderRig, with_running

_ADAPTERS: dict[Provider, Callable[..., Clouds]] = {
    Provider.AWS: AwsClouds,
    Provider.AZURE: AzureClouds,
    Provider.GCP: GcpClouds,
}
_NAMES = {Provider.AWS: "aws", Provider.AZURE: "azurerm", Provider.GCP: "google"}
"""What Terraform calls their providers."""


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """One cloud, its provider installed once, and a folder for each thing that is made."""

    root: Path
    provider: Provider
    clouds: Clouds
    credential: Credential
    secret: SealedSecret
    running: str | None = None
    """A provider that runs already, see `running_provider`."""

    def quick_bench(self, name: str, spec: Spec) -> ProviderRig:
        """Return the same as `bench`, with the provider that runs already."""
        return replace(self.bench(name, spec), attached=self.running)

    def bench(self, name: str, spec: Spec) -> ProviderRig:
        """Return a folder called *name* that is ready to make *spec*."""
        folder = self.root / name
        shutil.copytree(self._installed(spec), folder, symlinks=True)
        rig = self._rig(folder)
        rig.use_module(_module(spec), spec.variables())
        return rig

    @contextmanager
    def with_running_provider(self) -> Iterator["Workshop"]:
        """Yield the same workshop with its provider running."""
        with with_running(_NAMES[self.provider], self._rig(self.root / "running")) as rig:
            yield replace(self, running=rig.attached)

    def seen(self, kind: ResourceKind) -> list[ObservedResource]:
        """Return what the inventory sees of *kind*, everywhere; all of it can be read."""
        inventory = self.clouds.inventory(self.credential, self.secret)
        found = [
            each
            for location in inventory.locations(kind)
            for each in inventory.list_resources(self._scope(kind, location))
        ]
        assert all(isinstance(each, ObservedResource) for each in found)
        return [each for each in found if isinstance(each, ObservedResource)]

    def _scope(self, kind: ResourceKind, location: Location) -> Scope:
        return Scope(credential_id=CredentialId(1), kind=kind, location=location)

    def _installed(self, spec: Spec) -> Path:
        """Return a folder in which terraform has installed the provider, and nothing else is."""
        folder = self.root / "installed"
        if not folder.exists():
            rig = self._rig(folder)
            rig.use_module(_module(spec), spec.variables())
            done = rig.run("init")
            assert done.code == 0, done.text
            for path in folder.glob("*.tf"):
                path.unlink()
        return folder

    def _rig(self, folder: Path) -> ProviderRig:
        folder.mkdir(exist_ok=True)
        found = self.clouds.provider_environment(self.credential, self.secret)
        files = {name: self._file(name, text) for name, text in found.files.items()}
        return ProviderRig(
            folder=folder,
            mirror=write_mirror(self.root / "mirror"),
            environment={**found.variables, **files},
        )

    def _file(self, name: str, text: str) -> str:
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return str(path)


def _module(spec: Spec) -> str:
    return f"{spec.provider}/{spec.resource_kind}"


@contextmanager
def opened(provider: Provider, root: Path) -> Iterator[Workshop]:
    """Yield a workshop in an empty cloud of the sandbox."""
    cloud = CLOUDS[provider](0, furnished=False)
    cloud.server.start()
    box = FakeSecretBox("key")
    workshop = Workshop(
        root=root,
        provider=provider,
        clouds=_ADAPTERS[provider](
            secret_box=box, clock=FakeClock(), pacing=FakePacing(), allow_custom_endpoints=True
        ),
        credential=_credential(provider),
        secret=box.seal(SecretText(json.dumps(_document(provider, cloud.credential())))),
    )
    try:
        with workshop.with_running_provider() as furnished:
            yield furnished
    finally:
        cloud.server.stop()


def _credential(provider: Provider) -> Credential:
    return Credential(
        id=CredentialId(1),
        user_id=UserId(1),
        provider=provider,
        name=CredentialName("sandbox"),
        created_at=datetime(2031, 3, 1, tzinfo=UTC),
    )


def _document(provider: Provider, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the credential's document, which for Azure names the place to build in."""
    place = {"subscription_id": PRODUCTION.id} if provider is Provider.AZURE else {}
    return {**document, **place}
