"""The BigQuery service, version 2: queries, jobs, and what datasets and tables are like."""

from collections.abc import Mapping

from entrypoints.sandbox.gcp.errors import Json, Refused, invalid, not_found
from entrypoints.sandbox.gcp.jobs import Job, Jobs, page_of
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.routing import Call, Route, find
from entrypoints.sandbox.gcp.sql import TableName
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply

PREFIX = "/bigquery/v2/projects/"


class BigQueryApi:
    """Answers what is below `PREFIX`."""

    def __init__(self, project: GcpProject) -> None:
        self._project = project
        self._jobs = Jobs(project)
        self._routes = (
            Route("POST queries", "bigquery.jobs.create", self._query),
            Route("GET queries/{job}", "", self._results),
            Route("POST jobs", "bigquery.jobs.create", self._insert),
            Route("GET jobs/{job}", "", self._job),
            Route("POST jobs/{job}/cancel", "", self._cancel),
            Route("GET datasets/{dataset}", "bigquery.datasets.get", self._dataset),
            Route("GET datasets/{dataset}/tables/{table}", "bigquery.tables.get", self._table),
        )

    def __call__(self, request: Request) -> Reply:
        """Return the answer.

        Raises:
            Refused: the answer is an error.
        """
        named, _, below = request.path.removeprefix(PREFIX).partition("/")
        if named != self._project.id:
            raise not_found(f"Not found: Project {named}")
        found = find(self._routes, request, below)
        if found is None:
            raise not_found("Not Found")
        route, call = found
        self._project.check_enabled("bigquery")
        self._check(route.permission, call.names)
        return json_reply(route.answer(call))

    def _check(self, permission: str, names: Mapping[str, str]) -> None:
        if not permission or self._project.permits(permission):
            return
        place = self._project.id
        if "dataset" not in names:
            message = (
                f"Access Denied: Project {place}: User does not have {permission} permission in "
                f"project {place}."
            )
        else:
            kind = "Table" if "table" in names else "Dataset"
            shown = f"{place}:{'.'.join(names.values())}"
            message = (
                f"Access Denied: {kind} {shown}: Permission {permission} denied on "
                f"{kind.lower()} {shown} (or it may not exist)."
            )
        raise Refused(403, message, reason="accessDenied")

    def _query(self, call: Call) -> Json:
        wish = call.wish
        job = self._jobs.run(wish, location=wish.get("location"))
        found = job.found()
        if not self._jobs.done(job):
            return {"kind": "bigquery#queryResponse", **_unfinished(job)}
        size = wish.get("maxResults")
        document = self._page(job, wish, size=None if size is None else int(size), start=0)
        document["kind"] = "bigquery#queryResponse"
        document["location"] = found.location
        if job.dry_run:
            document.pop("rows", None)
        return document

    def _results(self, call: Call) -> Json:
        query = call.request.query
        whole = query.get("formatOptions.useInt64Timestamp", "").lower() == "true"
        format_ = {"formatOptions": {"useInt64Timestamp": whole}}
        size, start = query.get("maxResults"), query.get("pageToken") or query.get("startIndex")
        if not (size or "0").isdecimal() or not (start or "0").isdecimal():
            raise invalid("Invalid value for field 'pageToken' or 'maxResults'.")
        job = self._jobs.find(call)
        if not self._jobs.done(job):
            return {"kind": "bigquery#getQueryResultsResponse", **_unfinished(job)}
        document = self._page(job, format_, size=int(size) if size else None, start=int(start or 0))
        document["kind"] = "bigquery#getQueryResultsResponse"
        return document

    def _page(self, job: Job, wish: Json, *, size: int | None, start: int) -> Json:
        whole = bool(wish.get("formatOptions", {}).get("useInt64Timestamp"))
        return page_of(job, size=size, start=start, whole_times=whole)

    def _insert(self, call: Call) -> Json:
        document = call.wish
        configuration = document.get("configuration", {})
        wish = configuration.get("query")
        if wish is None:
            raise invalid("Only jobs that query are understood here.")
        reference = document.get("jobReference", {})
        dry = bool(configuration.get("dryRun"))
        job = self._jobs.run(
            {**wish, "dryRun": dry},
            location=reference.get("location"),
            name=reference.get("jobId"),
            raises=dry,
        )
        return job.document(done=self._jobs.done(job))

    def _job(self, call: Call) -> Json:
        job = self._jobs.find(call)
        return job.document(done=self._jobs.done(job))

    def _cancel(self, call: Call) -> Json:
        return {"kind": "bigquery#jobCancelResponse", "job": self._jobs.find(call).document()}

    def _dataset(self, call: Call) -> Json:
        name = call.names["dataset"]
        found = self._project.warehouse.datasets.get(name)
        if found is None:
            raise not_found(f"Not found: Dataset {self._project.id}:{name}")
        return {
            "kind": "bigquery#dataset",
            "id": f"{self._project.id}:{name}",
            "datasetReference": {"projectId": self._project.id, "datasetId": name},
            "location": found.location,
            "type": "DEFAULT",
        }

    def _table(self, call: Call) -> Json:
        warehouse, dataset = self._project.warehouse, call.names["dataset"]
        name = TableName(project=self._project.id, dataset=dataset, table=call.names["table"])
        held = warehouse.datasets.get(dataset)
        if held is None or name.table not in held.tables:
            raise not_found(f"Not found: Table {name.shown}")
        return {
            "kind": "bigquery#table",
            "id": name.shown,
            "tableReference": {
                "projectId": name.project,
                "datasetId": dataset,
                "tableId": name.table,
            },
            "schema": {"fields": list(held.tables[name.table].fields)},
            "type": "TABLE",
            "location": held.location,
            "numRows": str(warehouse.row_count(dataset, name.table)),
            "timePartitioning": {"type": "DAY"},
        }


def _unfinished(job: Job) -> Json:
    return {"jobReference": job.reference, "jobComplete": False}
