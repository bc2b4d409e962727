"""HTTP connections whose answers have an end: in size, and in time."""

from collections.abc import Generator, Iterator
from io import BytesIO
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError, SSLError

from adapters.clouds.bounded import read_whole

_PART = 64 * 1024  # bytes
_SLOWEST = 2
"""An answer may take so many times as long as one may wait for a part of it."""


class BoundedAdapter(HTTPAdapter):
    """Reads each answer to its end at once, or gives it up.

    A timeout of requests is for each part of an answer; whoever sends one byte at a time would
    never meet it. And a small answer may unpack to more than the memory holds.
    """

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 - as inherited; there are no streams here
        timeout: Any = None,  # noqa: ANN401 - as inherited
        *args: Any,  # noqa: ANN401 - as inherited
        **kwargs: Any,  # noqa: ANN401 - as inherited
    ) -> requests.Response:
        """Return the answer, read.

        Raises:
            TooLarge: it is larger than any that we know how to use.
            TimeoutError: it did not come to its end in time.
            RequestException: it could not be read.
        """
        answer = super().send(request, True, timeout, *args, **kwargs)
        patience = timeout[-1] if isinstance(timeout, tuple) else timeout
        try:
            whole = read_whole(_parts(answer.raw), seconds=_SLOWEST * (patience or 60.0))
        except BaseException:
            answer.close()
            raise
        answer.raw = _Whole(BytesIO(whole), preload_content=False, status=answer.status_code)
        return answer


class _Whole(HTTPResponse):
    """An answer that has come already; requests would take it to pieces of 10 kB again."""

    def stream(
        self,
        amt: int | None = None,  # noqa: ARG002 - as inherited
        decode_content: bool | None = None,
    ) -> Generator[bytes, None, None]:
        """Yield it."""
        yield self.read(decode_content=decode_content)


def _parts(raw: HTTPResponse) -> Iterator[bytes]:
    """Yield the answer in parts as they come, unpacked; errors are those that requests has."""
    try:
        while part := raw.read1(_PART, decode_content=True):
            yield part
    except ProtocolError as exc:
        raise requests.exceptions.ChunkedEncodingError(exc) from exc
    except DecodeError as exc:
        raise requests.exceptions.ContentDecodingError(exc) from exc
    except ReadTimeoutError as exc:
        raise requests.exceptions.ReadTimeout(exc) from exc
    except SSLError as exc:
        raise requests.exceptions.SSLError(exc) from exc
