"""Entra ID: tells where tokens are given, and gives them to who knows the secret."""

from urllib.parse import parse_qsl

from entrypoints.sandbox.azure.identities import Application, Directory
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply

_CONFIGURATION = "/v2.0/.well-known/openid-configuration"
_TOKEN = "/oauth2/v2.0/token"  # noqa: S105 - a path


class _Refused(Exception):
    """No token; the text begins with the number that people search for."""

    def __init__(self, status: int, error: str, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.error = error
        self.number = number


class EntraId:
    """Answers for one tenant."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def __call__(self, request: Request) -> Reply | None:
        """Return the answer; None when the question is not one for Entra."""
        tenant, slash, rest = request.path.strip("/").partition("/")
        place = slash + rest
        if place not in {_CONFIGURATION, _TOKEN}:
            return None
        try:
            if tenant.lower() != self._directory.tenant.lower():
                raise _unknown_tenant(tenant, place)
            return self._token(request) if place == _TOKEN else self._configuration(request)
        except _Refused as refused:
            return _refusal(refused)

    def _configuration(self, request: Request) -> Reply:
        here = f"https://{request.headers.get('host', '')}/{self._directory.tenant}"
        return json_reply(
            {
                "issuer": f"{here}/v2.0",
                "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
                "token_endpoint": here + _TOKEN,
                "device_authorization_endpoint": f"{here}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{here}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token", "token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "tenant_region_scope": "EU",
            }
        )

    def _token(self, request: Request) -> Reply:
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        if form.get("grant_type") != "client_credentials":
            raise _Refused(400, "unsupported_grant_type", 70003, "The app requested another grant.")
        application = self._recognised(form.get("client_id", ""), form.get("client_secret", ""))
        seconds = int(self._directory.lifetime.total_seconds())
        return json_reply(
            {
                "token_type": "Bearer",
                "expires_in": seconds,
                "ext_expires_in": seconds,
                "access_token": self._directory.grant(application),
            }
        )

    def _recognised(self, client_id: str, secret: str) -> Application:
        application = self._directory.find(client_id)
        if application is None:
            tenant = self._directory.tenant
            sentence = f"Application with identifier '{client_id}' was not found in '{tenant}'."
            raise _Refused(400, "unauthorized_client", 700016, sentence)
        if application.secret != secret:
            raise _Refused(401, "invalid_client", 7000215, "Invalid client secret provided.")
        if application.secret_expired:
            sentence = f"The provided client secret keys for app '{client_id}' are expired."
            raise _Refused(401, "invalid_client", 7000222, sentence)
        return application


def _unknown_tenant(tenant: str, place: str) -> _Refused:
    error = "invalid_request" if place == _TOKEN else "invalid_tenant"
    sentence = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
    return _Refused(400, error, 90002, sentence)


def _refusal(refused: _Refused) -> Reply:
    document = {
        "error": refused.error,
        "error_description": f"AADSTS{refused.number}: {refused}",
        "error_codes": [refused.number],
    }
    return json_reply(document, status=refused.status)
