output "id" {
  description = "The id of the storage account."
  value       = azurerm_storage_account.this.id
}

output "name" {
  description = "The name of the storage account."
  value       = azurerm_storage_account.this.name
}

output "resource_group" {
  description = "The resource group of the storage account."
  value       = local.group
}

output "blob_endpoint" {
  description = "The address under which its blobs answer."
  value       = azurerm_storage_account.this.primary_blob_endpoint
}
