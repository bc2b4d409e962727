"""Small things that happen to the demo project while nobody looks."""

from collections.abc import Mapping
from functools import partial

from entrypoints.sandbox.gcp.errors import Json
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import region_of
from entrypoints.sandbox.happening import Happening, NothingToChange
from entrypoints.sandbox.rest.changes import Change


def changes_of(project: GcpProject) -> Mapping[str, Change]:
    """Return each change in *project* by its name, the usual one first."""
    return {
        "stop-instance": partial(stop_instance, project),
        "relabel-instance": partial(relabel_instance, project),
        "delete-bucket": partial(delete_bucket, project),
        "revoke-key": partial(revoke_key, project),
        "restore-key": partial(restore_key, project),
    }


def stop_instance(project: GcpProject) -> Happening:
    """Stop the running instance etl-worker-1."""
    zone, name = "europe-west1-b", "etl-worker-1"
    with project.lock:
        instance = _instance(project, zone, name)
        if instance["status"] != "RUNNING":
            raise NothingToChange(f"The instance {name} does not run any more.")
        project.put({**instance, "status": "TERMINATED"})
    return Happening(
        change="stop-instance",
        kind="gcp_compute_instance",
        region=region_of(zone),
        id=instance["id"],
        name=name,
        field="status",
        before="running",
        after="stopped",
    )


def relabel_instance(project: GcpProject) -> Happening:
    """Hand the instance dashboard-1 over to another team."""
    zone, name = "europe-west3-a", "dashboard-1"
    with project.lock:
        instance = _instance(project, zone, name)
        labels = instance.get("labels", {})
        project.put({**instance, "labels": {**labels, "team": "platform"}})
    return Happening(
        change="relabel-instance",
        kind="gcp_compute_instance",
        region=region_of(zone),
        id=instance["id"],
        name=name,
        field="tags.team",
        before=labels.get("team"),
        after="platform",
    )


def delete_bucket(project: GcpProject) -> Happening:
    """Delete the bucket that nobody remembers."""
    name = "old-survey-results"
    with project.lock:
        bucket = project.buckets.pop(name, None)
    if bucket is None:
        raise NothingToChange(f"There is no bucket {name} any more.")
    return Happening(
        change="delete-bucket",
        kind="gcp_storage_bucket",
        region=bucket["location"].lower(),
        id=name,
        name=name,
        field="state",
        before="active",
        after="missing",
    )


def revoke_key(project: GcpProject) -> Happening:
    """Take back the key with which the inventory is read."""
    account = project.account
    if not account.valid:
        raise NothingToChange(f"The key of {account.email} was taken back before.")
    account.revoke()
    return _of_the_key("revoke-key", account.email, before="valid", after="revoked")


def restore_key(project: GcpProject) -> Happening:
    """Let the key that was taken back be good again."""
    project.account.restore()
    return _of_the_key("restore-key", project.account.email, before="revoked", after="valid")


def _of_the_key(change: str, email: str, *, before: str, after: str) -> Happening:
    return Happening(
        change=change,
        kind="credential",
        region="global",
        id=email,
        name=email,
        field="key",
        before=before,
        after=after,
    )


def _instance(project: GcpProject, zone: str, name: str) -> Json:
    instance = project.instances.get((zone, name))
    if instance is None:
        raise NothingToChange(f"There is no instance {name} any more.")
    return instance
