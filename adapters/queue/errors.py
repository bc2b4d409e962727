"""What the broker and its client say, in the words of our ports."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from celery import Celery
from kombu.exceptions import KombuError
from redis import exceptions as redis
from redis.sentinel import MasterNotFoundError

from application.ports.errors import Unavailable

BROKER_ERRORS: Final = (KombuError, redis.RedisError, OSError)
"""Whatever kombu and redis raise when the broker does not do what we ask."""


class Sentence(NamedTuple):
    """What is said of a failure."""

    summary: str
    """What the broker does; "The message broker at ..." stands before it."""
    remedy: str


_LEADS_THERE: Final = (
    "See that Redis runs, or the `multicloud up` that brings one along, and that "
    "CELERY_BROKER_URL, if it is set, leads to it."
)
_WRONG_PASSWORD: Final = Sentence(
    "refuses the user or the password.", "Correct them in CELERY_BROKER_URL."
)

BY_CODE: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "NOAUTH": Sentence(
            "wants a password and was given none.",
            "Add it to CELERY_BROKER_URL: redis://:password@host.",
        ),
        "WRONGPASS": _WRONG_PASSWORD,
        "NOPERM": Sentence(
            "does not allow its user what is needed.",
            "Give the user in CELERY_BROKER_URL all commands, keys and channels.",
        ),
        "MISCONF": Sentence(
            "refuses writes, as it cannot save to its disk.",
            "Free space on the disk of Redis; if there is enough, its log says what else is wrong.",
        ),
        "OOM": Sentence(
            "refuses writes, as its memory is full.",
            "Give Redis more (maxmemory), and see that a worker takes from each queue.",
        ),
        "READONLY": Sentence(
            "refuses writes, as it is a read-only replica.",
            "Let CELERY_BROKER_URL lead to the primary, or with sentinel:// to its sentinels.",
        ),
        "LOADING": Sentence("is still reading its data.", "Try again in a moment."),
    }
)
"""By what an answer of Redis begins with."""

BY_CLASS: Final[Mapping[type[BaseException], Sentence]] = MappingProxyType(
    {
        redis.AuthenticationError: _WRONG_PASSWORD,
        redis.AuthenticationWrongNumberOfArgsError: _WRONG_PASSWORD,
        MasterNotFoundError: Sentence(
            "knows of no primary that runs.", "See that it does; its name is in the settings."
        ),
        redis.InvalidResponse: Sentence("does not speak as Redis does.", _LEADS_THERE),
        redis.ResponseError: Sentence("refused what it was asked.", "See the log of Redis."),
        redis.TimeoutError: Sentence("does not answer in time.", _LEADS_THERE),
        TimeoutError: Sentence("does not answer in time.", _LEADS_THERE),
        redis.ConnectionError: Sentence("cannot be reached.", _LEADS_THERE),
        OSError: Sentence("cannot be reached.", _LEADS_THERE),
    }
)
"""What says no code; the first that fits counts."""

_ANYTHING_ELSE: Final = Sentence("did not do what it was asked.", _LEADS_THERE)
_CODE: Final = re.compile(r"(?:^|: )([A-Z]+) ")
"""Where a code stands that the client does not know: first, or behind the command of a batch."""


@contextmanager
def broker_errors(app: Celery) -> Iterator[None]:
    """Turn what the client of the broker of *app* raises into `Unavailable`.

    It names the host or the socket, never a user or a password.
    """
    try:
        yield
    except BROKER_ERRORS as exc:
        sentence = _sentence_for(list(_with_causes(exc)))
        place = place_of(str(app.conf.broker_url))
        summary = " ".join(filter(None, ("The message broker", place, sentence.summary)))
        raise Unavailable(summary, remedy=sentence.remedy) from exc


def place_of(url: str) -> str:
    """Return `at host:port` or `at` and the socket; nothing if *url* cannot be told apart."""
    places = [_place(part) for part in url.split(";")]
    return f"at {', '.join(places)}" if all(places) else ""


def _place(url: str) -> str:
    parts = urlsplit(url)
    if "@" in parts.path + parts.query + parts.fragment:
        return ""  # a password that is not escaped, of which the rest would pass for a host
    if parts.scheme == "redis+socket":
        return unquote(parts.path)
    default = 26379 if parts.scheme == "sentinel" else 6379
    try:
        return f"{parts.hostname or 'localhost'}:{parts.port or default}"
    except ValueError:
        return ""


def _sentence_for(errors: list[BaseException]) -> Sentence:
    known = (sentence for error in errors if (sentence := BY_CODE.get(_code_of(error))))
    fitting = (
        sentence
        for kind, sentence in BY_CLASS.items()
        if any(isinstance(error, kind) for error in errors)
    )
    return next(known, None) or next(fitting, _ANYTHING_ELSE)


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield *error* and what led to it; kombu wraps what redis raises."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _code_of(error: BaseException) -> str:
    """Return the code that Redis answered with; empty if there is none."""
    told = getattr(error, "status_code", None)
    found = _CODE.search(str(error))
    return told or (found[1] if found else "")
