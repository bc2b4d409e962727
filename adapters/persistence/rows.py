"""Rows of the smaller tables, and the domain objects they stand for."""

from typing import Any

from sqlalchemy import Row

from adapters.persistence.trouble_documents import trouble_from, trouble_to, troubles_from
from domain.accounts import (
    AccountId,
    Credential,
    CredentialId,
    CredentialName,
    EmailAddress,
    Provider,
    User,
    UserId,
)
from domain.health import HealthStatus, ProviderHealth
from domain.inventory import ExternalId, Location, ResourceKind, Scope
from domain.syncs import ChangeCounts, ScopeRecord, ScopeStatus, SyncRun, SyncRunId, SyncStatus


def user_from(row: Row[Any]) -> User:
    """Return the user that *row* stands for."""
    return User(id=UserId(row.id), email=EmailAddress(row.email), created_at=row.created_at)


def credential_from(row: Row[Any]) -> Credential:
    """Return the credential that *row* stands for."""
    return Credential(
        id=CredentialId(row.id),
        user_id=UserId(row.user_id),
        provider=Provider(row.provider),
        name=CredentialName(row.name),
        created_at=row.created_at,
        account_id=None if row.account_id is None else AccountId(row.account_id),
        disabled_at=row.disabled_at,
    )


def scope_from(row: Row[Any]) -> Scope:
    """Return the scope that *row* lies in."""
    return Scope(
        credential_id=CredentialId(row.credential_id),
        kind=ResourceKind(row.kind),
        location=Location(row.location),
    )


def scope_record_from(row: Row[Any]) -> ScopeRecord:
    """Return the scope record that *row* stands for."""
    return ScopeRecord(
        scope=scope_from(row),
        status=ScopeStatus(row.status),
        attempted_at=row.attempted_at,
        completed_at=row.completed_at,
        items=row.items,
        held=frozenset(map(ExternalId, row.held)),
        trouble=None if row.trouble is None else trouble_from(row.trouble),
    )


def scope_record_to(record: ScopeRecord) -> dict[str, Any]:
    """Return the columns that say what *record* says."""
    return {
        "credential_id": record.scope.credential_id,
        "kind": record.scope.kind.value,
        "location": record.scope.location,
        "status": record.status.value,
        "attempted_at": record.attempted_at,
        "completed_at": record.completed_at,
        "items": record.items,
        "held": sorted(record.held),
        "trouble": None if record.trouble is None else trouble_to(record.trouble),
    }


def sync_run_from(row: Row[Any]) -> SyncRun:
    """Return the sync run that *row* stands for."""
    return SyncRun(
        id=SyncRunId(row.id),
        credential_id=CredentialId(row.credential_id),
        status=SyncStatus(row.status),
        started_at=row.started_at,
        finished_at=row.finished_at,
        scopes_covered=row.scopes_covered,
        counts=ChangeCounts(
            appeared=row.appeared,
            changed=row.changed,
            returned=row.returned,
            missing=row.missing,
            deleted=row.deleted,
            unchanged=row.unchanged,
        ),
        troubles=troubles_from(row.troubles),
    )


def health_from(row: Row[Any]) -> ProviderHealth:
    """Return the health that *row* stands for."""
    return ProviderHealth(
        credential_id=CredentialId(row.credential_id),
        status=HealthStatus(row.status),
        since=row.since,
        checked_at=row.checked_at,
        next_check_at=row.next_check_at,
        last_success_at=row.last_success_at,
        latency=row.latency,
        consecutive_failures=row.consecutive_failures,
        failure=None if row.failure is None else trouble_from(row.failure),
        probe_troubles=troubles_from(row.probe_troubles),
        sync_troubles=troubles_from(row.sync_troubles),
    )


def health_to(health: ProviderHealth) -> dict[str, Any]:
    """Return the columns that say what *health* says."""
    return {
        "credential_id": health.credential_id,
        "status": health.status.value,
        "since": health.since,
        "checked_at": health.checked_at,
        "next_check_at": health.next_check_at,
        "last_success_at": health.last_success_at,
        "latency": health.latency,
        "consecutive_failures": health.consecutive_failures,
        "failure": None if health.failure is None else trouble_to(health.failure),
        "probe_troubles": [trouble_to(trouble) for trouble in health.probe_troubles],
        "sync_troubles": [trouble_to(trouble) for trouble in health.sync_troubles],
    }
