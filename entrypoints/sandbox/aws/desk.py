"""The desk in front of moto: it answers about the bill, and passes on everything else."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs

from entrypoints.sandbox.aws.bill import BadLine, bill_of, no_bill
from entrypoints.sandbox.aws.costs import LARGEST_PAGE, Refused, answer
from entrypoints.sandbox.aws.prices import shop_bill
from entrypoints.sandbox.aws.wire import JSON
from entrypoints.sandbox.rest.wire import Reply

BILL = "/sandbox/bill"
"""POST rows here to replace the bill; `?page=3` shows so many groups at a time."""
SHOP_BILL = "/sandbox/bill/shop"
"""POST here for the bill of the demo account."""

_QUESTION = "AWSInsightsIndexService.GetCostAndUsage"
_RESET = "/moto-api/reset"
_STATUS = {200: "200 OK", 400: "400 Bad Request"}

Environment = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environment, StartResponse], Iterable[bytes]]


def today() -> date:
    """Return the day it is, as bills count them."""
    return datetime.now(UTC).date()


class BillDesk:
    """A WSGI application with the account's bill; *behind* it stands the rest of AWS."""

    def __init__(self, behind: Application) -> None:
        self._behind = behind
        self._forget()

    def __call__(self, environ: Environment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        reply = self._reply(environ)
        if reply is None:
            return self._behind(environ, start_response)
        headers = {**reply.headers, "Content-Length": str(len(reply.body))}
        start_response(_STATUS[reply.status], list(headers.items()))
        return [reply.body]

    def _reply(self, environ: Environment) -> Reply | None:
        """Return the answer; None if the question is for somebody else."""
        path = environ.get("PATH_INFO")
        if environ.get("HTTP_X_AMZ_TARGET") == _QUESTION:
            return self._answer(_body(environ))
        if path == BILL:
            return self._replace(_body(environ), environ.get("QUERY_STRING") or "")
        if path == SHOP_BILL:
            self._bill = shop_bill(today())
            return _json({})
        if path == _RESET:
            self._forget()
        return None

    def _forget(self) -> None:
        self._bill = no_bill
        self._page = LARGEST_PAGE

    def _answer(self, body: bytes) -> Reply:
        try:
            document = json.loads(body)
            return _json(answer(document, self._bill, page=self._page, today=today()))
        except ValueError:
            return _json({"__type": "SerializationException"}, status=400)
        except Refused as refused:
            return _json({"__type": str(refused)}, status=400)

    def _replace(self, body: bytes, query: str) -> Reply:
        try:
            bill, page = bill_of(json.loads(body)), _page_in(query)
        except (ValueError, BadLine) as odd:
            return _json({"message": str(odd)}, status=400)
        self._bill, self._page = bill, page
        return _json({})


def _page_in(query: str) -> int:
    page = int(parse_qs(query).get("page", [str(LARGEST_PAGE)])[0])
    if page < 1:
        raise BadLine("A page has room for one group at least.")
    return page


def _body(environ: Environment) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return body


def _json(document: object, *, status: int = 200) -> Reply:
    return Reply(status=status, body=json.dumps(document).encode(), headers=JSON)
