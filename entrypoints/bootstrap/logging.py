"""One log for everything: structured, in UTC, and with no secret in any line."""

import logging
import logging.config
import os
import sys
import warnings
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from functools import cache
from typing import Any, Final, Literal, TextIO
from urllib.parse import unquote, urlsplit

import structlog

from adapters.secrets.redaction import Redactor
from application.subject import subject
from entrypoints.bootstrap.settings import Settings

_TALKATIVE: Final = (
    "alembic",
    "amqp",
    "azure",
    "botocore",
    "boto3",
    "google",
    "kombu",
    "msal",
    "urllib3",
)
"""Libraries whose lines below a warning interest nobody but their authors."""
_REPETITIVE: Final = ("azure.identity", "google.auth", "google.oauth2", "opentelemetry")
"""Libraries that log as a warning what they raise, or log as an error, as well."""
_COLLECTOR_HEADERS: Final = ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS")
"""What a collector of traces is told; the standard's own variables, so no settings of ours."""


@cache
def process_redactor() -> Redactor:
    """Return the one redactor of this process: what the secret box learns, the log hides."""
    return Redactor()


def configure_logging(settings: Settings, *, level: str | None = None) -> None:
    """Send every log line of this process, ours and others', to stderr; safe to call again.

    *level* stands in for the level of *settings* unless that was set explicitly.
    """
    # Requests hides this warning of urllib3's, but not from several threads that load it at once.
    warnings.filterwarnings("ignore", message="SOCKS support in urllib3")
    for secret in _secrets_in(settings):
        process_redactor().learn(secret, keep=True)
    chosen = settings.log_level if level is None or _level_was_set(settings) else level
    logging.config.dictConfig(_stdlib_configuration(_format(settings), chosen.upper()))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Hides secrets in the line as it will be written, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line, redacted."""
        return process_redactor().redact(super().format(record))


class _StderrAsItIs(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is when a line comes, for it may be redirected meanwhile."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _stream: TextIO) -> None:
        """Keep nothing."""


def _printable(
    _logger: Any,  # noqa: ANN401 - structlog's own signature
    _method: str,
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """Escape control characters, so that no name from a cloud can forge or hide a line."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception":
            event[name] = printable(value)
    return event


def printable(text: str) -> str:
    """Return *text* on one line, and such that any stream can take it."""
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")


def _with_its_subject(
    _logger: Any,  # noqa: ANN401 - structlog's own signature
    _method: str,
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """Add the ids of what this thread works on; what the line says itself counts more."""
    for name, value in subject().items():
        event.setdefault(name, value)
    return event


_SHARED: tuple[structlog.typing.Processor, ...] = (
    _with_its_subject,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def _stdlib_configuration(shape: str, level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": RedactingFormatter,
                "processors": _rendering(shape),
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {
            "stderr": {
                "()": _StderrAsItIs,
                "formatter": "line",
            }
        },
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            **{name: {"level": _at_least_a_warning(level)} for name in _TALKATIVE},
            **{name: {"level": _at_least_an_error(level)} for name in _REPETITIVE},
        },
    }


def _at_least_a_warning(level: str) -> str:
    return level if level in {"ERROR", "CRITICAL"} else "WARNING"


def _at_least_an_error(level: str) -> str:
    return level if level == "CRITICAL" else "ERROR"


def _rendering(shape: str) -> list[structlog.typing.Processor]:
    common: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,  # plain text: it shows no local variables
        _printable,
    ]
    if shape == "json":
        return [*common, structlog.processors.JSONRenderer(sort_keys=True)]
    return [
        *common,
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        ),
    ]


def _secrets_in(settings: Settings) -> Iterator[str]:
    """Yield each key, and the password of each address, as written and as decoded."""
    if settings.secret_key is not None:
        yield from (key.strip() for key in settings.secret_key.get_secret_value().split(","))
    for addresses in (settings.database, settings.broker, settings.results, settings.pacing):
        for address in addresses.get_secret_value().split(";") if addresses else ():
            with suppress(ValueError):  # whoever uses the address will say that it is none
                password = urlsplit(address).password or ""
                yield from (password, unquote(password))
    for name in _COLLECTOR_HEADERS:
        yield from _values_of_headers(os.environ.get(name, ""))


def _values_of_headers(headers: str) -> Iterator[str]:
    """Yield each value of `name=value,name=value`, as written, as decoded, and without its scheme.

    The scheme is the first word of `Bearer token`.
    """
    for header in headers.split(","):
        written = header.partition("=")[2].strip()
        decoded = unquote(written).strip()
        yield from (written, decoded, decoded.rpartition(" ")[2])


def _format(settings: Settings) -> Literal["json", "console"]:
    if settings.log_format == "auto":
        return "console" if sys.stderr.isatty() else "json"
    return settings.log_format


def _level_was_set(settings: Settings) -> bool:
    return "log_level" in settings.model_fields_set
