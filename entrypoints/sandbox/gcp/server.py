"""A Google Cloud on this machine: sign-in, Compute, Storage and BigQuery behind one address."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from entrypoints.sandbox.gcp.bigquery import BigQueryApi
from entrypoints.sandbox.gcp.bulk import BulkProject
from entrypoints.sandbox.gcp.changes import changes_of
from entrypoints.sandbox.gcp.compute import ComputeApi
from entrypoints.sandbox.gcp.errors import Refused, not_found, unauthenticated
from entrypoints.sandbox.gcp.keys import GrantRefused
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.scopes import insufficient
from entrypoints.sandbox.gcp.storage import StorageApi
from entrypoints.sandbox.rest.changes import sandbox_reply
from entrypoints.sandbox.rest.server import RestServer
from entrypoints.sandbox.rest.wire import Answer, Reply, Request, json_reply

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class GcpServer(RestServer):
    """Serves one project; `start` returns when it listens.

    With *bulk*, that answers what it can in place of the project.
    """

    def __init__(
        self,
        project: GcpProject | None = None,
        *,
        port: int = 0,
        delay: float = 0.0,
        bulk: BulkProject | None = None,
    ) -> None:
        self.project = project or GcpProject()
        self._bulk = bulk
        self._services: Mapping[str, Answer] = {
            "compute": ComputeApi(self.project),
            "storage": StorageApi(self.project),
            "bigquery": BigQueryApi(self.project),
        }
        super().__init__(self._reply_to, port=port, delay=delay)

    def stop(self) -> None:
        """Stop listening, and let go of the database."""
        super().stop()
        self.project.warehouse.close()

    def credential(self, **fields: object) -> Mapping[str, Any]:
        """Return the document that opens the project, with *fields* in place of its own."""
        document: dict[str, Any] = {
            "project_id": self.project.id,
            "service_account_info": self.project.account.key_file(self._token_uri),
            "compute_endpoint": self.endpoint,
            "storage_endpoint": self.endpoint,
            "bigquery_endpoint": self.endpoint,
        }
        if self.project.billing_export_table:
            document["billing_export_table"] = self.project.billing_export_table
        return {**document, **fields}

    @property
    def _token_uri(self) -> str:
        return f"{self.endpoint}/token"

    def _reply_to(self, request: Request) -> Reply:
        changes = changes_of(self.project)
        return sandbox_reply(request, cloud="gcp", changes=changes) or self._google(request)

    def _google(self, request: Request) -> Reply:
        try:
            if (request.method, request.path) == ("POST", "/token"):
                return self._token(request)
            return self._served(request)
        except Refused as refused:
            return refused.reply()

    def _served(self, request: Request) -> Reply:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        authority = self.project.account.authority_of(token) if kind == "Bearer" else None
        if authority is None:
            raise unauthenticated()
        service = request.path.split("/")[1]
        answer = self._services.get(service)
        if answer is None:
            raise not_found("Not Found")
        if not authority.covers(service, request):
            raise insufficient(service)
        return (self._bulk(request) if self._bulk else None) or answer(request)

    def _token(self, request: Request) -> Reply:
        form = parse_qs(request.body.decode("ascii", "replace"))
        if form.get("grant_type") != [_GRANT]:
            error = {"error": "unsupported_grant_type", "error_description": "Invalid grant_type"}
            return json_reply(error, status=400)
        assertion = form.get("assertion", [""])[0]
        try:
            token = self.project.account.grant(assertion, self._token_uri)
        except GrantRefused as refused:
            error = {"error": "invalid_grant", "error_description": str(refused)}
            return json_reply(error, status=400)
        return json_reply({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})
