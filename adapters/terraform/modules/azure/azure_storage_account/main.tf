locals {
  group = var.resource_group == null ? azurerm_resource_group.this[0].name : var.resource_group

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

resource "azurerm_storage_account" "this" {
  name                = var.name
  resource_group_name = local.group
  location            = var.location
  tags                = local.tags

  account_kind             = "StorageV2"
  account_tier             = "Standard"
  account_replication_type = var.replication
  access_tier              = var.access_tier

  allow_nested_items_to_be_public   = false
  cross_tenant_replication_enabled  = false
  https_traffic_only_enabled        = true
  infrastructure_encryption_enabled = true
  local_user_enabled                = false
  min_tls_version                   = "TLS1_2"
  public_network_access_enabled     = var.public_network_access
  shared_access_key_enabled         = var.shared_access_keys
}
