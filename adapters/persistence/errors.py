"""What PostgreSQL and its driver say, in the words of our ports."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import NamedTuple

import psycopg2
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from application.ports.errors import (
    Busy,
    Conflict,
    NotFound,
    PortError,
    Rejected,
    TimedOut,
    Unavailable,
)


class Sentence(NamedTuple):
    """Which error to raise, and what it says."""

    error: type[PortError]
    summary: str
    """`{subject}` stands for what the statement was about."""
    remedy: str


_NO_CREDENTIAL = Sentence(
    NotFound,
    "There is no such credential, or it belongs to another user.",
    "List the credentials with `multicloud credentials list`, and use one of those.",
)
_NO_RESOURCE = Sentence(
    NotFound, "There is no such resource.", "List the resources with `multicloud resources`."
)

BY_CONSTRAINT: Mapping[str, Sentence] = MappingProxyType(
    {
        "uq_users_email": Sentence(
            Conflict,
            "A user with the e-mail address {subject} exists.",
            "Use that user, or another address.",
        ),
        "uq_credentials_user_id_name": Sentence(
            Conflict, "The user has a credential named {subject}.", "Choose another name."
        ),
        "fk_credentials_user_id_users": Sentence(
            NotFound, "There is no such user.", "Add the user first with `multicloud users add`."
        ),
        "uq_resource_inventory_credential_id_kind_location_external_id": Sentence(
            Conflict,
            "Somebody else wrote the same resource at the same time.",
            "Sync the credential again with `multicloud sync`.",
        ),
        "uq_sync_runs_one_running": Sentence(
            Busy,
            "A sync of this credential is starting right now.",
            "See with `multicloud credentials list` when it has ended.",
        ),
        "fk_resource_inventory_credential_id_user_id_credentials": _NO_CREDENTIAL,
        "fk_sync_scopes_credential_id_credentials": _NO_CREDENTIAL,
        "fk_sync_runs_credential_id_credentials": _NO_CREDENTIAL,
        "fk_provider_health_credential_id_credentials": _NO_CREDENTIAL,
        "fk_cost_data_credential_id_user_id_credentials": _NO_CREDENTIAL,
        "fk_cost_coverage_credential_id_credentials": _NO_CREDENTIAL,
        "fk_cost_readings_credential_id_credentials": _NO_CREDENTIAL,
        "fk_resources_credential_id_user_id_credentials": _NO_CREDENTIAL,
        "fk_jobs_credential_id_user_id_credentials": _NO_CREDENTIAL,
        "fk_terraform_runs_resource_id_resources": _NO_RESOURCE,
        "fk_terraform_states_resource_id_resources": _NO_RESOURCE,
        "fk_managed_objects_resource_id_user_id_resources": _NO_RESOURCE,
        "fk_terraform_steps_run_id_terraform_runs": Sentence(
            NotFound,
            "There is no run {subject}.",
            "List the runs of its resource with `multicloud resources show ID`.",
        ),
        "fk_terraform_logs_run_id_step_terraform_steps": Sentence(
            NotFound, "There is no {subject}.", "Read the steps of the run again."
        ),
    }
)

_CHECK_SERVER = (
    "Check that PostgreSQL runs, or the `multicloud up` that brings it along, and that "
    "DATABASE_URL, if it is set, names it."
)
_LATER = "Try again in a moment."
_NOT_MIGRATED = Sentence(
    Rejected, "The database lacks a table or column.", "Run `multicloud db upgrade`."
)
_DISK_FULL = Sentence(
    Unavailable,
    "The disk of the database is full.",
    "Free space on the disk of PostgreSQL, or give it a larger one.",
)
_TOO_MANY = Sentence(
    Unavailable,
    "The database takes no more connections.",
    "Raise max_connections of PostgreSQL, or run fewer workers or fewer processes in each (-c).",
)

BY_SQLSTATE: Mapping[str, Sentence] = MappingProxyType(
    {
        "40001": Sentence(Busy, "Two writers got in each other's way.", _LATER),
        "40P01": Sentence(Busy, "Two writers waited for each other.", _LATER),
        "42P01": _NOT_MIGRATED,
        "42703": _NOT_MIGRATED,
        "53100": _DISK_FULL,
        "53200": Sentence(
            Unavailable,
            "The database has run out of memory.",
            "Give PostgreSQL more memory, or lower its max_connections or work_mem.",
        ),
        "53300": _TOO_MANY,
        "55P03": Sentence(Busy, "Somebody else holds what we wanted to write.", _LATER),
        "57014": Sentence(TimedOut, "The database took too long over one statement.", _LATER),
    }
)

BY_CLASS: Mapping[str, Sentence] = MappingProxyType(
    {
        "08": Sentence(Unavailable, "The connection to the database broke.", _CHECK_SERVER),
        "22": Sentence(
            Rejected, "The database cannot keep a value of this form.", "Correct the value."
        ),
        "23": Sentence(
            Conflict, "What was to be written contradicts what is there.", "Read it again first."
        ),
        "25": Sentence(
            Unavailable, "The transaction is no longer usable.", "Begin a new unit of work."
        ),
        "28": Sentence(
            Unavailable, "The database does not accept this user.", "Correct DATABASE_URL."
        ),
        "3D": Sentence(
            Unavailable, "There is no such database.", "Create it, or correct DATABASE_URL."
        ),
        "42": Sentence(
            Rejected, "The database did not accept a statement.", "Run `multicloud doctor`."
        ),
        "53": Sentence(Unavailable, "The database lacks what it needs to go on.", _LATER),
        "54": Sentence(Rejected, "A value is larger than the database can keep.", "Shorten it."),
        "57": Sentence(Unavailable, "The database is shutting down or starting.", _LATER),
        "58": Sentence(Unavailable, "The database met an error of its system.", _CHECK_SERVER),
    }
)

_INTEGRITY = "23"
"""The class of codes that say a constraint was broken; others may name one in passing."""
_ANYTHING_ELSE = Sentence(
    Unavailable, "The database failed in a way we do not know.", _CHECK_SERVER
)
_FATAL = re.compile(r"FATAL:\s+(.+)")
_REMEDY_BY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "too many ": _TOO_MANY.remedy,
        "connection slots are reserved": _TOO_MANY.remedy,
        "No space left on device": _DISK_FULL.remedy,
    }
)
"""While a connection is made the driver gives no code."""


@contextmanager
def database_errors(subject: str = "") -> Iterator[None]:
    """Translate whatever the database or its driver raises inside the block, about *subject*."""
    try:
        yield
    except DBAPIError as exc:
        raise port_error(exc.orig, subject) from exc
    except psycopg2.Error as exc:
        raise port_error(exc, subject) from exc
    except PoolTimeoutError as exc:
        raise Busy("All connections to the database are in use.", remedy=_LATER) from exc
    except SQLAlchemyError as exc:
        raise Unavailable("The transaction is no longer usable.", remedy=_LATER) from exc


@contextmanager
def connection_errors(place: str) -> Iterator[None]:
    """Translate a failure to connect to *place*, which must not contain a password."""
    try:
        yield
    except PoolTimeoutError as exc:
        raise Busy("All connections to the database are in use.", remedy=_LATER) from exc
    except (SQLAlchemyError, psycopg2.Error) as exc:
        reason = _servers_words(exc)
        remedies = (remedy for words, remedy in _REMEDY_BY_WORDS.items() if words in reason)
        raise Unavailable(
            f"PostgreSQL at {place} cannot be reached{reason}.",
            remedy=next(remedies, _CHECK_SERVER),
        ) from exc


def port_error(error: BaseException | None, subject: str = "") -> PortError:
    """Return *error* in our words: by constraint, then by SQLSTATE, then by its class."""
    diagnostics = getattr(error, "diag", None)
    constraint = getattr(diagnostics, "constraint_name", None) or ""
    code = getattr(error, "pgcode", None) or ""
    sentence = (
        (BY_CONSTRAINT.get(constraint) if code.startswith(_INTEGRITY) else None)
        or BY_SQLSTATE.get(code)
        or BY_CLASS.get(code[:2])
        or _without_code(error)
    )
    summary = sentence.summary.replace("{subject}", subject)
    return sentence.error(summary, remedy=sentence.remedy)


def _without_code(error: BaseException | None) -> Sentence:
    """The driver gives no code when the connection itself is gone, or a value cannot be sent."""
    if isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError):
        return BY_CLASS["08"]
    if isinstance(error, psycopg2.DataError | psycopg2.ProgrammingError):
        return BY_CLASS["22"]
    return _ANYTHING_ELSE


def _servers_words(error: BaseException) -> str:
    """What the server itself answered; the driver's own text may repeat the URL, this cannot."""
    found = _FATAL.search(str(getattr(error, "orig", error)))
    return f": {found[1].strip()}" if found else ""
