"""Where Resource Manager tells clients of the other doors of its cloud."""

from entrypoints.sandbox.rest.wire import Reply, Request, json_reply

_PATH = "/metadata/endpoints"


def environment_reply(request: Request) -> Reply | None:
    """Return which cloud this is; None: something else is asked. Terraform asks it first."""
    if (request.method, request.path) != ("GET", _PATH):
        return None
    here = f"https://{request.headers['host']}"
    return json_reply(
        [
            {
                "name": "AzureCloud",
                "resourceManager": f"{here}/",
                "authentication": {
                    "loginEndpoint": here,
                    "audiences": ["https://management.azure.com/"],
                    "tenant": "common",
                    "identityProvider": "AAD",
                },
                "microsoftGraphResourceId": f"{here}/graph/",
                "suffixes": {
                    "storage": "core.windows.net",
                    "keyVaultDns": "vault.azure.net",
                    "acrLoginServer": "azurecr.io",
                },
            }
        ]
    )
