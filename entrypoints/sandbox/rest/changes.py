"""Where another process asks a REST cloud of the sandbox what it is, and for a change in it."""

from collections.abc import Mapping

from entrypoints.sandbox.happening import Change, NothingToChange
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply


def sandbox_reply(request: Request, *, cloud: str, changes: Mapping[str, Change]) -> Reply | None:
    """Return the answer to a question for the sandbox itself; None: it is one for the cloud.

    A change is asked for by its `name`, and may say to which `resource` it is to happen; without a
    name it is the first one. What cannot be done has an `error`: one sentence.
    """
    match request.method, request.path:
        case "GET", "/sandbox":
            return json_reply({"cloud": cloud, "changes": list(changes)})
        case "POST", "/sandbox/changes":
            return _changed(request, changes)
        case _:
            return None


def _changed(request: Request, changes: Mapping[str, Change]) -> Reply:
    name = request.document.get("name") or next(iter(changes))
    if name not in changes:
        sentence = f"There is no change {name!r}; choose one of {', '.join(changes)}."
        return json_reply({"error": sentence}, status=404)
    try:
        return json_reply(changes[name](name=request.document.get("resource")).as_dict())
    except NothingToChange as nothing:
        return json_reply({"error": str(nothing)}, status=409)
