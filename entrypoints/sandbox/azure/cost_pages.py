"""The answers of Cost Management: pages of rows, each asked for by posting the question again."""

import base64
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from entrypoints.sandbox.azure.cost_query import Row, parse_question, varied
from entrypoints.sandbox.azure.errors import bad_request
from entrypoints.sandbox.azure.ids import COSTS, ArmPath
from entrypoints.sandbox.azure.tenant import AzureTenant
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply

_LARGEST_PAGE = 5000
_REMEMBERED = 8

_Table = tuple[list[dict[str, str]], list[Row]]


class CostPages:
    """Answers queries for the costs of a tenant."""

    def __init__(self, tenant: AzureTenant) -> None:
        self._tenant = tenant
        self._tables: dict[tuple[object, ...], _Table] = {}

    def __call__(self, request: Request, path: ArmPath) -> Reply:
        """Return one page; 204 when nothing in the scope has ever cost anything.

        Raises:
            ArmError: what is asked makes no sense.
        """
        charges = self._tenant.charges(path.scope)
        if not charges:
            return Reply(status=204)
        columns, rows = self._table(request, path, len(charges))
        size = min(int(request.query.get("$top", self._tenant.page_size(COSTS))), _LARGEST_PAGE)
        number = _page_number(request.query.get("$skiptoken"))
        page = rows[number * size : (number + 1) * size]
        more = _next_link(request, number + 1) if len(rows) > (number + 1) * size else None
        name = str(uuid5(NAMESPACE_URL, request.line))
        document: dict[str, Any] = {
            "id": f"{path.scope.strip('/')}/providers/{COSTS}/{name}",
            "name": name,
            "type": COSTS,
            "location": None,
            "sku": None,
            "eTag": None,
            "properties": {"nextLink": more, "columns": columns, "rows": page},
        }
        return json_reply(document)

    def _table(self, request: Request, path: ArmPath, charges: int) -> _Table:
        """Return the whole answer; the next page is not to compute everything again."""
        today = self._tenant.now().date()
        key = (path.key, sha256(request.body).digest(), charges, today)
        table = self._tables.get(key)
        if table is None:
            question = parse_question(_document(request), today=today)
            rows = question.rows(self._tenant.charges(path.scope), today=today)
            table = varied(question, rows)
            if len(self._tables) >= _REMEMBERED:
                self._tables.clear()
            self._tables[key] = table
        return table


def _document(request: Request) -> Any:  # noqa: ANN401 - JSON
    try:
        return request.document
    except ValueError as exc:
        raise bad_request("Invalid query definition: the body is no JSON.") from exc


def _page_number(token: str | None) -> int:
    try:
        return int.from_bytes(base64.b64decode(token or ""), "little")
    except ValueError as exc:
        raise bad_request("Invalid skip token.") from exc


def _next_link(request: Request, number: int) -> str:
    token = base64.b64encode(number.to_bytes(4, "little")).decode().replace("=", "%3D")
    kept = "".join(
        f"&{name}={value}" for name, value in request.query.items() if name != "$skiptoken"
    )
    return f"https://{request.headers['host']}{request.path}?{kept[1:]}&$skiptoken={token}"
