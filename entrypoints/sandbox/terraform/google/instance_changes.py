"""What is changed of an instance, one request for each difference."""

from collections.abc import Mapping

from entrypoints.sandbox.terraform.google.cloud import GoogleCloud
from entrypoints.sandbox.terraform.google.compute import compute_refusals
from entrypoints.sandbox.terraform.google.http import Json
from entrypoints.sandbox.terraform.google.instance_wish import (
    access_wish,
    machine_type_link,
    metadata_items,
    shield_wish,
)
from entrypoints.sandbox.terraform.google.labels import with_others
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import Values

_STOPPED = "TERMINATED"


def change_instance(
    cloud: GoogleCloud, path: str, *, prior: Values, wanted: Values, labels_: Mapping[str, str]
) -> None:
    """Change the instance at *path* from *prior* to *wanted*, with *labels_* of ours.

    Raises:
        CloudRefused: a change is refused, or the instance may not be stopped for it.
    """
    change = _Change(cloud, path, prior, wanted)
    with compute_refusals(f"Error updating instance {prior['name']}", "instance"):
        change.labels(labels_)
        change.metadata()
        change.tags()
        change.deletion_protection()
        change.access()
        change.status()


class _Change:
    """One instance on its way."""

    def __init__(self, cloud: GoogleCloud, path: str, prior: Values, wanted: Values) -> None:
        self._cloud = cloud
        self._path = path
        self._prior = prior
        self._wanted = wanted

    def labels(self, ours: Mapping[str, str]) -> None:
        if ours == (self._prior["terraform_labels"] or {}) and not self._differs("labels"):
            return
        found = self._found()
        wanted = with_others(ours, prior=self._prior, there=found.get("labels", {}))
        body = {"labels": wanted, "labelFingerprint": found["labelFingerprint"]}
        self._post("setLabels", body)

    def metadata(self) -> None:
        if self._differs("metadata"):
            print_ = self._found()["metadata"]["fingerprint"]
            body = {"items": metadata_items(self._wanted), "fingerprint": print_}
            self._post("setMetadata", body)

    def tags(self) -> None:
        if sorted(self._prior["tags"] or ()) != sorted(self._wanted["tags"] or ()):
            print_ = self._found()["tags"]["fingerprint"]
            self._post("setTags", {"items": self._wanted["tags"] or [], "fingerprint": print_})

    def deletion_protection(self) -> None:
        if self._differs("deletion_protection"):
            wanted = str(bool(self._wanted["deletion_protection"])).lower()
            self._post(f"setDeletionProtection?deletionProtection={wanted}")

    def access(self) -> None:
        """Take away and give ways to the internet."""
        pairs = zip(
            self._found()["networkInterfaces"], self._wanted["network_interface"], strict=False
        )
        for before, (found, wanted) in zip(self._prior["network_interface"], pairs, strict=False):
            if before["access_config"] == wanted["access_config"]:
                continue
            query = f"networkInterface={found['name']}"
            for each in found.get("accessConfigs", ()):
                name = each["name"].replace(" ", "%20")
                self._post(f"deleteAccessConfig?accessConfig={name}&{query}")
            for each in wanted["access_config"]:
                self._post(f"addAccessConfig?{query}", access_wish(each))

    def status(self) -> None:
        """Stop it where that is wanted or needed, change what needs it, and start it again."""
        needed = self._differs("machine_type") or self._differs("shielded_instance_config")
        runs = self._found()["status"] != _STOPPED
        wanted = self._wanted["desired_status"] or ("RUNNING" if runs else _STOPPED)
        if needed and runs and wanted != _STOPPED:
            self._check_leave()
        if runs and (needed or wanted == _STOPPED):
            self._post("stop")
        if needed:
            self._change_while_stopped()
        if wanted != _STOPPED and (needed or not runs):
            self._post("start")

    def _change_while_stopped(self) -> None:
        if self._differs("machine_type"):
            self._post("setMachineType", {"machineType": machine_type_link(self._wanted)})
        if self._differs("shielded_instance_config") and self._wanted["shielded_instance_config"]:
            body = shield_wish(self._wanted["shielded_instance_config"][0])
            self._cloud.change("PATCH", f"{self._path}/updateShieldedInstanceConfig", body)

    def _check_leave(self) -> None:
        if not self._wanted["allow_stopping_for_update"]:
            raise CloudRefused(
                "Changing the machine_type or shielded_instance_config on a started instance "
                "requires stopping it.",
                "Set allow_stopping_for_update = true in the configuration to acknowledge this.",
            )

    def _differs(self, name: str) -> bool:
        return bool(self._prior[name] != self._wanted[name])

    def _found(self) -> Json:
        return self._cloud.compute.ask("GET", self._path)

    def _post(self, verb: str, body: object = None) -> None:
        self._cloud.change("POST", f"{self._path}/{verb}", body)
