locals {
  group  = var.resource_group == null ? azurerm_resource_group.this[0].name : var.resource_group
  subnet = var.subnet_id == null ? azurerm_subnet.this[0].id : var.subnet_id
  image  = split(":", var.image)

  # Ours come last: no tag of the user's can hide whose it is.
  tags = merge(var.tags, {
    "managed-by"               = "multi-cloud"
    "multi-cloud-resource-id"  = var.resource_id
    "multi-cloud-installation" = var.installation
  })
}

resource "azurerm_resource_group" "this" {
  count = var.resource_group == null ? 1 : 0

  name     = "${var.name}-rg"
  location = var.location
  tags     = local.tags
}

resource "azurerm_virtual_network" "this" {
  count = var.subnet_id == null ? 1 : 0

  name                = "${var.name}-vnet"
  resource_group_name = local.group
  location            = var.location
  address_space       = ["10.0.0.0/24"]
  tags                = local.tags
}

resource "azurerm_subnet" "this" {
  count = var.subnet_id == null ? 1 : 0

  name                            = "${var.name}-subnet"
  resource_group_name             = local.group
  virtual_network_name            = azurerm_virtual_network.this[0].name
  address_prefixes                = ["10.0.0.0/24"]
  default_outbound_access_enabled = false
}

resource "azurerm_public_ip" "this" {
  count = var.public_ip ? 1 : 0

  name                = "${var.name}-ip"
  resource_group_name = local.group
  location            = var.location
  allocation_method   = "Static"
  sku                 = "Standard" # lets nothing in until a security group does
  tags                = local.tags
}

resource "azurerm_network_interface" "this" {
  name                = "${var.name}-nic"
  resource_group_name = local.group
  location            = var.location
  tags                = local.tags

  ip_configuration {
    name                          = "primary"
    subnet_id                     = local.subnet
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = one(azurerm_public_ip.this[*].id)
  }
}

resource "azurerm_linux_virtual_machine" "this" {
  name                  = var.name
  resource_group_name   = local.group
  location              = var.location
  size                  = var.size
  network_interface_ids = [azurerm_network_interface.this.id]
  tags                  = local.tags

  admin_username                  = var.admin_username
  disable_password_authentication = true
  secure_boot_enabled             = var.secure_boot
  vtpm_enabled                    = var.secure_boot

  admin_ssh_key {
    username   = var.admin_username
    public_key = var.ssh_public_key
  }

  os_disk {
    caching              = "ReadWrite"
    disk_size_gb         = var.disk_size_gb
    storage_account_type = var.disk_type
  }

  source_image_reference {
    publisher = local.image[0]
    offer     = local.image[1]
    sku       = local.image[2]
    version   = local.image[3]
  }
}
