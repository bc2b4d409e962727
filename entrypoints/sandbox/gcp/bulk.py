"""A project of any size: one instance, one bucket and one network, told of thousands."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.errors import Json
from entrypoints.sandbox.gcp.routing import Call, page
from entrypoints.sandbox.rest.wire import JSON, Reply, Request

_NUMBER = "7777777777777777777"
"""Stands in a recording wherever the number of what is told belongs."""
_MOST_RESOURCES = 500
_MOST_BUCKETS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkProject:
    """Answers the lists of a project, quickly: what is told is text that is filled in."""

    project: str = "sandbox-project"
    zones: Sequence[str] = ("europe-west1-b", "europe-west3-a", "us-central1-a", "us-east1-b")
    instances: int = 0
    """In all zones together; the first zone has the first of them."""
    networks: int = 0
    buckets: int = 0
    _replies: dict[str, Reply] = field(default_factory=dict, repr=False, compare=False)
    """What was answered, by what was asked: it is always the same."""

    def __call__(self, request: Request) -> Reply | None:
        """Return the answer; None: something else is asked for."""
        if request.line not in self._replies:
            reply = self._reply_to(request)
            if reply is None:
                return None
            self._replies[request.line] = reply
        return self._replies[request.line]

    def _reply_to(self, request: Request) -> Reply | None:
        place = f"/compute/v1/projects/{self.project}"
        answers: dict[str, Callable[[Call], Reply]] = {
            f"{place}/zones": self._zones,
            f"{place}/aggregated/instances": self._everywhere,
            f"{place}/global/networks": self._networks,
            "/storage/v1/b": self._buckets,
        }
        for zone in self.zones:
            answers[f"{place}/zones/{zone}/instances"] = self._instances
        answer = answers.get(request.path)
        if answer is None or request.method != "GET":
            return None
        return answer(Call(request=request, names={}))

    def _zones(self, call: Call) -> Reply:
        zones = [resources.zone(self.project, name) for name in sorted(self.zones)]
        shown, token = page(call, zones, largest=_MOST_RESOURCES)
        return _reply("compute#zoneList", json.dumps(list(shown)), token)

    def _everywhere(self, call: Call) -> Reply:
        shown, token = page(call, range(self.instances), largest=_MOST_RESOURCES)
        scopes = (
            f'"zones/{zone}": {self._scope(place, zone, shown)}'
            for place, zone in enumerate(self.zones)
        )
        return _reply("compute#instanceAggregatedList", f"{{{', '.join(scopes)}}}", token)

    def _scope(self, place: int, zone: str, shown: Sequence[int]) -> str:
        own = self._numbers(place)
        told = _told(self._instance(zone), [number for number in shown if number in own])
        if told:
            return f'{{"instances": [{told}]}}'
        data = [{"key": "scope", "value": f"zones/{zone}"}]
        message = f"There are no results for scope 'zones/{zone}' on this page."
        warning = {"code": "NO_RESULTS_ON_PAGE", "message": message, "data": data}
        return json.dumps({"warning": warning})

    def _instances(self, call: Call) -> Reply:
        zone = call.request.path.split("/")[-2]
        shown, token = page(call, self._numbers(self.zones.index(zone)), largest=_MOST_RESOURCES)
        return _reply("compute#instanceList", f"[{_told(self._instance(zone), shown)}]", token)

    def _networks(self, call: Call) -> Reply:
        shown, token = page(call, range(self.networks), largest=_MOST_RESOURCES)
        network = _recording(resources.network(self.project, f"bulk-{_NUMBER}", auto_subnets=True))
        return _reply("compute#networkList", f"[{_told(network, shown)}]", token)

    def _buckets(self, call: Call) -> Reply:
        shown, token = page(call, range(self.buckets), largest=_MOST_BUCKETS)
        bucket = _recording(resources.bucket(f"bulk-{_NUMBER}", labels={"team": "bulk"}))
        return _reply("storage#buckets", f"[{_told(bucket, shown)}]", token)

    def _numbers(self, place: int) -> range:
        """Return the numbers of the instances in the zone at *place*."""
        share = -(-self.instances // len(self.zones))
        return range(share * place, min(share * (place + 1), self.instances))

    def _instance(self, zone: str) -> str:
        return _recording(
            resources.instance(
                self.project, zone, f"bulk-{_NUMBER}", labels={"team": "bulk"}, public_ip="34.1.2.3"
            )
        )


def _recording(document: Json) -> str:
    return json.dumps({**document, "id": _NUMBER})


def _told(recording: str, numbers: Sequence[int]) -> str:
    return ", ".join(recording.replace(_NUMBER, str(10**18 + number)) for number in numbers)


def _reply(kind: str, items: str, token: str | None) -> Reply:
    """Return a page; a list without an item is left out, as Google does."""
    listed = "" if items == "[]" else f', "items": {items}'
    more = f', "nextPageToken": "{token}"' if token else ""
    return Reply(body=f'{{"kind": "{kind}"{listed}{more}}}'.encode(), headers=JSON)
