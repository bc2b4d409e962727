"""What can be asked of Azure."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.drift import Expectation
from domain.specs.base import Spec
from domain.specs.rules import Never, Shape
from domain.specs.ssh_keys import check_public_key
from domain.specs.tags import AzureStorageTags, AzureTags

Location = Annotated[
    str,
    Shape(
        r"[a-z]{3,30}[0-9]{0,2}",
        "it must be a location in lower case without spaces, such as westeurope",
    ),
]
GroupName = Annotated[
    str,
    Shape(
        r"[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]",
        "it must have 1 to 90 characters, only letters, digits and ( ) . _ - and may not end with "
        "a dot",
    ),
]
AccountName = Annotated[
    str, Shape(r"[a-z0-9]{3,24}", "it must be 3 to 24 lower-case letters and digits")
]
MachineName = Annotated[
    str,
    # Of the names made of it, that of the network is the shortest: 64 characters with -vnet.
    Shape(
        r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,57}[A-Za-z0-9])?",
        "it must have 1 to 59 characters, only letters, digits and hyphens, and begin and end "
        "with a letter or a digit",
    ),
    Never(r"^[0-9]+$", "it may not be a number, as it is a host name too"),
]
Size = Annotated[
    str,
    Shape(r"(?:Standard|Basic)_[A-Za-z0-9_-]{1,40}", "it must be a size such as Standard_B1s"),
]
Image = Annotated[
    str,
    Shape(
        r"[A-Za-z0-9._-]{1,80}(?::[A-Za-z0-9._-]{1,80}){3}",
        "it must be publisher:offer:sku:version, such as Canonical:ubuntu-24_04-lts:server:latest",
    ),
]
UserName = Annotated[
    str,
    Shape(
        r"[a-z_][a-z0-9_-]{0,31}",
        "it must have 1 to 32 characters, only lower-case letters, digits, _ and -, and begin "
        "with a letter or _",
    ),
    Never(
        r"^(?:root|admin|administrator|adm|user[0-9]?|test[0-9]?|guest|owner|support|sys|sql|"
        r"server|console|backup|david|john|aspnet|actuser|support_388945a0|a|[0-9]+)$",
        "it may not be a name that attackers try first, such as root or admin",
    ),
]
PublicKey = Annotated[str, AfterValidator(check_public_key)]
SubnetId = Annotated[
    str,
    Shape(
        r"/subscriptions/[0-9a-fA-F-]{36}/resourceGroups/[A-Za-z0-9_().-]{1,90}/providers/Microsoft\.Network/"
        r"virtualNetworks/[A-Za-z0-9_.-]{2,64}/subnets/[A-Za-z0-9_.-]{1,80}",
        "it must be the id of a subnet: /subscriptions/.../resourceGroups/.../providers/"
        "Microsoft.Network/virtualNetworks/.../subnets/...",
    ),
]
_OWN_GROUP = "The resource group to live in; a new one of its own if left out."


class AzureResourceGroup(Spec):
    """A resource group; it is only destroyed when nothing of anybody else's is in it."""

    kind: Literal["azure_resource_group"] = Field(description="What is asked for.")
    name: GroupName = Field(description="The name of the resource group.")
    location: Location = Field(description="Where it is kept.")
    tags: AzureTags = Field(default_factory=dict, description="Tags, at most 40.")


class AzureStorageAccount(Spec):
    """A storage account that answers to no public network, by TLS 1.2 only, encrypted twice."""

    kind: Literal["azure_storage_account"] = Field(description="What is asked for.")
    name: AccountName = Field(description="The name of the account, unique in all of Azure.")
    location: Location = Field(description="Where its data is.")
    tags: AzureStorageTags = Field(
        default_factory=dict,
        description="Tags, at most 40, with keys of at most 128 characters.",
    )
    resource_group: GroupName | None = Field(default=None, description=_OWN_GROUP)
    replication: Literal["LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"] = Field(
        default="LRS", description="How its data is copied."
    )
    access_tier: Literal["Hot", "Cool", "Cold"] = Field(
        default="Hot", description="How often its data is read."
    )
    public_network_access: bool = Field(
        default=False, description="Whether it answers to the internet."
    )
    shared_access_keys: bool = Field(
        default=False,
        description="Whether its two keys open it; else a sign-in with Entra ID alone does.",
    )

    def expectation(self) -> Expectation:
        """Return what the inventory should see of the account."""
        return Expectation(
            tags=self.tags,
            attributes={
                "sku": f"Standard_{self.replication}",
                "access_tier": self.access_tier,
                "minimum_tls_version": "TLS1_2",
                "https_only": True,
                "allow_blob_public_access": False,
                "allow_shared_key_access": self.shared_access_keys,
                "public_network_access": "Enabled" if self.public_network_access else "Disabled",
            },
        )


class AzureVirtualMachine(Spec):
    """A Linux machine that only an SSH key opens, in a closed network or in a given subnet."""

    kind: Literal["azure_virtual_machine"] = Field(description="What is asked for.")
    name: MachineName = Field(description="The name of the machine, and its host name.")
    location: Location = Field(description="Where the machine is.")
    tags: AzureTags = Field(default_factory=dict, description="Tags, at most 40.")
    resource_group: GroupName | None = Field(default=None, description=_OWN_GROUP)
    size: Size = Field(default="Standard_B1s", description="The size of the machine.")
    image: Image = Field(
        default="Canonical:ubuntu-24_04-lts:server:latest",
        description="The image it starts from: publisher:offer:sku:version.",
    )
    admin_username: UserName = Field(default="azureuser", description="Who may sign in.")
    ssh_public_key: PublicKey = Field(
        description="The SSH key that lets that user in, ssh-ed25519 or ssh-rsa; never a private "
        "one."
    )
    disk_size_gb: int | None = Field(
        default=None,
        ge=1,
        le=4095,
        description="The size of the disk in GiB; that of the image if left out.",
    )
    disk_type: Literal[
        "Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "Premium_ZRS"
    ] = Field(default="StandardSSD_LRS", description="The sort of the disk.")
    secure_boot: bool = Field(
        default=True,
        description="Whether only signed software may start it, with a virtual TPM to prove it; "
        "images of the first generation cannot.",
    )
    subnet_id: SubnetId | None = Field(
        default=None,
        description="The subnet to live in; a new network without any way in or out if left out.",
    )
    public_ip: bool = Field(
        default=False,
        description="Whether it gets a public address; a security group must let visitors in.",
    )

    def expectation(self) -> Expectation:
        """Return what the inventory should see of the machine."""
        return Expectation(
            tags=self.tags,
            attributes={"vm_size": self.size},
            status=frozenset({"starting", "running"}),
        )
