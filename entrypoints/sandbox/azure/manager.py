"""Resource Manager: finds out what is asked, by whom, and whether they may."""

from collections.abc import Callable, Mapping

from entrypoints.sandbox.azure.actions import action_reply
from entrypoints.sandbox.azure.cost_pages import CostPages
from entrypoints.sandbox.azure.errors import (
    ArmError,
    no_api_version,
    no_subscription,
    unauthorized,
)
from entrypoints.sandbox.azure.identities import Application
from entrypoints.sandbox.azure.ids import (
    ANYTHING,
    COSTS,
    GROUP,
    SUBSCRIPTION,
    VIEW,
    ArmPath,
    parse_path,
)
from entrypoints.sandbox.azure.listing import page_of
from entrypoints.sandbox.azure.single import instance_view_reply, resource_reply
from entrypoints.sandbox.azure.tenant import AzureTenant, Subscription
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply

Shortcut = Callable[[Request, ArmPath], Reply | None]
"""Answers in place of the tenant; None: let the tenant answer."""

_VERBS: Mapping[str, str] = {
    "GET": "read",
    "HEAD": "read",
    "PUT": "write",
    "PATCH": "write",
    "DELETE": "delete",
    "POST": "action",
}
_ROLE_NAMES: Mapping[str, str] = {
    GROUP: f"{SUBSCRIPTION}/resourceGroups",
    ANYTHING: f"{SUBSCRIPTION}/resources",
}
"""What roles call the types that they call otherwise."""
_READ_SUBSCRIPTIONS = f"{SUBSCRIPTION}/read"


class ResourceManager:
    """Answers for one tenant."""

    def __init__(self, tenant: AzureTenant, *, shortcut: Shortcut | None = None) -> None:
        self._tenant = tenant
        self._costs = CostPages(tenant)
        self._shortcut = shortcut

    def __call__(self, request: Request) -> Reply:
        """Return the answer."""
        try:
            return self._answer(request)
        except ArmError as error:
            return error.reply()

    def _answer(self, request: Request) -> Reply:
        asker = self._tenant.directory.holder(request.headers.get("authorization", ""))
        if not request.query.get("api-version"):
            raise no_api_version()
        path = parse_path(request.path)
        if path is None:
            raise ArmError(404, "InvalidResourceNamespace", f"Nothing is at {request.path}.")
        if not path.subscription:
            return self._subscriptions()
        subscription = self._tenant.subscription(path.subscription)
        if subscription is None:
            raise no_subscription(path.subscription)
        self._admit(asker, request, path, subscription)
        if path.type.lower() == SUBSCRIPTION.lower():
            return json_reply(self._told(subscription))
        return self._reply(request, path)

    def _reply(self, request: Request, path: ArmPath) -> Reply:
        short = self._shortcut(request, path) if self._shortcut else None
        if short is not None:
            return short
        if path.type.lower() == COSTS.lower():
            return self._costs(request, path)
        if request.method == "POST":
            return action_reply(self._tenant, path)
        if path.type.lower() == VIEW.lower():
            return instance_view_reply(self._tenant, path)
        if path.name is None:
            return page_of(self._tenant, request, path)
        return resource_reply(self._tenant, request, path)

    def _admit(
        self, asker: Application, request: Request, path: ArmPath, subscription: Subscription
    ) -> None:
        action = _action(request, path)
        if self._tenant.denies(action, subscription.id):
            scope = path.scope if path.name is None else path.text
            raise unauthorized(client=asker.object_id, action=action, scope=scope)
        if subscription.state == "Disabled" and request.method in {"PUT", "PATCH"}:
            raise ArmError(
                409,
                "ReadOnlyDisabledSubscription",
                f"The subscription '{subscription.id}' is disabled and therefore marked as read "
                "only. You cannot perform any write actions on this subscription until it is "
                "re-enabled.",
            )

    def _subscriptions(self) -> Reply:
        """List what the asker may see; a subscription without a role in it is not there."""
        seen = [
            self._told(each)
            for each in self._tenant.subscriptions()
            if not self._tenant.denies(_READ_SUBSCRIPTIONS, each.id)
        ]
        count = {"type": "Total", "value": len(seen)}
        return json_reply({"value": seen, "count": count})

    def _told(self, subscription: Subscription) -> dict[str, object]:
        return {
            "id": f"/subscriptions/{subscription.id}",
            "authorizationSource": "RoleBased",
            "managedByTenants": [],
            "subscriptionId": subscription.id,
            "tenantId": self._tenant.id,
            "displayName": subscription.name,
            "state": subscription.state,
            "subscriptionPolicies": {
                "locationPlacementId": "Public_2014-09-01",
                "quotaId": "EnterpriseAgreement_2014-09-01",
                "spendingLimit": "Off",
            },
        }


def _action(request: Request, path: ArmPath) -> str:
    """Return what a role must allow, spelled as roles spell it."""
    return f"{_ROLE_NAMES.get(path.type, path.type)}/{_VERBS.get(request.method, 'action')}"
