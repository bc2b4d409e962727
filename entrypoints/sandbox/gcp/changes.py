"""Small things that happen to the demo project while nobody looks."""

from collections.abc import Mapping
from functools import partial

from entrypoints.sandbox.gcp.errors import Json
from entrypoints.sandbox.gcp.instance_settings import relabelled, stopped
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import region_of
from entrypoints.sandbox.happening import Change, Happening, NothingToChange, to_no_resource


def changes_of(project: GcpProject) -> Mapping[str, Change]:
    """Return each change in *project* by its name, the usual one first."""
    return {
        "stop-instance": partial(stop_instance, project),
        "relabel-instance": partial(relabel_instance, project),
        "delete-bucket": partial(delete_bucket, project),
        "revoke-key": to_no_resource(partial(revoke_key, project)),
        "restore-key": to_no_resource(partial(restore_key, project)),
    }


def stop_instance(project: GcpProject, *, name: str | None = None) -> Happening:
    """Stop a running instance, by its name or number: etl-worker-1, or the one that is named."""
    with project.lock:
        zone, instance = _instance(project, name or "etl-worker-1")
        if instance["status"] != "RUNNING":
            raise NothingToChange(f"The instance {instance['name']} does not run any more.")
        project.put(stopped(instance))
    return Happening(
        change="stop-instance",
        kind="gcp_compute_instance",
        region=region_of(zone),
        id=instance["id"],
        name=instance["name"],
        field="status",
        before="running",
        after="stopped",
    )


def relabel_instance(project: GcpProject, *, name: str | None = None) -> Happening:
    """Hand an instance over to another team: dashboard-1, or the one that is named."""
    with project.lock:
        zone, instance = _instance(project, name or "dashboard-1")
        labels = instance.get("labels", {})
        project.put(relabelled(instance, {**labels, "team": "platform"}))
    return Happening(
        change="relabel-instance",
        kind="gcp_compute_instance",
        region=region_of(zone),
        id=instance["id"],
        name=instance["name"],
        field="tags.team",
        before=labels.get("team"),
        after="platform",
    )


def delete_bucket(project: GcpProject, *, name: str | None = None) -> Happening:
    """Delete a bucket: the one that nobody remembers, or the one that is named."""
    name = name or "old-survey-results"
    with project.lock:
        bucket = project.buckets.pop(name, None)
        project.objects.pop(name, None)
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


def _instance(project: GcpProject, name: str) -> tuple[str, Json]:
    """Return the zone and the record of the instance with that name, or that number."""
    for (zone, own), instance in sorted(project.instances.items()):
        if name in {own, instance["id"]}:
            return zone, instance
    raise NothingToChange(f"There is no instance {name} any more.")
