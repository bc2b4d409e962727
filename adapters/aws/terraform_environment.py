"""What opens an AWS account to Terraform's provider."""

from adapters.aws.secret import AwsSecret
from adapters.aws.session import Keys
from application.ports.terraform import ProviderEnvironment
from domain.accounts import AccountId, SubAccountId


def terraform_environment(
    secret: AwsSecret, keys: Keys, *, account: AccountId
) -> ProviderEnvironment:
    """Return the environment in which the provider uses *keys* where *secret* says, and no others.

    *account* is whose the keys are. The region is the module's to name, as one credential serves
    many.
    """
    variables = {
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
        # What a machine of Amazon's lends to whoever runs on it is not this credential's.
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    if keys.session_token is not None:
        variables["AWS_SESSION_TOKEN"] = keys.session_token
    if secret.endpoint_url is not None:
        variables["AWS_ENDPOINT_URL"] = secret.endpoint_url
    return ProviderEnvironment(sub_account_id=SubAccountId(account), variables=variables)
