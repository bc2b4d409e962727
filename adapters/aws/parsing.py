"""Reading AWS's answers so that one odd value never costs the page it stands on."""

from datetime import UTC, datetime
from typing import Any

from botocore.parsers import PROTOCOL_PARSERS, EC2QueryParser, RestXMLParser
from botocore.utils import parse_timestamp


def moment(value: object) -> object:
    """Return *value* as a time, or as it is when it is none.

    ISO 8601 is read by the standard library, which is an order of magnitude faster than the
    SDK's own way; a listing of thousands of instances shows it.
    """
    try:
        if isinstance(value, str):
            read = datetime.fromisoformat(value)
            return read if read.tzinfo else read.replace(tzinfo=UTC)
        return parse_timestamp(value)
    except (ValueError, TypeError, OverflowError):
        return value


class _Lenient:
    """Leaves a number that is none as the text it came as."""

    def _handle_integer(self, _: Any, value: Any) -> object:  # noqa: ANN401 - the SDK's types
        text = getattr(value, "text", value)
        try:
            return int(text)
        except (ValueError, TypeError):
            return text

    _handle_long = _handle_integer

    def _handle_float(self, _: Any, value: Any) -> object:  # noqa: ANN401 - the SDK's types
        text = getattr(value, "text", value)
        try:
            return float(text)
        except (ValueError, TypeError):
            return text

    _handle_double = _handle_float


class _LenientEc2Parser(_Lenient, EC2QueryParser):  # type: ignore[misc] # it ships no types
    pass


class _LenientS3Parser(_Lenient, RestXMLParser):  # type: ignore[misc] # it ships no types
    pass


class LenientParsers:
    """Makes parsers for the SDK: its component `response_parser_factory`."""

    def set_parser_defaults(self, **_: object) -> None:
        """Ignore the SDK's wishes: ours are fixed."""

    def create_parser(self, protocol: str) -> Any:  # noqa: ANN401 - the SDK's types
        """Return a parser of answers in *protocol*."""
        lenient = {"ec2": _LenientEc2Parser, "rest-xml": _LenientS3Parser}
        return lenient.get(protocol, PROTOCOL_PARSERS[protocol])(timestamp_parser=moment)
